"""The processes under test: started together, measured together, stopped together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Processes:
    """The process groups of one set-up."""

    def __init__(self, started: Sequence[subprocess.Popen]) -> None:
        self._started = started
        self.began = time.perf_counter()

    def check(self) -> None:
        """Raises RuntimeError where one of them has ended."""
        for process in self._started:
            if process.poll() is not None:
                raise RuntimeError(f"{' '.join(map(str, process.args))} ended with {process.returncode}")

    def ids(self) -> list[int]:
        """The processes started, and theirs."""
        found = [process.pid for process in self._started]
        for pid in found:  # grows while it is read
            for path in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, path.read_text().split())
        return found

    def cpu_seconds(self) -> float:
        """Processor time all of them have used."""
        fields = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in self.ids()]
        return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS

    def memory(self) -> float:
        """MiB of all of them; what they share counts once (PSS)."""
        lines = [
            line for pid in self.ids() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        ]
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def running(
    commands: Sequence[Sequence[str]], log: Path, environ: Mapping[str, str], directory: Path
) -> Iterator[Processes]:
    """The commands as processes that write to `log`; stopped at the end."""
    with open(log, "ab") as out:
        started = [
            subprocess.Popen(
                command, cwd=directory, env=dict(environ), stdout=out, stderr=out, start_new_session=True
            )
            for command in commands
        ]
    try:
        yield Processes(started)
    finally:
        for process in started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
