"""Staff accounts and their sessions. Of passwords argon2id hashes are kept, of sessions the hash of the token."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

FEWEST_CHARACTERS = 10  # of a password
FAILURES_BEFORE_LOCK = 5
LOCK_SECONDS = 900
IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 12 * 3600


@dataclass(frozen=True)
class Account:
    """A member of staff."""

    id: int
    login: str
    name: str
    role: str  # viewer | editor | publisher | admin (bot.review.roles)
    enabled: bool = True
    locked_until: float | None = None
    signed_in_at: float | None = None
    created_at: float = 0.0


@dataclass(frozen=True)
class StaffSession:
    """A session; `token` is known only to who just signed in. `csrf` is what its forms must carry."""

    account: Account
    csrf: str
    expires_at: float
    token: str = ""


SYSTEM = Account(0, "", "", "admin")  # 엘비 itself, in the history


def add(connection: Connection, *, login: str, name: str, role: str, password: str) -> Account:
    """A new account; raises InvalidRequest for a login, role or password that will not do, Conflict where it is taken."""
    raise NotImplementedError


def accounts(connection: Connection) -> list[Account]:
    """All accounts, by login."""
    raise NotImplementedError


def find(connection: Connection, account_id: int) -> Account | None:
    """An account by id."""
    raise NotImplementedError


def by_login(connection: Connection, login: str) -> Account | None:
    """An account by its login, whatever its case."""
    raise NotImplementedError


def change(
    connection: Connection,
    account_id: int,
    *,
    name: str | None = None,
    role: str | None = None,
    password: str | None = None,
    enabled: bool | None = None,
) -> Account:
    """Changes what is given. A new password, role or disabling ends the account's sessions. The last enabled admin stays
    one (Conflict). Raises NotFound, InvalidRequest."""
    raise NotImplementedError


def sign_in(connection: Connection, login: str, password: str) -> StaffSession | None:
    """A new session, or None where login and password do not hold or the account is disabled or locked.

    Five wrong passwords in a row lock the account for 15 minutes. Takes the time of a password check (about 50 ms) for
    unknown logins too. The counting is part of the transaction: do not raise in it afterwards.
    """
    raise NotImplementedError


def find_session(connection: Connection, token: str, *, now: float | None = None) -> StaffSession | None:
    """The session of a token and, where the last look is over a minute ago, notes that it is used (a write).

    None where it ran out (30 minutes unused, 12 hours in all) or the account is disabled.
    """
    raise NotImplementedError


def rotate(connection: Connection, token: str) -> StaffSession | None:
    """The same session under a new token and csrf value; the old ones end."""
    raise NotImplementedError


def sign_out(connection: Connection, token: str) -> None:
    """Ends a session at once."""
    raise NotImplementedError


def purge(connection: Connection) -> None:
    """Removes sessions that ran out."""
    raise NotImplementedError
