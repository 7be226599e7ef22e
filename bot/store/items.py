"""The items of the review queue: questions that say the same are one item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ORDERS = ("reason", "askers", "newest", "oldest")


@dataclass(frozen=True)
class Item:
    """What waits for an answer. Times are UTC seconds since the epoch, texts are masked."""

    id: int
    text: str
    state: str  # bot.review.states.State
    version: int
    reason: str  # the most explicit one of its questions
    askers: int
    times: int
    first_asked_at: float
    last_asked_at: float
    updated_at: float
    category: str | None = None
    about: str | None = None
    assignee_id: int | None = None
    assignee: str = ""  # their name
    claimed_until: float | None = None  # in the past: the claim has run out
    draft: dict[str, Any] | None = None  # bot.review.model.Draft.as_dict()
    note: str = ""
    duplicate_of: int | None = None
    faq_id: str | None = None
    published_at: float | None = None
    reasons: dict[str, int] | None = (
        None  # how many questions for each reason; only of an item that was opened
    )

    def claimed_by_other(self, account_id: int, now: float) -> bool:
        """Whether somebody else works on it right now."""
        return (
            self.assignee_id is not None
            and self.assignee_id != account_id
            and self.claimed_until is not None
            and self.claimed_until > now
        )


@dataclass(frozen=True)
class Query:
    """Which items to list. Empty fields do not filter."""

    states: Sequence[str] = ()  # empty: all that are open
    reasons: Sequence[str] = ()  # items with a question for one of these reasons
    category: str = ""  # a category, or `none`
    older_than: float = 0.0  # seconds since the first question
    newer_than: float = 0.0
    mine: int | None = None  # an account's id
    text: str = ""  # occurs in a question, ignoring case
    order: str = "reason"  # reason (explicit ones first, then oldest) | askers | newest | oldest
    page: int = 1
    size: int = 20


@dataclass(frozen=True)
class Page:
    """One page of items."""

    items: Sequence[Item]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Asked:
    """One question of an item: who, when, and what stood around it."""

    id: str
    text: str
    reason: str
    comment: str
    times: int
    asked_at: float
    mode: str  # guest | member
    name: str
    company: str
    visitor_id: str
    about: str | None
    candidates: Sequence[dict[str, Any]]  # [{"id", "title", "score"}], best first, as they were then
    turns: Sequence[dict[str, Any]]  # [{"text", "outcome", "asked_at", "this": bool}] around it, oldest first
    item_id: int = 0  # another one's than the item opened, where that one is a duplicate of it
