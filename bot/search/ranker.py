"""Kernel ridge over morpheme, character and jamo n-grams and sentence meaning (interim)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.korean.jamo import decompose
from bot.korean.morphemes import morphemes
from bot.korean.text import fold


def _m(text):
    return [
        p.lemma for p in morphemes(text) if not p.tag.startswith(("J", "E", "S")) or p.tag in ("SL", "SN")
    ]


class Ranker:
    @classmethod
    def fit(cls, entries, *, synonyms=(), encoder=None):
        self = cls()
        rows = [(text, i) for i, e in enumerate(entries) for text in (e.title, *e.questions)]
        self.encoder = encoder
        self.n = len(entries)
        if not rows:
            return self
        texts = [fold(t) for t, _ in rows]
        y = np.zeros((len(rows), self.n), np.float32)
        y[np.arange(len(rows)), [i for _, i in rows]] = 1
        kw = dict(sublinear_tf=True, lowercase=False, dtype=np.float32)
        self.vs = [
            (TfidfVectorizer(analyzer=_m, **kw), lambda t: t),
            (TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3), **kw), lambda t: t),
            (TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), **kw), decompose),
        ]
        X = hstack([v.fit_transform([f(t) for t in texts]) for v, f in self.vs]).tocsr() / np.sqrt(3)
        K = (X @ X.T).toarray()
        if encoder:
            E = encoder.encode(texts)
            self.mean = E.mean(0)
            E = E - self.mean
            self.E = E / np.linalg.norm(E, axis=1, keepdims=True)
            K = (K + self.E @ self.E.T) / 2
        self.alpha = np.linalg.solve(K + 0.5 * np.eye(len(rows)), y).astype(np.float32)
        self.X = csr_matrix(X)
        return self

    def rank(self, text):
        if not self.n:
            return np.zeros(0, np.float32)
        t = fold(text)
        x = hstack([v.transform([f(t)]) for v, f in self.vs]).tocsr() / np.sqrt(3)
        k = (x @ self.X.T).toarray()[0]
        if self.encoder:
            e = self.encoder.encode([t])[0] - self.mean
            k = (k + self.E @ (e / np.linalg.norm(e))) / 2
        return k @ self.alpha

    def confidence(self, text, scores):
        return float(1 / (1 + np.exp(-(np.max(scores) - 0.3) * 15)))
