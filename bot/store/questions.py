"""Questions of visitors that wait for an answer by staff: each belongs to an item of the queue (bot.store.items)."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.engine import Connection

from bot.errors import Conflict
from bot.korean.text import key
from bot.store.database import insert_for
from bot.store.schema import question, visitor
from bot.store.schema_review import item

# To 엘비 by hand, a thumbs-down with a comment and without, no answer found, an error, a list nothing was opened of:
# the most explicit one first
REASONS = ("asked", "comment", "unhelpful", "no_answer", "failed", "unopened")


@dataclass(frozen=True)
class Question:
    """A question in the queue."""

    id: str
    text: str
    reason: str
    state: str
    asked_at: float
    category: str | None = None
    about: str | None = None
    candidates: Sequence[dict[str, Any]] = ()
    context: Sequence[dict[str, Any]] = ()
    mode: str = "guest"
    company: str = ""
    item_id: int | None = None
    faq_id: str | None = None  # of the entry that answers it, once its item is published


def digest_of(text: str) -> str:
    """Equal for texts that differ in spaces, punctuation and case alone."""
    return hashlib.sha256(key(text).encode()).hexdigest()


def put(
    connection: Connection,
    visitor_id: str,
    text: str,
    reason: str,
    *,
    turn_id: int | None = None,
    category: str | None = None,
    about: str | None = None,
    candidates: Sequence[dict[str, Any]] = (),
    context: Sequence[dict[str, Any]] = (),
    item_id: int | None = None,
    comment: str = "",
    client_id: str | None = None,
) -> str:
    """Adds a question (already masked) and returns its id.

    With the sender's own `client_id` (UUID) a second time is no second question; raises Conflict where it then says
    something else or is about another entry.
    """
    question_id = _id_of(visitor_id, client_id) if client_id else str(uuid.uuid4())
    connection.execute(
        insert_for(connection, question)
        .values(
            id=question_id,
            visitor_id=visitor_id,
            turn_id=turn_id,
            text=text,
            digest=digest_of(text),
            item_id=item_id,
            comment=comment,
            reason=reason,
            state="new",
            category=category,
            about=about,
            candidates=list(candidates),
            context=list(context),
            asked_at=time.time(),
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )
    kept = connection.execute(
        select(question.c.text, question.c.about).where(question.c.id == question_id)
    ).one()
    if tuple(kept) != (text, about):
        raise Conflict()
    return question_id


def is_there(connection: Connection, visitor_id: str, client_id: str) -> bool:
    """Whether a visitor has sent a question under this id before."""
    same = question.c.id == _id_of(visitor_id, client_id)
    return connection.execute(select(question.c.id).where(same)).first() is not None


def again(
    connection: Connection,
    visitor_id: str,
    text: str,
    reason: str,
    item_id: int,
    comment: str = "",
    wordings: int = 5,
) -> str | None:
    """Counts up what the same person already asked, in the same words or in `wordings` others; its id, or None where it
    is to be put as a question of its own."""
    mine = connection.execute(
        select(question.c.id, question.c.digest)
        .where(
            question.c.visitor_id == visitor_id,
            question.c.reason == reason,
            question.c.item_id == item_id,
        )
        .order_by(question.c.asked_at.desc())
    ).all()
    same = [row.id for row in mine if row.digest == digest_of(text)]
    if not same and len(mine) < wordings:
        return None
    found = same[0] if same else mine[0].id
    values = {"comment": comment} if comment else {}
    connection.execute(
        update(question).where(question.c.id == found).values(times=question.c.times + 1, **values)
    )
    return found


def asked_by(connection: Connection, visitor_id: str, limit: int = 100) -> list[Question]:
    """What a visitor sent to staff by hand, newest first, each in the state of its item."""
    where = (question.c.visitor_id == visitor_id) & (question.c.reason == "asked")
    return _questions(connection, where, question.c.asked_at.desc(), limit)


def waiting(connection: Connection, limit: int = 1000) -> list[Question]:
    """The new questions, those sent by hand first, oldest first."""
    order = (question.c.reason != "asked", question.c.asked_at)
    return _questions(connection, func.coalesce(item.c.state, question.c.state) == "new", order, limit)


def without_item(connection: Connection, limit: int = 100) -> list[Question]:
    """Questions that no item holds: those from before there were items."""
    return _questions(connection, question.c.item_id.is_(None), question.c.asked_at, limit)


def give_item(connection: Connection, question_id: str, item_id: int) -> None:
    """Attaches a question to an item."""
    row = connection.execute(select(question.c.text).where(question.c.id == question_id)).scalar_one()
    connection.execute(
        update(question).where(question.c.id == question_id).values(item_id=item_id, digest=digest_of(row))
    )


def _questions(connection: Connection, where, order, limit: int) -> list[Question]:
    target = item.alias()  # a duplicate is answered with the item it is a duplicate of
    answered = target.c.state.in_(("published", "rejected"))
    state = case((answered, target.c.state), else_=func.coalesce(item.c.state, question.c.state))
    rows = connection.execute(
        select(
            question,
            visitor.c.mode,
            visitor.c.company,
            state.label("current"),
            func.coalesce(target.c.faq_id, item.c.faq_id).label("faq_id"),
        )
        .join(visitor, visitor.c.id == question.c.visitor_id)
        .join(item, item.c.id == question.c.item_id, isouter=True)
        .join(target, target.c.id == item.c.duplicate_of, isouter=True)
        .where(where)
        .order_by(*(order if isinstance(order, tuple) else (order,)))
        .limit(limit)
    )
    names = Question.__dataclass_fields__
    return [
        Question(**{name: row._mapping[name] for name in names if name != "state"}, state=row.current)
        for row in rows
    ]


def _id_of(visitor_id: str, client_id: str) -> str:
    return str(uuid.uuid5(uuid.UUID(visitor_id), client_id))
