"""The turn being answered, for what runs inside Rasa: who asks comes from our session, never through Rasa's metadata."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from bot.answers import Answer, Guess
from bot.memory import Memory
from bot.visitor import GUEST, Visitor


@dataclass
class CurrentTurn:
    """What the actions of one turn are told, and what they leave behind."""

    visitor: Visitor = GUEST
    state: dict[str, Any] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    address: str = ""  # the network address the question came from
    typed: bool = False  # the text was given to a form: it is not to be kept
    answers: list[Answer] = field(default_factory=list)
    error: Exception | None = None


_current: ContextVar[CurrentTurn | None] = ContextVar("elbi_turn", default=None)


def current_turn() -> CurrentTurn:
    """The turn of this task. Under Rasa's own servers there is none: everybody is a guest there."""
    return _current.get() or CurrentTurn()


def begin_turn(turn: CurrentTurn) -> None:
    """Makes `turn` the one of this task."""
    _current.set(turn)


def guess_of(message: dict[str, Any]) -> Guess:
    """The classifier's guess in a Rasa message; of `nlu_fallback`, the best real intent below it."""
    for intent in (message.get("intent") or {}, *(message.get("intent_ranking") or ())):
        if intent.get("name") and intent["name"] != "nlu_fallback":
            return Guess(intent["name"], float(intent.get("confidence") or 0.0))
    return Guess()
