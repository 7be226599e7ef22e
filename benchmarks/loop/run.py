"""How soon a published answer is found in every worker, and what a model swap costs those who ask meanwhile.

    .venv/bin/python benchmarks/loop/run.py [--workers 2] [--rounds 5] [--clients 4] [--train]

Starts `elbi serve` on a free loopback port over copies of data/faq and of the models, publishes as the commands do, from a
process of its own, and swaps the model under load. `--train` has the server learn what was published and swap by itself.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.staged import create, entry, make_publisher, state_new_model, swaps  # noqa: E402
from bot.review.learning import WANTED  # noqa: E402
from bot.review.publishing import Publisher  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.store import shared, trainings  # noqa: E402
from bot.store.database import Database  # noqa: E402
from tests.conftest import serving, wait_for  # noqa: E402
from tests.site import Person, Site  # noqa: E402

CALM = 40  # answers in a row, over as many connections, after which every worker is taken to know
PLACES = (
    "옥상정원",
    "흡연부스",
    "수유실",
    "샤워실",
    "자전거보관소",
    "우편취급소",
    "세차장",
    "휴게라운지",
    "보드게임방",
    "탁구장",
)


@dataclass
class Load:
    """Members who ask again and again."""

    site: Site
    clients: int
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Load:
        people = [self.site.member() for _ in range(self.clients)]
        self.threads = [threading.Thread(target=self._ask, args=(person,)) for person in people]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)

    def _ask(self, person: Person) -> None:
        while not self.stop.is_set():
            began = time.perf_counter()
            try:
                response = person.send("계약체결 방법")
                if response.status_code != 200 or not response.json()["replies"]:
                    self.failed.append(response.text[:200])
            except httpx.HTTPError as error:
                self.failed.append(repr(error))
            self.seconds.append(time.perf_counter() - began)


def publish(site: Site, publisher: Publisher, member: Person, place: str) -> tuple[float, float, float]:
    """Seconds until it is written, until a first worker answers with it, until every worker does."""
    wanted = entry(place)
    began = time.perf_counter()
    create(publisher, wanted)
    written = time.perf_counter() - began
    first, last_miss, calm = 0.0, began, 0
    while calm < CALM:
        asked = time.perf_counter()
        with httpx.Client(headers={"Authorization": f"Bearer {member.session}"}, timeout=60) as fresh:
            total = fresh.get(f"{site.url}/api/v1/faq", params={"q": place}).json()["total"]
        if total:
            first, calm = first or time.perf_counter() - began, calm + 1
        else:
            last_miss, calm = asked, 0
    everywhere = max(first, last_miss - began)
    print(
        f"  written {written:.2f} s, first worker {first:.2f} s, every worker {everywhere:.2f} s", flush=True
    )
    return written, first, everywhere


def swap(site: Site, database: Database, models: Path, clients: int, workers: int) -> None:
    """A copy of the model in use, taken by every worker while members ask."""
    with Load(site, clients) as load:
        time.sleep(8)
        calm = len(load.seconds)
        began, before = time.perf_counter(), swaps(site.log)
        state_new_model(models, database)
        wait_for(lambda: swaps(site.log) >= before + workers, 300)
        took = time.perf_counter() - began
        during = len(load.seconds)
    tell("before the swap", load.seconds[:calm])
    tell(f"during the swap ({took:.1f} s)", load.seconds[calm:during])
    print(f"requests that failed: {len(load.failed)} of {len(load.seconds)}")


def learn(site: Site, database: Database, clients: int, workers: int) -> None:
    """What was published, learnt by the server itself while members ask."""
    with Load(site, clients) as load:
        began, before = time.perf_counter(), swaps(site.log)
        with database.write() as connection:
            shared.say(connection, WANTED, {"by": "benchmark"})

        def over() -> bool:
            with database.read() as connection:
                runs = trainings.newest(connection, 1)
            return bool(runs) and runs[0]["state"] in ("refused", "failed")

        wait_for(lambda: swaps(site.log) >= before + workers or over(), 1200)
        took = time.perf_counter() - began
    with database.read() as connection:
        run = trainings.newest(connection, 1)[0]
    tell(f"during learning and its swap ({took:.0f} s)", load.seconds)
    print(f"run: {run['state']} {run['reason']} {run['report'].get('figures', {})}")
    print(f"requests that failed: {len(load.failed)} of {len(load.seconds)}")


def tell(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    p95 = ordered[int(len(ordered) * 0.95)] if ordered else 0.0
    median, worst = statistics.median(ordered or [0.0]), max(ordered or [0.0])
    print(
        f"{name}: {len(ordered)} turns, p50 {median * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, longest {worst * 1000:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument(
        "--train", action="store_true", help="also learn what was published (a minute or more)"
    )
    parser.add_argument("--log", type=int, default=0, help="lines of the server's log to show at the end")
    given = parser.parse_args()
    settings = Settings.from_env()
    with tempfile.TemporaryDirectory(prefix="elbi-loop-") as home:
        faq, models, state = Path(home) / "faq", Path(home) / "models", Path(home) / "var"
        shutil.copytree(ROOT / "data" / "faq", faq)
        if settings.model_dir.is_dir():
            shutil.copytree(settings.model_dir, models)
        options = ("--workers", str(given.workers))
        with serving(state, models, *options, ELBI_FAQ_DIR=faq, ELBI_SETTLE_SECONDS=86400) as site:
            database = Database(f"sqlite:///{state / 'elbi.db'}")
            publisher = make_publisher(settings, faq, state, database)
            member = site.member()
            member.ask("계약체결 방법")
            rounds = [publish(site, publisher, member, PLACES[n % len(PLACES)]) for n in range(given.rounds)]
            for name, values in zip(
                ("written", "first worker", "every worker"), zip(*rounds, strict=True), strict=True
            ):
                print(f"{name}: median {statistics.median(values):.2f} s, longest {max(values):.2f} s")
            swap(site, database, models, given.clients, given.workers)
            if given.train:
                learn(site, database, given.clients, given.workers)
            database.close()
            print(
                *site.log.read_text(encoding="utf-8").splitlines()[-given.log :], sep="\n"
            ) if given.log else None


if __name__ == "__main__":
    main()
