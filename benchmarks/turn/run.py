"""What a turn costs over HTTP: 엘비 beside a stock Rasa project, the same questions on the same machine in the same run.

    .venv/bin/python benchmarks/turn/run.py [--seconds 6] [--only elbi] [--scratch DIR] [--json FILE] [--plot FILE]

Prints the tables of README.md and draws plot.png beside it. Stock Rasa is trained at the first run and kept in the scratch
directory, which lies in the temporary one unless it is given.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

import report  # noqa: E402
import stock  # noqa: E402
import vendors  # noqa: E402
from processes import Processes, free_port, running  # noqa: E402

TURNS, AROUND = (
    204,
    4,
)  # of the long conversation; the 5th and 200th are medians of so many turns to either side
STEPS = 3 + len(report.CLIENTS)  # training, cold start, loads, conversation
ELBI = {
    "엘비 use, 1 worker": ("use", 1),
    "엘비 use, 2 workers": ("use", 2),
    "엘비 use+e5, 1 worker": ("use+e5", 1),
    "엘비 use+e5, 2 workers": ("use+e5", 2),
}
STOCK = {"stock Rasa, DIET": "diet", "stock Rasa, our NLU": "ours"}


class Run:
    """One run: what is shared by its set-ups."""

    def __init__(self, options: argparse.Namespace, progress: Progress, steps: int) -> None:
        self._options = options
        self._progress = progress
        self._task = progress.add_task("", total=steps)
        self.scratch: Path = options.scratch
        self.scratch.mkdir(parents=True, exist_ok=True)

    def step(self, words: str, done: int = 1) -> None:
        """Tells what comes next; what went before is done."""
        self._progress.update(self._task, description=words, advance=done)

    def stock(self, name: str) -> report.Measured:
        """Stock Rasa."""
        self.step(f"{name}: training", 0)
        project = self.scratch / STOCK[name]
        found = report.Measured(name, stock.make(project, STOCK[name]))
        port, actions_port = free_port(), free_port()
        stock.point_to(project, actions_port)
        self.step(f"{name}: cold start")
        with running(
            stock.commands(port, actions_port), project / "run.log", stock.environment(), project
        ) as processes:
            asyncio.run(self._measure(found, processes, port, vendors.rasa_vendor))
        return found

    def elbi(self, name: str) -> report.Measured:
        """엘비."""
        encoder, workers = ELBI[name]
        self.step(f"{name}: training", 0)
        models = Path(os.environ.get("ELBI_MODEL_DIR", self.scratch / "models"))
        secret = secrets.token_urlsafe(32)
        settings = {"ELBI_ENCODER": encoder, "ELBI_MODEL_DIR": str(models), "ELBI_MEMBER_JWT_SECRET": secret}
        settings |= {"ELBI_MESSAGES_PER_MINUTE": "1000000", "ELBI_SESSIONS_PER_MINUTE": "100000"}
        found = report.Measured(name, self._train(settings))
        with tempfile.TemporaryDirectory() as state:
            environ = os.environ | settings | {"ELBI_STATE_DIR": state}
            port = free_port()
            command = [sys.executable, "-m", "bot", "serve", "--port", str(port), "--workers", str(workers)]
            self.step(f"{name}: cold start")
            with running([command], self.scratch / "elbi.log", environ, ROOT) as processes:
                asyncio.run(self._measure(found, processes, port, vendors.elbi_vendors(secret)))
        return found

    def _train(self, settings: Mapping[str, str]) -> float:
        """Seconds of `elbi train` and `elbi fit`; 0 where both were done before."""
        began = time.perf_counter()
        kept = self.scratch / f"trained-{settings['ELBI_ENCODER']}.json"
        with tempfile.TemporaryDirectory() as state, open(self.scratch / "elbi.log", "ab") as log:
            environ = os.environ | dict(settings) | {"ELBI_STATE_DIR": state}
            before = len(list(Path(settings["ELBI_MODEL_DIR"]).glob("elbi-*.tar.gz")))
            for command in ("train", "fit"):
                done = [sys.executable, "-m", "bot", command]
                subprocess.run(done, cwd=ROOT, env=environ, stdout=log, stderr=log, check=True)
            after = len(list(Path(settings["ELBI_MODEL_DIR"]).glob("elbi-*.tar.gz")))
        if after > before or not kept.is_file():
            kept.write_text(json.dumps(time.perf_counter() - began))
        return json.loads(kept.read_text())

    async def _measure(
        self, found: report.Measured, processes: Processes, port: int, admit: vendors.Admit
    ) -> None:
        url, seconds = f"http://127.0.0.1:{port}", self._options.seconds
        asked: Iterator[str] = vendors.questions()
        await vendors.first_answer(url, admit, processes.check)
        found.cold = time.perf_counter() - processes.began
        await asyncio.sleep(2)
        await vendors.load(url, admit, 2, 2, itertools.islice(vendors.questions(), 5000, None))  # warm
        for clients in report.CLIENTS:
            self.step(f"{found.name}: {clients} clients")
            spent, began = processes.cpu_seconds(), time.perf_counter()
            taken = sorted(await vendors.load(url, admit, clients, seconds, asked))
            passed = time.perf_counter() - began
            found.cells[clients] = report.Cell(taken, passed, (processes.cpu_seconds() - spent) / len(taken))
        self.step(f"{found.name}: one conversation")
        # one kind of question at both ends, so that what differs is the length of what went before
        repeated = itertools.cycle([next(asked)])
        taken = await vendors.conversation(url, admit, TURNS, repeated)
        found.early = statistics.median(taken[4 - AROUND : 5 + AROUND])
        found.late = statistics.median(taken[199 - AROUND : 200 + AROUND])
        found.memory = processes.memory()
        self.step("")


def main() -> None:
    """Measures, prints and draws."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=6, help="of each load")
    parser.add_argument("--only", default="", help="set-ups whose name holds this")
    scratch = Path(tempfile.gettempdir()) / "elbi-benchmark"
    parser.add_argument("--scratch", type=Path, default=scratch, help="keeps what was trained")
    parser.add_argument("--json", type=Path, help="writes the figures")
    parser.add_argument("--plot", type=Path, default=Path(__file__).parent / "plot.png")
    options = parser.parse_args()
    wanted = [name for name in (*STOCK, *ELBI) if options.only in name]
    console = Console(width=110)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        run = Run(options, progress, STEPS * len(wanted))
        found = [run.stock(name) if name in STOCK else run.elbi(name) for name in wanted]
    report.show(console, found)
    by_name = {each.name: each for each in found}
    ours = [each for each in found if each.name in ELBI]
    if "stock Rasa, our NLU" in by_name and ours:
        report.compare(console, by_name["stock Rasa, our NLU"], ours)
    if len(found) == len(STOCK) + len(ELBI):
        report.draw(options.plot, found)
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in found], ensure_ascii=False))


if __name__ == "__main__":
    main()
