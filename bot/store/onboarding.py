"""Onboarding records, and how often pairs of number and name did not match."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import case, delete, select, update
from sqlalchemy.engine import Connection

from bot.store.database import insert_for
from bot.store.schema import onboarding, onboarding_attempt

_COLUMNS = [column for column in onboarding.columns if column.name not in ("demo", "updated_at")]


def find(connection: Connection, business_number: str) -> dict[str, Any] | None:
    """The columns of a company's record, by name."""
    row = connection.execute(select(*_COLUMNS).where(onboarding.c.business_number == business_number)).first()
    return dict(row._mapping) if row else None


def compare(connection: Connection, records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What putting these records would do, by business number: `new`, `changed` or `same`."""
    stored = {row.business_number: dict(row._mapping) for row in connection.execute(select(*_COLUMNS))}
    found = {}
    for record in records:
        known = stored.get(record["business_number"])
        found[record["business_number"]] = (
            "new" if known is None else "same" if known == dict(record) else "changed"
        )
    return found


def put(connection: Connection, records: Iterable[Mapping[str, Any]], *, demo: bool = False) -> None:
    """Puts whole records in, each instead of the one there was under its business number."""
    extra = {"demo": demo, "updated_at": time.time()}
    for record in records:
        values = {**record, **extra}
        row = insert_for(connection, onboarding).values(**values)
        connection.execute(row.on_conflict_do_update(index_elements=["business_number"], set_=values))


def put_demo(connection: Connection, records: Sequence[Mapping[str, Any]]) -> None:
    """The demo's records alone as demo records; a company of that number that was imported stays as it is."""
    connection.execute(delete(onboarding).where(onboarding.c.demo))
    numbers = [record["business_number"] for record in records]
    taken = set(
        connection.execute(
            select(onboarding.c.business_number).where(onboarding.c.business_number.in_(numbers))
        ).scalars()
    )
    put(connection, [record for record in records if record["business_number"] not in taken], demo=True)


def is_refused(connection: Connection, keys: Iterable[str], limits: Iterable[int], seconds: float) -> bool:
    """Whether any of the keys has as many wrong pairs as its limit, the last one less than `seconds` ago."""
    return any(_wrong(connection, key, seconds) >= limit for key, limit in zip(keys, limits, strict=True))


def count_attempt(connection: Connection, keys: Sequence[str], limits: Sequence[int], seconds: float) -> bool:
    """Counts an attempt as wrong under each key before it is looked at; False where one of them is refused already.

    The rows are locked in the order of `keys` until the transaction ends, so attempts made at once are counted one after
    the other. What turned out right is taken back with `forgive`.
    """
    now = time.time()
    fresh = onboarding_attempt.c.last_at > now - seconds
    for key in keys:
        row = insert_for(connection, onboarding_attempt).values(key=key, wrong=0, last_at=now)
        kept = {
            "wrong": case((fresh, onboarding_attempt.c.wrong), else_=0),
            "last_at": case((fresh, onboarding_attempt.c.last_at), else_=now),
        }
        connection.execute(row.on_conflict_do_update(index_elements=["key"], set_=kept))
    if is_refused(connection, keys, limits, seconds):
        return False
    connection.execute(
        update(onboarding_attempt)
        .where(onboarding_attempt.c.key.in_(keys))
        .values(wrong=onboarding_attempt.c.wrong + 1, last_at=now)
    )
    return True


def forgive(connection: Connection, keys: Sequence[str]) -> None:
    """Takes back one attempt under each key: the pair was right."""
    for key in keys:  # locked in the same order as by `count_attempt`
        connection.execute(
            update(onboarding_attempt)
            .where(onboarding_attempt.c.key == key, onboarding_attempt.c.wrong > 0)
            .values(wrong=onboarding_attempt.c.wrong - 1)
        )


def purge_attempts(connection: Connection, seconds: float) -> None:
    """Forgets what no longer refuses anybody."""
    connection.execute(delete(onboarding_attempt).where(onboarding_attempt.c.last_at < time.time() - seconds))


def _wrong(connection: Connection, key: str, seconds: float) -> int:
    where = (onboarding_attempt.c.key == key) & (onboarding_attempt.c.last_at > time.time() - seconds)
    return connection.execute(select(onboarding_attempt.c.wrong).where(where)).scalar() or 0
