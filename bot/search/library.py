"""The catalogue in use: loaded from the FAQ directory, swapped when it changes, kept when a change is broken."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bot.errors import ContentError
from bot.faq.lastgood import LastGood
from bot.faq.loader import content_files, load
from bot.faq.model import Content
from bot.faq.stamps import ByStamp, Stamp
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
        self._last_good = LastGood(state_dir / "faq-last-good")
        self._fits = FitStore(model_dir / "fits")
        self._link_hosts = link_hosts
        self._encoders = encoders(encoder, model_dir)
        self._digest: ByStamp[bytes] = ByStamp()
        self._fingerprint = ""
        self._looked = _signature(directory)
        self.problems: Sequence[object] = ()
        self.catalogue = self._first()

    def reload(self) -> bool:
        """Takes over the directory's state where it changed and is sound; True where the catalogue was swapped."""
        fingerprint = self._fingerprint_now()
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

    def _fingerprint_now(self) -> str:
        """Of all the directory's files hold."""
        digest = hashlib.sha256()
        for path in content_files(self._directory):
            digest.update(path.name.encode() + b"\0")
            digest.update(self._digest(path, partial(_sha256, path)) or b"unreadable")
        return digest.hexdigest()

    def _build(self, content: Content) -> Catalogue:
        before = getattr(self, "catalogue", None)
        return Catalogue.build(content, self._encoders, self._fits, wait=False, before=before)

    def _first(self) -> Catalogue:
        """The directory's content, or the last good one; raises ContentError where there is neither."""
        try:
            self._take(load(self._directory, self._link_hosts), self._fingerprint_now())
        except ContentError as error:
            if not self._last_good.directory.is_dir():
                raise
            self.problems = error.problems
            return self._build(load(self._last_good.directory, self._link_hosts))
        return self.catalogue

    def _take(self, content: Content, fingerprint: str) -> None:
        self.catalogue = self._build(content)
        self.problems = ()
        self._fingerprint = fingerprint
        self._last_good.remember(self._directory)


def _signature(directory: Path) -> dict[Path, Stamp | None]:
    """Every file as it is now: looked at in no time."""
    return {path: Stamp.of(path) for path in content_files(directory)}


def _sha256(path: Path) -> bytes | None:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return None
