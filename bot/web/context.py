"""What the handlers work with, one for each server process."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sanic.request import Request

from bot.answerer import Answerer
from bot.chat import Chat
from bot.review.desk import Desk
from bot.review.intake import Intake
from bot.search.library import Library
from bot.settings import Settings
from bot.store.access import Store
from bot.web.auth import PortalTokens
from bot.web.rate import RateLimiter


class Metrics:
    """Prometheus metrics of this process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        where = {"registry": self.registry}
        self.turns = Counter("elbi_turns", "Turns answered", ["mode", "outcome"], **where)
        self.turn_seconds = Histogram(
            "elbi_turn_seconds", "Time from a question to its stored reply", **where
        )
        self.questions = Counter("elbi_questions", "Questions sent to staff by hand", ["mode"], **where)
        self.errors = Counter("elbi_errors", "Requests refused or failed", ["status"], **where)
        self.entries = Gauge("elbi_faq_entries", "FAQ entries answered from", **where)
        self.problems = Gauge(
            "elbi_faq_problems", "Problems that keep the newest FAQ files from being used", **where
        )


@dataclass(frozen=True)
class Context:
    """The parts a handler may call."""

    settings: Settings
    store: Store
    chat: Chat
    library: Library
    answerer: Answerer
    tokens: PortalTokens
    rate: RateLimiter
    desk: Desk  # blocks: await ctx.store.run(ctx.desk.queue.list, account, query)
    intake: Intake
    metrics: Metrics = field(default_factory=Metrics)


def context(request: Request) -> Context:
    """The context of the process that serves a request."""
    return request.app.ctx.elbi
