"""The kernel of very many rows: the rows of the entries that share most with a question are looked at, not all.

Candidates first, by postings of the question's rarest terms and by the leading axes of its meaning; then the exact kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from bot.korean.features import Vectoriser, terms
from bot.korean.kernel import Floats, Kernel, Projection

Ints = NDArray[np.int64]
ENTRIES = 96  # candidates by their terms
READ = 100_000  # postings read for a question, rarest terms first
AXES, BY_MEANING = 32, 256  # leading axes of the embeddings, and candidate rows by them


class _Grown:
    """Terms of a vocabulary, and some that came later."""

    def __init__(self, base: dict[str, tuple[int, float]], more: dict[str, tuple[int, float]]) -> None:
        self.base, self.more = base, more

    def get(self, term: str, default=None):
        return self.base.get(term) or self.more.get(term, default)


@dataclass(frozen=True)
class Postings:
    """For each column the entries that have it, by number, and the greatest weight that one of their rows gives it."""

    starts: Ints  # (V + 1,)
    entries: NDArray[np.int32]
    weights: Floats
    many: int  # entries

    @classmethod
    def of(cls, features: csr_matrix, owners: NDArray[np.int32], many: int) -> Postings:
        """The postings of rows (N, V), each of which belongs to the entry `owners` (N,) names; an entry's stand together."""
        columns = features.T.tocsr()
        entries = owners[columns.indices]
        first = np.ones(len(entries), bool)
        first[1:] = entries[1:] != entries[:-1]
        first[columns.indptr[:-1][np.diff(columns.indptr) > 0]] = True
        begins = np.flatnonzero(first)
        weights = np.maximum.reduceat(columns.data, begins) if len(begins) else columns.data
        return cls(np.searchsorted(begins, columns.indptr), entries[begins], weights, many)

    def nearest(self, ids: Sequence[int], weights: Sequence[float], most: int) -> Ints:
        """Numbers of the entries that have most of the rarest terms; `ids` are columns of these postings."""
        columns = np.asarray(ids, np.int64)
        if not len(columns):
            return columns
        lengths = self.starts[columns + 1] - self.starts[columns]
        order = np.argsort(lengths, kind="stable")
        read = order[: max(1, int(np.searchsorted(np.cumsum(lengths[order]), READ, side="right")))]
        spans = [slice(self.starts[column], self.starts[column + 1]) for column in columns[read]]
        values = [np.float32(weights[i]) * self.weights[span] for i, span in zip(read, spans, strict=True)]
        shared = np.bincount(
            np.concatenate([self.entries[span] for span in spans]),
            np.concatenate(values),
            minlength=self.many,
        )
        floor = shared.max() / 2
        found = np.flatnonzero(shared > floor)
        if len(found) < most:
            found = np.flatnonzero(shared)
        if len(found) > most:
            found = found[np.argpartition(shared[found], -most)[-most:]]
        return found


@dataclass(frozen=True)
class Later:
    """Rows that came after the others were laid out."""

    vectoriser: Vectoriser
    numbers: dict[tuple[str, str], int]  # by entry and text
    features: csr_matrix
    embeddings: Floats | None


@dataclass(frozen=True)
class WideKernel:
    """Rows of entries, those of one entry together: `rows` without postings of its own, `firsts` (C + 1,) each entry's first
    row, and rows that came later, numbered after them."""

    rows: Kernel
    firsts: Ints
    postings: Postings
    axes: Floats | None  # (N, AXES): the embeddings' leading columns
    later: Later

    @classmethod
    def of(cls, rows: Kernel, owners: NDArray[np.int32], many: int) -> WideKernel:
        """The kernel of rows (N, V) that belong to the entries `owners` (N,), ascending."""
        firsts = np.searchsorted(owners, np.arange(many + 1))
        axes = None if rows.embeddings is None else np.ascontiguousarray(rows.embeddings[:, :AXES])
        nothing = csr_matrix((0, rows.features.shape[1]), dtype=np.float32)
        none = None if rows.embeddings is None else rows.embeddings[:0]
        later = Later(rows.vectoriser, {}, nothing, none)
        return cls(rows, firsts, Postings.of(rows.features, owners, many), axes, later)

    @property
    def vectoriser(self) -> Vectoriser:
        return self.later.vectoriser

    @property
    def projection(self) -> Projection | None:
        return self.rows.projection

    @property
    def first_later(self) -> int:
        """The number of the first row that came later."""
        return self.rows.features.shape[0]

    def near(self, ids: Sequence[int], weights: Sequence[float], question: Floats | None) -> Ints:
        """Numbers, ascending, of rows that may be near a question, and of all that came later."""
        known = [i for i, column in enumerate(ids) if column < self.rows.features.shape[1]]
        entries = self.postings.nearest([ids[i] for i in known], [weights[i] for i in known], ENTRIES)
        entries.sort()
        found = _ranges(self.firsts[entries], self.firsts[entries + 1])
        if question is not None and self.axes is not None:
            likeness = self.axes @ question[: self.axes.shape[1]]
            most = min(BY_MEANING, len(likeness))
            found = np.union1d(found, np.argpartition(likeness, -most)[-most:])
        return np.concatenate([found, self.first_later + np.arange(len(self.later.numbers))])

    def cosines(
        self, numbers: Ints, ids: Sequence[int], weights: Sequence[float], question: Floats | None
    ) -> tuple[Floats, Floats | None]:
        """Lexical and embedding cosines (n,) of a question to some rows, ascending."""
        asked = np.zeros(self.later.features.shape[1], np.float32)
        asked[list(ids)] = weights
        old, new = self._split(numbers)
        known = self.rows.features[old] @ asked[: self.rows.features.shape[1]]
        lexical = np.concatenate([known, self.later.features[new] @ asked])
        if question is None:
            return lexical, None
        return lexical, self._embeddings(old, new) @ question

    def block(self, numbers: Ints) -> Floats:
        """The kernel (n, n) between some rows, ascending."""
        old, new = self._split(numbers)
        known, width = self.rows.features[old], self.later.features.shape[1]
        features = csr_matrix((known.data, known.indices, known.indptr), shape=(len(old), width))
        if len(new):
            features = vstack([features, self.later.features[new]], format="csr")
        dense = None
        if self.projection is not None:
            embeddings = self._embeddings(old, new)
            dense = embeddings @ embeddings.T
        return self.rows.values(_gram(features), dense)

    def values(self, lexical: Floats, dense: Floats | None) -> Floats:
        """The kernel values of given cosines, any shape."""
        return self.rows.values(lexical, dense)

    def arrays(self) -> dict[str, np.ndarray]:
        """What took the encoder to make."""
        return self.rows.arrays()

    def with_rows(self, rows: Sequence[tuple[str, str]]) -> WideKernel:
        """The kernel with further rows (entry id, normalised text), as far as it has not got them as later ones."""
        before = self.later
        fresh = [row for row in dict.fromkeys(rows) if row not in before.numbers]
        if not fresh:
            return self
        texts = [text for _, text in fresh]
        analysed = [terms(text) for text in texts]
        vectoriser = _grown(self.rows.vectoriser, before.vectoriser, analysed)
        old = before.features
        old = csr_matrix((old.data, old.indices, old.indptr), shape=(old.shape[0], len(vectoriser.df)))
        numbers = {row: number for number, row in enumerate((*before.numbers, *fresh))}
        embeddings = before.embeddings
        if self.projection is not None and embeddings is not None:
            embeddings = np.concatenate([embeddings, self.projection(texts)])
        features = vstack([old, vectoriser.matrix(analysed)], format="csr")
        return replace(self, later=Later(vectoriser, numbers, features, embeddings))

    def _split(self, numbers: Ints) -> tuple[Ints, Ints]:
        place = int(np.searchsorted(numbers, self.first_later))
        return numbers[:place], numbers[place:] - self.first_later

    def _embeddings(self, old: Ints, new: Ints) -> Floats:
        return np.concatenate([self.rows.embeddings[old], self.later.embeddings[new]])


def _grown(base: Vectoriser, before: Vectoriser, analysed: Sequence[tuple[list[str], ...]]) -> Vectoriser:
    """The vectoriser with the terms of further texts after those of `before`, itself grown from the base."""
    more = tuple(dict(columns.more) if isinstance(columns, _Grown) else {} for columns in before.columns)
    width, rare = len(before.df), log((1 + base.texts) / 2) + 1
    for known, added, view in (
        (k, a, v) for views in analysed for k, a, v in zip(base.columns, more, views, strict=True)
    ):
        for term in set(view):
            if term not in known and term not in added:
                added[term] = width, rare
                width += 1
    columns = tuple(_Grown(known, added) for known, added in zip(base.columns, more, strict=True))
    df = np.concatenate([before.df, np.ones(width - len(before.df), np.int32)])
    return Vectoriser(columns, df, base.texts)


def _gram(features: csr_matrix) -> Floats:
    """The products (n, n) of a few rows with each other: their terms are few, so that this is quicker as a full matrix."""
    terms, columns = np.unique(features.indices, return_inverse=True)
    full = np.zeros((features.shape[0], len(terms)), np.float32)
    full[np.repeat(np.arange(features.shape[0]), np.diff(features.indptr)), columns] = features.data
    return full @ full.T


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """The numbers from each start up to its end."""
    lengths = ends - starts
    return np.arange(int(lengths.sum())) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
