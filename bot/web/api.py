"""The chat API, version 1 (see openapi.py): sessions, the conversation, questions to staff."""

from __future__ import annotations

import time

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response
from sqlalchemy.engine import Connection

from bot import replies
from bot.chat import Question
from bot.errors import InvalidRequest
from bot.privacy import mask
from bot.store import questions, transcript, visitors
from bot.store.turns import Turn
from bot.visitor import Visitor
from bot.web import body, openapi
from bot.web.auth import bearer, find_session, session_of
from bot.web.context import Context, context
from bot.web.rate import address
from bot.web.reading import reader, visible_entry

api = Blueprint("api", url_prefix="/api/v1")


@api.post("/sessions")
async def open_session(request: Request) -> HTTPResponse:
    ctx = context(request)
    ctx.rate.check("sessions", address(request, ctx.settings.proxies))
    sent = body.fields(request, optional=("token", "guest"))
    for name, value in sent.items():
        if value is not None and not isinstance(value, str):
            raise InvalidRequest(f"'{name}' 항목은 글자여야 합니다.", code="invalid_field")
    token = sent.get("token")
    subject, person = await ctx.tokens.member(token) if token is not None else (None, None)
    session = await ctx.store.write(
        visitors.open_session,
        hours=ctx.settings.session_hours,
        subject=subject,
        person=person,
        guest=sent.get("guest"),
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

    def receive(connection: Connection) -> Question:
        session = find_session(request, connection)
        sent = body.fields(request, required=("id", "text"))
        message_id, text = body.identifier(sent, "id"), body.text(sent, "text")
        ctx.rate.check("messages", session.visitor.id)
        return Question(session, message_id, text, address(request, ctx.settings.proxies))

    began = time.perf_counter()
    question, turn = await ctx.chat.send(receive)
    ctx.metrics.turn_seconds.observe(time.perf_counter() - began)
    visitor = question.session.visitor
    ctx.metrics.turns.labels(visitor.mode, turn.outcome).inc()
    return json_response(_told(turn, _current(ctx, turn, visitor)))


@api.get("/messages")
async def history(request: Request) -> HTTPResponse:
    ctx, visitor, conversation_id = await reader(request)
    after = body.number(request, "after", 0)
    before = body.number(request, "before", 2**31 - 1)
    found, (last, seen) = await ctx.store.read(_page, conversation_id, after, before)
    shown = ((turn, _current(ctx, turn, visitor)) for turn in found)
    messages = [
        {**_told(turn, current), "text": turn.text}
        for turn, current in shown
        if turn.text or current  # a line that came by itself and may no longer be seen is none
    ]
    return json_response({"messages": messages, "last_seq": last, "seen_seq": seen})


@api.post("/messages/seen")
async def look(request: Request) -> HTTPResponse:
    ctx, _, conversation_id = await reader(request)
    seq = body.fields(request, required=("seq",))["seq"]
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**31:
        raise InvalidRequest("'seq' 항목은 0 이상의 정수여야 합니다.", code="invalid_field")
    return json_response({"seen_seq": await ctx.store.write(transcript.looked_at, conversation_id, seq)})


@api.post("/questions")
async def ask(request: Request) -> HTTPResponse:
    ctx = context(request)
    session = await session_of(request, ctx.store)
    sent = body.fields(request, required=("text",), optional=("id", "about"))
    text = body.text(sent, "text")
    client_id = body.identifier(sent, "id") if "id" in sent else None
    about = sent.get("about")
    if about is not None:
        about = visible_entry(ctx, about, session.visitor)["id"]
    ctx.rate.check("messages", session.visitor.id)
    guess, candidates = await ctx.chat.assess(text, session.visitor)
    question_id, expires_at = await ctx.store.write(
        _put_question,
        ctx.intake,
        session,
        bearer(request),
        ctx.settings.guest_days,
        mask(text),
        category=guess.category,
        candidates=candidates,
        about=about,
        client_id=client_id,
    )
    ctx.metrics.questions.labels(session.visitor.mode).inc()
    asked = {"question_id": question_id, "replies": [replies.asked(question_id)], "expires_at": expires_at}
    return json_response(asked, status=201)


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


def _told(turn: Turn, current: list[dict]) -> dict:
    """A turn as the widget has it; `withheld` where what was typed is not kept."""
    told = {"id": turn.client_id, "seq": turn.seq, "asked_at": turn.asked_at, "replies": current}
    return {**told, "withheld": turn.withheld}


def _current(ctx: Context, turn: Turn, visitor: Visitor) -> list[dict]:
    """A turn's replies, less the entries this visitor may no longer see."""
    return ctx.answerer.still_visible(turn.replies or [], visitor)


def _page(connection, conversation_id: str, after: int, before: int) -> tuple[list[Turn], tuple[int, int]]:
    found = transcript.history(connection, conversation_id, after, before)
    return found, transcript.ends(connection, conversation_id)


def _put_question(
    connection, intake, session, token: str, days: int, text: str, **details
) -> tuple[str, float]:
    """The question's id, and until when its asker is known: a guest may come back for the answer another day."""
    before = [
        turn for turn in transcript.history(connection, session.conversation_id, limit=20) if turn.text
    ][-5:]
    context = [{"text": turn.text, "outcome": turn.outcome} for turn in before]
    question_id = intake.receive(connection, session.visitor.id, text, "asked", context=context, **details)
    guest = not session.visitor.is_member
    return question_id, visitors.prolong(connection, token, days) if guest else session.expires_at
