"""Visitors, sessions and turns for the store laws."""

from __future__ import annotations

import hashlib
import time
import uuid
from typing import Any

from sqlalchemy import text, update

from bot.store import turns, visitors
from bot.store.database import Database
from bot.store.schema import conversation, session, turn
from bot.store.turns import Turn, Work
from bot.store.visitors import Session
from bot.visitor import Visitor

REPLY = {"kind": "text", "text": "안녕하세요 😀"}


def guest(database: Database, hours: int = 12) -> Session:
    with database.write() as connection:
        return visitors.open_session(connection, hours=hours)


def member(database: Database, subject: str = "partnerplus:1", **claims: str) -> Session:
    with database.write() as connection:
        return visitors.open_session(connection, hours=12, subject=subject, person=Visitor(**claims))


def ask(database: Database, conversation_id: str, words: str = "계약", client_id: str | None = None) -> Turn:
    digest = hashlib.sha256(words.encode()).hexdigest()
    with database.write() as connection:
        return turns.record(connection, conversation_id, client_id or str(uuid.uuid4()), words, digest)


def claim(database: Database, conversation_id: str) -> Work | None:
    with database.write() as connection:
        return turns.claim(connection, conversation_id, str(uuid.uuid4()))


def finish(database: Database, work: Work, **changed: Any) -> Turn | None:
    values = {"outcome": "text", "state": {}, **changed}
    with database.write() as connection:
        return turns.finish(connection, work, [REPLY], **values)


def answered(database: Database, conversation_id: str, words: str) -> Turn:
    asked = ask(database, conversation_id, words)
    work = claim(database, conversation_id)
    assert work and finish(database, work)
    return asked


def let_claim_run_out(database: Database, conversation_id: str) -> None:
    """As if its holder had been killed and the time were over."""
    with database.write() as connection:
        connection.execute(
            update(conversation)
            .where(conversation.c.id == conversation_id)
            .values(claimed_until=time.time() - 1)
        )


def make_older(database: Database, conversation_id: str, seconds: float) -> None:
    then = time.time() - seconds
    with database.write() as connection:
        connection.execute(
            update(turn).where(turn.c.conversation_id == conversation_id).values(asked_at=then)
        )
        connection.execute(
            update(conversation).where(conversation.c.id == conversation_id).values(updated_at=then)
        )


def end_sessions(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(session).values(expires_at=time.time() - 1))


def count(database: Database, table: str) -> int:
    with database.read() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
