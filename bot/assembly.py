"""All wiring: settings → parts that know each other only here."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy.engine import Connection

from bot.answerer import Answerer
from bot.faq.writer import Writer
from bot.inquiry import Inquiry
from bot.review.desk import Desk
from bot.review.editor import Editor
from bot.review.intake import Intake
from bot.review.learning import Learner, Plan
from bot.review.people import People
from bot.review.publishing import Publisher
from bot.review.queue import Queue
from bot.review.reports import Reports
from bot.review.telling import Teller
from bot.seal import Seal, shared_secret
from bot.search.index import Catalogue
from bot.search.library import Library
from bot.settings import Settings
from bot.store import engagement, revisions
from bot.store.database import Database
from bot.store.portal import Portal

if TYPE_CHECKING:
    from bot.dialogue.agent import Dialogue

BEST_CACHE_SECONDS = 2.0
UPDATED_CACHE_SECONDS = 0.3  # what is published is to be seen at once


@dataclass(frozen=True)
class Services:
    """Everything a server or a command works with."""

    settings: Settings
    database: Database
    library: Library
    answerer: Answerer
    dialogue: Dialogue
    intake: Intake
    desk: Desk
    reload: Callable[[], bool]  # takes over the FAQ files as they are, one call at a time
    teller: Teller
    made_at: float  # worker processes are forked from these parts, later than what was stated meanwhile


def make_library(settings: Settings) -> Library:
    """The FAQ content, searchable; raises ContentError where neither it nor an earlier good state can be used."""
    return Library(
        settings.faq_dir, settings.state_dir, settings.model_dir, settings.link_hosts, settings.encoder
    )


def make_answerer(
    settings: Settings, library: Library, database: Database | None, inquiry: Inquiry | None = None
) -> Answerer:
    """The answerer; without a database Best is what the content staff chose, without an inquiry nobody's status is known."""
    nothing = lambda mode: ()  # noqa: E731
    return Answerer(
        lambda: library.catalogue,
        _remembered(database, engagement.most_opened, BEST_CACHE_SECONDS) if database else nothing,
        settings.link_hosts,
        _remembered(database, revisions.newest, UPDATED_CACHE_SECONDS) if database else nothing,
        inquiry,
    )


def make_inquiry(settings: Settings, database: Database, seal: Seal | None = None) -> Inquiry:
    """Onboarding records from our database, or from the portal's where it is given."""
    portal = Portal(settings.portal_database_url).find if settings.portal_database_url else None
    return Inquiry(database, portal, seal)


def make_dialogue(model: Path, answerer: Answerer, seal: Seal | None = None) -> Dialogue:
    """The dialogue of a trained model; raises ModelError where it does not load."""
    from bot.dialogue.actions import load_actions
    from bot.dialogue.agent import Dialogue

    return Dialogue.load(model, load_actions(answerer), seal)


def make_services(settings: Settings, model: Path) -> Services:
    """Everything, with the database's schema as it is (see Database.upgrade)."""
    from bot.dialogue import training

    made_at = time.time()
    library = make_library(settings)
    database = Database(settings.store_url)
    seal = Seal(shared_secret(settings.secret, settings.state_dir))
    answerer = make_answerer(settings, library, database, make_inquiry(settings, database, seal))
    desk = make_desk(settings, database, library, model.name, training.code_digest(settings))
    dialogue = make_dialogue(model, answerer, seal)
    intake, teller = make_intake(library), Teller(settings, database)
    reload = desk.publisher.reload
    return Services(settings, database, library, answerer, dialogue, intake, desk, reload, teller, made_at)


def load_dialogue(services: Services, name: str) -> Dialogue:
    """The dialogue of a model that was learnt while serving; raises ModelError."""
    from bot.dialogue import training

    seal = Seal(shared_secret(services.settings.secret, services.settings.state_dir))
    return make_dialogue(training.verify(services.settings.model_dir / name), services.answerer, seal)


def make_intake(library: Library) -> Intake:
    """The way into the queue."""
    return Intake(lambda: library.catalogue.content)


def make_desk(
    settings: Settings, database: Database, library: Library, model: str = "", code: str = ""
) -> Desk:
    """What staff do, over the same content and tables; `model` is the file name of the one in use, `code` made with what."""

    def catalogue() -> Catalogue:
        return library.catalogue

    writer = Writer(settings.faq_dir, settings.link_hosts, settings.state_dir / "faq.lock")
    publisher = Publisher(database, writer, _one_at_a_time(library.reload))
    return Desk(
        Queue(database, catalogue, publisher, settings.overdue_hours * 3600),
        Editor(publisher, catalogue, settings.link_hosts),
        Reports(database, library),
        Learner(database, _plan(settings, code), model),
        People(database),
        publisher,
    )


def _plan(settings: Settings, code: str) -> Plan:
    def name_of_now() -> str:
        from bot.dialogue import training

        return training.model_path(settings).name

    learn = ["nice", "-n", "10", sys.executable, "-m", "bot", "learn"]
    return Plan(name_of_now, lambda model: [*learn, model or "-"], settings.settle_seconds, code)


def _one_at_a_time(reload: Callable[[], bool]) -> Callable[[], bool]:
    lock = Lock()

    def reload_alone() -> bool:
        with lock:
            return reload()

    return reload_alone


@lru_cache(maxsize=1)
def default_answerer() -> Answerer:
    """For `rasa run actions`: made from the environment at the first call; the database is asked for onboarding alone."""
    settings = Settings.from_env()
    seal = Seal(shared_secret(settings.secret, settings.state_dir))
    inquiry = make_inquiry(settings, Database(settings.store_url), seal)
    return make_answerer(settings, make_library(settings), None, inquiry)


def _remembered(
    database: Database, look: Callable[[Connection, str], Sequence[str]], seconds: float
) -> Callable[[str], Sequence[str]]:
    cache: dict[str, tuple[float, Sequence[str]]] = {}

    def found(mode: str) -> Sequence[str]:
        now = time.monotonic()
        if mode not in cache or now - cache[mode][0] > seconds:
            with database.read() as connection:
                cache[mode] = now, look(connection, mode)
        return cache[mode][1]

    return found
