"""Who asked an item of the queue: each question with what stood around it, and the people to be told of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection

from bot.store.questions import REASONS
from bot.store.schema import conversation, question, turn, visitor
from bot.store.schema_review import item

AROUND = 3  # turns shown before and after a question


@dataclass(frozen=True)
class Asked:
    """One question of an item: who, when, and what stood around it."""

    id: str
    text: str
    reason: str
    comment: str
    times: int
    asked_at: float
    mode: str  # guest | member
    name: str
    company: str
    visitor_id: str
    about: str | None
    candidates: Sequence[dict[str, Any]]  # [{"id", "title", "score"}], best first, as they were then
    turns: Sequence[dict[str, Any]]  # [{"text", "outcome", "asked_at", "this": bool}] around it, oldest first
    item_id: int = 0  # another one's than the item opened, where that one is a duplicate of it


@dataclass(frozen=True)
class Asker:
    """A person to be told of an answer."""

    visitor_id: str
    mode: str
    conversation_id: str
    question_id: str
    text: str


def of_item(connection: Connection, item_id: int, limit: int = 200) -> list[Asked]:
    """The questions of an item and its duplicates, newest first, each with the turns around it."""
    belongs = or_(
        question.c.item_id == item_id,
        question.c.item_id.in_(select(item.c.id).where(item.c.duplicate_of == item_id)),
    )
    rows = connection.execute(
        select(question, visitor.c.mode, visitor.c.name, visitor.c.company)
        .join(visitor, visitor.c.id == question.c.visitor_id)
        .where(belongs)
        .order_by(question.c.asked_at.desc())
        .limit(limit)
    ).all()
    names = [name for name in Asked.__dataclass_fields__ if name != "turns"]
    return [
        Asked(**{name: row._mapping[name] for name in names}, turns=_around(connection, row)) for row in rows
    ]


def askers(connection: Connection, item_id: int, reasons: Sequence[str] = REASONS) -> list[Asker]:
    """Each person who asked an item or a duplicate of it for one of these reasons, with what they asked last by hand."""
    belongs = or_(
        question.c.item_id == item_id,
        question.c.item_id.in_(select(item.c.id).where(item.c.duplicate_of == item_id)),
    )
    rows = connection.execute(
        select(visitor.c.id, visitor.c.mode, conversation.c.id, question.c.id, question.c.text)
        .join(visitor, visitor.c.id == question.c.visitor_id)
        .join(conversation, conversation.c.visitor_id == visitor.c.id)
        .where(belongs, question.c.reason.in_(reasons))
        .order_by(question.c.reason == "asked", question.c.asked_at)
    )
    return list({row[0]: Asker(*row) for row in rows}.values())


def _around(connection: Connection, row) -> list[dict[str, Any]]:
    """The turns around a question; where it was not one, those of the time it was asked."""
    talk = select(conversation.c.id).where(conversation.c.visitor_id == row.visitor_id).scalar_subquery()
    seq = connection.execute(
        select(func.max(turn.c.seq)).where(
            turn.c.conversation_id == talk,
            turn.c.id == row.turn_id if row.turn_id else turn.c.asked_at <= row.asked_at,
        )
    ).scalar()
    near = turn.c.seq.between((seq or 0) - AROUND, (seq or 0) + AROUND)
    found = connection.execute(
        select(turn).where(turn.c.conversation_id == talk, near, turn.c.text != "").order_by(turn.c.seq)
    )
    return [
        {
            "text": each.text,
            "outcome": each.outcome,
            "asked_at": each.asked_at,
            "this": each.id == row.turn_id,
        }
        for each in found
    ]
