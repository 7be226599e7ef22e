"""Fits kept on disk, so that a restart, or another worker, does not do again what has been done for the same content."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bot.search.rows import Row

FORMAT = 6  # of the arrays and of what they mean; counts up when the fit changes
MOST_BYTES = 256 * 2**20
KEPT = 24  # fits, those used last; guests and members have one of each encoder
Arrays = dict[str, np.ndarray]


class FitStore:
    """Arrays by the fingerprint of what they were made from. A damaged or foreign file counts as none."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def get(self, fingerprint: str) -> Arrays | None:
        path = self._path(fingerprint)
        try:
            with np.load(path, allow_pickle=False) as stored:
                found = dict(stored.items())
            with contextlib.suppress(OSError):  # a store that cannot be written to serves as well
                os.utime(path)
            return found
        except (OSError, ValueError, KeyError, EOFError):
            return None
        except Exception:  # zipfile and zlib raise errors of their own on damaged files
            return None

    def has(self, fingerprint: str) -> bool:
        """Whether there is a fit, though it may turn out damaged."""
        return self._path(fingerprint).is_file()

    def put(self, fingerprint: str, arrays: Arrays) -> None:
        """Keeps a fit; where it is too large or there is no room it is made again next time."""
        if sum(array.nbytes for array in arrays.values()) > MOST_BYTES:
            return
        with contextlib.suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._directory, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, **arrays)
                os.replace(name, self._path(fingerprint))
            except OSError:
                os.unlink(name)
                raise
            self._forget()

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """One process at a time; freed when the process ends, however it ends."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with open(self._directory / ".lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _path(self, fingerprint: str) -> Path:
        return self._directory / f"{fingerprint}.npz"

    def _forget(self) -> None:
        newest = sorted(self._directory.glob("*.npz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in newest[KEPT:]:
            path.unlink(missing_ok=True)


def fingerprint(rows: Sequence[Row], encoder: str | None, settings: object) -> str:
    """Of everything a fit depends on."""
    digest = hashlib.sha256(json.dumps([FORMAT, encoder, repr(settings)]).encode())
    for row in rows:
        digest.update(json.dumps([row.entry, row.field, row.text, row.weight], ensure_ascii=False).encode())
    return digest.hexdigest()[:32]
