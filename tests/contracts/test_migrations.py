"""Laws of the schema, on every database: migrations lead to what bot.store.schema says, however often they run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.errors import SettingsError, StoreUnavailable
from bot.store import visitors
from bot.store.database import MIGRATIONS, Database
from bot.store.schema import metadata
from tests.conftest import free_port
from tests.contracts.people import count, guest

pytestmark = pytest.mark.timeout(120)


def _head() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name == "sqlite_sequence")  # SQLite's own


def test_the_migrated_database_is_the_schema(fresh_database: Database) -> None:
    with fresh_database.read() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "include_name": _ours},
        )
        assert compare_metadata(context, metadata) == []


def test_nobody_else_reads_the_file(fresh_database: Database) -> None:
    file = Path(fresh_database.engine.url.database or "")
    if fresh_database.engine.dialect.name == "sqlite":
        for each in file.parent.glob(f"{file.name}*"):
            assert each.stat().st_mode & 0o077 == 0, each


def test_names_of_constraints_are_the_schema_s(fresh_database: Database) -> None:
    """Autogenerate does not compare these; a later migration drops them by name."""
    with fresh_database.read() as connection:
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            foreign = {key["name"] for key in inspector.get_foreign_keys(table.name)}
            assert foreign == {constraint.name for constraint in table.foreign_key_constraints}
            primary = inspector.get_pk_constraint(table.name)["name"]
            # SQLite keeps no name for a key that counts up by itself
            assert primary in (table.primary_key.name, None if connection.dialect.name == "sqlite" else "")


def test_upgrading_twice_changes_nothing(fresh_database: Database) -> None:
    token = guest(fresh_database).token
    fresh_database.upgrade()
    fresh_database.upgrade()
    with fresh_database.read() as connection:
        assert visitors.find_session(connection, token)
        versions = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    assert versions == [_head()]


def test_upgrade_by_several_processes_at_once(store_url: str) -> None:
    code = f"from bot.store.database import Database; Database({store_url!r}).upgrade()"
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    database = Database(store_url)
    try:
        database.ping()
        assert count(database, "alembic_version") == 1
        guest(database)
    finally:
        database.close()


def test_there_is_one_line_of_migrations() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_downgrade_and_up_again(fresh_database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with fresh_database.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    with fresh_database.read() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    fresh_database.upgrade()
    guest(fresh_database)


def test_a_database_of_a_newer_version_is_left_alone(fresh_database: Database) -> None:
    """As a host of the old version finds it that is started again during an upgrade."""
    with fresh_database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999_later'")
    with pytest.raises(SettingsError, match="newer version"):
        fresh_database.upgrade()


def test_one_at_a_time_over_all_hosts(store_url: str) -> None:
    """PostgreSQL holds hosts apart; SQLite has one host, whose processes are held apart by a file."""
    if not store_url.startswith("postgresql"):
        pytest.skip("SQLite serves one host")
    one, other = Database(store_url), Database(store_url)
    with one.alone("files"):
        with pytest.raises(StoreUnavailable), other.alone("files", patience=0.2):
            pytest.fail("two at a time")
        with other.alone("something else", patience=0.2):
            pass
    with other.alone("files", patience=0.2):
        pass
    one.close()
    other.close()


def test_a_database_without_a_schema_does_not_answer(store_url: str, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(exist_ok=True)
    database = Database(store_url)
    with pytest.raises(StoreUnavailable):
        database.ping()
    database.close()


def test_ping_of_a_sound_database(fresh_database: Database) -> None:
    fresh_database.ping()


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    database = Database(f"postgresql://elbi:secret@127.0.0.1:{free_port()}/elbi")
    with pytest.raises(StoreUnavailable) as refused:
        database.ping()
    assert "secret" not in str(refused.value)
    with pytest.raises(StoreUnavailable):
        database.upgrade()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "elbi.db").write_text("계약 " * 2000)
    database = Database(f"sqlite:///{tmp_path / 'elbi.db'}")
    with pytest.raises(StoreUnavailable):
        database.upgrade()


@pytest.mark.parametrize(
    "url", ["mysql://a@b/c", "elbi.db", "", "postgres://a@b/c", "oracle://a", "sqlite+nope:///x", "://"]
)
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="ELBI_DATABASE_URL"):
        Database(url)


def test_what_was_acknowledged_is_on_disk(fresh_database: Database) -> None:
    """SQLite: WAL and synchronous=FULL; PostgreSQL: synchronous_commit on. Foreign keys are held on both."""
    with fresh_database.read() as connection:
        if fresh_database.engine.dialect.name == "sqlite":
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
            assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
