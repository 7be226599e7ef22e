"""What a search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.faq.model import Entry
from bot.korean.kernel import Floats


@dataclass(frozen=True)
class Candidate:
    """An entry that may be meant, and the ranker's score for it."""

    entry: Entry
    score: float


class Candidates(Sequence[Candidate]):
    """Candidates best first, each made when it is looked at: a keyword may have very many."""

    def __init__(self, entries: Sequence[Entry], scores: Floats) -> None:
        self.entries = tuple(entries)
        self._scores = scores

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, place):
        if isinstance(place, slice):
            return Candidates(self.entries[place], self._scores[place])
        return Candidate(self.entries[place], float(self._scores[place]))


@dataclass(frozen=True)
class Result:
    """What a search found.

    `candidates` are best first. For a keyword question (`keyword`) they are all its matches; else they are the ranker's
    first ones, and `confidence` is the probability (0 to 1) that one of the first five answers the question; below
    `threshold` none should be shown. `named` says that the question is the title or a phrasing of the first one, letter
    for letter.
    """

    candidates: Sequence[Candidate] = ()
    confidence: float = 0.0
    threshold: float = 0.0
    keyword: bool = False
    named: bool = False

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The candidates' entries, best first."""
        if isinstance(self.candidates, Candidates):
            return self.candidates.entries
        return tuple(candidate.entry for candidate in self.candidates)

    def told(self, most: int) -> list[dict[str, Any]]:
        """The first `most` candidates as the tables keep them."""
        return [
            {"id": each.entry.id, "title": each.entry.title, "score": round(each.score, 4)}
            for each in self.candidates[:most]
        ]
