"""A short question that goes on from an entry shown before it: "비용은요?" after where to get a certificate.

The question and the question behind the entry's title are both searched, and of what the question alone may mean the entry
is taken that both speak for, where it is clear. So what went before puts things in order, and brings in nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.faq.model import Entry
from bot.korean.text import key
from bot.search.decision import One, decide, leads, near
from bot.search.index import Index
from bot.search.result import Candidates, Result

LONGEST = 12  # letters; a longer question says what it is about
PLAUSIBLE = 0.4  # confidence of the question alone; below, it is about nothing that there is
AMONG = 10  # entries that the question alone may mean
CONFIRMED = 0.4  # score that the question behind the topic's title must give the entry


def joined(text: str, topic: Entry) -> str:
    """The question with what it goes on from."""
    return f"{topic.title} {text}"


def short(text: str) -> bool:
    """Whether a question may leave out what it is about."""
    return len(key(text)) <= LONGEST


def open_ended(result: Result, topic: Entry) -> bool:
    """Whether a short question with this result may go on from `topic`: something is found, but it is not clear by itself.

    A question that means the topic by itself asks for it again in other words, or for what is beside it.
    """
    if result.keyword or result.confidence < PLAUSIBLE:
        return False
    return topic not in near(result) and not isinstance(decide(result), One)


def meant(index: Index, text: str, result: Result, topic: Entry) -> Sequence[Entry]:
    """The entries an open-ended question means after `topic`, best first, the topic itself left out; none where it is not clear."""
    places = [index.place(entry) for entry in result.entries[:AMONG] if entry.id != topic.id]
    behind = index.ranker.search(joined(text, topic)).scores
    scores = index.ranker.search(text).scores + behind
    places.sort(key=lambda place: -scores[place])
    candidates = Candidates([index.entries[place] for place in places], scores[np.asarray(places, np.intp)])
    found = Result(candidates, result.confidence, result.threshold)
    clear = len(candidates) > 1 and behind[places[0]] >= CONFIRMED and leads(found)
    return found.entries if clear else ()
