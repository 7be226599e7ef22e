"""What staff are to be told, each once a channel, and how often it was tried."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import exists, insert, select, update
from sqlalchemy.engine import Connection

from bot.store import items
from bot.store.items import Item
from bot.store.schema_review import item, notice

AT_ONCE = 50  # items of one message
_FIRST_WAIT = 30.0  # seconds; doubles with every attempt
_LONGEST_WAIT = 3600.0
_NEW_SECONDS = 7 * 86400  # what is older when a channel is set up is no news


def prepare(connection: Connection, channels: Sequence[str], overdue_before: float) -> None:
    """Adds a notice for each new item, and for each open one that waits too long, that has none yet."""
    now = time.time()
    wanted = {
        "new": (
            item.c.state == "new",
            item.c.reason != "unopened",
            item.c.first_asked_at > now - _NEW_SECONDS,
        ),
        "overdue": (
            item.c.state.in_(items.OPEN),
            item.c.reason != "unopened",
            item.c.first_asked_at < overdue_before,
        ),
    }
    for kind, where in wanted.items():
        for channel in channels:
            known = exists().where(
                notice.c.item_id == item.c.id, notice.c.kind == kind, notice.c.channel == channel
            )
            fresh = connection.execute(select(item.c.id).where(*where, ~known).limit(AT_ONCE)).scalars().all()
            for item_id in fresh:
                values = {"kind": kind, "item_id": item_id, "channel": channel}
                connection.execute(insert(notice).values(**values, created_at=now, next_at=now))


def due(connection: Connection) -> dict[tuple[str, str], list[tuple[int, Item]]]:
    """What is to be sent now: (kind, channel) → (notice id, item), at most one message each."""
    rows = connection.execute(
        select(notice)
        .where(notice.c.sent_at.is_(None), notice.c.next_at <= time.time())
        .order_by(notice.c.id)
        .limit(4 * AT_ONCE)
    ).all()
    found: dict[tuple[str, str], list[tuple[int, Item]]] = {}
    for row in rows:
        asked = items.find(connection, row.item_id)
        message = found.setdefault((row.kind, row.channel), [])
        if asked and len(message) < AT_ONCE:
            message.append((row.id, asked))
    return {which: rows for which, rows in found.items() if rows}


def done(connection: Connection, notice_ids: Sequence[int], problem: str, most: int) -> None:
    """Notes what became of a message: sent, or to be tried again later, `most` times in all."""
    now = time.time()
    for row in connection.execute(select(notice).where(notice.c.id.in_(notice_ids))).all():
        attempts = row.attempts + 1
        sent = not problem or attempts >= most
        wait = min(_FIRST_WAIT * 2**row.attempts, _LONGEST_WAIT)
        connection.execute(
            update(notice)
            .where(notice.c.id == row.id)
            .values(attempts=attempts, problem=problem, next_at=now + wait, sent_at=now if sent else None)
        )
