"""Rows of the queue as files that open right in Korean Excel, with nothing in them that Excel would run."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from bot.faq.model import CATEGORIES, Content
from bot.review.model import REASONS, Exported
from bot.review.states import STATES
from bot.store.items import Item

HEAD = (
    "번호",
    "상태",
    "이유",
    "질문",
    "물은 사람",
    "횟수",
    "회사",
    "분류",
    "처음 접수",
    "마지막 접수",
    "담당",
    "메모",
    "답변 FAQ",
    "답변 제목",
    "답변 등록",
)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_CHARACTERS = 32_000  # of a cell
Cell = str | int


def rows(
    items: Sequence[Item], companies: Mapping[int, Sequence[str]], content: Content
) -> list[tuple[Cell, ...]]:
    """A row for each item, in the order of HEAD."""
    made = []
    for each in items:
        entry = content.by_id.get(each.faq_id or "")
        category = CATEGORIES[each.category].label if each.category in CATEGORIES else ""
        made.append(
            (
                each.id,
                STATES[each.state],
                REASONS[each.reason],
                each.text,
                each.askers,
                each.times,
                ", ".join(companies.get(each.id, ())),
                category,
                _time(each.first_asked_at),
                _time(each.last_asked_at),
                each.assignee,
                each.note,
                each.faq_id or "",
                entry.title if entry else "",
                _time(each.published_at),
            )
        )
    return made


def write(found: Iterable[Sequence[Cell]], form: Literal["csv", "xlsx"], now: datetime.datetime) -> Exported:
    """The file of some rows."""
    lines = [[neutral(cell) for cell in row] for row in found]
    name = f"elbi-queue-{now:%Y%m%d-%H%M}.{form}"
    if form == "csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows([HEAD, *lines])
        data = text.getvalue().encode("utf-8-sig")  # without the mark Excel reads Hangul as CP949
        return Exported(name, "text/csv; charset=utf-8", data, len(lines))
    return Exported(name, _XLSX, _workbook(lines), len(lines))


def neutral(cell: Cell) -> Cell:
    """A cell that a spreadsheet takes for a text, whatever it begins with."""
    if not isinstance(cell, str):
        return cell
    cell = cell[:_MOST_CHARACTERS]
    return "'" + cell if cell.lstrip(" ").startswith(_DANGEROUS) or cell.startswith(_DANGEROUS) else cell


def _workbook(lines: Iterable[Sequence[Cell]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("질문")
    sheet.freeze_panes = "A2"
    for row in (HEAD, *lines):
        cells = []
        for value in row:
            text = isinstance(value, str)
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", value) if text else value)
            if text:
                cell.data_type = "s"  # never a formula
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return datetime.datetime.fromtimestamp(seconds, ZoneInfo("Asia/Seoul")).strftime("%Y-%m-%d %H:%M")
