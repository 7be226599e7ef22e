"""action_help: shows what 엘비 covers."""

from __future__ import annotations

from actions.base import ElbiAction
from bot.answers import Answer, Guess
from bot.visitor import Visitor


class ActionHelp(ElbiAction):
    """The topics and how to ask."""

    def name(self) -> str:
        return "action_help"

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        return Answer(self.answerer.help(visitor))
