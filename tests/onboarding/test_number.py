"""Business numbers: the National Tax Service's check digit, and the ways people write them."""

from __future__ import annotations

import pytest

from bot.onboarding.number import digits_of, is_valid, written


@pytest.mark.parametrize("number", ["1234567891", "9991234561", "9990000016"])
def test_valid(number: str) -> None:
    assert is_valid(number)


@pytest.mark.parametrize("number", ["9991234561", "1234567891", "9990000016", "5555555550"])
def test_the_check_digit_is_the_only_one_that_holds(number: str) -> None:
    """By the rule: nine weights, and the tens of five times the ninth digit."""
    weighted = sum(int(d) * w for d, w in zip(number, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False))
    right = str((10 - (weighted + int(number[8]) * 5 // 10) % 10) % 10)
    assert [last for last in "0123456789" if is_valid(number[:9] + last)] == [right]


def test_every_single_slip_of_one_digit_is_found_but_where_the_weight_hides_it() -> None:
    """Weights 1, 3 and 7 tell every change of a digit; so does 5 with the tens added."""
    number = "9991234561"
    for place in range(10):
        for digit in "0123456789":
            if digit != number[place]:
                assert not is_valid(number[:place] + digit + number[place + 1 :]), (place, digit)


@pytest.mark.parametrize(
    "number", ["", "999123456", "99912345611", "９９９１２３４５６１", "99912345٦1", "999-12-34561", "abcdefghij", "999123456²"]
)  # fmt: skip
def test_not_ten_ascii_digits(number: str) -> None:
    assert not is_valid(number)


@pytest.mark.parametrize(
    "text",
    ["9991234561", "999-12-34561", "999 12 34561", " 999 - 12 - 34561 ", "999.12.34561", "９９９１２３４５６１", "９９９－１２－３４５６１", "999–12–34561", "999\u201112\u201134561", "９９９　１２　３４５６１"],
)  # fmt: skip
def test_as_people_write_them(text: str) -> None:
    assert digits_of(text) == "9991234561"


def test_written() -> None:
    assert written("9991234561") == "999-12-34561"
