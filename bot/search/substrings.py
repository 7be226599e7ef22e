"""Which texts hold a string: n-grams narrow many texts down to the few that are then looked at."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
_BITS = 16  # of a character in an n-gram's number; characters beyond are told apart by the look at the text
_END = "\U0010ffff"  # after every text
_NONE = np.zeros(0, np.int32)
Alive = NDArray[np.bool_]


class Substrings:
    """The n-grams of texts, n of the `sizes` given (4 at most); for each the numbers of its texts, ascending.

    The texts are the caller's; what has no n-gram of them in common with a string is never looked at.
    """

    def __init__(self, texts: Sequence[str], sizes: Sequence[int]) -> None:
        self._texts = texts
        self._sizes = tuple(sorted(sizes))
        codes = _codes("\0".join(texts))
        ends = np.cumsum(np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts)))
        owners = np.repeat(np.arange(len(texts), dtype=np.int32), np.diff(ends, prepend=0)[: len(texts)])[
            : len(codes)
        ]
        self._postings = {size: _postings(codes, owners, size) for size in self._sizes}

    def holding(self, wanted: str) -> Numbers:
        """The numbers, ascending, of the texts that `wanted` is a part of."""
        found, certain = self._narrowed(wanted)
        return found if certain else np.fromiter(self._looked_at(found, wanted), np.int32)

    def first_holding(self, wanted: str, alive: Alive) -> Iterator[int]:
        """The numbers, ascending, of the texts that `wanted` is a part of and that are `alive` (n,)."""
        found, certain = self._narrowed(wanted)
        found = found[alive[found]]
        return iter(found.tolist()) if certain else self._looked_at(found, wanted)

    def _looked_at(self, found: Numbers, wanted: str) -> Iterator[int]:
        texts = self._texts
        return (number for number in found.tolist() if wanted in texts[number])

    def _narrowed(self, wanted: str) -> tuple[Numbers, bool]:
        """Numbers of texts that may hold a string, all that do among them, and whether all of them do."""
        shared = self._sharing(wanted) if wanted else None
        if shared is None:
            return np.arange(len(self._texts), dtype=np.int32), not wanted
        return shared, len(wanted) in self._sizes and _is_plain(wanted)

    def sharing_most(self, wanted: str, size: int, most: int) -> Numbers:
        """The numbers, ascending, of up to `most` texts that have the most n-grams of one size of `wanted`."""
        lists = [self._of(gram, size) for gram in dict.fromkeys(_grams(wanted, size))]
        counts = np.bincount(np.concatenate([_NONE, *lists]), minlength=len(self._texts))
        if len(counts) <= most:
            return np.flatnonzero(counts).astype(np.int32)
        best = np.argsort(-counts, kind="stable")[:most]
        return np.sort(best[counts[best] > 0]).astype(np.int32)

    def _sharing(self, wanted: str) -> Numbers | None:
        """The numbers of the texts that have every n-gram of `wanted`; None where it has none of these sizes."""
        fitting = [size for size in self._sizes if size <= len(wanted)]
        if not fitting:
            return None
        lists = [self._of(gram, fitting[-1]) for gram in dict.fromkeys(_grams(wanted, fitting[-1]))]
        lists.sort(key=len)
        found = lists[0]
        for others in lists[1:]:
            if not len(found):
                break
            places = np.searchsorted(others, found)
            places[places == len(others)] = 0
            found = found[others[places] == found]
        return found

    def _of(self, gram: str, size: int) -> Numbers:
        grams, starts, numbers = self._postings[size]
        wanted = _numbers(_codes(gram), size)[0]
        place = int(np.searchsorted(grams, wanted))
        if place == len(grams) or grams[place] != wanted:
            return _NONE
        return numbers[starts[place] : starts[place + 1]]

    @cached_property
    def nbytes(self) -> int:
        """Bytes of the postings."""
        return sum(array.nbytes for arrays in self._postings.values() for array in arrays)


class Field:
    """One text an entry: which begin with a string, which hold it further in."""

    def __init__(self, texts: Sequence[str], sizes: Sequence[int]) -> None:
        self.texts = texts
        self.parts = Substrings(texts, sizes)
        order = sorted(range(len(texts)), key=texts.__getitem__)
        self._sorted = [texts[number] for number in order]
        self._order = np.asarray(order, np.int32)

    def beginning(self, wanted: str) -> Numbers:
        """The numbers, in no order, of the texts that begin with `wanted`."""
        start = bisect_left(self._sorted, wanted)
        return self._order[start : bisect_left(self._sorted, wanted + _END, start)]

    def first(self, wanted: str, most: int, alive: Alive) -> list[tuple[bool, int]]:
        """(whether it is further in, number) of the first `most` texts that hold `wanted` and are alive.

        Those that begin with it come first, else in the order of their numbers.
        """
        early = self.beginning(wanted)
        early = early[alive[early]]
        if len(early) > most:
            early = np.partition(early, most - 1)[:most]
        begun = np.sort(early).tolist()
        found = [(False, number) for number in begun]
        if len(found) < most:
            known = set(begun)
            for number in self.parts.first_holding(wanted, alive):
                if number not in known:
                    found.append((True, number))
                    if len(found) == most:
                        break
        return found


def _codes(text: str) -> NDArray[np.uint32]:
    """A number below 2**_BITS for each character; zero stands for the end of a text alone."""
    whole = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = whole & np.uint32(2**_BITS - 1)
    codes[(codes == 0) & (whole != 0)] = 1
    return codes


def _is_plain(text: str) -> bool:
    return all(1 < ord(char) < 2**_BITS for char in text)


def _grams(text: str, size: int) -> list[str]:
    return [text[place : place + size] for place in range(len(text) - size + 1)]


def _numbers(codes: NDArray, size: int) -> NDArray[np.uint64]:
    """One number for each n-gram of a text's codes."""
    many = max(len(codes) - size + 1, 0)
    found = np.zeros(many, np.uint64)
    for place in range(size):
        found = (found << np.uint64(_BITS)) | codes[place : place + many].astype(np.uint64)
    return found


def _postings(
    codes: NDArray, owners: Numbers, size: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64], Numbers]:
    """The n-grams, ascending, where each one's numbers begin, and the numbers."""
    numbers = _numbers(codes, size)
    within = np.ones(len(numbers), bool)
    for place in range(size):
        within &= codes[place : place + len(numbers)] != 0
    numbers, owners = numbers[within], owners[: len(within)][within]
    order = np.argsort(numbers, kind="stable")
    numbers, owners = numbers[order], owners[order]
    first = np.ones(len(numbers), bool)
    first[1:] = (numbers[1:] != numbers[:-1]) | (owners[1:] != owners[:-1])
    numbers, owners = numbers[first], owners[first]
    begins = np.ones(len(numbers), bool)
    begins[1:] = numbers[1:] != numbers[:-1]
    starts = np.flatnonzero(begins)
    return numbers[starts], np.append(starts, len(numbers)), owners
