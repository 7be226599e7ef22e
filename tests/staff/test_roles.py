"""Who may what: every role, and nobody, on every staff route there is.

The list comes from the server's own route table: a route without a case here fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.api.support import routes
from tests.site import Site
from tests.staff.desk import ROLES, Staff

NOWHERE = 99_999_999
NO_ENTRY = "no-such-entry-at-all"
NO_VISITOR = "00000000-0000-4000-8000-000000000000"
ENTRY = {"id": "x", "category": "general", "title": "제목", "answer": "답", "questions": "질문"}


@dataclass(frozen=True)
class Case:
    """One way to call a route: the least role that may, and the status it gets then (nothing is changed by any)."""

    path: str
    least: str
    status: int
    form: dict[str, Any] = field(default_factory=dict)


def item(action: str, least: str, status: int = 404, **form: Any) -> Case:
    return Case(f"/staff/queue/{NOWHERE}/{action}", least, status, {"version": 1, "note": "이유", **form})


CASES: dict[tuple[str, str], Case] = {
    ("GET", "/staff"): Case("/staff", "viewer", 303),
    ("GET", "/staff/account"): Case("/staff/account", "viewer", 200),
    ("POST", "/staff/account/password"): Case(
        "/staff/account/password", "viewer", 400, {"old": "x", "new": "y", "again": "z"}
    ),
    ("GET", "/staff/queue"): Case("/staff/queue", "viewer", 200),
    ("POST", "/staff/queue/bulk"): Case("/staff/queue/bulk", "editor", 400),
    ("GET", "/staff/queue/export"): Case("/staff/queue/export", "editor", 200),
    ("POST", "/staff/queue/export"): Case("/staff/queue/export", "editor", 400, {"why": ""}),
    ("GET", "/staff/queue/next"): Case("/staff/queue/next", "viewer", 303),
    ("GET", "/staff/queue/{item_id}"): Case(f"/staff/queue/{NOWHERE}", "viewer", 404),
    ("POST", "/staff/queue/{item_id}/claim"): item("claim", "editor"),
    ("POST", "/staff/queue/{item_id}/release"): item("release", "editor"),
    ("POST", "/staff/queue/{item_id}/hold"): item("hold", "editor"),
    ("POST", "/staff/queue/{item_id}/duplicate"): item("duplicate", "editor", of=1),
    ("POST", "/staff/queue/{item_id}/reopen"): item("reopen", "editor"),
    ("POST", "/staff/queue/{item_id}/reject"): item("reject", "publisher"),
    ("POST", "/staff/queue/{item_id}/phrasing"): item("phrasing", "publisher", faq_id="signup-how"),
    ("GET", "/staff/queue/{item_id}/answer"): Case(f"/staff/queue/{NOWHERE}/answer", "editor", 404),
    ("POST", "/staff/queue/{item_id}/draft"): item("draft", "editor", **ENTRY),
    ("POST", "/staff/queue/{item_id}/publish"): item("publish", "publisher", **ENTRY),
    ("GET", "/staff/faq"): Case("/staff/faq", "viewer", 200),
    ("POST", "/staff/faq/check"): Case("/staff/faq/check", "editor", 200, ENTRY),
    ("GET", "/staff/faq/new"): Case("/staff/faq/new", "publisher", 200),
    ("POST", "/staff/faq/new"): Case("/staff/faq/new", "publisher", 422, {**ENTRY, "id": "Not An Id"}),
    ("GET", "/staff/faq/entry/{faq_id}"): Case("/staff/faq/entry/signup-how", "viewer", 200),
    ("POST", "/staff/faq/entry/{faq_id}"): Case(f"/staff/faq/entry/{NO_ENTRY}", "publisher", 404, ENTRY),
    ("POST", "/staff/faq/entry/{faq_id}/delete"): Case(
        f"/staff/faq/entry/{NO_ENTRY}/delete", "publisher", 404
    ),
    ("GET", "/staff/faq/entry/{faq_id}/revisions"): Case(
        f"/staff/faq/entry/{NO_ENTRY}/revisions", "viewer", 404
    ),
    ("POST", "/staff/faq/entry/{faq_id}/restore"): Case(
        f"/staff/faq/entry/{NO_ENTRY}/restore", "publisher", 404, {"revision": NOWHERE}
    ),
    ("GET", "/staff/test"): Case("/staff/test", "viewer", 200),
    ("GET", "/staff/dashboard"): Case("/staff/dashboard", "viewer", 200),
    ("GET", "/staff/history"): Case("/staff/history", "viewer", 200),
    ("GET", "/staff/learning"): Case("/staff/learning", "viewer", 200),
    ("GET", "/staff/content"): Case("/staff/content", "viewer", 200),
    ("GET", "/staff/people"): Case("/staff/people", "admin", 200),
    ("POST", "/staff/people"): Case("/staff/people", "admin", 400, {"login": "?", "role": "viewer"}),
    ("POST", "/staff/people/{account_id}"): Case(
        f"/staff/people/{NOWHERE}", "admin", 404, {"name": "x", "role": "viewer"}
    ),
    ("GET", "/staff/visitors"): Case("/staff/visitors", "admin", 200),
    ("POST", "/staff/visitors/{visitor_id}/export"): Case(
        f"/staff/visitors/{NO_VISITOR}/export", "admin", 404
    ),
    ("POST", "/staff/visitors/{visitor_id}/delete"): Case(
        f"/staff/visitors/{NO_VISITOR}/delete", "admin", 404, {"sure": 1}
    ),
}
# shown elsewhere: signing in is for everybody (test_sign_in), and these two change what other tests look at
APART = {
    ("GET", "/staff/sign-in"),
    ("POST", "/staff/sign-in"),
    ("POST", "/staff/sign-out"),
    ("POST", "/staff/learning/train"),
}
POSTS = sorted(path for method, path in CASES if method == "POST")


def test_every_route_has_a_case() -> None:
    there = {(method, path) for method, path in routes(demo=True) if path.split("/")[1] == "staff"}
    assert there == CASES.keys() | APART


@pytest.mark.parametrize("role", ROLES)
def test_every_route_as(roles: dict[str, Staff], role: str) -> None:
    someone, wrong = roles[role], []
    token = someone.csrf()
    for (method, _route), case in CASES.items():
        allowed = ROLES.index(role) >= ROLES.index(case.least)
        form = {"data": {"csrf": token, **case.form}} if method == "POST" else {}
        response = someone.request(method, case.path, **form)
        expected = case.status if allowed else 403
        if response.status_code != expected:
            wrong.append(f"{method} {case.path}: {response.status_code}, expected {expected}")
    assert not wrong, "\n".join(wrong)


def test_training_is_for_publishers(roles: dict[str, Staff]) -> None:
    for role in ("viewer", "editor"):
        assert roles[role].post("/staff/learning/train").status_code == 403
        assert "지금 학습시키기" not in roles[role].page("/staff/learning")
    assert "지금 학습시키기" in roles["publisher"].page("/staff/learning")


@pytest.mark.parametrize("session", ["none", "forged", "empty", "a visitor's"])
def test_nobody_gets_in(desk: Site, session: str) -> None:
    stranger = Staff(desk)
    forged = {"none": None, "forged": "A" * 43, "empty": "", "a visitor's": desk.member().session}[session]
    if forged is not None:
        stranger.cookies["__Host-elbi_staff"] = forged
    wrong = []
    for (method, _route), case in CASES.items():
        form = {"data": {"csrf": "x", **case.form}} if method == "POST" else {}
        response = stranger.request(method, case.path, **form)
        location = response.headers.get("location", "")
        if response.status_code != 303 or not location.startswith("/staff/sign-in?"):
            wrong.append(f"{method} {case.path}: {response.status_code} {location}")
    assert not wrong, "\n".join(wrong)


def test_a_form_from_elsewhere_does_nothing(roles: dict[str, Staff]) -> None:
    """Without the token, with another's token, and with the right token from another site: 403 on every POST route."""
    admin = roles["admin"]
    token, foreign = admin.csrf(), roles["viewer"].csrf()
    tries: list[tuple[str, dict[str, str], dict[str, str]]] = [
        ("no token", {}, {}),
        ("another's token", {"csrf": foreign}, {}),
        ("another site's origin", {"csrf": token}, {"Origin": "https://evil.example"}),
        ("a hidden origin", {"csrf": token}, {"Origin": "null"}),
        ("cross-site", {"csrf": token}, {"Sec-Fetch-Site": "cross-site"}),
        ("same-site", {"csrf": token}, {"Sec-Fetch-Site": "same-site"}),
    ]
    wrong = []
    for (method, _route), case in CASES.items():
        if method != "POST":
            continue
        for what, form, headers in tries:
            response = admin.request("POST", case.path, data={**case.form, **form}, headers=headers)
            if response.status_code != 403:
                wrong.append(f"{what} {case.path}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_what_a_role_may_not_it_is_not_offered(roles: dict[str, Staff]) -> None:
    menu = roles["viewer"].page("/staff/queue")
    for path in ("/staff/people", "/staff/visitors", "/staff/queue/export", "/staff/queue/bulk"):
        assert f'"{path}' not in menu
    assert '"/staff/people"' in roles["admin"].page("/staff/queue")
    shown = roles["editor"].page("/staff/faq/entry/signup-how")
    assert "<textarea" not in shown and "내리기" not in shown
    assert "<textarea" in roles["publisher"].page("/staff/faq/entry/signup-how")
