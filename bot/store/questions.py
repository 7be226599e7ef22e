"""The review queue: questions that wait for an answer by staff."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.errors import Conflict
from bot.store.database import insert_for
from bot.store.schema import question, visitor

REASONS = ("asked", "no_answer", "failed")


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
    client_id: str | None = None,
) -> str:
    """Adds a question (already masked) and returns its id.

    With the sender's own `client_id` (UUID) a second time is no second question; raises Conflict where it then says
    something else or is about another entry.
    """
    question_id = str(uuid.uuid5(uuid.UUID(visitor_id), client_id) if client_id else uuid.uuid4())
    connection.execute(
        insert_for(connection, question)
        .values(
            id=question_id,
            visitor_id=visitor_id,
            turn_id=turn_id,
            text=text,
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


def hand_over(connection: Connection, visitor_id: str, to: str) -> None:
    """What a guest asked is from now on the question of the member they turned out to be."""
    connection.execute(update(question).where(question.c.visitor_id == visitor_id).values(visitor_id=to))


def asked_by(connection: Connection, visitor_id: str, limit: int = 100) -> list[Question]:
    """What a visitor sent to staff by hand, newest first."""
    where = (question.c.visitor_id == visitor_id) & (question.c.reason == "asked")
    return _questions(connection, where, question.c.asked_at.desc(), limit)


def waiting(connection: Connection, limit: int = 1000) -> list[Question]:
    """The new questions, those sent by hand first, oldest first."""
    order = (question.c.reason != "asked", question.c.asked_at)
    return _questions(connection, question.c.state == "new", order, limit)


def _questions(connection: Connection, where, order, limit: int) -> list[Question]:
    rows = connection.execute(
        select(question, visitor.c.mode, visitor.c.company)
        .join(visitor, visitor.c.id == question.c.visitor_id)
        .where(where)
        .order_by(*(order if isinstance(order, tuple) else (order,)))
        .limit(limit)
    )
    names = Question.__dataclass_fields__
    return [Question(**{name: row._mapping[name] for name in names}) for row in rows]
