"""Vendors who ask over HTTP: the same questions in the same order, each asked once in a run."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import jwt

from bot import wording

QUESTIONS = Path(__file__).resolve().parents[2] / "tests" / "nlu" / "categories.jsonl"
OPENINGS = (
    "안녕하세요, ",
    "급해서 그런데요 ",
    "혹시 ",
    "죄송한데 ",
    "저기 ",
    "하나만 여쭤볼게요. ",
    "오늘 해보니까 ",
    "담당자님 ",
)
CLOSINGS = ("", " 알려주세요", " 부탁드립니다", " 궁금합니다", " 감사합니다", " 확인 부탁드려요")


class Vendor(Protocol):
    """One person with a conversation."""

    async def ask(self, text: str) -> float:
        """Seconds until the answer is there; raises RuntimeError where there is none."""


Admit = Callable[["Line", int], Awaitable[Vendor]]


def questions() -> Iterator[str]:
    """Held-out questions, none of which is in the FAQ: first as they are, then with words of politeness around them.

    None comes twice, so that nothing can be remembered from one to the next.
    """
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    order = random.Random(0)
    order.shuffle(texts)
    yield from texts
    around = [(opening, text, closing) for text in texts for opening in OPENINGS for closing in CLOSINGS]
    order.shuffle(around)
    yield from ("".join(parts) for parts in around)


class Line:
    """A kept connection that posts JSON: the least a client can do, since it shares the cores with what it measures."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).hostname, urlsplit(url).port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: dict[str, Any], token: str = "") -> Any:
        """The answer; raises RuntimeError where it is none, OSError where nobody listens."""
        if self._ends is None:
            self._ends = await asyncio.open_connection(*self._address)
        reader, writer = self._ends
        sent = json.dumps(body).encode()
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{bearer}Content-Type: application/json\r\n"
        writer.write(f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent)
        try:
            answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(answered.partition("content-length:")[2].split("\r\n", 1)[0])
            content = await reader.readexactly(length)
        except EOFError as error:
            raise ConnectionError("hung up") from error
        if answered.split(" ", 2)[1] not in ("200", "201"):
            raise RuntimeError(content.decode(errors="replace"))
        return json.loads(content)

    def close(self) -> None:
        """Hangs up."""
        if self._ends:
            self._ends[1].close()


class RasaVendor:
    """Asks over Rasa's REST channel."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._sender = str(uuid.uuid4())

    async def ask(self, text: str) -> float:
        began = time.perf_counter()
        body = {"sender": self._sender, "message": text}
        answer = await self._line.post("/webhooks/rest/webhook", body)
        if not answer:  # what Rasa says where the action failed
            raise RuntimeError("no answer")
        return time.perf_counter() - began


class ElbiVendor:
    """Asks over 엘비's own API, as a member logged in by the portal."""

    def __init__(self, line: Line, session: str) -> None:
        self._line = line
        self._session = session

    async def ask(self, text: str) -> float:
        began = time.perf_counter()
        body = {"id": str(uuid.uuid4()), "text": text}
        answer = await self._line.post("/api/v1/messages", body, self._session)
        if not answer["replies"] or _failed(answer):
            raise RuntimeError(str(answer))
        return time.perf_counter() - began


def _failed(answer: dict) -> bool:
    return any(reply.get("text") == wording.FAILED for reply in answer["replies"])


async def rasa_vendor(line: Line, number: int) -> RasaVendor:
    """A new person for Rasa."""
    return RasaVendor(line)


def elbi_vendors(secret: str) -> Admit:
    """New members, whom the portal vouches for by its secret."""

    async def admit(line: Line, number: int) -> ElbiVendor:
        now = int(time.time())
        claims = {
            "sub": str(uuid.uuid4()),
            "name": f"담당자 {number}",
            "company": "한빛상사",
            "iss": "partnerplus",
        }
        token = jwt.encode({**claims, "aud": "elbi", "iat": now, "exp": now + 300}, secret, "HS256")
        return ElbiVendor(line, (await line.post("/api/v1/sessions", {"token": token}))["session"])

    return admit


async def load(url: str, admit: Admit, clients: int, seconds: float, asked: Iterator[str]) -> list[float]:
    """Latencies of every turn of `clients` vendors within `seconds`; each asks on when the last answer is there."""
    taken: list[float] = []
    lines = [Line(url) for _ in range(clients)]
    vendors = [await admit(line, number) for number, line in enumerate(lines)]
    end = time.perf_counter() + seconds

    async def keep_asking(vendor: Vendor) -> None:
        while time.perf_counter() < end:
            taken.append(await vendor.ask(next(asked)))

    await asyncio.gather(*map(keep_asking, vendors))
    for line in lines:
        line.close()
    return taken


async def conversation(url: str, admit: Admit, turns: int, asked: Iterator[str]) -> list[float]:
    """Latencies of the turns of one conversation."""
    line = Line(url)
    vendor = await admit(line, 0)
    taken = [await vendor.ask(next(asked)) for _ in range(turns)]
    line.close()
    return taken


async def first_answer(url: str, admit: Admit, alive: Callable[[], None]) -> None:
    """Returns when a question is answered for the first time."""
    while True:
        alive()
        line = Line(url)
        try:
            await (await admit(line, 0)).ask("회원가입은 어떻게 하나요?")
            return
        except (OSError, RuntimeError):
            await asyncio.sleep(0.1)
        finally:
            line.close()
