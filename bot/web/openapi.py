"""The chat API described for machines (OpenAPI 3.0)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot import __version__
from bot.web.schemas import BOOLEAN, INTEGER, NUMBER, SCHEMAS, STRING, TEXT, UUID, list_of, object_of, ref


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": STRING}


def _call(
    summary: str,
    answer: dict[str, Any] | None,
    status: int = 200,
    *,
    body: dict[str, Any] | None = None,
    parameters: tuple[dict[str, Any], ...] = (),
    open_to_all: bool = False,
) -> dict[str, Any]:
    refusal = {"description": "Refused", "content": {"application/json": {"schema": ref("Error")}}}
    content = {"content": {"application/json": {"schema": answer}}} if answer else {}
    call: dict[str, Any] = {
        "summary": summary,
        "responses": {str(status): {"description": "Done", **content}, "default": refusal},
    }
    if body:
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if parameters:
        call["parameters"] = list(parameters)
    if open_to_all:
        call["security"] = []
    return call


_ITEMS = object_of("items", items=list_of(ref("Item")))
_TURNS, _SEEN = list_of(ref("Turn")), object_of("seen_seq", seen_seq=INTEGER)
_PATHS = {
    "/sessions": {
        "post": _call(
            "Open a session: of a member with the portal's token, else of a guest",
            object_of(
                "session mode visitor expires_at",
                session=STRING,
                mode={"type": "string", "enum": ["guest", "member"]},
                visitor=UUID,
                name=STRING,
                company=STRING,
                expires_at=NUMBER,
            ),
            201,
            body=object_of(token=STRING, guest=STRING),
            open_to_all=True,
        ),
        "delete": _call("Close the session", None, 204),
    },
    "/messages": {
        "post": _call(
            "Ask; the same id again returns the stored replies",
            ref("Turn"),
            body=object_of("id text", id=UUID, text=TEXT),
        ),
        "get": _call(
            "The conversation, oldest first: the 100 turns that follow `after`, or else the last 100 before `before`",
            object_of("messages last_seq seen_seq", messages=_TURNS, last_seq=INTEGER, seen_seq=INTEGER),
            parameters=(_query("after", INTEGER), _query("before", INTEGER)),
        ),
    },
    "/messages/seen": {
        "post": _call("Turns up to `seq` have been looked at", _SEEN, body=object_of("seq", seq=INTEGER))
    },
    "/suggestions": {
        "get": _call(
            "Up to 8 entries while typing",
            object_of("suggestions", suggestions=list_of(object_of("id title", id=STRING, title=STRING))),
            parameters=(_query("q", STRING),),
        )
    },
    "/faq": {
        "get": _call(
            "전체보기: every match, by pages",
            object_of(
                "total items",
                query=STRING,
                total=INTEGER,
                page=INTEGER,
                pages=INTEGER,
                categories=list_of(object_of(category=STRING, label=STRING, total=INTEGER)),
                items=list_of(ref("Item")),
            ),
            parameters=(_query("q", STRING), _query("category", STRING), _query("page", INTEGER)),
        )
    },
    "/faq/{faq_id}": {"get": _call("One entry", ref("Entry"), parameters=(_in_path("faq_id"),))},
    "/best": {"get": _call("The five entries opened most", _ITEMS)},
    "/updated": {"get": _call("The five newest entries", _ITEMS)},
    "/help": {
        "get": _call(
            "What 엘비 is for (as the chat begins), what it covers and how to ask",
            object_of("greeting text topics", greeting=STRING, text=STRING, topics=list_of(ref("Topic"))),
        )
    },
    "/questions": {
        "post": _call(
            "To 엘비: send a question to staff; the same id again is no second question. A guest's session now lasts until `expires_at`",
            object_of(
                "question_id replies expires_at",
                question_id=UUID,
                replies=list_of(ref("Reply")),
                expires_at=NUMBER,
            ),
            201,
            body=object_of("text", id=UUID, text=TEXT, about=STRING),
        ),
        "get": _call(
            "My questions and their state", object_of("questions", questions=list_of(ref("Question")))
        ),
    },
    "/feedback": {
        "post": _call(
            "Say whether an entry helped",
            object_of("faq_id helpful", faq_id=STRING, helpful=BOOLEAN, comment=STRING),
            201,
            body=object_of(
                "faq_id helpful",
                faq_id=STRING,
                helpful=BOOLEAN,
                comment={"type": "string", "maxLength": 1000},
            ),
        )
    },
    "/shares": {
        "post": _call(
            "A link to an entry",
            object_of("token url", token=STRING, url=STRING),
            201,
            body=object_of("faq_id", faq_id=STRING),
        )
    },
    "/shares/{token}": {
        "get": _call("The entry a link leads to", ref("Entry"), parameters=(_in_path("token"),))
    },
    "/openapi.json": {"get": _call("This description", {"type": "object"}, open_to_all=True)},
}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "엘비 chat API", "version": __version__, "license": {"name": "GPL-3.0-or-later"}},
        "servers": [{"url": "/api/v1"}],
        "security": [{"session": []}],
        "paths": _PATHS,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }
