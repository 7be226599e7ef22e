"""Personal data in texts, masked before anything is stored or logged.

The numbers are told by their form, not by check digits: those of resident numbers mean nothing since October 2020, and a
mistyped number is personal all the same. Beside Hangul `\\b` does not match, so digits are fenced by look-around.
"""

from __future__ import annotations

import re

from bot.korean.text import fold_width

_DASH = r"[\-\u2010-\u2015\u2212]"
_GAP = rf"(?:\s?{_DASH}\s?|[\s.])?"  # between the groups of a number
_CLOSE = rf"(?:\)\s?|{_GAP})"  # … where the first group may stand in brackets
_START, _END = r"(?<!\d)", rf"(?!\d)(?!{_DASH}\d)"
# Dates and years are digits in groups, too.
_DATE = (
    rf"(?:19|20)\d{{2}}\s?(?:{_DASH}|[./])\s?(?:0?[1-9]|1[0-2])\s?(?:{_DASH}|[./])\s?(?:0?[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?:(?:19|20)\d{{2}}\s+)+(?:19|20)\d{{2}}\s?년"
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (f"[{name}]", re.compile(pattern))
    for name, pattern in (
        ("이메일", r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}"),
        # birth date, then 1-4 (resident), 5-8 (foreigner), 9/0 (born before 1900)
        (
            "주민번호",
            rf"{_START}\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\s?{_DASH}\s?|\s)?[0-9][\d*]{{6}}(?!\d)",
        ),
        ("카드번호", rf"{_START}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{3,4}}{_END}"),
        ("카드번호", rf"{_START}3[47]\d{{2}}{_GAP}\d{{6}}{_GAP}\d{{5}}{_END}"),
        (
            "전화번호",
            rf"{_START}\(?(?:\+?82{_GAP}\(?0?\)?{_GAP}|0)1[016789]{_CLOSE}\d{{3,4}}{_GAP}\d{{4}}(?!\d)",
        ),
        (
            "전화번호",
            rf"{_START}\(?(?:\+?82{_GAP}|0)(?:2|[3-6]\d|70|50\d){_CLOSE}\d{{3,4}}{_GAP}\d{{4}}(?!\d)",
        ),
        ("사업자번호", rf"{_START}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{5}}{_END}"),
        # bank accounts: 10 to 16 digits, in groups or not
        (
            "계좌번호",
            rf"{_START}(?<!\d-)(?!{_DATE})(?=(?:\d(?:\s?{_DASH}\s?|\s)?){{10,16}}(?!\d))"
            rf"\d{{2,8}}(?:(?:\s?{_DASH}\s?|\s)?\d{{1,8}}){{1,4}}{_END}",
        ),
    )
)


def mask(text: str) -> str:
    """The text with e-mail, resident, foreigner, card, phone, business and account numbers replaced by their names."""
    folded = fold_width(text)
    for name, pattern in _KINDS:
        folded = pattern.sub(name, folded)
    return folded
