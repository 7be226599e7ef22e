"""The Sanic app: routes, errors, headers, and what runs beside the requests."""

from __future__ import annotations

import asyncio
import json

import structlog
from sanic import Sanic
from sanic.exceptions import MethodNotSupported, PayloadTooLarge, SanicException
from sanic.exceptions import NotFound as NoSuchRoute
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.assembly import Services
from bot.chat import Chat
from bot.errors import InvalidRequest, NotFound, RequestError, StoreUnavailable, TooLarge, Unavailable
from bot.settings import Settings
from bot.store.access import Store
from bot.store.claims import Claims
from bot.web import background
from bot.web.api import api
from bot.web.auth import PortalTokens
from bot.web.body import MAX_BYTES
from bot.web.context import Context
from bot.web.faq_api import faq_api
from bot.web.operations import operations
from bot.web.pages import demo, pages
from bot.web.rate import RateLimiter
from bot.web.staff import page as staff_page
from bot.web.staff import staff

log = structlog.get_logger("elbi")


def create_app(
    settings: Settings,
    services: Services,
    *,
    with_demo: bool = False,
    demo_staff: tuple[str, str] | None = None,
) -> Sanic:
    """The app over parts made before the worker processes part ways, so that they share the memory.

    `demo_staff` is login and password of the demo's member of staff, shown to everybody.
    """
    app = Sanic("elbi", configure_logging=False, dumps=_dumps)
    app.config.REQUEST_MAX_SIZE = MAX_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.config.USE_UVLOOP = False  # see bot.serving
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.blueprint([api, faq_api, operations, pages, *staff, *([demo] if with_demo else [])])
    app.ctx.demo, app.ctx.demo_staff = with_demo, demo_staff
    claims = Claims()
    app.error_handler.add(Exception, _refuse)
    app.register_middleware(_preflight, "request")
    app.register_middleware(_headers, "response")

    @app.before_server_start
    async def start(app: Sanic, _loop: object) -> None:
        services.database.forget_connections()
        store = Store(services.database)
        chat = Chat(store, services.dialogue, services.answerer, services.intake, claims)
        app.ctx.elbi = Context(
            settings,
            store,
            chat,
            services.library,
            services.answerer,
            PortalTokens(settings),
            RateLimiter(settings),
            services.desk,
            services.intake,
        )

    @app.after_server_start
    async def work(app: Sanic, _loop: object) -> None:
        app.ctx.tasks = background.start(app.ctx.elbi, services)

    @app.before_server_stop
    async def stop(app: Sanic, _loop: object) -> None:
        for task in app.ctx.tasks:
            task.cancel()
        await asyncio.wait(app.ctx.tasks, timeout=5)

    @app.after_server_stop
    async def close(app: Sanic, _loop: object) -> None:
        app.ctx.elbi.store.close()

    return app


def _dumps(value: object) -> str:
    """Hangul as it is: half the bytes of \\u escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _refuse(request: Request, error: Exception) -> HTTPResponse:
    """Every failure as `{"error": {"code", "message"}}` with the right status."""
    refusal = _as_refusal(request, error)
    if refusal.status >= 500 and not isinstance(error, RequestError | StoreUnavailable):
        if request.transport.is_closing():  # who asked has hung up: there is nobody to send an answer to
            log.info("request.gone", path=request.path, reason=repr(error)[:200])
        else:
            log.error("request.failed", path=request.path, exc_info=error)
    elif isinstance(error, StoreUnavailable):
        log.warning("store.unavailable", reason=str(error))
    elbi = getattr(request.app.ctx, "elbi", None)
    if elbi:
        elbi.metrics.errors.labels(refusal.status).inc()
    if request.path == "/staff" or request.path.startswith("/staff/"):
        return staff_page.refusal(request, refusal)
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
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        response.headers["Access-Control-Max-Age"] = "600"
        varies = response.headers.get("Vary")
        response.headers["Vary"] = f"{varies}, Origin" if varies else "Origin"
