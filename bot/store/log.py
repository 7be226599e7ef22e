"""The history of what staff did: rows are added, in the transaction of what they tell, and never changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from bot.store.schema_review import history
from bot.store.staff import Account


@dataclass(frozen=True)
class Did:
    """A row of the history."""

    id: int
    at: float
    name: str  # who; empty = 엘비 itself
    action: str  # claim, draft, publish, export, staff.add, …
    item_id: int | None
    faq_id: str | None
    detail: dict[str, Any]


def note(
    connection: Connection,
    who: Account,
    action: str,
    *,
    item_id: int | None = None,
    faq_id: str | None = None,
    **detail: Any,
) -> None:
    """Adds a row; `detail` is JSON."""
    connection.execute(
        insert(history).values(
            at=time.time(),
            staff_id=who.id or None,
            name=who.name,
            action=action,
            item_id=item_id,
            faq_id=faq_id,
            detail=detail,
        )
    )


def rows(
    connection: Connection,
    *,
    item_id: int | None = None,
    faq_id: str = "",
    name: str = "",
    action: str = "",
    limit: int = 100,
    offset: int = 0,
) -> tuple[Sequence[Did], int]:
    """Rows newest first, and how many there are in all."""
    where = []
    if item_id is not None:
        where.append(history.c.item_id == item_id)
    if faq_id:
        where.append(history.c.faq_id == faq_id)
    if name:
        where.append(history.c.name == name)
    if action:
        where.append(history.c.action == action)
    found = connection.execute(
        select(history).where(*where).order_by(history.c.id.desc()).limit(limit).offset(offset)
    )
    total = connection.execute(select(func.count()).select_from(history).where(*where)).scalar_one()
    return [
        Did(row.id, row.at, row.name, row.action, row.item_id, row.faq_id, row.detail) for row in found
    ], total
