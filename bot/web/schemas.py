"""The shapes of what the chat API takes and gives, as JSON schemas (see openapi.py)."""

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


def object_of(required: str = "", **properties: Any) -> dict[str, Any]:
    """An object; `required` names properties, separated by spaces."""
    made: dict[str, Any] = {"type": "object", "properties": properties}
    return {**made, "required": required.split()} if required else made


def list_of(of: dict[str, Any]) -> dict[str, Any]:
    """A list of one kind of thing."""
    return {"type": "array", "items": of}


def ref(name: str) -> dict[str, str]:
    """A schema of SCHEMAS by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


# times are seconds; who does a step, or is waited for; its text says what it needs and is empty where it is done
_STATE = {"type": "string", "enum": ["done", "current", "waiting", "todo"]}
_STEP = object_of("id title state text who", id=STRING, title=STRING, state=_STATE, text=STRING, who=STRING, at=NUMBER, available_at=NUMBER)  # fmt: skip
_ONBOARDING = {"company": STRING, "track": {"type": "string", "enum": list(TRACKS)}, "steps": list_of(ref("Step")), "next": {"nullable": True}, "available_at": {"nullable": True}, "reminders": list_of(STRING)}  # fmt: skip
SCHEMAS = {
    "Error": object_of("error", error=object_of("code message", code=STRING, message=STRING)),
    "Item": object_of(
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
            object_of(
                "html markdown related updated",
                category_label=STRING,
                html=STRING,
                markdown=STRING,
                related=list_of(ref("Item")),
                updated={"type": "string", "format": "date"},
            ),
        ]
    },
    "Choice": object_of("label", label=STRING, send=STRING, open=STRING),
    "Reply": object_of(
        "kind",
        kind={"type": "string", "enum": list(KINDS)},
        text=STRING,
        # of `answered`, its id and title alone
        faq={"anyOf": [ref("Entry"), object_of("id title", id=STRING, title=STRING)]},
        query=STRING,
        total=INTEGER,
        items=list_of(ref("Item")),
        more=BOOLEAN,
        topics=list_of(ref("Topic")),
        question=STRING,
        can_ask=BOOLEAN,
        question_id=UUID,
        **_ONBOARDING,
        **dict.fromkeys(("field", "prompt", "error"), STRING),
        choices=list_of(ref("Choice")),
    ),
    "Step": _STEP,
    "Topic": object_of(
        "category label covers examples open",
        category=STRING,
        label=STRING,
        covers=STRING,
        examples=list_of(ref("Choice")),
        open=BOOLEAN,
        total=INTEGER,
    ),
    "Turn": object_of(
        "id seq asked_at replies withheld",
        id=UUID,
        seq=INTEGER,
        text=STRING,
        asked_at=NUMBER,
        replies=list_of(ref("Reply")),
        withheld=BOOLEAN,  # what was typed into a form is not kept: `text` says so
    ),  # fmt: skip
    "Question": object_of(
        "question_id text state asked_at",
        question_id=UUID,
        text=STRING,
        state=STRING,
        asked_at=NUMBER,
        about=STRING,
        faq_id=STRING,
    ),
}
