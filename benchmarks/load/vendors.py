"""Vendors as they come and go: each opens the chat, types, asks, reads, says what helped, and leaves."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt

from bot.wording import FAILED

SHARE_OF_MEMBERS = 0.6
THINKING_SECONDS = 1.2  # on average, between two things a vendor does
COMMENTS = ("설명이 조금 더 자세하면 좋겠어요", "화면과 다릅니다", "")


@dataclass(frozen=True)
class Call:
    """A request as the vendor saw it; `failure` is empty where it was answered as it should be."""

    kind: str
    at: float
    seconds: float
    failure: str = ""


class Vendors:
    """So many vendors at a time; who leaves makes room for the next."""

    def __init__(self, url: str, secret: str, questions: list[str], seed: int = 0) -> None:
        self.calls: list[Call] = []
        self.visits = 0
        self.began = 0.0  # what the calls' times are counted from
        self._url, self._secret, self._questions = url, secret, questions
        self._seed = seed

    async def come_and_go(self, count: int, until: float) -> None:
        """Until a time of `time.perf_counter`; visits under way are brought to their end."""
        async with aiohttp.ClientSession(
            self._url, connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(60)
        ) as http:
            await asyncio.gather(*(self._place(http, number, until) for number in range(count)))

    async def _place(self, http: aiohttp.ClientSession, number: int, until: float) -> None:
        chance = random.Random(f"{self._seed} {number}")
        await asyncio.sleep(chance.uniform(0, THINKING_SECONDS))
        while time.perf_counter() < until:
            self.visits += 1
            await Visit(self, http, chance, f"vendor-{number}-{self.visits}").run(until)

    def token(self, subject: str) -> str:
        """As the portal signs it."""
        now = int(time.time())
        claims = {"sub": subject, "name": "김담당", "company": "한빛상사", "business_number": "9991234561"}
        return jwt.encode(
            {**claims, "iss": "partnerplus", "aud": "elbi", "iat": now, "exp": now + 300},
            self._secret,
            "HS256",
        )

    def question(self, chance: random.Random) -> str:
        """A phrasing of the FAQ, now and then something it does not know."""
        return (
            chance.choice(self._questions)
            if chance.random() < 0.93
            else f"{uuid.uuid4().hex[:6]} 규정이 궁금해요"
        )


class Visit:
    """One vendor's visit."""

    def __init__(
        self, vendors: Vendors, http: aiohttp.ClientSession, chance: random.Random, name: str
    ) -> None:
        self._vendors, self._http, self._chance, self._name = vendors, http, chance, name
        self._headers: dict[str, str] = {}
        self._opened = ""

    async def run(self, until: float) -> None:
        member = self._chance.random() < SHARE_OF_MEMBERS
        body = {"token": self._vendors.token(self._name)} if member else {}
        opened = await self._call("session", "POST", "/sessions", 201, json=body)
        if not opened:
            return
        self._headers = {"Authorization": f"Bearer {opened['session']}"}
        await self._call("history", "GET", "/messages")
        await self._call("best", "GET", "/best")
        for _ in range(self._chance.randint(3, 8)):
            await asyncio.sleep(self._chance.expovariate(1 / THINKING_SECONDS))
            if time.perf_counter() > until:
                return
            await self._something()

    async def _something(self) -> None:
        dice = self._chance.random()
        if dice < 0.62:
            await self._ask()
        elif dice < 0.70:
            await self._call(
                "list", "GET", "/faq", params={"q": self._chance.choice(("계약", "교육", "인증서", ""))}
            )
        elif dice < 0.78:
            await self._call("updated", "GET", "/updated")
        elif dice < 0.82:
            await self._call("help", "GET", "/help")
        elif dice < 0.88:
            body = {"id": str(uuid.uuid4()), "text": self._vendors.question(self._chance)}
            await self._call("To 엘비", "POST", "/questions", 201, json=body)
        elif dice < 0.92 and self._opened:
            await self._call("share", "POST", "/shares", 201, json={"faq_id": self._opened})
        elif self._opened:
            body: dict[str, Any] = {"faq_id": self._opened, "helpful": self._chance.random() < 0.75}
            if not body["helpful"]:
                body["comment"] = self._chance.choice(COMMENTS)
            await self._call("feedback", "POST", "/feedback", 201, json=body)

    async def _ask(self) -> None:
        """Types, with suggestions on the way, and asks; from a list one entry is opened."""
        text = self._vendors.question(self._chance)
        for end in range(1, min(len(text), 9), 3):
            await self._call("suggestions", "GET", "/suggestions", params={"q": text[:end]})
            await asyncio.sleep(0.15)
        answer = await self._call(
            "question", "POST", "/messages", json={"id": str(uuid.uuid4()), "text": text}
        )
        for reply in (answer or {}).get("replies", ()):
            if reply["kind"] == "faq":
                self._opened = reply["faq"]["id"]
            elif reply["kind"] == "faq_list" and reply["items"]:
                self._opened = self._chance.choice(reply["items"])["id"]
                await self._call("entry", "GET", f"/faq/{self._opened}")

    async def _call(self, kind: str, method: str, path: str, wanted: int = 200, **options: Any) -> Any:
        began = time.perf_counter()
        failure, answer = "", None
        try:
            async with self._http.request(
                method, "/api/v1" + path, headers=self._headers, **options
            ) as response:
                answer = await response.json()
                if response.status != wanted:
                    failure = f"{response.status} {str(answer)[:200]}"
                elif kind == "question" and not answer["replies"]:
                    failure = "no reply"
                elif kind == "question" and any(reply.get("text") == FAILED for reply in answer["replies"]):
                    failure = f"not answered: {str(answer['replies'])[:200]}"
        except (aiohttp.ClientError, TimeoutError, asyncio.TimeoutError, ValueError) as error:
            failure = repr(error)[:200]
        self._vendors.calls.append(
            Call(kind, began - self._vendors.began, time.perf_counter() - began, failure)
        )
        return None if failure else answer
