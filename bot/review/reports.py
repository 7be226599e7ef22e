"""What can be looked at: numbers, history, exports, problems of the content, why a question is answered as it is."""

from __future__ import annotations

import datetime
import time
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.errors import InvalidRequest
from bot.faq.model import CATEGORIES, Problem
from bot.review import exports
from bot.review.explain import Came, explain
from bot.review.model import Explanation, Exported, Statistics
from bot.review.roles import require
from bot.search.library import Library
from bot.store import items, log, statistics
from bot.store.database import Database
from bot.store.items import Query
from bot.store.log import Did
from bot.store.staff import Account
from bot.tables import Form
from bot.visitor import Mode

SEOUL = ZoneInfo("Asia/Seoul")
MOST_DAYS = 400
MOST_ROWS = 20_000


class Reports:
    """Raises Forbidden, InvalidRequest."""

    def __init__(self, database: Database, library: Library) -> None:
        self._database = database
        self._library = library

    def statistics(self, who: Account, since: datetime.date, until: datetime.date) -> Statistics:
        """Numbers from the first to the last day, both included, days as in Asia/Seoul."""
        require(who, "see")
        days = (until - since).days + 1
        if not 0 < days <= MOST_DAYS:
            raise InvalidRequest(f"기간은 1일에서 {MOST_DAYS}일까지 볼 수 있습니다.", code="period")
        begin = datetime.datetime.combine(since, datetime.time(), SEOUL).timestamp()
        period = begin, begin + days * statistics.DAY
        with self._database.read() as connection:
            totals = statistics.totals(connection, *period)
            daily = statistics.by_day(connection, *period)
            intents = statistics.by_intent(connection, *period)
            opened = statistics.most_opened(connection, *period)
            votes = statistics.votes(connection, *period)
            queue = statistics.queue(connection, *period, time.time())
            unanswered = [
                items.find(connection, each) for each in statistics.most_unanswered(connection, *period)
            ]
        nothing = {"turns": 0, "answered": 0, "unanswered": 0, "login_required": 0}
        least = [each for each in votes if each["unhelpful"]][:10]
        return Statistics(
            **totals,
            **queue,
            by_day=[
                {"day": (since + datetime.timedelta(number)).isoformat(), **daily.get(number, nothing)}
                for number in range(days)
            ],
            by_category=[
                {"category": name, "label": label, **intents.get(name, nothing)}
                for name, label in ((each.id, each.label) for each in CATEGORIES.values())
            ],
            most_asked=[self._titled(each) for each in opened],
            most_unanswered=[each for each in unanswered if each],
            helpful=sum(each["helpful"] for each in votes),
            unhelpful=sum(each["unhelpful"] for each in votes),
            least_helpful=[self._titled(each) for each in least],
            questions=sum(queue["by_reason"].values()),
        )

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
        require(who, "see")
        wanted = {"item_id": item_id, "faq_id": faq_id, "name": name, "action": action}
        with self._database.read() as connection:
            return log.rows(connection, **wanted, limit=size, offset=(max(page, 1) - 1) * size)

    def problems(self, who: Account) -> Sequence[Problem]:
        """What keeps the newest state of the files from being served, with file and line; empty where nothing does."""
        require(who, "see")
        return self._library.problems

    def explain(self, who: Account, text: str, mode: Mode, came: Came | None = None) -> Explanation:
        """How a question is read, ranked and, with what it came to in the dialogue, answered for a guest or a member."""
        require(who, "see")
        return explain(self._library.catalogue, text, mode, came)

    def export(self, who: Account, query: Query, why: str, form: Form) -> Exported:
        """All items of a query (whatever its page), for Excel; the reason is required and kept in the history."""
        require(who, "export")
        if not 0 < len(why.strip()) <= 300:
            raise InvalidRequest("내보내는 이유를 300자 안으로 적어 주세요.", code="why")
        with self._database.write() as connection:
            found = items.page(connection, query, limit=MOST_ROWS).items
            companies = items.companies(connection, [each.id for each in found])
            log.note(connection, who, "export", why=why.strip(), rows=len(found), form=form)
        rows = exports.rows(found, companies, self._library.catalogue.content)
        return exports.write(rows, form, datetime.datetime.now(SEOUL))

    def _titled(self, row: dict) -> dict:
        entry = self._library.catalogue.content.by_id.get(row["id"])
        return {**row, "title": entry.title if entry else row["id"]}
