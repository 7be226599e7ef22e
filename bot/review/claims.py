"""Who may change an item now: whoever holds it or nobody does, and only the version they saw."""

from __future__ import annotations

import time
from typing import Any

from bot.errors import Stale
from bot.review import proposals
from bot.review.states import OPEN
from bot.store.items import Item
from bot.store.staff import Account

CLAIM_SECONDS = 30 * 60
# what is stored with an item nobody holds
NOBODY: dict[str, Any] = {"assignee_id": None, "claimed_until": None}


def claim(who: Account) -> dict[str, Any]:
    """What is stored with an item that somebody takes, or goes on with."""
    return {"assignee_id": who.id or None, "claimed_until": time.time() + CLAIM_SECONDS}


def check(item: Item, who: Account, version: int, values: dict[str, Any]) -> None:
    """Raises Stale where the item is another than the one at hand, or somebody else works on it."""
    if item.version != version:
        raise stale(item, values)
    if item.state in OPEN and item.claimed_by_other(who.id, time.time()):
        message = f"{item.assignee}님이 작업하고 있습니다. 끝나거나 시간이 지난 뒤 다시 시도해 주세요."
        raise Stale(message, difference={"by": item.assignee, "version": item.version, "fields": []})


def stale(item: Item, values: dict[str, Any]) -> Stale:
    """Somebody was faster; with how `values` differ from what is stored."""
    fields = proposals.draft_difference(item.draft, values["draft"]) if values.get("draft") else []
    said = {"by": item.assignee, "at": item.updated_at, "version": item.version, "state": item.state}
    return Stale(difference={**said, "fields": fields})
