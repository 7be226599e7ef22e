"""action_to_elbi: offers to leave a question to staff."""

from __future__ import annotations

from actions.base import ElbiAction
from bot.answers import Answer, Guess
from bot.visitor import Visitor


class ActionToElbi(ElbiAction):
    """Offers To 엘비."""

    def name(self) -> str:
        return "action_to_elbi"

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        return self.answerer.offer_to_ask()
