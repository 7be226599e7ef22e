"""Worker processes: forked from one that has everything loaded, so that they share its memory; one that dies is replaced."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Callable

import structlog

from bot.listening import SharedSocket

HASTY_SECONDS = 10.0  # a worker that ends sooner is replaced no faster than this
_PR_SET_PDEATHSIG = 1

log = structlog.get_logger("elbi")


def keep(
    workers: int, listening: SharedSocket, serve: Callable[[], None], ended: Callable[[int], None]
) -> None:
    """Runs `serve` in that many processes until SIGTERM or SIGINT, which the workers get too; returns when all have ended.

    `ended` is called with the pid of each that is replaced.
    """
    Keeper(workers, listening, serve, ended).run()


def end_with_parent() -> None:
    """This process is told to end (SIGTERM) when the one that started it does, even where that one was killed."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Keeper:
    """The parent of the worker processes; it serves nothing itself."""

    def __init__(
        self,
        workers: int,
        listening: SharedSocket,
        serve: Callable[[], None],
        ended: Callable[[int], None],
    ) -> None:
        self._workers = workers
        self._listening = listening
        self._serve = serve
        self._ended = ended
        self._since: dict[int, float] = {}  # pid: when it was started
        self._places: dict[int, int] = {}  # pid: its place at the listening socket
        self._stopping = False

    def run(self) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._stop)
        for place in range(self._workers):
            self._start(place)
        while self._since:
            pid, status = os.wait()
            since, place = self._since.pop(pid, None), self._places.pop(pid, 0)
            if since is None or self._stopping:
                continue
            log.error("worker.ended", worker=pid, status=os.waitstatus_to_exitcode(status))
            self._ended(pid)
            rest = since + HASTY_SECONDS - time.monotonic()
            if rest > 0 and not self._since:  # the last one: perhaps none can live
                self._sleep(rest)
            if not self._stopping:
                self._start(place)

    def _start(self, place: int) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self._since[pid], self._places[pid] = time.monotonic(), place
            if self._stopping:  # told while it was forked
                os.kill(pid, signal.SIGTERM)
            return
        status = 1
        try:
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, signal.SIG_DFL)
            end_with_parent()  # else it would hold the port
            if os.getppid() == parent:
                self._listening.take(place)
                self._serve()
            status = 0
        except Exception:
            log.exception("worker.failed")
        finally:
            os._exit(status)

    def _stop(self, number: int, _frame: object) -> None:
        self._stopping = True
        self._listening.close()  # while it were open here, who connects would wait for nobody
        for pid in tuple(self._since):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < end:
            time.sleep(0.1)
