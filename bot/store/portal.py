"""The portal's own database, read only: its view `onboarding` holds what our table of that name does (see the README)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from bot.errors import SettingsError, StoreUnavailable
from bot.store.database import translated
from bot.store.schema import onboarding

SECONDS = 2  # to connect, and for the query
_COLUMNS = [column.name for column in onboarding.columns if column.name not in ("demo", "updated_at")]
# a view may hold numbers as people write them, 123-45-67891
_FIND = text(
    f"SELECT {', '.join(_COLUMNS)} FROM onboarding WHERE business_number IN (:number, :written)"  # noqa: S608
)


class Portal:
    """One engine over the portal's database. Never writes, and gives up after a few seconds."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)

    def find(self, business_number: str) -> dict[str, Any] | None:
        """The columns of a company's row as the view gives them; raises StoreUnavailable."""
        written = f"{business_number[:3]}-{business_number[3:5]}-{business_number[5:]}"
        with translated(), self._engine.connect() as connection:
            rows = connection.execute(_FIND, {"number": business_number, "written": written}).all()
        if len(rows) > 1:
            raise StoreUnavailable("the portal's view has a business number more than once")
        return dict(rows[0]._mapping) if rows else None

    def forget_connections(self) -> None:
        """To be called in a forked process: the connections stay with the parent."""
        self._engine.dispose(close=False)

    def close(self) -> None:
        self._engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        common: dict[str, Any] = {"future": True, "hide_parameters": True}
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            return create_engine(_read_only(parsed), connect_args=_SQLITE, **common)
        if parsed.get_backend_name() == "postgresql":
            return create_engine(
                url, pool_pre_ping=True, pool_size=4, pool_timeout=SECONDS, connect_args=_POSTGRES, **common
            )
    except (ArgumentError, NoSuchModuleError):
        pass
    raise SettingsError(
        "ELBI_PORTAL_DATABASE_URL: write postgresql://user:password@host/name or sqlite:///path"
    )


_SQLITE = {"timeout": SECONDS, "check_same_thread": False}
_POSTGRES = {
    "connect_timeout": SECONDS,
    "options": f"-c statement_timeout={SECONDS * 1000} -c default_transaction_read_only=on",
}


def _read_only(parsed: URL) -> URL:
    """SQLite's address of a file that is neither made nor changed."""
    path = Path(parsed.database or "").absolute().as_uri()
    return parsed.set(database=path).update_query_dict({"mode": "ro", "uri": "true"})
