"""Text → sparse TF-IDF features over three views: morphemes, character n-grams and phonetic n-grams.

Each view is L2-normalised on its own and scaled by sqrt(1/3), so that the dot product of two texts is the mean of three
cosines. Term weight is (1 + ln tf)·idf with idf = ln((1 + n)/(1 + df)) + 1 (Manning, Raghavan and Schütze 2008, ch. 6.4).
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bot.korean.morphemes import SHARED, forms
from bot.korean.phonetic import letters, phonetic

CHARACTER_GRAMS, PHONETIC_GRAMS = (1, 2), (4, 4)
VIEWS = 3


def grams(text: str, shortest: int, longest: int) -> list[str]:
    """Return all n-grams of `text`, n from `shortest` to `longest`."""
    return [text[i : i + n] for n in range(shortest, longest + 1) for i in range(len(text) - n + 1)]


@lru_cache(maxsize=SHARED)
def terms(text: str) -> tuple[list[str], ...]:
    """Return the terms of a normalised text, one list a view."""
    return forms(text), grams(letters(text), *CHARACTER_GRAMS), grams(phonetic(text), *PHONETIC_GRAMS)


def _idf(texts: int, df: int) -> float:
    return log((1 + texts) / (1 + df)) + 1


def content(morpheme: str) -> bool:
    """Tell whether a form/TAG morpheme carries content (one-letter tag, see morphemes.forms)."""
    return morpheme[-2:-1] == "/"


@dataclass(frozen=True)
class Vectoriser:
    """The vocabulary of one FAQ: per view, term → (column, idf); df (V,) of `texts` texts."""

    columns: tuple[dict[str, tuple[int, float]], ...]
    df: NDArray[np.int32]
    texts: int

    def views(self, text: str) -> tuple[list[str], ...]:
        """Return the terms of a normalised text, one list a view."""
        return terms(text)

    def weights(self, views: tuple[list[str], ...]) -> tuple[list[int], list[float]]:
        """Return (columns, weights) of one text; unknown terms are left out."""
        ids: list[int] = []
        values: list[float] = []
        for columns, view in zip(self.columns, views, strict=True):
            raw, square = [], 0.0
            for term, count in Counter(view).items():
                found = columns.get(term)
                if found:
                    value = found[1] if count == 1 else found[1] * (1 + log(count))
                    ids.append(found[0])
                    raw.append(value)
                    square += value * value
            norm = sqrt(VIEWS * square) or 1.0
            values += [v / norm for v in raw]
        return ids, values

    def matrix(self, analysed: Iterable[tuple[list[str], ...]]) -> csr_matrix:
        """Return the features of analysed texts as an (n, V) float32 matrix."""
        ids, values, ends = array("i"), array("f"), [0]
        for views in analysed:
            row_ids, row_values = self.weights(views)
            ids.extend(row_ids)
            values.extend(row_values)
            ends.append(len(ids))
        data = (np.asarray(values, np.float32), np.asarray(ids, np.int32), np.asarray(ends, np.int64))
        return csr_matrix(data, shape=(len(ends) - 1, len(self.df)))

    def extended(self, analysed: Sequence[tuple[list[str], ...]]) -> Vectoriser:
        """The vectoriser with the terms of further texts after its own; what it knows keeps its weight."""
        columns = tuple(dict(known) for known in self.columns)
        df = self.df.tolist()
        rare = _idf(self.texts, 1)
        for views in analysed:
            for known, view in zip(columns, views, strict=True):
                for term in set(view):
                    if term not in known:
                        known[term] = len(df), rare
                        df.append(1)
        return Vectoriser(columns, np.asarray(df, np.int32), self.texts)

    def content_columns(self, views: tuple[list[str], ...]) -> list[int]:
        """Return one column per content morpheme of an analysed text, -1 where the FAQ does not know it."""
        return [self.columns[0].get(m, (-1, 0.0))[0] for m in views[0] if content(m)]


def fit_vectoriser(
    analysed: Sequence[tuple[list[str], ...]], rarest: int = 1
) -> tuple[Vectoriser, csr_matrix]:
    """The vectoriser of analysed texts and their (n, V) features; n-grams in fewer than `rarest` of them are dropped."""
    columns: list[dict[str, tuple[int, float]]] = []
    df: list[int] = []
    for view in range(VIEWS):
        counts = Counter(t for views in analysed for t in set(views[view]))
        kept = [(t, n) for t, n in counts.items() if n >= rarest or view == 0]
        columns.append({t: (len(df) + i, _idf(len(analysed), n)) for i, (t, n) in enumerate(kept)})
        df += [n for _, n in kept]
    vectoriser = Vectoriser(tuple(columns), np.asarray(df, np.int32), len(analysed))
    return vectoriser, vectoriser.matrix(analysed)


def sparse_product(ids: list[int], values: list[float], postings: csr_matrix) -> NDArray[np.float32]:
    """Return the product (N,) of one sparse row with postings (V, N), reading only the row's terms."""
    return postings[ids].T @ np.asarray(values, np.float32)
