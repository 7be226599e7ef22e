"""Writing entries into the FAQ files: linted first, put in place at once, and never over what somebody else just saved."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from bot.errors import ContentError
from bot.faq.edit import Unfit, with_entry, without_entry
from bot.faq.fields import EntryFields
from bot.faq.loader import inspect
from bot.faq.model import Content, Location, Problem
from bot.faq.render import entry_lines

ATTEMPTS = 20  # at a file that is being saved by hand again and again
_BOM = "\ufeff"
_EXCHANGE, _HERE = 2, -100  # renameat2: RENAME_EXCHANGE, AT_FDCWD

Change = Callable[[EntryFields | None], EntryFields | None]
Step = Callable[[str], None]


@dataclass(frozen=True)
class Written:
    """What became of an entry: its state before and after, the file, and how many of its lines changed."""

    before: EntryFields | None
    after: EntryFields | None
    file: str
    lines: int


class _Meanwhile(Exception):
    """A file was saved by somebody else between reading and replacing it."""


class Writer:
    """Changes entries in a content directory. `lock` is a file that the processes of this host agree on."""

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
            files = self._edits(content, fields.id, fields)
            instead = {path: new for path, (_, new) in files.items()}
        else:
            lines = "\n".join(
                ("category: " + fields.category, "entries:", *entry_lines(fields, "  ", "    "))
            )
            instead = {self._directory / f"{fields.category}.new.yml": lines.encode()}
        after = inspect(self._directory, self._link_hosts, instead)[1]
        known = {(problem.location.file, problem.what) for problem in before}
        return [problem for problem in after if (problem.location.file, problem.what) not in known]

    def put(self, faq_id: str, change: Change) -> Written:
        """Makes the entry what `change` makes of its state now (None: it is not there); again on each newer state.

        Raises what `change` raises, ContentError where the content would not be sound, OSError where the disk refuses:
        then the files are as they were.
        """
        with self._locked():
            for _ in range(ATTEMPTS):
                content, _ = self.read()
                entry = content.by_id.get(faq_id)
                before = EntryFields.of(entry) if entry else None
                after = change(before)
                where = entry.location.file if entry else ""
                if _digest(before) == _digest(after):
                    return Written(before, after, Path(where).name, 0)
                with suppress(_Meanwhile):
                    return self._replaced(content, faq_id, before, after)
        raise OSError(errno.EBUSY, "the file is being saved by somebody else")

    def forget_leftovers(self) -> None:
        """Removes what a killed process left beside the files."""
        with self._locked():
            for path in self._directory.glob(".*.elbi-tmp"):
                path.unlink(missing_ok=True)

    def _replaced(
        self, content: Content, faq_id: str, before: EntryFields | None, after: EntryFields | None
    ) -> Written:
        edits = self._edits(content, faq_id, after)
        instead = {path: new for path, (_, new) in edits.items()}
        found, problems = inspect(self._directory, self._link_hosts, instead)
        errors = [problem for problem in problems if not problem.warning]
        if errors:
            raise ContentError(errors)
        _verify(content, found, faq_id, after, next(iter(edits)))
        for path, (old, new) in edits.items():
            self._replace(path, old, new)
        lines = sum(_changed_lines(old or b"", new) for old, new in edits.values())
        return Written(before, after, next(iter(edits)).name, lines)

    def _edits(
        self, content: Content, faq_id: str, after: EntryFields | None
    ) -> Mapping[Path, tuple[bytes | None, bytes]]:
        """The files to replace, old and new bytes; where an entry moves, the one it comes to first."""
        entry = content.by_id.get(faq_id)
        home = Path(entry.location.file) if entry else None
        edits: dict[Path, tuple[bytes | None, bytes]] = {}
        if after is not None:
            stays = entry is not None and entry.category == after.category
            path = home if stays and home else self._file_of(content, after.category)
            edits[path] = self._edit(path, lambda text: with_entry(text, after), after.category)
        if home and home not in edits:
            edits[home] = self._edit(home, lambda text: without_entry(text, faq_id), "")
        return edits

    def _edit(self, path: Path, edit: Callable[[str], str], category: str) -> tuple[bytes | None, bytes]:
        old = path.read_bytes() if path.exists() else None
        try:
            text = old.decode("utf-8") if old is not None else f"category: {category}\nentries: []\n"
            bom = _BOM if text.startswith(_BOM) else ""
            return old, (bom + edit(text.removeprefix(_BOM))).encode()
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

    def _replace(self, path: Path, old: bytes | None, new: bytes) -> None:
        """Puts new bytes in a file's place; raises _Meanwhile, with the file as it is, where it no longer held `old`."""
        beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.elbi-tmp")
        try:
            self._step("writing")
            with open(beside, "xb") as file:
                file.write(new)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                os.chmod(beside, path.stat().st_mode)
            self._step("replacing")
            if (path.read_bytes() if path.exists() else None) != old:
                raise _Meanwhile
            if old is not None and _exchange(beside, path):
                if beside.read_bytes() != old:  # saved by hand in the last moment: theirs goes back
                    _exchange(beside, path)
                    raise _Meanwhile
            else:
                os.replace(beside, path)
            self._step("replaced")
        finally:
            beside.unlink(missing_ok=True)
        _sync(path.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with open(self._lock, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _digest(fields: EntryFields | None) -> str:
    return fields.digest if fields else ""


def _verify(before: Content, found: Content, faq_id: str, after: EntryFields | None, path: Path) -> None:
    """Nothing but the entry is another than before, and it is what was wanted."""
    wanted = {each.id: EntryFields.of(each).digest for each in before.entries if each.id != faq_id}
    if after is not None:
        wanted[faq_id] = after.digest
    if {each.id: EntryFields.of(each).digest for each in found.entries} != wanted:
        what = "바꾸면 다른 항목까지 달라집니다"
        raise ContentError([Problem(Location(str(path), 1), what, "이 파일을 손으로 고치세요")])


def _changed_lines(old: bytes, new: bytes) -> int:
    codes = SequenceMatcher(None, old.splitlines(), new.splitlines(), autojunk=False).get_opcodes()
    return sum(max(b - a, d - c) for kind, a, b, c, d in codes if kind != "equal")


def _exchange(one: Path, other: Path) -> bool:
    """Swaps two files in one step; False where the system cannot."""
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    if swap(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
