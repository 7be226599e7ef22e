"""The databases every store law is held on: SQLite, and a PostgreSQL server of our own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from bot.store.database import Database
from bot.store.schema import metadata

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, not even migrated."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state' / 'elbi.db'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def fresh_database(store_url: str) -> Iterator[Database]:
    """A database migrated for this test alone."""
    database = Database(store_url)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "elbi.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> Iterator[Database]:
    engine = sqlalchemy.create_engine(postgres + "/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("CREATE DATABASE contracts TEMPLATE template0 ENCODING 'UTF8'"))
    engine.dispose()
    database = Database(postgres + "/contracts")
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with the newest schema and nothing in it."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), tmp_path / "elbi.db")
        database = Database(f"sqlite:///{tmp_path / 'elbi.db'}")
        yield database
        database.close()
        return
    database = request.getfixturevalue("migrated_postgres")
    with database.write() as connection:
        tables = ", ".join(metadata.tables)
        connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    yield database
