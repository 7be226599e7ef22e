"""The kernel of very many rows: the rows of the entries that share most with a question are looked at, not all.

Candidates first, by postings of the question's rarest terms and by the leading axes of its meaning; then the exact kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

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
    """For each column the entries (V, C) that have it, with the greatest weight that one of their rows gives it."""

    entries: csr_matrix

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
        starts = np.searchsorted(begins, columns.indptr)
        return cls(csr_matrix((weights, entries[begins], starts), (features.shape[1], many)))

    def nearest(self, ids: Sequence[int], weights: Sequence[float], most: int) -> Ints:
        """Numbers of the entries that have most of the rarest terms; `ids` are columns of these postings."""
        columns = np.asarray(ids, np.int64)
        if not len(columns):
            return columns
        lengths = self.entries.indptr[columns + 1] - self.entries.indptr[columns]
        order = np.argsort(lengths, kind="stable")
        read = order[: max(1, int(np.searchsorted(np.cumsum(lengths[order]), READ, side="right")))]
        shared = self.entries[columns[read]].T @ np.asarray(weights, np.float32)[read]
        found = np.flatnonzero(shared > shared.max() / 2)
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

    def part(self, numbers: Ints) -> Part:
        """Some of the rows, ascending."""
        place = int(np.searchsorted(numbers, self.first_later))
        old, new = numbers[:place], numbers[place:] - self.first_later
        features = _stacked(self.rows.features[old], self.later.features[new])
        if self.rows.embeddings is None:
            return Part(self, features, None)
        return Part(self, features, np.concatenate([self.rows.embeddings[old], self.later.embeddings[new]]))

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
        numbers = {row: number for number, row in enumerate((*before.numbers, *fresh))}
        embeddings = before.embeddings
        if self.projection is not None and embeddings is not None:
            embeddings = np.concatenate([embeddings, self.projection(texts)])
        features = _stacked(before.features, vectoriser.matrix(analysed))
        return replace(self, later=Later(vectoriser, numbers, features, embeddings))


@dataclass(frozen=True)
class Part:
    """Some rows of a kernel: features (n, V), embeddings (n, d) or None."""

    kernel: WideKernel
    features: csr_matrix
    embeddings: Floats | None

    def cosines(
        self, ids: Sequence[int], weights: Sequence[float], question: Floats | None
    ) -> tuple[Floats, Floats | None]:
        """Lexical and embedding cosines (n,) of a question to the rows."""
        asked = np.zeros(self.features.shape[1], np.float32)
        asked[list(ids)] = weights
        lexical = self.features @ asked
        return lexical, None if question is None else self.embeddings @ question

    def block(self, places: Ints) -> Floats:
        """The kernel (m, m) between the rows at some places."""
        dense = None if self.embeddings is None else self.embeddings[places] @ self.embeddings[places].T
        return self.kernel.values(_gram(self.features[places]), dense)


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


def _stacked(first: csr_matrix, second: csr_matrix) -> csr_matrix:
    """Rows under rows, the second ones with columns of their own or not; quicker than scipy's way for few."""
    shape = first.shape[0] + second.shape[0], second.shape[1]
    data, indices = np.append(first.data, second.data), np.append(first.indices, second.indices)
    return csr_matrix((data, indices, np.append(first.indptr, second.indptr[1:] + len(first.data))), shape)


def _gram(features: csr_matrix) -> Floats:
    """The products (n, n) of a few rows with each other.

    They share few terms, so that a full matrix of these is quicker; what one row has alone counts for its length only.
    """
    many = features.shape[0]
    places = np.arange(len(features.indices))
    keys = features.indices.astype(np.int64) << 32 | places
    keys.sort()  # terms together: much quicker than np.unique, which sorts places by terms
    terms, order = keys >> 32, keys & 0xFFFFFFFF
    rows, data = np.repeat(np.arange(many), np.diff(features.indptr))[order], features.data[order]
    new = np.append(True, terms[1:] != terms[:-1])[: len(terms)]
    shared = ~(new & np.append(new[1:], True)[: len(terms)])
    columns = np.cumsum(new & shared) - 1
    full = np.zeros((many, int((new & shared).sum())), np.float32)
    full[rows[shared], columns[shared]] = data[shared]
    products = full @ full.T
    alone = ~shared
    products[np.diag_indices(many)] += np.bincount(rows[alone], data[alone] ** 2, minlength=many)
    return products


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """The numbers from each start up to its end."""
    lengths = ends - starts
    return np.arange(int(lengths.sum())) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
