"""The items of the review queue: questions that say the same are one item."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from bot.store.questions import REASONS
from bot.store.schema import question, visitor
from bot.store.schema_review import item, staff

OPEN = ("new", "reopened", "assigned", "drafted", "held")  # bot.review.states
ORDERS = ("reason", "askers", "newest", "oldest")


@dataclass(frozen=True)
class Item:
    """What waits for an answer. Times are UTC seconds since the epoch, texts are masked."""

    id: int
    text: str
    state: str  # bot.review.states.State
    version: int
    reason: str  # the most explicit one of its questions
    askers: int
    times: int
    first_asked_at: float
    last_asked_at: float
    updated_at: float
    category: str | None = None
    about: str | None = None
    assignee_id: int | None = None
    assignee: str = ""  # their name
    claimed_until: float | None = None  # in the past: the claim has run out
    draft: dict[str, Any] | None = None  # bot.review.model.Draft.as_dict()
    note: str = ""
    duplicate_of: int | None = None
    faq_id: str | None = None
    published_at: float | None = None

    def claimed_by_other(self, account_id: int, now: float) -> bool:
        """Whether somebody else works on it right now."""
        return (
            self.assignee_id is not None
            and self.assignee_id != account_id
            and self.claimed_until is not None
            and self.claimed_until > now
        )


@dataclass(frozen=True)
class Query:
    """Which items to list. Empty fields do not filter."""

    states: Sequence[str] = ()  # empty: all that are open
    reasons: Sequence[str] = ()  # items with a question for one of these reasons
    category: str = ""  # a category, or `none`
    older_than: float = 0.0  # seconds since the first question
    newer_than: float = 0.0
    mine: int | None = None  # an account's id
    text: str = ""  # occurs in a question, ignoring case
    order: str = "reason"  # reason (explicit ones first, then oldest) | askers | newest | oldest
    page: int = 1
    size: int = 20


@dataclass(frozen=True)
class Page:
    """One page of items."""

    items: Sequence[Item]
    total: int
    page: int
    pages: int


def create(
    connection: Connection,
    text: str,
    digest: str,
    reason: str,
    asked_at: float,
    *,
    category: str | None = None,
    about: str | None = None,
) -> int:
    """A new item for a first question, which is to be attached; returns its id."""
    values = {"text": text, "digest": digest, "reason": reason, "category": category, "about": about}
    added = connection.execute(
        insert(item).values(**values, first_asked_at=asked_at, last_asked_at=asked_at, updated_at=time.time())
    )
    return added.inserted_primary_key[0]


def recount(connection: Connection, item_id: int) -> None:
    """Brings an item's counts, times and reason up to its questions, those of its duplicates included."""
    duplicates = select(item.c.id).where(item.c.duplicate_of == item_id)
    asked = connection.execute(
        select(
            func.count(question.c.visitor_id.distinct()).label("askers"),
            func.coalesce(func.sum(question.c.times), 0).label("times"),
            func.min(question.c.asked_at).label("first"),
            func.max(question.c.asked_at).label("last"),
            func.min(rank_of(question.c.reason)).label("rank"),
        ).where(or_(question.c.item_id == item_id, question.c.item_id.in_(duplicates)))
    ).one()
    values: dict[str, Any] = {"askers": asked.askers, "times": asked.times}
    if asked.askers:
        values |= {"first_asked_at": asked.first, "last_asked_at": asked.last, "reason": REASONS[asked.rank]}
    connection.execute(update(item).where(item.c.id == item_id).values(**values))


def rank_of(reason):
    """SQL: how explicit a reason is, 0 the most."""
    return case(*((reason == name, rank) for rank, name in enumerate(REASONS)), else_=len(REASONS) - 1)


def find(connection: Connection, item_id: int) -> Item | None:
    """An item by id."""
    row = connection.execute(_items().where(item.c.id == item_id)).first()
    return _item(row) if row else None


def duplicates_of(connection: Connection, item_id: int) -> list[Item]:
    """The items marked as asking the same as this one."""
    return [_item(row) for row in connection.execute(_items().where(item.c.duplicate_of == item_id))]


def change(connection: Connection, item_id: int, version: int, **values: Any) -> bool:
    """Changes an item if it still has that version, which counts up; False, with nothing changed, where it has not."""
    changed = connection.execute(
        update(item)
        .where(item.c.id == item_id, item.c.version == version)
        .values(**values, version=version + 1, updated_at=time.time())
    )
    return bool(changed.rowcount)


def publish(connection: Connection, item_id: int, faq_id: str) -> None:
    """Closes an item as answered by an entry; what it was before is in the history."""
    now = time.time()
    values = {"state": "published", "faq_id": faq_id, "published_at": now, "updated_at": now}
    freed = {"claimed_until": None, "duplicate_of": None, "draft": None, "note": ""}
    connection.execute(
        update(item).where(item.c.id == item_id).values(**values, **freed, version=item.c.version + 1)
    )


def page(connection: Connection, query: Query, *, limit: int | None = None) -> Page:
    """A page of the items a query wants; `limit` instead of its page takes the first ones of all."""
    where = list(_where(query))
    total = connection.execute(select(func.count()).select_from(item).where(*where)).scalar_one()
    pages = max(1, -(-total // query.size))
    number = min(max(query.page, 1), pages)
    size, offset = (limit, 0) if limit else (query.size, (number - 1) * query.size)
    found = connection.execute(_items().where(*where).order_by(*_order(query)).limit(size).offset(offset))
    return Page([_item(row) for row in found], total, number, pages)


def counts(connection: Connection, account_id: int, overdue_before: float) -> dict[str, int]:
    """How many items there are by state, and `open`, `mine`, `overdue` of the open ones."""
    by_state = connection.execute(select(item.c.state, func.count()).group_by(item.c.state))
    found: dict[str, int] = dict(by_state.all())
    open_ones = item.c.state.in_(OPEN)

    def number(*where) -> int:
        return connection.execute(
            select(func.count()).select_from(item).where(open_ones, *where)
        ).scalar_one()

    mine = number(item.c.assignee_id == account_id)
    overdue = number(item.c.first_asked_at < overdue_before)
    return {**found, "open": sum(found.get(state, 0) for state in OPEN), "mine": mine, "overdue": overdue}


def companies(connection: Connection, item_ids: Sequence[int]) -> dict[int, list[str]]:
    """The companies that asked each of some items."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(item_ids), 500):
        rows = connection.execute(
            select(question.c.item_id, visitor.c.company)
            .join(visitor, visitor.c.id == question.c.visitor_id)
            .where(question.c.item_id.in_(item_ids[start : start + 500]), visitor.c.company != "")
            .distinct()
            .order_by(visitor.c.company)
        )
        for item_id, company in rows:
            found.setdefault(item_id, []).append(company)
    return found


def _where(query: Query) -> Iterable:
    if query.states != ("all",):
        yield item.c.state.in_(query.states or OPEN)
    if query.reasons:
        yield item.c.id.in_(select(question.c.item_id).where(question.c.reason.in_(query.reasons)))
    if query.category:
        wanted = None if query.category == "none" else query.category
        yield item.c.category.is_(None) if wanted is None else item.c.category == wanted
    if query.older_than:
        yield item.c.first_asked_at < time.time() - query.older_than
    if query.newer_than:
        yield item.c.first_asked_at > time.time() - query.newer_than
    if query.mine is not None:
        yield item.c.assignee_id == query.mine
    for word in query.text.split():
        pattern = "%" + word.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        held = func.lower(question.c.text).like(pattern, escape="\\")
        number = (
            [item.c.id == int(word.lstrip("#"))] if word.lstrip("#").isdecimal() and len(word) < 10 else []
        )
        yield or_(
            item.c.id.in_(select(question.c.item_id).where(held)),
            func.lower(item.c.text).like(pattern, escape="\\"),
            *number,
        )


def _order(query: Query) -> tuple:
    return {
        "askers": (item.c.askers.desc(), item.c.first_asked_at),
        "newest": (item.c.last_asked_at.desc(), item.c.id.desc()),
        "oldest": (item.c.first_asked_at, item.c.id),
    }.get(query.order, (rank_of(item.c.reason), item.c.first_asked_at, item.c.id))


def _items():
    return select(item, staff.c.name.label("assignee")).join(
        staff, staff.c.id == item.c.assignee_id, isouter=True
    )


def _item(row: Row) -> Item:
    values = {name: row._mapping[name] for name in Item.__dataclass_fields__ if name != "reasons"}
    return Item(**{**values, "assignee": values["assignee"] or ""})
