"""A running server as its visitors see it."""

from __future__ import annotations

import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

API = "/api/v1"


@dataclass(frozen=True)
class Site:
    """A running server."""

    url: str
    process: subprocess.Popen
    log: Path

    def guest(self) -> Person:
        return self.person()

    def member(self) -> Person:
        """The demo member, by a token as the portal would sign it."""
        return self.person(self.demo_token())

    def demo_token(self) -> str:
        response = httpx.post(self.url + "/demo/login", verify=False)
        response.raise_for_status()
        return response.json()["token"]

    def person(self, token: str | None = None) -> Person:
        response = httpx.post(
            f"{self.url}{API}/sessions", json={"token": token} if token else {}, verify=False
        )
        assert response.status_code == 201, response.text
        return Person(self.url, response.json()["session"], response.json())


class Person:
    """A visitor with a session."""

    def __init__(self, url: str, session: str, opened: dict[str, Any] | None = None) -> None:
        self.session = session
        self.opened = opened or {}
        self.http = httpx.Client(
            base_url=url + API,
            headers={"Authorization": f"Bearer {session}"},
            timeout=45,
            verify=False,  # certificates are ours, and loading those of the system takes a third of a second
        )

    def send(self, text: str, message_id: str | None = None) -> httpx.Response:
        return self.http.post("/messages", json={"id": message_id or str(uuid.uuid4()), "text": text})

    def ask(self, text: str) -> dict[str, Any]:
        """The one reply to a question."""
        response = self.send(text)
        assert response.status_code == 200, response.text
        (reply,) = response.json()["replies"]
        return reply

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        response = self.http.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(path, json=body)
