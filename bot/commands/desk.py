"""What the commands about the review share: the desk without a server, and how things are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import ElbiError, RequestError, StoreUnavailable
from bot.faq.model import CATEGORIES
from bot.settings import Settings
from bot.store import staff
from bot.store.database import Database
from bot.store.staff import Account

COMMAND = Account(0, "", "elbi (명령)", "admin")  # who uses the command line may do everything


def database(settings: Settings, *, create: bool = False) -> Database:
    """The database of the settings, made where there is none if the command may be the first on a machine.

    Raises ElbiError where there is none otherwise, and where it does not answer.
    """
    found = Database(settings.store_url)
    try:
        if create:
            found.upgrade()
        found.ping()
    except StoreUnavailable as error:
        raise ElbiError(
            f"데이터베이스를 읽을 수 없습니다 ({error}). 아직 없으면 `elbi db upgrade`로 만드세요."
        ) from error
    return found


def account(connection: Any, login: str) -> Account:
    """The account of a login; raises ElbiError where there is none."""
    found = staff.by_login(connection, login)
    if found is None:
        raise ElbiError(f"아이디 {login!r}이(가) 없습니다. `elbi staff list`로 확인해 주세요.")
    return found


def clear(error: RequestError) -> ElbiError:
    """A refusal as the command line says it."""
    return ElbiError(error.message)


def label(category: str | None) -> str:
    """A category's name."""
    return CATEGORIES[category].label if category in CATEGORIES else "-"


def local(timestamp: float | None) -> str:
    """A time as people in Seoul read it."""
    if timestamp is None:
        return "-"
    return datetime.fromtimestamp(timestamp, ZoneInfo("Asia/Seoul")).strftime("%Y-%m-%d %H:%M")
