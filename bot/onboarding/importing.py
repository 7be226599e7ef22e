"""Onboarding records from CSV and XLSX: all of a file or, with every problem named by its line, nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import tables
from bot.korean.text import key
from bot.onboarding.model import LABELS, REQUIRED, Record
from bot.onboarding.reading import record_of
from bot.onboarding.status import problems as problems_of

_ALSO = {
    "사업자번호": "business_number",
    "회사명": "company",
    "상호": "company",
    "구매처명": "company",
    "대표자": "representative",
    "대표자성명": "representative",
    "업체유형": "track",
    "인증서만료": "certificate_expires_on",
}
_COLUMNS = (
    {key(name): field for field, name in LABELS.items()} | {key(field): field for field in LABELS} | _ALSO
)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and in which line of the file."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def read(path: Path, now: datetime) -> tuple[list[Record], list[Problem]]:
    """The file's records and everything that is wrong in it, by line; raises ElbiError where it cannot be read at all."""
    numbered = tables.read(path)
    line, header = next(numbered, (1, ()))
    columns, problems = _columns(path, line, header)
    if problems:
        return [], problems
    records: list[Record] = []
    lines: dict[str, int] = {}
    for line, cells in numbered:
        messages: list[str] = []
        if any(map(tables.filled, cells[len(columns) :])):
            messages.append(f"제목 줄보다 칸이 많습니다 ({len(columns)}칸이어야 합니다)")
        record, errors = record_of(_values(columns, cells))
        messages += [str(error) for error in errors]
        if record is not None:
            messages += [message for _, message in problems_of(record, now)]
            first = lines.setdefault(record.business_number, line)
            if first != line:
                messages.append(f"사업자등록번호 '{record.business_number}'이(가) {first}행에도 있습니다")
            records.append(record)
        problems += [Problem(path, line, message) for message in messages]
    if not records and not problems:
        problems.append(Problem(path, line, "가져올 내용이 없습니다"))
    return records, problems


def _columns(path: Path, line: int, header: Sequence[Any]) -> tuple[list[str], list[Problem]]:
    names = [str(cell if cell is not None else "").strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    fields = [_COLUMNS.get(key(name), "") for name in names]
    messages = [
        f"모르는 열 '{name[:40]}' (쓸 수 있는 열: {', '.join(LABELS.values())})"
        for name, field in zip(names, fields, strict=True)
        if not field
    ][:3]
    messages += [
        f"'{LABELS[field]}' 열이 두 번 있습니다"
        for field in dict.fromkeys(fields)
        if field and fields.count(field) > 1
    ]
    missing = [LABELS[field] for field in REQUIRED if field not in fields]
    if missing:
        messages.append(f"제목 줄에 꼭 있어야 할 열이 없습니다: {', '.join(missing)}")
    return fields, [Problem(path, line, message) for message in messages]


def _values(columns: Sequence[str], cells: Sequence[Any]) -> Mapping[str, Any]:
    return dict(zip(columns, cells, strict=False))
