"""action_onboarding_status: where a company stands in signing up."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ElbiAction, Events, asked, guest_of, utter


class ActionOnboardingStatus(ElbiAction):
    """Tells a member; of a guest, the form has to ask which company it is."""

    def name(self) -> str:
        return "action_onboarding_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        question, visitor, _ = asked(tracker)
        answer = await self.followed(tracker) or await self.answerer.onboarding(
            question, visitor, guest_of(tracker)
        )
        if answer is not None:
            utter(dispatcher, answer)
            return [SlotSet("onboarding_form_needed", False)]
        return [
            SlotSet("onboarding_form_needed", True),
            SlotSet("business_number", self.answerer.inquiry.number_in(question)),
        ]
