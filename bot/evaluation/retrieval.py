"""Runs queries through the search that visitors use, and measures what they would have been shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from bot.evaluation.queries import Query
from bot.faq.model import Content
from bot.korean.encoder import Encoder
from bot.search.decision import List, One, decide
from bot.search.index import Index, Result, build_index
from bot.visitor import GUEST, Mode, Visitor

FIRST = 5
Progress = Callable[[Sequence[Query]], Iterable[Query]]


@dataclass(frozen=True)
class Outcome:
    """What became of a query: the `rank` of its entry (1 = first, 0 = not found), how sure the search was, what was shown."""

    query: Query
    rank: int
    confidence: float
    ranked: tuple[tuple[str, float], ...]  # the first five entries with their scores
    shown: tuple[str, ...]  # the first five entries a visitor sees; none: refused


def build_indexes(content: Content, modes: Iterable[Mode], encoders: Sequence[Encoder]) -> dict[Mode, Index]:
    """An index for each kind of visitor; raises ValueError where one may see no entry at all."""
    indexes: dict[Mode, Index] = {}
    for mode in sorted(set(modes)):
        visible = content.visible_to(GUEST if mode == "guest" else Visitor(mode="member"))
        if not visible:
            raise ValueError(f"no entry that a {mode} may see")
        indexes[mode] = build_index(visible, content.synonyms, encoders)
    return indexes


def run(
    indexes: dict[Mode, Index], queries: Sequence[Query], progress: Progress = iter
) -> tuple[list[Outcome], float]:
    """The outcome of every query, and the milliseconds that one search took on average."""
    outcomes, spent = [], 0.0
    for query in progress(queries):
        start = time.perf_counter()
        result = indexes[query.visitor].search(query.text)
        spent += time.perf_counter() - start
        outcomes.append(_outcome(query, result))
    return outcomes, 1000 * spent / len(queries)


def _outcome(query: Query, result: Result) -> Outcome:
    ids = [candidate.entry.id for candidate in result.candidates]
    match decide(result):
        case One(entry, others):
            shown = (entry.id, *(other.id for other in others))
        case List(entries):
            shown = tuple(entry.id for entry in entries[:FIRST])
        case _:
            shown = ()
    return Outcome(
        query,
        ids.index(query.faq_id) + 1 if query.faq_id in ids else 0,
        result.confidence,
        tuple((each.entry.id, each.score) for each in result.candidates[:FIRST]),
        shown,
    )


def measure(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of a run, as design.md names them; None where there is nothing to measure.

    hit@1, hit@5 and mrr (reciprocal rank among the candidates that are looked at) are over the clean questions that are in
    scope; answered is the share of these that were shown their entry among the first five, refused the share of
    out-of-scope questions that were shown nothing; oos_auroc tells how well confidence keeps the two apart.
    """
    clean = [o for o in outcomes if o.query.faq_id is not None and not o.query.noise]
    outside = [o for o in outcomes if o.query.faq_id is None]
    noises = sorted({o.query.noise for o in outcomes if o.query.noise and o.query.faq_id is not None})
    kinds = sorted({o.query.kind for o in outcomes if o.query.kind})
    return {
        "queries": len(outcomes),
        **_hits(clean),
        "by_noise": {
            noise: _hits([o for o in outcomes if o.query.noise == noise and o.query.faq_id is not None])
            for noise in noises
        },
        "oos_auroc": _auroc(clean, outside),
        "answered": _share(o.query.faq_id in o.shown for o in clean),
        "refused": _share(not o.shown for o in outside),
        "by_kind": {
            kind: _by_kind(
                [o for o in clean if o.query.kind == kind],
                clean,
                [o for o in outside if o.query.kind == kind],
            )
            for kind in kinds
        },
    }


def _by_kind(
    inside: Sequence[Outcome], clean: Sequence[Outcome], outside: Sequence[Outcome]
) -> dict[str, Any]:
    figures = _hits(inside) if inside else {}
    if outside:
        refused = _share(not o.shown for o in outside)
        figures |= {"oos": len(outside), "oos_auroc": _auroc(clean, outside), "refused": refused}
    return figures


def _hits(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {
        "n": len(outcomes),
        "hit@1": _share(o.rank == 1 for o in outcomes),
        "hit@5": _share(1 <= o.rank <= FIRST for o in outcomes),
        "mrr": _share(1 / o.rank if o.rank else 0.0 for o in outcomes),
    }


def _share(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(float(np.mean(found)), 4) if found else None


def _auroc(inside: Sequence[Outcome], outside: Sequence[Outcome]) -> float | None:
    if not inside or not outside:
        return None
    labels = [1] * len(inside) + [0] * len(outside)
    return round(float(roc_auc_score(labels, [o.confidence for o in (*inside, *outside)])), 4)


def worst(outcomes: Sequence[Outcome], most: int) -> list[Outcome]:
    """The misses, those first of which the search was surest: another entry first, or an answer to what has none."""
    missed = [
        o
        for o in outcomes
        if (o.rank != 1 if o.query.faq_id is not None else bool(o.shown)) and not o.query.noise
    ]
    return sorted(missed, key=lambda o: -o.confidence)[:most]


def as_row(outcome: Outcome, titles: dict[str, str]) -> dict[str, Any]:
    """A miss as it is printed and written to JSON."""
    return {
        "text": outcome.query.text,
        "faq_id": outcome.query.faq_id,
        "title": titles.get(outcome.query.faq_id or ""),
        "rank": outcome.rank or None,
        "confidence": round(outcome.confidence, 3),
        "ranked": [
            {"id": entry_id, "title": titles[entry_id], "score": round(score, 3)}
            for entry_id, score in outcome.ranked
        ],
    }
