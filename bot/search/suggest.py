"""Suggestions while typing: first syllables, a syllable still being typed, initial consonants, a slip."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from bot.korean.jamo import are_initials, keystrokes
from bot.korean.keyboard import is_hangul_text, to_hangul
from bot.korean.text import key
from bot.search.layers import Layer, Layers, Placed
from bot.search.substrings import Field

_SLIP = 80  # of 100: how much of the typed letters must be found again, in order, for a slip to be forgiven
_COMPARED = 512  # entries that a slip is looked for in: those that share most sequences of three letters


class Suggester:
    """Entries whose title, keywords or phrasings a visitor may be about to type."""

    def __init__(self, layers: Layers, synonyms: Sequence[tuple[str, ...]] = ()) -> None:
        self._layers = layers
        equal = {key(term): " ".join(map(key, group)) for group in synonyms for term in group}
        self._equal = {keystrokes(term): keystrokes(terms.split()[0]) for term, terms in equal.items()}

    def suggest(self, typed: str, limit: int = 8) -> list[int]:
        """Places of at most `limit` entries, best first."""
        wanted = key(typed)
        if not wanted:
            return []
        initials = are_initials(wanted) and len(wanted) > 1
        found = self._ranked(wanted, lambda layer: layer.initials, limit) if initials else []
        found = found or self._by_letters(keystrokes(wanted), limit)
        if not found and not is_hangul_text(wanted):
            found = self._by_letters(keystrokes(key(to_hangul(typed))), limit)
        return (found or self._by_slip(keystrokes(wanted), limit))[:limit]

    def _by_letters(self, wanted: str, limit: int) -> list[int]:
        found = self._ranked(wanted, lambda layer: layer.letters, limit)
        equal = self._equal.get(wanted)
        if equal and equal != wanted and len(found) < limit:
            more = self._ranked(equal, lambda layer: layer.letters, limit + len(found))
            found += [place for place in more if place not in found]
        if len(wanted) >= 4 and len(found) < limit:
            more = self._ranked(wanted, lambda layer: layer.asked, limit + len(found))
            found += [place for place in more if place not in found]
        return found

    def _ranked(self, wanted: str, field: Callable[[Layer], Field], most: int) -> list[int]:
        """Places of the first entries with `wanted` in a field: at the beginning first, shorter titles first."""
        hits = [
            (further_in, int(placed.layer.lengths[number]), int(placed.places[number]))
            for placed in self._layers.many
            for further_in, number in field(placed.layer).first(wanted, most, placed.alive)
        ]
        return [place for _, _, place in sorted(hits)[:most]]

    def _by_slip(self, wanted: str, limit: int) -> list[int]:
        if len(wanted) < 4:
            return []
        hits = [hit for placed in self._layers.many for hit in _near(placed, wanted, limit)]
        return [place for _, place in sorted(hits)]


def _near(placed: Placed, wanted: str, limit: int) -> list[tuple[float, int]]:
    """(−likeness, place) of the entries of a layer whose letters come nearest."""
    numbers = np.flatnonzero(placed.alive)
    if len(numbers) > _COMPARED:
        shared = placed.layer.letters.parts.sharing_most(wanted, 3, _COMPARED)
        numbers = shared[placed.alive[shared]]
    numbers = numbers[np.argsort(placed.places[numbers], kind="stable")]
    texts = [placed.layer.letters.texts[number] for number in numbers.tolist()]
    hits = process.extract(wanted, texts, scorer=fuzz.partial_ratio, score_cutoff=_SLIP, limit=limit)
    return [(-score, int(placed.places[numbers[place]])) for _, score, place in hits]
