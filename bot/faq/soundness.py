"""Whether entries are sound taken together, found out in time that grows with what changed since they last were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter, is_
from threading import Lock

from bot.faq.markdown import allowed
from bot.faq.model import Entry

SYSTEMS = ("PartnerPlus", "PartnerCampus")


class Soundness:
    """Remembers the entries that were sound last, and what must not be there twice."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._forget(())

    def _forget(self, link_hosts: tuple[str, ...]) -> None:
        self._link_hosts = link_hosts
        self._tokens: list[object] = []
        self._entries: dict[object, Entry] = {}
        self._ids: set[str] = set()
        self._titles: set[tuple[str, str]] = set()
        self._phrasings: set[str] = set()

    def __call__(self, entries: Sequence[Entry], link_hosts: tuple[str, ...]) -> bool:
        """Whether the linter would find nothing between entries, warnings aside; False where it has to be asked."""
        with self._lock:
            if link_hosts != self._link_hosts:
                self._forget(link_hosts)
            tokens = list(map(attrgetter("token"), entries))
            gone, came = self._changes(tokens, entries)
            if len(gone) > len(entries) // 2:
                self._forget(link_hosts)
                gone, came = self._changes(tokens, entries)
            self._remove(gone)
            fine = self._add(came) and len(self._entries) == len(entries) and all(map(self._fits, came))
            left = {entry.id for entry in gone} - self._ids
            if not fine or (left and not self._ids.issuperset(_targets(entries))):
                self._forget(link_hosts)
                return False
            self._tokens = tokens
            return True

    def _changes(self, tokens: Sequence[object], entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
        """The entries that are gone since the last time, and those that came."""
        start, end = unlike(self._tokens, tokens)
        before, now = self._tokens[start : len(self._tokens) - end], tokens[start : len(tokens) - end]
        left, fresh = set(before) - set(now), set(now) - set(before)
        came = [entry for entry in entries[start : len(tokens) - end] if entry.token in fresh]
        return [self._entries[token] for token in left], came

    def _remove(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            del self._entries[entry.token]
            self._ids.discard(entry.id)
            self._titles.discard((entry.system, entry.title_key))
            self._phrasings.difference_update(entry.phrasing_keys)

    def _add(self, entries: Iterable[Entry]) -> bool:
        """Whether nothing of the entries is there twice."""
        for entry in entries:
            title, asked = (entry.system, entry.title_key), entry.phrasing_keys
            if entry.id in self._ids or title in self._titles or not self._phrasings.isdisjoint(asked):
                return False
            self._entries[entry.token] = entry
            self._ids.add(entry.id)
            self._titles.add(title)
            before = len(self._phrasings)
            self._phrasings.update(asked)
            if len(self._phrasings) != before + len(asked) or "" in asked:
                return False
        return True

    def _fits(self, entry: Entry) -> bool:
        """Whether an entry's titles, references and links go with the other entries."""
        if entry.title_key in self._phrasings and entry.title_key not in entry.phrasing_keys:
            return False
        for asked in entry.phrasing_keys:
            if asked != entry.title_key and any((system, asked) in self._titles for system in SYSTEMS):
                return False
        return (
            self._ids.issuperset(entry.related)
            and entry.id not in entry.related
            and all(allowed(href, self._link_hosts) for href in entry.links)
        )


def unlike(one: Sequence[object], other: Sequence[object]) -> tuple[int, int]:
    """How many objects two sequences have in common at the beginning, and behind these at the end."""
    start = _shared(one, other)
    return start, _shared(one[start:][::-1], other[start:][::-1])


def _shared(one: Sequence[object], other: Sequence[object]) -> int:
    same = bytes(map(is_, one, other)).find(0)
    return same if same >= 0 else min(len(one), len(other))


def _targets(entries: Iterable[Entry]) -> Iterable[str]:
    return (target for entry in entries for target in entry.related)
