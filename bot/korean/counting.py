"""What many texts are made of, counted once: the features of any of them follow by arithmetic on whole columns.

The features are those of `features.fit_vectoriser`; made this way they cost no second analysis where two indexes share texts.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
from scipy.sparse import csr_matrix

from bot.korean.features import VIEWS, Vectoriser, terms

_AT_ONCE = 50_000  # texts that are weighted at once


class _Columns(dict):
    """Term → column of one view; a new term takes the next column of all."""

    def __init__(self, view: int, views: array) -> None:
        super().__init__()
        self._view, self._views = view, views

    def __missing__(self, term: str) -> int:
        column = self[term] = len(self._views)
        self._views.append(self._view)
        return column


class Counts:
    """The terms of texts, counted when a text is first asked for."""

    def __init__(self) -> None:
        self._views = array("b")
        self._columns = tuple(_Columns(view, self._views) for view in range(VIEWS))
        self._rows: dict[str, int] = {}
        self._ids, self._counts, self._ends = array("i"), array("f"), array("q", [0])

    def _count(self, text: str) -> int:
        for columns, found in zip(self._columns, terms(text), strict=True):
            counts = Counter(found)
            self._ids.extend(map(columns.__getitem__, counts))
            self._counts.extend(counts.values())
        self._ends.append(len(self._ids))
        return len(self._rows)

    def matrix(self, texts: Sequence[str]) -> csr_matrix:
        """The counts (n, V) of texts, float32."""
        numbers = np.empty(len(texts), np.int64)
        for place, text in enumerate(texts):
            number = self._rows.get(text)
            if number is None:
                number = self._rows[text] = self._count(text)
            numbers[place] = number
        shape = (len(self._rows), len(self._views))
        everything = csr_matrix(
            (np.asarray(self._counts, np.float32), np.asarray(self._ids, np.int32), np.asarray(self._ends)),
            shape=shape,
        )
        return everything[numbers]

    def fit(self, texts: Sequence[str], rarest: int = 1) -> tuple[Vectoriser, csr_matrix]:
        """The vectoriser of texts and their (n, V) features, as `features.fit_vectoriser` of their terms."""
        counts = self.matrix(texts)
        views = np.asarray(self._views)
        df = np.bincount(counts.indices, minlength=len(views))
        kept = np.flatnonzero((df >= rarest) | ((views == 0) & (df > 0)))
        kept = kept[np.argsort(views[kept], kind="stable")]
        columns_of = np.full(len(views), -1, np.int32)
        columns_of[kept] = np.arange(len(kept))
        df, views = df[kept].astype(np.int32), views[kept]
        idf = np.log((1 + len(texts)) / (1 + df)) + 1
        pieces = [
            _weighted(counts[start : start + _AT_ONCE], columns_of, views, idf)
            for start in range(0, len(texts), _AT_ONCE)
        ]
        data, indices = (np.concatenate(each) for each in list(zip(*pieces, strict=True))[:2])
        ends = np.cumsum(np.concatenate([[0], *(lengths for _, _, lengths in pieces)]))
        features = csr_matrix((data, indices, ends), shape=(len(texts), len(kept)))
        vocabulary = tuple(
            {
                term: (int(columns_of[old]), log((1 + len(texts)) / (1 + int(df[columns_of[old]]))) + 1)
                for term, old in known.items()
                if columns_of[old] >= 0
            }
            for known in self._columns
        )
        return Vectoriser(vocabulary, df, len(texts)), features


def _weighted(
    counts: csr_matrix, columns_of: np.ndarray, views: np.ndarray, idf: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, columns and lengths of rows: (1 + ln tf)·idf, each view of length sqrt(1/VIEWS)."""
    columns = columns_of[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    known = columns >= 0
    columns, rows = columns[known], rows[known]
    weights = (1 + np.log(counts.data[known])) * idf[columns]
    parts = rows * VIEWS + views[columns]
    norms = np.sqrt(VIEWS * np.bincount(parts, weights * weights, minlength=VIEWS * counts.shape[0]))
    data = (weights / np.where(norms > 0, norms, 1)[parts]).astype(np.float32)
    return data, columns.astype(np.int32), np.bincount(rows, minlength=counts.shape[0])
