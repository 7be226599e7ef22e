"""validate_onboarding_form: reads what a guest typed into the form."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ElbiAction, Events, asked, take_as_typed


class ValidateOnboardingForm(ElbiAction):
    """Fills the fields a text gives, whichever was asked for; ends the form where it asks for something else."""

    def name(self) -> str:
        return "validate_onboarding_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        field = tracker.get_slot("requested_slot")
        if field is None:  # the form is being opened: nothing was typed into it yet
            return []
        text, _, guess = asked(tracker)
        heard = self.answerer.inquiry.hear(text, field, guess.intent, guess.confidence)
        take_as_typed(heard.kind != "other")
        if heard.kind in ("stop", "other"):
            return [SlotSet("onboarding_problem", heard.kind), SlotSet("requested_slot", None)]
        if heard.kind == "unclear":
            return [SlotSet("onboarding_problem", "unclear")]
        if heard.kind == "correct":
            return [SlotSet("onboarding_problem", None), SlotSet(heard.field, None), *_forget(heard.field)]
        slots = {"onboarding_problem": heard.problem}
        if heard.number:
            slots["business_number"] = heard.number
        elif heard.problem:
            slots["business_number"] = None
        # a name that did not match may have been right, with a wrong number
        name = heard.name or (heard.number and tracker.get_slot("earlier_representative"))
        if name:
            slots["representative"] = name
        return [SlotSet(slot, value) for slot, value in slots.items()]


def _forget(field: str) -> Events:
    return [SlotSet("earlier_representative", None)] if field == "representative" else []
