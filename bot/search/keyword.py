"""Keyword questions ("계약", "회원가입 방법", "견적제출") match like a search box: titles and keywords that hold every term."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.korean.morphemes import Morpheme, morphemes
from bot.korean.text import fold, key
from bot.search.layers import Layers, Placed, Places
from bot.search.substrings import Alive

MAX_TERMS = 6
# words people add to any keyword: left out where a search with them finds nothing
_GENERIC = frozenset(
    [
        "방법",
        "안내",
        "문의",
        "관련",
        "질문",
        "경우",
        "좀",
        "법",
        "절차",
        "내용",
        "사항",
        "것",
        "거",
        "건",
        "how",
        "faq",
        "알려줘",
        "알려주세요",
        "궁금",
        "확인",
        "여부",
        "정보",
    ]
)
_PARTICLES = ("JKG", "JC", "JKO", "JKS", "JX")


def terms_of(text: str) -> tuple[str, ...] | None:
    """The terms of a keyword question, or None where the text is a sentence.

    A keyword question is nouns, foreign words, numbers and nominal forms (-기, -ㅁ), joined at most by particles.
    """
    pieces = [
        piece
        for piece in morphemes(fold(text))
        if not piece.tag.startswith("S") or piece.tag in ("SL", "SN", "SH")
    ]
    if not pieces or not any(_is_term(piece) for piece in pieces):
        return None
    if not all(_is_nominal(piece, after) for piece, after in zip(pieces, [*pieces[1:], None], strict=True)):
        return None
    words = tuple(dict.fromkeys(key(word) for word in fold(text).split() if key(word)))
    if len(words) > MAX_TERMS or all(word.isdigit() or (len(word) == 1 and word.isascii()) for word in words):
        return None
    return words


def is_single(text: str) -> bool:
    """Whether a keyword question is one term (계약), which stands for all that it occurs in."""
    return sum(map(_is_term, morphemes(fold(text)))) < 2


def _is_term(piece: Morpheme) -> bool:
    return piece.tag.startswith("N") or piece.tag in ("SL", "SN", "SH", "XR", "UNKNOWN")


def _is_nominal(piece: Morpheme, after: Morpheme | None) -> bool:
    if _is_term(piece) or piece.tag in ("XPN", "XSN", "ETN") or piece.tag in _PARTICLES:
        return True
    return piece.tag.startswith(("V", "XSV")) and (
        piece.tag.endswith("ETN") or bool(after and after.tag == "ETN")
    )


class KeywordMatcher:
    """Finds the entries whose title and keywords hold every term of a keyword question."""

    def __init__(self, layers: Layers, synonyms: Sequence[tuple[str, ...]] = ()) -> None:
        self._layers = layers
        self._equal: dict[str, tuple[str, ...]] = {}
        for group in synonyms:
            terms = tuple(key(term) for term in group)
            self._equal.update(dict.fromkeys(terms, terms))

    def match(self, terms: Sequence[str]) -> list[int]:
        """Places of the entries that hold every term, best first: beginning of the title, title, keyword."""
        for wanted in (terms, [term for term in terms if term not in _GENERIC]):
            found = self._holding_all(wanted) if wanted else []
            if found:
                return found
        return []

    def _holding_all(self, terms: Sequence[str]) -> list[int]:
        ways = [self._alternatives(term) for term in terms]
        titles = [equal for term in terms for equal in self._equal.get(term, (term,))]
        rows = [_ordered(placed, _holding(placed, ways), titles) for placed in self._layers.many]
        where, lengths, places = map(np.concatenate, zip(*rows, strict=True))
        return places[np.lexsort((places, lengths, where))].tolist()

    def _alternatives(self, term: str) -> list[tuple[str, ...]]:
        """Ways to find a term: as it stands, by a synonym, or by its parts (견적제출 = 견적 + 제출)."""
        ways = [(equal,) for equal in self._equal.get(term, (term,))]
        parts = [piece.text for piece in morphemes(term) if _is_term(piece) and piece.text not in _GENERIC]
        if len(parts) > 1:
            ways += [tuple(parts)]
        return ways


def _holding(placed: Placed, terms: Sequence[Sequence[tuple[str, ...]]]) -> Alive:
    """Which entries (n,) hold each term in one of its ways, that is in all of its parts."""
    held = placed.alive.copy()
    for ways in terms:
        by_any = np.zeros(len(held), bool)
        for parts in ways:
            by_all = np.ones(len(held), bool)
            for part in parts:
                by_all &= _marked(len(held), placed.layer.haystacks.holding(part))
            by_any |= by_all
        held &= by_any
        if not held.any():
            break
    return held


def _marked(many: int, numbers: Places) -> Alive:
    marks = np.zeros(many, bool)
    marks[numbers] = True
    return marks


def _ordered(placed: Placed, held: Alive, titles: Sequence[str]) -> tuple[Places, Places, Places]:
    """Of the entries held: 0 where the title begins with one of `titles`, 1 where it holds one, else 2; its length where it
    holds one, else 0; the place."""
    where = np.full(len(held), 2, np.int64)
    if held.any():
        for title in titles:
            where[placed.layer.titles.parts.holding(title)] = 1
        for title in titles:
            where[placed.layer.titles.beginning(title)] = 0
    where, lengths = where[held], placed.layer.lengths[held]
    return where, np.where(where < 2, lengths, 0), placed.places[held]
