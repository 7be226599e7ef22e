"""What a conversation remembers between turns, and Rasa's tracker store over it.

Our own tables hold the transcript. Rasa is given only what its next prediction needs: the slots, and while a form is
open the last events. So a turn costs the same whether it is the 5th or the 500th.
"""

from __future__ import annotations

from typing import Any

from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.turn import current_turn
from bot.privacy import mask

MAX_EVENTS = 40


class TurnTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Reads a tracker from the current turn's state and writes it back there."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        state = current_turn().state
        tracker = DialogueStateTracker(sender_id, self.domain.slots)
        for event in _events(state):
            tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        current_turn().state = _state(tracker)


def _events(state: dict[str, Any]) -> list[Event]:
    slots: list[Event] = [SlotSet(name, value) for name, value in state.get("slots", {}).items()]
    kept = [event for event in map(Event.from_parameters, state.get("events", ())) if event]
    return [SessionStarted(), *slots, *(kept or [ActionExecuted(ACTION_LISTEN_NAME)])]


def _state(tracker: DialogueStateTracker) -> dict[str, Any]:
    slots = {
        name: slot.value
        for name, slot in tracker.slots.items()
        if slot.value is not None and slot.value != slot.initial_value
    }
    state: dict[str, Any] = {"slots": slots} if slots else {}
    if tracker.active_loop:
        state["events"] = [_stored(event) for event in list(tracker.events)[-MAX_EVENTS:]]
    return state


def _stored(event: Event) -> dict[str, Any]:
    stored = event.as_dict()
    if isinstance(event, UserUttered):
        stored["text"] = mask(event.text or "")
        stored["parse_data"] = {"intent": event.intent, "entities": [], "text": stored["text"]}
        stored["metadata"] = {}
    return stored
