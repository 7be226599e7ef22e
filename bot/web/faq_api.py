"""The calls of the chat API about FAQ entries: finding, reading, rating and sharing them."""

from __future__ import annotations

import structlog
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from sqlalchemy.engine import Connection

from bot import replies, wording
from bot.errors import InvalidRequest, StoreUnavailable
from bot.faq.model import CATEGORIES, Entry
from bot.memory import Memory
from bot.privacy import mask
from bot.store import engagement, turns
from bot.visitor import Visitor
from bot.web import body
from bot.web.auth import session_of
from bot.web.context import Context, context
from bot.web.reading import reader, visible_entry

faq_api = Blueprint("faq_api", url_prefix="/api/v1")
log = structlog.get_logger("elbi")
PAGE = 20
MAX_COMMENT = 1000


@faq_api.get("/suggestions")
async def suggestions(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await reader(request)
    typed = request.args.get("q", "")[: body.MAX_TEXT]
    found = ctx.answerer.suggest(typed, visitor)
    return json_response({"suggestions": [{"id": entry.id, "title": entry.title} for entry in found]})


@faq_api.get("/faq")
async def faq_list(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await reader(request)
    category = request.args.get("category")
    if category is not None and category not in CATEGORIES:
        raise InvalidRequest(
            f"'category'는 {', '.join(CATEGORIES)} 중 하나여야 합니다.", code="invalid_field"
        )
    page = body.number(request, "page", 1, lowest=1)
    query = body.text({"q": request.args.get("q", "")}, "q", empty=True)
    everything = ctx.answerer.listed(query, visitor)
    found = [entry for entry in everything if category in (None, entry.category)]
    counts = {name: sum(entry.category == name for entry in everything) for name in CATEGORIES}
    return json_response(
        {
            "query": query,
            "total": len(found),
            "page": page,
            "pages": max(1, -(-len(found) // PAGE)),
            "categories": [
                {"category": name, "label": CATEGORIES[name].label, "total": total}
                for name, total in counts.items()
                if total
            ],
            "items": [replies.summary(entry) for entry in found[(page - 1) * PAGE : page * PAGE]],
        }
    )


@faq_api.get("/faq/<faq_id:str>")
async def faq_entry(request: Request, faq_id: str) -> HTTPResponse:
    ctx, visitor, _ = await reader(request)
    return await _opened(ctx, visitor, visible_entry(ctx, faq_id, visitor))


@faq_api.get("/best")
async def best(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await reader(request)
    return json_response(_items(ctx.answerer.best(visitor)))


@faq_api.get("/updated")
async def updated(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await reader(request)
    items = replies.updated(ctx.answerer.updated(visitor))["items"]
    return json_response({"items": items})


@faq_api.get("/help")
async def help_topics(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await reader(request)
    answer = ctx.answerer.help(visitor)
    greeting = wording.WELCOME_MEMBER if visitor.is_member else wording.WELCOME_GUEST
    return json_response({"greeting": greeting, "text": answer["text"], "topics": answer["topics"]})


@faq_api.post("/feedback")
async def feedback(request: Request) -> HTTPResponse:
    ctx = context(request)
    session = await session_of(request, ctx.store)
    sent = body.fields(request, required=("faq_id", "helpful"), optional=("comment",))
    if not isinstance(sent["helpful"], bool):
        raise InvalidRequest("'helpful' 항목은 true 또는 false여야 합니다.", code="invalid_field")
    comment = mask(body.text(sent, "comment", empty=True, limit=MAX_COMMENT))
    entry = visible_entry(ctx, sent["faq_id"], session.visitor)
    ctx.rate.check("messages", session.visitor.id)
    await ctx.store.write(_rate, ctx.intake, session.visitor, entry, sent["helpful"], comment)
    return json_response({"faq_id": entry["id"], "helpful": sent["helpful"], "comment": comment}, status=201)


@faq_api.post("/shares")
async def share(request: Request) -> HTTPResponse:
    ctx = context(request)
    session = await session_of(request, ctx.store)
    sent = body.fields(request, required=("faq_id",))
    entry = visible_entry(ctx, sent["faq_id"], session.visitor)
    ctx.rate.check("messages", session.visitor.id)
    token = await ctx.store.write(engagement.share_entry, session.visitor, entry["id"])
    base = ctx.settings.public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    return json_response({"token": token, "url": f"{base}/s/{token}"}, status=201)


@faq_api.get("/shares/<token:str>")
async def shared(request: Request, token: str) -> HTTPResponse:
    """What a link leads to. For a link that leads nowhere and one this visitor may not follow, the same 404."""
    ctx, visitor, _ = await reader(request)
    faq_id = await ctx.store.read(engagement.shared_entry, token[:64])
    return await _opened(ctx, visitor, visible_entry(ctx, faq_id or "", visitor))


async def _opened(ctx: Context, visitor: Visitor, entry: dict) -> HTTPResponse:
    """An entry, and its opening counted; it can be read where nothing can be counted, as on a full disk."""
    try:
        await ctx.store.write(_note_opening, visitor, entry["id"])
    except StoreUnavailable as error:
        log.warning("opening_not_counted", faq_id=entry["id"], error=str(error))
    return json_response(entry)


def _note_opening(connection: Connection, visitor: Visitor, faq_id: str) -> None:
    """Counts it, and what is asked next may go on from it."""
    engagement.opened(connection, visitor, faq_id)
    turns.change_state(connection, visitor.id, lambda state: state | Memory.of(state).about(faq_id).state)


def _rate(connection, intake, visitor: Visitor, entry: dict, helpful: bool, comment: str) -> None:
    engagement.rate(connection, visitor, entry["id"], helpful, comment)
    if not helpful:
        intake.thumb_down(connection, visitor.id, entry["id"], entry["title"], entry["category"], comment)


def _items(entries: list[Entry]) -> dict:
    return {"items": [replies.summary(entry) for entry in entries]}
