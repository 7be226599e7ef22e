"""Accounts of staff and what is kept of one visitor, as an admin works with them; and the page on learning."""

from __future__ import annotations

import json
import re

import pytest

from bot.store import trainings
from bot.store.database import Database
from tests.site import Site
from tests.staff.desk import Staff, add, signed_in, words
from tests.staff.test_sign_in import account_id


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"login": "?!"}, "아이디"),
        ({"name": ""}, "이름"),
        ({"role": ""}, "역할"),
        ({"password": "short"}, "10자"),
    ],
)
def test_accounts_that_will_not_do(admin: Staff, wrong: dict[str, str], said: str) -> None:
    form = {"login": "new-one", "name": "새 직원", "role": "viewer", "password": "long enough 1", **wrong}
    refused = admin.post("/staff/people", form)
    assert refused.status_code == 400
    assert said in words(refused.text)
    assert "long enough 1" not in refused.text
    assert f'value="{form["name"]}"' in refused.text


def test_a_login_that_is_taken(admin: Staff) -> None:
    login, _ = add(admin, "viewer")
    form = {"login": login.upper(), "name": "또", "role": "viewer", "password": "long enough 1"}
    refused = admin.post("/staff/people", form)
    assert refused.status_code == 409 and "이미" in words(refused.text)


def test_changes_are_in_the_history(admin: Staff) -> None:
    login, _ = add(admin, "viewer", "이력에 남을 직원")
    admin.done(
        admin.post(
            f"/staff/people/{account_id(admin, login)}", {"do": "save", "name": "바뀐 이름", "role": "editor"}
        )
    )
    said = words(admin.page("/staff/history?action=staff.change"))
    assert login in said and "역할 작성" in said
    assert login in words(admin.page("/staff/history?action=staff.add"))


def test_what_is_kept_of_a_visitor_is_handed_out_and_removed(
    desk: Site, admin: Staff, publisher: Staff
) -> None:
    guest = desk.guest()
    guest.ask("가입방법")
    guest.post("/questions", text="개인정보를 지워 달라는 사람의 질문 xkqzvw")
    visitor = guest.opened["visitor"]
    assert visitor in admin.page(f"/staff/visitors?q={visitor}")
    assert publisher.get(f"/staff/visitors?q={visitor}").status_code == 403
    kept = admin.post(f"/staff/visitors/{visitor}/export")
    assert kept.headers["content-disposition"] == f'attachment; filename="visitor-{visitor}.json"'
    assert kept.headers["cache-control"] == "no-store"
    assert "xkqzvw" in json.dumps(kept.json(), ensure_ascii=False)
    assert admin.post(f"/staff/visitors/{visitor}/delete").status_code == 400  # not without having said so
    admin.done(admin.post(f"/staff/visitors/{visitor}/delete", {"sure": "1"}))
    assert guest.http.get("/messages").status_code == 401
    assert "찾는 방문자가 없습니다" in words(admin.page(f"/staff/visitors?q={visitor}"))
    assert "xkqzvw" not in admin.page("/staff/queue?state=all&q=xkqzvw").split('id="list"')[1]
    assert visitor in words(admin.page("/staff/history?action=person.delete"))


def test_the_page_on_learning(desk: Site, admin: Staff) -> None:
    page = words(admin.page("/staff/learning"))
    assert re.search(r"elbi-[0-9a-f]{16}", page)
    part = admin.get("/staff/learning", headers={"HX-Request": "true"})
    assert "<html" not in part.text and "쓰는 모델" in words(part.text)
    if "쉬는 중" in page:
        assert "every 3s" not in part.text  # a page left open would keep the session alive


def test_why_a_model_was_not_used(desk: Site, viewer: Staff) -> None:
    database = Database(f"sqlite:///{desk.log.parent / 'elbi.db'}")
    report = {"figures": {"categories accuracy": 0.41}, "before": {"categories accuracy": 0.975}}
    with database.write() as connection:
        trainings.change(connection, trainings.begin(connection, ""), "failed", reason="메모리가 모자람")
        run = trainings.begin(connection, "김담당")
        reason = "categories accuracy: 0.975 → 0.410"
        trainings.change(connection, run, "refused", model="elbi-x.tar.gz", reason=reason, report=report)
    database.close()
    said = words(viewer.page("/staff/learning"))
    assert "쓰지 않기로 함 분류 정확도: 0.975 → 0.410 분류 정확도 41.0% (이전 97.5%) 김담당" in said
    assert "실패 메모리가 모자람 저절로" in said


def test_a_demo_account_is_for_the_demo_alone(desk: Site, admin: Staff) -> None:
    """Its password is made anew at every start and shown on the sign-in page; see bot.serving for the server without."""
    page = Staff(desk).get("/staff/sign-in").text
    assert "데모 서버입니다" in words(page)
    assert len(re.findall(r"<code>([^<]+)</code>", page)[1]) >= 12


def test_a_new_member_of_staff_works_at_once(desk: Site, admin: Staff) -> None:
    assert "대기열" in words(signed_in(desk, admin, "editor").page("/staff/queue"))
