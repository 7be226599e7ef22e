"""Telling staff that something waits, on every database: webhook and e-mail, each once, over real connections."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text

from bot.errors import SettingsError
from bot.review import telling
from bot.review.telling import Teller
from bot.settings import Settings
from bot.store.database import Database
from tests.contracts.desk import ASKED, Office, office
from tests.contracts.people import count, guest
from tests.mailbox import Mailbox, certificate, receiving

pytestmark = pytest.mark.timeout(120)
LOGIN = ("elbi@example.com", "p@ss word:/")
ADDRESSES = {
    "mail_from": "엘비 <elbi@example.com>",
    "mail_to": ("desk@example.com", "장민우 <jang@example.com>"),
}


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Office:
    return office(database, tmp_path)


def again(desk: Office) -> None:
    """As if the time until the next attempt were over."""
    with desk.database.write() as connection:
        connection.execute(text("UPDATE notice SET next_at = 0"))


# webhook --------------------------------------------------------------------------------------------------------------


class Sink(HTTPServer):
    """Somebody's webhook."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict, str, bytes]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), Taker)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Taker(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((json.loads(body), self.headers.get("X-Elbi-Signature", ""), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def sink() -> Iterator[Sink]:
    server = Sink()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def test_a_webhook_is_told_once_and_signed(desk: Office, sink: Sink) -> None:
    teller = Teller(
        Settings(webhook_url=sink.url, webhook_secret="s3cret", public_url="https://elbi.example/"),
        desk.database,
    )
    desk.ask(guest(desk.database).visitor.id, "전화 010-1234-5678 대신 [전화번호]")
    desk.ask(guest(desk.database).visitor.id, ASKED)
    desk.ask(guest(desk.database).visitor.id, "목록에서 고르지 않음", "unopened")
    assert teller.tick() == 1
    assert teller.tick() == 0
    ((told, signature, body),) = sink.taken
    assert told["kind"] == "new" and len(told["items"]) == 2
    assert told["items"][1]["url"].startswith("https://elbi.example/staff/queue/")
    assert signature == "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    with desk.database.write() as connection:
        connection.execute(text("UPDATE item SET first_asked_at = first_asked_at - 90000"))
    assert teller.tick() == 1
    assert sink.taken[1][0]["kind"] == "overdue"


def test_a_webhook_that_is_away_is_tried_again(desk: Office, sink: Sink) -> None:
    teller = Teller(Settings(webhook_url=sink.url), desk.database)
    desk.ask(guest(desk.database).visitor.id)
    sink.status = 500
    assert teller.tick() == 0
    assert len(sink.taken) == 1
    assert teller.tick() == 0  # not at once
    assert len(sink.taken) == 1
    sink.status = 200
    again(desk)
    assert teller.tick() == 1
    with desk.database.read() as connection:
        assert connection.execute(text("SELECT attempts FROM notice WHERE sent_at IS NOT NULL")).scalar() == 2


def test_nobody_is_told_where_nothing_is_set_up(desk: Office) -> None:
    desk.ask(guest(desk.database).visitor.id)
    assert Teller(Settings(), desk.database).tick() == 0
    assert count(desk.database, "notice") == 0


@pytest.mark.parametrize("reply", [b"what?\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", b""])
def test_a_webhook_that_talks_nonsense_stops_nothing(desk: Office, reply: bytes) -> None:
    def answer() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(reply)

    desk.ask(guest(desk.database).visitor.id)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer, daemon=True).start()
        teller = Teller(
            Settings(webhook_url=f"http://127.0.0.1:{listening.getsockname()[1]}/"), desk.database
        )
        teller.tick()
    assert count(desk.database, "notice WHERE attempts = 1") == 1


# e-mail ---------------------------------------------------------------------------------------------------------------


def by_mail(desk: Office, address: str, **settings: object) -> Teller:
    given = {"public_url": "https://elbi.example", **ADDRESSES, **settings}
    return Teller(Settings(mail_server=address, **given), desk.database)


def test_mail_is_sent_once_with_a_link(desk: Office) -> None:
    desk.ask(guest(desk.database).visitor.id)
    desk.ask(guest(desk.database).visitor.id, "다른 질문: 보증금은 언제 돌려받나요")
    with receiving(Mailbox()) as box:
        teller = by_mail(desk, f"smtp://127.0.0.1:{box.port}")
        assert teller.tick() == 1
        assert teller.tick() == 0
    (mail,) = box.taken
    assert mail["Subject"] == "[엘비] 새 질문 2건이 답변을 기다립니다"
    assert [each.addr_spec for each in mail["To"].addresses] == ["desk@example.com", "jang@example.com"]
    assert mail["From"].addresses[0].display_name == "엘비"
    assert mail["Date"] and mail["Message-ID"] and mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_content()
    assert ASKED in body and "To 엘비, 1명" in body and "https://elbi.example/staff/queue/1" in body


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_mail_over_tls_with_a_login(
    desk: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    desk.ask(guest(desk.database).visitor.id)
    tls, trusted = certificate(tmp_path)
    with receiving(Mailbox(tls=tls, at_once=scheme == "smtps", login=LOGIN)) as box:
        name, password = (quote(each, safe="") for each in LOGIN)
        teller = by_mail(desk, f"{scheme}://{name}:{password}@localhost:{box.port}")
        assert teller.tick() == 0, "sent to a server whose certificate nobody vouches for"
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        again(desk)
        assert teller.tick() == 1
        assert box.secured == [True]
        again(desk)
        desk.ask(guest(desk.database).visitor.id, "보증금은 언제 돌려받나요")
        assert by_mail(desk, f"{scheme}://{name}:wrong@localhost:{box.port}").tick() == 0
        assert len(box.taken) == 1
        assert count(desk.database, "notice WHERE problem LIKE '%535%'") == 1


def test_a_server_without_starttls_gets_nothing(desk: Office) -> None:
    desk.ask(guest(desk.database).visitor.id)
    with receiving(Mailbox()) as box:
        assert by_mail(desk, f"smtp+starttls://127.0.0.1:{box.port}").tick() == 0
    assert box.taken == []


def test_mail_that_cannot_be_sent_is_tried_again_and_stops_nothing(
    desk: Office, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens, then the server hangs, then it refuses, then it is well; the webhook is told at once."""
    monkeypatch.setattr(telling, "TIMEOUT", 0.5)
    desk.ask(guest(desk.database).visitor.id)
    with receiving(Mailbox()) as box:
        pass
    teller = by_mail(desk, f"smtp://127.0.0.1:{box.port}", webhook_url=sink.url)
    assert teller.tick() == 1
    assert len(sink.taken) == 1
    with receiving(Mailbox(hangs=True)) as box:
        teller = by_mail(desk, f"smtp://127.0.0.1:{box.port}")
        again(desk)
        assert teller.tick() == 0
        box.hangs, box.refuses = False, b"550 5.1.1 nobody of that name"
        again(desk)
        assert teller.tick() == 0
        box.refuses = b""
        assert teller.tick() == 0  # not at once
        again(desk)
        assert teller.tick() == 1
    assert len(box.taken) == 1 and len(sink.taken) == 1
    assert count(desk.database, "notice WHERE channel = 'mail' AND attempts = 4 AND sent_at IS NOT NULL") == 1


@pytest.mark.parametrize(
    "address",
    ["mail.example.com:25", "http://mail.example.com", "smtp://", "smtp://host:port", "smtp://a:b@mail.example.com"],
)  # fmt: skip
def test_addresses_of_mail_servers_that_will_not_do(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    for name, value in {"SERVER": address, "FROM": "a@example.com", "TO": "b@example.com"}.items():
        monkeypatch.setenv(f"ELBI_MAIL_{name}", value)
    with pytest.raises(SettingsError, match="ELBI_MAIL_SERVER"):
        Settings.from_env()
