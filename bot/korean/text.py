"""Normal forms of what people type."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

REMEMBERED = 16_384  # texts: an edit of the FAQ leaves most of it as it was
# NFKC would turn the ㄱ people type (U+3131) into a conjoining jamo (U+1100), so full-width forms are folded here.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_UNUSUAL = re.compile(r"[^\x00-\x7f가-힣ㄱ-ㆎ]+")  # all but what NFKC would leave as it is, and jamo
_NO_CHARACTER = ("Cc", "Cs", "Co", "Cn")  # categories
_NOT_WORD = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")
_REPEATS = re.compile(r"(.)\1{2,}")
# zero-width characters and bidirectional overrides: invisible, and able to disguise a text
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\u115f\u1160\u3164\uffa0]")


def clean(text: str) -> str:
    """What a person meant to type: NFC, no control or invisible characters, single spaces, trimmed."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    if not text.isprintable():  # most are
        text = "".join(" " if unicodedata.category(char) in _NO_CHARACTER else char for char in text)
    return _SPACES.sub(" ", text).strip()


@lru_cache(maxsize=REMEMBERED)
def disguised(text: str) -> bool:
    """Whether a text holds characters that are not seen but make it another one (line ends and tabs aside)."""
    if _INVISIBLE.search(text):
        return True
    return not text.isprintable() and any(
        unicodedata.category(char) in _NO_CHARACTER for char in text if char not in "\n\r\t"
    )


def fold_width(text: str) -> str:
    """Full-width letters, digits and signs as the usual ones; no other character changes, nor the length."""
    return text.translate(_FULL_WIDTH)


def fold(text: str) -> str:
    """For comparing: `clean`, compatibility forms (Ａ, ①, ㈜) as usual ones, lower case, runs cut to two (ㅠㅠㅠㅠ → ㅠㅠ)."""
    usual = _UNUSUAL.sub(lambda found: unicodedata.normalize("NFKC", found[0]), clean(text))
    return _REPEATS.sub(r"\1\1", usual.lower())


@lru_cache(maxsize=REMEMBERED)
def key(text: str) -> str:
    """For telling equal texts: `fold` without spaces and punctuation."""
    return _REPEATS.sub(r"\1\1", _NOT_WORD.sub("", fold(text)))  # removing brings more of them together
