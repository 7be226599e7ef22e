"""What search reads of an entry, worked out once and shared by the indexes of all who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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


def read_all(entries: Iterable[Entry], known: Mapping[str, Reading]) -> dict[str, Reading]:
    """The readings of entries by id, taken from those known where the entry is the same."""

    readings = {}
    for entry in entries:
        before = known.get(entry.id)
        if before is None or (before.entry.token is not entry.token and before.entry != entry):
            before = read(entry)
        readings[entry.id] = before
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
