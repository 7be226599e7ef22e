"""Signing in and out, and one's own account."""

from __future__ import annotations

import math
import time

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, redirect

from bot.errors import Forbidden, InvalidRequest, RequestError, TooManyRequests, Unauthorized
from bot.store import staff as accounts
from bot.web.context import Context, context
from bot.web.rate import address
from bot.web.staff import cookies, page
from bot.web.staff.fields import Form, local_path
from bot.web.staff.origin import check_origin, check_token
from bot.web.staff.visit import Visit, read_body, route
from bot.web.staff.words import duration

sign_in = Blueprint("staff_sign_in", url_prefix="/staff")
WRONG = "아이디나 비밀번호가 맞지 않습니다. 다시 확인해 주세요."
NO_COOKIE = (
    "브라우저가 로그인에 필요한 쿠키를 보내지 않았습니다. 이 화면을 https:// 주소로 여셨는지, "
    "쿠키를 막아 두지 않으셨는지 확인해 주세요."
)
SAID = {"out": "로그아웃했습니다.", "ended": "오래 쓰지 않아 로그아웃되었습니다. 다시 로그인해 주세요."}


@sign_in.get("/sign-in")
async def sign_in_page(request: Request) -> HTTPResponse:
    form = Form.of(request)
    return _page(request, next_path=form.raw("next"), said=SAID.get(form.raw("said"), ""))


@sign_in.post("/sign-in", stream=True)
async def sign_in_now(request: Request) -> HTTPResponse:
    await read_body(request)
    ctx, form = context(request), Form.of(request)
    login, next_path = form.line("login", 60).lower(), form.raw("next")
    try:
        check_origin(request)
        _check_browser(request, form)
        session = await _session(request, ctx, login, form.raw("password")[:200])
    except RequestError as error:
        return _page(request, next_path=next_path, login=login, error=error)
    if earlier := cookies.session_token(request):
        await ctx.store.write(accounts.sign_out, earlier)
    response = redirect(local_path(next_path), status=303)
    page.keep_private(response)
    cookies.put(response, cookies.SESSION, session.token)
    cookies.drop(response, cookies.FORM)
    return response


@route(sign_in, "/sign-out", "see", post=True)
async def sign_out(visit: Visit) -> HTTPResponse:
    await visit.ctx.store.write(accounts.sign_out, cookies.session_token(visit.request))
    response = visit.go("/staff/sign-in?said=out")
    cookies.drop(response, cookies.SESSION)
    return response


@route(sign_in, "/account", "see")
async def account(visit: Visit) -> HTTPResponse:
    return await visit.page("account.html", error="")


@route(sign_in, "/account/password", "see", post=True)
async def change_password(visit: Visit) -> HTTPResponse:
    old, new, again = (visit.form.raw(name)[:200] for name in ("old", "new", "again"))
    try:
        await _check_lock(visit.ctx, visit.me.login)
        if new != again:
            raise InvalidRequest("새 비밀번호 두 개가 서로 다릅니다.")
        await visit.call(visit.ctx.desk.people.change_own_password, old, new)
    except RequestError as error:
        return await visit.page("account.html", status=error.status, error=error.message)
    session = await visit.ctx.store.run(visit.ctx.desk.people.sign_in, visit.me.login, new)
    response = visit.go("/staff/account", "password")
    if session:
        cookies.put(response, cookies.SESSION, session.token)
    return response


def _check_browser(request: Request, form: Form) -> None:
    """The form must come from the browser that was given it; raises Forbidden."""
    token = cookies.form_token(request)
    if not token:
        raise Forbidden(NO_COOKIE, code="no_cookie")
    check_token(form.raw("csrf"), token)


async def _session(request: Request, ctx: Context, login: str, password: str) -> accounts.StaffSession:
    """A new session; raises TooManyRequests and Unauthorized, for logins that are there and those that are not alike."""
    ctx.rate.check("sign_ins", address(request, ctx.settings.proxies))
    await _check_lock(ctx, login)
    session = await ctx.store.run(ctx.desk.people.sign_in, login, password)
    if session:
        return session
    account = await ctx.store.read(accounts.by_login, login)
    if not (account and account.enabled) and not ctx.rate.count("unknown_login", login):
        ctx.rate.count("unknown_lock", login)
    await _check_lock(ctx, login)
    raise Unauthorized(WRONG, code="wrong_password")


async def _check_lock(ctx: Context, login: str) -> None:
    """Raises TooManyRequests for a locked login, whether there is such an account or not."""
    account = await ctx.store.read(accounts.by_login, login)
    if account and account.enabled:
        wait = math.ceil((account.locked_until or 0) - time.time())
    else:
        wait = ctx.rate.wait("unknown_lock", login)
    if wait > 0:
        raise TooManyRequests(_locked(wait), retry_after=wait)


def _locked(seconds: int) -> str:
    return (
        "비밀번호가 여러 번 맞지 않아 계정을 지키려고 잠시 잠갔습니다. "
        f"{duration(seconds + 59)} 뒤에 다시 시도하시거나 관리자에게 비밀번호를 새로 받아 주세요."
    )


def _page(
    request: Request, *, next_path: str, login: str = "", said: str = "", error: RequestError | None = None
) -> HTTPResponse:
    token = cookies.form_token(request) or cookies.new_form_token()
    demo = request.app.ctx.demo_staff
    response = page.render(
        request,
        "sign_in.html",
        status=error.status if error else 200,
        next=local_path(next_path),
        login=login,
        said=said,
        error=error.message if error else "",
        csrf_token=token,
        demo_login=demo[0] if demo else "",
        demo_password=demo[1] if demo else "",
    )
    cookies.put(response, cookies.FORM, token, max_age=3600)
    if error and error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response
