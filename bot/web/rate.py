"""Rate limits per session and per address; shared between processes where Redis is given."""

from __future__ import annotations

import time

import limits
import structlog
from sanic.request import Request

from bot.errors import TooManyRequests
from bot.settings import Settings
from bot.store.staff import FAILURES_BEFORE_LOCK, LOCK_SECONDS

log = structlog.get_logger("elbi")


class RateLimiter:
    """Counts over a moving minute."""

    def __init__(self, settings: Settings) -> None:
        # held here, because the strategy itself keeps only a weak reference
        self._storage = limits.storage.storage_from_string(settings.redis_url or "memory://")
        self._window = limits.strategies.MovingWindowRateLimiter(self._storage)
        self._limits = {
            "messages": limits.RateLimitItemPerMinute(settings.messages_per_minute),
            "sessions": limits.RateLimitItemPerMinute(settings.sessions_per_minute),
            # suggestions come with every keystroke, reads with every click
            "reads": limits.RateLimitItemPerMinute(settings.messages_per_minute * 20),
            "sign_ins": limits.RateLimitItemPerMinute(settings.sign_ins_per_minute),
            # logins there are none of are locked like those there are: who guesses learns nothing
            "unknown_login": limits.RateLimitItemPerSecond(FAILURES_BEFORE_LOCK - 1, LOCK_SECONDS),
            "unknown_lock": limits.RateLimitItemPerSecond(1, LOCK_SECONDS),
        }

    def check(self, kind: str, who: str) -> None:
        """Counts one request; raises TooManyRequests with the seconds to wait."""
        limit = self._limits[kind]
        try:
            if self._window.hit(limit, kind, who):
                return
            reset = self._window.get_window_stats(limit, kind, who)[0]
        except OSError as error:  # Redis is away: answering goes before counting
            log.warning("rate.uncounted", reason=str(error))
            return
        raise TooManyRequests(retry_after=max(1, int(reset - time.time()) + 1))

    def wait(self, kind: str, who: str) -> int:
        """Seconds until one more may come; 0 where it may now. Counts nothing."""
        limit = self._limits[kind]
        try:
            if self._window.test(limit, kind, who):
                return 0
            return max(1, int(self._window.get_window_stats(limit, kind, who)[0] - time.time()) + 1)
        except OSError:
            return 0

    def count(self, kind: str, who: str) -> bool:
        """Counts one, without a word; False where it was one too many."""
        try:
            return self._window.hit(self._limits[kind], kind, who)
        except OSError as error:
            log.warning("rate.uncounted", reason=str(error))
            return True


def address(request: Request, proxies: int) -> str:
    """The client's address: the one our outermost trusted proxy saw."""
    if proxies:
        forwarded = [
            part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()
        ]
        if len(forwarded) >= proxies:
            return forwarded[-proxies]
    return request.ip
