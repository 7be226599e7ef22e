"""What visitors do with entries: open them, say whether they helped, share them."""

from __future__ import annotations

import secrets
import time

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from bot.store.database import insert_for
from bot.store.prepared import Prepared
from bot.store.schema import UNJUDGED, conversation, faq_open, feedback, share, turn, visitor
from bot.visitor import Visitor

BEST_DAYS = 30
AT_ONCE = 25  # lists judged in one transaction, which turns have to wait for
_OPEN = Prepared(insert(faq_open), ("faq_id", "visitor_id", "mode", "opened_at"))


def opened(connection: Connection, visitor: Visitor, faq_id: str) -> None:
    """Notes that a visitor was shown an entry."""
    _OPEN.run(connection, faq_id=faq_id, visitor_id=visitor.id, mode=visitor.mode, opened_at=time.time())


def most_opened(connection: Connection, mode: str, limit: int = 50) -> list[str]:
    """Ids of the entries that most visitors of a kind opened in the last 30 days; who opens one twice counts once."""
    people = func.count(faq_open.c.visitor_id.distinct())
    rows = connection.execute(
        select(faq_open.c.faq_id)
        .where(faq_open.c.mode == mode, faq_open.c.opened_at > time.time() - BEST_DAYS * 86400)
        .group_by(faq_open.c.faq_id)
        .order_by(people.desc(), faq_open.c.faq_id)
        .limit(limit)
    )
    return [row.faq_id for row in rows]


def rate(connection: Connection, visitor: Visitor, faq_id: str, helpful: bool, comment: str) -> None:
    """Keeps a visitor's latest word on an entry (the comment already masked)."""
    values = {"helpful": helpful, "comment": comment, "given_at": time.time()}
    word = insert_for(connection, feedback).values(visitor_id=visitor.id, faq_id=faq_id, **values)
    connection.execute(word.on_conflict_do_update(index_elements=["visitor_id", "faq_id"], set_=values))


def share_entry(connection: Connection, visitor: Visitor, faq_id: str) -> str:
    """The token of a new link to an entry."""
    token = secrets.token_urlsafe(12)
    values = {"token": token, "faq_id": faq_id, "visitor_id": visitor.id, "created_at": time.time()}
    connection.execute(insert(share).values(**values))
    return token


def shared_entry(connection: Connection, token: str) -> str | None:
    """The id of the entry a link leads to."""
    return connection.execute(select(share.c.faq_id).where(share.c.token == token)).scalar()


def shown_for(connection: Connection, visitor_id: str, faq_id: str, look_back: int = 20) -> Row | None:
    """The visitor's latest turn (id, text) that showed an entry, or listed it."""
    recent = connection.execute(
        select(turn.c.id, turn.c.text, turn.c.faq_id, turn.c.replies)
        .join(conversation, conversation.c.id == turn.c.conversation_id)
        .where(conversation.c.visitor_id == visitor_id, turn.c.text != "", turn.c.finished_at.is_not(None))
        .order_by(turn.c.seq.desc())
        .limit(look_back)
    )
    return next((row for row in recent if row.faq_id == faq_id or faq_id in _listed(row)), None)


def lists_left(connection: Connection, after_seconds: float, limit: int = AT_ONCE) -> list[Row]:
    """Turns (turn_id, visitor_id, text, intent) that listed entries of which none was opened; each is told of once.

    Known as soon as another question followed, or `after_seconds` after the list; what was opened after it counts.
    """
    now = time.time()
    later = turn.alias()
    followed = exists().where(
        later.c.conversation_id == turn.c.conversation_id,
        later.c.seq > turn.c.seq,
        later.c.text != "",
        later.c.finished_at.is_not(None),
    )
    rows = connection.execute(
        select(
            turn.c.id.label("turn_id"),
            turn.c.text,
            turn.c.intent,
            turn.c.replies,
            turn.c.finished_at,
            conversation.c.visitor_id,
        )
        .join(conversation, conversation.c.id == turn.c.conversation_id)
        .where(
            UNJUDGED,
            or_(followed, turn.c.finished_at < now - after_seconds),
        )
        .order_by(turn.c.id)
        .limit(limit)
    ).all()
    left = []
    for row in rows:
        # of several workers that look at once, one judges
        judged = (
            update(turn).where(turn.c.id == row.turn_id, turn.c.judged_at.is_(None)).values(judged_at=now)
        )
        opened_one = exists().where(
            faq_open.c.visitor_id == row.visitor_id, faq_open.c.opened_at >= row.finished_at
        )
        if connection.execute(judged).rowcount and not connection.execute(select(opened_one)).scalar():
            left.append(row)
    return left


def _listed(row: Row) -> set[str]:
    return {each["id"] for reply in row.replies or () for each in reply.get("items", ())}


def people_who_opened(connection: Connection, faq_id: str) -> int:
    """How many people opened an entry in the last 30 days."""
    recent = faq_open.c.opened_at > time.time() - BEST_DAYS * 86400
    people = select(func.count(faq_open.c.visitor_id.distinct())).where(faq_open.c.faq_id == faq_id, recent)
    return connection.execute(people).scalar_one()


def said_of(connection: Connection, faq_id: str, limit: int = 200) -> list[dict]:
    """Who found an entry helpful or not: [{"helpful", "comment", "given_at", "mode", "company"}], newest first."""
    rows = connection.execute(
        select(feedback.c.helpful, feedback.c.comment, feedback.c.given_at, visitor.c.mode, visitor.c.company)
        .join(visitor, visitor.c.id == feedback.c.visitor_id)
        .where(feedback.c.faq_id == faq_id)
        .order_by(feedback.c.given_at.desc())
        .limit(limit)
    )
    return [dict(row._mapping) for row in rows]
