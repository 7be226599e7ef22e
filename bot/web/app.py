"""The Sanic app: routes, errors, headers, and what runs beside the requests."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import structlog
from sanic import Sanic
from sanic.exceptions import MethodNotSupported, PayloadTooLarge, SanicException
from sanic.exceptions import NotFound as NoSuchRoute
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from watchfiles import awatch

from bot.assembly import Services
from bot.chat import Chat, Store
from bot.errors import InvalidRequest, NotFound, RequestError, StoreUnavailable, TooLarge, Unavailable
from bot.inquiry import REFUSED_SECONDS
from bot.settings import PROJECT_ROOT, Settings
from bot.store import onboarding, visitors
from bot.web.api import api
from bot.web.auth import PortalTokens
from bot.web.body import MAX_BYTES
from bot.web.context import Context
from bot.web.faq_api import faq_api
from bot.web.operations import operations
from bot.web.pages import demo, pages
from bot.web.rate import RateLimiter

log = structlog.get_logger("elbi")
RECOVER_SECONDS = 5
PURGE_SECONDS = 3600
POLITE = 10  # niceness of what runs beside the answers


def create_app(settings: Settings, services: Services, *, with_demo: bool = False) -> Sanic:
    """The app over parts made before the worker processes part ways, so that they share the memory."""
    app = Sanic("elbi", configure_logging=False, dumps=_dumps)
    app.config.REQUEST_MAX_SIZE = MAX_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.blueprint([api, faq_api, operations, pages, *([demo] if with_demo else [])])
    app.ctx.demo = with_demo
    app.error_handler.add(Exception, _refuse)
    app.register_middleware(_preflight, "request")
    app.register_middleware(_headers, "response")

    @app.before_server_start
    async def start(app: Sanic, _loop: object) -> None:
        services.database.forget_connections()
        store = Store(services.database)
        chat = Chat(store, services.dialogue, services.answerer)
        app.ctx.elbi = Context(
            settings,
            store,
            chat,
            services.library,
            services.answerer,
            PortalTokens(settings),
            RateLimiter(settings),
        )

    @app.after_server_start
    async def work(app: Sanic, _loop: object) -> None:
        ctx = app.ctx.elbi
        changed = asyncio.Event()
        app.ctx.tasks = [
            asyncio.ensure_future(task)
            for task in (
                _recover(ctx),
                _purge(ctx),
                _follow(ctx, settings.faq_dir, changed),
                _improve(ctx, changed),
            )
        ]

    @app.before_server_stop
    async def stop(app: Sanic, _loop: object) -> None:
        for task in app.ctx.tasks:
            task.cancel()

    @app.after_server_stop
    async def close(app: Sanic, _loop: object) -> None:
        app.ctx.elbi.store.close()

    return app


def _dumps(value: object) -> str:
    """Hangul as it is: half the bytes of \\u escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


async def _recover(ctx: Context) -> None:
    """Finishes turns that killed processes left, at the start and from then on."""
    while True:
        try:
            done = await ctx.chat.recover()
            if done:
                log.info("turns.recovered", turns=done)
        except StoreUnavailable as error:
            log.warning("store.unavailable", reason=str(error))
        except Exception:
            log.exception("turns.recover_failed")
        await asyncio.sleep(RECOVER_SECONDS)


async def _purge(ctx: Context) -> None:
    """Removes what is kept no longer."""
    while True:
        await asyncio.sleep(PURGE_SECONDS)
        try:
            await ctx.store.write(visitors.purge, conversation_days=ctx.settings.conversation_days)
            await ctx.store.write(onboarding.purge_attempts, REFUSED_SECONDS)
        except StoreUnavailable as error:
            log.warning("store.unavailable", reason=str(error))


async def _improve(ctx: Context, changed: asyncio.Event) -> None:
    """Has the better fit of the FAQ made at the start and after each change, by a process that gives way to answers."""
    loop = asyncio.get_running_loop()
    while True:
        changed.clear()
        if not ctx.library.catalogue.complete:
            try:
                await _run("fit")
                if await loop.run_in_executor(None, ctx.library.take_fit):
                    log.info("faq.fitted", entries=len(ctx.library.catalogue.content.entries))
            except Exception:
                log.exception("faq.fit_failed")
        await changed.wait()


async def _run(*arguments: str) -> None:
    """Runs a command of ours in a process of its own, which ends with this task; raises RuntimeError where it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=PROJECT_ROOT, stdout=DEVNULL, stderr=PIPE
    )
    os.setpriority(os.PRIO_PROCESS, process.pid, POLITE)
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        raise
    if process.returncode:
        raise RuntimeError(f"elbi {' '.join(arguments)}: {said.decode(errors='replace')[-500:]}")


async def _follow(ctx: Context, directory: Path, changed: asyncio.Event) -> None:
    """Takes over edits of the FAQ files; a broken edit is logged and the last good content keeps serving."""
    loop = asyncio.get_running_loop()
    _report(ctx)
    async for _changes in awatch(directory, debounce=400, step=50):
        try:
            if await loop.run_in_executor(None, ctx.library.reload):
                log.info("faq.reloaded", entries=len(ctx.library.catalogue.content.entries))
                changed.set()
        except Exception:
            log.exception("faq.reload_failed")
        _report(ctx)


def _report(ctx: Context) -> None:
    ctx.metrics.entries.set(len(ctx.library.catalogue.content.entries))
    ctx.metrics.problems.set(len(ctx.library.problems))
    for problem in ctx.library.problems:
        log.error("faq.problem", problem=str(problem))


def _refuse(request: Request, error: Exception) -> HTTPResponse:
    """Every failure as `{"error": {"code", "message"}}` with the right status."""
    refusal = _as_refusal(request, error)
    if refusal.status >= 500 and not isinstance(error, RequestError | StoreUnavailable):
        log.error("request.failed", path=request.path, exc_info=error)
    elif isinstance(error, StoreUnavailable):
        log.warning("store.unavailable", reason=str(error))
    elbi = getattr(request.app.ctx, "elbi", None)
    if elbi:
        elbi.metrics.errors.labels(refusal.status).inc()
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else None
    error_body = {"code": refusal.code, "message": refusal.message}
    return json_response({"error": error_body}, status=refusal.status, headers=headers)


def _as_refusal(request: Request, error: Exception) -> RequestError:
    if isinstance(error, RequestError):
        return error
    if isinstance(error, StoreUnavailable):
        return Unavailable(retry_after=5)
    if isinstance(error, PayloadTooLarge):
        return TooLarge()
    if isinstance(error, NoSuchRoute):
        return NotFound()
    if isinstance(error, MethodNotSupported):
        refusal = InvalidRequest("이 주소에서는 쓸 수 없는 방식입니다.", code="method_not_allowed")
        refusal.status = 405
        return refusal
    if request.route is None and isinstance(error, ValueError):  # a header that Sanic cannot read
        return InvalidRequest("요청의 헤더가 올바르지 않습니다.", code="invalid_request")
    refusal = RequestError("문제가 생겼습니다. 잠시 후 다시 시도해 주세요.", code="internal_error")
    refusal.status = error.status_code if isinstance(error, SanicException) else 500
    if refusal.status < 500:
        refusal.code, refusal.message = "invalid_request", RequestError.message
    return refusal


async def _preflight(request: Request) -> HTTPResponse | None:
    """Answers the browser's question before a call from another site."""
    if request.method == "OPTIONS" and request.headers.get("origin"):
        return HTTPResponse(status=204)
    return None


async def _headers(request: Request, response: HTTPResponse) -> None:
    settings = request.app.ctx.elbi.settings
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    origin = request.headers.get("origin")
    if origin and origin in settings.allowed_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
        response.headers["Access-Control-Max-Age"] = "600"
        response.headers["Vary"] = "Origin"
