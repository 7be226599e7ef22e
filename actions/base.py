"""What all actions share: the services they call, and how a reply is uttered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.answerer import Answerer
from bot.answers import Answer, Guess
from bot.dialogue.turn import current_turn, guess_of
from bot.follow_up import go_on, pick
from bot.inquiry import Guest
from bot.replies import as_text
from bot.visitor import Visitor

Events = list[dict[str, Any]]


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

    def answer(self, question: str, visitor: Visitor, guess: Guess) -> Answer:
        """What to reply; each action says, or has a `run` of its own."""
        raise NotImplementedError

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        question, visitor, guess = asked(tracker)
        found = await self.followed(tracker)
        if found is None:
            meant = await self.answerer.means_an_entry(question, visitor, guess)
            found = (self.answerer.reply if meant else self.answer)(question, visitor, guess)
        utter(dispatcher, found)
        return []

    async def followed(self, tracker: Tracker) -> Answer | None:
        """The answer to what goes on from what was shown before (2번, 비용은요?); None for what stands for itself."""
        question, visitor, guess = asked(tracker)
        memory = current_turn().memory
        found = pick(self.answerer, question, visitor, memory)
        return found or await go_on(self.answerer, question, visitor, guess, memory)


def asked(tracker: Tracker) -> tuple[str, Visitor, Guess]:
    """The text of the turn, who it is from, and what the classifier takes it for."""
    message = tracker.latest_message or {}
    return message.get("text") or "", current_turn().visitor, guess_of(message)


def guest_of(tracker: Tracker) -> Guest:
    """Who asks, for counting; under Rasa's own servers their conversation stands for the session."""
    turn = current_turn()
    return Guest(turn.visitor.id or tracker.sender_id, turn.address)


def utter(dispatcher: CollectingDispatcher, answer: Answer) -> None:
    """Replies, in the turn and in the channel."""
    current_turn().answers.append(answer)
    dispatcher.utter_message(text=as_text(answer.reply), json_message=answer.reply)


def take_as_typed(typed: bool) -> None:
    """Says whether the turn's text was given to a form, and so is not to be kept."""
    current_turn().typed = typed
