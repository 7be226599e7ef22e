"""Answering an item: a new entry or a change of one, kept as a draft or published."""

from __future__ import annotations

from sanic import Blueprint
from sanic.response import HTTPResponse

from bot.errors import ContentError, RequestError, Stale
from bot.faq.fields import EntryFields
from bot.korean.text import key
from bot.review.model import Draft, OpenedItem
from bot.web.staff.conflict import conflict_of
from bot.web.staff.editor_page import Editing, check, editor_page, problem_places, refused_by
from bot.web.staff.fields import Form, entry_fields, entry_id
from bot.web.staff.visit import Visit, route

answer = Blueprint("staff_answer", url_prefix="/staff")
ITEM = "/queue/<item_id:int>"


@route(answer, ITEM + "/answer", "draft")
async def answer_page(visit: Visit, item_id: int) -> HTTPResponse:
    """The draft as it was kept; with `entry` a change of that entry, with `new` a new one."""
    opened = await visit.call(visit.ctx.desk.queue.open, item_id)
    wanted, item = visit.form.raw("entry"), opened.item
    if wanted:
        entry = await visit.call(visit.ctx.desk.editor.open, entry_id(wanted))
        questions = {key(text): text for text in (*opened.suggested.questions, *entry.fields.questions)}
        ordered = sorted(questions.values(), key=lambda text: text not in entry.fields.questions)
        fields = EntryFields.from_dict(entry.fields.as_dict() | {"questions": ordered})
        editing = Editing(fields, entry.digest, opened, item.version)
    elif item.draft and not visit.form.raw("new"):
        draft = Draft.from_dict(item.draft)
        editing = Editing(draft.fields or opened.suggested, draft.base, opened, item.version)
    else:
        editing = Editing(opened.suggested, "", opened, item.version)
    return await editor_page(visit, editing)


@route(answer, ITEM + "/draft", "draft", post=True)
async def keep_draft(visit: Visit, item_id: int) -> HTTPResponse:
    """For who may not publish also: the draft left to who may."""
    editing, hand_over = await _editing(visit, item_id), bool(visit.form.raw("hand_over"))
    try:
        await visit.call(
            visit.ctx.desk.queue.save_draft, item_id, editing.version, _draft(editing), hand_over=hand_over
        )
    except Stale as error:
        return await _stale(visit, editing, error)
    except RequestError as error:
        if error.status in (403, 404):
            raise
        return await editor_page(visit, editing, **refused_by(error))
    if hand_over:
        return visit.go(f"/staff/queue/{item_id}", "handed_over")
    return visit.go(f"/staff/queue/{item_id}/answer", "drafted")


@route(answer, ITEM + "/publish", "publish", post=True)
async def publish(visit: Visit, item_id: int) -> HTTPResponse:
    editing = await _editing(visit, item_id)
    try:
        published = await visit.call(visit.ctx.desk.queue.publish, item_id, editing.version, _draft(editing))
    except Stale as error:
        return await _stale(visit, editing, error)
    except (RequestError, ContentError) as error:
        if isinstance(error, RequestError) and error.status in (403, 404):
            raise
        return await editor_page(visit, editing, **refused_by(error))
    said = "waiting" if published.waiting else "published"
    return visit.go(f"/staff/queue/{item_id}", said, told=published.told)


@route(answer, "/faq/check", "draft", post=True)
async def check_entry(visit: Visit) -> HTTPResponse:
    """Lint and preview of what is typed: a part of the page for htmx, the whole page without it. Writes nothing."""
    form = visit.form
    if visit.is_partial:
        editing = Editing(entry_fields(form), form.line("base", 64))
        checked = await check(visit, editing)
        lint = problem_places(checked.problems)
        return await visit.page("_check.html", checked=checked, lint=lint, fields=editing.fields)
    item_id = form.number("item", 0)
    editing = (
        await _editing(visit, item_id) if item_id else Editing(entry_fields(form), form.line("base", 64))
    )
    return await editor_page(visit, editing)


async def _editing(visit: Visit, item_id: int) -> Editing:
    form: Form = visit.form
    opened: OpenedItem = await visit.call(visit.ctx.desk.queue.open, item_id)
    return Editing(entry_fields(form), form.line("base", 64), opened, form.number("version"))


def _draft(editing: Editing) -> Draft:
    kind = "change" if editing.base else "entry"
    return Draft(kind, editing.fields, editing.base, editing.fields.id if editing.base else "")


async def _stale(visit: Visit, editing: Editing, error: Stale) -> HTTPResponse:
    """The form again with all that was typed, on top of what is stored now: saving once more is a decision then."""
    conflict = conflict_of(error, editing.item.history if editing.item else ())
    now = Editing(
        editing.fields,
        conflict.digest or editing.base,
        editing.item,
        conflict.version or (editing.item.item.version if editing.item else editing.version),
    )
    return await editor_page(visit, now, conflict=conflict)
