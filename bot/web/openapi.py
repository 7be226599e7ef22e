"""The chat API described for machines (OpenAPI 3.0)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot import __version__
from bot.faq.model import CATEGORIES
from bot.onboarding.model import TRACKS

_STRING, _INTEGER, _NUMBER, _BOOLEAN = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))
_UUID = {"type": "string", "format": "uuid"}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 500}
KINDS = (
    ["text", "faq", "faq_list", "best", "updated", "help", "login_required", "no_answer", "onboarding", "form", "asked", "answered"]
)  # fmt: skip


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": properties}
    return {**made, "required": required.split()} if required else made


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


# times are seconds; who does a step, or is waited for; its text says what it needs and is empty where it is done
_STATE = {"type": "string", "enum": ["done", "current", "waiting", "todo"]}
_STEP = _object("id title state text who", id=_STRING, title=_STRING, state=_STATE, text=_STRING, who=_STRING, at=_NUMBER, available_at=_NUMBER)  # fmt: skip
_ONBOARDING = {"company": _STRING, "track": {"type": "string", "enum": list(TRACKS)}, "steps": _list(_ref("Step")), "next": {"nullable": True}, "available_at": {"nullable": True}, "reminders": _list(_STRING)}  # fmt: skip
_SCHEMAS = {
    "Error": _object("error", error=_object("code message", code=_STRING, message=_STRING)),
    "Item": _object(
        "id title system category",
        id=_STRING,
        title=_STRING,
        system=_STRING,
        category={"type": "string", "enum": list(CATEGORIES)},
        updated={"type": "string", "format": "date", "description": "where newness matters"},
    ),
    "Entry": {
        "allOf": [
            _ref("Item"),
            _object(
                "html markdown related updated",
                category_label=_STRING,
                html=_STRING,
                markdown=_STRING,
                related=_list(_ref("Item")),
                updated={"type": "string", "format": "date"},
            ),
        ]
    },
    "Choice": _object("label", label=_STRING, send=_STRING, open=_STRING),
    "Reply": _object(
        "kind",
        kind={"type": "string", "enum": list(KINDS)},
        text=_STRING,
        # of `answered`, its id and title alone
        faq={"anyOf": [_ref("Entry"), _object("id title", id=_STRING, title=_STRING)]},
        query=_STRING,
        total=_INTEGER,
        items=_list(_ref("Item")),
        more=_BOOLEAN,
        topics=_list(_ref("Topic")),
        question=_STRING,
        can_ask=_BOOLEAN,
        question_id=_UUID,
        **_ONBOARDING,
        **dict.fromkeys(("field", "prompt", "error"), _STRING),
        choices=_list(_ref("Choice")),
    ),
    "Step": _STEP,
    "Topic": _object(
        "category label covers examples open",
        category=_STRING,
        label=_STRING,
        covers=_STRING,
        examples=_list(_ref("Choice")),
        open=_BOOLEAN,
        total=_INTEGER,
    ),
    "Turn": _object(
        "id seq asked_at replies",
        id=_UUID,
        seq=_INTEGER,
        text=_STRING,
        asked_at=_NUMBER,
        replies=_list(_ref("Reply")),
    ),  # fmt: skip
    "Question": _object(
        "question_id text state asked_at",
        question_id=_UUID,
        text=_STRING,
        state=_STRING,
        asked_at=_NUMBER,
        about=_STRING,
        faq_id=_STRING,
    ),
}


def _query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": _STRING}


def _call(
    summary: str,
    answer: dict[str, Any] | None,
    status: int = 200,
    *,
    body: dict[str, Any] | None = None,
    parameters: tuple[dict[str, Any], ...] = (),
    open_to_all: bool = False,
) -> dict[str, Any]:
    refusal = {"description": "Refused", "content": {"application/json": {"schema": _ref("Error")}}}
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


_ITEMS = _object("items", items=_list(_ref("Item")))
_TURNS, _SEEN = _list(_ref("Turn")), _object("seen_seq", seen_seq=_INTEGER)
_PATHS = {
    "/sessions": {
        "post": _call(
            "Open a session: of a member with the portal's token, else of a guest",
            _object(
                "session mode visitor expires_at",
                session=_STRING,
                mode={"type": "string", "enum": ["guest", "member"]},
                visitor=_UUID,
                name=_STRING,
                company=_STRING,
                expires_at=_NUMBER,
            ),
            201,
            body=_object(token=_STRING, guest=_STRING),
            open_to_all=True,
        ),
        "delete": _call("Close the session", None, 204),
    },
    "/messages": {
        "post": _call(
            "Ask; the same id again returns the stored replies",
            _ref("Turn"),
            body=_object("id text", id=_UUID, text=_TEXT),
        ),
        "get": _call(
            "The conversation, oldest first: the 100 turns that follow `after`, or else the last 100 before `before`",
            _object("messages last_seq seen_seq", messages=_TURNS, last_seq=_INTEGER, seen_seq=_INTEGER),
            parameters=(_query("after", _INTEGER), _query("before", _INTEGER)),
        ),
    },
    "/messages/seen": {
        "post": _call("Turns up to `seq` have been looked at", _SEEN, body=_object("seq", seq=_INTEGER))
    },
    "/suggestions": {
        "get": _call(
            "Up to 8 entries while typing",
            _object("suggestions", suggestions=_list(_object("id title", id=_STRING, title=_STRING))),
            parameters=(_query("q", _STRING),),
        )
    },
    "/faq": {
        "get": _call(
            "전체보기: every match, by pages",
            _object(
                "total items",
                query=_STRING,
                total=_INTEGER,
                page=_INTEGER,
                pages=_INTEGER,
                categories=_list(_object(category=_STRING, label=_STRING, total=_INTEGER)),
                items=_list(_ref("Item")),
            ),
            parameters=(_query("q", _STRING), _query("category", _STRING), _query("page", _INTEGER)),
        )
    },
    "/faq/{faq_id}": {"get": _call("One entry", _ref("Entry"), parameters=(_in_path("faq_id"),))},
    "/best": {"get": _call("The five entries opened most", _ITEMS)},
    "/updated": {"get": _call("The five newest entries", _ITEMS)},
    "/help": {
        "get": _call(
            "What 엘비 is for (as the chat begins), what it covers and how to ask",
            _object("greeting text topics", greeting=_STRING, text=_STRING, topics=_list(_ref("Topic"))),
        )
    },
    "/questions": {
        "post": _call(
            "To 엘비: send a question to staff; the same id again is no second question",
            _object("question_id replies", question_id=_UUID, replies=_list(_ref("Reply"))),
            201,
            body=_object("text", id=_UUID, text=_TEXT, about=_STRING),
        ),
        "get": _call("My questions and their state", _object("questions", questions=_list(_ref("Question")))),
    },
    "/feedback": {
        "post": _call(
            "Say whether an entry helped",
            _object("faq_id helpful", faq_id=_STRING, helpful=_BOOLEAN, comment=_STRING),
            201,
            body=_object(
                "faq_id helpful",
                faq_id=_STRING,
                helpful=_BOOLEAN,
                comment={"type": "string", "maxLength": 1000},
            ),
        )
    },
    "/shares": {
        "post": _call(
            "A link to an entry",
            _object("token url", token=_STRING, url=_STRING),
            201,
            body=_object("faq_id", faq_id=_STRING),
        )
    },
    "/shares/{token}": {
        "get": _call("The entry a link leads to", _ref("Entry"), parameters=(_in_path("token"),))
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
            "schemas": _SCHEMAS,
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }
