"""The demo's member of staff: there only while a server runs with --demo."""

from __future__ import annotations

import time

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from bot.store import staff as accounts
from bot.store.schema_review import staff, staff_session

LOGIN, NAME = "demo", "데모 관리자"


def admit(connection: Connection, password_hash: str) -> bool:
    """Lets the demo's admin in with the password of this hash alone; False where somebody else has that login."""
    found = accounts.by_login(connection, LOGIN)
    if found is None:
        accounts.add(connection, login=LOGIN, name=NAME, role="admin", password_hash=password_hash)
        return True
    if found.name != NAME:
        return False
    connection.execute(update(staff).where(staff.c.id == found.id).values(disabled_at=None))
    accounts.change(connection, found.id, role="admin", password_hash=password_hash)
    return True


def dismiss(connection: Connection) -> None:
    """Keeps the demo's admin out, even where there is no other: a demo login left on is a hole."""
    found = connection.execute(
        select(staff.c.id).where(staff.c.login == LOGIN, staff.c.name == NAME)
    ).scalar()
    if found is not None:
        connection.execute(update(staff).where(staff.c.id == found).values(disabled_at=time.time()))
        connection.execute(delete(staff_session).where(staff_session.c.staff_id == found))
