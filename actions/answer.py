"""action_answer: looks a question up in the FAQ."""

from __future__ import annotations

from actions.base import ElbiAction
from bot.answerer import Answer, Guess
from bot.visitor import Visitor


class ActionAnswer(ElbiAction):
    """Answers, lists, asks to log in, or says that there is no answer yet."""

    def name(self) -> str:
        return "action_answer"

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        return self.answerer.reply(question, visitor, guess)
