"""Who gets what: guest, member A, member B, an expired and a forged session, and none, on every route there is.

The list comes from the server's own route table: a route without a case here fails.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.api.support import entries, ids_for, person, refused, routes, signed, strings, web
from tests.site import Person, Site

HIDDEN, PUBLIC = "contract-status", "signup-how"
EVERYBODY = {
    "guest": 200,
    "member A": 200,
    "member B": 200,
    "expired": 200,
    "forged": 200,
    "closed": 200,
    "none": 200,
}
NOT_THERE = dict.fromkeys(EVERYBODY, 404)
NO_SESSION = {"expired": 401, "forged": 401, "closed": 401, "none": 401}


def sessions_only(guest: int, member: int | None = None) -> dict[str, int]:
    member = guest if member is None else member
    return {"guest": guest, "member A": member, "member B": member, **NO_SESSION}


def sent(**body: Any) -> Callable[[], dict[str, Any]]:
    return lambda: {"json": body}


@dataclass(frozen=True)
class Case:
    """One way to call a route, and the status each kind of visitor gets."""

    path: str
    expected: dict[str, int]
    arguments: Callable[[], dict[str, Any]] = field(default=dict)


def asking() -> dict[str, Any]:
    return {"json": {"id": str(uuid.uuid4()), "text": "가입방법"}}


SHARED = "/api/v1/shares/{shared by member A}"
CASES: dict[tuple[str, str], list[Case]] = {
    ("POST", "/api/v1/sessions"): [Case("/api/v1/sessions", dict.fromkeys(EVERYBODY, 201), sent())],
    ("DELETE", "/api/v1/sessions"): [Case("/api/v1/sessions", sessions_only(204))],
    ("POST", "/api/v1/messages"): [Case("/api/v1/messages", sessions_only(200), asking)],
    ("GET", "/api/v1/messages"): [Case("/api/v1/messages", sessions_only(200))],
    ("POST", "/api/v1/messages/seen"): [Case("/api/v1/messages/seen", sessions_only(200), sent(seq=1))],
    ("GET", "/api/v1/suggestions"): [Case("/api/v1/suggestions?q=%EA%B3%84", sessions_only(200))],
    ("GET", "/api/v1/faq"): [Case("/api/v1/faq", sessions_only(200))],
    ("GET", "/api/v1/faq/{faq_id}"): [
        Case(f"/api/v1/faq/{PUBLIC}", sessions_only(200)),
        Case(f"/api/v1/faq/{HIDDEN}", sessions_only(404, 200)),
        Case("/api/v1/faq/no-such-entry", sessions_only(404)),
    ],
    ("GET", "/api/v1/best"): [Case("/api/v1/best", sessions_only(200))],
    ("GET", "/api/v1/updated"): [Case("/api/v1/updated", sessions_only(200))],
    ("GET", "/api/v1/help"): [Case("/api/v1/help", sessions_only(200))],
    ("POST", "/api/v1/questions"): [
        Case("/api/v1/questions", sessions_only(201), sent(text="가입 질문")),
        Case("/api/v1/questions", sessions_only(404, 201), sent(text="질문", about=HIDDEN)),
    ],
    ("GET", "/api/v1/questions"): [Case("/api/v1/questions", sessions_only(200))],
    ("POST", "/api/v1/feedback"): [
        Case("/api/v1/feedback", sessions_only(201), sent(faq_id=PUBLIC, helpful=True)),
        Case("/api/v1/feedback", sessions_only(404, 201), sent(faq_id=HIDDEN, helpful=True)),
    ],
    ("POST", "/api/v1/shares"): [
        Case("/api/v1/shares", sessions_only(201), sent(faq_id=PUBLIC)),
        Case("/api/v1/shares", sessions_only(404, 201), sent(faq_id=HIDDEN)),
    ],
    ("GET", "/api/v1/shares/{token}"): [
        Case(SHARED, sessions_only(404, 200)),
        Case("/api/v1/shares/no-such-token", sessions_only(404)),
    ],
    ("GET", "/api/v1/openapi.json"): [Case("/api/v1/openapi.json", EVERYBODY)],
    ("GET", "/healthz"): [Case("/healthz", EVERYBODY)],
    ("GET", "/readyz"): [Case("/readyz", EVERYBODY)],
    ("GET", "/metrics"): [Case("/metrics", EVERYBODY)],
    ("GET", "/"): [Case("/", dict.fromkeys(EVERYBODY, 302))],  # without the demo: on to the chat page
    ("GET", "/chat"): [Case("/chat", EVERYBODY)],
    ("GET", "/s/{token}"): [Case("/s/{shared by member A}", EVERYBODY), Case("/s/no-such-token", EVERYBODY)],
    ("GET", "/elbi.js"): [Case("/elbi.js", EVERYBODY)],
    ("GET", "/static/{path}"): [
        Case("/static/no-such-file.js", NOT_THERE),
        Case("/static/..%2fapp.py", NOT_THERE),
    ],
}
DEMO_ONLY = {("POST", "/demo/login")}


@pytest.fixture(scope="module")
def member_a(portal: Site) -> Person:
    """Member A, with a conversation, a question and a shared link."""
    made = person(portal, signed(sub="scope-a", name="가나다", company="비밀의회사"))
    made.ask("계약 상태가 궁금한 비밀의 질문")
    made.post("/questions", text="비밀의 문의")
    made.opened["shared"] = made.post("/shares", faq_id=HIDDEN).json()["token"]
    return made


@pytest.fixture(scope="module")
def visitors(portal: Site) -> dict[str, Callable[[], str | None]]:
    """By kind of visitor, what makes a session of that kind."""

    def expired() -> str:
        made = person(portal, signed())
        with sqlite3.connect(portal.log.parent / "elbi.db", timeout=20) as database:
            done = database.execute(
                "UPDATE session SET expires_at = 1 WHERE token_hash = ?",
                (hashlib.sha256(made.session.encode()).hexdigest(),),
            )
            assert done.rowcount == 1
        return made.session

    def forged() -> str:
        session = person(portal, signed()).session
        return session[:-1] + ("A" if session[-1] != "A" else "B")

    def closed() -> str:
        made = person(portal, signed())
        assert made.http.delete("/sessions").status_code == 204
        return made.session

    return {
        "guest": lambda: person(portal).session,
        "member A": lambda: person(portal, signed(sub=f"scope-a-{uuid.uuid4()}")).session,
        "member B": lambda: person(portal, signed(sub=f"scope-b-{uuid.uuid4()}")).session,
        "expired": expired,
        "forged": forged,
        "closed": closed,
        "none": lambda: None,
    }


def test_every_route_has_a_case() -> None:
    """All but the staff pages, whose routes have their cases in tests/staff/test_roles.py."""

    def for_visitors(demo: bool) -> set[tuple[str, str]]:
        return {(method, path) for method, path in routes(demo) if path.split("/")[1] != "staff"}

    assert for_visitors(demo=False) == CASES.keys()
    assert for_visitors(demo=True) == CASES.keys() | DEMO_ONLY


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_route_for(
    portal: Site, member_a: Person, visitors: dict[str, Callable[[], str | None]], who: str
) -> None:
    wrong = []
    for (method, _route), cases in CASES.items():
        for case in cases:
            session = visitors[who]()
            path = case.path.replace("{shared by member A}", member_a.opened["shared"])
            headers = {"Authorization": f"Bearer {session}"} if session else {}
            response = web.request(
                method,
                portal.url + path,
                headers=headers
                | {"X-Forwarded-For": f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"},
                timeout=30,
                **case.arguments(),
            )
            if response.status_code != case.expected[who]:
                wrong.append((method, path, response.status_code, f"expected {case.expected[who]}"))
            elif response.status_code >= 400:
                refused(response, case.expected[who])
            if who != "member A":
                assert "비밀의" not in response.text and "가나다" not in response.text
            if who not in ("member A", "member B"):
                assert HIDDEN not in response.text
    assert not wrong


def test_what_is_a_members_stays_with_the_member(portal: Site, member_a: Person) -> None:
    for other in (person(portal), person(portal, signed(sub="scope-other"))):
        assert other.get("/messages") == {"messages": [], "last_seq": 0, "seen_seq": 0}
        assert other.get("/questions") == {"questions": []}
    assert "비밀의 질문" in member_a.http.get("/messages").text
    assert "비밀의 문의" in member_a.http.get("/questions").text


def test_logging_in_does_not_hand_over_a_guests_session(portal: Site) -> None:
    guest = person(portal)
    person(portal, signed(sub="logs-in"))
    refused(guest.http.get(f"/faq/{HIDDEN}"), 404)


def test_a_guest_learns_of_no_member_entry(site: Site) -> None:
    """Everything a guest can be sent, asked in every way that knows a member entry's id or title."""
    hidden = {entry_id: entries()[entry_id] for entry_id in ids_for("member")}
    leaks: list[tuple[str, str]] = []

    def check(what: str, response: httpx.Response, *said: str) -> None:
        """`said` is what the guest itself sent: being told that again tells it nothing."""
        try:
            texts = set(strings(without_answers(response.json())))
        except ValueError:
            texts = {response.text}
        for text in texts - set(said):
            for entry_id, entry in hidden.items():
                if text == entry_id or entry["title"] in text or (len(entry_id) > 12 and entry_id in text):
                    leaks.append((what, entry_id))

    guest = site.guest()
    for path in ("/best", "/updated", "/help", "/questions", "/messages", "/openapi.json"):
        check(path, guest.http.get(path))
    for page in range(1, 4):
        check("/faq", guest.http.get("/faq", params={"page": page}))
    for category in {entry["category"] for entry in hidden.values()}:
        check("/faq by category", guest.http.get("/faq", params={"category": category}))
    for entry_id in ids_for("guest"):
        check(f"/faq/{entry_id}", guest.http.get(f"/faq/{entry_id}"))
    for path in ("/chat", "/s/x", "/elbi.js", "/metrics", "/readyz", "/healthz"):  # "/" is the demo's portal
        check(path, web.get(site.url + path))
    for text in (
        "안녕하세요",
        "도움말",
        "베스트 질의",
        "신규 콘텐츠",
        "To 엘비",
        "우리 회사 가입 진행 상태",
        "고마워",
    ):
        check(text, guest.send(text))

    def ask(entry_id: str) -> None:
        visitor, title = site.guest(), hidden[entry_id]["title"]
        keyword = hidden[entry_id]["keywords"][0]
        for text in (title, title[: len(title) // 2], hidden[entry_id]["questions"][0], keyword, entry_id):
            check(f"message {text}", visitor.send(text), text, text.strip())
            check(f"list {text}", visitor.http.get("/faq", params={"q": text}), text, text.strip())
        for typed in (title, title[:2], title[:4], keyword, entry_id):
            check(f"suggestions {typed}", visitor.http.get("/suggestions", params={"q": typed}))
        check("entry", visitor.http.get(f"/faq/{entry_id}"))
        check("feedback", visitor.post("/feedback", faq_id=entry_id, helpful=True))
        check("share", visitor.post("/shares", faq_id=entry_id))
        check("about", visitor.post("/questions", text="질문", about=entry_id))
        check("best", visitor.http.get("/best"))

    # every fifth is plenty: which ones changes with the content, not from run to run
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, list(hidden)[::5]))
    assert not leaks, sorted(set(leaks))[:40]


def without_answers(value: Any) -> Any:
    """Less what was written for guests, which may well name a menu as a member entry's title does."""
    if isinstance(value, dict):
        return {
            name: without_answers(inner) for name, inner in value.items() if name not in ("html", "markdown")
        }
    return [without_answers(inner) for inner in value] if isinstance(value, list) else value


def test_login_required_says_the_same_whatever_is_asked(site: Site) -> None:
    guest = site.guest()
    said = {
        str(sorted(reply.items()))
        for text in ("계약체결 방법", "세금계산서 발행", "교육신청 방법", "실적증명서 출력")
        if (reply := guest.ask(text))["kind"] == "login_required"
    }
    assert len(said) == 1


def test_who_is_told_to_log_in_is_offered_what_may_be_seen_before(site: Site) -> None:
    """A new vendor has no account to log in with: what guests are answered about it is one click away."""
    for text in ("대금을 받으려면 저희가 먼저 뭘 해야 하죠", "견적 내려고 하는데 회원가입부터 해야 하나요"):
        reply = site.guest().ask(text)
        offered = [choice["open"] for choice in reply["choices"] if "open" in choice]
        assert (reply["kind"], offered[0]) == ("login_required", "signup-purpose")
        assert len(offered) <= 2 and {entries()[each]["audience"] for each in offered} == {"guest"}


def test_an_expired_session_is_told_to_come_again(
    portal: Site, visitors: dict[str, Callable[[], str | None]]
) -> None:
    headers = {"Authorization": f"Bearer {visitors['expired']()}"}
    error = refused(web.get(f"{portal.url}/api/v1/best", headers=headers), 401, "unauthorized")
    assert "다시" in error["message"]
