"""The queue: listing and opening items, and what is done with them one by one or many at once."""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from bot.errors import InvalidRequest, NotFound, RequestError
from bot.faq.fields import dated
from bot.review import claims, proposals
from bot.review.announcing import tell
from bot.review.grouping import CurrentGrouping
from bot.review.model import BulkResult, Draft, OpenedItem, Published
from bot.review.publishing import Publisher, today
from bot.review.roles import may, require
from bot.review.states import OPEN, after, possible
from bot.search.index import Catalogue
from bot.store import asked, items, log
from bot.store.database import Database
from bot.store.items import Item, Page, Query
from bot.store.publications import Publication
from bot.store.staff import Account

MOST_NOTE = 1000
LOOKED_AT = 500  # open items that one is compared with
_NO_TARGET = "질문 {}에는 묶을 수 없습니다. 반려되거나 묶이지 않은 다른 질문의 번호를 적어 주세요."
_PERMISSIONS = {"release": "claim"}  # an action needs the permission of its own name, but for these


class Queue:
    """Raises Forbidden (403), NotFound (404), Stale (409, with the difference), InvalidRequest (400)."""

    def __init__(
        self,
        database: Database,
        catalogue: Callable[[], Catalogue],
        publisher: Publisher,
        overdue_seconds: float,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._publisher = publisher
        self._overdue_seconds = overdue_seconds
        self._grouping = CurrentGrouping(lambda: catalogue().content)

    def list(self, who: Account, query: Query) -> Page:
        """A page of items."""
        require(who, "see")
        with self._database.read() as connection:
            return items.page(connection, query)

    def counts(self, who: Account) -> dict[str, int]:
        """How many items there are by state, and `open`, `mine`, `overdue` of the open ones; all in one look."""
        require(who, "see")
        with self._database.read() as connection:
            return items.counts(connection, who.id, time.time() - self._overdue_seconds)

    def open(self, who: Account, item_id: int) -> OpenedItem:
        """An item with who asked, the turns around, candidates and history."""
        require(who, "see")
        catalogue = self._catalogue()
        with self._database.read() as connection:
            item = _find(connection, item_id)
            questions = asked.of_item(connection, item_id)
            history, _ = log.rows(connection, item_id=item_id)
            duplicates = items.duplicates_of(connection, item_id)
            waiting = items.page(connection, Query(order="newest"), limit=LOOKED_AT).items
        return OpenedItem(
            item,
            questions,
            proposals.candidates(catalogue, item.text),
            history,
            duplicates,
            proposals.similar(self._grouping(), item, waiting) if item.state in OPEN else (),
            [each for each in possible(item.state) if may(who, _PERMISSIONS.get(each, each))],
            proposals.entry_for(catalogue, item, questions),
            proposals.audience_of(questions),
        )

    def next(self, who: Account, item_id: int = 0) -> Item | None:
        """The open item that comes after another in the queue's order, the first one where that is none of them.

        What is put aside and what somebody else works on is passed over.
        """
        require(who, "see")
        now = time.time()
        states = [state for state in OPEN if state != "held"]
        with self._database.read() as connection:
            waiting = items.page(connection, Query(states=states), limit=LOOKED_AT).items
        start = 1 + builtins.next((n for n, each in enumerate(waiting) if each.id == item_id), -1)
        around = (*waiting[start:], *waiting[:start])
        free = (each for each in around if each.id != item_id and not each.claimed_by_other(who.id, now))
        return builtins.next(free, None)

    def claim(self, who: Account, item_id: int, version: int) -> Item:
        """Takes an item for 30 minutes; every save extends that. Stale where somebody else has it."""
        return self._change(who, item_id, version, "claim", **claims.claim(who))

    def release(self, who: Account, item_id: int, version: int) -> Item:
        """Gives an item back."""
        return self._change(who, item_id, version, "release", **claims.NOBODY)

    def save_draft(
        self, who: Account, item_id: int, version: int, draft: Draft, *, hand_over: bool = False
    ) -> Item:
        """Keeps an answer being written (it may have problems), and claims the item, or leaves it to who may publish it."""
        held = claims.NOBODY if hand_over else claims.claim(who)
        return self._change(who, item_id, version, "draft", draft=draft.as_dict(), **held)

    def hold(self, who: Account, item_id: int, version: int, note: str) -> Item:
        """Puts an item aside, with the reason."""
        return self._change(who, item_id, version, "hold", note=_note(note), claimed_until=None)

    def reject(self, who: Account, item_id: int, version: int, note: str) -> Item:
        """Closes an item without an answer, with the reason."""
        return self._change(who, item_id, version, "reject", note=_note(note), claimed_until=None)

    def duplicate(self, who: Account, item_id: int, version: int, of: int) -> Item:
        """Marks an item as asking the same as another; its askers are told with the other's."""

        def same(connection: Connection, item: Item) -> None:
            target = items.find(connection, of)
            if target is None or target.state in ("duplicate-of", "rejected") or of == item_id:
                raise InvalidRequest(_NO_TARGET.format(of), code="target")
            entry = self._catalogue().content.by_id.get(target.faq_id or "")
            if target.state == "published" and entry:  # there is an answer already: who asked is told now
                tell(connection, item_id, proposals.fields_of(entry))

        def recount(connection: Connection) -> None:
            for each in items.duplicates_of(connection, item_id):  # they stand for the other one now
                items.change(connection, each.id, each.version, duplicate_of=of)
            items.recount(connection, of)

        values = {"duplicate_of": of, "claimed_until": None}
        return self._change(who, item_id, version, "duplicate", same, recount, **values)

    def reopen(self, who: Account, item_id: int, version: int, note: str = "") -> Item:
        """Opens a closed item again."""
        before: builtins.list[int | None] = []

        def remember(connection: Connection, item: Item) -> None:
            before.append(item.duplicate_of)

        def recount(connection: Connection) -> None:
            for each in (*before, item_id):
                if each:
                    items.recount(connection, each)

        values = {"duplicate_of": None, "published_at": None, **claims.NOBODY}
        return self._change(
            who, item_id, version, "reopen", remember, recount, note=note.strip()[:MOST_NOTE], **values
        )

    def publish(self, who: Account, item_id: int, version: int, draft: Draft) -> Published:
        """Writes the answer into the FAQ, and tells who asked.

        Raises ContentError with what the linter says (file and line, of this entry), Stale where item or entry changed.
        """
        require(who, "publish")
        with self._database.read() as connection:
            item = _find(connection, item_id)
        claims.check(item, who, version, {"draft": draft.as_dict()})
        after(item.state, "publish")
        return self._publisher.publish(self._publication(who, item, draft), item, draft)

    def add_phrasing(
        self, who: Account, item_id: int, version: int, faq_id: str, text: str | None = None
    ) -> Published:
        """One click: the question (or `text`) becomes a phrasing of an entry, and who asked is told."""
        require(who, "publish")
        if text is None:
            with self._database.read() as connection:
                text = _find(connection, item_id).text
        return self.publish(who, item_id, version, Draft("phrasing", faq_id=faq_id, phrasing=text))

    def bulk(
        self, who: Account, action: str, wanted: Sequence[tuple[int, int]], *, note: str = "", of: int = 0
    ) -> builtins.list[BulkResult]:
        """One of claim, release, hold, reject, duplicate, reopen for many (id, version); each on its own."""
        calls: dict[str, Callable[[int, int], object]] = {
            "claim": lambda each, version: self.claim(who, each, version),
            "release": lambda each, version: self.release(who, each, version),
            "hold": lambda each, version: self.hold(who, each, version, note),
            "reject": lambda each, version: self.reject(who, each, version, note),
            "duplicate": lambda each, version: self.duplicate(who, each, version, of),
            "reopen": lambda each, version: self.reopen(who, each, version, note),
        }
        if action not in calls:
            raise InvalidRequest("여러 건에 함께 할 수 없는 일입니다.", code="action")
        require(who, _PERMISSIONS.get(action, action))
        results = []
        for item_id, version in wanted:
            try:
                calls[action](item_id, version)
                results.append(BulkResult(item_id, True))
            except RequestError as error:
                results.append(BulkResult(item_id, False, error.message))
        return results

    def _publication(self, who: Account, item: Item, draft: Draft) -> Publication:
        if draft.kind == "phrasing":
            fields = proposals.phrasing(draft.faq_id, draft.phrasing)
            return Publication("phrasing", draft.faq_id, who, fields, item_id=item.id)
        if draft.fields is None:
            raise InvalidRequest("답변 내용이 없습니다.", code="draft")
        if draft.kind == "change":
            return self._publisher.change_of(who, draft.fields, draft.base, item.id)
        fields = dated(draft.fields, today())
        return Publication("create", fields.id, who, fields, item_id=item.id)

    def _change(
        self,
        who: Account,
        item_id: int,
        version: int,
        action: Any,
        first: Callable[[Connection, Item], None] = lambda connection, item: None,
        then: Callable[[Connection], None] = lambda connection: None,
        **values: Any,
    ) -> Item:
        require(who, _PERMISSIONS.get(action, action))
        with self._database.write() as connection:
            item = _find(connection, item_id)
            claims.check(item, who, version, values)
            following = after(item.state, action)
            first(connection, item)
            if not items.change(connection, item_id, version, state=following, **values):
                raise claims.stale(_find(connection, item_id), values)
            then(connection)
            said = {name: values[name] for name in ("note", "duplicate_of") if values.get(name)}
            log.note(connection, who, action, item_id=item_id, version=version + 1, before=item.state, **said)
            return _find(connection, item_id)


def _find(connection: Connection, item_id: int) -> Item:
    item = items.find(connection, item_id)
    if item is None:
        raise NotFound()
    return item


def _note(note: str) -> str:
    note = note.strip()
    if not 0 < len(note) <= MOST_NOTE:
        raise InvalidRequest(f"이유를 {MOST_NOTE}자 안으로 적어 주세요.", code="note")
    return note
