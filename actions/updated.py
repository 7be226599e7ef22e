"""action_updated: shows what is new."""

from __future__ import annotations

from actions.base import ElbiAction
from bot.answers import Answer, Guess
from bot.visitor import Visitor


class ActionUpdated(ElbiAction):
    """The five newest entries."""

    def name(self) -> str:
        return "action_updated"

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        return self.answerer.show_updated(visitor)
