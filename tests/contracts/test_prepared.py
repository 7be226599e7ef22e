"""Statements run by the driver itself behave as SQLAlchemy's own, on every database."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, bindparam, insert, select, update
from sqlalchemy.engine import Connection

from bot.errors import StoreUnavailable, Unauthorized
from bot.store.database import Database
from bot.store.prepared import Prepared
from bot.store.schema_review import status

ALL = {"name": "한글 '100%'", "version": 3, "value": {"목록": [1, None, "é"]}, "changed_at": 1.5}
PUT = Prepared(insert(status), tuple(ALL))
FIND = Prepared(select(status).where(status.c.name == bindparam("which")))
CHANGE = Prepared(
    update(status)
    .where(status.c.name == bindparam("which"))
    .values(value=bindparam("fresh", type_=JSON), version=status.c.version + 1)
)


def test_what_is_written_is_read_by_either_way(database: Database) -> None:
    with database.write() as connection:
        PUT.run(connection, **ALL)
        assert CHANGE.run(connection, which="nobody", fresh={}) == 0
        assert CHANGE.run(connection, which=ALL["name"], fresh={"새": True}) == 1
    with database.read() as connection:
        row = FIND.first(connection, which=ALL["name"])
        assert tuple(row) == tuple(connection.execute(select(status)).one())
        assert (row.version, row.value, row.changed_at) == (4, {"새": True}, 1.5)
        assert FIND.first(connection, which="nobody") is None


def test_a_failure_is_the_databases_and_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(StoreUnavailable), database.write() as connection:
        PUT.run(connection, **ALL)
        PUT.run(connection, **ALL)
    with database.read() as connection:
        assert FIND.all(connection, which=ALL["name"]) == []


def test_a_look_before_writing_waits_for_no_writer_and_a_refusal_writes_nothing(database: Database) -> None:
    def refuse(connection: Connection) -> None:
        assert FIND.first(connection, which=ALL["name"]) is None
        raise Unauthorized()

    with database.write() as connection:
        PUT.run(connection, **ALL)
        with pytest.raises(Unauthorized), database.write_after(refuse):
            raise AssertionError("nothing is written for who was refused")

    def look(connection: Connection) -> int:
        return FIND.first(connection, which=ALL["name"]).version

    with database.write_after(look) as (connection, version):
        assert CHANGE.run(connection, which=ALL["name"], fresh={"version": version}) == 1
    with pytest.raises(ZeroDivisionError), database.write_after(look) as (connection, version):
        CHANGE.run(connection, which=ALL["name"], fresh=version / 0)
    with database.read() as connection:
        assert FIND.first(connection, which=ALL["name"]).value == {"version": 3}
