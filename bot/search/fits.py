"""What gives a question its scores: an exact fit of all rows, or a fit around the question, made when it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.korean.kernel import Extended, Floats, Kernel, Views
from bot.search.calibration import FIRST, Calibration, known_share, signals

Ints = NDArray[np.intp]
DENSE_LIMIT = 1_500_000  # coefficients that one product may read; beyond, only the nearest entries are scored
CANDIDATES = 128
AROUND, AROUND_ENTRIES = 256, 40  # rows and entries of a fit around a question
GONE = -1


class Fit(Protocol):
    """Scores (C,) and a confidence (0 to 1) for a normalised, analysed question.

    `lexical` are its lexical cosines to the rows, where another fit of the same rows has them already.
    """

    kernel: Kernel | Extended
    weights: Floats
    calibration: Calibration | None

    def rank(self, text: str, views: Views, lexical: Floats | None = None) -> tuple[Floats, float]: ...


@dataclass(frozen=True)
class ExactFit:
    """Kernel ridge regression over all rows, sharpened by a softmax; coefficients are (C, N).

    weights (N,) are the rows', starts (C,) is each entry's first row; the confidence is that of the plain ridge scores.
    """

    kernel: Kernel
    weights: Floats
    starts: Ints
    coefficients: Floats
    ridge_coefficients: Floats
    ridge_total: Floats
    calibration: Calibration | None

    def rank(self, text: str, views: Views, lexical: Floats | None = None) -> tuple[Floats, float]:
        lexical, dense = self.kernel.cosines(text, views, lexical)
        values = self.kernel.values(lexical, dense)
        scores = self._scores(values)
        leading = np.argpartition(scores, max(len(scores) - FIRST - 3, 0))[-FIRST - 3 :]
        evidence, total = self.ridge_coefficients[leading] @ values, self.ridge_total @ values
        known = _known(self.kernel, views)
        return scores, confidence(self.calibration, known, scores, evidence, total, lexical, dense)

    def _scores(self, values: Floats) -> Floats:
        if self.coefficients.size <= DENSE_LIMIT:
            return self.coefficients @ values
        nearest = np.maximum.reduceat(values, self.starts)
        chosen = np.argpartition(nearest, -CANDIDATES)[-CANDIDATES:]
        found = self.coefficients[chosen] @ values
        scores = np.full(len(nearest), min(0.0, float(found.min())), np.float32)
        scores[chosen] = found
        return scores


@dataclass(frozen=True)
class LocalFit:
    """Kernel ridge regression over the rows around the question alone: no training, so that an edit counts at once.

    entries (N,) is the entry of each row, GONE for rows that are no longer; the method is local learning (Bottou and
    Vapnik 1992, "Local learning algorithms").
    """

    kernel: Kernel | Extended
    entries: Ints
    weights: Floats
    n_entries: int
    penalty: float
    calibration: Calibration | None

    def rank(self, text: str, views: Views, lexical: Floats | None = None) -> tuple[Floats, float]:
        lexical, dense = self.kernel.cosines(text, views, lexical)
        values = self.kernel.values(lexical, dense)
        scores = self.scores(np.where(self.entries == GONE, np.float32(-1), values))
        alive = self.entries != GONE
        known = _known(self.kernel, views)
        cosines = lexical[alive], None if dense is None else dense[alive]
        total = float(scores.sum())
        return scores, confidence(self.calibration, known, scores, scores, total, *cosines)

    def scores(self, values: Floats) -> Floats:
        """Scores (C,) from the kernel values (N,) of a question; negative values stand for rows that do not count."""
        near = self._around(values)
        rows = np.sort(near)
        system = self.kernel.block(rows)
        system[np.diag_indices(len(rows))] += self.penalty / self.weights[rows]
        answer = np.linalg.solve(system, values[rows])
        return np.bincount(self.entries[rows], answer, minlength=self.n_entries).astype(np.float32)

    def _around(self, values: Floats) -> Ints:
        """Row numbers: the nearest rows of the entries that come nearest."""
        nearest = np.argpartition(values, -min(4 * AROUND, len(values)))[-4 * AROUND :]
        nearest = nearest[values[nearest] >= 0]
        nearest = nearest[np.argsort(-values[nearest], kind="stable")]
        entries = list(dict.fromkeys(self.entries[nearest].tolist()))[:AROUND_ENTRIES]
        return nearest[np.isin(self.entries[nearest], entries)][:AROUND]


def confidence(
    calibration: Calibration | None,
    known: float | None,
    scores: Floats,
    evidence: Floats,
    total: float,
    lexical: Floats,
    dense: Floats | None,
) -> float:
    """How sure a ranking is; `known` is the share of the question's morphemes that are known, None where it has none."""
    if known is None or not len(lexical):
        return 0.0
    if calibration is None:  # too little to learn it from: the score alone, near one for a training text
        return float(np.clip(scores.max(), 0, 1))
    cosines = lexical[None], None if dense is None else dense[None]
    return float(calibration(signals(evidence[None], np.asarray([total]), *cosines, np.asarray([known])))[0])


def _known(kernel: Kernel | Extended, views: Views) -> float | None:
    return known_share(kernel, views) if any(views) else None
