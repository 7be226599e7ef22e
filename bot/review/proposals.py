"""What an item is opened with: the entries that come near, and a new entry begun from its questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.errors import InvalidRequest
from bot.faq.fields import LISTS, EntryFields
from bot.faq.model import CATEGORIES, Entry
from bot.korean.text import clean, key
from bot.review.grouping import SIMILAR, Grouping
from bot.search.index import Catalogue
from bot.store.asked import Asked
from bot.store.items import Item
from bot.visitor import Visitor

NEAR = 8  # candidates shown
MOST_SIMILAR = 3  # other items shown
PHRASINGS = 8  # of the questions asked, that a new entry begins with
MOST_PHRASING = 300
_MASKED = re.compile(r"\[(?:이메일|주민번호|카드번호|전화번호|사업자번호|계좌번호)\]")


def candidates(catalogue: Catalogue, text: str) -> list[dict[str, Any]]:
    """The entries that come nearest to a question, whoever may see them: [{"id", "title", "category", …, "score"}]."""
    found = catalogue.index_for(Visitor(mode="member")).search(text).candidates[:NEAR]
    return [
        {
            "id": each.entry.id,
            "title": each.entry.title,
            "category": each.entry.category,
            "audience": each.entry.audience,
            "system": each.entry.system,
            "score": round(each.score, 4),
        }
        for each in found
    ]


def similar(grouping: Grouping, item: Item, others: Sequence[Item]) -> list[Item]:
    """Those of other items that may ask the same, the nearest first."""
    scored = [(grouping.alike(item.text, each.text), each) for each in others if each.id != item.id]
    near = sorted((each for each in scored if each[0] >= SIMILAR), key=lambda each: -each[0])
    return [each for _, each in near[:MOST_SIMILAR]]


def entry_for(catalogue: Catalogue, item: Item, asked: Sequence[Asked]) -> EntryFields:
    """A new entry begun from a question: its phrasings, category and an id that is free; title and answer are to be written."""
    phrasings = {key(each.text): each.text for each in reversed(asked) if not _MASKED.search(each.text)}
    return EntryFields(
        id=free_id(catalogue, item),
        category=item.category if item.category in CATEGORIES else "general",
        audience=audience_of(asked),
        questions=tuple(phrasings.values())[-PHRASINGS:],
    )


def free_id(catalogue: Catalogue, item: Item) -> str:
    """An id that no entry has: the category and the item's number."""
    category = (item.category if item.category in CATEGORIES else "general") or "general"
    stem = f"{category.replace('_', '-')}-q{item.id}"
    taken = catalogue.content.by_id
    return next(each for each in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if each not in taken)


def audience_of(asked: Sequence[Asked]) -> str:
    """`guest` where guests alone asked, else `member`: what a member asked may be members' business."""
    return "guest" if asked and all(each.mode == "guest" for each in asked) else "member"


def fields_of(entry: Entry) -> EntryFields:
    """The fields of an entry."""
    return EntryFields.of(entry)


def phrasing(faq_id: str, text: str) -> EntryFields:
    """What adds a phrasing to an entry; raises InvalidRequest for one that is none."""
    text = clean(text)
    if not key(text) or len(text) > MOST_PHRASING:
        raise InvalidRequest(f"질문 표현을 {MOST_PHRASING}자 안으로 적어 주세요.", code="phrasing")
    if _MASKED.search(text):
        raise InvalidRequest("개인정보가 가려진 표현은 [ ] 부분을 지우고 추가해 주세요.", code="phrasing")
    return EntryFields(id=faq_id, category="", questions=(text,))


def draft_difference(stored: dict[str, Any] | None, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a draft differs from the one stored now: [{"field", "before": stored, "after": wanted}]."""
    old, new = (_flat(each or {}) for each in (stored, wanted))
    return [
        {"field": name, "before": old.get(name), "after": new.get(name)}
        for name in dict.fromkeys((*old, *new))
        if (old.get(name) or None) != (new.get(name) or None)
    ]


def _flat(draft: dict[str, Any]) -> dict[str, Any]:
    fields = draft.get("fields") or {}
    plain = {name: draft.get(name) for name in ("kind", "faq_id", "phrasing")}
    return plain | {name: list(value) if name in LISTS else value for name, value in fields.items()}
