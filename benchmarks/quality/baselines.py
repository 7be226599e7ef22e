"""What the ranker is compared with: BM25 over words or morphemes, and plain kernel ridge regression."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from bot.korean.features import content, grams
from bot.korean.jamo import keystrokes
from bot.korean.morphemes import forms
from bot.korean.phonetic import letters, normalise
from bot.search.rows import Document

Scores = NDArray[np.float64]
Search = Callable[[Sequence[str]], Scores]  # questions → (questions, entries)


def content_morphemes(text: str) -> list[str]:
    """The morphemes of a text that carry content."""
    return [form for form in forms(normalise(text)) if content(form)]


def bm25(
    documents: Sequence[Document], analyse: Callable[[str], list[str]], k1: float = 1.2, b: float = 0.75
) -> Search:
    """BM25 (Robertson and Zaragoza 2009) with one document an entry: title, phrasings and answer."""
    counter = CountVectorizer(analyzer=analyse, dtype=np.float64)
    texts = [" ".join([each.title, *each.phrasings, each.answer_text]) for each in documents]
    counts = counter.fit_transform(texts).tocsr()
    length = np.asarray(counts.sum(axis=1)).ravel()
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
    row = np.repeat(np.arange(len(documents)), np.diff(counts.indptr))
    tf = counts.data
    data = idf[counts.indices] * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length[row] / length.mean()))
    weights = csr_matrix((data, counts.indices, counts.indptr), shape=counts.shape)
    return lambda questions: (counter.transform(questions) @ weights.T).toarray()


def kernel_ridge(documents: Sequence[Document], penalty: float = 0.5) -> Search:
    """Linear kernel ridge over Mecab morphemes, character and jamo n-grams; title and whole answer are phrasings."""
    texts, entries = [], []
    for place, document in enumerate(documents):
        own = dict.fromkeys([*document.phrasings, document.title, document.answer_text])
        texts += own
        entries += [place] * len(own)
    analysers = (
        content_morphemes,
        lambda text: grams(letters(normalise(text)), 1, 3),
        lambda text: grams(keystrokes(letters(normalise(text))), 3, 5),
    )
    views = [TfidfVectorizer(analyzer=each, sublinear_tf=True) for each in analysers]
    features = [view.fit_transform(texts) for view in views]
    gram = sum((each @ each.T).toarray() for each in features) / len(views)
    target = np.eye(len(documents))[entries]
    alpha = np.linalg.solve(gram + penalty * np.eye(len(texts)), target)
    weights = [each.T @ alpha for each in features]

    def search(questions: Sequence[str]) -> Scores:
        return np.asarray(
            sum(view.transform(questions) @ each for view, each in zip(views, weights, strict=True))
        ) / len(views)

    return search
