"""Suggestions while typing: first syllables, a syllable still being typed, initial consonants, a slip."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.faq.model import Entry
from bot.korean.jamo import are_initials, initials, keystrokes
from bot.korean.keyboard import is_hangul_text, to_hangul
from bot.korean.text import key

_SLIP = 80  # of 100: how much of the typed letters must be found again, in order, for a slip to be forgiven


class Suggester:
    """Entries whose title, keywords or phrasings a visitor may be about to type."""

    def __init__(self, entries: Sequence[Entry], synonyms: Sequence[tuple[str, ...]] = ()) -> None:
        self._entries = entries
        self._titles = [key(entry.title) for entry in entries]
        equal = {key(term): " ".join(map(key, group)) for group in synonyms for term in group}
        fields = [[key(text) for text in (entry.title, *entry.keywords)] for entry in entries]
        self._letters = ["\n".join(keystrokes(text) for text in texts) for texts in fields]
        self._initials = ["\n".join(initials(text) for text in texts) for texts in fields]
        self._asked = ["\n".join(keystrokes(key(text)) for text in entry.questions) for entry in entries]
        self._equal = {keystrokes(term): keystrokes(terms.split()[0]) for term, terms in equal.items()}

    def suggest(self, typed: str, limit: int = 8) -> tuple[Entry, ...]:
        """At most `limit` entries, best first."""
        wanted = key(typed)
        if not wanted:
            return ()
        found = self._by_initials(wanted) if are_initials(wanted) and len(wanted) > 1 else []
        found = found or self._by_letters(keystrokes(wanted))
        if not found and not is_hangul_text(wanted):
            found = self._by_letters(keystrokes(key(to_hangul(typed))))
        found = found or self._by_slip(keystrokes(wanted))
        return tuple(self._entries[index] for index in found[:limit])

    def _by_initials(self, wanted: str) -> list[int]:
        return self._ranked(wanted, self._initials)

    def _by_letters(self, wanted: str) -> list[int]:
        found = self._ranked(wanted, self._letters)
        equal = self._equal.get(wanted)
        if equal and equal != wanted:
            found += [index for index in self._ranked(equal, self._letters) if index not in found]
        if len(wanted) >= 4:
            found += [index for index in self._ranked(wanted, self._asked) if index not in found]
        return found

    def _ranked(self, wanted: str, fields: Sequence[str]) -> list[int]:
        """Indices of the entries with `wanted` in a field: at the beginning first, shorter titles first."""
        hits = [(text.find(wanted), index) for index, text in enumerate(fields)]
        return [
            index
            for _, _, index in sorted(
                (spot > 0, len(self._titles[index]), index) for spot, index in hits if spot >= 0
            )
        ]

    def _by_slip(self, wanted: str) -> list[int]:
        if len(wanted) < 4:
            return []
        hits = process.extract(wanted, self._letters, scorer=fuzz.partial_ratio, score_cutoff=_SLIP, limit=8)
        return [index for _, _, index in hits]
