"""CORS, CSP and the other headers; rate limits; what exists only in the demo."""

from __future__ import annotations

import pytest

from tests.api.conftest import ORIGIN
from tests.api.support import ids_for, open_session, person, refused, signed, web
from tests.site import API, Person, Site
from tests.staff.desk import Staff

HIDDEN = ids_for("member")[0]


def test_other_sites_that_are_allowed(portal: Site) -> None:
    asked = web.options(
        f"{portal.url}{API}/messages",
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )
    assert asked.status_code in (200, 204)
    assert asked.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    allowed = asked.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed and "content-type" in allowed
    answered = web.get(f"{portal.url}{API}/best", headers={"Origin": ORIGIN})
    assert answered.status_code == 401  # and a refusal can be read by the page as well
    assert answered.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert (
        answered.headers["Access-Control-Expose-Headers"] == "Retry-After"
    )  # how long a 429 or 503 asks to wait
    assert "origin" in answered.headers["Vary"].lower()
    assert "Access-Control-Allow-Credentials" not in answered.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://portal.example",
        "https://portal.example.evil.example",
        "https://portal.example:444",
    ],
)
def test_other_sites_that_are_not(portal: Site, origin: str) -> None:
    for response in (
        web.options(
            f"{portal.url}{API}/messages", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        ),
        web.get(f"{portal.url}{API}/best", headers={"Origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in response.headers


def test_caches_keep_answers_for_allowed_and_other_sites_apart(portal: Site) -> None:
    """A refusal of CORS kept by a cache must not be given to an allowed site."""
    response = web.get(f"{portal.url}{API}/openapi.json")
    assert (
        "origin" in response.headers.get("Vary", "").lower()
        or response.headers["Cache-Control"] == "no-store"
    )


@pytest.mark.parametrize("path", ["/chat", "/s/x"])
def test_policy_of_pages(portal: Site, path: str) -> None:
    response = web.get(portal.url + path)
    assert response.status_code == 200
    policy = {
        part.split()[0]: part.split()[1:] for part in response.headers["Content-Security-Policy"].split(";")
    }
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'"]
    assert policy["base-uri"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'", ORIGIN]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "<style" not in response.text and "style=" not in response.text and "onclick" not in response.text


def test_every_answer_forbids_sniffing_and_keeping(portal: Site) -> None:
    visitor = person(portal, signed())
    responses = [
        visitor.http.get("/messages"),
        visitor.http.get("/best"),
        visitor.http.get(f"/faq/{HIDDEN}"),
        visitor.send("계약"),
        visitor.http.get("/nothing"),
        web.get(portal.url + "/chat"),
        web.get(portal.url + "/s/x"),
        open_session(portal),
    ]
    for response in responses:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin")
        assert response.headers["Cache-Control"] == "no-store"
        assert "Server" not in response.headers or "sanic" not in response.headers["Server"].lower()


def test_the_widgets_files_may_be_loaded_by_other_sites(portal: Site) -> None:
    response = web.get(portal.url + "/elbi.js")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Type"].startswith("text/javascript")
    again = web.get(portal.url + "/elbi.js", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_the_widgets_files_are_compressed_and_each_form_has_its_own_tag(portal: Site) -> None:
    plain, packed = (
        web.get(portal.url + "/elbi.js", headers={"Accept-Encoding": accepted})
        for accepted in ("identity", "gzip")
    )
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < len(packed.content) / 2
    assert plain.content == packed.content
    assert plain.headers["ETag"] != packed.headers["ETag"]
    for response in (plain, packed):
        assert response.headers["Vary"] == "Accept-Encoding"
        # asked for anew each time, and hardly ever sent anew
        assert response.headers["Cache-Control"] == "no-cache"
    shared = web.get(portal.url + "/elbi.js", headers={"Origin": ORIGIN})
    assert shared.headers["Vary"] == "Accept-Encoding, Origin"


class TestRates:
    def test_messages(self, portal: Site) -> None:
        visitor = person(portal)
        for _ in range(3):
            visitor.ask("가입방법")
        response = visitor.send("가입방법")
        refused(response, 429, "too_many_requests")
        assert 1 <= int(response.headers["Retry-After"]) <= 61
        assert len(visitor.get("/messages")["messages"]) == 3  # what was refused was not taken in
        assert person(portal).ask("가입방법")["kind"] in ("faq", "faq_list")  # others are not held up

    def test_a_second_session_does_not_help_a_member(self, portal: Site) -> None:
        token = signed(sub="in-a-hurry")
        for visitor in (person(portal, token), person(portal, token)):
            statuses = [visitor.send("계약").status_code for _ in range(2)]
        assert statuses == [200, 429]

    def test_signing_in_as_staff_counts_by_address(self, portal: Site) -> None:
        def guess(address: str, login: str) -> int:
            return Staff(portal, address).sign_in(login, "a guess at it").status_code

        assert [guess("2001:db8:5af::1", f"nobody{number}") for number in range(5)] == [
            401,
            401,
            401,
            429,
            429,
        ]
        assert guess("2001:db8:5b0::1", "nobody9") == 401
        shown = Staff(portal).get("/staff/sign-in").text
        assert "데모" not in shown and "elbi staff add" in shown

    def test_what_is_written_counts_as_well(self, portal: Site) -> None:
        for path, body in (
            ("/questions", {"text": "질문"}),
            ("/feedback", {"faq_id": "signup-how", "helpful": True}),
            ("/shares", {"faq_id": "signup-how"}),
        ):
            visitor = person(portal)
            statuses = [visitor.http.post(path, json=body).status_code for _ in range(4)]
            assert statuses == [201, 201, 201, 429], path

    def test_reading_has_a_wider_limit(self, portal: Site) -> None:
        visitor = person(portal)
        statuses = [visitor.http.get("/suggestions", params={"q": "가"}).status_code for _ in range(62)]
        assert statuses == [200] * 60 + [429] * 2
        assert int(visitor.http.get("/best").headers["Retry-After"]) >= 1


class TestDemo:
    def test_with_it(self, site: Site) -> None:
        assert web.get(site.url + "/").status_code == 200
        assert web.post(site.url + "/demo/login").json()["token"].count(".") == 2
        assert web.get(site.url + "/static/demo/login.js").status_code == 200

    def test_without_it(self, portal: Site) -> None:
        for method in ("GET", "POST"):
            assert web.request(method, portal.url + "/demo/login").status_code == 404
        home = web.get(portal.url + "/")
        assert home.status_code == 302
        assert home.headers["Location"] == "/chat"
        assert "demo" not in web.get(portal.url + "/chat").text.lower()
        for name in ("login.js", "portal.js", "portal.css"):
            assert web.get(f"{portal.url}/static/demo/{name}").status_code == 404
            assert "PartnerPlus" not in web.get(f"{portal.url}/static/chat/chat.js").text

    def test_a_demo_token_is_worth_nothing_elsewhere(self, site: Site, portal: Site) -> None:
        refused(open_session(portal, site.demo_token()), 401, "invalid_token")


def test_health_ready_and_metrics(site: Site, guest: Person) -> None:
    guest.ask("가입방법")
    guest.http.get("/nothing")
    assert web.get(site.url + "/healthz").json() == {"status": "ok"}
    ready = web.get(site.url + "/readyz")
    assert ready.status_code == 200
    assert ready.json()["database"] == "ok"
    assert ready.json()["faq"]["problems"] == []
    metrics = web.get(site.url + "/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain")
    for name in ("elbi_turns_total", "elbi_turn_seconds_bucket", "elbi_errors_total", "elbi_faq_entries"):
        assert name in metrics.text
    assert "가입방법" not in metrics.text
