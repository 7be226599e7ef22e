"""clean, fold and key: the normal forms everything else compares."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.korean.text import clean, fold, fold_width, key
from tests.korean.strategies import any_texts, typed_texts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  계약   체결 \t방법 \n", "계약 체결 방법"),
        ("계약\x00체결", "계약 체결"),
        ("계약\x07\x1b체결", "계약 체결"),
        ("계\u200b약", "계약"),
        ("\ufeff계약", "계약"),
        ("계약\u202e체결\u202c", "계약체결"),
        ("\u1100\u1168\u110b\u1163\u11a8", "계약"),  # NFD, as macOS writes it
        ("\ud800", ""),
        ("\ue000계약", "계약"),
        ("ㄱㅇ", "ㄱㅇ"),  # what people type stays U+3131, not a conjoining jamo
        ("\u3164", ""),  # the Hangul filler looks empty
        ("　계약　", "계약"),
        ("", ""),
        ("👨\u200d👩", "👨👩"),
    ],
)
def test_clean_is_what_was_meant(typed: str, meant: str) -> None:
    assert clean(typed) == meant


@given(st.text())
def test_clean_leaves_no_control_character_and_no_stray_space(text: str) -> None:
    cleaned = clean(text)
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cs", "Co", "Cn"}
    assert cleaned == " ".join(cleaned.split())


@given(typed_texts)
def test_clean_and_fold_are_done_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)
    assert key(key(text)) == key(text)


def test_an_invisible_character_between_conjoining_jamo_does_not_keep_them_apart() -> None:
    hidden = "\u1100\u200b\u1168\u110b\u1163\u11a8"
    assert clean(hidden) == "계약"
    assert key(hidden) == key("계약")


@given(any_texts)
def test_clean_is_composed(text: str) -> None:
    assert unicodedata.is_normalized("NFC", clean(text))


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ＰａｒｔｎｅｒＰｌｕｓ　１２３", "partnerplus 123"),
        ("ㅠㅠㅠㅠㅠ", "ㅠㅠ"),
        ("안돼요!!!!", "안돼요!!"),
        ("좋아아아아", "좋아아"),
        ("AaA", "aa"),
        ("MP사이트", "mp사이트"),
    ],
)
def test_fold_forgets_width_case_and_repeats(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("계약 체결 방법", "계약체결방법"),
        ("계약체결 방법?", "계약체결 방법"),
        ("[계약] 체결-방법", "계약체결방법"),
        ("PartnerPlus ID", "partnerplus_id"),
        ("０１０", "010"),
        ("견적·계약", "견적 계약"),
        ("안돼요ㅠㅠㅠㅠ", "안돼요ㅠㅠ"),
    ],
)
def test_key_tells_equal_texts(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_key_tells_different_texts_apart() -> None:
    assert len({key(text) for text in ("계약", "게약", "계약1", "계약2", "ㄱㅇ")}) == 5


@given(any_texts)
def test_key_has_letters_and_digits_only(text: str) -> None:
    assert not any(char.isspace() or char in "_-.,?!()[]" for char in key(text))


@given(st.text())
def test_fold_width_keeps_the_length(text: str) -> None:
    assert len(fold_width(text)) == len(text)
