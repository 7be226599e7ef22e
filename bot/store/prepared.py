"""Statements that every turn runs, compiled once: to have SQLAlchemy prepare one each time takes longer than the database does."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import Insert

Convert = Callable[[Any], Any]


class Prepared:
    """A statement with named values, run by the driver itself; what it needs of a dialect is worked out at its first use.

    `values` are the columns that an insert is given.
    """

    def __init__(self, statement: Any, values: Sequence[str] = ()) -> None:
        self._statement = statement
        self._values = values
        self._known: dict[str, _Compiled] = {}

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """The rows, as named tuples."""
        compiled, cursor = self._run(connection, values)
        try:
            return compiled.rows(cursor)
        finally:
            cursor.close()

    def first(self, connection: Connection, **values: Any) -> Any | None:
        """The first row, or None."""
        return next(iter(self.all(connection, **values)), None)

    def run(self, connection: Connection, **values: Any) -> int:
        """Changes rows; how many. Of an insert, the key that the new row was given."""
        _, cursor = self._run(connection, values)
        try:
            if not isinstance(self._statement, Insert):
                return cursor.rowcount
            return cursor.fetchone()[0] if cursor.description else cursor.lastrowid
        finally:
            cursor.close()

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        dialect = connection.dialect
        compiled = self._known.get(dialect.name)
        if compiled is None:
            compiled = self._known[dialect.name] = _Compiled(self._statement, self._values, dialect)
        return compiled, run_plainly(connection, compiled.text, compiled.parameters(values))


def run_plainly(connection: Connection, text: str, parameters: Any = ()) -> Any:
    """The driver's cursor after it ran SQL text; its errors are SQLAlchemy's."""
    dialect = connection.dialect
    try:
        cursor = connection.connection.cursor()
        cursor.execute(text, parameters)
    except dialect.dbapi.Error as error:
        raise DBAPIError.instance(
            text, None, error, dialect.dbapi.Error, hide_parameters=True, dialect=dialect
        ) from error
    return cursor


class _Compiled:
    """The statement in one dialect."""

    def __init__(self, statement: Any, values: Sequence[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(values) or None)
        self.text = str(compiled)
        self._places = compiled.positiontup if compiled.positional else None
        self._given = {name: bind.effective_value for name, bind in compiled.binds.items()}
        self._convert: dict[str, Convert] = {}
        for name, bind in compiled.binds.items():
            if convert := bind.type.dialect_impl(dialect).bind_processor(dialect):
                self._convert[name] = convert
        columns = list(getattr(statement, "selected_columns", ()))
        self._row = namedtuple("Row", [column.name for column in columns])
        self._types = [(place, column.type.dialect_impl(dialect)) for place, column in enumerate(columns)]
        self._dialect = dialect
        self._read: list[tuple[int, Convert]] | None = None

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """What the driver is given with the text."""
        found = {**self._given, **values}
        for name, convert in self._convert.items():
            found[name] = convert(found[name])
        return found if self._places is None else [found[name] for name in self._places]

    def rows(self, cursor: Any) -> list[Any]:
        """The rows of a cursor, each value as its column's type has it."""
        if (
            self._read is None
        ):  # PostgreSQL's driver tells by its own codes which values it has converted already
            kinds = [each[1] for each in cursor.description]
            readers = ((i, kind.result_processor(self._dialect, kinds[i])) for i, kind in self._types)
            self._read = [(i, read) for i, read in readers if read]
        found = []
        for row in cursor.fetchall():
            if self._read:
                values = list(row)
                for place, read in self._read:
                    values[place] = read(values[place])
                row = values
            found.append(self._row(*row))
        return found
