"""The states FAQ entries had: written when an entry is published, and when its file was changed by hand."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection, Row

from bot.faq.fields import EntryFields
from bot.store.schema_review import publication, revision
from bot.store.staff import SYSTEM, Account


@dataclass(frozen=True)
class Revision:
    """A state an entry had."""

    id: int
    faq_id: str
    at: float
    name: str  # who; empty = by hand in the file
    action: str  # start | create | change | phrasing | delete | restore | file
    fields: EntryFields | None  # None: it was taken out


def add(connection: Connection, faq_id: str, fields: EntryFields | None, who: Account, action: str) -> bool:
    """Adds a state; False where the entry's last one is the same."""
    digest = fields.digest if fields else ""
    last = connection.execute(
        select(revision.c.digest).where(revision.c.faq_id == faq_id).order_by(revision.c.id.desc()).limit(1)
    ).scalar()
    if last == digest or (last is None and fields is None):
        return False
    values = {"faq_id": faq_id, "digest": digest, "fields": fields.as_dict() if fields else None}
    connection.execute(
        insert(revision).values(
            **values, at=time.time(), staff_id=who.id or None, name=who.name, action=action
        )
    )
    return True


def follow(
    connection: Connection, entries: Iterable[EntryFields], only: Collection[str] | None = None
) -> list[str]:
    """Adds a state for each entry that is another than its last one: what was changed by hand; their ids.

    Entries that are being published are left to who publishes them. Where `only` some ids can have changed, `entries` are
    those of them that there are.
    """
    latest = select(func.max(revision.c.id)).group_by(revision.c.faq_id)
    if only is not None:
        latest = latest.where(revision.c.faq_id.in_(only))
    known = {
        row.faq_id: row.digest
        for row in connection.execute(select(revision).where(revision.c.id.in_(latest)))
    }
    pending = select(publication.c.faq_id).where(publication.c.state == "pending")
    busy = set(connection.execute(pending).scalars())
    now = {fields.id: fields for fields in entries}
    if not known and only is None and not busy:
        return _begin(connection, now)
    changed = []
    for faq_id in (*now, *(each for each, digest in known.items() if digest and each not in now)):
        fields = now.get(faq_id)
        if faq_id not in busy and known.get(faq_id, "") != (fields.digest if fields else ""):
            add(connection, faq_id, fields, SYSTEM, "file" if known or only is not None else "start")
            changed.append(faq_id)
    return changed


def _begin(connection: Connection, entries: Mapping[str, EntryFields]) -> list[str]:
    """The first states, all at once."""
    like = {"at": time.time(), "staff_id": SYSTEM.id or None, "name": SYSTEM.name, "action": "start"}
    rows = [
        {"faq_id": faq_id, "digest": fields.digest, "fields": fields.as_dict(), **like}
        for faq_id, fields in entries.items()
    ]
    if rows:
        connection.execute(insert(revision), rows)
    return list(entries)


def of(connection: Connection, faq_id: str, limit: int = 200) -> list[Revision]:
    """The states of an entry, newest first."""
    rows = connection.execute(
        select(revision).where(revision.c.faq_id == faq_id).order_by(revision.c.id.desc()).limit(limit)
    )
    return [_revision(row) for row in rows]


def find(connection: Connection, revision_id: int) -> Revision | None:
    """A state by its id."""
    row = connection.execute(select(revision).where(revision.c.id == revision_id)).first()
    return _revision(row) if row else None


def gone(connection: Connection) -> list[Revision]:
    """Of each entry that is no longer there, the row that says so, newest first."""
    latest = select(func.max(revision.c.id)).group_by(revision.c.faq_id)
    where = revision.c.id.in_(latest) & (revision.c.digest == "")
    return [
        _revision(row)
        for row in connection.execute(select(revision).where(where).order_by(revision.c.id.desc()))
    ]


def newest(connection: Connection, _mode: str = "", limit: int = 100) -> Sequence[str]:
    """Ids of the entries changed last (those there at the start do not count), newest first, for every mode the same."""
    last = func.max(revision.c.id)
    rows = connection.execute(
        select(revision.c.faq_id)
        .where(revision.c.action != "start")
        .group_by(revision.c.faq_id)
        .order_by(last.desc())
        .limit(limit)
    )
    return list(rows.scalars())


def _revision(row: Row) -> Revision:
    fields = EntryFields.from_dict(row.fields) if row.fields else None
    return Revision(row.id, row.faq_id, row.at, row.name, row.action, fields)
