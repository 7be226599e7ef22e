"""Records for the tests: a company that has come as far as a step, with the step before done on the day before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from bot.onboarding.model import Record
from bot.onboarding.times import SEOUL

NUMBER, OTHER_NUMBER = "9991234561", "9990000016"  # no tax office is 999
NAME = "홍길동"
FRIDAY = datetime(2026, 7, 3, 10, 30, tzinfo=SEOUL)


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=SEOUL)


def record(track: str = "purchasing", **values: Any) -> Record:
    """A record; datetimes become seconds."""
    seconds = {name: _seconds(value) for name, value in values.items()}
    return replace(Record(NUMBER, "하나기술(주)", NAME, track), **seconds)


def _seconds(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else value


# what each step adds to the record
DONE: dict[str, dict[str, Any]] = {
    "registered": {},
    "mail_sent": {"mail_sent_at": at(2026, 6, 29)},
    "mail": {"mail_confirmed_at": at(2026, 6, 30)},
    "certificate": {
        "certificate_issued_at": at(2026, 7, 1),
        "certificate_kind": "lgcns",
        "certificate_expires_on": date(2027, 7, 1),
    },
    "bank": {"bank": "shinhan", "loan_joined_at": FRIDAY},
    "mp_site": {"mp_joined_at": FRIDAY},
    "signup": {"bank_sent_at": at(2026, 7, 4, 14), "signed_up_at": at(2026, 7, 6, 9)},
    "registration": {
        "certificate_registered_at": at(2026, 7, 6, 9, 30),
        "account_registered_at": at(2026, 7, 6, 9, 40),
    },
}


def up_to(step: str, track: str = "purchasing", **changed: Any) -> Record:
    """The record of a company that has done everything up to `step`."""
    values: dict[str, Any] = {}
    for name, added in DONE.items():
        values |= added
        if name == step:
            return record(track, **(values | changed))
    raise KeyError(step)
