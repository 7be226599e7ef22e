"""The catalogue in use: loaded from the FAQ directory, swapped when it changes, kept when a change is broken."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path

from bot.errors import ContentError
from bot.faq.loader import content_files, load
from bot.faq.model import Content
from bot.korean.encoder import encoders
from bot.search.fitted import FitStore
from bot.search.index import Catalogue


class Library:
    """`catalogue` is what is answered from; `problems` is what keeps the directory's newest state out of it.

    A change counts at once, with a quick fit; `fit` makes the better one.
    """

    def __init__(
        self,
        directory: Path,
        state_dir: Path,
        model_dir: Path,
        link_hosts: tuple[str, ...] = (),
        encoder: str = "off",
    ) -> None:
        self._directory = directory
        self._last_good = state_dir / "faq-last-good"
        self._fits = FitStore(model_dir / "fits")
        self._link_hosts = link_hosts
        self._encoders = encoders(encoder, model_dir)
        self._fingerprint = ""
        self._looked = _signature(directory)
        self.problems: Sequence[object] = ()
        self.catalogue = self._first()

    def reload(self) -> bool:
        """Takes over the directory's state where it changed and is sound; True where the catalogue was swapped."""
        fingerprint = _fingerprint(self._directory)
        if fingerprint == self._fingerprint:
            self.problems = ()  # a broken edit was taken back
            return False
        try:
            content = load(self._directory, self._link_hosts)
        except ContentError as error:
            self.problems = error.problems
            return False
        self._take(content, fingerprint)
        return True

    def touched(self) -> bool:
        """Whether a file is another than at the last look; for directories whose changes nobody tells of."""
        before, self._looked = self._looked, _signature(self._directory)
        return self._looked != before

    def fit(self) -> None:
        """Makes the best fit of the content in use; it takes seconds to minutes, and one process on a machine does it."""
        with self._fits.lock():
            self.catalogue = Catalogue.build(self.catalogue.content, self._encoders, self._fits)

    def take_fit(self) -> bool:
        """Takes over the best fit of the content in use, which another process has made; True where there was one."""
        current = self.catalogue
        if current.complete:
            return False
        better = Catalogue.build(current.content, self._encoders, self._fits, wait=False, before=current)
        if not better.complete or self.catalogue is not current:
            return False
        self.catalogue = better
        return True

    def _build(self, content: Content) -> Catalogue:
        before = getattr(self, "catalogue", None)
        return Catalogue.build(content, self._encoders, self._fits, wait=False, before=before)

    def _first(self) -> Catalogue:
        """The directory's content, or the last good one; raises ContentError where there is neither."""
        try:
            self._take(load(self._directory, self._link_hosts), _fingerprint(self._directory))
        except ContentError as error:
            if not self._last_good.is_dir():
                raise
            self.problems = error.problems
            return self._build(load(self._last_good, self._link_hosts))
        return self.catalogue

    def _take(self, content: Content, fingerprint: str) -> None:
        self.catalogue = self._build(content)
        self.problems = ()
        self._fingerprint = fingerprint
        self._remember()

    def _remember(self) -> None:
        """Copies the files to where a later start finds them should they be broken by then."""
        fresh = self._last_good.with_name(f".{self._last_good.name}-{uuid.uuid4().hex}")
        stale = fresh.with_name(fresh.name + "-old")
        try:
            fresh.mkdir(parents=True)
            for path in content_files(self._directory):
                shutil.copyfile(path, fresh / path.name)
            if self._last_good.exists():
                self._last_good.rename(stale)
            fresh.rename(self._last_good)
        except OSError:  # full disk, or another process was faster: what is remembered stays as it was
            pass
        finally:
            for leftover in (fresh, stale):
                shutil.rmtree(leftover, ignore_errors=True)


def _signature(directory: Path) -> frozenset[tuple[str, int, int, int]]:
    """Name, place, size and time of every file: looked at in no time."""
    found = set()
    for path in content_files(directory):
        with contextlib.suppress(OSError):
            is_now = path.stat()
            found.add((path.name, is_now.st_ino, is_now.st_size, is_now.st_mtime_ns))
    return frozenset(found)


def _fingerprint(directory: Path) -> str:
    digest = hashlib.sha256()
    for path in content_files(directory):
        digest.update(path.name.encode() + b"\0")
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest()
