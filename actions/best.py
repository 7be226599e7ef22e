"""action_best: shows what is asked most."""

from __future__ import annotations

from actions.base import ElbiAction
from bot.answers import Answer, Guess
from bot.visitor import Visitor


class ActionBest(ElbiAction):
    """The five most opened entries."""

    def name(self) -> str:
        return "action_best"

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        return self.answerer.show_best(visitor)
