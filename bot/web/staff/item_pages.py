"""One item of the queue: what was asked by whom, what comes near, and every way on but writing the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sanic import Blueprint
from sanic.response import HTTPResponse

from bot.errors import RequestError, Stale
from bot.faq.markdown import to_html
from bot.store.asked import Asked
from bot.web.staff.conflict import conflict_of
from bot.web.staff.fields import entry_id
from bot.web.staff.visit import Visit, route

item = Blueprint("staff_item", url_prefix="/staff/queue")
ITEM = "/<item_id:int>"
NEAREST = 5  # candidates shown
MOST_LISTED = 1000  # entries that are all in the page to choose from


@route(item, "/next", "see")
async def next_item(visit: Visit) -> HTTPResponse:
    """On to the open question that comes after one, or back to the queue."""
    found = await visit.call(visit.ctx.desk.queue.next, visit.form.number("after", 0, lowest=0))
    return visit.go(f"/staff/queue/{found.id}") if found else visit.go("/staff/queue", "empty")


@route(item, ITEM, "see")
async def item_page(visit: Visit, item_id: int) -> HTTPResponse:
    return await _page(visit, item_id)


@route(item, ITEM + "/claim", "claim", post=True)
async def claim(visit: Visit, item_id: int) -> HTTPResponse:
    return await _do(visit, item_id, visit.ctx.desk.queue.claim, "claimed")


@route(item, ITEM + "/release", "claim", post=True)
async def release(visit: Visit, item_id: int) -> HTTPResponse:
    return await _do(visit, item_id, visit.ctx.desk.queue.release, "released")


@route(item, ITEM + "/hold", "hold", post=True)
async def hold(visit: Visit, item_id: int) -> HTTPResponse:
    return await _do(visit, item_id, visit.ctx.desk.queue.hold, "held", _note(visit))


@route(item, ITEM + "/reject", "reject", post=True)
async def reject(visit: Visit, item_id: int) -> HTTPResponse:
    return await _do(visit, item_id, visit.ctx.desk.queue.reject, "rejected", _note(visit))


@route(item, ITEM + "/reopen", "reopen", post=True)
async def reopen(visit: Visit, item_id: int) -> HTTPResponse:
    return await _do(visit, item_id, visit.ctx.desk.queue.reopen, "reopened", _note(visit))


@route(item, ITEM + "/duplicate", "duplicate", post=True)
async def duplicate(visit: Visit, item_id: int) -> HTTPResponse:
    of = visit.form.number("of")
    back = of if visit.form.raw("stay") else item_id  # from the page of the question it is joined to
    return await _do(visit, item_id, visit.ctx.desk.queue.duplicate, "duplicate", of, back=back)


@route(item, ITEM + "/phrasing", "publish", post=True)
async def add_phrasing(visit: Visit, item_id: int) -> HTTPResponse:
    faq_id, text = entry_id(visit.form.raw("faq_id")), visit.form.line("text", 500)
    return await _do(visit, item_id, visit.ctx.desk.queue.add_phrasing, "published", faq_id, text or None)


async def _do(
    visit: Visit, item_id: int, function: Callable[..., Any], said: str, *arguments: Any, back: int = 0
) -> HTTPResponse:
    """Does it and goes back to the item; where somebody was faster, the item says so and keeps what was typed."""
    try:
        result = await visit.call(function, item_id, visit.form.number("version"), *arguments)
    except Stale as error:
        return await _page(visit, item_id, stale=error)
    except RequestError as error:
        if error.status in (403, 404):
            raise
        return await _page(visit, item_id, error=error)
    if getattr(result, "waiting", False):
        said = "waiting"
    return visit.go(f"/staff/queue/{back or item_id}", said, told=getattr(result, "told", 0))


async def _page(
    visit: Visit, item_id: int, *, stale: Stale | None = None, error: RequestError | None = None
) -> HTTPResponse:
    opened = await visit.call(visit.ctx.desk.queue.open, item_id)
    conflict = conflict_of(stale, opened.history) if stale else None
    content, hosts = visit.ctx.library.catalogue.content, visit.ctx.settings.link_hosts
    near = opened.candidates[:NEAREST]
    known = {each["id"]: content.by_id[each["id"]] for each in near if each["id"] in content.by_id}
    return await visit.page(
        "item.html",
        status=409 if conflict else error.status if error else 200,
        opened=opened,
        item=opened.item,
        asked=_by_person(opened.questions),
        conflict=conflict,
        error=error.message if error else "",
        typed={name: visit.form.line(name, 500) for name in ("note", "of", "text", "faq_id")},
        near=near,
        answers={faq_id: to_html(entry.answer, hosts) for faq_id, entry in known.items()},
        entries=content.entries if len(content.entries) <= MOST_LISTED else (),
        title_of=lambda faq_id: content.by_id[faq_id].title if faq_id in content.by_id else faq_id,
        top=max((each["score"] for each in opened.candidates), default=0),
    )


def _by_person(questions: Sequence[Asked]) -> list[tuple[Asked, list[str]]]:
    """What one person asked in the same words stands there once, with every reason it came for."""
    found: dict[tuple[str, str, str], tuple[Asked, list[str]]] = {}
    for each in questions:
        _, reasons = found.setdefault((each.visitor_id, each.text, each.comment), (each, []))
        if each.reason not in reasons:
            reasons.append(each.reason)
    return list(found.values())


def _note(visit: Visit) -> str:
    return visit.form.line("note", 500)
