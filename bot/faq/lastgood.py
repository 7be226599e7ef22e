"""The files of the content in use, copied to where a later start finds them should they be broken by then."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from pathlib import Path

from bot.faq.loader import content_files
from bot.faq.stamps import Stamp


class LastGood:
    """A directory of copies; what has not changed since it was copied last is taken over, not copied again."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._copied: dict[Path, tuple[Stamp, Stamp]] = {}  # each file's stamp and that of its copy

    def remember(self, source: Path) -> None:
        """Copies a directory's files; where that fails, what is remembered stays as it was."""
        fresh = self.directory.with_name(f".{self.directory.name}-{uuid.uuid4().hex}")
        stale = fresh.with_name(fresh.name + "-old")
        try:
            fresh.mkdir(parents=True)
            copied = {path: self._copy(path, fresh / path.name) for path in content_files(source)}
            if self.directory.exists():
                self.directory.rename(stale)
            fresh.rename(self.directory)
            self._copied = {path: stamps for path, stamps in copied.items() if stamps}
        except OSError:  # full disk, or another process was faster
            pass
        finally:
            for leftover in (fresh, stale):
                shutil.rmtree(leftover, ignore_errors=True)

    def _copy(self, path: Path, to: Path) -> tuple[Stamp, Stamp] | None:
        """Makes a file's copy; its stamp and the copy's where they tell that it is one."""
        before, earlier = Stamp.of(path), self.directory / to.name
        known, copy = self._copied.get(path, (None, None))
        if known is not None and known == before and copy.same_bytes(Stamp.of(earlier)):
            with contextlib.suppress(OSError):  # a file system without links
                os.link(earlier, to)
                return known, copy
        settled = before is not None and before.settled
        shutil.copyfile(path, to)
        copy = Stamp.of(to)
        return (before, copy) if settled and copy and Stamp.of(path) == before else None
