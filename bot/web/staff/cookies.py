"""The cookies of the staff pages: `__Host-`, HttpOnly, Secure, SameSite=Lax.

Browsers take Secure cookies over https, and over plain http from this computer itself (localhost, 127.0.0.1). Served over
plain http to other computers they are not kept; the sign-in page notices that and says so.
"""

from __future__ import annotations

import secrets

from sanic.request import Request
from sanic.response import HTTPResponse

SESSION = "__Host-elbi_staff"
FORM = "__Host-elbi_sign_in"  # ties the sign-in form to the browser it was given to


def session_token(request: Request) -> str:
    """The session's token, or an empty text."""
    token = request.cookies.get(SESSION, "")
    return token if 0 < len(token) <= 128 and token.isascii() else ""


def form_token(request: Request) -> str:
    """What the sign-in form must carry, or an empty text where the browser has no such cookie."""
    token = request.cookies.get(FORM, "")
    return token if 20 <= len(token) <= 64 and token.isascii() else ""


def new_form_token() -> str:
    """A token for a sign-in form."""
    return secrets.token_urlsafe(24)


def put(response: HTTPResponse, name: str, value: str, max_age: int | None = None) -> None:
    """Sets a cookie; without `max_age` it goes with the browser."""
    response.cookies[name] = value
    cookie = response.cookies[name]
    cookie["path"] = "/"
    cookie["secure"] = True
    cookie["httponly"] = True
    cookie["samesite"] = "Lax"
    if max_age is not None:
        cookie["max-age"] = max_age


def drop(response: HTTPResponse, name: str) -> None:
    """Removes a cookie; a browser takes that only with the attributes it was set with."""
    put(response, name, "", max_age=0)
