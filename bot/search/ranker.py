"""The FAQ ranker: a question → a score for every entry, and a confidence."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.korean.kernel import Floats
from bot.korean.phonetic import normalise
from bot.korean.repair import Repair
from bot.korean.synonyms import Synonyms
from bot.search.fits import Fit
from bot.search.rows import Document, FieldWeights

LONGEST_QUESTION = 300  # characters that are ranked; what follows is cut
DOUBT = 0.2  # a lead of the first score over the second from which no second opinion is asked for


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
    sampled_rows: int = 3000  # that the confidence of a larger FAQ is learnt from
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

    def search(self, text: str) -> Ranking:
        """Scores and confidence of a question."""
        repaired = self.repair(text[:LONGEST_QUESTION])
        asked = normalise(self.synonyms.usual(repaired))
        quick = self.fits[0]
        views = quick.kernel.vectoriser.views(asked)
        scores, confidence = quick.rank(asked, views)
        if len(self.fits) > 1 and lead(scores) < DOUBT:
            scores, confidence = self.fits[1].rank(asked, views)
        return Ranking(scores, confidence, repaired)


def lead(scores: Floats) -> float:
    """By how much the first score is above the second."""
    if len(scores) < 2:
        return float("inf")
    second, first = np.partition(scores, -2)[-2:]
    return float(first - second)
