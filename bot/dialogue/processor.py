"""Rasa's message processor with the custom actions run in this process instead of over HTTP."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action, RemoteAction, create_bot_utterance
from rasa.core.actions.forms import FormAction
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.engine import loader
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name
from rasa_sdk import Action as SdkAction
from rasa_sdk import Tracker as SdkTracker
from rasa_sdk.executor import CollectingDispatcher

from bot.dialogue.prediction import Predictions
from bot.dialogue.runner import DirectGraphRunner
from bot.dialogue.turn import current_turn


class LocalAction(Action):
    """A rasa_sdk action called directly: no server, no JSON schema check, and an error is an error."""

    def __init__(self, action: SdkAction) -> None:
        self._action = action

    def name(self) -> str:
        return self._action.name()

    async def run(
        self, output_channel: Any, nlg: Any, tracker: DialogueStateTracker, domain: Any
    ) -> list[Event]:
        dispatcher = CollectingDispatcher()
        try:
            result = self._action.run(dispatcher, _sdk_tracker(tracker), {})
            events = await result if inspect.isawaitable(result) else result
        except Exception as error:  # Rasa logs what an action raises and goes on as if nothing had happened
            current_turn().error = error
            raise
        messages = [create_bot_utterance(_filled(message)) for message in dispatcher.messages]
        return messages + deserialise_events(events or [])


class LocalForm(FormAction):
    """A form whose custom actions are called directly, too: Rasa's own makes remote ones of them."""

    def __init__(self, name: str, local: Mapping[str, LocalAction]) -> None:
        super().__init__(name, None)
        self._local = local

    async def validate_slots(
        self,
        slot_candidates: dict[str, Any],
        tracker: DialogueStateTracker,
        domain: Domain,
        output_channel: Any,
        nlg: Any,
    ) -> list[Event]:
        action = self._local.get(f"validate_{self.name()}")
        return await action.run(output_channel, nlg, tracker, domain) if action else []

    async def _ask_for_slot(
        self, domain: Domain, nlg: Any, output_channel: Any, slot_name: str, tracker: DialogueStateTracker
    ) -> list[Event]:
        action = self._local[f"action_ask_{self.name()}_{slot_name}"]
        return await action.run(output_channel, nlg, tracker, domain)


class Processor(MessageProcessor):
    """Handles messages with `actions`, by name."""

    def __init__(self, *args: Any, actions: Mapping[str, SdkAction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._local = {name: LocalAction(action) for name, action in actions.items()}
        self._predictions = Predictions(self.graph_runner)
        self._slots_from_text = _fills_slots(self.domain)

    @staticmethod
    def _load_model(model_path: Path) -> tuple[str, ModelMetadata, DirectGraphRunner]:
        with TempDirectoryPath(get_temp_dir_name()) as directory:
            metadata, runner = loader.load_predict_graph_runner(
                Path(directory), Path(model_path), LocalModelStorage, DirectGraphRunner
            )
        return Path(model_path).name, metadata, runner

    def _predict_next_with_tracker(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        if tracker.followup_action:
            return super()._predict_next_with_tracker(tracker)
        return self._predictions.get(tracker, super()._predict_next_with_tracker)

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Nothing: the domain is the model's own, and Rasa makes an empty one at every message to compare it with."""

    async def run_action_extract_slots(
        self, output_channel: Any, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        if not self._slots_from_text:
            return tracker
        return await super().run_action_extract_slots(output_channel, tracker)

    async def _run_action(self, action: Action, *args: Any, **kwargs: Any) -> bool:
        if isinstance(action, RemoteAction):
            action = self._local[action.name()]
        elif isinstance(action, FormAction):
            action = LocalForm(action.name(), self._local)
        return await super()._run_action(action, *args, **kwargs)


def _fills_slots(domain: Domain) -> bool:
    """Whether action_extract_slots has anything to do: a mapping other than `custom`, or an action that fills or checks."""
    mappings = [mapping for slot in domain.slots for mapping in slot.mappings]
    return ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions or any(
        mapping.get("type") != "custom" or mapping.get("action") for mapping in mappings
    )


def _sdk_tracker(tracker: DialogueStateTracker) -> SdkTracker:
    latest = tracker.latest_message
    return SdkTracker(
        sender_id=tracker.sender_id,
        slots=tracker.current_slot_values(),
        latest_message=latest.parse_data | {"text": latest.text} if latest else {},
        events=[],
        paused=False,
        followup_action=tracker.followup_action,
        active_loop=tracker.active_loop.__dict__ if tracker.active_loop else {},
        latest_action_name=tracker.latest_action_name,
    )


def _filled(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if value}
