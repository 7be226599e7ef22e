"""Business registration numbers (사업자등록번호): ten digits, the last one a check digit."""

from __future__ import annotations

import re

from bot.korean.text import fold_width

LENGTH = 10
_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_SEPARATORS = re.compile(r"[\s.\-\u00ad\u2010-\u2015\u2212\u30fc\uff70]+")


def digits_of(text: str) -> str:
    """The text without spaces, dots and hyphens of any width, full-width digits as usual ones."""
    return _SEPARATORS.sub("", fold_width(text))


def is_valid(number: str) -> bool:
    """Whether ten ASCII digits hold together.

    The National Tax Service's rule: the first nine digits weighted 1 3 7 1 3 7 1 3 5, plus the tens of five times the
    ninth; what is missing to the next ten is the tenth digit.
    """
    if len(number) != LENGTH or not number.isascii() or not number.isdigit():
        return False
    digits = [int(digit) for digit in number]
    total = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=False)) + digits[8] * 5 // 10
    return (10 - total % 10) % 10 == digits[9]


def written(number: str) -> str:
    """As people write it: 123-45-67891."""
    return f"{number[:3]}-{number[3:5]}-{number[5:]}"
