"""A server with two workers over content and models of its own, for what changes them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.faq.loader import load
from bot.faq.writer import Writer
from bot.review.publishing import Publisher
from bot.review.queue import Queue
from bot.search.index import Catalogue
from bot.store import staff
from bot.store.database import Database
from bot.store.items import Item, Query
from bot.store.staff import Account
from tests.conftest import ROOT, serving
from tests.faq.writing import HOSTS
from tests.site import Site

WORKERS = 2


@dataclass
class Loop:
    """The server, its files, and a desk beside it as the commands have one."""

    site: Site
    faq: Path
    models: Path
    database: Database
    queue: Queue
    publisher: Publisher
    who: Account

    def item(self, text: str) -> Item:
        (found,) = self.queue.list(self.who, Query(text=text)).items
        return found

    def log(self) -> str:
        return self.site.log.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def loop(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Iterator[Loop]:
    home = tmp_path_factory.mktemp("loop")
    faq, models, state = home / "faq", home / "models", home / "var"
    shutil.copytree(ROOT / "data" / "faq", faq)
    shutil.copytree(model_dir, models)
    options = ("--workers", str(WORKERS))
    with serving(state, models, *options, ELBI_FAQ_DIR=faq, ELBI_SETTLE_SECONDS=86400) as site:
        database = Database(f"sqlite:///{state / 'elbi.db'}")
        publisher = Publisher(database, Writer(faq, HOSTS, state / "faq.lock"), lambda: True)
        with database.write() as connection:
            who = staff.add(connection, login="kim", name="김담당", role="publisher", password_hash="-")
        queue = Queue(database, lambda: Catalogue(load(faq, HOSTS), {}), publisher, 86400)
        yield Loop(site, faq, models, database, queue, publisher, who)
        database.close()
