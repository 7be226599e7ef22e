"""action_goodbye: says goodbye."""

from __future__ import annotations

from actions.base import ElbiAction
from bot.answers import Answer, Guess
from bot.visitor import Visitor


class ActionGoodbye(ElbiAction):
    """Says goodbye."""

    def name(self) -> str:
        return "action_goodbye"

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        return self.answerer.goodbye()
