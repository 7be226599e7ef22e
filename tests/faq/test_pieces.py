"""Reading after edits says what reading anew says, to the line; lint after edits what lint says of the same files elsewhere."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.faq.loader import inspect, load
from tests.faq.writing import HOSTS, document, entry, write

FILES = ("quote_contract", "general")


def said(directory: Path, other: Path) -> tuple[object, object]:
    """What is read of a directory that was read before, and of a copy that nobody has seen."""

    def states(where: Path) -> object:
        content, problems = inspect(where, HOSTS)
        lines = [
            (each, each.location.line, [each.where(phrasing).line for phrasing in each.phrasings])
            for each in content.entries
        ]
        shown = [str(problem).replace(str(where), "") for problem in problems]
        try:
            sound = load(where, HOSTS) == content
        except ContentError as error:
            sound = [str(problem).replace(str(where), "") for problem in error.problems]
        return lines, shown, sound

    other.mkdir()
    for path in directory.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    return states(directory), states(other)


EDITS: list[tuple[bytes, bytes]] = [
    ("안내 제목".encode(), "안내의 제목".encode()),
    (b"    system: PartnerPlus\n", b"    # seen\n    system: PartnerPlus\n"),
    (b"  - id: ", b"\n\n  - id: "),
    (b"  - id: ", b"# a note\n  - id: "),
    (b"updated: 2026-11-23", b"updated: 2026-13-23"),
    (b"audience: member", b"audience: guest"),
    (b"source: guide", b"source: 'guide"),
    (b"source: guide", b"source: guide\n    source: guide"),
    (b"  - id: entry-1", b"  - id: entry-2"),
    (b"entries:\n", b"entries:   # all of them\n"),
    (b"category: general", b"category: nothing"),
    (b"answer: |", b"answer: |-"),
    (b"    answer: |\n", b"    answer: |\n      - id: no entry\n      - one\n      # no comment\n\n"),
    (b"title: ", b'title: "\n  - id: x\n"'),
    (b"\n", b"\r\n"),
    (b"related: []", b"related: [entry-1]"),
    (b"related: []", b"related: [nowhere]"),
    (b"questions:", b"questions: &all"),
]


@pytest.mark.parametrize("seed", range(4))
def test_after_edits_reading_says_what_reading_anew_says(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    here = tmp_path / "faq"
    here.mkdir()
    numbers = iter(range(1000))
    for category in FILES:
        entries = [entry(f"entry-{next(numbers)}", answer="|\n      한 줄\n\n      두 줄") for _ in range(5)]
        write(here, document(*entries, category=category), f"{category}.yml")
    before = {path: path.read_bytes() for path in here.iterdir()}
    for step in range(12):
        path = rng.choice(sorted(before))
        old, new = rng.choice(EDITS)
        data = path.read_bytes()
        if rng.random() < 0.4:
            data = before[path]  # taken back
        elif old in data:
            start = data.find(old, rng.randrange(len(data)))
            start = start if start >= 0 else data.find(old)
            data = data[:start] + new + data[start + len(old) :]
        path.write_bytes(data)
        known, anew = said(here, tmp_path / f"copy-{step}")
        assert known == anew


def test_an_edit_leaves_the_other_entries_as_they_were(tmp_path: Path) -> None:
    path = write(tmp_path, document(*(entry(f"entry-{number}") for number in range(4))))
    before = load(tmp_path, HOSTS).entries
    sound = path.read_text()
    path.write_text(sound.replace("title: entry-1", "title: [entry-1", 1))
    with pytest.raises(ContentError):
        load(tmp_path, HOSTS)
    path.write_text(sound.replace("title: entry-1", "# 새로 썼다\n    title: 새 entry-1", 1))
    after = load(tmp_path, HOSTS).entries
    assert [one.phrasings is other.phrasings for one, other in zip(before, after, strict=True)] == [
        True,
        False,
        True,
        True,
    ]
