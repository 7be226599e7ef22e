"""The database: connections, transactions, migrations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from bot.errors import SettingsError, StoreUnavailable
from bot.store.gate import Gate
from bot.store.prepared import run_plainly

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 10
ALONE_SECONDS = 8.0
_WRITE, _FILE = "elbi_write", "elbi_file"

T = TypeVar("T")


class Database:
    """One engine; `read()` and `write()` give a connection in a transaction and raise StoreUnavailable on failure."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._writing = self.engine.execution_options(**{_WRITE: True})
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        self._gate = Gate(file + "-gate", BUSY_SECONDS) if file else nullcontext

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        with translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose changes are committed together at the end, or not at all."""
        with translated(), self._gate(), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def write_after(self, look: Callable[[Connection], T]) -> Iterator[tuple[Connection, T]]:
        """As `write`, with what `look` found on the same connection before: no writer has to wait for that.

        `look` runs prepared statements alone; those of SQLAlchemy would begin the transaction.
        """
        with translated(), self._writing.connect() as connection:
            found = look(connection)
            with self._gate(), connection.begin():
                yield connection, found

    def upgrade(self) -> None:
        """Brings the schema to the newest migration; safe when several processes do it at once.

        Raises SettingsError for a database of a newer version.
        """
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with translated():
            if self.engine.dialect.name == "sqlite":
                file = Path(self.engine.url.database or "")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.touch(0o600)  # it holds names and companies; SQLite gives its other files the same mode
            with self._writing.begin() as connection:
                if self.engine.dialect.name == "postgresql":
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7140501)")
                config.attributes["connection"] = connection
                try:
                    command.upgrade(config, "head")
                except CommandError as error:
                    raise SettingsError(
                        f"ELBI_DATABASE_URL: a newer version of 엘비 has changed this database ({error})"
                    ) from error

    @contextmanager
    def alone(self, name: str, patience: float = ALONE_SECONDS) -> Iterator[None]:
        """What one process of all hosts does at a time. SQLite serves one host: there a lock of its files must do.

        Raises StoreUnavailable where somebody else is at it for longer than `patience` seconds.
        """
        if self.engine.dialect.name != "postgresql":
            yield
            return
        connection = self._locked(name, patience)
        try:
            yield
        finally:
            with suppress(SQLAlchemyError):
                connection.close()

    def _locked(self, name: str, patience: float) -> Connection:
        """A connection whose transaction holds the lock; it goes with the connection, whatever happens to us."""
        with translated():
            connection = self.engine.connect()
            try:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(patience * 1000)}")
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7140501, hashtext(%s))", (name,))
            except BaseException:
                connection.close()
                raise
            return connection

    def ping(self) -> None:
        """Raises StoreUnavailable where the database does not answer or has no schema."""
        with self.read() as connection:
            connection.exec_driver_sql("SELECT version_num FROM alembic_version")

    def forget_connections(self) -> None:
        """To be called in a forked process: the connections stay with the parent."""
        self.engine.dispose(close=False)

    def close(self) -> None:
        self.engine.dispose()


def insert_for(connection: Connection, table: Table):
    """An insert that can say what to do on a conflict, in the dialect of the connection."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


@contextmanager
def translated() -> Iterator[None]:
    """Failures of the database as StoreUnavailable."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        raise StoreUnavailable(f"the database does not answer: {_short(error)}") from error
    except OSError as error:
        raise StoreUnavailable(f"the database cannot be reached: {error}") from error


def _short(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().split("\n")[0]


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(url)
        if parsed.get_backend_name() == "postgresql":
            return create_engine(
                url,
                future=True,
                pool_pre_ping=True,
                pool_size=8,
                pool_timeout=5,
                hide_parameters=True,  # errors are logged; what visitors typed is not
                connect_args={"connect_timeout": 5},
            )
    except (ArgumentError, NoSuchModuleError):
        pass
    raise SettingsError("ELBI_DATABASE_URL: write sqlite:///path or postgresql://user:password@host/name")


def _sqlite(url: str) -> Engine:
    connect = {"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None}
    # connections are kept: opening one reads the schema anew, and closing the last one writes the whole log back
    engine = create_engine(
        url, future=True, hide_parameters=True, connect_args=connect, poolclass=QueuePool, pool_size=8
    )

    @event.listens_for(engine, "connect")
    def prepare(connection, record) -> None:
        record.info[_FILE] = _identity(engine.url.database)
        cursor = connection.cursor()
        # FULL: what was acknowledged survives a power cut, not only a killed process
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "checkout")
    def look(_connection, record, _proxy) -> None:
        if record.info[_FILE] != _identity(engine.url.database):  # moved away or put back from a copy
            raise DisconnectionError("the database's file is another than when it was opened")

    @event.listens_for(engine, "begin")
    def begin(connection) -> None:
        # A transaction that will write says so at once: a reader that turns writer half-way would fail, not wait.
        writing = connection.get_execution_options().get(_WRITE)
        run_plainly(connection, "BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _identity(file: str | None) -> tuple[int, int] | None:
    """Tells a file from another that comes to its path; None where there is none."""
    with suppress(OSError):
        found = os.stat(file) if file else None
        return (found.st_dev, found.st_ino) if found else None
    return None
