"""One request of a member of staff: who it is, what they may, and the ways to reply."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote, urlencode

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from bot.errors import Forbidden, NotFound, RequestError, StoreUnavailable
from bot.review.roles import Permission, may
from bot.store import staff as accounts
from bot.store.staff import Account, StaffSession
from bot.web.context import Context, context
from bot.web.staff import page
from bot.web.staff.cookies import session_token
from bot.web.staff.fields import MAX_BYTES, Form
from bot.web.staff.origin import check_origin, check_token

P = ParamSpec("P")
T = TypeVar("T")
Handler = Callable[..., Awaitable[HTTPResponse]]


@dataclass
class Visit:
    """What a handler works with; it is only made for an account that may use the route."""

    request: Request
    session: StaffSession
    form: Form
    ctx: Context
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def me(self) -> Account:
        return self.session.account

    @property
    def is_partial(self) -> bool:
        """Whether htmx asks for a part of the page."""
        return self.request.headers.get("hx-request") == "true"

    def may(self, permission: Permission) -> bool:
        return may(self.me, permission)

    async def call(
        self, function: Callable[Concatenate[Account, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """A call of the desk in this account's name, beside the event loop."""
        return await self.ctx.store.run(function, self.me, *args, **kwargs)

    async def page(self, template: str, *, status: int = 200, **values: Any) -> HTTPResponse:
        """A page within the frame, or a part of one where the template is one (its name begins with `_`)."""
        if not template.startswith("_"):
            self.counts = await self.call(self.ctx.desk.queue.counts)
        return page.render(self.request, template, status=status, visit=self, **values)

    def go(self, path: str, said: str = "", **about: Any) -> HTTPResponse:
        """On to another page, which says what was done (`said` is a key of page.SAID); empty values are left out."""
        query = {name: value for name, value in {"said": said, **about}.items() if value}
        path += ("&" if "?" in path else "?") + urlencode(query) if query else ""
        return redirect(path, status=303)


def route(blueprint: Blueprint, uri: str, needs: Permission, *, post: bool = False) -> Callable:
    """Makes a handler of `Visit` a route that only accounts with a permission reach; by POST with its token only."""

    def decorate(handler: Callable[..., Awaitable[HTTPResponse]]) -> Handler:
        @functools.wraps(handler)
        async def guarded(request: Request, **arguments: Any) -> HTTPResponse:
            if post:
                await read_body(request)
            visit = await _visit(request)
            if visit is None:
                return _to_sign_in(request)
            try:
                if post:
                    check_origin(request)
                    check_token(visit.form.raw("csrf"), visit.session.csrf)
                if not may(visit.me, needs):
                    raise Forbidden()
                if any(isinstance(each, int) and not 0 < each < 2**31 for each in arguments.values()):
                    raise NotFound()
                return await handler(visit, **arguments)
            except RequestError as error:
                return await _refuse(visit, error)

        # the body is read above, with a limit of its own; Sanic would refuse one over that of the chat API
        blueprint.route(uri, methods=["POST" if post else "GET"], stream=post, ctx_needs=needs)(guarded)
        return handler

    return decorate


async def read_body(request: Request) -> None:
    """Reads the body of a form; raises PayloadTooLarge over MAX_BYTES."""
    if request.stream and not request.body:
        request.stream.request_max_size = MAX_BYTES
        await request.receive_body()


async def _visit(request: Request) -> Visit | None:
    ctx = context(request)
    token = session_token(request)
    session = await ctx.store.read(accounts.find_session, token) if token else None
    if session and session.unnoted:
        with suppress(StoreUnavailable):  # a full disk: what is there can be read on
            await ctx.store.write(accounts.note_use, token)
    return Visit(request, session, Form.of(request), ctx) if session else None


def _to_sign_in(request: Request) -> HTTPResponse:
    """To the sign-in page, and from there back to what was asked for; htmx is told to take the whole page along."""
    back = request.path + (f"?{request.query_string}" if request.query_string else "")
    where = f"/staff/sign-in?next={quote(back)}" if request.method == "GET" else "/staff/sign-in?said=ended"
    if request.headers.get("hx-request") == "true":
        return HTTPResponse(status=204, headers={"HX-Redirect": "/staff/sign-in?said=ended"})
    return redirect(where, status=303)


async def _refuse(visit: Visit, error: RequestError) -> HTTPResponse:
    if visit.is_partial and error.status != 409:
        return await visit.page("_refused.html", status=error.status, words=error.message)
    return await visit.page("refused.html", status=error.status, error=error)
