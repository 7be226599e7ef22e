"""The journal of publishing. A row is pending until file and tables agree; who finds one left over finishes it."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, replace

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row

from bot.faq.fields import EntryFields
from bot.store.schema_review import publication
from bot.store.staff import Account

CLAIM_SECONDS = 10  # publishing takes about one; twice is harmless, the second finds it done
_AGAIN = "again"


@dataclass(frozen=True)
class Publication:
    """A change of an entry that is to be written."""

    operation: str  # create | change | phrasing | delete | restore
    faq_id: str
    who: Account
    fields: EntryFields | None = None  # as the entry is to be; of a phrasing, only `questions` counts
    base: str = ""  # digest of the state it was made from; empty: there was no entry
    item_id: int | None = None
    id: str = ""
    again: bool = False  # put back after an editor saved over it


def begin(connection: Connection, wanted: Publication) -> Publication:
    """Writes down what is about to be done."""
    made = replace(wanted, id=str(uuid.uuid4()))
    now = time.time()
    connection.execute(
        insert(publication).values(
            id=made.id,
            operation=made.operation,
            item_id=made.item_id,
            faq_id=made.faq_id,
            fields=made.fields.as_dict() if made.fields else None,
            base=made.base,
            staff_id=made.who.id or None,
            name=made.who.name,
            state="pending",
            problem=_AGAIN if made.again else "",
            claimed_until=now + CLAIM_SECONDS,
            created_at=now,
        )
    )
    return made


def end(connection: Connection, publication_id: str, state: str, problem: str = "") -> bool:
    """Marks one done or failed; False where somebody else did meanwhile."""
    pending = (publication.c.id == publication_id) & (publication.c.state == "pending")
    values = {"state": state, "finished_at": time.time(), **({"problem": problem} if problem else {})}
    return bool(connection.execute(update(publication).where(pending).values(**values)).rowcount)


def pending_for(connection: Connection, item_id: int) -> bool:
    """Whether an item's answer is being published."""
    where = (publication.c.item_id == item_id, publication.c.state == "pending")
    return connection.execute(select(publication.c.id).where(*where)).first() is not None


def left_over(connection: Connection) -> list[Publication]:
    """Pending ones whose maker is gone, now taken over by the caller; oldest first."""
    now = time.time()
    waiting = (publication.c.state == "pending") & (publication.c.claimed_until < now)
    rows = connection.execute(select(publication).where(waiting).order_by(publication.c.created_at)).all()
    taken = []
    for row in rows:
        claim = update(publication).where(publication.c.id == row.id, waiting)
        if connection.execute(claim.values(claimed_until=now + CLAIM_SECONDS)).rowcount:
            taken.append(_publication(row))
    return taken


def recent(connection: Connection, seconds: float) -> list[Publication]:
    """Those done in the last seconds, oldest first."""
    rows = connection.execute(
        select(publication)
        .where(publication.c.state == "done", publication.c.finished_at > time.time() - seconds)
        .order_by(publication.c.finished_at)
    )
    return [_publication(row) for row in rows]


def _publication(row: Row) -> Publication:
    who = Account(row.staff_id or 0, "", row.name, "publisher")
    fields = EntryFields.from_dict(row.fields) if row.fields else None
    again = row.problem == _AGAIN
    return Publication(row.operation, row.faq_id, who, fields, row.base, row.item_id, row.id, again)
