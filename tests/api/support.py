"""What the API tests share: the content as written, the server's routes, and tokens as a portal signs them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import httpx
import jwt
import yaml

from tests.conftest import MEMBER_SECRET, ROOT, environment
from tests.site import API, Person, Site

# one client for all: making one loads certificates for a third of a second
web = httpx.Client(timeout=30, verify=False)
SECRET = MEMBER_SECRET
KINDS = {
    "text", "faq", "faq_list", "best", "updated", "help", "login_required", "no_answer", "onboarding", "form", "asked", "answered",
}  # fmt: skip


@lru_cache(maxsize=1)
def entries() -> dict[str, dict[str, Any]]:
    """Every entry of data/faq as it is written, by id."""
    found = {}
    for path in sorted((ROOT / "data" / "faq").glob("*.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for entry in document.get("entries", ()):
            found[entry["id"]] = {**entry, "category": document["category"]}
    return found


def ids_for(audience: str) -> list[str]:
    return [entry_id for entry_id, entry in entries().items() if entry["audience"] == audience]


def routes(demo: bool) -> frozenset[tuple[str, str]]:
    """(method, path) of every route of the app."""
    return _routes()[demo]


@lru_cache(maxsize=1)
def _routes() -> dict[bool, frozenset[tuple[str, str]]]:
    """Asked in a process of its own: importing the app there and not here keeps the tests light."""
    program = (
        "import json\n"
        "from sanic import Sanic\n"
        "from bot.settings import Settings\n"
        "from bot.web.app import create_app\n"
        "for demo in (False, True):\n"
        "    routes = create_app(Settings(), None, with_demo=demo).router.routes\n"
        "    print(json.dumps([[method, route.path] for route in routes for method in route.methods]))\n"
        "    Sanic._app_registry.clear()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
        timeout=120,
    )
    listed = [json.loads(line) for line in done.stdout.splitlines()[-2:]]
    return {
        demo: frozenset((method, _openapi_path(path)) for method, path in each)
        for demo, each in zip((False, True), listed, strict=True)
    }


def _openapi_path(path: str) -> str:
    """Sanic's `a/<name:str>` as OpenAPI writes it: `/a/{name}`."""
    parts = [
        "{" + part[1:-1].split(":")[0] + "}" if part.startswith("<") else part for part in path.split("/")
    ]
    return "/" + "/".join(parts).lstrip("/")


def claims(**changed: Any) -> dict[str, Any]:
    """A portal's claims; a claim given as None is left out."""
    now = int(time.time())
    made = {
        "sub": f"member-{uuid.uuid4()}",
        "name": "김하나",
        "company": "하나기술(주)",
        "business_number": "1234567891",
        "iss": "partnerplus",
        "aud": "elbi",
        "iat": now,
        "exp": now + 300,
        **changed,
    }
    return {name: value for name, value in made.items() if value is not None}


def signed(secret: str = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    return jwt.encode(claims(**changed), secret, algorithm=algorithm)


def open_session(site: Site, token: str | None = None, address: str | None = None) -> httpx.Response:
    """POST /sessions, from an address of its own where the server counts by X-Forwarded-For."""
    headers = {"X-Forwarded-For": address or f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"}
    return web.post(
        f"{site.url}{API}/sessions", json={"token": token} if token else {}, headers=headers, timeout=30
    )


def person(site: Site, token: str | None = None) -> Person:
    response = open_session(site, token)
    assert response.status_code == 201, response.text
    return Person(site.url, response.json()["session"], response.json())


def error_of(response: httpx.Response) -> dict[str, str]:
    """The error of a refusal, which must be of the contract's form and say something in Korean."""
    body = response.json()
    assert set(body) == {"error"}, body
    error = body["error"]
    assert set(error) == {"code", "message"}, error
    assert error["code"].isascii()
    assert any("가" <= char <= "힣" for char in error["message"]), error
    return error


def refused(response: httpx.Response, status: int, code: str | None = None) -> dict[str, str]:
    assert response.status_code == status, f"{response.status_code}: {response.text[:300]}"
    error = error_of(response)
    assert code is None or error["code"] == code, error
    return error


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
