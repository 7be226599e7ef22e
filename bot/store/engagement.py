"""What visitors do with entries: open them, say whether they helped, share them."""

from __future__ import annotations

import secrets
import time

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from bot.store.database import insert_for
from bot.store.schema import faq_open, feedback, share
from bot.visitor import Visitor

BEST_DAYS = 30


def opened(connection: Connection, visitor: Visitor, faq_id: str) -> None:
    """Notes that a visitor was shown an entry."""
    connection.execute(
        insert(faq_open).values(
            faq_id=faq_id, visitor_id=visitor.id, mode=visitor.mode, opened_at=time.time()
        )
    )


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
