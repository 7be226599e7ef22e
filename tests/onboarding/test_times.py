"""Times: as files write them, and the rule of the next calendar day at 15:00 in Seoul."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest

from bot.onboarding.times import SEOUL, day, in_words, moment, opens_at
from tests.onboarding.records import at


@pytest.mark.parametrize(
    ("joined", "opens"),
    [
        (at(2026, 7, 1, 0, 0), at(2026, 7, 2, 15)),
        (at(2026, 7, 1, 14, 59, 59), at(2026, 7, 2, 15)),
        (at(2026, 7, 1, 15, 0), at(2026, 7, 2, 15)),
        (at(2026, 7, 1, 23, 59, 59), at(2026, 7, 2, 15)),
        # the guide says the next day, not the next working day
        (at(2026, 7, 3, 10), at(2026, 7, 4, 15)),  # Friday
        (at(2026, 7, 4, 10), at(2026, 7, 5, 15)),  # Saturday
        (at(2026, 7, 5, 23), at(2026, 7, 6, 15)),  # Sunday
        (at(2026, 12, 31, 9), at(2027, 1, 1, 15)),
        (at(2026, 12, 30, 16), at(2026, 12, 31, 15)),
        (at(2028, 2, 28, 9), at(2028, 2, 29, 15)),
        (at(2027, 2, 28, 9), at(2027, 3, 1, 15)),
    ],
)
def test_sign_up_opens_the_next_day_at_15(joined: datetime, opens: datetime) -> None:
    assert opens_at(joined.timestamp()) == opens.timestamp()


def test_the_day_is_seoul_s_whatever_the_clock_of_the_server() -> None:
    """15:30 UTC of the 3rd is half past midnight of the 4th in Seoul."""
    joined = datetime(2026, 7, 3, 15, 30, tzinfo=timezone.utc)
    assert opens_at(joined.timestamp()) == at(2026, 7, 5, 15).timestamp()


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("2026-07-03", at(2026, 7, 3)),
        ("2026.07.03", at(2026, 7, 3)),
        ("2026. 7. 3.", at(2026, 7, 3)),
        ("2026/7/3", at(2026, 7, 3)),
        ("20260703", at(2026, 7, 3)),
        ("2026년 7월 3일", at(2026, 7, 3)),
        ("2026-07-03 14:30", at(2026, 7, 3, 14, 30)),
        ("2026-07-03 14:30:15", at(2026, 7, 3, 14, 30, 15)),
        ("2026-07-03 오후 2:30", at(2026, 7, 3, 14, 30)),
        ("2026-07-03 오전 12:05", at(2026, 7, 3, 0, 5)),
        ("2026-07-03 오후 12:05", at(2026, 7, 3, 12, 5)),
        ("2026-07-03T05:30:00Z", at(2026, 7, 3, 14, 30)),
        ("2026-07-03T14:30:00+09:00", at(2026, 7, 3, 14, 30)),
        (datetime(2026, 7, 3, 14, 30), at(2026, 7, 3, 14, 30)),
        (datetime(2026, 7, 3, 5, 30, tzinfo=timezone.utc), at(2026, 7, 3, 14, 30)),
        (date(2026, 7, 3), at(2026, 7, 3)),
        (at(2026, 7, 3).timestamp(), at(2026, 7, 3)),
        (Decimal(int(at(2026, 7, 3).timestamp())), at(2026, 7, 3)),
        (20260703, at(2026, 7, 3)),  # a spreadsheet's cell in which a day was typed without signs
        (20260703.0, at(2026, 7, 3)),
    ],
)
def test_moments(value: object, meant: datetime) -> None:
    assert moment(value) == meant.timestamp()


@pytest.mark.parametrize("value", [None, "", "  "])
def test_nothing_has_not_happened(value: object) -> None:
    assert moment(value) is None
    assert day(value) is None


@pytest.mark.parametrize(
    "value",
    ["어제", "2026-13-01", "2026-02-30", "03/07/2026", "2026-07-03 25:00", "2026-07-03 오후 14:30", "7월 3일", "1e9", True, 1e20, "2026-07", 46206, 46206.5, 0, -1, 20261301, float("nan")],
)  # fmt: skip
def test_what_is_no_time(value: object) -> None:
    with pytest.raises(ValueError):
        moment(value)


def test_days() -> None:
    assert day("2026-07-03") == date(2026, 7, 3)
    assert day(at(2026, 7, 3, 23, 59)) == date(2026, 7, 3)
    assert day(date(2026, 7, 3)) == date(2026, 7, 3)


def test_in_words() -> None:
    now = at(2026, 7, 1)
    assert in_words(at(2026, 7, 4, 15).timestamp(), now) == "7월 4일(토) 15:00"
    assert in_words(at(2027, 1, 1, 15).timestamp(), now) == "2027년 1월 1일(금) 15:00"
    assert in_words(date(2026, 12, 31), now) == "12월 31일(목)"
    assert in_words(at(2026, 7, 4, 15).timestamp(), now.astimezone(timezone.utc)) == "7월 4일(토) 15:00"
    assert SEOUL.key == "Asia/Seoul"
