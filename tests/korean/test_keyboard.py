"""The two-set layout, in both directions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.korean.jamo import keystrokes
from bot.korean.keyboard import compose, is_hangul_text, to_hangul, to_latin
from tests.korean.strategies import syllable_texts, typed_texts


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("rPdir", "계약"),
        ("RPDIR", "꼐앾"),  # Shift counts where the layout has two letters on a key
        ("rydbr", "교육"),
        ("ghldnjsrkdlq", "회원가입"),
        ("tprmarPtkstj", "세금계산서"),
        ("qhdkstjdir", "보안서약"),
        ("rjatn dycjd", "검수 요청"),
        ("rkqt", "값"),
        ("rkqtdl", "값이"),
        ("rkqtl", "갑시"),
        ("dksgdk", "않아"),
        ("Rkak", "까마"),
        ("AKDMA", "마음"),  # capital letters without a letter of their own are the small ones
        ("rPdir123!", "계약123!"),
        ("", ""),
    ],
)
def test_korean_typed_in_english_mode(keys: str, text: str) -> None:
    assert to_hangul(keys) == text


@pytest.mark.parametrize(
    ("typed", "meant"), [("ㅔㅁㄴㄴ", "pass"), ("계약", "rPdir"), ("값", "rkqt"), ("까 1", "Rk 1"), ("", "")]
)
def test_english_typed_in_korean_mode(typed: str, meant: str) -> None:
    assert to_latin(typed) == meant


@pytest.mark.parametrize(
    ("letters", "text"),
    [
        ("ㄱㅖㅇㅑㄱ", "계약"),
        ("ㄱㅏㅂㅅ", "값"),
        ("ㄱㅏㅂㅅㅏ", "갑사"),
        ("ㄱㅗㅏ", "과"),
        ("ㅗㅏ", "ㅘ"),
        ("ㅏㅗ", "ㅏㅗ"),
        ("ㄱㄴㄷ", "ㄱㄴㄷ"),
        ("ㅋㅋㅋ", "ㅋㅋㅋ"),
        ("ㄱㅏㄸㅏ", "가따"),
        ("ㄱㅏ ㄴㅏ", "가 나"),
        ("계약", "계약"),
        ("abc", "abc"),
        ("ㄱㅏ ", "가 "),
    ],
)
def test_compose_as_an_input_method_does(letters: str, text: str) -> None:
    assert compose(letters) == text


@given(syllable_texts)
def test_what_is_typed_in_the_wrong_mode_is_found_again(text: str) -> None:
    assert to_hangul(to_latin(text)) == text


@given(st.lists(syllable_texts, max_size=4).map(" ".join))
def test_words_stay_words(text: str) -> None:
    assert to_hangul(to_latin(text)) == text


@given(typed_texts)
def test_composing_invents_nothing(text: str) -> None:
    composed = compose(text)
    assert len(composed) <= len(text)
    assert keystrokes(composed) == keystrokes(text)


@pytest.mark.parametrize(("text", "expected"), [("rPdir", False), ("계약", True), ("aㄱ", True), ("", False)])
def test_is_hangul_text(text: str, expected: bool) -> None:
    assert is_hangul_text(text) is expected
