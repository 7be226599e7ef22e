"""The kernel: features and embeddings of the training rows, and the kernel between a question and each of them.

k(q, r) = (1 − s)·exp(gl·(lexical cosine − 1)) + s·exp(ge·(embedding cosine − 1)): a sum of Gaussian kernels, because
exp(g·(cos − 1)) is the Gaussian of two unit vectors (Schölkopf and Smola 2002, ch. 13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from bot.korean.encoder import Encoder, unit
from bot.korean.features import Vectoriser, fit_vectoriser, sparse_product, terms

Floats = NDArray[np.float32]
Views = tuple[list[str], ...]
BLOCK = 512
LEXICAL_SHARPNESS = 1.5
DIMENSIONS = 256
PRUNE_ABOVE = 20_000  # texts; beyond, n-grams of a single text are dropped


@dataclass(frozen=True)
class Projection:
    """Centring and principal axes of the rows' embeddings: mean (D,), axes (D, d)."""

    encoder: Encoder
    mean: Floats
    axes: Floats

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return (len(texts), d) rows of length one."""
        return unit(_balanced(self.encoder.encode(list(texts)) - self.mean, self.encoder) @ self.axes)


def _balanced(centred: Floats, encoder: Encoder) -> Floats:
    """Return centred (n, D) rows with each model's columns scaled to its share of a row of length one."""
    ends = np.cumsum([size for size, _ in encoder.blocks])
    parts = zip(np.split(centred, ends[:-1], axis=1), encoder.blocks, strict=True)
    return np.hstack([np.float32(np.sqrt(share)) * unit(part) for part, (_, share) in parts])


@dataclass(frozen=True)
class Kernel:
    """N rows: features (N, V), their transpose for search, embeddings (N, d) or None, and how to make a question's."""

    vectoriser: Vectoriser
    features: csr_matrix
    postings: csr_matrix
    embeddings: Floats | None
    projection: Projection | None

    def cosines(self, text: str, views: Views, lexical: Floats | None = None) -> tuple[Floats, Floats | None]:
        """Return lexical (N,) and embedding (N,) cosines of one normalised, analysed text to the rows.

        `lexical` are the former, where another kernel of the same rows has them already.
        """
        if lexical is None:
            lexical = sparse_product(*self.vectoriser.weights(views), self.postings)
        if self.projection is None or self.embeddings is None:
            return lexical, None
        return lexical, self.embeddings @ self.projection([text])[0]

    def values(self, lexical: Floats, dense: Floats | None, share: float | None = None) -> Floats:
        """The kernel values of given cosines, any shape; `share` is the encoder's, where it is not to be its own."""
        values = np.exp(LEXICAL_SHARPNESS * (lexical - 1))
        if dense is None or self.projection is None:
            return values
        encoder = self.projection.encoder
        share = encoder.share if share is None else share
        return (1 - share) * values + share * np.exp(encoder.sharpness * (dense - 1))

    def row_cosines(self, rows: NDArray[np.intp]) -> tuple[Floats, Floats | None]:
        """Return lexical and embedding cosines (len(rows), N) of some rows to all."""
        lexical = (self.features[rows] @ self.postings).toarray()
        return lexical, None if self.embeddings is None else self.embeddings[rows] @ self.embeddings.T

    def block(self, rows: NDArray[np.intp]) -> Floats:
        """The kernel (len(rows), len(rows)) between some rows."""
        features = self.features[rows]
        dense = None if self.embeddings is None else self.embeddings[rows] @ self.embeddings[rows].T
        return self.values((features @ features.T).toarray(), dense)

    def gram(self) -> Floats:
        """The kernel (N, N) between the rows, made a block of rows at a time."""
        n = self.features.shape[0]
        found = np.empty((n, n), np.float32)
        for start in range(0, n, BLOCK):
            rows = np.arange(start, min(start + BLOCK, n))
            found[rows] = self.values(*self.row_cosines(rows))
        return found

    def arrays(self) -> dict[str, np.ndarray]:
        """What took the encoder to make: nothing without one."""
        if self.projection is None or self.embeddings is None:
            return {}
        return {"mean": self.projection.mean, "axes": self.projection.axes, "embeddings": self.embeddings}


def with_meaning(
    kernel: Kernel, encoder: Encoder, texts: Sequence[str], arrays: Mapping[str, np.ndarray] | None = None
) -> Kernel:
    """The kernel with the meaning that an encoder gives its rows; `arrays` are those of `Kernel.arrays()`, where kept."""
    if arrays is not None:
        projection, embeddings = Projection(encoder, arrays["mean"], arrays["axes"]), arrays["embeddings"]
    else:
        projection, embeddings = _project(encoder, texts)
    return replace(kernel, embeddings=embeddings, projection=projection)


@dataclass(frozen=True)
class Extended:
    """A kernel and rows that came later: they are numbered after its own, and bring the terms that it does not know."""

    base: Kernel
    added: Kernel  # with a vocabulary that begins with the base's

    @property
    def vectoriser(self) -> Vectoriser:
        return self.added.vectoriser

    @property
    def projection(self) -> Projection | None:
        return self.base.projection

    def values(self, lexical: Floats, dense: Floats | None) -> Floats:
        """The kernel values of given cosines, any shape."""
        return self.base.values(lexical, dense)

    def cosines(self, text: str, views: Views, lexical: Floats | None = None) -> tuple[Floats, Floats | None]:
        """Return lexical (N,) and embedding (N,) cosines of one normalised, analysed text to all rows."""
        if lexical is None:
            ids, weights = self.vectoriser.weights(views)
            old = [i for i, column in enumerate(ids) if column < self.base.postings.shape[0]]
            known = sparse_product([ids[i] for i in old], [weights[i] for i in old], self.base.postings)
            lexical = np.concatenate([known, sparse_product(ids, weights, self.added.postings)])
        if self.projection is None:
            return lexical, None
        question = self.projection([text])[0]
        return lexical, np.concatenate([self.base.embeddings @ question, self.added.embeddings @ question])

    def block(self, rows: NDArray[np.intp]) -> Floats:
        """The kernel (len(rows), len(rows)) between some rows; those of the base come first in `rows`."""
        first = self.base.features.shape[0]
        old, new = rows[rows < first], rows[rows >= first] - first
        known = self.base.features[old]
        known = csr_matrix(
            (known.data, known.indices, known.indptr), shape=(len(old), self.added.features.shape[1])
        )
        features = vstack([known, self.added.features[new]], format="csr")
        dense = None
        if self.projection is not None:
            embeddings = np.concatenate([self.base.embeddings[old], self.added.embeddings[new]])
            dense = embeddings @ embeddings.T
        return self.values((features @ features.T).toarray(), dense)


def extend(base: Kernel, texts: Sequence[str]) -> Extended:
    """The kernel with further normalised row texts."""
    analysed = [terms(text) for text in texts]
    vectoriser = base.vectoriser.extended(analysed)
    features = vectoriser.matrix(analysed)
    embeddings = base.projection(texts) if base.projection is not None and texts else None
    if base.projection is not None and embeddings is None:
        embeddings = np.zeros((0, base.embeddings.shape[1]), np.float32)
    return Extended(base, Kernel(vectoriser, features, features.T.tocsr(), embeddings, base.projection))


def _project(encoder: Encoder, texts: Sequence[str]) -> tuple[Projection, Floats]:
    raw = np.concatenate([encoder.encode(list(texts[i : i + BLOCK])) for i in range(0, len(texts), BLOCK)])
    mean = raw.mean(axis=0) if len(raw) > 1 else np.zeros(raw.shape[1], np.float32)
    centred = _balanced(raw - mean, encoder)
    axes = np.eye(raw.shape[1], dtype=np.float32)
    if min(raw.shape) > DIMENSIONS:
        axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :DIMENSIONS].astype(np.float32)
    return Projection(encoder, mean, np.ascontiguousarray(axes)), unit(centred @ axes)


def build_kernel(
    texts: Sequence[str],
    encoder: Encoder | None,
    arrays: Mapping[str, np.ndarray] | None = None,
    analysed: Sequence[Views] | None = None,
) -> Kernel:
    """The kernel of normalised row texts; `arrays` are those of `Kernel.arrays()` for the same texts.

    `analysed` are the rows' terms where they are cut up by another analyser than `features.terms`.
    """
    rarest = 2 if len(texts) > PRUNE_ABOVE else 1
    vectoriser, features = fit_vectoriser(analysed or [terms(text) for text in texts], rarest)
    kernel = Kernel(vectoriser, features, features.T.tocsr(), None, None)
    return kernel if encoder is None else with_meaning(kernel, encoder, texts, arrays)
