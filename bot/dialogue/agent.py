"""Dialogue: a question, who asks and the conversation's memory → replies and the new memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.nlg import NaturalLanguageGenerator
from rasa_sdk import Action as SdkAction

from bot.answers import Answer, Guess
from bot.dialogue.processor import Processor
from bot.dialogue.tracker import TurnTrackerStore
from bot.dialogue.turn import CurrentTurn, begin_turn, guess_of
from bot.errors import ElbiError, ModelError
from bot.memory import Memory
from bot.seal import Seal
from bot.visitor import Visitor


@dataclass(frozen=True)
class Response:
    """What a turn came to."""

    replies: list[dict[str, Any]]
    state: dict[str, Any]
    intent: str | None
    answers: Sequence[Answer]
    typed: bool = False  # the text was given to a form, and is not to be kept


class _Silent(OutputChannel):
    """Replies are taken from the turn, not from a channel."""

    @classmethod
    def name(cls) -> str:
        return "elbi"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None: ...


class Dialogue:
    """A loaded Rasa model that answers turns; it keeps nothing between them."""

    def __init__(self, processor: Processor) -> None:
        self._processor = processor

    @classmethod
    def load(cls, model: Path, actions: Mapping[str, SdkAction], seal: Seal | None = None) -> Dialogue:
        """The dialogue of a model archive; raises ModelError where it does not load.

        `seal` closes what an open form holds between turns; without one, only this dialogue can go on with it.
        """
        from rasa.shared.core.domain import Domain

        try:
            processor = Processor(
                model,
                tracker_store=TurnTrackerStore(Domain.empty(), seal or Seal()),
                lock_store=InMemoryLockStore(),
                generator=NaturalLanguageGenerator.create(None, Domain.empty()),
                actions=actions,
            )
        except Exception as error:
            raise ModelError(f"{model} does not load: {error}. Remove it and run `elbi train`.") from error
        processor.tracker_store.domain = processor.domain
        unknown = set(processor.domain.user_actions) - actions.keys()
        if unknown:
            raise ModelError(f"{model} calls for actions that are not there: {', '.join(sorted(unknown))}")
        return cls(processor)

    @property
    def model_id(self) -> str:
        """The id Rasa gave the model."""
        return self._processor.model_metadata.model_id

    async def classify(self, text: str) -> Guess:
        """What the classifier takes a text for."""
        parsed = await self._processor.parse_message(UserMessage(_plain(text), _Silent()))
        return guess_of(parsed)

    async def respond(
        self,
        text: str,
        visitor: Visitor,
        state: Mapping[str, Any],
        *,
        conversation_id: str = "conversation",
        address: str = "",
    ) -> Response:
        """Answers one turn; raises what an action raised, or ElbiError where no action answered."""
        turn = CurrentTurn(visitor, dict(state), Memory.of(state), address)
        begin_turn(turn)
        message = UserMessage(_plain(text), _Silent(), conversation_id)
        tracker = await self._processor.log_message(message, should_save_tracker=False)
        tracker = await self._processor.run_action_extract_slots(message.output_channel, tracker)
        await self._processor._run_prediction_loop(message.output_channel, tracker)
        if turn.error:
            raise turn.error
        if not turn.answers:
            raise ElbiError(f"no action answered (intent {tracker.latest_message.intent.get('name')})")
        await self._processor.save_tracker(tracker)
        intent = tracker.latest_message.intent.get("name")
        said = [answer.reply for answer in turn.answers]
        memory = turn.memory.after(said).state
        return Response(said, turn.state | memory, intent, turn.answers, turn.typed)


def _plain(text: str) -> str:
    """Rasa takes a leading slash for an intent the client names; here it is text."""
    return text.lstrip("/ ") or "?"
