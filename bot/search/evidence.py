"""What a confidence is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.korean.kernel import Extended, Floats, Kernel, Views
from bot.search.calibration import FIRST, Calibration, known_share, signals
from bot.search.wide import WideKernel


@dataclass(frozen=True)
class Evidence:
    """The plain ridge scores that a confidence is judged by; coefficients are (C, N), total (N,) is their sum."""

    kernel: Kernel
    coefficients: Floats
    total: Floats
    calibration: Calibration | None

    @classmethod
    def of(cls, kernel: Kernel, coefficients: Floats, calibration: Calibration | None) -> Evidence:
        """The evidence of a fit's coefficients."""
        return cls(kernel, coefficients, coefficients.sum(axis=0), calibration)

    def confidence(
        self, scores: Floats, values: Floats, views: Views, lexical: Floats, dense: Floats | None
    ) -> float:
        """How sure a ranking by `scores` (C,) is, from the kernel values and the cosines (N,) of the question."""
        leading = np.argpartition(scores, max(len(scores) - FIRST - 3, 0))[-FIRST - 3 :]
        share, top = known(self.kernel, views), self.coefficients[leading] @ values
        return confidence(self.calibration, share, scores, top, self.total @ values, lexical, dense)


def confidence(
    calibration: Calibration | None,
    known: float | None,
    scores: Floats,
    evidence: Floats,
    total: float,
    lexical: Floats,
    dense: Floats | None,
) -> float:
    """How sure a ranking is; `known` is the share of the question's morphemes that are known, None where it has none."""
    if known is None or not len(lexical):
        return 0.0
    if calibration is None:  # too little to learn it from: the score alone, near one for a training text
        return float(np.clip(scores.max(), 0, 1))
    cosines = lexical[None], None if dense is None else dense[None]
    return float(calibration(signals(evidence[None], np.asarray([total]), *cosines, np.asarray([known])))[0])


def known(kernel: Kernel | Extended | WideKernel, views: Views) -> float | None:
    """The share of a question's morphemes that a kernel knows; None where it has none."""
    return known_share(kernel, views) if any(views) else None
