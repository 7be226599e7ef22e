"""Who is on the other side: the portal's signed token once, then our own opaque session."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any

import jwt
from sanic.request import Request
from sqlalchemy.engine import Connection

from bot.errors import Unauthorized, Unavailable
from bot.settings import Settings
from bot.store import visitors
from bot.store.access import Store
from bot.store.visitors import Session
from bot.visitor import Visitor

MAX_AGE_SECONDS = 300
LEEWAY_SECONDS = 10
_REQUIRED = ["iss", "aud", "exp", "iat", "sub"]


class PortalTokens:
    """Checks the portal's tokens (JWT): signature, issuer, audience and age."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._keys = (
            jwt.PyJWKClient(settings.member_jwt_jwks_url, timeout=5) if settings.member_jwt_jwks_url else None
        )
        self._algorithms = ["RS256", "ES256"] if self._keys else ["HS256"]

    async def member(self, token: str) -> tuple[str, Visitor]:
        """The member a token speaks for: (issuer and subject, visitor). Raises Unauthorized."""
        claims = await self._claims(token)
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject or len(subject) > 200:
            raise Unauthorized("로그인 정보를 확인할 수 없습니다.", code="invalid_token")
        person = Visitor(
            mode="member",
            name=_short(claims, "name", 100),
            company=_short(claims, "company", 200),
            business_number=_short(claims, "business_number", 16),
        )
        return f"{claims['iss']}:{subject}"[:255], person

    async def _claims(self, token: str) -> dict[str, Any]:
        if not self._settings.members_enabled:
            raise Unauthorized("회원 로그인이 설정되어 있지 않습니다.", code="members_disabled")
        try:
            claims = jwt.decode(
                token,
                await self._key(token),
                algorithms=self._algorithms,
                issuer=self._settings.member_jwt_issuer,
                audience=self._settings.member_jwt_audience,
                leeway=LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
        except jwt.ExpiredSignatureError:
            raise Unauthorized(
                "로그인 정보가 만료되었습니다. 다시 로그인해 주세요.", code="expired_token"
            ) from None
        except jwt.PyJWKClientConnectionError:
            raise Unavailable(retry_after=5) from None
        except (jwt.PyJWTError, ValueError, TypeError):
            raise Unauthorized("로그인 정보를 확인할 수 없습니다.", code="invalid_token") from None
        issued = claims["iat"]
        now = time.time()
        if not isinstance(issued, int | float) or now - issued > MAX_AGE_SECONDS + LEEWAY_SECONDS:
            raise Unauthorized("로그인 정보가 만료되었습니다. 다시 로그인해 주세요.", code="expired_token")
        return claims

    async def _key(self, token: str) -> Any:
        if self._keys is None:
            return self._settings.member_jwt_secret
        loop = asyncio.get_running_loop()
        return (await loop.run_in_executor(None, self._keys.get_signing_key_from_jwt, token)).key


def bearer(request: Request) -> str:
    """The session token of the Authorization header, or an empty text."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def session_of(request: Request, store: Store) -> Session:
    """The request's session; raises Unauthorized where there is none that holds."""
    _token(request)
    return await store.read(partial(find_session, request))


def find_session(request: Request, connection: Connection) -> Session:
    """The same with a connection at hand."""
    session = visitors.find_session(connection, _token(request))
    if session is None:
        raise Unauthorized()
    return session


def _token(request: Request) -> str:
    token = bearer(request)
    if not 0 < len(token) <= 128:
        raise Unauthorized()
    return token


def _short(claims: dict[str, Any], name: str, limit: int) -> str:
    value = claims.get(name, "")
    return value.strip()[:limit] if isinstance(value, str) else ""
