"""Rows of the queue as files that open right in Korean Excel, with nothing in them that Excel would run."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from bot import tables
from bot.faq.model import CATEGORIES, Content
from bot.review.model import REASONS, Exported
from bot.review.states import STATES
from bot.store.items import Item
from bot.tables import Cell, Form

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


def write(found: Iterable[Sequence[Cell]], form: Form, now: datetime.datetime) -> Exported:
    """The file of some rows."""
    lines = list(found)
    data = tables.written((HEAD, *lines), form, "질문")
    return Exported(f"elbi-queue-{now:%Y%m%d-%H%M}.{form}", tables.MEDIA[form], data, len(lines))


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return datetime.datetime.fromtimestamp(seconds, ZoneInfo("Asia/Seoul")).strftime("%Y-%m-%d %H:%M")
