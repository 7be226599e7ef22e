"""What gives a question its scores: an exact fit of all rows, or a fit around the question, made when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.korean.kernel import Extended, Floats, Kernel, Views
from bot.search.calibration import (
    FIRST,
    Calibration,
    Signals,
    known_share,
    learnt,
    sampled_entries,
    signals,
)
from bot.search.evidence import Evidence, confidence, known
from bot.search.rows import Row
from bot.search.wide import WideKernel

Ints = NDArray[np.intp]
DENSE_LIMIT = 1_500_000  # coefficients that one product may read; beyond, only the nearest entries are scored
CANDIDATES = 128
AROUND, AROUND_ENTRIES = 256, 40  # rows and entries of a fit around a question
AROUND_WIDE = 96  # rows, of very many: what is beyond hardly counts, and the time grows with their square
GONE = -1


class Fit(Protocol):
    """Scores (C,) and a confidence (0 to 1) for a normalised, analysed question.

    `lexical` are its lexical cosines to the rows, where another fit of the same rows has them already.
    """

    kernel: Kernel | Extended | WideKernel
    weights: Floats
    calibration: Calibration | None

    def rank(self, text: str, views: Views, lexical: Floats | None = None) -> tuple[Floats, float]: ...


@dataclass(frozen=True)
class ExactFit:
    """Kernel ridge regression over all rows, sharpened by a softmax; coefficients are (C, N).

    weights (N,) are the rows', starts (C,) is each entry's first row. The evidence may have a kernel of its own.
    """

    kernel: Kernel
    weights: Floats
    starts: Ints
    coefficients: Floats
    evidence: Evidence

    @property
    def calibration(self) -> Calibration | None:
        return self.evidence.calibration

    def rank(self, text: str, views: Views, lexical: Floats | None = None) -> tuple[Floats, float]:
        lexical, dense = self.kernel.cosines(text, views, lexical)
        values = self.kernel.values(lexical, dense)
        scores = self._scores(values)
        judge = self.evidence.kernel
        if judge is not self.kernel:
            lexical, dense = judge.cosines(text, views, lexical)
            values = judge.values(lexical, dense)
        return scores, self.evidence.confidence(scores, values, views, lexical, dense)

    def _scores(self, values: Floats) -> Floats:
        if self.coefficients.size <= DENSE_LIMIT:
            return self.coefficients @ values
        nearest = np.maximum.reduceat(values, self.starts)
        chosen = np.argpartition(nearest, -CANDIDATES)[-CANDIDATES:]
        rows = map(self.coefficients.__getitem__, chosen.tolist())
        found = np.fromiter(map(values.dot, rows), np.float32, len(chosen))  # without a copy of the rows
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
        share = known(self.kernel, views)
        cosines = lexical[alive], None if dense is None else dense[alive]
        total = float(scores.sum())
        return scores, confidence(self.calibration, share, scores, scores, total, *cosines)

    def scores(self, values: Floats) -> Floats:
        """Scores (C,) from the kernel values (N,) of a question; negative values stand for rows that do not count."""
        near = around(values, self.entries)
        rows = np.sort(near)
        answer = solved(self.kernel.block(rows), values[rows], self.weights[rows], self.penalty)
        return np.bincount(self.entries[rows], answer, minlength=self.n_entries).astype(np.float32)


def around(values: Floats, entries: Ints, most: int = AROUND) -> Ints:
    """Row numbers: the nearest rows of the entries that come nearest, by kernel values (n,) and each row's entry (n,)."""
    nearest = np.argpartition(values, -min(4 * AROUND, len(values)))[-4 * AROUND :]
    nearest = nearest[values[nearest] >= 0]
    nearest = nearest[np.argsort(-values[nearest], kind="stable")]
    leading = list(dict.fromkeys(entries[nearest].tolist()))[:AROUND_ENTRIES]
    return nearest[np.isin(entries[nearest], leading)][:most]


def solved(system: Floats, values: Floats, weights: Floats, penalty: float) -> Floats:
    """Each row's part (n,) in the scores of a question, from the kernel (n, n) between the rows; changes `system`."""
    system[np.diag_indices(len(values))] += penalty / weights
    return np.linalg.solve(system, values)


@dataclass(frozen=True)
class WideFit:
    """LocalFit for very many rows: those that cannot be near are not looked at.

    owners (N,) is the number of the entry that each row was laid out with, places (C,) where it stands now or GONE; the rows
    that came later have theirs in `later`.
    """

    kernel: WideKernel
    owners: NDArray[np.int32]
    places: NDArray[np.int32]
    later: NDArray[np.int32]
    weights: Floats
    n_entries: int
    penalty: float
    calibration: Calibration | None

    def rank(self, text: str, views: Views, lexical: Floats | None = None) -> tuple[Floats, float]:
        scores, share = np.zeros(self.n_entries, np.float32), known(self.kernel, views)
        entries, parts, *cosines = self.look(text, views)
        np.add.at(scores, entries, parts)
        evidence = _evidence(entries, scores)
        return scores, confidence(self.calibration, share, evidence, evidence, float(parts.sum()), *cosines)

    def look(
        self, text: str, views: Views, without: Ints | None = None
    ) -> tuple[Ints, Floats, Floats, Floats | None]:
        """The fit around a question: the entry (n,) and the part in its score (n,) of each row, and the lexical and embedding
        cosines (m,) to the rows that were looked at; as if there were no rows `without`."""
        question = self.kernel.projection([text])[0] if self.kernel.projection else None
        terms = self.kernel.vectoriser.weights(views)
        rows = self.kernel.near(*terms, question)
        old = rows[: len(rows) - len(self.later)]
        entries = np.concatenate([self.places[self.owners[old]], self.later])
        there = entries != GONE
        if without is not None:
            there &= ~np.isin(rows, without)
        rows, entries = rows[there], entries[there]
        part = self.kernel.part(rows)
        lexical, dense = part.cosines(*terms, question)
        if not len(rows):
            return entries, np.zeros(0, np.float32), lexical, dense
        values = self.kernel.values(lexical, dense)
        near = np.sort(around(values, entries, AROUND_WIDE))
        parts = solved(part.block(near), values[near], self.weights[rows[near]], self.penalty)
        return entries[near], parts, lexical, dense

    def calibrated(self, rows: Sequence[Row], general: Sequence[str], seed: int) -> WideFit:
        """The same with a confidence learnt as in `calibration.calibrate`, but from fits around the phrasings.

        `rows` (N,) are those it was laid out with, `general` normalised out-of-scope texts.
        """
        inside: list[Signals] = []
        near: list[Signals] = []
        hits: list[float] = []
        for group in sampled_entries(rows, len(self.places), seed):
            for i in (i for i in group if rows[i].field == "phrasing" and len(group) > 1):
                views = self.kernel.vectoriser.views(rows[i].text)
                for gone, rarest, out in ((group[group == i], 2, inside), (group, len(group) + 1, near)):
                    found = self.look(rows[i].text, views, gone)
                    if len(found[2]) >= FIRST:
                        out.append(self._signals(known_share(self.kernel, views, rarest), *found))
                        if out is inside:
                            hits.append(_hit(rows[i].entry, *found[:2]))
        analysed = ((text, self.kernel.vectoriser.views(text)) for text in general)
        far = [
            self._signals(known_share(self.kernel, views), *self.look(text, views))
            for text, views in analysed
        ]
        return replace(self, calibration=learnt(inside, hits, near, np.asarray(far)))

    def _signals(
        self, known: float, entries: Ints, parts: Floats, lexical: Floats, dense: Floats | None
    ) -> Signals:
        scores = np.zeros(self.n_entries, np.float32)
        np.add.at(scores, entries, parts)
        fill = np.zeros(FIRST, np.float32)
        cosines = np.append(lexical, fill)[None], None if dense is None else np.append(dense, fill)[None]
        total = np.asarray([parts.sum()])
        return signals(_evidence(entries, scores)[None], total, *cosines, np.asarray([known]))[0]


def _evidence(entries: Ints, scores: Floats) -> Floats:
    """The scores of the entries looked at, and of some of the others, which have none."""
    return np.concatenate([scores[np.unique(entries)], np.zeros(FIRST, np.float32)])


def _hit(entry: int, entries: Ints, parts: Floats) -> float:
    """Whether an entry is among the first five."""
    scores = np.bincount(entries, parts, minlength=entry + 1)
    return float((scores > scores[entry]).sum() < FIRST)
