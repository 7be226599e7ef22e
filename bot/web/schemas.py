"""The JSON schemas of the chat API."""

from __future__ import annotations

from typing import Any

from bot.faq.model import CATEGORIES
from bot.onboarding.model import TRACKS

STRING, INTEGER, NUMBER, BOOLEAN = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))
UUID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string", "minLength": 1, "maxLength": 500}
KINDS = (
    ["text", "faq", "faq_list", "best", "updated", "help", "login_required", "no_answer", "onboarding", "form", "asked", "answered"]
)  # fmt: skip


def properties_of(required: str = "", **properties: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": properties}
    return {**made, "required": required.split()} if required else made


def array(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


# times are seconds; who does a step, or is waited for; its text says what it needs and is empty where it is done
_STATE = {"type": "string", "enum": ["done", "current", "waiting", "todo"]}
_STEP = properties_of("id title state text who", id=STRING, title=STRING, state=_STATE, text=STRING, who=STRING, at=NUMBER, available_at=NUMBER)  # fmt: skip
_ONBOARDING = {"company": STRING, "track": {"type": "string", "enum": list(TRACKS)}, "steps": array(ref("Step")), "next": {"nullable": True}, "available_at": {"nullable": True}, "reminders": array(STRING)}  # fmt: skip
SCHEMAS = {
    "Error": properties_of("error", error=properties_of("code message", code=STRING, message=STRING)),
    "Item": properties_of(
        "id title system category",
        id=STRING,
        title=STRING,
        system=STRING,
        category={"type": "string", "enum": list(CATEGORIES)},
        updated={"type": "string", "format": "date", "description": "where newness matters"},
    ),
    "Entry": {
        "allOf": [
            ref("Item"),
            properties_of(
                "html markdown related updated",
                category_label=STRING,
                html=STRING,
                markdown=STRING,
                related=array(ref("Item")),
                updated={"type": "string", "format": "date"},
            ),
        ]
    },
    "Choice": properties_of("label", label=STRING, send=STRING, open=STRING),
    "Reply": properties_of(
        "kind",
        kind={"type": "string", "enum": list(KINDS)},
        text=STRING,
        # of `answered`, its id and title alone
        faq={"anyOf": [ref("Entry"), properties_of("id title", id=STRING, title=STRING)]},
        query=STRING,
        total=INTEGER,
        items=array(ref("Item")),
        more=BOOLEAN,
        topics=array(ref("Topic")),
        question=STRING,
        can_ask=BOOLEAN,
        question_id=UUID,
        **_ONBOARDING,
        **dict.fromkeys(("field", "prompt", "error"), STRING),
        choices=array(ref("Choice")),
    ),
    "Step": _STEP,
    "Topic": properties_of(
        "category label covers examples open",
        category=STRING,
        label=STRING,
        covers=STRING,
        examples=array(ref("Choice")),
        open=BOOLEAN,
        total=INTEGER,
    ),
    "Turn": properties_of(
        "id seq asked_at replies",
        id=UUID,
        seq=INTEGER,
        text=STRING,
        asked_at=NUMBER,
        replies=array(ref("Reply")),
    ),  # fmt: skip
    "Question": properties_of(
        "question_id text state asked_at",
        question_id=UUID,
        text=STRING,
        state=STRING,
        asked_at=NUMBER,
        about=STRING,
        faq_id=STRING,
    ),
}
