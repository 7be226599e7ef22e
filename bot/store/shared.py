"""What the workers agree on through the database: who does a task for all, and small facts with a version."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.engine import Connection

from bot.store.database import insert_for
from bot.store.schema_review import lease, status


@dataclass(frozen=True)
class Fact:
    """A small fact; its version counts up with every change."""

    version: int = 0
    value: Any = None
    changed_at: float = 0.0


def hold(connection: Connection, name: str, holder: str, seconds: float) -> bool:
    """Takes or keeps a lease for some seconds; False where another one has it."""
    now = time.time()
    fresh = insert_for(connection, lease).values(name=name, holder=holder, until=now + seconds)
    if connection.execute(fresh.on_conflict_do_nothing(index_elements=["name"])).rowcount:
        return True
    free = or_(lease.c.holder == holder, lease.c.until < now)
    taken = update(lease).where(lease.c.name == name, free).values(holder=holder, until=now + seconds)
    return bool(connection.execute(taken).rowcount)


def drop(connection: Connection, name: str, holder: str) -> None:
    """Gives a lease back."""
    mine = (lease.c.name == name) & (lease.c.holder == holder)
    connection.execute(update(lease).where(mine).values(until=0.0))


def fact(connection: Connection, name: str) -> Fact:
    """A fact; version 0 and no value where it was never said."""
    row = connection.execute(select(status).where(status.c.name == name)).first()
    return Fact(row.version, row.value, row.changed_at) if row else Fact()


def versions(connection: Connection) -> dict[str, int]:
    """The version of every fact."""
    return {row.name: row.version for row in connection.execute(select(status.c.name, status.c.version))}


def say(connection: Connection, name: str, value: Any = None) -> int:
    """States a fact anew; returns its version."""
    now = time.time()
    values = {"value": value if value is not None else {}, "changed_at": now}
    stated = insert_for(connection, status).values(name=name, version=1, **values)
    connection.execute(
        stated.on_conflict_do_update(
            index_elements=["name"], set_={**values, "version": status.c.version + 1}
        )
    )
    return connection.execute(select(status.c.version).where(status.c.name == name)).scalar_one()
