"""Telling those who asked, in their conversations, that there is an answer."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from sqlalchemy.engine import Connection

from bot.faq.fields import EntryFields
from bot.store import asked, turns

TOLD = ("asked", "comment", "unhelpful", "no_answer", "failed")  # reasons whose askers wait for an answer


def tell(
    connection: Connection, item_id: int, answer: EntryFields, but: AbstractSet[str] = frozenset()
) -> set[str]:
    """Says in the conversations of who asked (`but` some) that there is an answer, where they may see it; returns whose."""
    told = set()
    askers = asked.askers(connection, item_id, TOLD)
    for asker in sorted(askers, key=lambda each: each.conversation_id):
        may_see = answer.audience == "guest" or asker.mode == "member"
        if may_see and asker.conversation_id not in but:
            faq = {"id": answer.id, "title": answer.title}
            said = {"kind": "answered", "question_id": asker.question_id, "question": asker.text, "faq": faq}
            turns.announce(connection, asker.conversation_id, [said])
            told.add(asker.conversation_id)
    return told
