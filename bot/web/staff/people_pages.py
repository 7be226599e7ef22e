"""Staff accounts, and what is kept of one visitor: for admins."""

from __future__ import annotations

import json
import re
import secrets

from sanic import Blueprint
from sanic.response import HTTPResponse, raw

from bot.errors import InvalidRequest, RequestError
from bot.review.roles import ROLES
from bot.web.staff.page import keep_private
from bot.web.staff.visit import Visit, route

people = Blueprint("staff_people", url_prefix="/staff")
_VISITOR = re.compile(r"[0-9a-f-]{36}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are taken for another


@route(people, "/people", "staff")
async def people_page(visit: Visit) -> HTTPResponse:
    return await _page(visit)


@route(people, "/people", "staff", post=True)
async def add(visit: Visit) -> HTTPResponse:
    form = visit.form
    try:
        await visit.call(
            visit.ctx.desk.people.add,
            login=form.line("login", 60).lower(),
            name=form.line("name", 100),
            role=form.choice("role", ROLES),
            password=form.raw("password")[:200],
        )
    except RequestError as error:
        _raise_if_forbidden(error)
        return await _page(visit, error)
    return visit.go("/staff/people", "added")


@route(people, "/people/<account_id:int>", "staff", post=True)
async def change(visit: Visit, account_id: int) -> HTTPResponse:
    form = visit.form
    enabled = {"enable": True, "disable": False}.get(form.choice("do", ("save", "enable", "disable")))
    saving = enabled is None
    try:
        await visit.call(
            visit.ctx.desk.people.change,
            account_id,
            name=form.line("name", 100) or None if saving else None,
            role=form.choice("role", ROLES) or None if saving else None,
            password=form.raw("password")[:200] or None if saving else None,
            enabled=enabled,
        )
    except RequestError as error:
        _raise_if_forbidden(error)
        return await _page(visit, error)
    return visit.go("/staff/people", "account")


@route(people, "/visitors", "person")
async def visitors(visit: Visit) -> HTTPResponse:
    return await _visitors(visit)


@route(people, "/visitors/<visitor_id:str>/export", "person", post=True)
async def export_visitor(visit: Visit, visitor_id: str) -> HTTPResponse:
    kept = await visit.call(visit.ctx.desk.people.export, _visitor_id(visitor_id))
    response = raw(
        json.dumps(kept, ensure_ascii=False, indent=2).encode(),
        content_type="application/json; charset=utf-8",
    )
    keep_private(response)
    response.headers["Content-Disposition"] = f'attachment; filename="visitor-{visitor_id}.json"'
    return response


@route(people, "/visitors/<visitor_id:str>/delete", "person", post=True)
async def delete_visitor(visit: Visit, visitor_id: str) -> HTTPResponse:
    if not visit.form.raw("sure"):
        error = InvalidRequest("되돌릴 수 없습니다. '지워도 됩니다'에 표시한 뒤 다시 눌러 주세요.")
        return await _visitors(visit, error)
    await visit.call(visit.ctx.desk.people.delete, _visitor_id(visitor_id))
    return visit.go("/staff/visitors", "forgotten")


async def _page(visit: Visit, error: RequestError | None = None) -> HTTPResponse:
    found = await visit.call(visit.ctx.desk.people.accounts)
    return await visit.page(
        "people.html",
        status=error.status if error else 200,
        error=error.message if error else "",
        accounts=found,
        typed={name: visit.form.raw(name)[:100] for name in ("login", "name", "role")},
        password="-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)),
    )


async def _visitors(visit: Visit, error: RequestError | None = None) -> HTTPResponse:
    text = visit.form.line("q", 100)
    found = await visit.call(visit.ctx.desk.people.find, text) if text else []
    return await visit.page(
        "visitors.html",
        status=error.status if error else 200,
        error=error.message if error else "",
        found=found,
        text=text,
    )


def _visitor_id(value: str) -> str:
    if not _VISITOR.fullmatch(value):
        raise InvalidRequest("방문자의 번호가 올바르지 않습니다.", code="invalid_field")
    return value


def _raise_if_forbidden(error: RequestError) -> None:
    if error.status in (403, 404):
        raise error
