"""action_onboarding_status: a company's own progress."""

from __future__ import annotations

from actions.base import ElbiAction
from bot.answerer import Answer, Guess
from bot.visitor import Visitor


class ActionOnboardingStatus(ElbiAction):
    """Where the visitor's own company stands."""

    def name(self) -> str:
        return "action_onboarding_status"

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        return self.answerer.onboarding(question, visitor)
