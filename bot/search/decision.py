"""What a search result is worth: one clear answer, a list, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.faq.model import Entry
from bot.search.result import Result

SURE = 0.80  # confidence from which the first candidate is shown at once

OFF_TOPIC = 0.90  # what it takes where the classifier is certain that the question is none of our business
CLEAR_LEAD = 1.5  # how many times the second score the first one must be to be shown at once
NEAR = 0.35  # a candidate is listed down to this part of the first one's score
OTHERS = 2  # further candidates offered beside an answer


@dataclass(frozen=True)
class One:
    """One clear answer, and others that come near."""

    entry: Entry
    others: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class List:
    """Several entries, best first."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Nothing:
    """No entry answers the question."""


def decide(result: Result, *, off_topic: float = 0.0, as_list: bool = False) -> One | List | Nothing:
    """One, List or Nothing; `as_list` wants a list even of one, `off_topic` is how sure the classifier is (0 to 1) that the
    question is none of our business: it raises what a candidate must be worth."""
    entries = result.entries
    needed = result.threshold + (OFF_TOPIC - result.threshold) * off_topic**3
    if not entries or result.confidence < needed:
        return Nothing()
    if not result.keyword:
        entries = near(result)
    if as_list:
        return List(entries)
    if result.named or len(entries) == 1:
        return One(entries[0])
    if not result.keyword and result.confidence >= SURE and leads(result):
        return One(entries[0], entries[1 : 1 + OTHERS])
    return List(entries)


def near(result: Result) -> tuple[Entry, ...]:
    """The first candidates, down to a part of the first one's score."""
    floor = result.candidates[0].score * NEAR
    return tuple(candidate.entry for candidate in result.candidates[:10] if candidate.score >= floor)


def leads(result: Result) -> bool:
    """Whether the first candidate is clearly before the second."""
    first, second = result.candidates[0].score, result.candidates[1].score
    return first >= CLEAR_LEAD * second
