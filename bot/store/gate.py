"""A line for who writes to an SQLite file: SQLite lets one write at a time, and has the others sleep up to 100 ms between looks."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

from bot.errors import StoreUnavailable

LOOK_SECONDS = 0.0005  # between looks whether another process is done; within one, threads are woken


class Gate:
    """Lets one writer through at a time, of all threads and processes on this machine.

    What keeps the data whole is SQLite's own lock. Where the gate's file cannot be made, that one is waited for.
    """

    def __init__(self, path: str, patience: float) -> None:
        self._path = path
        self._patience = patience
        self._threads = Lock()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Waits for one's turn; raises StoreUnavailable where it does not come within the patience (seconds)."""
        deadline = time.monotonic() + self._patience
        if not self._threads.acquire(timeout=self._patience):
            raise StoreUnavailable("the database is busy")
        handle = None
        try:
            with suppress(OSError):
                handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if handle is not None:
                self._wait(handle, deadline)
            yield
        finally:
            if handle is not None:
                os.close(handle)  # which gives the lock back
            self._threads.release()

    @staticmethod
    def _wait(handle: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise StoreUnavailable("the database is busy") from None
                time.sleep(LOOK_SECONDS)
            except OSError:
                return  # a file system without locks
