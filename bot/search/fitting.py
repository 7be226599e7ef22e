"""Making rankers: fitted anew, or taken from the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.korean.counting import Counts
from bot.korean.encoder import Encoder
from bot.korean.kernel import PRUNE_ABOVE, Floats, Kernel, build_kernel, with_meaning
from bot.korean.phonetic import normalise
from bot.korean.repair import Repair
from bot.korean.syllables import Syllables
from bot.korean.synonyms import Synonyms
from bot.search.calibration import Calibration, calibrate
from bot.search.evidence import Evidence
from bot.search.fits import ExactFit, WideFit
from bot.search.fitted import Arrays, FitStore, fingerprint
from bot.search.ranker import Ranker, RankerSettings, Rows
from bot.search.rows import Document, Row, training_rows
from bot.search.solver import entry_means, factor, kernel_softmax, ridge, softmax_steps
from bot.search.wide import WideKernel

GENERAL = Path(__file__).with_name("general.txt")
FEWEST_PHRASINGS = 40
SPREAD_ROWS = 1000  # that the spread of scores is measured on
SETTINGS = RankerSettings()
JUDGE = "judge_"  # before the names of the arrays of the evidence's own kernel
NOTHING = np.zeros((7, 0))  # the calibration of a FAQ that has too little to learn it from


def fit(
    documents: Sequence[Document],
    *,
    encoders: Sequence[Encoder] = (),
    synonyms: Synonyms | None = None,
    store: FitStore | None = None,
    wait: bool = True,
    settings: RankerSettings = SETTINGS,
    counts: Counts | None = None,
) -> Ranker:
    """The ranker of a FAQ; raises ValueError where there are no entries.

    What `store` has is not fitted anew. Where `wait` is false the second opinion is left out unless the store has it; the
    ranker then is not complete. `counts` may hold what some of the rows are made of.
    """
    if not documents:
        raise ValueError("the FAQ has no entries")
    synonyms = synonyms or Synonyms()
    rows = training_rows(documents, settings.weights, settings.most_rows, synonyms)
    make = _exact if len(rows) <= settings.most_rows else _wide
    texts = [row.text for row in rows]
    kernel = build_kernel(texts, None) if make is _exact else _counted(texts, counts or Counts())
    if make is _wide and len(rows) > settings.most_encoded:
        encoders = ()
    fits = []
    for encoder in encoders or (None,):
        key = fingerprint(rows, encoder.name if encoder else None, settings)
        arrays = store.get(key) if store else None
        if arrays is None and fits and not wait:
            break
        fits.append(make(kernel, rows, len(documents), encoder, arrays, settings))
        if arrays is None and store:
            store.put(key, _arrays(fits[-1]))
        if make is _wide:
            break  # a second opinion costs too much to encode
    return Ranker(
        rows=Rows(tuple(documents), (), ()) if make is _wide else _numbered(documents, rows),
        fits=tuple(fits),
        repair=Repair(Syllables.of(row.text for row in rows)),
        synonyms=synonyms,
        threshold=settings.threshold,
        complete=make is _wide or len(fits) == max(len(encoders), 1),
    )


def stored(
    documents: Sequence[Document],
    encoders: Sequence[Encoder],
    synonyms: Synonyms,
    store: FitStore,
    settings: RankerSettings = SETTINGS,
) -> bool:
    """Whether the store has the first fit of these documents."""
    rows = training_rows(documents, settings.weights, settings.most_rows, synonyms)
    encoder = encoders[0].name if encoders and len(rows) <= settings.most_encoded else None
    return store.has(fingerprint(rows, encoder, settings))


def _numbered(documents: Sequence[Document], rows: Sequence[Row]) -> Rows:
    ends = np.searchsorted([row.entry for row in rows], np.arange(len(documents)), side="right")
    numbers = tuple(np.split(np.arange(len(rows)), ends[:-1]))
    return Rows(tuple(documents), tuple(row.text for row in rows), numbers)


def _exact(
    kernel: Kernel,
    rows: Sequence[Row],
    n_entries: int,
    encoder: Encoder | None,
    arrays: Arrays | None,
    settings: RankerSettings,
) -> ExactFit:
    texts = [row.text for row in rows]
    judge = whole = kernel
    if encoder is not None:
        judge = whole = with_meaning(kernel, encoder, texts, arrays)
        if encoder.judge is not encoder:
            judge = with_meaning(kernel, encoder.judge, texts, _judges(arrays) if arrays else None)
    if arrays is None:
        arrays = _fitted(whole, judge, rows, n_entries, settings)
    entries = [row.entry for row in rows]
    return ExactFit(
        kernel=whole,
        weights=np.asarray([row.weight for row in rows], np.float32),
        starts=np.searchsorted(entries, np.arange(n_entries)),
        coefficients=arrays["coefficients"],
        evidence=Evidence.of(judge, arrays["ridge_coefficients"], Calibration.of(arrays["calibration"])),
    )


def _judges(arrays: Arrays) -> Arrays:
    """What is kept of the evidence's own kernel."""
    return {name.removeprefix(JUDGE): array for name, array in arrays.items() if name.startswith(JUDGE)}


def _counted(texts: Sequence[str], counts: Counts) -> Kernel:
    """The kernel of very many texts, without postings: their cosines are never asked for all at once."""
    vectoriser, features = counts.fit(texts, 2 if len(texts) > PRUNE_ABOVE else 1)
    return Kernel(vectoriser, features, csr_matrix((0, 0), dtype=np.float32), None, None)


def _wide(
    kernel: Kernel,
    rows: Sequence[Row],
    n_entries: int,
    encoder: Encoder | None,
    arrays: Arrays | None,
    settings: RankerSettings,
) -> WideFit:
    if encoder is not None:
        kernel = with_meaning(kernel, encoder, [row.text for row in rows], arrays)
    owners = np.asarray([row.entry for row in rows], np.int32)
    made = WideFit(
        kernel=WideKernel.of(kernel, owners, n_entries),
        owners=owners,
        places=np.arange(n_entries, dtype=np.int32),
        later=np.zeros(0, np.int32),
        weights=np.asarray([row.weight for row in rows], np.float32),
        n_entries=n_entries,
        penalty=settings.penalty,
        calibration=Calibration.of(arrays["calibration"]) if arrays else None,
    )
    return made.calibrated(rows, _general(), settings.seed) if arrays is None and _enough(rows) else made


def _arrays(fit: ExactFit | WideFit) -> Arrays:
    """What there is to keep of a fit."""
    calibration = {"calibration": fit.calibration.array() if fit.calibration else NOTHING}
    if isinstance(fit, WideFit):
        return calibration | fit.kernel.arrays()
    coefficients = {"coefficients": fit.coefficients, "ridge_coefficients": fit.evidence.coefficients}
    judge = fit.evidence.kernel
    judges = (
        {JUDGE + name: array for name, array in judge.arrays().items()} if judge is not fit.kernel else {}
    )
    return coefficients | calibration | fit.kernel.arrays() | judges


def _fitted(
    kernel: Kernel, judge: Kernel, rows: Sequence[Row], n_entries: int, settings: RankerSettings
) -> Arrays:
    """coefficients and ridge_coefficients (C, N), and calibration (7, F) or (7, 0) where there is too little to learn.

    The last two are those of the evidence, whose kernel is `judge`.
    """
    entries = np.asarray([row.entry for row in rows], np.intp)
    weights = np.asarray([row.weight for row in rows], np.float32)
    gram = kernel.gram()
    cholesky = factor(gram, weights, settings.penalty)
    plain = evidence = ridge(cholesky, entries, n_entries)
    merged = _coefficients(gram, entries, weights, n_entries, plain, settings)
    if judge is not kernel:
        del gram
        cholesky = factor(judge.gram(), weights, settings.penalty)
        evidence = ridge(cholesky, entries, n_entries)
    calibration = _calibration(judge, rows, evidence, cholesky, settings)
    return {
        "coefficients": np.ascontiguousarray(merged.T),
        "ridge_coefficients": np.ascontiguousarray(evidence.T),
        "calibration": calibration.array() if calibration else NOTHING,
    }


def _coefficients(
    gram: Floats, y: NDArray[np.intp], w: Floats, n: int, plain: Floats, settings: RankerSettings
) -> Floats:
    """Ridge coefficients (N, C) plus those of the softmax and of the entries' means, each scaled to the spread of scores."""
    if n < 2:
        return plain
    sample = gram[:: -(-len(gram) // SPREAD_ROWS)]
    merged = plain
    steps = softmax_steps(len(y), n, settings.softmax_budget, settings.softmax_steps)
    if steps and settings.softmax_share:
        sharp = kernel_softmax(gram, y, w, n, settings.softmax_penalty, steps)
        merged = plain + settings.softmax_share * _scaled(sharp, plain, sample)
    means = entry_means(gram, y, w, n)
    return merged + settings.mean_share * _scaled(means, merged, sample)


def _scaled(coefficients: Floats, like: Floats, sample: Floats) -> Floats:
    """Coefficients (N, C) scaled so that their scores of sampled rows (n, N) spread as those of `like` do."""
    return coefficients * np.float32(np.std(sample @ like) / max(float(np.std(sample @ coefficients)), 1e-9))


def _calibration(
    kernel: Kernel,
    rows: Sequence[Row],
    plain: Floats,
    cholesky: tuple[Floats, bool],
    settings: RankerSettings,
) -> Calibration | None:
    """The calibration, or None where there is too little to learn it from."""
    if not _enough(rows):
        return None
    return calibrate(kernel, rows, plain, cholesky, _general(), settings.seed)


def _enough(rows: Sequence[Row]) -> bool:
    """Whether there are phrasings enough, beside other rows of their entries, to learn a confidence from."""
    owners = Counter(row.entry for row in rows)
    return sum(row.field == "phrasing" and owners[row.entry] > 1 for row in rows) >= FEWEST_PHRASINGS


def _general() -> list[str]:
    return [normalise(line) for line in GENERAL.read_text(encoding="utf-8").splitlines() if line]
