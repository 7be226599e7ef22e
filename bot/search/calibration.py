"""From scores to a confidence: the probability that a question is in scope and its entry is among the first five.

confidence = P(in scope) · P(right entry in the first five | in scope), two logistic regressions. Nothing but the FAQ and a
list of general out-of-scope sentences is used. In-scope examples are the FAQ's phrasings, each scored as if it had been
left out of the fit; far misses are the general sentences; near misses are phrasings of entries left out as a whole. Both
parts are fitted anew to every FAQ, so that one threshold means the same risk for a small and for a large one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.korean.kernel import Floats, Kernel, Views
from bot.search.rows import Row
from bot.search.solver import inverse_block, left_out

FIRST = 5
SAMPLED_ROWS = 1200
FAR_SHARE, NEAR_SHARE = 0.30, 0.15  # of the traffic that the two probabilities are calibrated for
PENALTY = 1.0
TOP, LEXICAL = 0, 4  # columns of the signals
Signals = NDArray[np.float64]


@dataclass(frozen=True)
class Logistic:
    """A logistic regression: mean, spread and slope (F,), intercept."""

    mean: Signals
    spread: Signals
    slope: Signals
    intercept: float

    def __call__(self, x: Signals) -> Signals:
        """Return the probabilities (n,) of x (n, F)."""
        logits = (x - self.mean) / self.spread @ self.slope + self.intercept
        return 1 / (1 + np.exp(-np.minimum(np.maximum(logits, -30), 30)))  # np.clip takes ten times as long


@dataclass(frozen=True)
class Calibration:
    """The two models behind a confidence."""

    in_scope: Logistic
    matched: Logistic

    @classmethod
    def of(cls, array: Signals) -> Calibration | None:
        """The calibration that `array()` gave, or None for one without columns."""
        if not array.shape[1]:
            return None
        matched = Logistic(*(row[:1] for row in array[3:6]), float(array[6, 1]))
        return cls(Logistic(*array[:3], float(array[6, 0])), matched)

    def array(self) -> Signals:
        """All of it as (7, F): mean, spread and slope of both models (the second's in the first column), intercepts."""
        rows = np.zeros((7, len(self.in_scope.mean)))
        rows[:3] = self.in_scope.mean, self.in_scope.spread, self.in_scope.slope
        rows[3:6, :1] = self.matched.mean, self.matched.spread, self.matched.slope
        rows[6, :2] = self.in_scope.intercept, self.matched.intercept
        return rows

    def __call__(self, x: Signals) -> Signals:
        """Return the confidences (n,) of signals (n, F)."""
        return self.in_scope(x) * self.matched(x[:, TOP : TOP + 1])


def _leading(values: Floats) -> Floats:
    """Return the (n, ≤FIRST) largest values of each row, in no order."""
    return np.partition(values, max(values.shape[1] - FIRST, 0), axis=1)[:, -FIRST:]


def signals(scores: Floats, total: Floats, lexical: Floats, dense: Floats | None, known: Floats) -> Signals:
    """Return the signals (n, F) of n questions.

    scores (n, ≥1) ridge scores of at least the leading entries, total (n,) their sum over all entries (a one-class fit:
    how much the question looks like the FAQ), cosines (n, N) to the rows, known (n,) share of its content morphemes known.
    """
    top = _leading(scores)
    columns = [top.max(axis=1), np.sqrt((np.maximum(top, 0) ** 2).sum(axis=1)), total, known]
    for cosines in (lexical, dense):
        if cosines is not None:
            nearest = _leading(cosines)
            columns += [nearest.max(axis=1), nearest.mean(axis=1)]
    return np.stack(columns, axis=1).astype(np.float64)


def known_share(kernel: Kernel, views: Views, rarest: int = 1) -> float:
    """Return the share of an analysed text's content morphemes in at least `rarest` rows; 0.5 for a text without any."""
    columns = kernel.vectoriser.content_columns(views)
    return (
        sum(c >= 0 and kernel.vectoriser.df[c] >= rarest for c in columns) / len(columns) if columns else 0.5
    )


def _logistic(x: Signals, y: Signals, share: float, few: NDArray[np.bool_]) -> Logistic:
    """Return the penalised logistic regression of y on x (Newton's method), the rows `few` weighing `share` in all."""
    w = np.where(few, share / max(few.sum(), 1), (1 - share) / max((~few).sum(), 1)) * len(x)
    mean, spread = np.average(x, axis=0, weights=w), x.std(axis=0) + 1e-6
    z = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    penalty = np.diag([PENALTY] * x.shape[1] + [1e-3])
    b = np.zeros(z.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(z @ b, -30, 30)))
        b = b - np.linalg.solve(
            (z * (w * p * (1 - p))[:, None]).T @ z + penalty, z.T @ (w * (p - y)) + penalty @ b
        )
    return Logistic(mean, spread, b[:-1], float(b[-1]))


def sampled_entries(rows: Sequence[Row], n_entries: int, seed: int) -> list[NDArray[np.intp]]:
    """The rows of each of some entries."""
    groups: list[list[int]] = [[] for _ in range(n_entries)]
    for i, row in enumerate(rows):
        groups[row.entry].append(i)
    chosen, count = [], 0
    for entry in np.random.default_rng(seed).permutation(n_entries):
        chosen.append(np.asarray(groups[entry], np.intp))
        count += len(groups[entry])
        if count >= SAMPLED_ROWS:
            break
    return chosen


def calibrate(
    kernel: Kernel,
    rows: Sequence[Row],
    coefficients: Floats,
    chol: tuple[Floats, bool],
    general: Sequence[str],
    seed: int = 0,
) -> Calibration:
    """Return the calibration of a ridge fit with coefficients (N, C); `general` are normalised out-of-scope texts."""
    y = np.asarray([r.entry for r in rows], np.intp)
    inside: list[Signals] = []
    near: list[Signals] = []
    hits: list[float] = []
    groups = sampled_entries(rows, coefficients.shape[1], seed)
    inverse, end = inverse_block(chol, np.concatenate(groups)), 0
    for group in groups:
        start, end = end, end + len(group)
        block = inverse[start:end, start:end]
        lexical, dense = kernel.row_cosines(group)
        without = left_out(block, coefficients, y, group)
        for i in (i for i, r in enumerate(group) if rows[r].field == "phrasing" and len(group) > 1):
            views = kernel.vectoriser.views(rows[group[i]].text)
            alone = left_out(block[i : i + 1, i : i + 1], coefficients, y, group[i : i + 1])
            hits.append(float((alone[0] > alone[0, y[group[i]]]).sum() < FIRST))
            for scores, gone, out in ((alone, group[i : i + 1], inside), (without[i : i + 1], group, near)):
                lex = np.delete(lexical[i : i + 1], gone, axis=1)
                den = None if dense is None else np.delete(dense[i : i + 1], gone, axis=1)
                if lex.shape[1]:
                    known = np.asarray([known_share(kernel, views, len(gone) + 1)])
                    out.append(signals(scores, scores.sum(axis=1), lex, den, known)[0])
    return learnt(inside, hits, near, general_signals(kernel, coefficients, general))


def learnt(
    inside: Sequence[Signals], hits: Sequence[float], near: Sequence[Signals], far: Signals
) -> Calibration:
    """The calibration from signals (F,) of questions in scope, whether each one's entry was among the first five (0 or 1),
    signals of near misses, and signals (n, F) of far ones."""
    good = np.asarray(inside)
    missed = np.asarray(near) if near else good[:0]
    far = far[far[:, LEXICAL] < np.median(good[:, LEXICAL])]  # what this FAQ does answer is no miss
    far = far if len(far) else np.zeros((1, good.shape[1]))
    in_scope = _logistic(
        np.concatenate([good, far]),
        np.r_[np.ones(len(good)), np.zeros(len(far))],
        FAR_SHARE,
        np.arange(len(good) + len(far)) >= len(good),
    )
    both = np.concatenate([good, missed])
    matched = _logistic(
        both[:, TOP : TOP + 1],
        np.r_[hits, np.zeros(len(missed))],
        NEAR_SHARE,
        np.arange(len(both)) >= len(good),
    )
    return Calibration(in_scope, matched)


def general_signals(kernel: Kernel, coefficients: Floats, texts: Sequence[str]) -> Signals:
    """Return the signals (n, F) of normalised texts under ridge coefficients (N, C)."""
    found = []
    for text in texts:
        views = kernel.vectoriser.views(text)
        lexical, dense = kernel.cosines(text, views)
        scores = (kernel.values(lexical, dense) @ coefficients)[None]
        cosines = lexical[None], None if dense is None else dense[None]
        found.append(
            signals(scores, scores.sum(axis=1), *cosines, np.asarray([known_share(kernel, views)]))[0]
        )
    return np.asarray(found)
