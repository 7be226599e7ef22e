"""Hangul syllables and their letters (jamo), by the arithmetic of Unicode, chapter 3.12."""

from __future__ import annotations

from functools import lru_cache

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
# letters typed with two keystrokes, as the keystrokes; in a syllable still being typed they may belong to the next one
COMPOUND = {
    "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ",
    "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_FIRST, _LAST = ord("가"), ord("힣")


def is_syllable(char: str) -> bool:
    """Whether a character is a whole Hangul syllable."""
    return _FIRST <= ord(char) <= _LAST


def is_hangul(char: str) -> bool:
    """Whether a character is a Hangul syllable or letter."""
    return is_syllable(char) or "ㄱ" <= char <= "ㅣ"


def split(char: str) -> tuple[str, str, str] | None:
    """Initial, medial and final (or empty) letter of a syllable; None for any other character."""
    if not is_syllable(char):
        return None
    code = ord(char) - _FIRST
    return INITIALS[code // 588], MEDIALS[code // 28 % 21], FINALS[code % 28].strip()


def join(initial: str, medial: str, final: str = "") -> str:
    """The syllable of its letters."""
    code = (INITIALS.index(initial) * 21 + MEDIALS.index(medial)) * 28 + FINALS.index(final or " ")
    return chr(_FIRST + code)


def _letters(char: str) -> str:
    return "".join(split(char) or char)


def decompose(text: str) -> str:
    """Letters of a text: 계약 → ㄱㅖㅇㅑㄱ; other characters stay."""
    return "".join(map(_letters, text))


@lru_cache(maxsize=16_384)
def keystrokes(text: str) -> str:
    """Letters as typed one by one: 값 → ㄱㅏㅂㅅ."""
    return "".join(COMPOUND.get(letter, letter) for letter in decompose(text))


@lru_cache(maxsize=16_384)
def initials(text: str) -> str:
    """Initial consonants (초성): 회원가입 → ㅎㅇㄱㅇ; other characters stay."""
    return "".join(_letters(char)[0] for char in text)


def are_initials(text: str) -> bool:
    """Whether a text is nothing but consonants one can begin a syllable with."""
    return bool(text) and all(char in INITIALS for char in text)
