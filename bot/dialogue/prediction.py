"""Rule predictions remembered: the same story so far leads to the same next action."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Hashable

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    AlwaysEqualEventMixin,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.runner import DirectGraphRunner

REMEMBERED = 4096  # stories
_FEATURES: dict[type[Event], Callable] = {
    ActionExecuted: lambda event: (event.action_name, event.action_text, event.hide_rule_turn),
    ActionExecutionRejected: lambda event: event.action_name,
    ActiveLoop: lambda event: event.name,
    DefinePrevUserUtteredFeaturization: lambda event: event.use_text_for_featurization,
    FollowupAction: lambda event: event.action_name,
    LoopInterrupted: lambda event: event.is_interrupted,
}


class Predictions:
    """What RulePolicy predicts, asked for once a story.

    A story is what the rules can tell apart: intents, actions, loops and featurised slots, without texts and without the
    values a form holds. Where a model has another policy, or rules about texts, or a story something unusual in it,
    nothing is remembered and Rasa is asked each time.
    """

    def __init__(self, runner: DirectGraphRunner) -> None:
        policies = [part for part in runner.components() if isinstance(part, Policy)]
        self._sound = bool(policies) and all(
            type(policy) is RulePolicy and not any('"text"' in rule for rule in policy.lookup[RULES])
            for policy in policies
        )
        self._known: dict[Hashable, PolicyPrediction] = {}

    def get(
        self, tracker: DialogueStateTracker, predict: Callable[[DialogueStateTracker], PolicyPrediction]
    ) -> PolicyPrediction:
        """The prediction for a tracker; `predict` makes it where it is not known."""
        story = _story(tracker) if self._sound else None
        if story is None:
            return predict(tracker)
        found = self._known.get(story)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[story] = predict(tracker)
        own = copy.copy(found)
        own.events = [_now(event) for event in found.events]
        return own


def _story(tracker: DialogueStateTracker) -> Hashable | None:
    story: list[Hashable] = []
    for event in tracker.events:
        kind = type(event)
        if kind is UserUttered:
            if event.entities or event.intent.get("full_retrieval_intent_name"):
                return None
            story.append((kind, event.intent_name))
        elif kind is SlotSet:
            slot = tracker.slots.get(event.key)
            if slot is not None and slot.has_features():
                if not (event.value is None or isinstance(event.value, bool)):
                    return None
                story.append((kind, event.key, event.value))
        elif kind in _FEATURES:
            story.append((kind, _FEATURES[kind](event)))
        elif isinstance(event, AlwaysEqualEventMixin):
            story.append(kind)
        elif kind is not BotUttered:
            return None
    return tuple(story)


def _now(event: Event) -> Event:
    fresh = copy.copy(event)
    fresh.timestamp = time.time()
    return fresh
