"""A turn from question to stored outcome: committed, claimed, answered, finished; and what a killed process left."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import structlog
from sqlalchemy.engine import Connection

from bot import replies, wording
from bot.answerer import Answerer
from bot.answers import Guess
from bot.dialogue.agent import Dialogue, Response
from bot.errors import StoreUnavailable, Unavailable
from bot.privacy import mask
from bot.review.intake import Intake
from bot.store import abandoned, engagement, turns
from bot.store.access import Store
from bot.store.claims import Claims
from bot.store.database import Database
from bot.store.turns import Turn, Work
from bot.store.visitors import Session
from bot.visitor import Visitor

POLL_SECONDS = 0.02
PATIENCE_SECONDS = 30.0
ABANDONED_SECONDS = 5.0  # a turn this old that nobody works on was left by a killed process

log = structlog.get_logger("elbi")


@dataclass(frozen=True)
class Question:
    """What was sent, by whom and from which network address."""

    session: Session
    client_id: str
    text: str
    address: str = ""


class Chat:
    """Answers turns in the order they were asked, whichever process they reach."""

    def __init__(
        self, store: Store, dialogue: Dialogue, answerer: Answerer, intake: Intake, claims: Claims
    ) -> None:
        self._store = store
        self._answerer = answerer
        self._intake = intake
        self._claims = claims
        self.dialogue = dialogue
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def send(self, receive: Callable[[Connection], Question]) -> tuple[Question, Turn]:
        """A question and its finished turn; the same one again for the same id. Raises Conflict, Unavailable.

        `receive` is called beside the event loop, with a connection to look up who asks; what it raises is raised here.
        Goes on to the end where the visitor hangs up: a turn given up half-way would hold up the next one.
        """
        task = asyncio.ensure_future(self._send(receive))
        task.add_done_callback(_look)
        return await asyncio.shield(task)

    async def _send(self, receive: Callable[[Connection], Question]) -> tuple[Question, Turn]:
        question, turn, work = await self._store.run(_take, self._store.database, receive, self._claims.new())
        if turn.finished:
            return question, turn
        if work:  # the usual way: nothing else is under way in this conversation
            mine = work.turn.id == turn.id
            answered = await self._answer(work, question if mine else None)
            if answered and mine:
                return question, answered
        return question, await self._finished(question, turn)

    async def assess(self, text: str, visitor: Visitor) -> tuple[Guess, list[dict[str, Any]]]:
        """For a question sent to staff: what the classifier takes it for, and the entries that come nearest."""
        await self._answerer.consider(text, visitor)
        return await self.dialogue.classify(text), self._answerer.candidates(text, visitor)

    async def recover(self) -> int:
        """Finishes what killed processes left unfinished; returns how many turns.

        What a worker of this host held is free at once, for those who wait for it; what others held, when it runs out.
        """
        done = 0
        for conversation_id, claim in await self._store.read(abandoned.held):
            if self._claims.is_orphan(claim):
                await self._store.write(turns.release, conversation_id, claim)
        for conversation_id in await self._store.read(abandoned.unfinished, ABANDONED_SECONDS):
            while work := await self._store.write(turns.claim, conversation_id, self._claims.new()):
                await self._answer(work)
                done += 1
        return done

    async def _finished(self, question: Question, turn: Turn) -> Turn:
        """Waits for a turn's outcome, answering what stands before it where nobody else does."""
        conversation_id = question.session.conversation_id
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
                work = await self._store.write(turns.claim, conversation_id, self._claims.new())
                if work:
                    await self._answer(work, question if work.turn.id == turn.id else None)
                else:
                    await asyncio.sleep(POLL_SECONDS)

    async def _answer(self, work: Work, question: Question | None = None) -> Turn | None:
        """Answers a claimed turn; `question` is as it was sent, unmasked, where this process was given it.

        Returns the finished turn, or None where the claim was lost meanwhile and another process finishes it.
        """
        if question is None and work.turn.withheld:
            return await self._store.write(_lose, work)
        try:
            response = await self.dialogue.respond(
                question.text if question else work.turn.text,
                work.visitor,
                work.state,
                conversation_id=work.conversation_id,
                address=question.address if question else "",
            )
        except StoreUnavailable:
            with contextlib.suppress(StoreUnavailable):
                await self._store.write(turns.release, work.conversation_id, work.claim)
            raise
        except Exception:
            log.exception("turn.failed", turn=work.turn.id)
            response = None
        masked = mask(question.text) if question else work.turn.text
        return await self._store.write(_finish, work, response, masked, self._intake)


def _look(task: asyncio.Task) -> None:
    """What went wrong with a turn is told to who waits for it; where nobody does, as when the server ends, to nobody."""
    if not task.cancelled():
        task.exception()


def _take(
    database: Database, receive: Callable[[Connection], Question], claim: str
) -> tuple[Question, Turn, Work | None]:
    """Commits a question and claims its conversation, in one visit to the database; nothing is written for a stranger."""
    with database.write_after(receive) as (connection, question):
        conversation_id, digest = question.session.conversation_id, hashlib.sha256(question.text.encode())
        turn = turns.record(
            connection, conversation_id, question.client_id, mask(question.text), digest.hexdigest()
        )
        if turn.finished:
            return question, turn, None
        return question, turn, turns.claim(connection, conversation_id, claim)


def _lose(connection: Connection, work: Work) -> Turn | None:
    """The end of a turn whose text was typed into a form and is gone with the process that had it; the form stays open."""
    lost = [replies.text(wording.FORM_LOST)]
    return turns.finish(connection, work, lost, outcome="text", state=work.state)


def _finish(
    connection: Connection, work: Work, response: Response | None, text: str, intake: Intake
) -> Turn | None:
    """The outcome, and where due the queue row and the open, in one transaction; `text` is the question masked."""
    if response is None:
        return _fail(connection, work, intake)
    if response.typed:
        text = wording.FORM_TYPED
    faq_id = next((answer.faq_id for answer in response.answers if answer.faq_id), None)
    shown = [_masked(reply) for reply in response.replies]
    turn = turns.finish(
        connection,
        work,
        shown,
        outcome=shown[0]["kind"],
        state=response.state,
        text=text,
        intent=None if response.typed else response.intent,
        faq_id=faq_id,
    )
    if turn is None:
        return None
    if faq_id:
        engagement.opened(connection, work.visitor, faq_id)
    for answer in response.answers:
        if answer.unanswered:
            category = Guess(response.intent).category
            details = {"category": category, "candidates": answer.candidates}
            _queue(connection, work, text, intake, "no_answer", **details)
    return turn


def _fail(connection: Connection, work: Work, intake: Intake) -> Turn | None:
    """The end of a turn that could not be answered; what was typed into a form is nothing for staff to read."""
    withheld = work.turn.withheld
    words = wording.FAILED_FORM if withheld else wording.FAILED
    reply = replies.no_answer("" if withheld else work.turn.text, words, can_ask=False)
    turn = turns.finish(connection, work, [reply], outcome="failed", state=work.state)
    if turn and not withheld:
        _queue(connection, work, work.turn.text, intake, "failed")
    return turn


def _queue(
    connection: Connection, work: Work, text: str, intake: Intake, reason: str, **details: Any
) -> None:
    intake.receive(
        connection,
        work.visitor.id,
        text,
        reason,
        turn_id=work.turn.id,
        context=turns.before(connection, work),
        **details,
    )


def _masked(reply: dict[str, Any]) -> dict[str, Any]:
    """A reply repeats the question in places; what is stored repeats it masked."""
    repeated = {name: mask(reply[name]) for name in ("question", "query") if reply.get(name)}
    return {**reply, **repeated}
