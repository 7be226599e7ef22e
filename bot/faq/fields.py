"""An entry as plain fields: what forms, drafts, revisions and the writer pass around."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from bot.faq.model import Content, Entry

LABELS = {
    "id": "id",
    "category": "분류",
    "system": "시스템",
    "title": "제목",
    "audience": "공개 범위",
    "questions": "질문 표현",
    "keywords": "키워드",
    "answer": "답변",
    "related": "관련 FAQ",
    "updated": "바뀐 날",
    "source": "출처",
}
READ = ("title", "answer", "system", "audience")  # what vendors read of an entry
LISTS = ("questions", "keywords", "related")
_BLANK = re.compile(r"^[ \t]+$", re.MULTILINE)


@dataclass(frozen=True)
class EntryFields:
    """The fields of an entry as the YAML has them; `updated` is an ISO date. Not checked: see Editor.check."""

    id: str
    category: str
    system: str = "PartnerPlus"
    title: str = ""
    audience: str = "member"
    questions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    answer: str = ""
    related: tuple[str, ...] = ()
    updated: str = ""
    source: str = "sample"

    @classmethod
    def of(cls, entry: Entry) -> EntryFields:
        """The fields of an entry."""
        return cls(
            entry.id,
            entry.category,
            entry.system,
            entry.title,
            entry.audience,
            entry.questions,
            entry.keywords,
            entry.answer.strip(),
            entry.related,
            entry.updated.isoformat(),
            entry.source,
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> EntryFields:
        """From what `as_dict` gave; unknown names are left out, texts are trimmed, empty lines of lists dropped."""
        made: dict[str, Any] = {"id": "", "category": ""}
        for name in cls.names():
            if name in values and values[name] is not None:
                value = values[name]
                if name in LISTS:
                    lines = value.splitlines() if isinstance(value, str) else value
                    made[name] = tuple(str(each).strip() for each in lines if str(each).strip())
                else:
                    made[name] = _BLANK.sub("", str(value).replace("\r\n", "\n")).strip()
        return cls(**made)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The fields' names, in the order of the YAML."""
        return tuple(field.name for field in fields(cls))

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {name: list(value) if name in LISTS else value for name, value in asdict(self).items()}

    @property
    def digest(self) -> str:
        """Tells two states of an entry apart; what forms carry so that a stale save is noticed."""
        normal = self.as_dict() | {"answer": self.answer.strip()}
        return hashlib.sha256(json.dumps(normal, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


MOST_CHANGES = 400  # of which each is asked for by id


def changes(before: Content | None, after: Content) -> tuple[list[EntryFields], set[str] | None]:
    """The entries of `after` that differ, and the ids of these and of those that are gone; all and None where there are many
    or nothing is known of before."""
    if before is not None:
        known = before.by_id
        ids = {each.id for each in after.entries if not _same(known.get(each.id), each)}
        ids |= known.keys() - after.by_id.keys()
        if len(ids) <= MOST_CHANGES:
            return [EntryFields.of(after.by_id[each]) for each in ids if each in after.by_id], ids
    return list(map(EntryFields.of, after.entries)), None


def _same(one: Entry | None, other: Entry) -> bool:
    return one is other or one == other


def dated(fields: EntryFields, today: str, now: EntryFields | None = None) -> EntryFields:
    """The fields with a date (ISO): today where they have none, or where what vendors read differs from `now` but the date does not."""
    left = now is not None and fields.updated == now.updated
    changed = now is not None and any(
        getattr(fields, name).strip() != getattr(now, name).strip() for name in READ
    )
    return replace(fields, updated=today) if not fields.updated or (left and changed) else fields


@dataclass(frozen=True)
class Difference:
    """A field that differs."""

    field: str
    before: Any  # str or list of str; None where there was no entry
    after: Any


def differences(before: EntryFields | None, after: EntryFields | None) -> Iterator[Difference]:
    """The fields in which two states of an entry differ, in the order of the YAML."""
    old, new = (each.as_dict() if each else {} for each in (before, after))
    for name in EntryFields.names():
        if old.get(name) != new.get(name):
            yield Difference(name, old.get(name), new.get(name))
