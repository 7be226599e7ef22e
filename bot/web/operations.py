"""Health and metrics, for those who run it."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

from bot.errors import StoreUnavailable
from bot.web.context import context

operations = Blueprint("operations")


@operations.get("/healthz")
async def alive(request: Request) -> HTTPResponse:
    return json_response({"status": "ok"})


@operations.get("/readyz")
async def ready(request: Request) -> HTTPResponse:
    """200 where database, model and index can answer; else 503. A broken FAQ edit is told, but does not stop service."""
    ctx = context(request)
    try:
        await ctx.store.read(
            lambda connection: connection.exec_driver_sql("SELECT version_num FROM alembic_version")
        )
        database = "ok"
    except StoreUnavailable as error:
        database = str(error)
    index = ctx.library.catalogue.content.entries
    state = {
        "database": database,
        "model": ctx.chat.dialogue.model_id,
        "faq": {"entries": len(index), "problems": [str(problem) for problem in ctx.library.problems]},
    }
    return json_response(state, status=200 if database == "ok" and index else 503)


@operations.get("/metrics")
async def metrics(request: Request) -> HTTPResponse:
    return raw(context(request).metrics.told(), content_type=CONTENT_TYPE_LATEST)
