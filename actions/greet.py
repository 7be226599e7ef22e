"""action_greet: greets."""

from __future__ import annotations

from actions.base import ElbiAction
from bot.answers import Answer, Guess
from bot.visitor import Visitor


class ActionGreet(ElbiAction):
    """Says hello, and what 엘비 is for."""

    def name(self) -> str:
        return "action_greet"

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        return self.answerer.greet(visitor)
