"""The fit's parts, each against its definition."""

from __future__ import annotations

import numpy as np
import pytest

from bot.search.solver import entry_means


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    rows = np.random.default_rng(0).normal(size=(12, 6)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_score_of_an_entry_is_the_cosine_to_its_mean_less_the_average(features: np.ndarray) -> None:
    entries = np.repeat([0, 1, 2], [5, 4, 3])
    weights = np.linspace(0.5, 1, 12, dtype=np.float32)
    scores = features @ features.T @ entry_means(features @ features.T, entries, weights, 3)
    means = np.stack([weights[entries == entry] @ features[entries == entry] for entry in range(3)])
    cosines = features @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T
    assert np.allclose(scores, cosines - cosines.mean(axis=1, keepdims=True), atol=1e-5)
