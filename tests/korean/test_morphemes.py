"""The morpheme law: their texts, joined, are the text without its spaces."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given, settings

from bot.korean.morphemes import morphemes
from bot.korean.text import clean
from tests.korean.strategies import any_texts, typed_texts


def _joined(text: str) -> str:
    return "".join("".join(piece.text for piece in morphemes(text)).split())


@given(typed_texts)
@example("계약 상세가 안 보여요\n어떻게 하죠?")
@example("EOS")
@example("a\tb,c\td")
@example("한다 됐어요 해줘 갔어")
@example("👨\u200d👩\u200d👧 ㅋㅋㅋ")
@settings(deadline=None)
def test_nothing_is_lost_of_what_vendors_type(text: str) -> None:
    assert _joined(text) == "".join(text.split())


@given(any_texts.map(clean))
@settings(deadline=None)
def test_nothing_is_lost_of_any_clean_text(text: str) -> None:
    assert _joined(text) == "".join(text.split())


@pytest.mark.parametrize("text", ["계약\x0b체결", "계약\x85체결", "계약\u2028체결", "계약\r\n체결", "\x1c"])
def test_every_line_break_of_unicode_is_a_space(text: str) -> None:
    assert _joined(text) == "".join(text.split())
    assert all(piece.text.strip() for piece in morphemes(text))


def test_nothing_is_lost_after_a_nul() -> None:
    assert _joined("계약\0체결").replace("\0", "") == "계약체결"


def test_a_text_that_is_no_utf8_is_no_crash() -> None:
    assert _joined("계약\ud800체결")


@pytest.mark.parametrize("text", ["", " ", "\n\t", "　"])
def test_nothing_of_nothing(text: str) -> None:
    assert morphemes(text) == ()


@pytest.mark.parametrize(
    ("text", "lemma"),
    [
        ("계약을 체결했다", "체결"),
        ("안 보여요", "보이다"),
        ("조회가 안 되는", "되다"),
        ("가입하려면", "가입"),
    ],
)
def test_dictionary_forms(text: str, lemma: str) -> None:
    assert lemma in [piece.lemma for piece in morphemes(text)]


def test_one_word_one_piece_a_noun() -> None:
    assert [(piece.text, piece.tag) for piece in morphemes("세금")] == [("세금", "NNG")]


def test_a_very_long_text() -> None:
    text = "계약상세조회 " * 5000
    assert _joined(text) == text.replace(" ", "")


def test_no_java_is_started() -> None:
    morphemes("계약")
    code = (
        "import sys; from bot.korean.morphemes import morphemes; morphemes('계약');"
        "import jpype; assert not jpype.isJVMStarted()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
