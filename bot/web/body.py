"""Reading JSON bodies: every refusal names the field."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from typing import Any

from sanic.request import Request

from bot.errors import InvalidRequest
from bot.korean.text import clean

MAX_BYTES = 8 * 1024
MAX_TEXT = 500


def fields(
    request: Request, required: Collection[str] = (), optional: Collection[str] = ()
) -> dict[str, Any]:
    """The body's fields; raises InvalidRequest for what is no object, missing or unknown."""
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise InvalidRequest("본문이 올바른 JSON이 아닙니다.", code="invalid_json") from None
    if not isinstance(body, dict):
        raise InvalidRequest("본문은 JSON 객체여야 합니다.", code="invalid_json")
    for name in required:
        if name not in body:
            raise InvalidRequest(f"'{name}' 항목이 없습니다.", code="missing_field")
    for name in body:
        if name not in {*required, *optional}:
            raise InvalidRequest(f"'{name[:50]}'은(는) 알 수 없는 항목입니다.", code="unknown_field")
    return body


def text(body: dict[str, Any], name: str, *, empty: bool = False, limit: int = MAX_TEXT) -> str:
    """A text field, cleaned; raises InvalidRequest where it is no text, empty or over `limit` characters."""
    value = body.get(name, "")
    if not isinstance(value, str):
        raise InvalidRequest(f"'{name}' 항목은 글자여야 합니다.", code="invalid_field")
    value = clean(value)
    if not value and not empty:
        raise InvalidRequest(f"'{name}' 항목이 비어 있습니다. 내용을 적어 주세요.", code="empty_text")
    if len(value) > limit:
        raise InvalidRequest(
            f"'{name}' 항목은 {limit}자까지 쓸 수 있습니다. 지금은 {len(value)}자입니다.",
            code="text_too_long",
        )
    return value


def identifier(body: dict[str, Any], name: str) -> str:
    """A UUID field, in its canonical form."""
    try:
        return str(uuid.UUID(body[name]))
    except (ValueError, TypeError, AttributeError):
        raise InvalidRequest(f"'{name}' 항목은 UUID여야 합니다.", code="invalid_field") from None


def number(request: Request, name: str, default: int, *, lowest: int = 0, highest: int = 2**31 - 1) -> int:
    """A whole number of the query string."""
    raw = request.args.get(name)
    if raw is None:
        return default
    if not raw.isascii() or not raw.isdigit() or len(raw) > 10 or not lowest <= int(raw) <= highest:
        raise InvalidRequest(f"'{name}'은(는) {lowest} 이상의 정수여야 합니다.", code="invalid_field")
    return int(raw)
