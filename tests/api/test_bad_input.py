"""What people, scripts and attackers send that is not a question."""

from __future__ import annotations

import json
import socket
import uuid
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.support import refused, web
from tests.site import API, Person, Site


def post(person: Person, content: bytes | str, path: str = "/messages", **headers: str) -> httpx.Response:
    data = content.encode() if isinstance(content, str) else content
    return person.http.post(path, content=data, headers={"Content-Type": "application/json", **headers})


def message(text: Any) -> str:
    return json.dumps({"id": str(uuid.uuid4()), "text": text})


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t ", "\u200b\u200b", "\u3164", "\x00", "\x00\x07\x1b", "\u202e"], ids=ascii
)
def test_nothing_to_read(guest: Person, text: str) -> None:
    for path in ("/messages", "/questions"):
        body = {"id": str(uuid.uuid4()), "text": text} if path == "/messages" else {"text": text}
        refused(guest.http.post(path, json=body), 400, "empty_text")
    assert guest.get("/messages")["messages"] == []


def test_length(guest: Person) -> None:
    assert guest.send("가" * 500).status_code == 200
    refused(guest.send("가" * 501), 400, "text_too_long")
    # the limit is on what is meant: decomposed syllables (macOS) are counted as composed ones
    assert guest.send("\u1100\u1161" * 500).status_code == 200
    assert guest.get("/messages")["messages"][-1]["text"] == "가" * 500
    assert guest.send("가 " + " " * 1000 + "나").status_code == 200
    assert guest.get("/messages")["messages"][-1]["text"] == "가 나"
    refused(guest.post("/questions", text="가" * 501), 400, "text_too_long")


def test_body_over_the_limit(guest: Person) -> None:
    for size in (9 * 1024, 200 * 1024):
        response = post(guest, message("a" * size))
        refused(response, 413, "too_large")
    assert guest.ask("안녕하세요")["kind"] == "text"


def test_body_over_the_limit_without_a_length(guest: Person) -> None:
    def parts():
        yield b'{"id": "x", "text": "'
        for _ in range(20):
            yield b"a" * 1024

    try:
        response = guest.http.post("/messages", content=parts())
    except httpx.TransportError:
        pass  # hanging up on who does not stop is right as well
    else:
        refused(response, 413, "too_large")
    assert guest.ask("안녕하세요")["kind"] == "text"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("가입\x00방법", "가입 방법"),
        ("가입\x1b[31m방법", "가입 [31m방법"),
        ("가입\r\n방법", "가입 방법"),
        ("가입\u202e방법", "가입방법"),
        ("\ufeff가입방법", "가입방법"),
        ("가\u200b입방법", "가입방법"),
        ("\ud800가입방법", "가입방법"),
    ],
    ids=ascii,
)
def test_control_characters_are_dropped(guest: Person, text: str, kept: str) -> None:
    response = post(guest, message(text))
    assert response.status_code == 200, response.text
    assert guest.get("/messages")["messages"][-1]["text"] == kept


@pytest.mark.parametrize(
    "text",
    [
        "ㄱ", "ㅏ", "ㅋㅋㅋㅋ", "ㅠㅠ", "ㅇㅇ", "ㅎㅇㄱㅇ", "ㄱㅖㅇㅑㄱ", "\u1100", "\u1161", "\u11a8",
        "😀", "👩‍👩‍👧‍👦", "🇰🇷", "❤️", "?", "...", "!", "1", "-", "~", "^^",
        "𝕳𝖊𝖑𝖑𝖔", "你好", "こんにちは", "مرحبا", "e\u0301" * 50, "\u0301" * 400, "ﷺ" * 400, "İ" * 400,
        "' OR '1'='1", "\\", "%s%n", "${7*7}", "{{7*7}}", "*" * 500, "(" * 500, "[[" * 200, "가" * 500, "\\u0000",
    ],
    ids=ascii,
)  # fmt: skip
def test_odd_texts_get_an_answer(guest: Person, member: Person, text: str) -> None:
    for person in (guest, member):
        response = person.send(text)
        assert response.status_code == 200, response.text
        (reply,) = response.json()["replies"]
        assert reply["kind"] in ("text", "faq", "faq_list", "login_required", "no_answer"), reply
        assert "문제가 생겼" not in reply.get("text", "")  # an internal failure


@pytest.mark.parametrize("text", ["😀", "?", "...", "ㅋㅋㅋㅋ", "ㅏ", "你好", "𝕳"])
def test_what_says_nothing_is_never_a_list(member: Person, text: str) -> None:
    assert member.ask(text)["kind"] in ("no_answer", "text")


def test_a_number_alone_is_no_question(site: Site) -> None:
    """After a list it picks an entry (tests/conversations/test_following.py)."""
    assert site.guest().ask("1")["kind"] == "text"


def test_html_is_text(guest: Person) -> None:
    for text in (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "[x](javascript:alert(1))",
    ):
        response = guest.send(text)
        assert response.headers["Content-Type"].startswith("application/json")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        (reply,) = response.json()["replies"]
        assert "<" not in reply.get("html", "")
        assert guest.get("/messages")["messages"][-1]["text"] == text


@pytest.mark.parametrize(
    ("text", "intent_kind"),
    [
        ("/restart", None),
        ("/greet", "text"),
        ("/session_start", None),
        ("/back", None),
        ("/help{}", None),
        ("/best", None),
        ('/inform{"mode":"member"}', None),
        ("//greet", None),
        ("/ greet", None),
        ("/quote_contract", None),
        ("/onboarding_status", "text"),
        ("/nlu_fallback", None),
        ("/action_to_elbi", None),
        ("/", None),
        ("/ ", None),
        ("////", None),
        ("／greet", None),
    ],
)
def test_a_slash_is_text_never_an_intent(guest: Person, text: str, intent_kind: str | None) -> None:
    guest.ask("안녕하세요")
    (reply,) = guest.send(text).json()["replies"]
    kept = guest.get("/messages")["messages"]
    assert [turn["seq"] for turn in kept] == [1, 2]  # `/restart` and `/back` undo nothing
    assert kept[-1]["text"] == text.strip().replace("／", "/")
    if intent_kind:
        greeting = kept[0]["replies"][0]
        assert reply["kind"] != intent_kind or reply.get("text") != greeting["text"]


def test_a_slash_before_a_question_hides_nothing(member: Person) -> None:
    assert member.ask("/계약")["total"] == member.ask("계약")["total"]


def test_a_guest_is_not_made_a_member_by_an_intent(guest: Person) -> None:
    for text in ("/quote_contract", "/quote_contract{}", '/quote_contract{"visitor":"member"}'):
        reply = guest.ask(text)
        assert reply["kind"] in ("no_answer", "login_required"), reply


@pytest.mark.parametrize(
    "content",
    [
        b"{", b"{]", b"nonsense", b"\xff\xfe", b'{"id":', b"{'id': 1}", b'{"id": NaN,}', b"\x00", b"[" * 5000,
        b'{"a":' * 1200, "한글".encode("cp949"), b'{"text": "\xed\xa0"}',
    ],
    ids=lambda content: ascii(content[:12]),
)  # fmt: skip
def test_broken_json(guest: Person, content: bytes) -> None:
    for path in ("/messages", "/questions", "/feedback", "/shares"):
        refused(post(guest, content, path), 400, "invalid_json")


@pytest.mark.parametrize("content", ["[]", "1", '"text"', "null", "true", "[{}]"])
def test_json_that_is_no_object(site: Site, guest: Person, content: str) -> None:
    for path in ("/messages", "/questions", "/feedback", "/shares", "/sessions"):
        refused(post(guest, content, path), 400, "invalid_json")


def test_missing_and_unknown_fields(guest: Person) -> None:
    some = str(uuid.uuid4())
    for body in ({}, {"id": some}, {"text": "가입방법"}):
        refused(guest.http.post("/messages", json=body), 400, "missing_field")
    for extra in ("mode", "metadata", "sender", "visitor", "intent", "__proto__", "말", "x" * 3000):
        error = refused(
            guest.http.post("/messages", json={"id": some, "text": "가입방법", extra: 1}),
            400,
            "unknown_field",
        )
        assert extra[:20] in error["message"] and len(error["message"]) < 300
    refused(post(guest, ""), 400, "missing_field")
    for path, body in (
        ("/questions", {}),
        ("/feedback", {"faq_id": "x"}),
        ("/feedback", {"helpful": True}),
        ("/shares", {}),
    ):
        refused(guest.http.post(path, json=body), 400, "missing_field")
    refused(guest.post("/questions", text="x", mode="member"), 400, "unknown_field")
    refused(guest.post("/shares", faq_id="x", public=True), 400, "unknown_field")
    assert guest.get("/messages")["messages"] == []


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}, ["가입방법"], {"text": "가입방법"}], ids=str)
def test_wrong_types(guest: Person, value: Any) -> None:
    refused(guest.http.post("/messages", json={"id": str(uuid.uuid4()), "text": value}), 400, "invalid_field")
    refused(guest.http.post("/messages", json={"id": value, "text": "가입방법"}), 400, "invalid_field")
    refused(guest.http.post("/questions", json={"text": value}), 400, "invalid_field")
    for path, body in (("/shares", {"faq_id": value}), ("/questions", {"text": "가입방법", "about": value})):
        response = guest.http.post(path, json=body)
        assert response.status_code in ((201,) if value is None and path == "/questions" else (400, 404))


@pytest.mark.parametrize(
    "message_id", ["", "1", "x" * 36, "../../etc", "00000000-0000-0000-0000-00000000000", "가" * 36]
)
def test_ids_that_are_no_uuid(guest: Person, message_id: str) -> None:
    refused(guest.http.post("/messages", json={"id": message_id, "text": "가입방법"}), 400, "invalid_field")


@pytest.mark.parametrize(
    "header",
    [
        {}, {"Authorization": ""}, {"Authorization": "Bearer"},
        {"Authorization": "Bearer " + "x" * 43}, {"Authorization": "Bearer " + "x" * 4000},
        {"Authorization": "Basic eDp4"}, {"Authorization": "' OR 1=1 --"}, {"Cookie": "session=x"},
    ],
    ids=lambda header: str(header)[:40],
)  # fmt: skip
def test_missing_and_foreign_sessions(site: Site, header: dict[str, str]) -> None:
    with httpx.Client(base_url=site.url + API, headers=header) as http:
        refused(http.get("/best"), 401, "unauthorized")
        refused(
            http.post("/messages", json={"id": str(uuid.uuid4()), "text": "가입방법"}), 401, "unauthorized"
        )


def test_a_session_in_the_address_is_not_taken(site: Site, guest: Person) -> None:
    for name in ("session", "token", "access_token"):
        refused(web.get(f"{site.url}{API}/best", params={name: guest.session}), 401, "unauthorized")


def test_the_scheme_of_the_header_may_be_written_in_any_case(site: Site, guest: Person) -> None:
    for scheme in ("bearer", "BEARER"):
        response = web.get(f"{site.url}{API}/best", headers={"Authorization": f"{scheme} {guest.session}"})
        assert response.status_code == 200


def test_methods_that_are_not_allowed(guest: Person) -> None:
    for method, path in (
        ("DELETE", "/messages"), ("PUT", "/messages"), ("PATCH", "/messages"), ("GET", "/sessions"), ("POST", "/best"),
        ("DELETE", "/faq/signup-how"), ("GET", "/feedback"), ("POST", "/suggestions"), ("PUT", "/openapi.json"),
    ):  # fmt: skip
        refused(guest.http.request(method, path), 405, "method_not_allowed")


def test_routes_that_are_not_there(site: Site, guest: Person) -> None:
    for path in (
        "/nothing",
        "/",
        "/faq/a/b",
        "/messages/1",
        "/conversations/x/tracker",
        "/webhooks/rest/webhook",
    ):
        refused(guest.http.get(path), 404, "not_found")
    for path in (
        "/nothing",
        "/webhooks/rest/webhook",
        "/model/parse",
        "/status",
        "/api",
        "/api/v2/best",
        "/.env",
        "/.git/config",
    ):
        refused(web.get(site.url + path), 404, "not_found")
    for path in (
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/%2e%2e/app.py",
        "/static/../../app.py",
        "/static//etc/passwd",
        "/static/",
        "/static/%00",
    ):
        response = web.get(site.url + path)
        refused(response, 404, "not_found")


def test_garbage_on_the_wire_breaks_nothing(site: Site, guest: Person) -> None:
    address = urlsplit(site.url)
    for garbage in (
        b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST /api/v1/messages HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n{}", b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ):  # fmt: skip
        with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            try:
                while part := connection.recv(65536):
                    answer += part
            except OSError:
                pass
        assert b"Traceback" not in answer and b"/work/" not in answer
        assert not answer or answer.split(b" ", 2)[1][:1] == b"4", (garbage[:40], answer[:80])
    assert guest.ask("안녕하세요")["kind"] == "text"


def test_no_turn_of_all_those_ended_in_an_exception(site: Site) -> None:
    """Comes last in this file."""
    assert "turn.failed" not in site.log.read_text(encoding="utf-8", errors="replace")
