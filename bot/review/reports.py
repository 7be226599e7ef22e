"""What can be looked at: numbers, history, exports, problems of the content, why a question is answered as it is."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Literal

from bot.faq.model import Problem
from bot.review.model import Explanation, Exported, Statistics
from bot.store.items import Query
from bot.store.log import Did
from bot.store.staff import Account
from bot.visitor import Mode


class Reports:
    """Raises Forbidden, InvalidRequest."""

    def statistics(self, who: Account, since: datetime.date, until: datetime.date) -> Statistics:
        """Numbers from the first to the last day, both included, days as in Asia/Seoul."""
        raise NotImplementedError

    def history(
        self,
        who: Account,
        *,
        item_id: int | None = None,
        faq_id: str = "",
        name: str = "",
        action: str = "",
        page: int = 1,
        size: int = 50,
    ) -> tuple[Sequence[Did], int]:
        """What was done, newest first, and how many rows there are in all."""
        raise NotImplementedError

    def problems(self, who: Account) -> Sequence[Problem]:
        """What keeps the newest state of the files from being served, with file and line; empty where nothing does."""
        raise NotImplementedError

    def explain(self, who: Account, text: str, mode: Mode) -> Explanation:
        """How a question is read and ranked for a guest or a member."""
        raise NotImplementedError

    def export(self, who: Account, query: Query, why: str, form: Literal["csv", "xlsx"]) -> Exported:
        """All items of a query (whatever its page), for Excel; the reason is required and kept in the history."""
        raise NotImplementedError
