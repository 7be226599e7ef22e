"""Runs labelled questions through the trained Rasa model and measures what it takes them for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from bot.evaluation.queries import Labelled


@dataclass(frozen=True)
class Guessed:
    """A labelled question, what it was taken for and how sure the model was (0 to 1)."""

    query: Labelled
    label: str
    confidence: float

    @property
    def right(self) -> bool:
        return self.label == self.query.category


def measure(guessed: Sequence[Guessed]) -> dict[str, Any]:
    """accuracy, macro_f1 over the labels of the file, per_class and by_kind."""
    labels = sorted({g.query.category for g in guessed})
    truth, taken = [g.query.category for g in guessed], [g.label for g in guessed]
    precision, recall, f1, count = precision_recall_fscore_support(
        truth, taken, labels=labels, zero_division=0
    )
    return {
        "queries": len(guessed),
        "accuracy": _accuracy(guessed),
        "macro_f1": round(float(np.mean(f1)), 4),
        "per_class": {
            label: {
                "n": int(count[i]),
                "precision": round(float(precision[i]), 4),
                "recall": round(float(recall[i]), 4),
                "f1": round(float(f1[i]), 4),
            }
            for i, label in enumerate(labels)
        },
        "by_kind": {
            kind: {
                "n": sum(g.query.kind == kind for g in guessed),
                "accuracy": _accuracy([g for g in guessed if g.query.kind == kind]),
            }
            for kind in sorted({g.query.kind for g in guessed} - {""})
        },
    }


def _accuracy(guessed: Sequence[Guessed]) -> float:
    return round(float(np.mean([g.right for g in guessed])), 4)


def confusion(guessed: Sequence[Guessed]) -> tuple[list[str], np.ndarray]:
    """The labels in use and the confusion matrix (labels, labels): rows are what is true, columns what was guessed."""
    labels = sorted({g.query.category for g in guessed} | {g.label for g in guessed})
    return labels, confusion_matrix(
        [g.query.category for g in guessed], [g.label for g in guessed], labels=labels
    )


def worst(guessed: Sequence[Guessed], most: int) -> list[Guessed]:
    """The misses, those first of which the model was surest."""
    return sorted((g for g in guessed if not g.right), key=lambda g: -g.confidence)[:most]
