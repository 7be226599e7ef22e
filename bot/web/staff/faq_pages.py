"""The FAQ: its entries, changing them, what they were (편집/복구)."""

from __future__ import annotations

import time

from sanic import Blueprint
from sanic.response import HTTPResponse

from bot.errors import ContentError, NotFound, RequestError, Stale
from bot.faq.fields import EntryFields
from bot.faq.model import CATEGORIES
from bot.review.model import OpenedEntry, Published
from bot.web.staff import words
from bot.web.staff.conflict import conflict_of, field_difference
from bot.web.staff.editor_page import Editing, editor_page, refused_by
from bot.web.staff.fields import entry_fields, entry_id
from bot.web.staff.page import linked
from bot.web.staff.visit import Visit, route

faq = Blueprint("staff_faq", url_prefix="/staff/faq")
SIZE = 50
ENTRY = "/entry/<faq_id:str>"


@route(faq, "", "see")
async def faq_list(visit: Visit) -> HTTPResponse:
    form, editor = visit.form, visit.ctx.desk.editor
    chosen = {
        "q": form.line("q", 100),
        "category": form.choice("category", CATEGORIES),
        "audience": form.choice("audience", ("guest", "member")),
        "source": form.choice("source", words.SOURCES),
        "gone": "1" if form.raw("gone") else "",
    }
    gone = await visit.call(editor.deleted)
    wanted = {name: chosen[name] for name in ("category", "audience", "source")}
    entries = await visit.call(editor.list, chosen["q"], **wanted)
    pages = max(1, -(-len(entries) // SIZE))
    page = min(form.number("page", 1), pages)
    return await visit.page(
        "faq.html",
        entries=entries[(page - 1) * SIZE : page * SIZE],
        total=len(entries),
        page=page,
        pages=pages,
        gone=gone,
        chosen=chosen,
        link=linked("/staff/faq", chosen),
    )


@route(faq, "/new", "edit_faq")
async def new_entry(visit: Visit) -> HTTPResponse:
    category = visit.form.choice("category", CATEGORIES)
    return await editor_page(visit, Editing(EntryFields(_free_id(visit, category), category)))


@route(faq, "/new", "edit_faq", post=True)
async def create(visit: Visit) -> HTTPResponse:
    editing = Editing(entry_fields(visit.form))
    try:
        made = await visit.call(visit.ctx.desk.editor.create, editing.fields)
    except (RequestError, ContentError) as error:
        _raise_if_forbidden(error)
        return await editor_page(visit, editing, **refused_by(error))
    return visit.go(f"/staff/faq/entry/{made.faq_id}", _said(made, "saved"))


@route(faq, ENTRY, "see")
async def entry_page(visit: Visit, faq_id: str) -> HTTPResponse:
    entry = await _open(visit, faq_id)
    if not visit.may("edit_faq"):
        return await visit.page("entry.html", entry=entry, fields=entry.fields)
    return await editor_page(visit, Editing(entry.fields, entry.digest), entry=entry)


@route(faq, ENTRY, "edit_faq", post=True)
async def save(visit: Visit, faq_id: str) -> HTTPResponse:
    form = visit.form
    typed = EntryFields.from_dict(entry_fields(form).as_dict() | {"id": entry_id(faq_id)})
    editing = Editing(typed, form.line("base", 64))
    try:
        saved = await visit.call(visit.ctx.desk.editor.save, typed, editing.base)
    except Stale as error:
        conflict = conflict_of(error)
        return await editor_page(visit, Editing(typed, conflict.digest or editing.base), conflict=conflict)
    except (RequestError, ContentError) as error:
        _raise_if_forbidden(error)
        return await editor_page(visit, editing, **refused_by(error))
    return visit.go(f"/staff/faq/entry/{faq_id}", _said(saved, "saved" if saved.lines else "unchanged"))


@route(faq, ENTRY + "/delete", "edit_faq", post=True)
async def delete(visit: Visit, faq_id: str) -> HTTPResponse:
    await _open(visit, faq_id)  # gone already: not found
    try:
        gone = await visit.call(visit.ctx.desk.editor.delete, entry_id(faq_id), visit.form.line("base", 64))
    except ContentError as error:
        entry = await _open(visit, faq_id)
        return await editor_page(visit, Editing(entry.fields, entry.digest), entry=entry, **refused_by(error))
    return visit.go("/staff/faq", _said(gone, "deleted"))


@route(faq, ENTRY + "/revisions", "see")
async def revisions(visit: Visit, faq_id: str) -> HTTPResponse:
    return await _revisions(visit, entry_id(faq_id))


@route(faq, ENTRY + "/restore", "edit_faq", post=True)
async def restore(visit: Visit, faq_id: str) -> HTTPResponse:
    revision, base = visit.form.number("revision"), visit.form.line("base", 64)
    try:
        restored = await visit.call(visit.ctx.desk.editor.restore, entry_id(faq_id), revision, base)
    except (RequestError, ContentError) as error:
        _raise_if_forbidden(error)
        return await _revisions(visit, faq_id, error=error)
    return visit.go(f"/staff/faq/entry/{faq_id}/revisions", _said(restored, "restored"))


async def _revisions(
    visit: Visit, faq_id: str, error: RequestError | ContentError | None = None
) -> HTTPResponse:
    editor = visit.ctx.desk.editor
    entry = await _now(visit, faq_id)
    try:
        found = await visit.call(editor.revisions, faq_id)
    except NotFound:
        if entry is None:
            raise
        found = []  # as it was written at first
    ids = [each.id for each in found]
    newer = visit.form.number("newer", 0, lowest=0) or None
    older = visit.form.number("older", 0, lowest=0) or None
    if newer not in ids:
        newer = ids[0] if ids else None
    if older not in ids:
        older = next((each for each in ids if newer and each < newer), None)
    differing = await visit.call(editor.difference, faq_id, older, newer) if newer else ()
    refused = refused_by(error) if error else {"status": 200, "error": ""}
    return await visit.page(
        "revisions.html",
        status=refused["status"],
        error=refused["error"],
        refused=refused.get("refused", ()),
        faq_id=faq_id,
        title=entry.fields.title if entry else next((e.fields.title for e in found if e.fields), faq_id),
        revisions=found,
        entry=entry,
        older=older,
        newer=newer,
        differing=[field_difference(each.field, each.before, each.after) for each in differing],
    )


async def _open(visit: Visit, faq_id: str) -> OpenedEntry:
    return await visit.call(visit.ctx.desk.editor.open, entry_id(faq_id))


async def _now(visit: Visit, faq_id: str) -> OpenedEntry | None:
    try:
        return await _open(visit, faq_id)
    except NotFound:
        return None


def _free_id(visit: Visit, category: str) -> str:
    """An id to begin with: category and day, and a number where there is one already."""
    stem = f"{(category or 'entry').replace('_', '-')}-{words.local(time.time()):%y%m%d}"
    taken = visit.ctx.library.catalogue.content.by_id
    return next(each for each in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if each not in taken)


def _said(published: Published, said: str) -> str:
    return "waiting" if published.waiting else said


def _raise_if_forbidden(error: Exception) -> None:
    if isinstance(error, RequestError) and error.status in (403, 404):
        raise error
