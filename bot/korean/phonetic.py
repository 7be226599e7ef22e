"""What a text looks like to one who cannot spell: letters alone, and letters that sound alike as one."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.korean.jamo import COMPOUND, split
from bot.korean.keyboard import compose
from bot.korean.text import REMEMBERED, fold

_NOT_TEXT = re.compile(r"[^0-9a-z가-힣ㄱ-ㅣ\u4e00-\u9fff]+")
# Letters that sound alike, or that a slipped shift key confuses, share one sign in the phonetic string.
_ALIKE = dict(zip("ㅑㅕㅛㅠㅒㅖㅔㅙㅞㅢㅟㅘㅝ", "ㅏㅓㅗㅜㅐㅐㅐㅚㅚㅣㅣㅏㅓ", strict=True)) | dict(
    zip("ㄲㅋㄸㅌㅃㅍㅆㅉㅊ", "ㄱㄱㄷㄷㅂㅂㅅㅈㅈ", strict=True)
)
_NASAL = {"ㄱ": "ㆁ", "ㄷ": "ㄴ", "ㅅ": "ㄴ", "ㅈ": "ㄴ", "ㅂ": "ㅁ"}


@lru_cache(maxsize=REMEMBERED)
def normalise(text: str) -> str:
    """Folded text with detached letters joined to syllables (ㅇㅣ름 → 이름), as they come from a broken input method."""
    return compose(fold(text))


def letters(text: str, gap: str = "") -> str:
    """Return normalised text with everything but letters and digits replaced by `gap`."""
    return _NOT_TEXT.sub(gap, text)


def _plain_stream(text: str) -> list[str]:
    """Return jamo without silent onsets, clusters split, confusable letters folded."""
    out = []
    for char in letters(text):
        parts = split(char)
        if parts is None:
            out.append(char)
            continue
        onset, vowel, coda = parts
        out += [onset] * (onset != "ㅇ") + [vowel]
        out += ["ㆁ" if c == "ㅇ" else c for c in COMPOUND.get(coda, coda)]
    return [_ALIKE.get(c, c) for c in out]


def phonetic(text: str) -> str:
    """Return one string for spellings that sound alike: 방법을 = 방버블, 먹는 = 멍는 (Standard Pronunciation, ch. 2-6)."""
    stream, out = _plain_stream(text), []
    for here, after in zip(stream, [*stream[1:], ""], strict=False):
        if here == "ㅎ" and ((out and out[-1] in "ㄱㄷㅂㅈㅅㄴㄹㅁ") or (after and after in "ㄱㄷㅂㅈㅅㄴ")):
            continue
        if after and after in "ㄴㅁ":
            here = _NASAL.get(here, here)
        if not (out and out[-1] == here and here in "ㄱㄷㅂㅈㅅㄴㄹㅁ"):
            out.append(here)
    return "".join(out)
