"""What reading calls share: who reads, and which entry they may."""

from __future__ import annotations

from typing import Any

from sanic.request import Request

from bot.errors import NotFound
from bot.visitor import Visitor
from bot.web.auth import session_of
from bot.web.context import Context, context


async def reader(request: Request) -> tuple[Context, Visitor, str]:
    """Context, visitor and conversation id of a reading call; raises Unauthorized, TooManyRequests."""
    ctx = context(request)
    session = await session_of(request, ctx.store)
    ctx.rate.check("reads", session.visitor.id)
    return ctx, session.visitor, session.conversation_id


def visible_entry(ctx: Context, faq_id: object, visitor: Visitor) -> dict[str, Any]:
    """An entry with its answer; raises NotFound where this visitor can see none of that id."""
    entry = ctx.answerer.entry(faq_id, visitor) if isinstance(faq_id, str) else None
    if entry is None:
        raise NotFound()
    return entry
