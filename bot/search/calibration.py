"""From scores to a confidence: the probability that the right entry is among the first five.

Nothing but the FAQ and a list of general out-of-scope sentences is used. In-scope examples are the FAQ's phrasings, each
scored as if it had been left out of the fit; near misses are the phrasings of entries left out as a whole; far misses are
the general sentences. A weighted logistic regression over a few signals turns them into a probability, so the same
threshold means the same risk for a small and for a large FAQ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.korean.kernel import Floats, Kernel, Views
from bot.search.rows import Row
from bot.search.solver import Floats as Coefficients
from bot.search.solver import inverse_block, left_out

FIRST = 5
SAMPLED_ROWS = 1500
# The traffic that confidences are calibrated for: in scope, out of scope, about a matter that has no entry yet.
SHARES = (0.70, 0.20, 0.10)
PENALTY = 1.0


@dataclass(frozen=True)
class Calibration:
    """A logistic model over signals: mean (F,), spread (F,), slope (F,), intercept; and the threshold to ship."""

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    slope: NDArray[np.float64]
    intercept: float
    threshold: float

    @classmethod
    def of(cls, array: NDArray[np.float64]) -> Calibration | None:
        """The calibration that `array()` gave, or None for one without columns."""
        if not array.shape[1]:
            return None
        mean, spread, slope, (intercept, threshold, *_) = array
        return cls(mean, spread, slope, float(intercept), float(threshold))

    def array(self) -> NDArray[np.float64]:
        """All of it as (4, F): mean, spread, slope, and a last row that begins with intercept and threshold."""
        last = np.zeros_like(self.mean)
        last[:2] = self.intercept, self.threshold
        return np.stack([self.mean, self.spread, self.slope, last])

    def __call__(self, signals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the confidences (n,) of signals (n, F)."""
        return 1 / (
            1 + np.exp(-np.clip((signals - self.mean) / self.spread @ self.slope + self.intercept, -50, 50))
        )


def _top_mean(values: Floats, n: int) -> Floats:
    n = min(n, values.shape[1])
    return np.partition(values, values.shape[1] - n, axis=1)[:, -n:].mean(axis=1)


def signals(
    scores: Floats, total: Floats, lexical: Floats, dense: Floats | None, known: Floats
) -> NDArray[np.float64]:
    """Return the signals (n, F) of n questions.

    scores (n, ≥1) ridge scores of at least the leading entries, total (n,) their sum over all entries (a one-class fit:
    how much the question looks like the FAQ), cosines (n, N) to the rows, known (n,) share of its content morphemes known.
    """
    top = -np.sort(-np.partition(scores, max(scores.shape[1] - FIRST, 0), axis=1)[:, -FIRST:], axis=1)
    second = top[:, 1] if top.shape[1] > 1 else np.zeros(len(top))
    columns = [top[:, 0], top[:, 0] - second, np.sqrt((np.maximum(top, 0) ** 2).sum(axis=1)), total, known]
    for cosines in (lexical, dense):
        if cosines is not None:
            columns += [cosines.max(axis=1), _top_mean(cosines, 5)]
    return np.stack(columns, axis=1).astype(np.float64)


def known_share(kernel: Kernel, views: Views, rarest: int = 1) -> float:
    """Return the share of an analysed text's content morphemes in at least `rarest` rows; 0.5 for a text without any."""
    columns = kernel.vectoriser.content_columns(views)
    return (
        sum(c >= 0 and kernel.vectoriser.df[c] >= rarest for c in columns) / len(columns) if columns else 0.5
    )


def _fit_logistic(
    x: NDArray[np.float64], y: NDArray[np.float64], w: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (F + 1,) coefficients, intercept last, by Newton's method with an L2 penalty on the slopes."""
    x = np.hstack([x, np.ones((len(x), 1))])
    penalty = np.diag([PENALTY] * (x.shape[1] - 1) + [1e-6])
    b = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ b, -30, 30)))
        gradient = x.T @ (w * (p - y)) + penalty @ b
        b = b - np.linalg.solve((x * (w * p * (1 - p))[:, None]).T @ x + penalty, gradient)
    return b


def _sampled_entries(rows: Sequence[Row], n_entries: int, seed: int) -> list[NDArray[np.intp]]:
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
    coefficients: Coefficients,
    chol: tuple[Floats, bool],
    general: Sequence[str],
    answered: float,
    seed: int = 0,
) -> Calibration:
    """Return the calibration of a ridge fit; the threshold keeps the share `answered` of good in-scope examples."""
    y = np.asarray([r.entry for r in rows], np.intp)
    found: list[tuple[NDArray[np.float64], NDArray[np.float64], float]] = []
    inside, hits, near = [], [], []
    for group in _sampled_entries(rows, coefficients.shape[1], seed):
        block = inverse_block(chol, group)
        lexical, dense = kernel.row_cosines(group)
        without = left_out(block, coefficients, y, group)
        for i in (i for i, r in enumerate(group) if rows[r].field == "phrasing" and len(group) > 1):
            views = kernel.vectoriser.views(rows[group[i]].text)
            one = left_out(block[i : i + 1, i : i + 1], coefficients, y, group[i : i + 1])
            hits.append(float((one[0] > one[0, y[group[i]]]).sum() < FIRST))
            for scores, gone, limit, out in (
                (one, group[i : i + 1], 2, inside),
                (without[i : i + 1], group, len(group) + 1, near),
            ):
                lex = np.delete(lexical[i : i + 1], gone, axis=1)
                den = None if dense is None else np.delete(dense[i : i + 1], gone, axis=1)
                known = np.asarray([known_share(kernel, views, limit)])
                out.append(signals(scores, scores.sum(axis=1), lex, den, known)[0])
    if not inside:
        raise ValueError("an FAQ without phrasings cannot be calibrated")
    far = general_signals(kernel, coefficients, general)
    typical = np.median(np.asarray(inside)[:, 5])
    far = far[far[:, 5] < typical]  # a general sentence that this FAQ does answer is no example of a miss
    for x, label, share in (
        (inside, np.asarray(hits), SHARES[0]),
        (far, np.zeros(len(far)), SHARES[1]),
        (near, np.zeros(len(near)), SHARES[2]),
    ):
        found.append((np.asarray(x).reshape(len(x), -1), label, share))
    found = [f for f in found if len(f[1])]
    x, label = np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])
    weight = np.concatenate([np.full(len(f[1]), f[2] * len(x) / len(f[1])) for f in found])
    mean, spread = np.average(x, axis=0, weights=weight), x.std(axis=0) + 1e-6
    b = _fit_logistic((x - mean) / spread, label, weight)
    model = Calibration(mean, spread, b[:-1], float(b[-1]), 0.0)
    good = model(np.asarray(inside))[np.asarray(hits) == 1]
    threshold = float(np.quantile(good, 1 - answered)) if len(good) else 0.5
    return Calibration(mean, spread, b[:-1], float(b[-1]), threshold)


def general_signals(kernel: Kernel, coefficients: Coefficients, texts: Sequence[str]) -> NDArray[np.float64]:
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
