"""No acknowledged question is ever lost or doubled: kill -9, two servers racing, restarts, a database that goes away."""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import sqlalchemy

from tests.api.support import SECRET, refused, signed, web
from tests.conftest import serving, wait_for
from tests.durability.support import Tables, Traffic, as_person, check_history, history, kill, servers
from tests.site import Person, Site

SECONDS = 30  # until a turn that a killed process left must have its outcome


@contextmanager
def sqlite_away(directory: Path) -> Iterator[None]:
    """The directory of the database is moved, as when a volume is unmounted."""
    elsewhere = directory.with_name("elsewhere")
    directory.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(directory)


@contextmanager
def postgres_away(url: str) -> Iterator[None]:
    """The database takes nobody in, and everybody who is in is thrown out."""
    name = url.rsplit("/", 1)[1]
    engine = sqlalchemy.create_engine(url.replace(name, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.exec_driver_sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        try:
            yield
        finally:
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_two_servers_over_one_database(
    kind: str, tmp_path: Path, model_dir: Path, request: pytest.FixtureRequest
) -> None:
    """One story over each database, so that servers start no more often than they must."""
    if kind == "sqlite":
        (tmp_path / "database").mkdir()
        url = f"sqlite:///{tmp_path / 'database' / 'elbi.db'}"
        away = lambda: sqlite_away(tmp_path / "database")  # noqa: E731
    else:
        url = request.getfixturevalue("postgres_url")
        away = lambda: postgres_away(url)  # noqa: E731
    settings = {"ELBI_DATABASE_URL": url, "ELBI_MEMBER_JWT_SECRET": SECRET}
    with servers(tmp_path, model_dir, 2, **settings) as (one, other):
        tables = Tables(url)
        member = one.person(signed(sub="survivor"))
        member.ask("계약체결 방법")

        each_id_is_answered_once(one, other)
        nothing_is_acknowledged_without_the_database(one, other, away, tables)
        wait_for(lambda: tables.unfinished() == 0, SECONDS)
        tables.check()

        # the second server is killed in the middle; the first one finishes what it left
        people = [one.guest() for _ in range(3)] + [member]
        with Traffic([[as_person(one, each), as_person(other, each)] for each in people]) as traffic:
            wait_for(lambda: len(traffic.acknowledged) > 40, 60)
            kill(other)
            left = tables.unfinished()
            time.sleep(1)
        assert not traffic.wrong
        print(f"{kind}: {left} turns unfinished at the kill")
        began = time.monotonic()
        wait_for(lambda: tables.unfinished() == 0, SECONDS)
        print(f"{kind}: all finished {time.monotonic() - began:.1f} s later")
        tables.check()
        for number, person in enumerate(people):
            check_history(as_person(one, person), traffic, number)

        # the first one as well, with nobody left
        people = [one.guest() for _ in range(6)] + [member]
        with Traffic([[as_person(one, each)] * 2 for each in people]) as traffic:
            wait_for(lambda: len(traffic.acknowledged) > 40, 60)
            kill(one)
        assert not traffic.wrong
        print(f"{kind}: {tables.unfinished()} turns unfinished at the kill")

    with serving(tmp_path / "server-0", model_dir, **settings) as fresh:
        began = time.monotonic()
        a_resend_after_the_restart_is_the_same_turn(fresh, people, traffic)
        wait_for(lambda: tables.unfinished() == 0, SECONDS)
        print(f"{kind}: all finished {time.monotonic() - began:.1f} s after the restart")
        tables.check()
        for number, person in enumerate(people):
            check_history(as_person(fresh, person), traffic, number)
        # the member, at the next login
        again = fresh.person(signed(sub="survivor"))
        assert again.opened["visitor"] == member.opened["visitor"]
        turns = again.get("/messages")["messages"]
        assert turns[-1]["seq"] == len(history(again))
        assert {
            message_id for message_id, (number, _) in traffic.sent.items() if people[number] is member
        } <= {turn["id"] for turn in history(again)}


def each_id_is_answered_once(one: Site, other: Site) -> None:
    """The same messages at both servers at once."""
    guest = one.guest()
    ways = [guest, as_person(other, guest)]
    ids = [str(uuid.uuid4()) for _ in range(12)]

    def send(job: tuple[Person, str]) -> httpx.Response:
        return job[0].send("가입방법", job[1])

    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(send, [(way, message_id) for message_id in ids for way in ways]))
    assert {response.status_code for response in responses} == {200}
    assert len({response.text for response in responses}) == len(ids)
    for way in ways:
        turns = way.get("/messages")["messages"]
        assert [turn["seq"] for turn in turns] == list(range(1, len(ids) + 1))
        assert {turn["id"] for turn in turns} == set(ids)


def test_a_visitor_who_hangs_up_finds_the_answer(site: Site) -> None:
    """The connection is gone right after the question; the same question once more is answered at once."""
    guest, address = site.guest(), urlsplit(site.url)
    ids = [str(uuid.uuid4()) for _ in range(10)]
    for message_id in ids:
        body = f'{{"id": "{message_id}", "text": "가입방법"}}'.encode()
        head = (
            f"POST /api/v1/messages HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {guest.session}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(head.encode() + body)
            time.sleep(0.004)
    began = time.monotonic()
    answers = [guest.send("가입방법", message_id) for message_id in ids]
    took = time.monotonic() - began
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["seq"] for answer in answers) == list(range(1, 11))
    assert took < 8, f"after hanging up, answers took {took:.1f} s"


def nothing_is_acknowledged_without_the_database(
    one: Site, other: Site, away: Callable[[], object], tables: Tables
) -> None:
    """503 with Retry-After while the database is gone, then all is well again."""
    people = [one.guest(), as_person(other, one.guest())]
    for person in people:
        person.ask("가입방법")
    refused_ids = []
    with away():
        for site in (one, other):
            began = time.monotonic()
            unready = web.get(site.url + "/readyz", timeout=30)
            assert unready.status_code == 503
            assert unready.json()["database"] != "ok"
            assert web.get(site.url + "/healthz").status_code == 200
            unavailable(web.post(f"{site.url}/api/v1/sessions", json={}, timeout=30))
            assert time.monotonic() - began < 25
        for person in people:
            message_id = str(uuid.uuid4())
            unavailable(person.send("가입방법", message_id))
            refused_ids.append(message_id)
            unavailable(person.http.get("/messages"))
            unavailable(person.http.get("/best"))
            unavailable(person.post("/questions", text="문의"))
            unavailable(person.post("/feedback", faq_id="signup-how", helpful=True))
    wait_for(lambda: all(web.get(site.url + "/readyz").status_code == 200 for site in (one, other)), 20)
    for person, message_id in zip(people, refused_ids, strict=True):
        again = person.send("가입방법", message_id)
        assert again.status_code == 200
        assert [turn["seq"] for turn in person.get("/messages")["messages"]] == [1, 2]
        assert person.get("/questions")["questions"] == []


def unavailable(response: httpx.Response) -> None:
    refused(response, 503, "unavailable")
    assert int(response.headers["Retry-After"]) >= 1


def a_resend_after_the_restart_is_the_same_turn(fresh: Site, people: list[Person], traffic: Traffic) -> None:
    """Every question sent before the kill, acknowledged or not, is sent once more by its visitor's widget."""

    def resend(message_id: str) -> None:
        number, text = traffic.sent[message_id]
        response = as_person(fresh, people[number]).send(text, message_id)
        assert response.status_code == 200, response.text
        told = traffic.acknowledged.get(message_id)
        assert told is None or told == response.json()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(resend, list(traffic.sent)))
