"""The FAQ ranker: fit(documents) → Ranker; Ranker.search(text) → a score for every entry, and a confidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.korean.encoder import Encoder
from bot.korean.kernel import Floats, Kernel, Views, build_kernel
from bot.korean.phonetic import normalise
from bot.korean.repair import Repair, known_pairs
from bot.korean.synonyms import Synonyms
from bot.search.calibration import FIRST, Calibration, calibrate, known_share, signals
from bot.search.fitted import Arrays, FitStore, fingerprint
from bot.search.rows import Document, FieldWeights, Row, training_rows
from bot.search.solver import factor, kernel_softmax, ridge, softmax_steps

GENERAL = Path(__file__).with_name("general.txt")
FEWEST_PHRASINGS = 40
LONGEST_QUESTION = 300  # characters that are ranked; what follows is cut
DENSE_LIMIT = 1_500_000  # coefficients that one product may read; beyond, only the nearest entries are scored
CANDIDATES = 128


@dataclass(frozen=True)
class RankerSettings:
    """One setting for every FAQ."""

    weights: FieldWeights = field(default_factory=FieldWeights)
    penalty: float = 0.3
    softmax_share: float = 0.5  # of the softmax scores against the ridge scores, in units of their spread
    softmax_penalty: float = 0.03
    softmax_steps: int = 30
    softmax_budget: float = 6e11  # floating-point operations; larger FAQs do without
    most_rows: int = 8000  # of an exact fit
    threshold: float = 0.30  # confidence below which no entry should be shown
    seed: int = 0


@dataclass(frozen=True)
class Ranking:
    """The scores (C,) of one question, its confidence (0 to 1) and the repaired text that was ranked."""

    scores: Floats
    confidence: float
    text: str


@dataclass(frozen=True)
class Ranker:
    """A fitted ranker. coefficients and ridge_coefficients are (C, N); starts (C,) is each entry's first row."""

    kernel: Kernel
    starts: NDArray[np.intp]
    coefficients: Floats
    ridge_coefficients: Floats
    ridge_total: Floats
    repair: Repair
    synonyms: Synonyms
    calibration: Calibration | None
    threshold: float  # the confidence below which no entry should be shown

    def search(self, text: str) -> Ranking:
        """Scores and confidence of a question."""
        repaired = self.repair(text[:LONGEST_QUESTION])
        asked = normalise(self.synonyms.usual(repaired))
        views = self.kernel.vectoriser.views(asked)
        lexical, dense = self.kernel.cosines(asked, views)
        values = self.kernel.values(lexical, dense)
        scores = self._scores(values)
        return Ranking(scores, self._confidence(views, values, scores, lexical, dense), repaired)

    def _scores(self, values: Floats) -> Floats:
        if self.coefficients.size <= DENSE_LIMIT:
            return self.coefficients @ values
        nearest = np.maximum.reduceat(values, self.starts)
        chosen = np.argpartition(nearest, -CANDIDATES)[-CANDIDATES:]
        found = self.coefficients[chosen] @ values
        scores = np.full(len(nearest), min(0.0, float(found.min())), np.float32)
        scores[chosen] = found
        return scores

    def _confidence(
        self, views: Views, values: Floats, scores: Floats, lexical: Floats, dense: Floats | None
    ) -> float:
        if not any(views):
            return 0.0
        if (
            self.calibration is None
        ):  # too little to learn it from: the score alone, near one for a training text
            return float(np.clip(scores.max(), 0, 1))
        leading = np.argpartition(scores, max(len(scores) - FIRST - 3, 0))[-FIRST - 3 :]
        evidence = (self.ridge_coefficients[leading] @ values)[None]
        total = np.asarray([self.ridge_total @ values])
        cosines = lexical[None], None if dense is None else dense[None]
        known = np.asarray([known_share(self.kernel, views)])
        return float(self.calibration(signals(evidence, total, *cosines, known))[0])


def fit(
    documents: Sequence[Document],
    *,
    encoder: Encoder | None = None,
    synonyms: Synonyms | None = None,
    store: FitStore | None = None,
    settings: RankerSettings = RankerSettings(),  # noqa: B008 - frozen
) -> Ranker:
    """The ranker of a FAQ, fitted anew unless `store` has it; raises ValueError where there are no entries."""
    if not documents:
        raise ValueError("the FAQ has no entries")
    synonyms = synonyms or Synonyms()
    rows = training_rows(documents, settings.weights, settings.most_rows, synonyms)
    key = fingerprint(rows, encoder.name if encoder else None, settings)
    arrays = store.get(key) if store else None
    if arrays is None:
        kernel = build_kernel([row.text for row in rows], encoder)
        arrays = _fitted(kernel, rows, len(documents), settings) | kernel.arrays()
        if store:
            store.put(key, arrays)
    else:
        kernel = build_kernel([row.text for row in rows], encoder, arrays)
    return Ranker(
        kernel=kernel,
        starts=np.searchsorted([row.entry for row in rows], np.arange(len(documents))),
        coefficients=arrays["coefficients"],
        ridge_coefficients=arrays["ridge_coefficients"],
        ridge_total=arrays["ridge_coefficients"].sum(axis=0),
        repair=Repair(known_pairs(row.text for row in rows)),
        synonyms=synonyms,
        calibration=Calibration.of(arrays["calibration"]),
        threshold=settings.threshold,
    )


def _fitted(kernel: Kernel, rows: Sequence[Row], n_entries: int, settings: RankerSettings) -> Arrays:
    """coefficients and ridge_coefficients (C, N), and calibration (7, F) or (7, 0) where there is too little to learn."""
    entries = np.asarray([row.entry for row in rows], np.intp)
    weights = np.asarray([row.weight for row in rows], np.float32)
    gram = np.empty((len(rows), len(rows)), np.float32)
    for block, values in kernel.gram():
        gram[block] = values
    cholesky = factor(gram, weights, settings.penalty)
    plain = ridge(cholesky, entries, n_entries)
    calibration = _calibration(kernel, rows, plain, cholesky, settings)
    merged = _coefficients(gram, entries, weights, n_entries, plain, settings)
    return {
        "coefficients": np.ascontiguousarray(merged.T),
        "ridge_coefficients": np.ascontiguousarray(plain.T),
        "calibration": calibration.array() if calibration else np.zeros((7, 0)),
    }


def _coefficients(
    gram: Floats, y: NDArray[np.intp], w: Floats, n: int, plain: Floats, settings: RankerSettings
) -> Floats:
    """Ridge plus softmax coefficients (N, C), the latter scaled to the spread of the former's scores."""
    steps = softmax_steps(len(y), n, settings.softmax_budget, settings.softmax_steps)
    if not steps or not settings.softmax_share or n < 2:
        return plain
    sharp = kernel_softmax(gram, y, w, n, settings.softmax_penalty, steps)
    scale = np.std(gram @ plain) / max(float(np.std(gram @ sharp)), 1e-9)
    return plain + settings.softmax_share * scale * sharp


def _calibration(
    kernel: Kernel,
    rows: Sequence[Row],
    plain: Floats,
    cholesky: tuple[Floats, bool],
    settings: RankerSettings,
) -> Calibration | None:
    """The calibration, or None where there are too few phrasings, beside other rows of their entries, to learn from."""
    owners = Counter(row.entry for row in rows)
    if sum(row.field == "phrasing" and owners[row.entry] > 1 for row in rows) < FEWEST_PHRASINGS:
        return None
    general = [normalise(line) for line in GENERAL.read_text(encoding="utf-8").splitlines() if line]
    return calibrate(kernel, rows, plain, cholesky, general, settings.seed)
