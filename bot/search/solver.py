"""Fitting the scores: weighted kernel ridge regression, a kernel softmax and the entries' means, exact leave-one-out scores.

All matrices are float32; N rows, C entries. K is the (N, N) Gram matrix, w the (N,) row weights, y the (N,) entries.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]


def one_hot(y: Ints, n_entries: int) -> Floats:
    """Return the (N, C) indicator matrix of the rows' entries."""
    out = np.zeros((len(y), n_entries), np.float32)
    out[np.arange(len(y)), y] = 1
    return out


def factor(gram: Floats, w: Floats, penalty: float) -> tuple[Floats, bool]:
    """Return the Cholesky factor of K + penalty·diag(1/w)."""
    system = gram.copy()
    system[np.diag_indices_from(system)] += penalty / w
    return cho_factor(system, lower=True, overwrite_a=True, check_finite=False)


def ridge(chol: tuple[Floats, bool], y: Ints, n_entries: int) -> Floats:
    """Return the (N, C) coefficients (K + penalty·diag(1/w))⁻¹Y (Saunders, Gammerman and Vovk 1998)."""
    return cho_solve(chol, one_hot(y, n_entries), overwrite_b=True, check_finite=False)


def inverse_block(chol: tuple[Floats, bool], rows: Ints) -> Floats:
    """Return the (len(rows), len(rows)) block of the inverse of the factored matrix."""
    unit_columns = np.zeros((chol[0].shape[0], len(rows)), np.float32)
    unit_columns[rows, np.arange(len(rows))] = 1
    return cho_solve(chol, unit_columns, overwrite_b=True, check_finite=False)[rows]


def left_out(inverse: Floats, coefficients: Floats, y: Ints, group: Ints) -> Floats:
    """Return the ridge scores (len(group), C) that rows get from a fit without these rows: Y_g − (G⁻¹_gg)⁻¹·α_g.

    `inverse` is the rows' own block of G⁻¹ (Rifkin and Lippert 2007, "Notes on regularized least squares", generalised
    from one row to a group).
    """
    target = one_hot(y[group], coefficients.shape[1])
    return target - np.linalg.solve(inverse, coefficients[group])


def softmax_steps(n_rows: int, n_entries: int, budget: float, most: int) -> int:
    """Return how many softmax steps fit the budget in floating-point operations, 0 when fewer than ten do."""
    steps = int((budget - 2.0 * n_rows**3) / (2.0 * n_rows**2 * max(n_entries, 1)))
    return 0 if steps < 10 else min(steps, most)


def kernel_softmax(gram: Floats, y: Ints, w: Floats, n_entries: int, penalty: float, steps: int) -> Floats:
    """Return (N, C) coefficients of multinomial kernel logistic regression, stopped after `steps`.

    Each step uses the fixed bound on the Hessian of Böhning (1992), so one inverse serves all, with Nesterov's momentum.
    """
    n, target, weight = len(y), one_hot(y, n_entries), w[:, None].astype(np.float32)
    inverse = np.linalg.inv(0.5 * weight * gram + penalty * np.eye(n, dtype=np.float32))
    a = last_a = np.zeros((n, n_entries), np.float32)
    z = last_z = np.zeros_like(a)
    t = 1.0
    for _ in range(steps):
        following = (1 + np.sqrt(1 + 4 * t * t)) / 2
        momentum, t = np.float32((t - 1) / following), following
        ahead_a, ahead_z = a + momentum * (a - last_a), z + momentum * (z - last_z)
        p = np.exp(ahead_z - ahead_z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        slope = weight * (p - target) + penalty * ahead_a
        step = inverse @ slope
        last_a, last_z = a, z
        a, z = ahead_a - step, ahead_z - (slope - penalty * step) / (0.5 * weight)
    return a


def entry_means(gram: Floats, y: Ints, w: Floats, n_entries: int) -> Floats:
    """Return (N, C) coefficients of the mean of each entry's rows, of length one in feature space, less their average.

    The score is the cosine to the mean, the classifier that of the nearest mean, kernelised (Schölkopf and Smola 2002, ch. 1.2).
    The rows of an entry follow one another.
    """
    means = np.zeros((len(y), n_entries), np.float32)
    for entry in range(n_entries):
        start, end = np.searchsorted(y, (entry, entry + 1))
        own = w[start:end] / w[start:end].sum()
        means[start:end, entry] = own / np.sqrt(own @ gram[start:end, start:end] @ own)
    return means - means.mean(axis=1, keepdims=True)
