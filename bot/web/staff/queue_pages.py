"""The queue: what waits for an answer, filtered and sorted, and many items at once."""

from __future__ import annotations

import time
from dataclasses import replace

from sanic import Blueprint
from sanic.response import HTTPResponse, raw

from bot.errors import InvalidRequest, RequestError
from bot.faq.model import CATEGORIES
from bot.review.model import REASONS
from bot.review.states import OPEN, STATES
from bot.store.items import ORDERS, Query
from bot.tables import MEDIA
from bot.web.staff.fields import Form
from bot.web.staff.page import keep_private, linked
from bot.web.staff.visit import Visit, route

queue = Blueprint("staff_queue", url_prefix="/staff")
DAY = 86400.0
AGES = {
    "1d": ("하루 안에 들어온 것", 0.0, DAY),
    "7d": ("7일 안에 들어온 것", 0.0, 7 * DAY),
    "over1d": ("하루 넘게 기다린 것", DAY, 0.0),
    "over3d": ("3일 넘게 기다린 것", 3 * DAY, 0.0),
    "over7d": ("7일 넘게 기다린 것", 7 * DAY, 0.0),
}
SORTS = {
    "reason": "직접 보낸 순",
    "askers": "많이 물은 순",
    "newest": "새로운 순",
    "oldest": "오래된 순",
}
ALL = "all"
BULK = {"claim": "맡기", "release": "놓기", "hold": "보류", "duplicate": "중복으로 묶기", "reject": "반려", "reopen": "다시 열기"}  # fmt: skip
MOST = 200  # items at once


@route(queue, "", "see")
async def home(visit: Visit) -> HTTPResponse:
    return visit.go("/staff/queue")


@route(queue, "/queue", "see")
async def queue_page(visit: Visit) -> HTTPResponse:
    chosen = _chosen(visit.form)
    query = _query(chosen, visit)
    found = await visit.call(visit.ctx.desk.queue.list, query)
    return await visit.page(
        "queue.html",
        found=found,
        chosen=chosen,
        filtered=any(chosen[name] for name in ("reason", "category", "age", "mine", "q")),
        link=linked("/staff/queue", chosen),
        export_link=linked("/staff/queue/export", chosen),
        ages=AGES,
        sorts=SORTS,
        open_states=OPEN,
        overdue_before=time.time() - 3600 * visit.ctx.settings.overdue_hours,
        bulk={action: label for action, label in BULK.items() if visit.may(_needed(action))},
    )


@route(queue, "/queue/bulk", "claim", post=True)
async def bulk(visit: Visit) -> HTTPResponse:
    action = visit.form.choice("action", BULK)
    chosen = visit.form.all("item")[:MOST]
    if not action or not chosen:
        raise InvalidRequest("질문과 할 일을 먼저 골라 주세요.")
    items = [_item_and_version(each) for each in chosen]
    results = await visit.call(
        visit.ctx.desk.queue.bulk,
        action,
        items,
        note=visit.form.line("note", 500),
        of=visit.form.number("of", 0),
    )
    back = linked("/staff/queue", _chosen(visit.form))()
    return await visit.page(
        "bulk.html",
        results=results,
        action=BULK[action],
        done=sum(each.done for each in results),
        back=back,
    )


@route(queue, "/queue/export", "export")
async def export_page(visit: Visit) -> HTTPResponse:
    return await _export_page(visit)


@route(queue, "/queue/export", "export", post=True)
async def export(visit: Visit) -> HTTPResponse:
    form = visit.form
    why = form.line("why", 500)
    kind = form.choice("form", tuple(MEDIA), "xlsx")
    try:
        if len(why) < 2:
            raise InvalidRequest("내보내는 이유를 적어 주세요. 이력에 남습니다.")
        made = await visit.call(visit.ctx.desk.reports.export, _query(_chosen(form), visit), why, kind)
    except RequestError as error:
        if error.status == 403:
            raise
        return await _export_page(visit, error=error)
    response = raw(made.data, content_type=made.content_type)
    keep_private(response)
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


async def _export_page(visit: Visit, error: RequestError | None = None) -> HTTPResponse:
    chosen = _chosen(visit.form)
    found = await visit.call(visit.ctx.desk.queue.list, replace(_query(chosen, visit), size=1, page=1))
    return await visit.page(
        "export.html",
        status=error.status if error else 200,
        error=error.message if error else "",
        total=found.total,
        chosen=chosen,
        ages=AGES,
        why=visit.form.raw("why")[:500],
        form=visit.form.raw("form"),
        back=linked("/staff/queue", chosen)(),
    )


def _chosen(form: Form) -> dict[str, str]:
    """The filters as forms and addresses carry them."""
    return {
        "state": form.choice("state", (*STATES, "open", ALL)),
        "reason": form.choice("reason", REASONS),
        "category": form.choice("category", (*CATEGORIES, "none")),
        "age": form.choice("age", AGES),
        "mine": "1" if form.raw("mine") else "",
        "q": form.line("q", 100),
        "order": form.choice("order", ORDERS),
    }


def _query(chosen: dict[str, str], visit: Visit) -> Query:
    state = chosen["state"]
    states = tuple(STATES) if state == ALL else () if state in ("", "open") else (state,)
    _, older, newer = AGES.get(chosen["age"], ("", 0.0, 0.0))
    return Query(
        states=states,
        reasons=(chosen["reason"],) if chosen["reason"] else (),
        category=chosen["category"],
        older_than=older,
        newer_than=newer,
        mine=visit.me.id if chosen["mine"] else None,
        text=chosen["q"],
        order=chosen["order"] or "reason",
        page=visit.form.number("page", 1),
    )


def _item_and_version(value: str) -> tuple[int, int]:
    number, _, version = value.partition(":")
    form = Form({"item": [number], "version": [version]})
    return form.number("item"), form.number("version")


def _needed(action: str) -> str:
    return {"claim": "claim", "release": "claim"}.get(action, action)
