"""How a question gets into the queue: joined with those that say the same, at once, in the transaction that stores it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.faq.model import Content
from bot.review.grouping import CurrentGrouping, Grouping
from bot.store import engagement, items, log, questions
from bot.store.schema import question
from bot.store.schema_review import item
from bot.store.staff import SYSTEM

LOOKED_AT = 3000  # open items that a new question is compared with, the newest
WORDINGS = 5  # of one person in one item that are kept; more only count
_LOCK = 7140502  # PostgreSQL's advisory lock: two equal questions at once become one item


class Intake:
    """Takes questions (already masked) in. `content` gives the FAQ that is served, for the rarity of words."""

    def __init__(self, content: Callable[[], Content]) -> None:
        self._grouping = CurrentGrouping(content)

    def prepare(self) -> None:
        """Brings the comparison of questions up to the content, so that no question waits for it holding the database."""
        self._grouping()

    def receive(
        self,
        connection: Connection,
        visitor_id: str,
        text: str,
        reason: str,
        *,
        category: str | None = None,
        about: str | None = None,
        comment: str = "",
        turn_id: int | None = None,
        candidates: Sequence[dict[str, Any]] = (),
        context: Sequence[dict[str, Any]] = (),
        client_id: str | None = None,
    ) -> str:
        """Puts a question into the queue and returns its id.

        The same person asking the same again counts up what is there; many wordings of one person stay one asker. What
        comes again under the same `client_id` is the same request, and counts nothing; raises Conflict (questions.put).
        """
        # "이건 얼마죠" about one entry is another question than about another one
        item_id = self._item_for(connection, text, reason, category, about if reason == "asked" else None)
        known = None
        if not (client_id and questions.is_there(connection, visitor_id, client_id)):
            known = questions.again(connection, visitor_id, text, reason, item_id, comment, WORDINGS)
        question_id = known or questions.put(
            connection,
            visitor_id,
            text,
            reason,
            turn_id=turn_id,
            category=category,
            about=about,
            candidates=candidates,
            context=context,
            item_id=item_id,
            comment=comment,
            client_id=client_id,
        )
        items.recount(connection, item_id)
        return question_id

    def thumb_down(
        self, connection: Connection, visitor_id: str, faq_id: str, title: str, category: str, comment: str
    ) -> str:
        """An entry did not help: the question it was shown for waits again, or where there was none, its title."""
        turn = engagement.shown_for(connection, visitor_id, faq_id)
        return self.receive(
            connection,
            visitor_id,
            turn.text if turn else title,
            "comment" if comment else "unhelpful",
            category=category,
            about=faq_id,
            comment=comment,
            turn_id=turn.id if turn else None,
        )

    def judge_lists(self, connection: Connection, after_seconds: float) -> int:
        """Lists of which nothing was opened, once another question followed or some time has gone by; how many."""
        judged = engagement.lists_left(connection, after_seconds)
        for each in judged:
            category = each.intent
            self.receive(
                connection, each.visitor_id, each.text, "unopened", category=category, turn_id=each.turn_id
            )
        return len(judged)

    def adopt(self, connection: Connection) -> int:
        """Gives questions from before there were items theirs; how many."""
        orphans = questions.without_item(connection)
        for each in orphans:
            about = each.about if each.reason == "asked" else None
            item_id = self._item_for(connection, each.text, each.reason, each.category, about)
            questions.give_item(connection, each.id, item_id)
            items.recount(connection, item_id)
        return len(orphans)

    def _item_for(
        self, connection: Connection, text: str, reason: str, category: str | None, about: str | None
    ) -> int:
        """The id of the open item that says the same, or of a new one."""
        grouping = self._grouping()  # made before the lock is taken
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        found = self._same(connection, grouping, text, reason, about)
        if found is not None:
            # held until the question is attached: it is not answered in between without its asker being told
            state = select(item.c.state).where(item.c.id == found).with_for_update()
            if connection.execute(state).scalar() in (*items.OPEN, "rejected"):
                return found
        digest = questions.digest_of(text)
        made = items.create(connection, text, digest, reason, time.time(), category=category, about=about)
        log.note(connection, SYSTEM, "new", item_id=made, reason=reason)
        return made

    @staticmethod
    def _same(
        connection: Connection, grouping: Grouping, text: str, reason: str, about: str | None
    ) -> int | None:
        # a duplicate stands for the item it is a duplicate of
        target = item.alias()
        wanted = func.coalesce(target.c.id, item.c.id)
        state = func.coalesce(target.c.state, item.c.state)
        known = (
            select(wanted.label("id"), item.c.text, state.label("state"))
            .join(target, target.c.id == item.c.duplicate_of, isouter=True)
            .where(item.c.about == about if about else item.c.about.is_(None))
        )
        newest = item.c.id.desc()
        digest = questions.digest_of(text)
        words = select(question.c.item_id).where(question.c.digest == digest)
        exact = connection.execute(
            known.where((item.c.digest == digest) | item.c.id.in_(words)).order_by(newest)
        ).all()
        for row in exact:
            # what was rejected stays so when it is only met again; sent by hand it is looked at anew
            if row.state in items.OPEN or (row.state == "rejected" and reason not in ("asked", "comment")):
                return row.id
        open_ones = connection.execute(known.where(state.in_(items.OPEN)).order_by(newest).limit(LOOKED_AT))
        return grouping.nearest(text, ((row.id, row.text) for row in open_ones))
