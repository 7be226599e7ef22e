"""Turns of conversations: a question is committed before anything thinks about it, its outcome in one transaction.

Work on a conversation is claimed for a short time by one worker, oldest unfinished turn first, so turns stay in order
whatever process they arrive at, and what a killed process left is finished by another.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import JSON, and_, bindparam, exists, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot import wording
from bot.errors import Conflict
from bot.store.prepared import Prepared
from bot.store.schema import conversation, turn, visitor
from bot.visitor import Visitor

CLAIM_SECONDS = 20
FORM = "form"  # in the state of a conversation while a form is open (bot.dialogue.tracker)
MEMORY = "memory"  # in the state of a conversation once something was shown (bot.memory)

# The statements of every turn.
_TALK = conversation.c.id == bindparam("talk")
_CLAIMED = and_(_TALK, conversation.c.claimed_by == bindparam("claim"))
# Found among the few turns of all conversations that are unfinished: written plainly, SQLite looks through every turn of
# this one, in the order of `seq`, so that a turn costs the more the longer the conversation is.
_UNFINISHED = and_(turn.c.conversation_id.concat("") == bindparam("talk"), turn.c.finished_at.is_(None))
_FREE: dict[str, Any] = {"claimed_by": None, "claimed_until": None}
_TURN = [
    turn.c[name]
    for name in ("id", "seq", "client_id", "text", "asked_at", "finished_at", "outcome", "replies")
]
_COUNT_UP = Prepared(
    update(conversation)
    .where(_TALK)
    .values(updated_at=bindparam("now"), last_seq=conversation.c.last_seq + 1)
)
_COUNT_BACK = Prepared(update(conversation).where(_TALK).values(last_seq=conversation.c.last_seq - 1))
_SAME_ID = Prepared(
    select(conversation.c.last_seq, conversation.c.state, *_TURN, turn.c.digest)
    .select_from(conversation)
    .outerjoin(
        turn, and_(turn.c.conversation_id == conversation.c.id, turn.c.client_id == bindparam("client"))
    )
    .where(_TALK)
)
_NEW = ("conversation_id", "seq", "client_id", "text", "asked_at", "digest")
_INSERT = Prepared(insert(turn), _NEW)
_CLAIM = Prepared(
    update(conversation)
    .where(
        _TALK,
        or_(conversation.c.claimed_by.is_(None), conversation.c.claimed_until < bindparam("now")),
        exists().where(_UNFINISHED),
    )
    .values(claimed_by=bindparam("claim"), claimed_until=bindparam("until"))
)
_RELEASE = Prepared(update(conversation).where(_CLAIMED).values(**_FREE))
_GIVE_BACK = Prepared(
    update(conversation)
    .where(_CLAIMED)
    .values(**_FREE, state=bindparam("memory", type_=JSON), updated_at=bindparam("now"))
)
_OLDEST = Prepared(
    select(*_TURN, conversation.c.state, visitor.c.id.label("visitor_id"))
    .add_columns(visitor.c.mode, visitor.c.name, visitor.c.company, visitor.c.business_number)
    .join(conversation, conversation.c.id == turn.c.conversation_id)
    .join(visitor, visitor.c.id == conversation.c.visitor_id)
    .where(_UNFINISHED)
    .order_by(turn.c.seq)
    .limit(1)
)
_BEFORE = Prepared(
    select(turn.c.text, turn.c.outcome)
    .where(turn.c.conversation_id == bindparam("talk"), turn.c.seq < bindparam("seq_"), turn.c.text != "")
    .order_by(turn.c.seq.desc())
    .limit(5)
)
_OUTCOME = Prepared(
    update(turn)
    .where(turn.c.id == bindparam("id_"))
    .values(
        replies=bindparam("said", type_=JSON),
        outcome=bindparam("kind"),
        intent=bindparam("guess"),
        faq_id=bindparam("entry"),
        finished_at=bindparam("now"),
    )
)
_REPLACE_TEXT = Prepared(
    update(turn).where(turn.c.id == bindparam("id_")).values(text=bindparam("words"), digest="")
)


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


def record(connection: Connection, conversation_id: str, client_id: str, text: str, digest: str) -> Turn:
    """Commits a question; the turn that is there already for the same id. Raises Conflict for another text under it.

    Of what is typed while a form is open nothing is kept, not even a digest, from which a number could be found by trying.
    """
    now = time.time()
    # the update locks the conversation's row: two requests with one id are told apart on every database
    _COUNT_UP.run(connection, talk=conversation_id, now=now)
    (row,) = _SAME_ID.all(connection, talk=conversation_id, client=client_id)
    if row.id is not None:
        _COUNT_BACK.run(connection, talk=conversation_id)
        if row.digest not in (digest, ""):
            raise Conflict()
        return turn_of(row)
    if FORM in (row.state or {}):
        text, digest = wording.FORM_TYPED, ""
    key = _INSERT.run(
        connection,
        conversation_id=conversation_id,
        seq=row.last_seq,
        client_id=client_id,
        text=text,
        asked_at=now,
        digest=digest,
    )
    return Turn(key, row.last_seq, client_id, text, now)


def claim(connection: Connection, conversation_id: str, claim_id: str) -> Work | None:
    """The conversation's oldest unfinished turn for this worker alone, or None where it is taken or all are done."""
    now = time.time()
    if not _CLAIM.run(connection, talk=conversation_id, claim=claim_id, now=now, until=now + CLAIM_SECONDS):
        return None
    row = _OLDEST.first(connection, talk=conversation_id)
    if row is None:  # PostgreSQL: the last turn was finished while this claim waited for its row
        _RELEASE.run(connection, talk=conversation_id, claim=claim_id)
        return None
    person = Visitor(row.visitor_id, row.mode, row.name, row.company, row.business_number)
    return Work(turn_of(row), conversation_id, person, row.state or {}, claim_id)


def before(connection: Connection, work: Work) -> list[dict[str, Any]]:
    """[{"text", "outcome"}] of the last five turns before a claimed one, oldest first."""
    found = _BEFORE.all(connection, talk=work.conversation_id, seq_=work.turn.seq)
    return [{"text": each.text, "outcome": each.outcome} for each in reversed(found)]


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
) -> Turn | None:
    """Stores the outcome and gives the claim back; None, with nothing stored, where the claim was lost meanwhile.

    `text` replaces the question's where it turned out that it is, or is not, to be kept.
    """
    now = time.time()
    if not _GIVE_BACK.run(connection, talk=work.conversation_id, claim=work.claim, now=now, memory=state):
        return None
    turn, replaced = work.turn, text is not None and text != work.turn.text
    outcomes = {"said": list(replies), "kind": outcome, "guess": intent, "entry": faq_id, "now": now}
    _OUTCOME.run(connection, id_=turn.id, **outcomes)
    if replaced:
        _REPLACE_TEXT.run(connection, id_=turn.id, words=text)
    return replace(turn, text=text if replaced else turn.text, outcome=outcome, replies=list(replies))


def change_state(
    connection: Connection, visitor_id: str, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Changes what a visitor's conversation remembers, outside its turns; a turn that is under way knows nothing of it."""
    where = conversation.c.visitor_id == visitor_id
    state = connection.execute(select(conversation.c.state).where(where).with_for_update()).scalar_one()
    connection.execute(update(conversation).where(where).values(state=change(state)))


def announce(connection: Connection, conversation_id: str, replies: Sequence[dict[str, Any]]) -> None:
    """A turn that nobody asked: replies that come by themselves, with an empty text."""
    where = conversation.c.id == conversation_id
    connection.execute(update(conversation).where(where).values(last_seq=conversation.c.last_seq + 1))
    seq = connection.execute(select(conversation.c.last_seq).where(where)).scalar_one()
    now = time.time()
    values = {"conversation_id": conversation_id, "seq": seq, "client_id": str(uuid.uuid4()), "text": ""}
    told = {"replies": list(replies), "outcome": replies[0]["kind"], "asked_at": now, "finished_at": now}
    connection.execute(insert(turn).values(**values, **told, digest=""))


def release(connection: Connection, conversation_id: str, claim_id: str) -> None:
    """Gives a claim back with the turn unfinished."""
    _RELEASE.run(connection, talk=conversation_id, claim=claim_id)


def find(connection: Connection, turn_id: int) -> Turn | None:
    """A turn by its id."""
    row = connection.execute(select(turn).where(turn.c.id == turn_id)).first()
    return turn_of(row) if row else None


def turn_of(row: Any) -> Turn:
    """A row of the table as a turn."""
    replies = row.replies if row.finished_at is not None else None
    return Turn(row.id, row.seq, row.client_id, row.text, row.asked_at, row.outcome, replies)
