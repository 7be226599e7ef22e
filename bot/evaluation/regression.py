"""The regression set of a release: leave-one-phrasing-out over the FAQ, the conversation suite and the category questions.

The figures are compared with the recorded ones; a release is worse where one falls by more than the tolerance.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.errors import ElbiError
from bot.evaluation import categories, retrieval
from bot.evaluation.conversations import read_suite, unmet
from bot.evaluation.queries import Query, read_labelled
from bot.faq.model import CATEGORIES, Content
from bot.korean.encoder import Encoder
from bot.settings import PROJECT_ROOT
from bot.visitor import GUEST, Visitor

TESTS = PROJECT_ROOT / "tests"
BASELINE = TESTS / "baseline.json"
CONVERSATIONS = TESTS / "conversations" / "questions.yml"
QUESTIONS = TESTS / "nlu" / "categories.jsonl"
TOLERANCE = 0.005  # other processors round differently: a question or two on the edge may fall either way
FOLDS = 8
Told = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """The figures (name → share, 0 to 1), and what was missed, a line each."""

    figures: dict[str, float]
    missed: list[str]

    def worse_than(self, baseline: dict[str, float]) -> list[str]:
        """What has fallen below the baseline, a line each."""
        return [
            f"{name}: {self.figures.get(name, 0.0):.4f}, was {before:.4f}"
            for name, before in baseline.items()
            if self.figures.get(name, 0.0) < before - TOLERANCE
        ]


def leave_one_out(content: Content, encoders: Sequence[Encoder], told: Told = print) -> Report:
    """Each of the first eight phrasings of every entry, asked of an index that does not know it.

    In fold k the k-th phrasing of all entries is left out, so that an index lacks one phrasing an entry, never more.
    """
    outcomes = []
    for fold in range(FOLDS):
        told(f"질문 표현을 하나씩 빼고 검색 {fold + 1}/{FOLDS}")
        queries, entries = [], []
        for entry in content.entries:
            kept = entry.phrasings[:fold] + entry.phrasings[fold + 1 :]
            if len(kept) < len(entry.phrasings) and kept:
                queries.append(Query(entry.phrasings[fold].text, entry.id))
                entry = replace(entry, phrasings=kept)
            entries.append(entry)
        if queries:
            indexes = retrieval.build_indexes(replace(content, entries=tuple(entries)), ["member"], encoders)
            outcomes += retrieval.run(indexes, queries)[0]
    if not outcomes:
        raise ElbiError("no entry has two phrasings: nothing can be left out")
    figures = retrieval.measure(outcomes)
    missed = [
        f"{o.query.text} → {o.ranked[0][0] if o.ranked else '없음'}, not {o.query.faq_id}"
        for o in retrieval.worst(outcomes, len(outcomes))
    ]
    names = ("hit@1", "hit@5", "mrr", "answered")
    return Report({f"leave-one-out {name}": figures[name] for name in names}, missed)


def converse(dialogue: Any, answerer: Any, suite: Path = CONVERSATIONS) -> Report:
    """The share of the conversation suite's rows that a dialogue replies to as they expect."""
    rows, missed = read_suite(suite), []

    async def ask() -> None:
        for row in rows:
            visitor = Visitor(id="suite", mode="member") if row["as"] == "member" else GUEST
            state: dict[str, Any] = {}
            if "after" in row:
                state = (await dialogue.respond(row["after"], visitor, state)).state
            response = await dialogue.respond(row["ask"], visitor, state)
            listed = lambda row=row, visitor=visitor: [e.id for e in answerer.listed(row["ask"], visitor)]  # noqa: E731
            lacking = unmet(row, response.replies[0], listed)
            if lacking:
                missed.append(f"{row['as']} {row['ask']!r} → {lacking}")

    asyncio.run(ask())
    return Report({"conversations": round(1 - len(missed) / len(rows), 4)}, missed)


def classify(dialogue: Any, path: Path) -> list[categories.Guessed]:
    """What a dialogue takes the questions of a file for; labels are categories."""

    async def guess() -> list[categories.Guessed]:
        found = []
        for query in read_labelled(path, CATEGORIES.keys()):
            taken = await dialogue.classify(query.text)
            found.append(categories.Guessed(query, taken.intent or "none", taken.confidence))
        return found

    return asyncio.run(guess())


def categorise(dialogue: Any, path: Path = QUESTIONS) -> Report:
    """How often the category is right, over all questions and by kind."""
    guessed = classify(dialogue, path)
    figures = categories.measure(guessed)
    shares = {"categories accuracy": figures["accuracy"], "categories macro-F1": figures["macro_f1"]}
    missed = [
        f"{g.query.text} → {g.label}, not {g.query.category}" for g in categories.worst(guessed, len(guessed))
    ]
    return Report(shares, missed)


def joined(*reports: Report) -> Report:
    """Several reports as one."""
    figures: dict[str, float] = {}
    for report in reports:
        figures |= report.figures
    return Report(figures, [line for report in reports for line in report.missed])


def read_baseline(path: Path = BASELINE) -> dict[str, float]:
    """The recorded figures; raises ElbiError where there are none to be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ElbiError(f"{path}: no baseline can be read ({error}); record one with --record") from error


def record_baseline(figures: dict[str, float], path: Path = BASELINE) -> None:
    """Writes the figures as those later releases are compared with."""
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
