"""action_ask_onboarding_form_representative: asks for the representative's name."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ElbiAction, Events, utter
from bot.answers import Answer


class ActionAskOnboardingFormRepresentative(ElbiAction):
    """Asks, and says what was wrong with the last try."""

    def name(self) -> str:
        return "action_ask_onboarding_form_representative"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        problem = tracker.get_slot("onboarding_problem")
        utter(dispatcher, Answer(self.answerer.inquiry.ask("representative", problem)))
        return []
