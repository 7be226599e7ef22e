"""Each time the model was learnt anew: what became of it, and why."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.store.schema_review import training

UNDER_WAY = ("training", "checking")


def begin(connection: Connection, asked_by: str) -> int:
    """A new run; returns its id."""
    values = {"state": "training", "asked_by": asked_by, "started_at": time.time()}
    return connection.execute(insert(training).values(**values)).inserted_primary_key[0]


def change(connection: Connection, run_id: int, state: str, **values: Any) -> None:
    """Moves a run on; `model`, `reason`, `report`."""
    ended = {} if state in UNDER_WAY else {"finished_at": time.time()}
    connection.execute(update(training).where(training.c.id == run_id).values(state=state, **ended, **values))


def give_up(connection: Connection, reason: str) -> int:
    """Ends runs that are under way but whose process is gone; how many."""
    values = {"state": "failed", "reason": reason, "finished_at": time.time()}
    return connection.execute(
        update(training).where(training.c.state.in_(UNDER_WAY)).values(**values)
    ).rowcount


def newest(connection: Connection, limit: int = 20) -> list[dict[str, Any]]:
    """Runs as dictionaries, newest first."""
    rows = connection.execute(select(training).order_by(training.c.id.desc()).limit(limit))
    return [dict(row._mapping) for row in rows]
