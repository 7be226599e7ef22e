"""Writing entries into the FAQ files: linted first, put in place at once, and never over what somebody else just saved."""

from __future__ import annotations

import errno
import fcntl
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path

from bot.errors import ContentError
from bot.faq.edit import Unfit, starts, with_entry, without_entry
from bot.faq.fields import EntryFields
from bot.faq.loader import inspect
from bot.faq.model import Content, Location, Problem
from bot.faq.render import entry_lines
from bot.faq.replacing import Meanwhile, Step, replace_file

ATTEMPTS = 20  # at a file that is being saved by hand again and again
_BOM = "\ufeff"

Edits = Mapping[Path, tuple[bytes | None, bytes]]  # old and new bytes; None: there was no file
Change = Callable[[EntryFields | None], EntryFields | None]


@dataclass(frozen=True)
class Written:
    """What became of an entry: its state before and after, the file, and how many of its lines changed."""

    before: EntryFields | None
    after: EntryFields | None
    file: str
    lines: int


class Writer:
    """Changes entries in a content directory. `lock` is a file that the processes of this host agree on.

    Hosts that share the directory agree through the database (see Publisher); what they do without is told apart all the same:
    a file that is not as it was read is never replaced.
    """

    def __init__(
        self, directory: Path, link_hosts: tuple[str, ...], lock: Path, step: Step = lambda name: None
    ) -> None:
        self._directory = directory
        self._link_hosts = link_hosts
        self._lock = lock
        self._step = step  # told what is about to be done; the tests end the process there

    def read(self) -> tuple[Content, list[Problem]]:
        """The content as the files have it now, and what is wrong with it."""
        return inspect(self._directory, self._link_hosts)

    def check(self, fields: EntryFields, replaces: str = "") -> list[Problem]:
        """What the linter would say of an entry (and of others because of it) if it stood in the files as given.

        `replaces` is the id of the entry it takes the place of; with none it is one more, even where the id is taken.
        """
        content, before = self.read()
        if replaces or fields.id not in content.by_id:
            edits, _ = self._edits(content, {fields.id: fields})
            after = self._inspected(edits)[1]
        else:
            lines = "\n".join(
                ("category: " + fields.category, "entries:", *entry_lines(fields, "  ", "    "))
            )
            after = self._inspected({self._directory / f"{fields.category}.new.yml": (None, lines.encode())})[
                1
            ]
        known = {(problem.location.file, problem.what) for problem in before}
        return [problem for problem in after if (problem.location.file, problem.what) not in known]

    def trial(self, after: Mapping[str, EntryFields | None]) -> list[tuple[Problem, str]]:
        """What would be wrong with the content if it had these entries, each with the id of its entry, or ""."""
        content, problems = self.read()
        edits, _ = self._edits(content, after)
        lines = {str(path): starts(new.decode()) for path, (_, new) in edits.items()}
        problems = self._inspected(edits)[1] if edits else problems
        return [(each, _owner(lines.get(each.location.file, ()), each.location.line)) for each in problems]

    def put(self, faq_id: str, change: Change) -> Written:
        """Makes the entry what `change` makes of its state now (None: it is not there); again on each newer state.

        Raises what `change` raises, ContentError where the content would not be sound, OSError where the disk refuses:
        then the files are as they were.
        """
        return self.put_all({faq_id: change})[faq_id]

    def put_all(self, changes: Mapping[str, Change]) -> dict[str, Written]:
        """The same for several entries at once, by id: all of them, or where anything is wrong none."""
        with self._locked():
            for _ in range(ATTEMPTS):
                content, _ = self.read()
                known = {faq_id: content.by_id.get(faq_id) for faq_id in changes}
                before = {faq_id: EntryFields.of(entry) if entry else None for faq_id, entry in known.items()}
                after = {faq_id: change(before[faq_id]) for faq_id, change in changes.items()}
                done = {
                    faq_id: Written(
                        before[faq_id], after[faq_id], Path(entry.location.file).name if entry else "", 0
                    )
                    for faq_id, entry in known.items()
                }
                differing = {
                    each: after[each] for each in after if _digest(before[each]) != _digest(after[each])
                }
                if not differing:
                    return done
                with suppress(Meanwhile):
                    return done | self._replaced(content, before, differing)
        raise OSError(errno.EBUSY, "the file is being saved by somebody else")

    def forget_leftovers(self) -> None:
        """Removes what a killed process left beside the files."""
        with self._locked():
            for path in self._directory.glob(".*.elbi-tmp"):
                path.unlink(missing_ok=True)

    def _replaced(
        self,
        content: Content,
        before: Mapping[str, EntryFields | None],
        after: Mapping[str, EntryFields | None],
    ) -> dict[str, Written]:
        edits, homes = self._edits(content, after)
        found, problems = self._inspected(edits)
        errors = [problem for problem in problems if not problem.warning]
        if errors:
            raise ContentError(errors)
        _verify(content, found, after, next(iter(edits)))
        replaced: list[tuple[Path, bytes | None, bytes]] = []
        try:
            for path, (old, new) in edits.items():
                replace_file(path, old, new, self._step)
                replaced.append((path, old, new))
        except (OSError, Meanwhile):
            self._take_back(replaced)
            raise
        lines = {path: _changed_lines(old or b"", new) for path, (old, new) in edits.items()}
        return {
            faq_id: Written(before[faq_id], fields, homes[faq_id].name, lines[homes[faq_id]])
            for faq_id, fields in after.items()
        }

    def _inspected(self, edits: Edits) -> tuple[Content, list[Problem]]:
        instead = {path: new for path, (_, new) in edits.items()}
        return inspect(self._directory, self._link_hosts, instead)

    def _take_back(self, replaced: list[tuple[Path, bytes | None, bytes]]) -> None:
        """Puts files back that were replaced before another one could not be."""
        for path, old, new in reversed(replaced):
            with suppress(OSError, Meanwhile):
                if old is None:
                    path.unlink(missing_ok=True)
                else:
                    replace_file(path, new, old, self._step)

    def _edits(
        self, content: Content, after: Mapping[str, EntryFields | None]
    ) -> tuple[dict[Path, tuple[bytes | None, bytes]], dict[str, Path]]:
        """The files to replace, old and new bytes, and each entry's file; what an entry moves to comes before its old file."""
        edits: dict[Path, tuple[bytes | None, bytes]] = {}
        homes: dict[str, Path] = {}
        leaving: list[tuple[Path, str]] = []

        def edit(path: Path, how: Callable[[str], str], category: str) -> None:
            old, text = edits.get(path) or ((found := path.read_bytes() if path.exists() else None), found)
            edits[path] = old, self._edited(path, text, how, category)

        for faq_id, fields in after.items():
            entry = content.by_id.get(faq_id)
            home = Path(entry.location.file) if entry else None
            stays = fields is not None and entry is not None and entry.category == fields.category
            if fields is not None:
                path = homes[faq_id] = home if stays and home else self._file_of(content, fields.category)
                edit(path, partial(with_entry, fields=fields), fields.category)
            if home is not None:
                goes = fields is None or homes[faq_id] != home
                homes.setdefault(faq_id, home)
                leaving += [(home, faq_id)] if goes else []
        for home, faq_id in leaving:
            edit(home, partial(without_entry, faq_id=faq_id), "")
        return edits, homes

    def _edited(self, path: Path, old: bytes | None, how: Callable[[str], str], category: str) -> bytes:
        try:
            text = old.decode("utf-8") if old is not None else f"category: {category}\nentries: []\n"
            bom = _BOM if text.startswith(_BOM) else ""
            return (bom + how(text.removeprefix(_BOM))).encode()
        except (Unfit, ValueError) as error:
            what = f"이 파일은 프로그램이 고칠 수 없는 모양입니다 ({error})"
            remedy = "`category:`와 `entries:` 아래에 항목마다 `- id: …`로 쓰세요"
            raise ContentError([Problem(Location(str(path), 1), what, remedy)]) from None

    def _file_of(self, content: Content, category: str) -> Path:
        """The file that holds a category: the one named after it, else the last one that has its entries."""
        files = {entry.location.file: entry.category for entry in content.entries}
        named = self._directory / f"{category}.yml"
        holding = [Path(file) for file, held in files.items() if held == category]
        return holding[-1] if holding and named not in holding else named

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with open(self._lock, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _owner(entries: Sequence[tuple[int, str]], line: int) -> str:
    """The id of the entry that a line is of."""
    place = bisect_right(entries, line, key=lambda start: start[0])
    return entries[place - 1][1] if place else ""


def _digest(fields: EntryFields | None) -> str:
    return fields.digest if fields else ""


def _verify(before: Content, found: Content, after: Mapping[str, EntryFields | None], path: Path) -> None:
    """Nothing but the entries changed is another than before, and they are what was wanted."""
    wanted = {each.id: EntryFields.of(each).digest for each in before.entries if each.id not in after}
    wanted |= {faq_id: fields.digest for faq_id, fields in after.items() if fields is not None}
    if {each.id: EntryFields.of(each).digest for each in found.entries} != wanted:
        what = "바꾸면 다른 항목까지 달라집니다"
        raise ContentError([Problem(Location(str(path), 1), what, "이 파일을 손으로 고치세요")])


def _changed_lines(old: bytes, new: bytes) -> int:
    one, other = old.splitlines(), new.splitlines()
    same = len(os.path.commonprefix([one, other]))
    one, other = one[same:][::-1], other[same:][::-1]
    same = len(os.path.commonprefix([one, other]))
    codes = SequenceMatcher(None, one[same:], other[same:], autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for kind, a, b, c, d in codes if kind != "equal")
