"""What a visitor reads of their conversation: its finished turns, where it ends, how far they have looked."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from bot.store.schema import conversation, turn
from bot.store.turns import Turn, turn_of


def history(
    connection: Connection, conversation_id: str, after: int = 0, before: int | None = None, limit: int = 100
) -> list[Turn]:
    """Finished turns numbered above `after` and below `before`, oldest first: the first `limit` after `after`, or where
    it is 0 the last `limit`.
    """
    where = [turn.c.conversation_id == conversation_id, turn.c.seq > after, turn.c.finished_at.is_not(None)]
    if before is not None:
        where.append(turn.c.seq < before)
    rows = connection.execute(
        select(turn).where(*where).order_by(turn.c.seq if after else turn.c.seq.desc()).limit(limit)
    ).all()
    return [turn_of(row) for row in (rows if after else reversed(rows))]


def ends(connection: Connection, conversation_id: str) -> tuple[int, int]:
    """Numbers of the last finished turn and of the last one the visitor has looked at (0: none)."""
    finished = (turn.c.conversation_id == conversation_id) & turn.c.finished_at.is_not(None)
    last = connection.execute(select(func.max(turn.c.seq)).where(finished)).scalar_one() or 0
    seen = select(conversation.c.seen_seq).where(conversation.c.id == conversation_id)
    return last, connection.execute(seen).scalar_one()


def looked_at(connection: Connection, conversation_id: str, seq: int) -> int:
    """Notes that the visitor has looked at the turns up to `seq`; never goes back. Returns the number now kept."""
    connection.execute(
        update(conversation)
        .where(
            conversation.c.id == conversation_id,
            conversation.c.seen_seq < seq,
            conversation.c.last_seq >= seq,
        )
        .values(seen_seq=seq)
    )
    return ends(connection, conversation_id)[1]
