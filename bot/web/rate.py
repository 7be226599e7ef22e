"""Rate limits per session, address and login, over a moving window; counted together by all processes where Redis is given."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import threading
import time
from collections import deque

import redis
import structlog
from sanic.request import Request

from bot.errors import TooManyRequests
from bot.settings import Settings
from bot.store.staff import FAILURES_BEFORE_LOCK, LOCK_SECONDS

PATIENCE_SECONDS = 0.25  # for Redis: who waits for it holds up every answer of this process
LOOK_SECONDS = 1.0  # between two looks whether Redis is back
SWEEP_SECONDS = 60.0
IPV6_NETWORK = 64  # bits; one client has all addresses of such a network

log = structlog.get_logger("elbi")


class RateLimiter:
    """Counts requests; while Redis is away each process counts for itself, and nobody is refused because of that."""

    def __init__(self, settings: Settings) -> None:
        self._limits = {  # kind: how many within how many seconds
            "messages": (settings.messages_per_minute, 60),
            "sessions": (settings.sessions_per_minute, 60),
            # suggestions come with every keystroke, reads with every click
            "reads": (settings.messages_per_minute * 20, 60),
            "sign_ins": (settings.sign_ins_per_minute, 60),
            # logins there are none of are locked like those there are: who guesses learns nothing
            "unknown_login": (FAILURES_BEFORE_LOCK - 1, LOCK_SECONDS),
            "unknown_lock": (1, LOCK_SECONDS),
        }
        self._own = OwnWindow()
        self._shared = SharedWindow(settings.redis_url) if settings.redis_url else None

    def check(self, kind: str, who: str) -> None:
        """Counts one request; raises TooManyRequests with the seconds to wait."""
        if seconds := self._wait(kind, who, count=True):
            raise TooManyRequests(retry_after=seconds)

    def wait(self, kind: str, who: str) -> int:
        """Seconds until one more may come; 0 where it may now. Counts nothing."""
        return self._wait(kind, who, count=False)

    def count(self, kind: str, who: str) -> bool:
        """Counts one, without a word; False where it was one too many."""
        return not self._wait(kind, who, count=True)

    def _wait(self, kind: str, who: str, *, count: bool) -> int:
        amount, seconds = self._limits[kind]
        # addresses and logins are not told to Redis
        key = f"elbi:{kind}:{hashlib.blake2b(who.encode(), digest_size=16).hexdigest()}"
        wait = self._shared.wait(key, amount, seconds, count) if self._shared else None
        return math.ceil(self._own.wait(key, amount, seconds, count) if wait is None else wait)


class OwnWindow:
    """The times of the last requests, in this process."""

    def __init__(self) -> None:
        self._times: dict[str, tuple[float, deque[float]]] = {}  # key: until when it matters, times
        self._swept = time.monotonic()
        self._lock = threading.Lock()

    def wait(self, key: str, amount: int, seconds: float, count: bool) -> float:
        """Seconds until one more may come; 0 where it may now, and is counted if wanted."""
        with self._lock:
            now = time.monotonic()
            self._sweep(now)
            _, times = self._times.get(key, (0.0, deque(maxlen=amount)))
            if len(times) == amount and times[0] + seconds > now:
                return times[0] + seconds - now
            if count:
                times.append(now)
                self._times[key] = now + seconds, times
            return 0.0

    def __len__(self) -> int:
        return len(self._times)

    def _sweep(self, now: float) -> None:
        """Forgets now and then who has not come for long."""
        if now - self._swept > SWEEP_SECONDS:
            self._swept = now
            self._times = {key: held for key, held in self._times.items() if held[0] > now}


class SharedWindow:
    """The same in Redis, by Redis's own clock: those of the hosts need not agree."""

    _SCRIPT = """
        local clock = redis.call('TIME')
        local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
        local amount, seconds = tonumber(ARGV[1]), tonumber(ARGV[2])
        local earliest = redis.call('LINDEX', KEYS[1], amount - 1)
        if earliest and tonumber(earliest) + seconds > now then
            return string.format('%.6f', tonumber(earliest) + seconds - now)
        end
        if ARGV[3] == '1' then
            redis.call('LPUSH', KEYS[1], string.format('%.6f', now))
            redis.call('LTRIM', KEYS[1], 0, amount - 1)
            redis.call('EXPIRE', KEYS[1], math.ceil(seconds))
        end
        return '0'
    """

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
        )
        self._script = self._redis.register_script(self._SCRIPT)
        self._away = False

    def wait(self, key: str, amount: int, seconds: float, count: bool) -> float | None:
        """As OwnWindow.wait; None while Redis does not answer."""
        if self._away:
            return None
        try:
            return float(self._script([key], [amount, seconds, int(count)]))
        except (redis.RedisError, OSError) as error:
            log.warning("rate.redis_away", reason=str(error))
            self._away = True
            # looked for beside the answers, which must not wait for it again and again
            threading.Thread(target=self._look, name="redis", daemon=True).start()
            return None

    def _look(self) -> None:
        while self._away:
            time.sleep(LOOK_SECONDS)
            try:
                self._redis.ping()
            except (redis.RedisError, OSError):
                continue
            self._away = False
            log.info("rate.redis_back")


def address(request: Request, proxies: int) -> str:
    """The client's address: the one our outermost trusted proxy saw, whatever the client wrote before it.

    Of IPv6 the network, since one client has all of its addresses. `proxies` is how many stand in front of us; who reaches us
    past them could name any address, so our port is theirs alone.
    """
    forwarded = [
        part.strip()
        for line in request.headers.getall("x-forwarded-for", [])  # some proxies add a line of their own
        for part in line.split(",")
    ]
    seen = _parsed(forwarded[-proxies]) if 0 < proxies <= len(forwarded) else None
    return seen or _parsed(request.ip) or request.ip


def _parsed(text: str) -> str | None:
    """An address, without the port some proxies write behind it; None where it is none."""
    host = text.rpartition(":")[0] if text.count(":") == 1 else text.removeprefix("[").partition("]")[0]
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, IPV6_NETWORK), strict=False))
    return str(found)
