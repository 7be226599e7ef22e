"""Vendors who come and go for ten minutes, with an entry published and a model swapped in the middle.

    .venv/bin/python benchmarks/load/run.py [--minutes 10] [--vendors 20] [--workers 2] [--write]

Starts `elbi serve` on a free loopback port over copies of data/faq and of the models. Fails where a request failed or memory
grows. `--write` puts the figures into README.md and the plot beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.load import report  # noqa: E402
from benchmarks.load.vendors import Vendors  # noqa: E402
from benchmarks.staged import create, entry, fits, make_publisher, memory, state_new_model, swaps  # noqa: E402
from bot.faq.loader import load  # noqa: E402
from bot.review.publishing import Publisher  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.store.database import Database  # noqa: E402
from tests.conftest import serving, wait_for  # noqa: E402
from tests.site import Site  # noqa: E402

HERE = Path(__file__).parent
SAMPLE_SECONDS = 5.0
PLACE = "하늘정원"
MOST_GROWTH = 1.5  # MiB a minute once the swap is over; more is a leak


class Stage:
    """A server under load, and what is done to it meanwhile."""

    def __init__(
        self, site: Site, vendors: Vendors, publisher: Publisher, models: Path, workers: int
    ) -> None:
        self.site, self.vendors, self.publisher, self.models = site, vendors, publisher, models
        self.workers = workers
        self.samples: list[report.Sample] = []
        self.events: dict[str, float] = {}
        self.began = 0.0

    @property
    def now(self) -> float:
        return time.perf_counter() - self.began

    async def run(self, seconds: float, count: int, progress: Progress) -> None:
        """The whole load."""
        self.began = self.vendors.began = time.perf_counter()
        bar = progress.add_task("load", total=seconds)
        watching = asyncio.ensure_future(self._watch(seconds, progress, bar))
        changing = asyncio.ensure_future(self._change(seconds))
        await self.vendors.come_and_go(count, self.began + seconds)
        await changing
        if watching.done():
            watching.result()  # it has failed
        watching.cancel()

    async def _watch(self, seconds: float, progress: Progress, bar: object) -> None:
        while True:
            taken = await asyncio.to_thread(memory, self.site.process.pid)
            self.samples.append(report.Sample(self.now, taken))
            failed = sum(bool(call.failure) for call in self.vendors.calls)
            words = f"{len(self.vendors.calls)} requests, {failed} failed, {taken.pss:.0f} MiB"
            progress.update(bar, completed=min(self.now, seconds), description=words)
            await asyncio.sleep(SAMPLE_SECONDS)

    async def _change(self, seconds: float) -> None:
        log = self.site.log
        await asyncio.sleep(seconds * 0.25)
        fitted, swapped = fits(log), swaps(log)
        self.events["publish"] = self.now
        await asyncio.to_thread(create, self.publisher, entry(PLACE))
        await asyncio.to_thread(wait_for, self._found, 60)
        self.events["found " + report.DONE] = self.now
        await asyncio.sleep(seconds * 0.15)
        self.events["swap"] = self.now
        await asyncio.to_thread(state_new_model, self.models, self.publisher.database)
        await asyncio.to_thread(wait_for, lambda: swaps(log) >= swapped + self.workers, 300)
        self.events["swapped " + report.DONE] = self.now
        while (
            self.now < seconds * 0.7
        ):  # the full fit gives way to answers: on a busy machine it takes minutes
            await asyncio.sleep(1)
            if fits(log) >= fitted + self.workers:
                self.events["fitted " + report.DONE] = self.now
                return

    def _found(self) -> bool:
        """Over connections of its own, some for each worker."""
        person = self.site.person(self.vendors.token("who looks"))
        asked = {"params": {"q": PLACE}, "headers": {"Connection": "close"}}
        return all(person.http.get("/faq", **asked).json()["total"] == 1 for _ in range(4 * self.workers))


def stage(options: argparse.Namespace, home: Path, console: Console) -> report.Run:
    """Starts everything, puts it under load and tells what was seen."""
    settings, secret = Settings.from_env(), secrets.token_urlsafe(32)
    faq, models, state = home / "faq", home / "models", home / "var"
    shutil.copytree(ROOT / "data" / "faq", faq)
    if settings.model_dir.is_dir():
        shutil.copytree(settings.model_dir, models)
    questions = [text for each in load(faq, settings.link_hosts).entries for text in each.questions]
    given = {"ELBI_FAQ_DIR": faq, "ELBI_MEMBER_JWT_SECRET": secret, "ELBI_SETTLE_SECONDS": 86400}
    console.print("starting; where there is no model yet, it is trained first (a minute)")
    with serving(state, models, "--workers", str(options.workers), demo=False, **given) as site:
        database = Database(f"sqlite:///{state / 'elbi.db'}")
        vendors = Vendors(site.url, secret, questions)
        publisher = make_publisher(settings, faq, state, database)
        acting = Stage(site, vendors, publisher, models, options.workers)
        asyncio.run(
            Vendors(site.url, secret, questions, 1).come_and_go(options.workers, time.perf_counter() + 3)
        )
        with Progress(console=console, transient=True) as progress:
            asyncio.run(acting.run(options.minutes * 60, options.vendors, progress))
        database.close()
        if options.log:
            console.print(*site.log.read_text(encoding="utf-8").splitlines()[-options.log :], sep="\n")
        about = (
            f"{options.vendors} vendors at a time, {options.workers} worker processes, SQLite, encoders {settings.encoder}; "
            "server and vendors share the machine's cores."
        )
    return report.Run(vendors.calls, acting.samples, acting.events, acting.now, vendors.visits, about)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--vendors", type=int, default=20, help="at a time")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put figures and plot into this directory")
    parser.add_argument("--log", type=int, default=0, help="lines of the server's log to show at the end")
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="elbi-load-") as home:
        run = stage(options, Path(home), console)
    print(report.words(run), report.table(run), sep="\n\n")
    failures = [call for call in run.calls if call.failure]
    for call in failures[:10]:
        print(f"{call.at:.1f} s {call.kind}: {call.failure}")
    if options.write:
        report.plot(run, HERE / "load.png")
        report.write(run, HERE / "README.md")
    grown = report.growth(run.samples, report.settled(run))
    if failures or grown > MOST_GROWTH:
        sys.exit(f"{len(failures)} requests failed; memory {grown:+.1f} MiB a minute")


if __name__ == "__main__":
    main()
