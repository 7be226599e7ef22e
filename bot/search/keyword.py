"""Keyword questions ("계약", "회원가입 방법", "견적제출") match like a search box: titles and keywords that hold every term."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.faq.model import Entry
from bot.korean.morphemes import Morpheme, morphemes
from bot.korean.text import fold, key

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

    def __init__(self, entries: Sequence[Entry], synonyms: Sequence[tuple[str, ...]] = ()) -> None:
        self._titles = [key(entry.title) for entry in entries]
        self._haystacks = ["\n".join([key(entry.title), *map(key, entry.keywords)]) for entry in entries]
        self._equal: dict[str, tuple[str, ...]] = {}
        for group in synonyms:
            terms = tuple(key(term) for term in group)
            self._equal.update(dict.fromkeys(terms, terms))

    def match(self, terms: Sequence[str]) -> list[int]:
        """Indices of the entries that hold every term, best first: beginning of the title, title, keyword."""
        for wanted in (terms, [term for term in terms if term not in _GENERIC]):
            found = self._holding_all(wanted) if wanted else []
            if found:
                return sorted(found, key=lambda index: (self._distance(index, wanted), index))
        return []

    def _holding_all(self, terms: Iterable[str]) -> list[int]:
        alternatives = [self._alternatives(term) for term in terms]
        return [
            index
            for index, haystack in enumerate(self._haystacks)
            if all(any(all(part in haystack for part in parts) for parts in ways) for ways in alternatives)
        ]

    def _alternatives(self, term: str) -> list[tuple[str, ...]]:
        """Ways to find a term: as it stands, by a synonym, or by its parts (견적제출 = 견적 + 제출)."""
        ways = [(equal,) for equal in self._equal.get(term, (term,))]
        parts = [piece.text for piece in morphemes(term) if _is_term(piece) and piece.text not in _GENERIC]
        if len(parts) > 1:
            ways += [tuple(parts)]
        return ways

    def _distance(self, index: int, terms: Sequence[str]) -> tuple[int, int]:
        title = self._titles[index]
        spots = [title.find(equal) for term in terms for equal in self._equal.get(term, (term,))]
        hits = [spot for spot in spots if spot >= 0]
        return (0 if hits and min(hits) == 0 else 1 if hits else 2, len(title) if hits else 0)
