"""What a conversation remembers between turns, and Rasa's tracker store over it.

Our own tables hold the transcript. Rasa is given only what its next prediction needs: while a form is open, which one and
the slots; else nothing. So a turn costs the same whether it is the 5th or the 500th. What was typed into a form is sealed:
nobody reads it in the database, and it is forgotten when the form closes, or has been open too long.
"""

from __future__ import annotations

from typing import Any

from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.turn import current_turn
from bot.seal import Seal
from bot.store.turns import FORM

FORM_SECONDS = 30 * 60


class TurnTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Reads a tracker from the current turn's state and writes it back there."""

    def __init__(self, domain: Domain, seal: Seal) -> None:
        super().__init__(domain)
        self._seal = seal

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        tracker = DialogueStateTracker(sender_id, self.domain.slots)
        for event in self._events(current_turn().state):
            tracker.update(event, self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        current_turn().state = self._state(tracker)

    def _events(self, state: dict[str, Any]) -> list[Event]:
        sealed = state.get(FORM)
        form = self._seal.open(sealed, seconds=FORM_SECONDS) if isinstance(sealed, str) else None
        if not form or form["name"] not in self.domain.form_names:
            return [SessionStarted(), ActionExecuted(ACTION_LISTEN_NAME)]
        slots = [SlotSet(name, value) for name, value in form["slots"].items()]
        opened = [ActionExecuted(form["name"]), ActiveLoop(form["name"])]
        return [SessionStarted(), *opened, *slots, ActionExecuted(ACTION_LISTEN_NAME)]

    def _state(self, tracker: DialogueStateTracker) -> dict[str, Any]:
        if not tracker.active_loop:
            return {}
        slots = {name: slot.value for name, slot in tracker.slots.items() if slot.value is not None}
        return {FORM: self._seal.close({"name": tracker.active_loop_name, "slots": slots})}
