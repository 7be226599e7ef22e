"""A server with two workers over content and models of its own, for what changes them.

It starts with an entry the model at hand has not learnt, tells staff by mail, and has a webhook that nobody listens at.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
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
from tests.conftest import ROOT, free_port, serving
from tests.durability.test_content import ADDED
from tests.faq.writing import HOSTS
from tests.mailbox import Mailbox, receiving
from tests.site import Site

WORKERS = 2


@dataclass
class Loop:
    """The server, its files, and a desk beside it as the commands have one."""

    site: Site
    mail: Mailbox
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
    with open(faq / "general.yml", "a", encoding="utf-8") as file:
        file.write(ADDED)
    settings = {
        "ELBI_FAQ_DIR": faq,
        "ELBI_SETTLE_SECONDS": 86400,
        "ELBI_WEBHOOK_URL": f"http://127.0.0.1:{free_port()}/",
        "ELBI_MAIL_FROM": "elbi@example.com",
        "ELBI_MAIL_TO": "desk@example.com",
        "ELBI_PUBLIC_URL": "https://elbi.example",
    }
    with ExitStack() as stack:
        box = stack.enter_context(receiving(Mailbox()))
        settings["ELBI_MAIL_SERVER"] = f"smtp://127.0.0.1:{box.port}"
        site = stack.enter_context(serving(state, models, "--workers", str(WORKERS), **settings))
        database = Database(f"sqlite:///{state / 'elbi.db'}")
        publisher = Publisher(database, Writer(faq, HOSTS, state / "faq.lock"), lambda: True)
        with database.write() as connection:
            who = staff.add(connection, login="kim", name="김담당", role="publisher", password_hash="-")
        queue = Queue(database, lambda: Catalogue(load(faq, HOSTS), {}), publisher, 86400)
        yield Loop(site, box, faq, models, database, queue, publisher, who)
        database.close()
