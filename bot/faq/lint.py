"""What can be wrong between entries, though each can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.faq.markdown import foreign_links
from bot.faq.model import Entry, Location, Phrasing, Problem
from bot.korean.text import key
from bot.visitor import Mode, Visitor

ENOUGH_PHRASINGS = 6

Start = Mapping[Mode, Sequence[Phrasing]]
Groups = Sequence[tuple[tuple[str, ...], Location]]


def check(
    entries: Sequence[Entry], groups: Groups, start: Start, link_hosts: tuple[str, ...]
) -> Iterator[Problem]:
    """Problems of readable entries, synonym groups and the start of Best taken together."""
    yield from _duplicates(entries)
    yield from _taken_titles(entries)
    yield from _references(entries)
    yield from _answers(entries, link_hosts)
    yield from _phrasings(entries)
    yield from _groups(groups)
    yield from _start(entries, start)


def _duplicates(entries: Sequence[Entry]) -> Iterator[Problem]:
    ids: dict[str, Location] = {}
    titles: dict[tuple[str, str], Location] = {}
    phrasings: dict[str, tuple[str, Location]] = {}
    for entry in entries:
        if entry.id in ids:
            yield Problem(
                entry.location, f"the id {entry.id!r} is taken by {ids[entry.id]}", "choose another id"
            )
        ids.setdefault(entry.id, entry.location)
        title = (entry.system, key(entry.title))
        if title in titles:
            yield Problem(
                entry.location, f"the title {entry.title!r} is taken by {titles[title]}", "tell the two apart"
            )
        titles.setdefault(title, entry.location)
        for phrasing in entry.phrasings:
            other = phrasings.get(key(phrasing.text))
            if other:
                remedy = "remove one of them" if other[0] == entry.id else "keep it where it belongs"
                yield Problem(
                    phrasing.location, f"the phrasing {phrasing.text!r} stands at {other[1]} too", remedy
                )
            phrasings.setdefault(key(phrasing.text), (entry.id, phrasing.location))


def _taken_titles(entries: Sequence[Entry]) -> Iterator[Problem]:
    titles = {key(entry.title): entry for entry in entries}
    for entry in entries:
        for phrasing in entry.phrasings:
            other = titles.get(key(phrasing.text), entry)
            if other.id != entry.id and key(phrasing.text) != key(entry.title):
                what = f"the phrasing {phrasing.text!r} is the title of {other.id!r} ({other.location})"
                yield Problem(phrasing.location, what, "keep it where it belongs")


def _references(entries: Sequence[Entry]) -> Iterator[Problem]:
    known = {entry.id: entry for entry in entries}
    for entry in entries:
        for target in entry.related:
            if target not in known:
                yield Problem(
                    entry.location,
                    f"'related' names {target!r}, which is no entry",
                    "correct or remove the id",
                )
            elif target == entry.id:
                yield Problem(entry.location, "'related' names the entry itself", "remove it")


def _answers(entries: Sequence[Entry], link_hosts: tuple[str, ...]) -> Iterator[Problem]:
    for entry in entries:
        for link in foreign_links(entry.answer, link_hosts):
            hosts = ", ".join(link_hosts) or "none"
            yield Problem(
                entry.location, f"the answer links to {link!r}", f"link only to allowed hosts ({hosts})"
            )


def _phrasings(entries: Sequence[Entry]) -> Iterator[Problem]:
    for entry in entries:
        if not all(key(phrasing.text) for phrasing in entry.phrasings):
            yield Problem(entry.location, "a phrasing has no letter or digit", "write it as vendors would")
        if len(entry.phrasings) < ENOUGH_PHRASINGS:
            what = f"only {len(entry.phrasings)} phrasings"
            yield Problem(
                entry.location, what, f"write at least {ENOUGH_PHRASINGS}, each in other words", warning=True
            )


def _groups(groups: Groups) -> Iterator[Problem]:
    seen: dict[str, Location] = {}
    for terms, location in groups:
        for term in terms:
            if not key(term):
                yield Problem(location, f"the term {term!r} has no letter or digit", "remove it")
            elif key(term) in seen and seen[key(term)] != location:
                yield Problem(
                    location, f"the term {term!r} stands at {seen[key(term)]} too", "keep it in one group"
                )
            seen.setdefault(key(term), location)


def _start(entries: Sequence[Entry], start: Start) -> Iterator[Problem]:
    known = {entry.id: entry for entry in entries}
    for mode, items in start.items():
        for item in items:
            entry = known.get(item.text)
            if entry is None:
                yield Problem(item.location, f"{item.text!r} is no entry", "correct or remove the id")
            elif not Visitor(mode=mode).may_see(entry.audience):
                yield Problem(item.location, f"{item.text!r} is for members", "list it under `member`")
