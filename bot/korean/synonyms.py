"""Equal terms: 세계서 is read as 세금계산서 wherever texts are compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.korean.text import REMEMBERED, fold, key


class Synonyms:
    """Groups of equal terms, of which the first is the usual one."""

    def __init__(self, groups: Sequence[Sequence[str]] = ()) -> None:
        self._usual = {fold(term): fold(group[0]) for group in groups for term in group if key(term)}
        # The longest first, so that a term within another one (계산서 in 세금계산서) is not taken for itself.
        terms = sorted(self._usual, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_alternative, terms))) if terms else None
        self.usual = lru_cache(maxsize=REMEMBERED)(
            self._read
        )  # an edit of the FAQ leaves most texts as they were

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Synonyms) and self._usual == other._usual

    def __hash__(self) -> int:
        return hash(frozenset(self._usual.items()))

    def _read(self, text: str) -> str:
        """The folded text with every term as the usual one of its group."""
        folded = fold(text)
        return self._pattern.sub(lambda found: self._usual[found[0]], folded) if self._pattern else folded


@lru_cache(maxsize=4)
def synonyms_of(groups: tuple[tuple[str, ...], ...]) -> Synonyms:
    """The synonyms of some groups; those that were read before, with what they remember."""
    return Synonyms(groups)


def _alternative(term: str) -> str:
    """A pattern for a term: Latin ones and those of one syllable stand for themselves only at a word's beginning."""
    pattern = re.escape(term)
    if re.search("[a-z0-9]", term[0]):
        pattern = r"(?<![a-z0-9])" + pattern
    elif len(term) == 1:
        pattern = r"(?<![가-힣])" + pattern
    if re.search("[a-z0-9]", term[-1]):
        pattern += r"(?![a-z0-9])"
    return pattern
