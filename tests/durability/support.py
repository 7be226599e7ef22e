"""What the durability tests share: servers side by side, and what a database must hold after anything."""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy

from tests.conftest import serving
from tests.site import Person, Site

TEXTS = (
    "가입방법",
    "휴대폰 인증 불가",
    "계약",
    "안녕하세요",
    "도움말",
    "달나라 출장비 정산 규정이 궁금합니다",
    "공인인증서 발급 수수료",
)


@contextmanager
def servers(home: Path, model_dir: Path, count: int, **settings: object) -> Iterator[list[Site]]:
    """Servers started side by side, each with a state directory of its own."""
    with ExitStack() as stack:
        contexts = [serving(home / f"server-{number}", model_dir, **settings) for number in range(count)]
        with ThreadPoolExecutor(count) as pool:
            started = [pool.submit(context.__enter__) for context in contexts]
            for context, each in zip(contexts, started, strict=True):
                if each.exception() is None:
                    stack.push(context)
        yield [each.result() for each in started]


def kill(site: Site) -> None:
    """kill -9, the server and all it started."""
    os.killpg(site.process.pid, signal.SIGKILL)
    site.process.wait(20)


@dataclass
class Traffic:
    """Visitors who keep asking, and what was acknowledged to them."""

    people: Sequence[Sequence[Person]]  # each visitor's ways in: one a server
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)  # message id → the reply's body
    sent: dict[str, tuple[int, str]] = field(default_factory=dict)  # message id → visitor, text
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Traffic:
        self.threads = [
            threading.Thread(target=self._ask, args=(number, way), daemon=True)
            for number, ways in enumerate(self.people)
            for way in ways
        ]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)

    def _ask(self, number: int, person: Person) -> None:
        while not self.stop.is_set():
            message_id, text = str(uuid.uuid4()), TEXTS[len(self.sent) % len(TEXTS)]
            self.sent[message_id] = number, text
            try:
                response = person.send(text, message_id)
            except httpx.TransportError:
                return  # the server is gone
            if response.status_code == 200:
                self.acknowledged[message_id] = response.json()
            elif response.status_code != 503:
                self.wrong.append(f"{response.status_code}: {response.text[:200]}")


def check_history(person: Person, traffic: Traffic, number: int) -> None:
    """Everything acknowledged to a visitor is there once, as it was told, and the numbers have no gap."""
    turns = history(person)
    assert [turn["seq"] for turn in turns] == list(range(1, len(turns) + 1))
    assert len({turn["id"] for turn in turns}) == len(turns)
    stored = {turn["id"]: turn for turn in turns}
    for message_id, told in traffic.acknowledged.items():
        if traffic.sent[message_id][0] == number:
            turn = stored.get(message_id)
            if turn is None and told["seq"] == 1:
                continue  # what `after` cannot reach in a long conversation
            assert turn is not None, f"an acknowledged question is lost: {told}"
            assert turn["seq"] == told["seq"]
            assert turn["replies"] == told["replies"]
            assert turn["text"] == traffic.sent[message_id][1]


def history(person: Person) -> list[dict[str, Any]]:
    """The whole conversation: its last part, and before it all there is above number 1."""
    turns = person.get("/messages")["messages"]
    if turns and turns[0]["seq"] > 1:
        turns = []
        while part := person.get("/messages", after=turns[-1]["seq"] if turns else 1)["messages"]:
            turns += part
        turns = [{"seq": 1, "id": "told by what follows"}, *turns]
    return turns


class Tables:
    """The database itself, beside the servers."""

    def __init__(self, url: str) -> None:
        self.engine = sqlalchemy.create_engine(url, future=True, poolclass=sqlalchemy.pool.NullPool)

    def rows(self, sql: str) -> list[Any]:
        with self.engine.connect() as connection:
            return connection.exec_driver_sql(sql).all()

    def number(self, sql: str) -> int:
        return self.rows(sql)[0][0]

    def unfinished(self) -> int:
        return self.number("SELECT count(*) FROM turn WHERE finished_at IS NULL")

    def opened_by_hand(self) -> int:
        """Entries opened otherwise than as the answer of a turn; to be asked for while no turn is unfinished."""
        answers = self.number("SELECT count(*) FROM turn WHERE outcome = 'faq'")
        return self.number("SELECT count(*) FROM faq_open") - answers

    def check(self, opened_by_hand: int = 0) -> None:
        """The laws that hold once all turns are finished."""
        assert self.unfinished() == 0
        # finished means: with a stored outcome and replies
        assert self.number("SELECT count(*) FROM turn WHERE outcome IS NULL OR replies IS NULL") == 0
        # no question twice under one id, the numbers of a conversation without gap
        assert not self.rows("SELECT 1 FROM turn GROUP BY conversation_id, client_id HAVING count(*) > 1")
        assert not self.rows(
            "SELECT conversation_id FROM turn GROUP BY conversation_id"
            " HAVING min(seq) <> 1 OR max(seq) <> count(*) OR count(DISTINCT seq) <> count(*)"
        )
        assert not self.rows(
            "SELECT 1 FROM conversation c WHERE last_seq <>"
            " (SELECT count(*) FROM turn t WHERE t.conversation_id = c.id)"
        )
        # the outcome and what goes with it were stored together, once: the queue's row, the opening of an entry
        assert not self.rows(
            "SELECT 1 FROM question WHERE turn_id IS NOT NULL GROUP BY turn_id HAVING count(*) > 1"
        )
        assert self.number("SELECT count(*) FROM question WHERE reason = 'failed'") == 0
        assert self.opened_by_hand() == opened_by_hand
        assert not self.rows("SELECT 1 FROM conversation WHERE claimed_by IS NOT NULL")


def as_person(site: Site, person: Person) -> Person:
    """The same session at another server, or at the same one after a restart."""
    return Person(site.url, person.session, person.opened)
