"""An inquiry after a company's onboarding: who may be told, what, and who has tried too often."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import structlog

from bot import replies, wording
from bot.errors import StoreUnavailable
from bot.onboarding import form, status
from bot.onboarding.number import digits_of, is_valid
from bot.onboarding.reading import record_of
from bot.onboarding.times import SEOUL
from bot.replies import Reply
from bot.seal import Seal
from bot.store import onboarding as store
from bot.store.database import Database
from bot.visitor import Visitor

T = TypeVar("T")
Values = Mapping[str, Any]
REFUSED_SECONDS = 15 * 60
LIMITS = {
    "session": 5,
    "address": 15,
    "number": 10,
}  # wrong pairs, each within REFUSED_SECONDS of the one before
LOOKUP_SECONDS = 4.0  # until a database that does not answer is given up
RESTED_SECONDS = 15.0  # … and is not asked again
THREADS = 4

log = structlog.get_logger("elbi")


@dataclass(frozen=True)
class Guest:
    """Who gives a pair: a guest's session, and the network address it comes from where that is known."""

    session: str
    address: str = ""


class Inquiry:
    """Looks records up beside the event loop, in our database or the portal's, and counts wrong pairs in ours."""

    def __init__(
        self,
        database: Database | None,
        portal: Callable[[str], Values | None] | None = None,
        seal: Seal | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(SEOUL),
    ) -> None:
        self._database = database
        self._portal = portal
        self._seal = seal or Seal()
        self._clock = clock
        self._pool: ThreadPoolExecutor | None = None  # threads do not outlive a fork: made at the first call
        self._rests_until = 0.0

    async def of_member(self, visitor: Visitor) -> Reply:
        """Where a member's own company stands, by what the session knows of them alone."""
        number = digits_of(visitor.business_number)
        try:
            reply = await self.of_company(number) if is_valid(number) else None
        except StoreUnavailable as error:
            return self._unavailable(error)
        return reply or replies.text(wording.ONBOARDING_UNKNOWN, [replies.send("회원가입 방법")])

    async def of_company(self, number: str) -> Reply | None:
        """Where a company stands, for who may know; None where it is unknown. Raises StoreUnavailable."""
        values = await self._find(number)
        return self._told(values, member=True) if values else None

    async def of_guest(self, number: str, name: str, guest: Guest) -> Reply | None:
        """Where the company stands whose number and representative a guest gave; None where they do not both match.

        Every wrong pair takes the same way: counted, looked up, compared.
        """
        keys, limits = self._keys(guest, number)
        try:
            if not await self._count(store.count_attempt, keys, limits, REFUSED_SECONDS):
                return _refused()
            try:
                values = await self._find(number)
            except StoreUnavailable:
                await self._count(store.forgive, keys)
                raise
            if not form.same_person(name, values["representative"] if values else "") or values is None:
                return None
            await self._count(store.forgive, keys)
            return self._told(values, member=False)
        except StoreUnavailable as error:
            return self._unavailable(error)

    async def hindrance(self, guest: Guest) -> Reply | None:
        """Why a guest need not be asked for a company now, or None."""
        if time.monotonic() < self._rests_until:
            return replies.text(wording.ONBOARDING_UNAVAILABLE)
        keys, limits = self._keys(guest)
        try:
            refused = await self._count(store.is_refused, keys, limits, REFUSED_SECONDS)
        except StoreUnavailable as error:
            return self._unavailable(error)
        return _refused() if refused else None

    @staticmethod
    def hear(text: str, asked: str | None, intent: str | None, confidence: float) -> form.Heard:
        """What a text says to the open form, which asked for the field `asked`."""
        return form.hear(text, form.NAME if asked == form.NAME else form.NUMBER, intent, confidence)

    @staticmethod
    def number_in(text: str) -> str | None:
        """A business number given along with a question."""
        return form.number_in(text)

    @staticmethod
    def ask(field: str, problem: str | None) -> Reply:
        """Asks for a field of the form, and says what was wrong with the last try."""
        again = problem in wording.FORM_PROBLEMS
        prompt = (wording.FORM_AGAIN if again else wording.FORM_PROMPTS)[field]
        other = [replies.send(form.CORRECT_NUMBER)] if field == form.NAME else []
        error = wording.FORM_PROBLEMS[problem] if again else ""
        return replies.form(field, prompt, error, [*other, replies.send(form.STOP)])

    @staticmethod
    def stopped() -> Reply:
        """The form was left."""
        return replies.text(
            wording.ONBOARDING_STOPPED, [replies.send("회원가입 방법"), replies.send("도움말")]
        )

    def _told(self, values: Values, *, member: bool) -> Reply:
        record, errors = record_of(values)
        if record is None:
            return self._unavailable(
                StoreUnavailable(f"unusable values: {', '.join(e.field for e in errors)}")
            )
        now = self._clock()
        if member:
            return replies.onboarding(status.status(record, now), record.track, now, record.company)
        return replies.onboarding(status.status(replace(record, bank=None), now), record.track, now)

    def _unavailable(self, error: StoreUnavailable) -> Reply:
        log.warning("onboarding.unavailable", reason=str(error))
        return replies.text(wording.ONBOARDING_UNAVAILABLE)

    def _keys(self, guest: Guest, number: str = "") -> tuple[list[str], list[int]]:
        """What is counted, as digests: the session, the address, the number; and the limit of each."""
        given = {"session": guest.session, "address": guest.address, "number": number}
        kinds = [kind for kind, value in given.items() if value]
        return [self._seal.digest(kind, given[kind]) for kind in kinds], [LIMITS[kind] for kind in kinds]

    async def _find(self, number: str) -> Values | None:
        """A company's row; raises StoreUnavailable where it cannot be had in time."""
        if time.monotonic() < self._rests_until:
            raise StoreUnavailable("the onboarding records did not answer a moment ago")
        try:
            return await self._beside(self._look_up, number)
        except StoreUnavailable:
            self._rests_until = time.monotonic() + RESTED_SECONDS
            raise

    def _look_up(self, number: str) -> Values | None:
        if self._portal:
            return self._portal(number)
        with self._connected().read() as connection:
            return store.find(connection, number)

    async def _count(self, function: Callable[..., T], *args: Sequence[str] | Sequence[int] | float) -> T:
        def work() -> T:
            with self._connected().write() as connection:
                return function(connection, *args)

        return await self._beside(work)

    def _connected(self) -> Database:
        if self._database is None:
            raise StoreUnavailable("no database is given")
        return self._database

    async def _beside(self, work: Callable[..., T], *args: Any) -> T:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="onboarding")
        running = asyncio.get_running_loop().run_in_executor(self._pool, work, *args)
        try:
            return await asyncio.wait_for(running, LOOKUP_SECONDS)
        except asyncio.TimeoutError:
            raise StoreUnavailable("the onboarding records do not answer in time") from None


def _refused() -> Reply:
    return replies.text(wording.ONBOARDING_REFUSED.format(minutes=REFUSED_SECONDS // 60))
