"""Somebody was faster: who, when, and what differs between what is stored now and what was to be saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import Stale
from bot.faq.fields import LISTS
from bot.review.model import Did
from bot.web.staff import words
from bot.web.staff.difference import Row, difference


@dataclass(frozen=True)
class FieldDifference:
    """A field and its lines that differ."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Conflict:
    """What a page of a stale save shows; `version` and `digest` are those of what is stored now."""

    message: str
    by: str
    at: float | None
    fields: tuple[FieldDifference, ...]
    version: int | None = None
    digest: str = ""


def conflict_of(error: Stale, history: Sequence[Did] = ()) -> Conflict:
    """From what the desk raised; of an item, its history (newest first) knows who changed it."""
    told = error.difference
    fields = tuple(
        field_difference(each["field"], each.get("before"), each.get("after"))
        for each in told.get("fields", ())
    )
    return Conflict(
        error.message,
        (history[0].name if history and told.get("at") else told.get("by")) or "",
        told.get("at"),
        fields,
        told.get("version"),
        told.get("digest", ""),
    )


def field_difference(name: str, before: Any, after: Any) -> FieldDifference:
    """A field's lines that differ."""
    return FieldDifference(name, tuple(difference(_text(name, before), _text(name, after))))


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    labels = {"category": words.category, "audience": words.AUDIENCES.get, "source": words.SOURCES.get}
    if name in labels:
        return labels[name](value) or str(value)
    if name in LISTS or isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return str(value)
