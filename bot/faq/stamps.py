"""What was made of files, kept for as long as they are what they were: told by their stamps, without reading them again."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

SETTLED = 2_000_000_000  # nanoseconds: a file written later than that may be written again at the same time of its clock
_KEPT = 256  # files
Made = TypeVar("Made")


class Stamp(NamedTuple):
    """Which file stands at a path, how large it is, and when its bytes and all else of it changed last."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Stamp | None:
        """The stamp of a file as it is now; None where there is none to be looked at."""
        try:
            now = path.stat()
        except OSError:
            return None
        return cls(now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)

    def same_bytes(self, other: Stamp | None) -> bool:
        """Whether another one is of the same file with the same bytes: a link to it changes no more than `changed`."""
        return other is not None and self[:4] == other[:4]

    @property
    def settled(self) -> bool:
        """Whether another write from now on would change the stamp."""
        return time.time_ns() - max(self.modified, self.changed) > SETTLED


class ByStamp(Generic[Made]):
    """Remembers what was made of files that have not changed since."""

    def __init__(self) -> None:
        self._made: dict[Path, tuple[Stamp, Made]] = {}

    def __call__(self, path: Path, make: Callable[[], Made | None]) -> Made | None:
        """What was made of a file, or is made now; None, and what is made of a file just written, is not remembered."""
        before = Stamp.of(path)
        kept = self._made.get(path)
        if kept is not None and kept[0] == before:
            return kept[1]
        self._made.pop(path, None)
        settled = before is not None and before.settled
        made = make()
        if made is not None and settled and Stamp.of(path) == before:
            while len(self._made) >= _KEPT:
                self._made.pop(next(iter(self._made)), None)
            self._made[path] = before, made
        return made
