"""Sentence vectors kept on disk by text, so that what was encoded once is not encoded again after a restart or an edit."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
_CHUNK = 500  # SQLite takes 999 parameters
_SCHEMA = "CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID"


class VectorStore:
    """Vectors by text in one SQLite file; a file that cannot be read or written is as good as none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, texts: Iterable[str]) -> dict[str, Vectors]:
        """The vectors that are there, (dim,) float32 each."""
        keys = {_key(text): text for text in texts}
        if not self._path.exists():
            return {}
        found: dict[str, Vectors] = {}
        names = list(keys)
        with suppress(sqlite3.Error), closing(self._connect()) as connection:
            for start in range(0, len(names), _CHUNK):
                part = names[start : start + _CHUNK]
                marks = ",".join("?" * len(part))
                for key, value in connection.execute(
                    f"SELECT key, value FROM vector WHERE key IN ({marks})", part
                ):
                    found[keys[key]] = np.frombuffer(value, np.float32)
        return found

    def put(self, vectors: Mapping[str, Vectors]) -> None:
        """Keeps vectors; where there is no room they are made again next time."""
        with suppress(sqlite3.Error, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connect()) as connection, connection:
                connection.execute(_SCHEMA)
                connection.executemany(
                    "INSERT OR REPLACE INTO vector VALUES (?, ?)",
                    (
                        (_key(text), np.asarray(value, np.float32).tobytes())
                        for text, value in vectors.items()
                    ),
                )

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=10)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
