"""Syllables and their letters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from bot.korean.jamo import (
    COMPOUND,
    FINALS,
    INITIALS,
    MEDIALS,
    are_initials,
    decompose,
    initials,
    is_hangul,
    is_syllable,
    keystrokes,
)
from bot.korean.keyboard import compose
from tests.korean.strategies import syllable_texts, typed_texts


@pytest.mark.parametrize(
    ("text", "letters", "keys"),
    [
        ("계약", "ㄱㅖㅇㅑㄱ", "ㄱㅖㅇㅑㄱ"),
        ("값", "ㄱㅏㅄ", "ㄱㅏㅂㅅ"),
        ("회원가입", "ㅎㅚㅇㅝㄴㄱㅏㅇㅣㅂ", "ㅎㅗㅣㅇㅜㅓㄴㄱㅏㅇㅣㅂ"),
        ("까", "ㄲㅏ", "ㄲㅏ"),
        ("가", "ㄱㅏ", "ㄱㅏ"),
        ("힣", "ㅎㅣㅎ", "ㅎㅣㅎ"),
        ("MP사이트 1", "MPㅅㅏㅇㅣㅌㅡ 1", "MPㅅㅏㅇㅣㅌㅡ 1"),
        ("ㄳ", "ㄳ", "ㄱㅅ"),
        ("", "", ""),
    ],
)
def test_letters_and_keystrokes(text: str, letters: str, keys: str) -> None:
    assert decompose(text) == letters
    assert keystrokes(text) == keys


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("회원가입", "ㅎㅇㄱㅇ"),
        ("계약체결 방법", "ㄱㅇㅊㄱ ㅂㅂ"),
        ("PP 가입", "PP ㄱㅇ"),
        ("ㄱㅖ", "ㄱㅖ"),
        ("", ""),
    ],
)
def test_initials(text: str, expected: str) -> None:
    assert initials(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ㄱㅇ", True),
        ("ㄲ", True),
        ("ㄳ", False),
        ("ㄱㅏ", False),
        ("계약", False),
        ("ㄱ ㅇ", False),
        ("", False),
    ],
)
def test_are_initials(text: str, expected: bool) -> None:
    assert are_initials(text) is expected


@given(syllable_texts)
def test_letters_agree_with_unicode(text: str) -> None:
    """The arithmetic against Python's own tables: NFD has as many letters as we find."""
    assert len(decompose(text)) == len(unicodedata.normalize("NFD", text))


@given(typed_texts)
def test_one_initial_a_character(text: str) -> None:
    assert len(initials(text)) == len(text)


@given(syllable_texts)
def test_initials_of_syllables_are_initials(text: str) -> None:
    assert all(char in INITIALS for char in initials(text))
    assert are_initials(initials(text)) is bool(text)


@given(typed_texts)
def test_nothing_left_to_take_apart(text: str) -> None:
    assert not any(map(is_syllable, decompose(text)))
    assert decompose(decompose(text)) == decompose(text)
    assert keystrokes(keystrokes(text)) == keystrokes(text)
    assert not any(letter in COMPOUND for letter in keystrokes(text))


@given(syllable_texts)
def test_letters_make_the_text_again(text: str) -> None:
    assert compose(decompose(text)) == text
    assert compose(keystrokes(text)) == text


def test_every_syllable_survives_the_round_trip() -> None:
    every = [chr(code) for code in range(0xAC00, 0xD7A4)]
    assert len(every) == len(INITIALS) * len(MEDIALS) * len(FINALS)
    assert [compose(keystrokes(syllable)) for syllable in every] == every


@pytest.mark.parametrize(("char", "syllable", "hangul"), [("가", 1, 1), ("힣", 1, 1), ("ㄱ", 0, 1), ("ㅣ", 0, 1), ("a", 0, 0), ("漢", 0, 0), ("〿", 0, 0)])  # fmt: skip
def test_kinds_of_characters(char: str, syllable: int, hangul: int) -> None:
    assert is_syllable(char) == bool(syllable)
    assert is_hangul(char) == bool(hangul)
