"""action_answer: looks a question up in the FAQ."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.base import ElbiAction, Events, asked, utter


class ActionAnswer(ElbiAction):
    """Answers, lists, asks to log in, or says that there is no answer yet."""

    def name(self) -> str:
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        question, visitor, guess = asked(tracker)
        await self.answerer.consider(question, visitor)
        found = await self.followed(tracker)
        utter(dispatcher, found or self.answerer.reply(question, visitor, guess))
        return []
