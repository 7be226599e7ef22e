"""Turns of conversations: a question is committed before anything thinks about it, its outcome in one transaction.

Work on a conversation is claimed for a short time by one worker, oldest unfinished turn first, so turns stay in order
whatever process they arrive at, and what a killed process left is finished by another.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Row

from bot import wording
from bot.errors import Conflict
from bot.store.schema import conversation, turn, visitor
from bot.visitor import Visitor

CLAIM_SECONDS = 20
_FREE: dict[str, Any] = {"claimed_by": None, "claimed_until": None}


@dataclass(frozen=True)
class Turn:
    """A question and, once it is finished, what was replied."""

    id: int
    seq: int
    client_id: str
    text: str
    asked_at: float
    outcome: str | None = None
    replies: list[dict[str, Any]] | None = None

    @property
    def finished(self) -> bool:
        return self.replies is not None

    @property
    def withheld(self) -> bool:
        """Whether the text was not kept, because it was typed while a form was open."""
        return self.text == wording.FORM_TYPED


@dataclass(frozen=True)
class Work:
    """A claimed turn, with what is needed to answer it."""

    turn: Turn
    conversation_id: str
    visitor: Visitor
    state: dict[str, Any]
    claim: str
    before: tuple[dict[str, Any], ...] = field(
        default=()
    )  # [{"text", "outcome"}] of the last turns, oldest first


def record(connection: Connection, conversation_id: str, client_id: str, text: str, digest: str) -> Turn:
    """Commits a question; the turn that is there already for the same id. Raises Conflict for another text under it.

    Of what is typed while a form is open nothing is kept, not even a digest, from which a number could be found by trying.
    """
    # the update locks the conversation's row: two requests with one id are told apart on every database
    now = time.time()
    connection.execute(
        update(conversation).where(conversation.c.id == conversation_id).values(updated_at=now)
    )
    row = connection.execute(
        select(turn).where(turn.c.conversation_id == conversation_id, turn.c.client_id == client_id)
    ).first()
    if row:
        if row.digest not in (digest, ""):
            raise Conflict()
        return _turn(row)
    where = conversation.c.id == conversation_id
    connection.execute(update(conversation).where(where).values(last_seq=conversation.c.last_seq + 1))
    seq, state = connection.execute(select(conversation.c.last_seq, conversation.c.state).where(where)).one()
    if state:
        text, digest = wording.FORM_TYPED, ""
    values = {
        "conversation_id": conversation_id,
        "seq": seq,
        "client_id": client_id,
        "text": text,
        "asked_at": now,
    }
    key = connection.execute(insert(turn).values(**values, digest=digest)).inserted_primary_key
    return Turn(key[0], seq, client_id, text, now)


def claim(connection: Connection, conversation_id: str, claim_id: str) -> Work | None:
    """The conversation's oldest unfinished turn for this worker alone, or None where it is taken or all are done."""
    now = time.time()
    taken = connection.execute(
        update(conversation)
        .where(
            conversation.c.id == conversation_id,
            or_(conversation.c.claimed_by.is_(None), conversation.c.claimed_until < now),
            exists().where(_unfinished(conversation_id)),
        )
        .values(claimed_by=claim_id, claimed_until=now + CLAIM_SECONDS)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:
        return None
    row = connection.execute(
        select(turn).where(_unfinished(conversation_id)).order_by(turn.c.seq).limit(1)
    ).first()
    if row is None:  # PostgreSQL: the last turn was finished while this claim waited for its row
        connection.execute(update(conversation).where(_claimed(conversation_id, claim_id)).values(**_FREE))
        return None
    owner = connection.execute(
        select(visitor, conversation.c.state)
        .join(visitor, visitor.c.id == conversation.c.visitor_id)
        .where(conversation.c.id == conversation_id)
    ).one()
    before = connection.execute(
        select(turn.c.text, turn.c.outcome)
        .where(turn.c.conversation_id == conversation_id, turn.c.seq < row.seq, turn.c.text != "")
        .order_by(turn.c.seq.desc())
        .limit(5)
    ).all()
    person = Visitor(owner.id, owner.mode, owner.name, owner.company, owner.business_number)
    context = tuple({"text": each.text, "outcome": each.outcome} for each in reversed(before))
    return Work(_turn(row), conversation_id, person, owner.state or {}, claim_id, context)


def finish(
    connection: Connection,
    work: Work,
    replies: Sequence[dict[str, Any]],
    *,
    outcome: str,
    state: dict[str, Any],
    text: str | None = None,
    intent: str | None = None,
    faq_id: str | None = None,
) -> bool:
    """Stores the outcome and gives the claim back; False, with nothing stored, where the claim was lost meanwhile.

    `text` replaces the question's where it turned out that it is, or is not, to be kept.
    """
    now = time.time()
    held = connection.execute(
        update(conversation)
        .where(_claimed(work.conversation_id, work.claim))
        .values(**_FREE, state=state, updated_at=now)
    )
    if not held.rowcount:
        return False
    outcomes = {"replies": list(replies), "outcome": outcome, "intent": intent, "faq_id": faq_id}
    kept = {} if text is None or text == work.turn.text else {"text": text, "digest": ""}
    connection.execute(
        update(turn).where(turn.c.id == work.turn.id).values(**outcomes, **kept, finished_at=now)
    )
    return True


def announce(connection: Connection, conversation_id: str, replies: Sequence[dict[str, Any]]) -> None:
    """A turn that nobody asked: replies that come by themselves, with an empty text."""
    where = conversation.c.id == conversation_id
    connection.execute(update(conversation).where(where).values(last_seq=conversation.c.last_seq + 1))
    seq = connection.execute(select(conversation.c.last_seq).where(where)).scalar_one()
    now = time.time()
    values = {"conversation_id": conversation_id, "seq": seq, "client_id": str(uuid.uuid4()), "text": ""}
    told = {"replies": list(replies), "outcome": replies[0]["kind"], "asked_at": now, "finished_at": now}
    connection.execute(insert(turn).values(**values, **told, digest=""))


def release(connection: Connection, work: Work) -> None:
    """Gives a claim back with the turn unfinished."""
    connection.execute(update(conversation).where(_claimed(work.conversation_id, work.claim)).values(**_FREE))


def find(connection: Connection, turn_id: int) -> Turn | None:
    """A turn by its id."""
    row = connection.execute(select(turn).where(turn.c.id == turn_id)).first()
    return _turn(row) if row else None


def history(
    connection: Connection, conversation_id: str, after: int = 0, before: int | None = None, limit: int = 100
) -> list[Turn]:
    """Finished turns numbered above `after` and below `before`, oldest first: the first `limit` after `after`, or where
    it is 0 the last `limit`.
    """
    where = [turn.c.conversation_id == conversation_id, turn.c.seq > after, turn.c.finished_at.is_not(None)]
    if before is not None:
        where.append(turn.c.seq < before)
    rows = connection.execute(
        select(turn).where(*where).order_by(turn.c.seq if after else turn.c.seq.desc()).limit(limit)
    ).all()
    return [_turn(row) for row in (rows if after else reversed(rows))]


def ends(connection: Connection, conversation_id: str) -> tuple[int, int]:
    """Numbers of the last finished turn and of the last one the visitor has looked at (0: none)."""
    finished = (turn.c.conversation_id == conversation_id) & turn.c.finished_at.is_not(None)
    last = connection.execute(select(func.max(turn.c.seq)).where(finished)).scalar_one() or 0
    seen = select(conversation.c.seen_seq).where(conversation.c.id == conversation_id)
    return last, connection.execute(seen).scalar_one()


def looked_at(connection: Connection, conversation_id: str, seq: int) -> int:
    """Notes that the visitor has looked at the turns up to `seq`; never goes back. Returns the number now kept."""
    connection.execute(
        update(conversation)
        .where(
            conversation.c.id == conversation_id,
            conversation.c.seen_seq < seq,
            conversation.c.last_seq >= seq,
        )
        .values(seen_seq=seq)
    )
    return ends(connection, conversation_id)[1]


def unfinished(connection: Connection, older_than: float, limit: int = 100) -> list[str]:
    """Ids of conversations with a turn asked more than `older_than` seconds ago that nobody works on."""
    now = time.time()
    free = or_(conversation.c.claimed_by.is_(None), conversation.c.claimed_until < now)
    rows = connection.execute(
        select(turn.c.conversation_id)
        .join(conversation, conversation.c.id == turn.c.conversation_id)
        .where(turn.c.finished_at.is_(None), turn.c.asked_at < now - older_than, free)
        .distinct()
        .limit(limit)
    )
    return [row.conversation_id for row in rows]


def _unfinished(conversation_id: str):
    return and_(turn.c.conversation_id == conversation_id, turn.c.finished_at.is_(None))


def _claimed(conversation_id: str, claim_id: str):
    return and_(conversation.c.id == conversation_id, conversation.c.claimed_by == claim_id)


def _turn(row: Row) -> Turn:
    replies = row.replies if row.finished_at is not None else None
    return Turn(row.id, row.seq, row.client_id, row.text, row.asked_at, row.outcome, replies)
