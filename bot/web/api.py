"""The chat API, version 1 (see openapi.py)."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot import replies
from bot.errors import InvalidRequest, NotFound
from bot.faq.model import CATEGORIES, Entry
from bot.privacy import mask
from bot.store import engagement, questions, turns, visitors
from bot.store.turns import Turn
from bot.visitor import Visitor
from bot.web import body, openapi
from bot.web.auth import bearer, session_of
from bot.web.context import Context, context
from bot.web.rate import address

api = Blueprint("api", url_prefix="/api/v1")
PAGE = 20
MAX_COMMENT = 1000


@api.post("/sessions")
async def open_session(request: Request) -> HTTPResponse:
    ctx = context(request)
    ctx.rate.check("sessions", address(request, ctx.settings.proxies))
    token = body.fields(request, optional=("token",)).get("token")
    subject = person = None
    if token is not None:
        if not isinstance(token, str):
            raise InvalidRequest("'token' 항목은 글자여야 합니다.", code="invalid_field")
        subject, person = await ctx.tokens.member(token)
    session = await ctx.store.write(
        visitors.open_session, hours=ctx.settings.session_hours, subject=subject, person=person
    )
    opened = {
        "session": session.token,
        "mode": session.visitor.mode,
        "visitor": session.visitor.id,
        "name": session.visitor.name,
        "company": session.visitor.company,
        "expires_at": session.expires_at,
    }
    return json_response(opened, status=201)


@api.delete("/sessions")
async def close_session(request: Request) -> HTTPResponse:
    ctx = context(request)
    await session_of(request, ctx.store)
    await ctx.store.write(visitors.close_session, bearer(request))
    return HTTPResponse(status=204)


@api.post("/messages")
async def send_message(request: Request) -> HTTPResponse:
    ctx = context(request)
    session = await session_of(request, ctx.store)
    sent = body.fields(request, required=("id", "text"))
    message_id, text = body.identifier(sent, "id"), body.text(sent, "text")
    ctx.rate.check("messages", session.visitor.id)
    with ctx.metrics.turn_seconds.time():
        turn = await ctx.chat.send(session.conversation_id, message_id, text)
    ctx.metrics.turns.labels(session.visitor.mode, turn.outcome).inc()
    return json_response(
        {"id": turn.client_id, "seq": turn.seq, "replies": _current(ctx, turn, session.visitor)}
    )


@api.get("/messages")
async def history(request: Request) -> HTTPResponse:
    ctx, visitor, conversation_id = await _reader(request)
    after = body.number(request, "after", 0)
    found = await ctx.store.read(turns.history, conversation_id, after)
    messages = [
        {
            "id": turn.client_id,
            "seq": turn.seq,
            "text": turn.text,
            "asked_at": turn.asked_at,
            "replies": _current(ctx, turn, visitor),
        }
        for turn in found
    ]
    return json_response({"messages": messages})


@api.get("/suggestions")
async def suggestions(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await _reader(request)
    typed = request.args.get("q", "")[: body.MAX_TEXT]
    found = ctx.answerer.suggest(typed, visitor)
    return json_response({"suggestions": [{"id": entry.id, "title": entry.title} for entry in found]})


@api.get("/faq")
async def faq_list(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await _reader(request)
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


@api.get("/faq/<faq_id:str>")
async def faq_entry(request: Request, faq_id: str) -> HTTPResponse:
    ctx, visitor, _ = await _reader(request)
    entry = _visible(ctx, faq_id, visitor)
    await ctx.store.write(engagement.opened, visitor, faq_id)
    return json_response(entry)


@api.get("/best")
async def best(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await _reader(request)
    return json_response(_items(ctx.answerer.best(visitor)))


@api.get("/updated")
async def updated(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await _reader(request)
    items = replies.updated(ctx.answerer.updated(visitor))["items"]
    return json_response({"items": items})


@api.get("/help")
async def help_topics(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await _reader(request)
    answer = ctx.answerer.help(visitor)
    return json_response({"text": answer["text"], "topics": answer["topics"]})


@api.post("/questions")
async def ask(request: Request) -> HTTPResponse:
    ctx = context(request)
    session = await session_of(request, ctx.store)
    sent = body.fields(request, required=("text",), optional=("about",))
    text = body.text(sent, "text")
    about = sent.get("about")
    if about is not None:
        about = _visible(ctx, about, session.visitor)["id"]
    ctx.rate.check("messages", session.visitor.id)
    guess, candidates = await ctx.chat.assess(text, session.visitor)
    question_id = await ctx.store.write(
        _put_question, session, mask(text), category=guess.category, candidates=candidates, about=about
    )
    ctx.metrics.questions.labels(session.visitor.mode).inc()
    return json_response({"question_id": question_id, "replies": [replies.asked(question_id)]}, status=201)


@api.get("/questions")
async def my_questions(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await _reader(request)
    found = await ctx.store.read(questions.asked_by, visitor.id)
    mine = [
        {
            "question_id": each.id,
            "text": each.text,
            "state": each.state,
            "asked_at": each.asked_at,
            "about": each.about,
        }
        for each in found
    ]
    return json_response({"questions": mine})


@api.post("/feedback")
async def feedback(request: Request) -> HTTPResponse:
    ctx = context(request)
    session = await session_of(request, ctx.store)
    sent = body.fields(request, required=("faq_id", "helpful"), optional=("comment",))
    if not isinstance(sent["helpful"], bool):
        raise InvalidRequest("'helpful' 항목은 true 또는 false여야 합니다.", code="invalid_field")
    comment = mask(body.text(sent, "comment", empty=True, limit=MAX_COMMENT))
    entry = _visible(ctx, sent["faq_id"], session.visitor)
    ctx.rate.check("messages", session.visitor.id)
    await ctx.store.write(engagement.rate, session.visitor, entry["id"], sent["helpful"], comment)
    return json_response({"faq_id": entry["id"], "helpful": sent["helpful"], "comment": comment}, status=201)


@api.post("/shares")
async def share(request: Request) -> HTTPResponse:
    ctx = context(request)
    session = await session_of(request, ctx.store)
    sent = body.fields(request, required=("faq_id",))
    entry = _visible(ctx, sent["faq_id"], session.visitor)
    ctx.rate.check("messages", session.visitor.id)
    token = await ctx.store.write(engagement.share_entry, session.visitor, entry["id"])
    base = ctx.settings.public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    return json_response({"token": token, "url": f"{base}/s/{token}"}, status=201)


@api.get("/shares/<token:str>")
async def shared(request: Request, token: str) -> HTTPResponse:
    """What a link leads to. For a link that leads nowhere and one this visitor may not follow, the same 404."""
    ctx, visitor, _ = await _reader(request)
    faq_id = await ctx.store.read(engagement.shared_entry, token[:64])
    entry = _visible(ctx, faq_id or "", visitor)
    await ctx.store.write(engagement.opened, visitor, entry["id"])
    return json_response(entry)


@api.get("/openapi.json")
async def describe(request: Request) -> HTTPResponse:
    return json_response(openapi.document())


async def _reader(request: Request) -> tuple[Context, Visitor, str]:
    ctx = context(request)
    session = await session_of(request, ctx.store)
    ctx.rate.check("reads", session.visitor.id)
    return ctx, session.visitor, session.conversation_id


def _visible(ctx: Context, faq_id: object, visitor: Visitor) -> dict:
    entry = ctx.answerer.entry(faq_id, visitor) if isinstance(faq_id, str) else None
    if entry is None:
        raise NotFound()
    return entry


def _items(entries: list[Entry]) -> dict:
    return {"items": [replies.summary(entry) for entry in entries]}


def _current(ctx: Context, turn: Turn, visitor: Visitor) -> list[dict]:
    """A turn's replies, less the entries this visitor may no longer see."""
    return ctx.answerer.still_visible(turn.replies or [], visitor)


def _put_question(connection, session, text: str, *, category, candidates, about) -> str:
    before = turns.history(connection, session.conversation_id)[-5:]
    return questions.put(
        connection,
        session.visitor.id,
        text,
        "asked",
        category=category,
        about=about,
        candidates=candidates,
        context=[{"text": turn.text, "outcome": turn.outcome} for turn in before],
    )
