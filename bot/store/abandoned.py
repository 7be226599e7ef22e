"""Turns that nobody works on any more, since the process that did was killed."""

from __future__ import annotations

import time

from sqlalchemy import or_, select
from sqlalchemy.engine import Connection

from bot.store.schema import conversation, turn

AT_ONCE = 100
_OPEN = select(conversation.c.id, conversation.c.claimed_by).join(
    turn, (turn.c.conversation_id == conversation.c.id) & turn.c.finished_at.is_(None)
)


def unfinished(connection: Connection, older_than: float) -> list[str]:
    """Ids of conversations with a turn asked more than `older_than` seconds ago that nobody works on."""
    now = time.time()
    free = or_(conversation.c.claimed_by.is_(None), conversation.c.claimed_until < now)
    rows = connection.execute(_OPEN.where(turn.c.asked_at < now - older_than, free).distinct().limit(AT_ONCE))
    return [row.id for row in rows]


def held(connection: Connection) -> list[tuple[str, str]]:
    """(conversation id, claim) of turns that somebody works on, if the process is still there."""
    rows = connection.execute(_OPEN.where(conversation.c.claimed_by.is_not(None)).distinct().limit(AT_ONCE))
    return [(row.id, row.claimed_by) for row in rows]
