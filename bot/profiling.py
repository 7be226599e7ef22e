"""Where a turn's time goes: real turns over HTTP through the whole server, in this process, one after another."""

from __future__ import annotations

import asyncio
import inspect
import json
import random
import socket
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from bot.assembly import Services, make_services
from bot.errors import ElbiError
from bot.settings import Settings
from bot.store import visitors

CHANNEL, STORE, TOKENS, NLU = "channel", "store", "tokens", "NLU"
POLICY, SEARCH, ENCODER, SECOND, RENDER = "policy", "search", "encoder", "second opinion", "render"
STAGES = (CHANNEL, STORE, TOKENS, NLU, POLICY, ENCODER, SEARCH, SECOND, RENDER)
WARM = 30  # turns before the first one that counts
TAIL = " 부탁드립니다"  # makes a question one that no encoder has seen


@dataclass(frozen=True)
class Profile:
    """Seconds of each turn, and of them by stage: {stage: seconds}, in the order asked."""

    turns: Sequence[float]
    stages: Sequence[dict[str, float]]

    def mean(self, stage: str) -> float:
        """Seconds a turn."""
        return sum(each.get(stage, 0.0) for each in self.stages) / len(self.stages)


class Clock:
    """Who is at work: time goes to the stage entered last. One turn at a time, whatever threads it goes through."""

    def __init__(self) -> None:
        self._stack: list[str] = []
        self._since = 0.0
        self.spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time within goes to `name`, less what is within other stages in it."""
        self._charge()
        self._stack.append(name)
        try:
            yield
        finally:
            self._charge()
            self._stack.pop()

    def _charge(self) -> None:
        now = time.perf_counter()
        if self._stack:
            self.spent[self._stack[-1]] += now - self._since
        self._since = now

    def timed(self, function: Callable, name: str | Callable[..., str]) -> Callable:
        """The function, its time noted."""
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def wait(*args: Any, **kwargs: Any) -> Any:
                with self.stage(name):
                    return await function(*args, **kwargs)

            return wait

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name(*args) if callable(name) else name):
                return function(*args, **kwargs)

        return call


def _parts() -> list[tuple[Any, str, str | Callable[..., str]]]:
    """What is timed: (owner, attribute, stage). What is in none of them is the channel's."""
    from bot.answerer import Answerer
    from bot.dialogue.agent import Dialogue
    from bot.dialogue.processor import Processor
    from bot.korean.encoder import WheelEncoder
    from bot.nlu.tokenizer import KoreanTokenizer
    from bot.search.index import Index
    from bot.store.access import Store
    from bot.web import body
    from bot.web.rate import RateLimiter

    return [
        (Store, "_run", STORE),  # with the way to its thread and back
        (body, "fields", CHANNEL),
        (RateLimiter, "check", CHANNEL),
        (Dialogue, "respond", POLICY),
        (Processor, "parse_message", NLU),
        (KoreanTokenizer, "tokenize", TOKENS),
        (WheelEncoder, "encode", lambda encoder, texts: SECOND if encoder.name == "e5" else ENCODER),
        (Answerer, "consider", SEARCH),
        (Index, "search", SEARCH),
        (Index, "doubt", SEARCH),
        (Answerer, "reply", RENDER),
        (Answerer, "still_visible", RENDER),
    ]


def profile(
    settings: Settings,
    model: Path,
    turns: int,
    texts: Sequence[str] = (),
    told: Callable[[], None] = lambda: None,
) -> Profile:
    """Asks `turns` questions as a member; `texts` are the FAQ's own where there are none. `told` is called after each.

    The database of `settings` is written to: give a state directory of its own.
    """
    services = make_services(settings, model)
    services.database.upgrade()
    services.library.fit()
    asked = list(texts) or _questions(services)
    return asyncio.run(
        _profile(settings, services, [asked[i % len(asked)] for i in range(WARM + turns)], told)
    )


def _questions(services: Services) -> list[str]:
    entries = services.library.catalogue.content.entries
    texts = [text + TAIL for entry in entries for text in entry.questions]
    random.Random(0).shuffle(texts)
    return texts


async def _profile(
    settings: Settings, services: Services, texts: Sequence[str], told: Callable[[], None]
) -> Profile:
    from bot.web.app import create_app

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = create_app(settings, services)
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await server.startup()
    await (
        server.before_start()
    )  # what runs beside the requests is left out: the clock knows one turn at a time
    await server.start_serving()
    with services.database.write() as connection:
        token = visitors.open_session(connection, hours=1, subject=f"profile:{uuid.uuid4()}").token
    clock, taken, stages = Clock(), [], []
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    try:
        with ExitStack() as patched:
            for owner, name, stage in _parts():
                plain = getattr(owner, name)
                patched.callback(setattr, owner, name, plain)
                setattr(owner, name, clock.timed(plain, stage))
            for text in texts:
                clock.spent = defaultdict(float)
                with clock.stage(CHANNEL):
                    await _ask(reader, writer, token, text)
                taken.append(sum(clock.spent.values()))
                stages.append(dict(clock.spent))
                told()
    finally:
        writer.close()
        server.close()
        await server.wait_closed()
        app.ctx.elbi.store.close()
    return Profile(taken[WARM:], stages[WARM:])


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, text: str) -> None:
    """One turn, as a browser sends it; raises ElbiError where it is not answered."""
    sent = json.dumps({"id": str(uuid.uuid4()), "text": text}).encode()
    head = (
        "POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nContent-Length: {len(sent)}\r\n\r\n"
    )
    writer.write(head.encode() + sent)
    answered = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(answered.partition("content-length:")[2].split("\r\n", 1)[0])
    content = await reader.readexactly(length)
    if " 200 " not in answered.split("\r\n", 1)[0]:
        raise ElbiError(content.decode(errors="replace"))
