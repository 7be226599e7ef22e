"""Entries in two layers: many that were laid out once, and the few that came or changed since.

An edit lays out the few anew and marks those of the many that are gone, so that it counts at once however many there are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from bot.search.reading import Reading
from bot.search.substrings import Alive, Field, Substrings

Places = NDArray[np.int32]
GONE = -1
FEW, FEW_SHARE = (
    256,
    0.05,
)  # entries, and their share of the many, that may have changed before all are laid out anew
TAILS = ("방법안내", "안내")  # a title is also called by its name without these


class Layer:
    """Entries laid out for matching, numbered by the length of their titles, then in the order given."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.readings = tuple(readings)
        order = sorted(range(len(readings)), key=lambda number: len(readings[number].title))
        ordered = [readings[number] for number in order]
        self.order = np.asarray(order, np.int64)
        self.lengths = np.asarray([len(each.title) for each in ordered], np.int64)
        self.titles = Field([each.title for each in ordered], (1, 2))
        self.haystacks = Substrings([each.haystack for each in ordered], (1, 2))
        self.letters = Field([each.letters for each in ordered], (1, 2, 3))
        self.initials = Field([each.initials for each in ordered], (1, 2, 3))
        self.asked = Field([each.asked for each in ordered], (4,))
        self.by_title: dict[str, list[int]] = {}
        self.by_name: dict[str, list[int]] = {}
        self.by_phrasing: dict[str, list[int]] = {}
        for number, each in enumerate(ordered):
            self.by_title.setdefault(each.title, []).append(number)
            for name in {each.title.removesuffix(tail) for tail in TAILS} - {each.title, ""}:
                self.by_name.setdefault(name, []).append(number)
            for phrasing in set(each.phrasings):
                self.by_phrasing.setdefault(phrasing, []).append(number)

    @cached_property
    def slots(self) -> dict[Reading, int]:
        """Where among the readings each one stands."""
        return {reading: slot for slot, reading in enumerate(self.readings)}


@dataclass(frozen=True)
class Placed:
    """A layer, and by its numbers the place (n,) of each entry among those in use; GONE for those that are not."""

    layer: Layer
    places: Places

    @cached_property
    def alive(self) -> Alive:
        return self.places != GONE


class Layers:
    """Readings in use, as one or two layers."""

    def __init__(self, readings: Sequence[Reading], before: Layers | None = None) -> None:
        if before is not None and self._change(readings, before.many[0].layer):
            return
        layer = Layer(readings)
        self.many = (Placed(layer, layer.order.astype(np.int32)),)

    def _change(self, readings: Sequence[Reading], base: Layer) -> bool:
        """Takes the base over with what changed beside it; False where too much has."""
        slots = np.fromiter(map(base.slots.get, readings, repeat(GONE)), np.int64, len(readings))
        limit = max(FEW, int(FEW_SHARE * len(base.readings)))
        stay, added = np.flatnonzero(slots != GONE), np.flatnonzero(slots == GONE)
        if len(readings) - len(stay) > limit:
            return False
        if np.any(np.diff(slots[stay]) < 0):  # some were moved: the longest run that keeps its order stays
            stay = stay[_longest_ascending(slots[stay].tolist())]
            added = np.setdiff1d(np.arange(len(readings)), stay, assume_unique=True)
        if len(added) > limit:
            return False
        places = np.full(len(base.readings), GONE, np.int32)
        places[slots[stay]] = stay
        few = Layer([readings[place] for place in added])
        self.many = (
            Placed(base, places[base.order]),
            *([Placed(few, added[few.order].astype(np.int32))] if len(added) else []),
        )
        return True

    def named(self, title: str) -> int | None:
        """The place of the last entry of that title key; of the first that is also called so; None where there is none."""
        found = [place for each in self.many for place in _alive(each, each.layer.by_title.get(title, ()))]
        if found:
            return max(found)
        found = [place for each in self.many for place in _alive(each, each.layer.by_name.get(title, ()))]
        return min(found, default=None)

    def phrased(self, phrasing: str) -> int | None:
        """The place of the last entry that has a phrasing of that key."""
        found = [
            place for each in self.many for place in _alive(each, each.layer.by_phrasing.get(phrasing, ()))
        ]
        return max(found, default=None)


def _alive(placed: Placed, numbers: Sequence[int]) -> list[int]:
    return [place for place in (int(placed.places[number]) for number in numbers) if place != GONE]


def _longest_ascending(values: Sequence[int]) -> list[int]:
    """Where the members of a longest ascending subsequence stand (Fredman 1975)."""
    tails: list[int] = []
    ends: list[int] = []
    earlier = [-1] * len(values)
    for place, value in enumerate(values):
        length = bisect_left(tails, value)
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [place]
        earlier[place] = ends[length - 1] if length else -1
    found, place = [], ends[-1] if ends else -1
    while place >= 0:
        found.append(place)
        place = earlier[place]
    return found[::-1]
