"""Signing in and out: cookies, sessions that end, guessing, and the forms' protection."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing

import pytest

from tests.site import Site
from tests.staff.desk import FORM, SESSION, Staff, add, signed_in, token_in, words


@pytest.fixture(scope="module")
def account(desk: Site, admin: Staff) -> tuple[str, str]:
    """Login and password of somebody who changes nothing."""
    return add(admin, "viewer")


def test_the_cookie(desk: Site, account: tuple[str, str]) -> None:
    someone = Staff(desk)
    response = someone.sign_in(*account, next="/staff/faq?q=계약")
    assert response.status_code == 303
    assert (
        response.headers["location"] == "/staff/faq?q=계약" or "/staff/faq?q=" in response.headers["location"]
    )
    (line,) = [each for each in response.headers.get_list("set-cookie") if each.startswith(SESSION)]
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert attribute in line
    assert "Domain" not in line and "Max-Age" not in line
    assert len(someone.cookies[SESSION]) >= 40
    assert FORM not in someone.cookies


def test_signing_in_again_makes_a_new_session_and_ends_the_old_one(
    desk: Site, account: tuple[str, str]
) -> None:
    someone = Staff(desk)
    someone.sign_in(*account)
    first = someone.cookies[SESSION]
    someone.sign_in(*account)
    assert someone.cookies[SESSION] != first
    old = Staff(desk)
    old.cookies[SESSION] = first
    assert old.get("/staff/queue").status_code == 303


def test_a_session_that_somebody_planted_is_not_taken_over(desk: Site, account: tuple[str, str]) -> None:
    someone = Staff(desk)
    someone.cookies[SESSION] = planted = "A" * 43
    someone.sign_in(*account)
    assert someone.cookies[SESSION] != planted
    thief = Staff(desk)
    thief.cookies[SESSION] = planted
    assert thief.get("/staff/queue").status_code == 303


def test_signing_out(desk: Site, admin: Staff) -> None:
    someone = signed_in(desk, admin, "viewer")
    kept = someone.cookies[SESSION]
    response = someone.post("/staff/sign-out")
    assert response.headers["location"] == "/staff/sign-in?said=out"
    assert SESSION not in someone.cookies
    thief = Staff(desk)
    thief.cookies[SESSION] = kept
    assert thief.get("/staff/queue").status_code == 303
    assert "로그아웃했습니다" in someone.page("/staff/sign-in?said=out")


@pytest.mark.parametrize(("column", "ago"), [("seen_at", 31 * 60), ("expires_at", 12 * 3600)])
def test_sessions_end(desk: Site, admin: Staff, column: str, ago: int) -> None:
    someone = signed_in(desk, admin, "viewer")
    assert someone.get("/staff/queue").status_code == 200
    with closing(sqlite3.connect(desk.log.parent / "elbi.db", timeout=20)) as database, database:
        database.execute(
            f"UPDATE staff_session SET {column} = {column} - ? WHERE staff_id = (SELECT id FROM staff WHERE login = ?)",
            (ago + 1, someone.login),
        )
    response = someone.get("/staff/queue?state=held")
    assert response.status_code == 303
    assert response.headers["location"] == "/staff/sign-in?next=/staff/queue%3Fstate%3Dheld"
    partial = someone.get("/staff/learning", headers={"HX-Request": "true"})
    assert partial.status_code == 204
    assert partial.headers["hx-redirect"].startswith("/staff/sign-in")


def test_only_a_hash_of_the_session_and_the_password_is_kept(desk: Site, admin: Staff) -> None:
    someone = Staff(desk)
    login, password = add(admin, "viewer")
    someone.sign_in(login, password)
    kept = b"".join(path.read_bytes() for path in desk.log.parent.glob("elbi.db*"))
    assert someone.cookies[SESSION].encode() not in kept
    assert password.encode() not in kept
    assert b"$argon2id$" in kept
    assert password not in desk.log.read_text() and someone.cookies[SESSION] not in desk.log.read_text()


@pytest.mark.parametrize("known", [True, False], ids=["a login there is", "a login there is none of"])
def test_guessing_locks_the_login_kindly(desk: Site, admin: Staff, known: bool) -> None:
    """The same words and the same wait for both: who guesses does not learn which logins there are."""
    login, password = add(admin, "viewer") if known else (f"nobody-{time.time_ns()}", "x")
    said = []
    for _ in range(6):
        response = Staff(desk).sign_in(login, "wrong password")
        said.append((response.status_code, "잠시 잠갔습니다" in words(response.text)))
    assert said == [(401, False)] * 4 + [(429, True)] * 2
    assert 800 < int(response.headers["retry-after"]) <= 901
    assert Staff(desk).sign_in(login, password).status_code == 429  # the right one does not help now
    assert SESSION not in response.headers.get("set-cookie", "")


def test_an_admin_unlocks_by_a_new_password(desk: Site, admin: Staff) -> None:
    login, _ = add(admin, "viewer")
    for _ in range(5):
        Staff(desk).sign_in(login, "wrong password")
    account = account_id(admin, login)
    form = {"name": "다시", "role": "viewer", "password": "a new password 1", "do": "save"}
    admin.done(admin.post(f"/staff/people/{account}", form))
    assert Staff(desk).sign_in(login, "a new password 1").status_code == 303


def test_what_was_typed_stays_but_the_password(desk: Site) -> None:
    response = Staff(desk).sign_in('so"me<b>one', "secret-secret")
    assert response.status_code == 401
    assert 'value="so&#34;me&lt;b&gt;one"' in response.text
    assert "secret-secret" not in response.text


def test_the_form_must_come_from_this_browser(desk: Site, admin: Staff) -> None:
    login, password = add(admin, "viewer")
    somebody = Staff(desk)
    token = token_in(somebody.get("/staff/sign-in").text)
    victim = Staff(desk)
    form = {"login": login, "password": password, "csrf": token}
    response = victim.request("POST", "/staff/sign-in", data=form)  # without the cookie
    assert response.status_code == 403
    assert "쿠키" in words(response.text) and "https://" in words(response.text)
    victim.get("/staff/sign-in")
    assert victim.request("POST", "/staff/sign-in", data=form).status_code == 403  # another browser's token
    response = somebody.request(
        "POST", "/staff/sign-in", data=form, headers={"Origin": "https://evil.example"}
    )
    assert response.status_code == 403


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "/staff//evil.example", "/staff@evil.example", "javascript:alert(1)", "/chat"],
)  # fmt: skip
def test_no_way_out_by_next(desk: Site, account: tuple[str, str], target: str) -> None:
    assert Staff(desk).sign_in(*account, next=target).headers["location"] == "/staff"


def test_changing_ones_password(desk: Site, admin: Staff) -> None:
    login, password = add(admin, "viewer")
    someone, elsewhere = Staff(desk), Staff(desk)
    someone.sign_in(login, password)
    elsewhere.sign_in(login, password)
    wrong = someone.post(
        "/staff/account/password", {"old": "x" * 12, "new": "n3w-password!", "again": "n3w-password!"}
    )
    assert wrong.status_code == 401
    short = someone.post("/staff/account/password", {"old": password, "new": "short", "again": "short"})
    assert short.status_code == 400 and "10자" in words(short.text)
    form = {"old": password, "new": "n3w-password!", "again": "n3w-password!"}
    someone.done(someone.post("/staff/account/password", form))
    assert someone.get("/staff/queue").status_code == 200
    assert elsewhere.get("/staff/queue").status_code == 303
    assert Staff(desk).sign_in(login, password).status_code == 401
    assert Staff(desk).sign_in(login, "n3w-password!").status_code == 303


def test_disabling_and_a_new_role_end_sessions_at_once(desk: Site, admin: Staff) -> None:
    someone = signed_in(desk, admin, "editor")
    account = account_id(admin, someone.login)
    admin.done(admin.post(f"/staff/people/{account}", {"name": "강등", "role": "viewer", "do": "save"}))
    assert someone.get("/staff/queue").status_code == 303
    another = signed_in(desk, admin, "editor")
    account = account_id(admin, another.login)
    admin.done(admin.post(f"/staff/people/{account}", {"do": "disable"}))
    assert another.get("/staff/queue").status_code == 303
    assert "사용 중지" in words(admin.page("/staff/people"))
    admin.done(admin.post(f"/staff/people/{account}", {"do": "enable"}))


def account_id(admin: Staff, login: str) -> str:
    """The id that the form of an account's row is sent to."""
    found = re.search(
        rf"<code>{login}</code>.*?action=\"/staff/people/(\d+)\"", admin.page("/staff/people"), re.S
    )
    assert found
    return found[1]
