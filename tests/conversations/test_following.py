"""What is understood by what was shown before: numbers of a list, and questions that go on from an answer."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import httpx
import pytest

from bot.memory import picked
from tests.site import Person, Site


def listed(person: Person, keyword: str) -> list[str]:
    reply = person.ask(keyword)
    assert reply["kind"] in ("faq_list", "best"), reply
    return [item["id"] for item in reply["items"]]


def shown(reply: dict[str, Any]) -> str:
    assert reply["kind"] == "faq", reply
    return reply["faq"]["id"]


@pytest.mark.parametrize(
    ("typed", "place"),
    [("2번", 1), ("2", 1), ("두 번째 거요", 1), ("②", 1), ("３번이요!", 2), ("첫번째 보여주세요", 0), ("마지막", 4), ("5번은 뭐예요?", 4)],
)  # fmt: skip
def test_a_number_opens_that_entry_of_the_list(site: Site, typed: str, place: int) -> None:
    member = site.member()
    ids = listed(member, "계약")
    assert shown(member.ask(typed)) == ids[place]


def test_one_after_another_from_the_same_list(site: Site) -> None:
    guest = site.guest()
    ids = listed(guest, "인증서")
    assert [shown(guest.ask(f"{number}번")) for number in (3, 1)] == [ids[2], ids[0]]


def test_best_is_a_list_too(site: Site) -> None:
    guest = site.guest()
    ids = listed(guest, "베스트 질의")
    assert shown(guest.ask("2번")) == ids[1]


def test_a_number_that_the_list_does_not_have(site: Site) -> None:
    guest = site.guest()
    last = len(listed(guest, "인증서"))
    for typed in (f"{last + 1}번", "0번", "99"):
        reply = guest.ask(typed)
        assert (reply["kind"], f"{last}번" in reply["text"]) == ("text", True), reply
    assert guest.ask("1번")["kind"] == "faq"  # the list is still the one


def test_a_number_before_there_is_a_list(site: Site) -> None:
    reply = site.guest().ask("2번")
    assert reply["kind"] == "text" and "목록" in reply["text"] and reply["choices"]


@pytest.mark.parametrize(
    "text",
    ["2번 신청해도 되나요", "1차 검수", "3개월", "두 번째 계약", "이번", "2026", "마지막 교육", "번", ""],
)
def test_what_only_looks_like_a_number(text: str) -> None:
    assert picked(text, 5) is None


def test_nobody_picks_from_the_list_of_another(site: Site) -> None:
    one, other = site.guest(), site.guest()
    listed(one, "인증서")
    assert other.ask("2번")["kind"] == "text"


def test_a_guests_list_is_theirs_after_the_login(site: Site) -> None:
    guest = site.guest()
    ids = listed(guest, "인증서")
    body = {"token": site.demo_token(), "guest": guest.session}
    opened = httpx.post(f"{site.url}/api/v1/sessions", json=body).json()
    assert shown(Person(site.url, opened["session"]).ask("2번")) == ids[1]


def test_what_an_earlier_session_showed_is_on_no_screen(site: Site) -> None:
    listed(site.member(), "계약")
    assert site.member().ask("2번")["kind"] == "text"


def test_the_conversation_keeps_ids_alone(site: Site) -> None:
    """Nothing that was typed, and a question is kept as it was asked: memory is not taken for an open form."""
    guest = site.guest()
    guest.ask("회원가입 방법 알려 주세요")
    guest.ask("언제부터 할 수 있어요?")
    with sqlite3.connect(site.log.parent / "elbi.db", timeout=20) as database:
        query = "SELECT c.state, t.text FROM conversation c JOIN turn t ON t.conversation_id = c.id WHERE c.visitor_id = ?"
        rows = database.execute(query, (guest.opened["visitor"],)).fetchall()
    assert [text for _, text in rows] == ["회원가입 방법 알려 주세요", "언제부터 할 수 있어요?"]
    assert json.loads(rows[0][0]) == {"memory": {"listed": [], "topic": "signup-when"}}


def test_a_form_is_left_for_an_entry_of_the_list(site: Site) -> None:
    guest = site.guest()
    ids = listed(guest, "인증서")
    assert guest.ask("우리 회사 가입 진행상태")["kind"] == "form"
    assert shown(guest.ask("2번")) == ids[1]


def test_a_question_goes_on_from_the_entry_that_was_opened(site: Site) -> None:
    """Not from the first one of the list it was opened from."""
    member = site.member()
    assert listed(member, "취소")[0] != "inspection-request"
    member.get("/faq/inspection-request")
    assert shown(member.ask("취소는요?")) == "inspection-request-withdraw"
    assert shown(member.ask("1번")) == "tax-invoice-cancel"


def test_an_opening_leaves_an_open_form_as_it_is(site: Site) -> None:
    guest = site.guest()
    assert guest.ask("우리 회사 가입 진행상태")["kind"] == "form"
    guest.get("/faq/signup-how")
    assert guest.ask("999-01-00070")["field"] == "representative"


def test_asked_again_in_other_words(site: Site) -> None:
    """What was shown is not left out where it is just that which is asked for once more."""
    member = site.member()
    assert shown(member.ask("실적증명서 출력")) == "performance-certificate-print"
    reply = member.ask("실적증명서 뽑고 싶어요")
    assert reply["kind"] == "faq_list"
    assert "performance-certificate-print" in [item["id"] for item in reply["items"]]
