"""People: staff accounts and signing in, and what is kept of one visitor."""

from __future__ import annotations

from typing import Any

from bot.errors import Forbidden, NotFound, Unauthorized
from bot.review.roles import require
from bot.store import log, people, staff
from bot.store.database import Database
from bot.store.staff import Account, StaffSession


class People:
    """Raises Forbidden, NotFound, Conflict, InvalidRequest. Everything is written into the history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sign_in(self, login: str, password: str) -> StaffSession | None:
        """A new session, or None where login and password do not hold or the account is disabled or locked.

        Five wrong passwords in a row lock the account for 15 minutes. Unknown logins take as long as known ones. A session
        that the browser had before is to be ended (bot.store.staff.sign_out): signing in always makes a new one.
        """
        with self._database.read() as connection:
            account, password_hash = staff.hash_of(connection, login)
        held = staff.holds(password_hash, password)
        if account is None:
            return None
        with self._database.write() as connection:
            if not held:
                staff.failed(connection, account.id)
                return None
            if staff.hash_of(connection, login) != (account, password_hash):
                return None  # locked, disabled or given another password meanwhile
            log.note(connection, account, "sign_in")
            return staff.open_session(connection, account.id)

    def accounts(self, who: Account) -> list[Account]:
        """All accounts of staff."""
        require(who, "staff")
        with self._database.read() as connection:
            return staff.accounts(connection)

    def add(self, who: Account, *, login: str, name: str, role: str, password: str) -> Account:
        """A new account."""
        require(who, "staff")
        password_hash = staff.hashed(password)
        with self._database.write() as connection:
            added = staff.add(connection, login=login, name=name, role=role, password_hash=password_hash)
            log.note(connection, who, "staff.add", login=added.login, role=added.role)
        return added

    def change(
        self,
        who: Account,
        account_id: int,
        *,
        name: str | None = None,
        role: str | None = None,
        password: str | None = None,
        enabled: bool | None = None,
    ) -> Account:
        """Changes what is given (see bot.store.staff.change)."""
        require(who, "staff")
        password_hash = staff.hashed(password) if password is not None else None
        with self._database.write() as connection:
            changed = staff.change(
                connection, account_id, name=name, role=role, password_hash=password_hash, enabled=enabled
            )
            said = {"name": name, "role": role, "enabled": enabled, "password": True if password else None}
            told = {key: value for key, value in said.items() if value is not None}
            log.note(connection, who, "staff.change", login=changed.login, **told)
        return changed

    def change_own_password(self, who: Account, old: str, new: str) -> None:
        """Any account, its own; Unauthorized where the old one does not hold. Ends its sessions."""
        if not who.id:
            raise Forbidden()
        with self._database.read() as connection:
            account, password_hash = staff.hash_of(connection, who.login)
        if account is None or not staff.holds(password_hash, old):
            if account:
                with self._database.write() as connection:
                    staff.failed(connection, account.id)
            raise Unauthorized("지금 쓰는 비밀번호가 맞지 않습니다.", code="password")
        fresh = staff.hashed(new)
        with self._database.write() as connection:
            staff.change(connection, who.id, password_hash=fresh)
            log.note(connection, who, "staff.password")

    def find(self, who: Account, text: str) -> list[dict[str, Any]]:
        """Visitors whose id, name or company is or holds a text: [{"id", "mode", "name", "company", "created_at"}]."""
        require(who, "person")
        with self._database.read() as connection:
            return people.find(connection, text)

    def export(self, who: Account, visitor_id: str) -> dict[str, Any]:
        """All that is kept of a visitor."""
        require(who, "person")
        with self._database.write() as connection:
            kept = people.export(connection, visitor_id)
            if kept is None:
                raise NotFound()
            log.note(connection, who, "person.export", visitor=visitor_id)
        return kept

    def delete(self, who: Account, visitor_id: str) -> None:
        """Removes all that is kept of a visitor, for good; items only they asked go with them unless published."""
        require(who, "person")
        with self._database.write() as connection:
            if not people.remove(connection, [visitor_id]):
                raise NotFound()
            log.note(connection, who, "person.delete", visitor=visitor_id)
