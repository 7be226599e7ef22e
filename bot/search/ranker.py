"""The FAQ ranker: a question → a score for every entry, and a confidence."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.korean.kernel import Floats, Views
from bot.korean.phonetic import normalise
from bot.korean.repair import Repair
from bot.korean.synonyms import Synonyms
from bot.search.fits import Fit
from bot.search.rows import Document, FieldWeights

LONGEST_QUESTION = 300  # characters that are ranked; what follows is cut
REMEMBERED = 64  # first opinions of the questions asked last
DOUBT = 0.2  # a lead of the first score over the second from which no second opinion is asked for …
SETTLED = 0.8  # … where the confidence is this high: a clear lead says nothing of whether there is an answer at all …
HOPELESS = 0.05  # … nor is one up to this confidence, at which nothing is shown anyway


@dataclass(frozen=True)
class RankerSettings:
    """One setting for every FAQ."""

    weights: FieldWeights = field(default_factory=FieldWeights)
    penalty: float = 0.3
    softmax_share: float = 0.5  # of the softmax scores against the ridge scores, in units of their spread
    softmax_penalty: float = 0.03
    softmax_steps: int = 30
    mean_share: float = 0.35  # of the cosines to the entries' means, likewise
    softmax_budget: float = 6e11  # floating-point operations; larger FAQs do without
    most_rows: int = 8000  # of an exact fit; larger FAQs are fitted around each question
    most_encoded: int = 100_000  # rows that sentence encoders are asked for; larger FAQs do without them
    threshold: float = 0.30  # confidence below which no entry should be shown
    seed: int = 0


@dataclass(frozen=True)
class Ranking:
    """The scores (C,) of one question, its confidence (0 to 1) and the repaired text that was ranked."""

    scores: Floats
    confidence: float
    text: str


@dataclass(frozen=True)
class Rows:
    """The training rows of a ranker: their texts, and for each document the numbers of its rows."""

    documents: tuple[Document, ...]
    texts: tuple[str, ...]
    numbers: tuple[NDArray[np.intp], ...]

    @cached_property
    def places(self) -> dict[int, int]:
        """Where among the documents each one stands, by what Python's `id` gives for it."""
        return {id(document): place for place, document in enumerate(self.documents)}


@dataclass(frozen=True)
class Ranker:
    """A fitted ranker. The first fit ranks every question; the second, with a better and slower encoder, those it leaves in doubt.

    `complete` is False where a better fit of the same documents is still to be made.
    """

    rows: Rows
    fits: tuple[Fit, ...]
    repair: Repair
    synonyms: Synonyms
    threshold: float  # the confidence below which no entry should be shown
    complete: bool
    _remembered: OrderedDict[str, _First] = field(default_factory=OrderedDict, init=False, compare=False)

    def search(self, text: str) -> Ranking:
        """Scores and confidence of a question."""
        first = self._first(text)
        if not self._doubts(first):
            return Ranking(first.scores, first.confidence, first.repaired)
        return Ranking(*self.fits[1].rank(first.asked, first.views), first.repaired)

    def doubt(self, text: str) -> Callable[[], object] | None:
        """What the second opinion on a question takes long for, where one is asked for: a `search` after it is quick."""
        if len(self.fits) < 2:
            return None
        first = self._first(text)
        projection = self.fits[1].kernel.projection if self._doubts(first) else None
        return partial(projection.encoder.encode, [first.asked]) if projection else None

    def _first(self, text: str) -> _First:
        """The first opinion; remembered, as several parts of a turn ask for it."""
        known = self._remembered.get(text)
        if known is not None:
            return known
        repaired = self.repair(text[:LONGEST_QUESTION])
        asked = normalise(self.synonyms.usual(repaired))
        views = self.fits[0].kernel.vectoriser.views(asked)
        first = _First(*self.fits[0].rank(asked, views), repaired, asked, views)
        self._remembered[text] = first
        with suppress(KeyError):  # another thread was faster
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return first

    def _doubts(self, first: _First) -> bool:
        if len(self.fits) == 1 or first.confidence <= HOPELESS:
            return False
        return first.confidence < SETTLED or lead(first.scores) < DOUBT


class _First(NamedTuple):
    """What the quick encoder makes of a question: scores and confidence, its text repaired, as ranked, and analysed."""

    scores: Floats
    confidence: float
    repaired: str
    asked: str
    views: Views


def lead(scores: Floats) -> float:
    """By how much the first score is above the second."""
    if len(scores) < 2:
        return float("inf")
    second, first = np.partition(scores, -2)[-2:]
    return float(first - second)
