"""What the handlers work with, one for each server process."""

from __future__ import annotations

from dataclasses import dataclass, field

from sanic.request import Request

from bot.answerer import Answerer
from bot.chat import Chat
from bot.review.desk import Desk
from bot.review.intake import Intake
from bot.search.library import Library
from bot.settings import Settings
from bot.store.access import Store
from bot.web.auth import PortalTokens
from bot.web.metrics import Metrics
from bot.web.rate import RateLimiter


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
