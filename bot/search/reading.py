"""What search reads of an entry, worked out once and shared by the indexes of all who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter, not_

from bot.faq.model import Entry
from bot.korean.jamo import initials, keystrokes
from bot.korean.text import key
from bot.search.rows import Document


@dataclass(frozen=True, eq=False)
class Reading:
    """An entry's texts in the forms they are compared in; fields of one kind are joined by line ends. Equal to itself alone.

    `haystack` is title and keywords, `letters` and `initials` the same as keystrokes and as initial consonants, `asked` the
    phrasings as keystrokes.
    """

    entry: Entry
    document: Document
    title: str
    phrasings: tuple[str, ...]
    haystack: str
    letters: str
    initials: str
    asked: str


def tokens(entries: Iterable[Entry]) -> list[object]:
    """What tells entries apart, wherever in their files they stand."""
    return list(map(attrgetter("token"), entries))


def read_all(
    entries: Sequence[Entry], known: Mapping[object, Reading], earlier: Mapping[str, Entry]
) -> dict[object, Reading]:
    """The readings of entries by their tokens, taken from those known, of the entries `earlier`, where the entry is the same."""
    names = tokens(entries)
    readings = dict(zip(names, map(known.get, names), strict=True))
    for entry in compress(entries, map(not_, readings.values())):
        before = earlier.get(entry.id)
        readings[entry.token] = known[before.token] if before == entry else read(entry)
    return readings


def read(entry: Entry) -> Reading:
    """The reading of an entry."""
    texts = [entry.title_key, *map(key, entry.keywords)]
    phrasings = entry.phrasing_keys
    return Reading(
        entry=entry,
        document=Document(entry.id, entry.title, entry.questions, entry.keywords, entry.answer),
        title=texts[0],
        phrasings=phrasings,
        haystack="\n".join(texts),
        letters="\n".join(map(keystrokes, texts)),
        initials="\n".join(map(initials, texts)),
        asked="\n".join(map(keystrokes, phrasings)),
    )
