"""Visitors and their sessions. Of a session's token only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from bot.store import people, turns
from bot.store.database import insert_for
from bot.store.prepared import Prepared
from bot.store.schema import conversation, session, visitor
from bot.store.turns import MEMORY
from bot.visitor import Visitor

_AT_ONCE = 500  # visitors that one purge removes
_FIND_SESSION = Prepared(  # of every request
    select(visitor, session.c.expires_at, conversation.c.id.label("conversation_id"))
    .join(session, visitor.c.id == session.c.visitor_id)
    .join(conversation, conversation.c.visitor_id == visitor.c.id)
    .where(session.c.token_hash == bindparam("hash"), session.c.expires_at > bindparam("now"))
)


@dataclass(frozen=True)
class Session:
    """A visitor's session; `token` is known only to who just opened it."""

    visitor: Visitor
    conversation_id: str
    expires_at: float
    token: str = ""


def open_session(
    connection: Connection,
    *,
    hours: int,
    subject: str | None = None,
    person: Visitor | None = None,
    guest: str | None = None,
) -> Session:
    """A new session: of the member `subject` (created at the first login), or of a new guest.

    `guest` is the token of a session this member had before the login: what they asked staff in it stays theirs.
    """
    now = time.time()
    person = person or Visitor()
    claims = {"name": person.name, "company": person.company, "business_number": person.business_number}
    visitor_id = str(uuid.uuid4())
    mode = "member" if subject else "guest"
    fresh = insert_for(connection, visitor).values(
        id=visitor_id, mode=mode, subject=subject, created_at=now, **claims
    )
    if subject:  # the first login makes the member, later ones renew what the portal says of them
        connection.execute(fresh.on_conflict_do_update(index_elements=["subject"], set_=claims))
        visitor_id = connection.execute(select(visitor.c.id).where(visitor.c.subject == subject)).scalar_one()
    else:
        connection.execute(fresh)
    talk = {"id": str(uuid.uuid4()), "visitor_id": visitor_id, "state": {}, "updated_at": now, "last_seq": 0}
    connection.execute(
        insert_for(connection, conversation)
        .values(**talk)
        .on_conflict_do_nothing(index_elements=["visitor_id"])
    )
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(session).values(
            token_hash=_hash(token),
            visitor_id=visitor_id,
            created_at=now,
            expires_at=now + hours * 3600,
        )
    )
    found = find_session(connection, token)
    assert found is not None
    before = find_session(connection, guest) if subject and guest else None
    if before and before.visitor.is_member:
        before = None
    if before:
        people.hand_over(connection, before.visitor.id, found.visitor.id)
    if subject:
        _show_anew(connection, found.visitor.id, before and before.visitor.id)
    return Session(found.visitor, found.conversation_id, found.expires_at, token)


def _show_anew(connection: Connection, visitor_id: str, guest_id: str | None) -> None:
    """What a member was shown in an earlier session is not on the screen now; what a guest was shown before the login is."""
    shown = connection.execute(
        select(conversation.c.state).where(conversation.c.visitor_id == guest_id)
    ).scalar()
    memory = {MEMORY: shown[MEMORY]} if shown and MEMORY in shown else {}

    def change(state: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in state.items() if name != MEMORY} | memory

    turns.change_state(connection, visitor_id, change)


def find_session(connection: Connection, token: str) -> Session | None:
    """The session of a token, or None where there is none or it has expired."""
    row = _FIND_SESSION.first(connection, hash=_hash(token), now=time.time())
    if row is None:
        return None
    person = Visitor(row.id, row.mode, row.name, row.company, row.business_number)
    return Session(person, row.conversation_id, row.expires_at)


def prolong(connection: Connection, token: str, days: int) -> float:
    """Lets a session go on for `days` from now, where it would end sooner; returns when it ends (seconds since 1970)."""
    this, until = session.c.token_hash == _hash(token), time.time() + days * 86400
    connection.execute(update(session).where(this, session.c.expires_at < until).values(expires_at=until))
    return connection.execute(select(session.c.expires_at).where(this)).scalar() or 0.0  # 0: closed meanwhile


def close_session(connection: Connection, token: str) -> None:
    """Ends a session at once."""
    connection.execute(delete(session).where(session.c.token_hash == _hash(token)))


def purge(connection: Connection, *, conversation_days: int) -> int:
    """Removes ended sessions, then visitors without a session whose conversation is old, with all that is theirs."""
    now = time.time()
    connection.execute(delete(session).where(session.c.expires_at < now))
    old = select(conversation.c.visitor_id).where(conversation.c.updated_at < now - conversation_days * 86400)
    present = select(session.c.visitor_id)
    gone = select(visitor.c.id).where(visitor.c.id.in_(old), visitor.c.id.not_in(present)).limit(_AT_ONCE)
    return people.remove(connection, connection.execute(gone).scalars())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
