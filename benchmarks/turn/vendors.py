"""Vendors who ask over HTTP: the same questions in the same order, each asked once in a run."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import aiohttp
import jwt

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


Admit = Callable[[aiohttp.ClientSession, int], "asyncio.Future[Vendor]"]


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


class RasaVendor:
    """Asks over Rasa's REST channel."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._sender = str(uuid.uuid4())

    async def ask(self, text: str) -> float:
        began = time.perf_counter()
        body = {"sender": self._sender, "message": text}
        async with self._http.post("/webhooks/rest/webhook", json=body) as response:
            answer = await response.json()
            if response.status != 200 or not answer:  # Rasa answers [] where the action failed
                raise RuntimeError(f"{response.status} {answer}")
        return time.perf_counter() - began


class ElbiVendor:
    """Asks over 엘비's own API, as a member logged in by the portal."""

    def __init__(self, http: aiohttp.ClientSession, session: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {session}"}

    async def ask(self, text: str) -> float:
        began = time.perf_counter()
        body = {"id": str(uuid.uuid4()), "text": text}
        async with self._http.post("/api/v1/messages", json=body, headers=self._headers) as response:
            answer = await response.json()
            if response.status != 200 or not answer["replies"] or _failed(answer):
                raise RuntimeError(f"{response.status} {answer}")
        return time.perf_counter() - began


def _failed(answer: dict) -> bool:
    return any(reply.get("text", "").startswith("답하지 못") for reply in answer["replies"])


async def rasa_vendor(http: aiohttp.ClientSession, number: int) -> RasaVendor:
    """A new person for Rasa."""
    return RasaVendor(http)


def elbi_vendors(secret: str) -> Admit:
    """New members, whom the portal vouches for by its secret."""

    async def admit(http: aiohttp.ClientSession, number: int) -> ElbiVendor:
        now = int(time.time())
        claims = {
            "sub": str(uuid.uuid4()),
            "name": f"담당자 {number}",
            "company": "한빛상사",
            "iss": "partnerplus",
        }
        token = jwt.encode({**claims, "aud": "elbi", "iat": now, "exp": now + 300}, secret, "HS256")
        async with http.post("/api/v1/sessions", json={"token": token}) as response:
            return ElbiVendor(http, (await response.json())["session"])

    return admit


async def load(url: str, admit: Admit, clients: int, seconds: float, asked: Iterator[str]) -> list[float]:
    """Latencies of every turn of `clients` vendors within `seconds`; each asks on when the last answer is there."""
    taken: list[float] = []
    async with aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=0)) as http:
        vendors = [await admit(http, number) for number in range(clients)]
        end = time.perf_counter() + seconds

        async def keep_asking(vendor: Vendor) -> None:
            while time.perf_counter() < end:
                taken.append(await vendor.ask(next(asked)))

        await asyncio.gather(*map(keep_asking, vendors))
    return taken


async def conversation(url: str, admit: Admit, turns: int, asked: Iterator[str]) -> list[float]:
    """Latencies of the turns of one conversation."""
    async with aiohttp.ClientSession(url) as http:
        vendor = await admit(http, 0)
        return [await vendor.ask(next(asked)) for _ in range(turns)]


async def first_answer(url: str, admit: Admit, alive: Callable[[], None]) -> None:
    """Returns when a question is answered for the first time."""
    while True:
        alive()
        try:
            async with aiohttp.ClientSession(url) as http:
                await (await admit(http, 0)).ask("회원가입은 어떻게 하나요?")
            return
        except (aiohttp.ClientError, RuntimeError, KeyError):
            await asyncio.sleep(0.1)
