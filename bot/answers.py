"""What a question is taken for, and what it is answered with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.faq.model import CATEGORIES
from bot.replies import Reply

OPEN_CATEGORIES = frozenset({"signup_login"})  # what guests may be answered about
OFF_TOPIC = frozenset({"out_of_scope", "chitchat"})
SURE_CATEGORY = 0.5  # certainty of the classifier from which a guest asks what members are answered
_SURELY_OFF_TOPIC = 0.95  # below, it may be the portal's business that no entry is about yet


@dataclass(frozen=True)
class Guess:
    """What the classifier takes a question for: an intent (a category, or one of conversation) and how sure it is."""

    intent: str | None = None
    confidence: float = 0.0

    @property
    def category(self) -> str | None:
        return self.intent if self.intent in CATEGORIES else None

    @property
    def members_only(self) -> bool:
        """Whether it is of a category that guests are not answered about."""
        return self.category is not None and self.category not in OPEN_CATEGORIES

    @property
    def off_topic(self) -> bool:
        return self.intent in OFF_TOPIC and self.confidence >= _SURELY_OFF_TOPIC


@dataclass(frozen=True)
class Answer:
    """A reply, and what the queue and the statistics want to know about how it came about."""

    reply: Reply
    faq_id: str | None = None
    candidates: Sequence[dict[str, Any]] = ()
    unanswered: bool = False  # belongs into the review queue
