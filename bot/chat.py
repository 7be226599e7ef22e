"""A turn from question to stored outcome: committed, claimed, answered, finished; and what a killed process left."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.engine import Connection

from bot import replies, wording
from bot.answerer import Answerer, Guess
from bot.dialogue.agent import Dialogue, Response
from bot.errors import StoreUnavailable, Unavailable
from bot.privacy import mask
from bot.review.intake import Intake
from bot.store import engagement, turns
from bot.store.database import Database
from bot.store.turns import Turn, Work
from bot.visitor import Visitor

P = ParamSpec("P")
T = TypeVar("T")
POLL_SECONDS = 0.02
PATIENCE_SECONDS = 30.0
ABANDONED_SECONDS = 5.0  # a turn this old that nobody works on was left by a killed process

log = structlog.get_logger("elbi")


class Store:
    """Runs store functions, each in one transaction, beside the event loop."""

    def __init__(self, database: Database, threads: int = 8) -> None:
        self.database = database
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="store")

    async def read(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def work() -> T:
            with self.database.read() as connection:
                return function(connection, *args, **kwargs)

        return await self._run(work)

    async def write(
        self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def work() -> T:
            with self.database.write() as connection:
                return function(connection, *args, **kwargs)

        return await self._run(work)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """A function that takes its connections itself, such as a call of the desk."""
        return await self._run(partial(function, *args, **kwargs))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        self._pool.shutdown(wait=False)
        self.database.close()


class Chat:
    """Answers turns in the order they were asked, whichever process they reach."""

    def __init__(self, store: Store, dialogue: Dialogue, answerer: Answerer, intake: Intake) -> None:
        self._store = store
        self._answerer = answerer
        self._intake = intake
        self.dialogue = dialogue
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, conversation_id: str, client_id: str, text: str, address: str = "") -> Turn:
        """The finished turn of a question; the same one again for the same id. Raises Conflict, Unavailable.

        Goes on to the end where the visitor hangs up: a turn given up half-way would hold up the next one.
        """
        return await asyncio.shield(
            asyncio.ensure_future(self._send(conversation_id, client_id, text, address))
        )

    async def _send(self, conversation_id: str, client_id: str, text: str, address: str) -> Turn:
        digest = hashlib.sha256(text.encode()).hexdigest()
        claim_id = str(uuid.uuid4())
        turn, work = await self._store.write(
            _record_and_claim, conversation_id, client_id, mask(text), digest, claim_id
        )
        if turn.finished:
            return turn
        if work:  # the usual way: nothing else is under way in this conversation
            await self._answer(work, text if work.turn.id == turn.id else None, address)
        return await self._finished(conversation_id, turn, text, address)

    async def assess(self, text: str, visitor: Visitor) -> tuple[Guess, list[dict[str, Any]]]:
        """For a question sent to staff: what the classifier takes it for, and the entries that come nearest."""
        return await self.dialogue.classify(text), self._answerer.candidates(text, visitor)

    async def recover(self) -> int:
        """Finishes what killed processes left unfinished; returns how many turns."""
        done = 0
        for conversation_id in await self._store.read(turns.unfinished, ABANDONED_SECONDS):
            while work := await self._store.write(turns.claim, conversation_id, str(uuid.uuid4())):
                await self._answer(work)
                done += 1
        return done

    async def _finished(self, conversation_id: str, turn: Turn, text: str, address: str) -> Turn:
        """Waits for a turn's outcome, answering what stands before it where nobody else does."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with (
            lock
        ):  # within one process, turns queue here instead of asking the database again and again
            while True:
                found = await self._store.read(turns.find, turn.id)
                if found and found.finished:
                    return found
                if asyncio.get_running_loop().time() > deadline:
                    raise Unavailable()
                work = await self._store.write(turns.claim, conversation_id, str(uuid.uuid4()))
                if work:
                    await self._answer(work, text if work.turn.id == turn.id else None, address)
                else:
                    await asyncio.sleep(POLL_SECONDS)

    async def _answer(self, work: Work, text: str | None = None, address: str = "") -> None:
        """Answers a claimed turn; `text` is the question unmasked, where this process was given it."""
        if text is None and work.turn.withheld:
            await self._store.write(_lose, work)
            return
        try:
            response = await self.dialogue.respond(
                text if text is not None else work.turn.text,
                work.visitor,
                work.state,
                conversation_id=work.conversation_id,
                context=work.before,
                address=address,
            )
        except StoreUnavailable:
            with contextlib.suppress(StoreUnavailable):
                await self._store.write(turns.release, work)
            raise
        except Exception:
            log.exception("turn.failed", turn=work.turn.id)
            response = None
        masked = mask(text) if text is not None else work.turn.text
        await self._store.write(_finish, work, response, masked, self._intake)


def _record_and_claim(
    connection: Connection, conversation_id: str, client_id: str, text: str, digest: str, claim_id: str
) -> tuple[Turn, Work | None]:
    turn = turns.record(connection, conversation_id, client_id, text, digest)
    return turn, None if turn.finished else turns.claim(connection, conversation_id, claim_id)


def _lose(connection: Connection, work: Work) -> None:
    """The end of a turn whose text was typed into a form and is gone with the process that had it; the form stays open."""
    turns.finish(connection, work, [replies.text(wording.FORM_LOST)], outcome="text", state=work.state)


def _finish(connection: Connection, work: Work, response: Response | None, text: str, intake: Intake) -> None:
    """The outcome, and where due the queue row and the open, in one transaction; `text` is the question masked."""
    if response is None:
        _fail(connection, work, intake)
        return
    if response.typed:
        text = wording.FORM_TYPED
    faq_id = next((answer.faq_id for answer in response.answers if answer.faq_id), None)
    shown = [_masked(reply) for reply in response.replies]
    held = turns.finish(
        connection,
        work,
        shown,
        outcome=shown[0]["kind"],
        state=response.state,
        text=text,
        intent=None if response.typed else response.intent,
        faq_id=faq_id,
    )
    if not held:
        return
    if faq_id:
        engagement.opened(connection, work.visitor, faq_id)
    for answer in response.answers:
        if answer.unanswered:
            category = Guess(response.intent).category
            details = {"category": category, "candidates": answer.candidates}
            _queue(connection, work, text, intake, "no_answer", **details)


def _fail(connection: Connection, work: Work, intake: Intake) -> None:
    """The end of a turn that could not be answered; what was typed into a form is nothing for staff to read."""
    withheld = work.turn.withheld
    words = wording.FAILED_FORM if withheld else wording.FAILED
    reply = replies.no_answer("" if withheld else work.turn.text, words, can_ask=False)
    if turns.finish(connection, work, [reply], outcome="failed", state=work.state) and not withheld:
        _queue(connection, work, work.turn.text, intake, "failed")


def _queue(
    connection: Connection, work: Work, text: str, intake: Intake, reason: str, **details: Any
) -> None:
    intake.receive(
        connection,
        work.visitor.id,
        text,
        reason,
        turn_id=work.turn.id,
        context=work.before,
        **details,
    )


def _masked(reply: dict[str, Any]) -> dict[str, Any]:
    """A reply repeats the question in places; what is stored repeats it masked."""
    repeated = {name: mask(reply[name]) for name in ("question", "query") if reply.get(name)}
    return {**reply, **repeated}
