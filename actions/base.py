"""What all actions share: the services they call, and how a reply is uttered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.answerer import Answer, Answerer, Guess
from bot.dialogue.turn import current_turn, guess_of
from bot.replies import as_text
from bot.visitor import Visitor


class ElbiAction(Action, ABC):
    """Made with the services of the server; under `rasa run actions` it makes them itself at the first call."""

    def __init__(self, answerer: Answerer | None = None) -> None:
        self._given = answerer

    @cached_property
    def answerer(self) -> Answerer:
        if self._given is not None:
            return self._given
        from bot.assembly import default_answerer

        return default_answerer()

    @abstractmethod
    def name(self) -> str: ...

    @abstractmethod
    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        """What to reply; each action says."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list:
        turn = current_turn()
        message = tracker.latest_message or {}
        answer = self.answer(message.get("text") or "", turn.visitor, guess_of(message))
        turn.answers.append(answer)
        dispatcher.utter_message(text=as_text(answer.reply), json_message=answer.reply)
        return []
