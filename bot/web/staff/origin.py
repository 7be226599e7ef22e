"""Whether a form comes from our own pages: what the browser says of its origin, and the form's token."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from sanic.request import Request

from bot.errors import Forbidden
from bot.web.context import context

FOREIGN = "다른 사이트에서 보낸 요청이라 처리하지 않았습니다. 관리 화면에서 다시 시도해 주세요."
OLD_FORM = (
    "화면을 연 지 오래되었거나 다시 로그인하셔서 보내지 못했습니다. 화면을 새로 고친 뒤 다시 보내 주세요."
)


def check_origin(request: Request) -> None:
    """Raises Forbidden where the browser says that another site sent the form."""
    site = request.headers.get("sec-fetch-site")
    if site and site not in ("same-origin", "none"):
        raise Forbidden(FOREIGN, code="foreign_origin")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc not in _own(request):
        raise Forbidden(FOREIGN, code="foreign_origin")


def check_token(sent: str, expected: str) -> None:
    """Raises Forbidden where a form's token is not the expected one."""
    if not expected or not secrets.compare_digest(sent.encode(), expected.encode()):
        raise Forbidden(OLD_FORM, code="old_form")


def _own(request: Request) -> set[str]:
    public = urlsplit(context(request).settings.public_url).netloc
    return {name for name in (request.headers.get("host", ""), public) if name}
