"""action_onboarding_result: what comes after the form."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecuted, FollowupAction, SlotSet, UserUttered
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ElbiAction, Events, asked, guest_of, utter
from bot.answers import Answer

FORM_SLOTS = ("business_number", "representative", "earlier_representative", "onboarding_problem", "onboarding_form_needed")  # fmt: skip


class ActionOnboardingResult(ElbiAction):
    """Tells the guest whose pair matches; asks again where it does not; hands on a question that left the form."""

    def name(self) -> str:
        return "action_onboarding_result"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        end = [SlotSet(slot, None) for slot in FORM_SLOTS]
        problem = tracker.get_slot("onboarding_problem")
        if problem == "other":
            message = tracker.latest_message or {}
            again = {
                name: value
                for name, value in message.items()
                if name in ("intent", "intent_ranking", "entities")
            }
            text, *_ = asked(tracker)
            # as if the form had never been open: the rule of the text's own intent decides what answers it
            return [*end, ActionExecuted("action_listen"), UserUttered(text, again)]
        if problem == "stop":
            utter(dispatcher, Answer(self.answerer.inquiry.stopped()))
            return end
        number, name = tracker.get_slot("business_number"), tracker.get_slot("representative")
        reply = await self.answerer.inquiry.of_guest(number, name, guest_of(tracker))
        if reply is not None:
            utter(dispatcher, Answer(reply))
            return end
        return [
            SlotSet("representative", None),
            SlotSet("earlier_representative", name),
            SlotSet("onboarding_problem", "mismatch"),
            FollowupAction("onboarding_form"),
        ]
