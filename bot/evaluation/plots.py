"""Plots of an evaluation as PNG files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BINS = 10
DPI = 130


def save_confusion(path: Path, labels: Sequence[str], counts: NDArray[np.int64]) -> None:
    """The confusion matrix (labels, labels), shaded by the share of each row."""
    from matplotlib.figure import Figure  # makes directories when it is imported

    size = 2.5 + 0.55 * len(labels)
    figure = Figure(figsize=(size + 1, size), constrained_layout=True)
    axes = figure.subplots()
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if share[row, column] > 0.5 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize=9)
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.set_xlabel("taken for")
    axes.set_ylabel("is")
    figure.savefig(path, dpi=DPI)


def save_calibration(
    path: Path,
    confidence: Sequence[float],
    right: Sequence[bool],
    *,
    out_of_scope: Sequence[bool] | None = None,
    threshold: float | None = None,
) -> None:
    """Reliability: how often an answer is right against how sure the search was, and how the confidences are spread."""
    from matplotlib.figure import Figure

    sure, good = np.asarray(confidence, float), np.asarray(right, bool)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    figure = Figure(figsize=(6, 6), constrained_layout=True)
    upper, lower = figure.subplots(2, gridspec_kw={"height_ratios": (3, 1)}, sharex=True)
    upper.plot([0, 1], [0, 1], color="0.7", linestyle="--", label="as sure as right")
    used = [b for b in range(BINS) if (bins == b).any()]
    upper.plot(
        [sure[bins == b].mean() for b in used],
        [good[bins == b].mean() for b in used],
        marker="o",
        label="measured",
    )
    upper.set_ylabel("share right")
    upper.set_ylim(-0.02, 1.02)
    outside = np.zeros(len(sure), bool) if out_of_scope is None else np.asarray(out_of_scope, bool)
    groups = [sure[~outside], sure[outside]] if outside.any() else [sure]
    lower.hist(groups, bins=BINS, range=(0, 1), label=["in scope", "out of scope"][: len(groups)])
    for axes in (upper, lower):
        if threshold is not None:
            axes.axvline(threshold, color="tab:red", linewidth=1, label="threshold")
        axes.legend(fontsize=8)
    lower.set_xlabel("confidence")
    lower.set_ylabel("questions")
    figure.savefig(path, dpi=DPI)
