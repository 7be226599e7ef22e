"""All wiring: settings → parts that know each other only here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answerer import Answerer
from bot.inquiry import Inquiry
from bot.seal import Seal, shared_secret
from bot.search.library import Library
from bot.settings import Settings
from bot.store import engagement
from bot.store.database import Database
from bot.store.portal import Portal

if TYPE_CHECKING:
    from bot.dialogue.agent import Dialogue

BEST_CACHE_SECONDS = 2.0


@dataclass(frozen=True)
class Services:
    """Everything a server or a command works with."""

    settings: Settings
    database: Database
    library: Library
    answerer: Answerer
    dialogue: Dialogue


def make_library(settings: Settings) -> Library:
    """The FAQ content, searchable; raises ContentError where neither it nor an earlier good state can be used."""
    return Library(
        settings.faq_dir, settings.state_dir, settings.model_dir, settings.link_hosts, settings.encoder
    )


def make_answerer(
    settings: Settings, library: Library, database: Database | None, inquiry: Inquiry | None = None
) -> Answerer:
    """The answerer; without a database Best is what the content staff chose, without an inquiry nobody's status is known."""
    return Answerer(
        lambda: library.catalogue,
        _most_opened(database) if database else lambda mode: (),
        settings.link_hosts,
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
    library = make_library(settings)
    database = Database(settings.store_url)
    seal = Seal(shared_secret(settings.secret, settings.state_dir))
    answerer = make_answerer(settings, library, database, make_inquiry(settings, database, seal))
    return Services(settings, database, library, answerer, make_dialogue(model, answerer, seal))


@lru_cache(maxsize=1)
def default_answerer() -> Answerer:
    """For `rasa run actions`: made from the environment at the first call; the database is asked for onboarding alone."""
    settings = Settings.from_env()
    seal = Seal(shared_secret(settings.secret, settings.state_dir))
    inquiry = make_inquiry(settings, Database(settings.store_url), seal)
    return make_answerer(settings, make_library(settings), None, inquiry)


def _most_opened(database: Database) -> Callable[[str], Sequence[str]]:
    cache: dict[str, tuple[float, list[str]]] = {}

    def most_opened(mode: str) -> Sequence[str]:
        now = time.monotonic()
        if mode not in cache or now - cache[mode][0] > BEST_CACHE_SECONDS:
            with database.read() as connection:
                cache[mode] = now, engagement.most_opened(connection, mode)
        return cache[mode][1]

    return most_opened
