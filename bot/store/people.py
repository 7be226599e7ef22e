"""What is kept of one visitor: to be found, handed out, and removed for good."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import Connection

from bot.store import items
from bot.store.schema import conversation, faq_open, feedback, question, session, share, turn, visitor
from bot.store.schema_review import item

REMOVED = "(삭제된 질문)"


def find(connection: Connection, text: str, limit: int = 50) -> list[dict[str, Any]]:
    """Visitors whose id, subject, name or company is or holds a text, newest first."""
    text = text.strip()
    if not text:
        return []
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    held = (each.like(f"%{literal}%", escape="\\") for each in (visitor.c.name, visitor.c.company))
    subject = visitor.c.subject.like(f"%:{literal}", escape="\\")
    where = or_(visitor.c.id == text, visitor.c.subject == text, subject, *held)
    shown = (visitor.c.id, visitor.c.mode, visitor.c.name, visitor.c.company, visitor.c.created_at)
    rows = connection.execute(select(*shown).where(where).order_by(visitor.c.created_at.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]


def export(connection: Connection, visitor_id: str) -> dict[str, Any] | None:
    """All that is kept of a visitor, or None where there is none."""
    person = connection.execute(select(visitor).where(visitor.c.id == visitor_id)).first()
    if person is None:
        return None

    def rows(table, where, *without: str) -> list[dict[str, Any]]:
        found = connection.execute(select(table).where(where))
        return [{name: value for name, value in row._mapping.items() if name not in without} for row in found]

    talks = select(conversation.c.id).where(conversation.c.visitor_id == visitor_id)
    return {
        "visitor": dict(person._mapping),
        "sessions": rows(session, session.c.visitor_id == visitor_id, "token_hash"),
        "turns": rows(turn, turn.c.conversation_id.in_(talks), "digest"),
        "questions": rows(question, question.c.visitor_id == visitor_id, "digest"),
        "opened": rows(faq_open, faq_open.c.visitor_id == visitor_id),
        "feedback": rows(feedback, feedback.c.visitor_id == visitor_id),
        "shares": rows(share, share.c.visitor_id == visitor_id, "token"),
    }


def hand_over(connection: Connection, visitor_id: str, to: str) -> None:
    """What a guest asked is from now on the question of the member they turned out to be."""
    theirs = question.c.visitor_id == visitor_id
    touched = connection.execute(select(question.c.item_id).where(theirs).distinct()).scalars().all()
    connection.execute(update(question).where(theirs).values(visitor_id=to))
    for item_id in touched:
        if item_id is not None:
            items.recount(connection, item_id)


def remove(connection: Connection, visitor_ids: Iterable[str]) -> int:
    """Removes visitors with all that is theirs, and brings the items they asked up to what is left; how many there were.

    An item that nobody else asked goes with them; one that is published stays, without their words.
    """
    wanted = list(visitor_ids)
    theirs = set(
        connection.execute(select(question.c.item_id).where(question.c.visitor_id.in_(wanted))).scalars()
    )
    removed = connection.execute(delete(visitor).where(visitor.c.id.in_(wanted))).rowcount
    for item_id in sorted(each for each in theirs if each is not None):
        _tidy(connection, item_id)
    return removed


def _tidy(connection: Connection, item_id: int) -> None:
    left = connection.execute(
        select(question.c.text, question.c.digest)
        .where(question.c.item_id == item_id)
        .order_by(question.c.asked_at)
    ).all()
    row = connection.execute(
        select(item.c.state, item.c.digest, item.c.duplicate_of).where(item.c.id == item_id)
    )
    found = row.first()
    if found is None:
        return
    has_duplicates = bool(items.duplicates_of(connection, item_id))
    if not left and found.state != "published" and not has_duplicates:
        connection.execute(delete(item).where(item.c.id == item_id))
    else:
        if not any(each.digest == found.digest for each in left):
            text, digest = (left[0].text, left[0].digest) if left else (REMOVED, "")
            connection.execute(
                update(item).where(item.c.id == item_id).values(text=text, digest=digest, draft=None)
            )
        items.recount(connection, item_id)
    if found.duplicate_of:
        items.recount(connection, found.duplicate_of)
