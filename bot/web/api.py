"""The chat API, version 1 (see openapi.py): sessions, the conversation, questions to staff."""

from __future__ import annotations

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot import replies
from bot.errors import InvalidRequest
from bot.privacy import mask
from bot.store import questions, turns, visitors
from bot.store.turns import Turn
from bot.visitor import Visitor
from bot.web import body, openapi
from bot.web.auth import bearer, session_of
from bot.web.context import Context, context
from bot.web.rate import address
from bot.web.reading import reader, visible_entry

api = Blueprint("api", url_prefix="/api/v1")


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
        where = address(request, ctx.settings.proxies)
        turn = await ctx.chat.send(session.conversation_id, message_id, text, where)
    ctx.metrics.turns.labels(session.visitor.mode, turn.outcome).inc()
    return json_response(
        {"id": turn.client_id, "seq": turn.seq, "replies": _current(ctx, turn, session.visitor)}
    )


@api.get("/messages")
async def history(request: Request) -> HTTPResponse:
    ctx, visitor, conversation_id = await reader(request)
    after = body.number(request, "after", 0)
    found = await ctx.store.read(turns.history, conversation_id, after)
    shown = ((turn, _current(ctx, turn, visitor)) for turn in found)
    messages = [
        {
            "id": turn.client_id,
            "seq": turn.seq,
            "text": turn.text,
            "asked_at": turn.asked_at,
            "replies": current,
        }
        for turn, current in shown
        if turn.text or current  # a line that came by itself and may no longer be seen is none
    ]
    return json_response({"messages": messages})


@api.post("/questions")
async def ask(request: Request) -> HTTPResponse:
    ctx = context(request)
    session = await session_of(request, ctx.store)
    sent = body.fields(request, required=("text",), optional=("about",))
    text = body.text(sent, "text")
    about = sent.get("about")
    if about is not None:
        about = visible_entry(ctx, about, session.visitor)["id"]
    ctx.rate.check("messages", session.visitor.id)
    guess, candidates = await ctx.chat.assess(text, session.visitor)
    question_id = await ctx.store.write(
        _put_question,
        ctx.intake,
        session,
        mask(text),
        category=guess.category,
        candidates=candidates,
        about=about,
    )
    ctx.metrics.questions.labels(session.visitor.mode).inc()
    return json_response({"question_id": question_id, "replies": [replies.asked(question_id)]}, status=201)


@api.get("/questions")
async def my_questions(request: Request) -> HTTPResponse:
    ctx, visitor, _ = await reader(request)
    found = await ctx.store.read(questions.asked_by, visitor.id)
    mine = []
    for each in found:
        asked = {"question_id": each.id, "text": each.text, "state": each.state, "asked_at": each.asked_at}
        if each.about:
            asked["about"] = each.about
        if each.state == "published":
            asked |= ctx.answerer.published(each.faq_id, visitor)
        mine.append(asked)
    return json_response({"questions": mine})


@api.get("/openapi.json")
async def describe(request: Request) -> HTTPResponse:
    return json_response(openapi.document())


def _current(ctx: Context, turn: Turn, visitor: Visitor) -> list[dict]:
    """A turn's replies, less the entries this visitor may no longer see."""
    return ctx.answerer.still_visible(turn.replies or [], visitor)


def _put_question(connection, intake, session, text: str, *, category, candidates, about) -> str:
    before = [turn for turn in turns.history(connection, session.conversation_id) if turn.text][-5:]
    return intake.receive(
        connection,
        session.visitor.id,
        text,
        "asked",
        category=category,
        about=about,
        candidates=candidates,
        context=[{"text": turn.text, "outcome": turn.outcome} for turn in before],
    )
