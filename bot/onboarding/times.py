"""Times in Seoul: as they are given in files and databases, as people read them, and the rule of the next day at 15:00."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
OPENING = time(15)
_DAYS = "월화수목금토일"
_WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*[-./년]\s*(?P<month>\d{1,2})\s*[-./월]\s*(?P<day>\d{1,2})\s*[일.]?"
    r"(?:[T\s]\s*(?P<half>오전|오후|AM|PM)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
_FIRST_SECOND = 10**8  # in 1973; a smaller number is a day as people type it (20260703), or none we can tell
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def opens_at(joined: float) -> float:
    """When sign-up opens for who joined the loan at `joined`: 15:00 of the next calendar day in Seoul."""
    day = datetime.fromtimestamp(joined, SEOUL).date() + timedelta(days=1)
    return datetime.combine(day, OPENING, SEOUL).timestamp()


def day_of(moment: float) -> date:
    """The calendar day of a moment in Seoul."""
    return datetime.fromtimestamp(moment, SEOUL).date()


def moment(value: object) -> float | None:
    """A moment as files and databases give it: a date means its first minute, a time without zone is Seoul's.

    Raises ValueError for what is no time.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=SEOUL)).timestamp()
    if isinstance(value, date):
        return datetime.combine(value, time(), SEOUL).timestamp()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if value < _FIRST_SECOND:
            return _read(str(int(value)) if value == int(value) else str(value)).timestamp()
        try:
            return datetime.fromtimestamp(float(value), SEOUL).timestamp()
        except (OverflowError, OSError) as error:
            raise ValueError(value) from error
    return _read(str(value)).timestamp()


def day(value: object) -> date | None:
    """A day as files and databases give it; raises ValueError for what is none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    at = moment(value)
    return None if at is None else day_of(at)


def _read(text: str) -> datetime:
    text = text.strip()
    compact = _COMPACT.fullmatch(text)
    if compact:
        return datetime(*map(int, compact.groups()), tzinfo=SEOUL)
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise ValueError(text)
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if found["half"].upper() in ("오후", "PM") else 0)
    parts = (int(found[name] or 0) for name in ("minute", "second"))
    year, month, number = (int(found[name]) for name in ("year", "month", "day"))
    if not found["zone"]:
        return datetime(year, month, number, hour, *parts, tzinfo=SEOUL)
    offset = "+0000" if found["zone"].upper() == "Z" else found["zone"].replace(":", "")
    return datetime(year, month, number, hour, *parts, tzinfo=datetime.strptime(offset, "%z").tzinfo)


def in_words(value: float | date, now: datetime) -> str:
    """7월 4일(토), with the year where it is another one, and 15:00 where `value` is a moment."""
    at = value if isinstance(value, date) else datetime.fromtimestamp(value, SEOUL)
    year = "" if at.year == now.astimezone(SEOUL).year else f"{at.year}년 "
    clock = f" {at:%H:%M}" if isinstance(at, datetime) else ""
    return f"{year}{at.month}월 {at.day}일({_DAYS[at.weekday()]}){clock}"
