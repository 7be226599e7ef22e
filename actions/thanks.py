"""action_thanks: answers a thank-you."""

from __future__ import annotations

from actions.base import ElbiAction
from bot.answers import Answer, Guess
from bot.visitor import Visitor


class ActionThanks(ElbiAction):
    """Takes a thank-you."""

    def name(self) -> str:
        return "action_thanks"

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        return self.answerer.thanks()
