"""The form an answer is written in: for an item of the queue, for a new entry, for one that is there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from sanic.response import HTTPResponse

from bot.errors import ContentError, RequestError
from bot.faq.fields import LABELS, EntryFields
from bot.faq.model import Problem
from bot.review.model import Checked, OpenedItem
from bot.web.staff.conflict import Conflict
from bot.web.staff.page import ShownProblem, shown_problems
from bot.web.staff.visit import Visit


@dataclass(frozen=True)
class Editing:
    """What is being written: `base` is the digest of the entry it changes, empty for a new one."""

    fields: EntryFields
    base: str = ""
    item: OpenedItem | None = None
    version: int = 0  # of the item, as it was when the form was made

    @property
    def is_new(self) -> bool:
        return not self.base


async def editor_page(
    visit: Visit,
    editing: Editing,
    *,
    status: int = 200,
    error: str = "",
    refused: tuple[ShownProblem, ...] = (),
    conflict: Conflict | None = None,
    **values: Any,
) -> HTTPResponse:
    """The page with the form, what the linter says of it, and how it would look."""
    checked = await check(visit, editing)
    return await visit.page(
        "editor.html",
        status=409 if conflict else status,
        editing=editing,
        fields=editing.fields,
        checked=checked,
        lint=problem_places(checked.problems),
        error=error,
        refused=refused,
        conflict=conflict,
        entry=values.pop("entry", None),
        rows=max(10, editing.fields.answer.count("\n") + 3),
        **values,
    )


async def check(visit: Visit, editing: Editing) -> Checked:
    """Lint and preview; writes nothing."""
    replaces = editing.fields.id if editing.base else ""
    return await visit.call(visit.ctx.desk.editor.check, editing.fields, replaces=replaces)


def problem_places(problems: Any) -> tuple[ShownProblem, ...]:
    """The linter's problems as the form calls things, the errors first."""
    ordered = sorted(problems, key=lambda each: isinstance(each, Problem) and each.warning)
    return tuple(replace(each, words=_as_the_form_says(each.words)) for each in shown_problems(ordered))


def _as_the_form_says(said: str) -> str:
    """The linter speaks to who edits YAML: fields by their labels here, and nothing of quotes."""
    said = re.sub(r"'(\w+)'(?=이\(가\)|의|에|이 )", lambda name: LABELS.get(name[1], name[0]), said)
    said = re.sub("([가-힣])이\\(가\\)", lambda end: end[1] + "이가"[(ord(end[1]) - 0xAC00) % 28 == 0], said)
    return re.sub(r"비었거나 글이 아닙니다\..*", "비어 있습니다. 써 주세요.", said)


def refused_by(error: RequestError | ContentError) -> dict[str, Any]:
    """What a page says where publishing or saving was refused."""
    if isinstance(error, ContentError):
        return {
            "status": 422,
            "error": "고칠 곳이 있어 발행하지 않았습니다. 쓰신 내용은 그대로 있습니다.",
            "refused": problem_places(error.problems),
        }
    return {"status": error.status, "error": error.message}
