"""Work that is done again and again beside the requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.errors import StoreUnavailable

log = structlog.get_logger("elbi")


async def every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Does a piece of work again and again, whatever happens."""
    while True:
        await once(work)
        await asyncio.sleep(seconds)


async def once(work: Callable[[], Awaitable[object]]) -> None:
    """Does a piece of work; what goes wrong is told to the log."""
    try:
        await work()
    except StoreUnavailable as error:
        log.warning("store.unavailable", reason=str(error))
    except Exception:
        log.exception("background.failed", work=getattr(work, "func", work).__name__)
