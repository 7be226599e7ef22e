"""The listening socket that all worker processes accept from, so that each has its share of the connections."""

from __future__ import annotations

import mmap
import socket
import time

from bot.errors import ElbiError

PATIENCE_SECONDS = 0.01  # a worker leaves a connection this long to another that has fewer
_LOOK_SECONDS = 0.0001


class Connection(socket.socket):
    """An accepted connection, which counts as its worker's until it is closed."""

    def __init__(self, listening: SharedSocket, fileno: int) -> None:
        super().__init__(listening.family, listening.type, listening.proto, fileno)
        self._listening: SharedSocket | None = listening
        listening.count(1)

    def _real_close(self, *args: object) -> None:
        if self._listening is not None:
            self._listening.count(-1)
            self._listening = None
        super()._real_close(*args)


class SharedSocket(socket.socket):
    """A listening socket of several workers; accepts no more than the others have, while they are there to accept.

    An event loop accepts all that wait whenever it looks. The worker awake first would take a whole burst of connections and
    keep them, while the others have nothing to do. Must be made before the workers are forked.
    """

    def __init__(self, family: int, workers: int) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self._open = memoryview(mmap.mmap(-1, workers * 4)).cast("i")[:workers]  # connections of each worker
        self._place = 0
        self._waits_since: float | None = None

    def take(self, place: int) -> None:
        """This process is the worker of that place from now on, and has no connection yet."""
        self._place, self._open[place] = place, 0

    def count(self, change: int) -> None:
        """Notes that this worker has one connection more, or one less."""
        self._open[self._place] += change

    def accept(self) -> tuple[socket.socket, object]:
        """The next connection; raises BlockingIOError where there is none, or it is another's turn."""
        if self._is_ahead():
            time.sleep(_LOOK_SECONDS)  # the loop asks again at once: this leaves the other worker the core
            raise BlockingIOError
        self._waits_since = None
        fileno, address = self._accept()
        return Connection(self, fileno), address

    def _is_ahead(self) -> bool:
        if self._open[self._place] <= min(self._open):
            return False
        now = time.monotonic()
        if self._waits_since is None:
            self._waits_since = now
        return now - self._waits_since < PATIENCE_SECONDS


def listen(host: str, port: int, workers: int) -> SharedSocket:
    """The socket of an address, not listening yet; raises ElbiError where it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = SharedSocket(family, workers)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.set_inheritable(True)
    except OSError as error:
        raise ElbiError(
            f"{host}:{port}에서 시작할 수 없습니다 ({error.strerror}). --port로 다른 포트를 주세요."
        ) from error
    return listening
