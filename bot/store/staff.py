"""Staff accounts and their sessions. Of passwords argon2id hashes are kept, of sessions the hash of the token."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from bot.errors import Conflict, InvalidRequest, NotFound
from bot.store.database import insert_for
from bot.store.schema_review import staff, staff_session

ROLES = ("viewer", "editor", "publisher", "admin")
FEWEST_CHARACTERS = 10  # of a password
MOST_CHARACTERS = 200
FAILURES_BEFORE_LOCK = 5
LOCK_SECONDS = 900
IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 12 * 3600
_SEEN_SECONDS = 60  # how exactly it is kept when a session was used
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@\-]{1,59}")
_hasher = PasswordHasher()  # argon2id with the library's parameters (RFC 9106, second recommendation)
# compared with where there is no such account, so that unknown logins take as long
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Qb2ep/vB1oWjzVl3+4iDUA$DzmHqbP5tY182g2Q11twQhNoAdy0eO5Rvu+VRRlvVok"


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
    unnoted: bool = False  # it is used again, and that is to be noted (see `note_use`)


SYSTEM = Account(0, "", "", "admin")  # 엘비 itself, in the history


def add(connection: Connection, *, login: str, name: str, role: str, password_hash: str) -> Account:
    """A new account; raises InvalidRequest for a login, name or role that will not do, Conflict where it is taken."""
    login, name = login.strip().lower(), name.strip()
    if not _LOGIN.fullmatch(login):
        raise InvalidRequest(
            "아이디는 영문 소문자, 숫자, . _ - @로 2자에서 60자까지 쓸 수 있습니다.", code="login"
        )
    _check(name, role)
    values = {"login": login, "name": name, "role": role, "password_hash": password_hash}
    added = connection.execute(
        insert_for(connection, staff)
        .values(**values, created_at=time.time(), failures=0)
        .on_conflict_do_nothing(index_elements=["login"])
    )
    if not added.rowcount:
        raise Conflict(f"아이디 {login!r}은(는) 이미 있습니다.", code="taken")
    found = by_login(connection, login)
    assert found is not None
    return found


def accounts(connection: Connection) -> list[Account]:
    """All accounts, by login."""
    return [_account(row) for row in connection.execute(select(staff).order_by(staff.c.login))]


def find(connection: Connection, account_id: int) -> Account | None:
    """An account by id."""
    row = connection.execute(select(staff).where(staff.c.id == account_id)).first()
    return _account(row) if row else None


def by_login(connection: Connection, login: str) -> Account | None:
    """An account by its login, whatever its case."""
    row = connection.execute(select(staff).where(staff.c.login == login.strip().lower())).first()
    return _account(row) if row else None


def change(
    connection: Connection,
    account_id: int,
    *,
    name: str | None = None,
    role: str | None = None,
    password_hash: str | None = None,
    enabled: bool | None = None,
) -> Account:
    """Changes what is given. A new password, role or disabling ends the account's sessions. The last enabled admin stays
    one (Conflict). Raises NotFound, InvalidRequest."""
    # the update locks the admins' rows: of two admins who demote each other at once, one stays
    connection.execute(update(staff).where(staff.c.role == "admin").values(role=staff.c.role))
    before = find(connection, account_id)
    if before is None:
        raise NotFound()
    _check(name if name is not None else before.name, role or before.role)
    values: dict[str, object] = {}
    if name is not None:
        values["name"] = name.strip()
    if role is not None:
        values["role"] = role
    if password_hash is not None:
        values |= {"password_hash": password_hash, "failures": 0, "locked_until": None}
    if enabled is not None:
        values |= {"disabled_at": None if enabled else time.time(), "failures": 0, "locked_until": None}
    if values:
        connection.execute(update(staff).where(staff.c.id == account_id).values(**values))
    admins = select(func.count()).where(staff.c.role == "admin", staff.c.disabled_at.is_(None))
    if before.role == "admin" and before.enabled and not connection.execute(admins).scalar():
        raise Conflict("관리자가 한 명은 있어야 합니다.", code="last_admin")
    if password_hash or enabled is False or (role and role != before.role):
        connection.execute(delete(staff_session).where(staff_session.c.staff_id == account_id))
    after = find(connection, account_id)
    assert after is not None
    return after


def hashed(password: str) -> str:
    """The argon2id hash of a password (tens of milliseconds: not in a transaction); raises InvalidRequest."""
    if not FEWEST_CHARACTERS <= len(password) <= MOST_CHARACTERS or len(set(password)) < 4:
        raise InvalidRequest(
            f"비밀번호는 서로 다른 글자를 섞어 {FEWEST_CHARACTERS}자 이상으로 정해 주세요.", code="password"
        )
    return _hasher.hash(password)


def hash_of(connection: Connection, login: str) -> tuple[Account | None, str]:
    """The account of a login that may sign in now, and the hash to compare with; a foreign hash where there is none."""
    row = connection.execute(select(staff).where(staff.c.login == login.strip().lower())).first()
    if row is None or row.disabled_at is not None or (row.locked_until or 0) > time.time():
        return None, _NOBODY
    return _account(row), row.password_hash


def holds(password_hash: str, password: str) -> bool:
    """Whether a password is the one of a hash (tens of milliseconds: not in a transaction)."""
    try:
        return _hasher.verify(password_hash, password[:MOST_CHARACTERS])
    except (VerificationError, InvalidHashError):
        return False


def failed(connection: Connection, account_id: int) -> None:
    """Counts a wrong password; the fifth in a row locks the account for 15 minutes."""
    failures = staff.c.failures + 1
    locked = case(
        (failures % FAILURES_BEFORE_LOCK == 0, time.time() + LOCK_SECONDS), else_=staff.c.locked_until
    )
    connection.execute(
        update(staff).where(staff.c.id == account_id).values(failures=failures, locked_until=locked)
    )


def open_session(connection: Connection, account_id: int) -> StaffSession:
    """A new session of an account whose password held."""
    now = time.time()
    connection.execute(
        update(staff).where(staff.c.id == account_id).values(failures=0, locked_until=None, signed_in_at=now)
    )
    token = secrets.token_urlsafe(32)
    values = {"token_hash": _hash(token), "staff_id": account_id, "csrf": secrets.token_urlsafe(24)}
    connection.execute(
        insert(staff_session).values(**values, created_at=now, seen_at=now, expires_at=now + ABSOLUTE_SECONDS)
    )
    account = find(connection, account_id)
    assert account is not None
    return StaffSession(account, values["csrf"], now + ABSOLUTE_SECONDS, token)


def find_session(connection: Connection, token: str, *, now: float | None = None) -> StaffSession | None:
    """The session of a token; None where it ran out (30 minutes unused, 12 hours in all) or the account is disabled."""
    now = time.time() if now is None else now
    session = staff_session.c
    row = connection.execute(
        select(staff, session.csrf, session.expires_at, session.seen_at)
        .join(staff_session, session.staff_id == staff.c.id)
        .where(
            session.token_hash == _hash(token),
            session.expires_at > now,
            session.seen_at > now - IDLE_SECONDS,
            staff.c.disabled_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    unnoted = now - row.seen_at > _SEEN_SECONDS
    return StaffSession(_account(row), row.csrf, row.expires_at, unnoted=unnoted)


def note_use(connection: Connection, token: str, *, now: float | None = None) -> None:
    """That a session is used now; asked for once a minute, so that pages that are only read do not wait for a writer."""
    used = update(staff_session).where(staff_session.c.token_hash == _hash(token))
    connection.execute(used.values(seen_at=time.time() if now is None else now))


def sign_out(connection: Connection, token: str) -> None:
    """Ends a session at once."""
    connection.execute(delete(staff_session).where(staff_session.c.token_hash == _hash(token)))


def purge(connection: Connection) -> None:
    """Removes sessions that ran out."""
    now, session = time.time(), staff_session.c
    ended = (session.expires_at < now) | (session.seen_at < now - IDLE_SECONDS)
    connection.execute(delete(staff_session).where(ended))


def _check(name: str, role: str) -> None:
    if not 0 < len(name.strip()) <= 100:
        raise InvalidRequest("이름을 100자 안으로 적어 주세요.", code="name")
    if role not in ROLES:
        raise InvalidRequest(f"역할은 {', '.join(ROLES)} 중 하나입니다.", code="role")


def _account(row: Row) -> Account:
    return Account(
        row.id,
        row.login,
        row.name,
        row.role,
        row.disabled_at is None,
        row.locked_until,
        row.signed_in_at,
        row.created_at,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
