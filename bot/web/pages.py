"""Pages and their files: the demo portal page, the full-page chat, the widget's modules."""

from __future__ import annotations

import gzip
import hashlib
import time
import uuid
from functools import lru_cache
from pathlib import Path

import jwt
from jinja2 import Environment, FileSystemLoader, select_autoescape
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, html, redirect
from sanic.response import json as json_response

from bot.errors import NotFound
from bot.web.context import context

HERE = Path(__file__).parent
STATIC = HERE / "static"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
DEMO_MEMBER = {
    "sub": "demo-member",
    "name": "장민우",
    "company": "서비스(주)",
    "business_number": "1234567891",
}

pages = Blueprint("pages")
demo = Blueprint("demo", url_prefix="/demo")
_templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape())


@pages.get("/")
async def home(request: Request) -> HTTPResponse:
    return _page(request, "portal.html") if request.app.ctx.demo else redirect("/chat")


@pages.get("/chat")
async def chat_page(request: Request) -> HTTPResponse:
    return _page(request, "chat.html")


@pages.get("/s/<token:str>")
async def shared_page(request: Request, token: str) -> HTTPResponse:
    """A shared link: the same page for every token; what it leads to is asked with the visitor's own session."""
    return _page(request, "chat.html", share=token)


@pages.get("/elbi.js")
async def widget(request: Request) -> HTTPResponse:
    return _file(request, STATIC / "elbi.js")


@pages.get("/static/<path:path>")
async def static_file(request: Request, path: str) -> HTTPResponse:
    return _file(request, STATIC / path)


@demo.post("/login")
async def demo_login(request: Request) -> HTTPResponse:
    """A token as the portal would sign it for the demo member."""
    settings = context(request).settings
    now = int(time.time())
    claims = {
        **DEMO_MEMBER,
        "iss": settings.member_jwt_issuer,
        "aud": settings.member_jwt_audience,
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid.uuid4()),
    }
    return json_response({"token": jwt.encode(claims, settings.member_jwt_secret, algorithm="HS256")})


def _page(request: Request, name: str, **values: object) -> HTTPResponse:
    response = html(_templates.get_template(name).render(demo=request.app.ctx.demo, **values))
    ancestors = " ".join(("'self'", *context(request).settings.allowed_origins))
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )
    return response


def _file(request: Request, path: Path) -> HTTPResponse:
    path = path.resolve()
    if not path.is_relative_to(STATIC) or path.suffix not in _TYPES or not path.is_file():
        raise NotFound()
    if path.is_relative_to(STATIC / "demo") and not request.app.ctx.demo:
        raise NotFound()
    data, tag = _read(path, path.stat().st_mtime_ns)
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Access-Control-Allow-Origin": "*",
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", "") and path.suffix != ".png":
        data, headers = _packed(data), headers | {"Content-Encoding": "gzip", "ETag": tag[:-1] + '-gzip"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return HTTPResponse(status=304, headers=headers)
    return HTTPResponse(data, headers=headers, content_type=_TYPES[path.suffix])


@lru_cache(maxsize=256)
def _packed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)


@lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> tuple[bytes, str]:
    data = path.read_bytes()
    return data, f'"{hashlib.sha256(data).hexdigest()[:24]}"'
