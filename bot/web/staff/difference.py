"""What changed between two texts, line by line, with the changed words marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

AROUND = 2  # unchanged lines shown on either side of a change
_WORD = re.compile(r"\s+|\w+|[^\w\s]")

Kind = Literal["same", "removed", "added", "gap"]


@dataclass(frozen=True)
class Part:
    """A piece of a line, and whether it is what changed."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Row:
    """One line of a difference; a `gap` stands for unchanged lines left out."""

    kind: Kind
    parts: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def difference(before: str, after: str) -> list[Row]:
    """The lines that differ with a few around them; empty where nothing differs."""
    if before == after:
        return []
    old, new = before.splitlines(), after.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    rows: list[Row] = []
    end = 0
    for group in matcher.get_grouped_opcodes(AROUND):
        if group[0][1] > end:
            rows.append(Row("gap"))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                rows += [Row("same", (Part(line),)) for line in old[old_from:old_to]]
            else:
                rows += _changed(old[old_from:old_to], new[new_from:new_to])
        end = group[-1][2]
    if rows and end < len(old):
        rows.append(Row("gap"))
    return rows


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    if len(old) == len(new):  # line for line: show which words
        pairs = [_words(before, after) for before, after in zip(old, new, strict=True)]
        yield from (Row("removed", removed) for removed, _ in pairs)
        yield from (Row("added", added) for _, added in pairs)
    else:
        yield from (Row("removed", (Part(line),)) for line in old)
        yield from (Row("added", (Part(line),)) for line in new)


def _words(before: str, after: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.3:  # another sentence: marking every other word helps nobody
        return (Part(before),), (Part(after),)
    removed: list[Part] = []
    added: list[Part] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if old_to > old_from:
            removed.append(Part("".join(old[old_from:old_to]), tag != "equal"))
        if new_to > new_from:
            added.append(Part("".join(new[new_from:new_to]), tag != "equal"))
    return tuple(removed), tuple(added)
