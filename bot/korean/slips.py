"""Korean slips of spelling: what two neighbouring syllables may stand for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.korean.jamo import join, split

_Letters = tuple[str, str, str]
_VOWEL = {
    "ㅑ": "ㅏ",
    "ㅕ": "ㅓ",
    "ㅛ": "ㅗ",
    "ㅠ": "ㅜ",
    "ㅏ": "ㅑ",
    "ㅓ": "ㅕ",
    "ㅗ": "ㅛ",
    "ㅜ": "ㅠ",
    "ㅒ": "ㅐㅖ",
    "ㅖ": "ㅔㅐ",
    "ㅐ": "ㅔ",
    "ㅔ": "ㅐㅖ",
    "ㅙ": "ㅚㅞ",
    "ㅞ": "ㅚㅙ",
    "ㅚ": "ㅙ",
    "ㅣ": "ㅢ",
    "ㅢ": "ㅣ",
}
PLAIN = dict(zip("ㅑㅕㅛㅠㅒㅖ", "ㅏㅓㅗㅜㅐㅔ", strict=True))
_CARRIED = {
    "ㄱ": "ㄱㄲ",
    "ㄴ": "ㄴ",
    "ㄷ": "ㄷㅌ",
    "ㄹ": "ㄹㄷ",
    "ㅁ": "ㅁ",
    "ㅂ": "ㅂㅍ",
    "ㅅ": "ㅅㅆ",
    "ㅆ": "ㅆ",
    "ㅈ": "ㅈㄷ",
    "ㅊ": "ㅊㅌ",
    "ㅋ": "ㅋ",
    "ㅌ": "ㅌ",
    "ㅍ": "ㅍ",
    "ㄲ": "ㄲ",
}  # onset → codas it may come from before a vowel
_WITH_H = {"ㅋ": "ㄱ", "ㅌ": "ㄷㅅ", "ㅍ": "ㅂ", "ㅊ": "ㅈ"}
_LAX = {
    "ㅋ": "ㄱ",
    "ㅌ": "ㄷ",
    "ㅍ": "ㅂ",
    "ㅊ": "ㅈ",
    "ㄲ": "ㄱ",
    "ㄸ": "ㄷ",
    "ㅃ": "ㅂ",
    "ㅆ": "ㅅ",
    "ㅉ": "ㅈ",
}
_NASAL = {"ㅇ": "ㄱㄲ", "ㄴ": "ㄷㅅㅆㅈㅊㅌ", "ㅁ": "ㅂㅍㅄ"}
_CLUSTER = {"ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄴㅈ": "ㄵ", "ㅂㅆ": "ㅄ", "ㄱㅆ": "ㄳ"}


@lru_cache(maxsize=65_536)
def rewrites(here: str, after: str) -> tuple[str, ...]:
    """Return spellings that two neighbouring syllables may stand for (vowel slips, liaison, aspiration, nasals, tension).

    `after` is empty at the end of a word.
    """
    first, second = split(here), split(after) if after else None
    return () if first is None else tuple(dict.fromkeys(_rewrites(here, after, first, second)))


def _rewrites(here: str, after: str, first: _Letters, second: _Letters | None) -> Iterator[str]:
    onset, vowel, coda = first
    for v in _VOWEL.get(vowel, ""):
        yield join(onset, v, coda) + after
    if second is None:
        return
    on2, *rest = second
    if not coda:
        for c in _CARRIED.get(on2, ""):
            yield join(onset, vowel, c) + join("ㅇ", *rest)
        for c in _WITH_H.get(on2, ""):
            yield join(onset, vowel, c) + join("ㅎ", *rest)
        if on2 in _WITH_H:
            yield join(onset, vowel, "ㅎ") + join(_LAX[on2], *rest)
        if on2 == "ㄴ":
            yield join(onset, vowel, "ㄶ") + join("ㅇ", *rest)
        return
    if on2 in _LAX:
        yield here + join(_LAX[on2], *rest)
        if coda in "ㄴㄹ":
            yield join(onset, vowel, {"ㄴ": "ㄶ", "ㄹ": "ㅀ"}[coda]) + join(_LAX[on2], *rest)
    if on2 in "ㄴㅁ":
        for c in _NASAL.get(coda, ""):
            yield join(onset, vowel, c) + after
            if on2 == "ㄴ":
                yield join(onset, vowel, c) + join("ㄹ", *rest)
    if (coda, on2) == ("ㄹ", "ㄹ"):
        yield join(onset, vowel, "ㄴ") + after
        yield here + join("ㄴ", *rest)
    if on2 == "ㄴ" and coda in "ㅇㅁ":
        yield here + join("ㄹ", *rest)
    if coda + on2 in _CLUSTER:
        yield join(onset, vowel, _CLUSTER[coda + on2]) + join("ㅇ", *rest)


def plain(word: str) -> str:
    """Return the word with every iotised vowel made plain, the commonest slip of a held shift key."""
    parts = ((c, split(c)) for c in word)
    return "".join(join(p[0], PLAIN.get(p[1], p[1]), p[2]) if p else c for c, p in parts)
