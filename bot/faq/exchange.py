"""Entries as a table for Excel: a row an entry, a list's items on lines of their own within a cell."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot import tables
from bot.faq.fields import LABELS, LISTS, EntryFields, dated
from bot.faq.model import CATEGORIES, Content, Location, Problem
from bot.korean.text import key
from bot.tables import Cell

_COLUMNS = {key(name): field for field, label in LABELS.items() for name in (field, label)}
_CATEGORIES = {key(name): each.id for each in CATEGORIES.values() for name in (each.id, each.label)}
_NAMES = ", ".join(LABELS.values())


def rows(content: Content) -> list[tuple[Cell, ...]]:
    """The heading and a row for each entry, in the order of the files."""
    entries = [EntryFields.of(entry).as_dict() for entry in content.entries]
    return [
        tuple(LABELS.values()),
        *(tuple("\n".join(e[n]) if n in LISTS else e[n] for n in EntryFields.names()) for e in entries),
    ]


def read(
    path: Path, content: Content, today: str
) -> tuple[dict[str, EntryFields], dict[str, int], list[Problem]]:
    """The entries that a file adds or changes, by id, the lines they stand in, and what is wrong with the file.

    A column that is not there leaves the field as it is, a row that is not there its entry. `today` (ISO) becomes
    `updated` of new entries without one, and of those in which what vendors read changed but `updated` did not.
    """
    numbered = tables.read(path)
    line, heading = next(numbered, (1, ()))
    columns, wrong = _columns(heading)
    problems = [_problem(path, line, each) for each in wrong]
    wanted: dict[str, EntryFields] = {}
    lines: dict[str, int] = {}
    for line, cells in numbered if not wrong else ():
        values = dict(_values(columns, cells))
        faq_id = values.get("id", "")
        now = content.by_id.get(faq_id)
        fields = _fields(values, EntryFields.of(now) if now else None, today)
        wrong = [] if faq_id else ["id가 없습니다"]
        wrong += [f"id {faq_id!r}이(가) {lines[faq_id]}행에도 있습니다"] if faq_id in lines else []
        if fields.category not in CATEGORIES:
            wrong.append(f"분류 {fields.category[:40]!r}은(는) 없습니다 ({', '.join(CATEGORIES)})")
        problems += [_problem(path, line, each) for each in wrong]
        lines.setdefault(faq_id, line)
        if now is None or EntryFields.of(now).digest != fields.digest:
            wanted[faq_id] = fields
    if not lines and not problems:
        problems.append(_problem(path, line, "가져올 내용이 없습니다"))
    return wanted, lines, problems


def located(problems: Iterable[tuple[Problem, str]], lines: Mapping[str, int], path: Path) -> list[Problem]:
    """The problems an import would make (each with the id of its entry) at the lines of the file they come from."""
    return [
        replace(each, location=Location(str(path), lines[faq_id])) if faq_id in lines else each
        for each, faq_id in problems
        if not each.warning
    ]


def _columns(heading: Sequence[Any]) -> tuple[list[str], list[str]]:
    names = [str(cell if cell is not None else "").strip() for cell in heading]
    while names and not names[-1]:
        names.pop()
    fields = [_COLUMNS.get(key(name), "") for name in names]
    known = [field for field in fields if field]
    wrong = [
        f"모르는 열 {name[:40]!r} (쓸 수 있는 열: {_NAMES})"
        for name, f in zip(names, fields, strict=True)
        if not f
    ]
    wrong += [
        f"{LABELS[each]!r} 열이 두 번 있습니다" for each in dict.fromkeys(known) if known.count(each) > 1
    ]
    wrong += [] if "id" in fields else ["제목 줄에 'id' 열이 없습니다"]
    return fields, wrong[:5]


def _values(columns: Sequence[str], cells: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for field, cell in zip(columns, cells, strict=False):
        if isinstance(cell, datetime.datetime | datetime.date):
            cell = cell.isoformat()[:10]
        text = tables.meant(cell).strip()
        yield field, _CATEGORIES.get(key(text), text) if field == "category" else text


def _fields(values: Mapping[str, str], now: EntryFields | None, today: str) -> EntryFields:
    fields = EntryFields.from_dict((now.as_dict() if now else {}) | dict(values))
    return dated(fields, today, now)


def _problem(path: Path, line: int, what: str) -> Problem:
    return Problem(Location(str(path), line), what, "파일을 고친 뒤 다시 가져오세요")
