"""The queue: listing and opening items, and what is done with them one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence

from bot.review.model import BulkResult, Draft, OpenedItem, Published
from bot.store.items import Item, Page, Query
from bot.store.staff import Account

CLAIM_SECONDS = 30 * 60


class Queue:
    """Raises Forbidden (403), NotFound (404), Stale (409, with the difference), InvalidRequest (400)."""

    def list(self, who: Account, query: Query) -> Page:
        """A page of items."""
        raise NotImplementedError

    def counts(self, who: Account) -> dict[str, int]:
        """How many items there are by state, and `open`, `mine`, `overdue` of the open ones; all in one look."""
        raise NotImplementedError

    def open(self, who: Account, item_id: int) -> OpenedItem:
        """An item with who asked, the turns around, candidates and history."""
        raise NotImplementedError

    def claim(self, who: Account, item_id: int, version: int) -> Item:
        """Takes an item for 30 minutes; every save extends that. Stale where somebody else has it."""
        raise NotImplementedError

    def release(self, who: Account, item_id: int, version: int) -> Item:
        """Gives an item back."""
        raise NotImplementedError

    def save_draft(self, who: Account, item_id: int, version: int, draft: Draft) -> Item:
        """Keeps an answer being written (it may have problems), and claims the item."""
        raise NotImplementedError

    def hold(self, who: Account, item_id: int, version: int, note: str) -> Item:
        """Puts an item aside, with the reason."""
        raise NotImplementedError

    def reject(self, who: Account, item_id: int, version: int, note: str) -> Item:
        """Closes an item without an answer, with the reason."""
        raise NotImplementedError

    def duplicate(self, who: Account, item_id: int, version: int, of: int) -> Item:
        """Marks an item as asking the same as another; its askers are told with the other's."""
        raise NotImplementedError

    def reopen(self, who: Account, item_id: int, version: int, note: str = "") -> Item:
        """Opens a closed item again."""
        raise NotImplementedError

    def publish(self, who: Account, item_id: int, version: int, draft: Draft) -> Published:
        """Writes the answer into the FAQ, and tells who asked.

        Raises ContentError with what the linter says (file and line, of this entry), Stale where item or entry changed.
        """
        raise NotImplementedError

    def add_phrasing(
        self, who: Account, item_id: int, version: int, faq_id: str, text: str | None = None
    ) -> Published:
        """One click: the question (or `text`) becomes a phrasing of an entry, and who asked is told."""
        raise NotImplementedError

    def bulk(
        self, who: Account, action: str, items: Sequence[tuple[int, int]], *, note: str = "", of: int = 0
    ) -> list[BulkResult]:
        """One of claim, release, hold, reject, duplicate, reopen for many (id, version); each on its own."""
        raise NotImplementedError
