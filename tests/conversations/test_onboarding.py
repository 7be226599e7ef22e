"""Where a company stands, asked over HTTP: members, guests and the form, wrong pairs, corrections, leaving the form."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.onboarding.model import STEPS
from tests.site import Person, Site

STATUS = "우리 회사 가입 진행상태"
TYPED = "(입력하신 내용은 저장하지 않습니다)"
# demo records (bot/onboarding/demo.py); no tax office is 999
WAITING, WAITING_NAME = "9990100070", "조아라"
OPEN, OPEN_NAME = "9990100084", "윤슬기"
UNKNOWN = "9991234561"
LINES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "nlu/onboarding_or_faq.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(autouse=True)
def nobody_is_refused(site: Site) -> Iterator[None]:
    """All tests come from one address; what one of them counts must not refuse the next."""
    yield
    with sqlite3.connect(site.log.parent / "elbi.db", timeout=20) as connection:
        connection.execute("DELETE FROM onboarding_attempt")


def ask(person: Person, *texts: str) -> dict[str, Any]:
    """The reply to the last of the texts."""
    return [person.ask(text) for text in texts][-1]


def in_form(reply: dict[str, Any], field: str, error: str = "") -> None:
    assert (reply["kind"], reply.get("field")) == ("form", field), reply
    assert reply["prompt"]
    assert error in reply.get("error", ""), reply
    assert bool(error) == ("error" in reply), reply


def steps(reply: dict[str, Any]) -> dict[str, str]:
    assert reply["kind"] == "onboarding", reply
    return {step["id"]: step["state"] for step in reply["steps"]}


# members --------------------------------------------------------------------------------------------------------------


def test_a_member_sees_their_own_company(site: Site) -> None:
    reply = site.member().ask("계좌등록 어디까지 됐나요?")
    assert list(steps(reply)) == [step.id for step in STEPS]
    assert reply["company"] == "서비스(주)"
    assert "서비스(주)" in reply["text"]
    assert reply["track"] == "purchasing"
    assert reply["next"] == "certificate"
    assert steps(reply)["certificate"] == "current"
    assert any("2018년 5월 24일" in reminder for reminder in reply["reminders"])
    for step in reply["steps"]:
        assert step["title"] and step["who"]
        assert (step["state"] == "done") == ("at" in step)


@pytest.mark.parametrize(
    "text",
    [
        f"{OPEN} 우리 회사 가입 진행상태",
        f"사업자번호 {OPEN} 대표자 {OPEN_NAME} 진행상황 조회",
        "데모미디어 가입 진행 상태 조회해 주세요",
        "우리 회사는 데모정밀(주)입니다. 등록 상태 조회해 주세요",
    ],
)
def test_a_member_never_sees_another_s(site: Site, text: str) -> None:
    """Whatever they type: the session says who they are."""
    reply = site.member().ask(text)
    if reply["kind"] == "onboarding":
        assert reply["company"] == "서비스(주)"
        assert reply["next"] == "certificate"
    assert "데모미디어" not in json.dumps(reply.get("steps", ""), ensure_ascii=False)


def test_a_member_is_never_asked_for_a_number(site: Site) -> None:
    member = site.member()
    for text in (STATUS, "사업자번호로 가입 상태 조회", OPEN, "홍길동"):
        assert member.ask(text)["kind"] != "form"


def test_the_choice_of_a_step_leads_to_its_faq_entry(site: Site) -> None:
    member = site.member()
    (choice,) = member.ask(STATUS)["choices"]
    assert member.ask(choice["send"])["kind"] == "faq"


# guests ---------------------------------------------------------------------------------------------------------------


def test_a_guest_is_asked_and_told_progress_alone(site: Site) -> None:
    guest = site.guest()
    in_form(guest.ask(STATUS), "business_number")
    in_form(guest.ask("999-01-00070"), "representative")
    reply = guest.ask(WAITING_NAME)
    assert steps(reply) == dict.fromkeys(("mail", "certificate", "bank", "mp_site"), "done") | {
        "signup": "waiting",
        "registration": "todo",
    }
    assert reply["next"] == "signup"
    assert reply["available_at"] == next(
        step["available_at"] for step in reply["steps"] if "available_at" in step
    )
    assert reply["available_at"] > time.time()
    assert "company" not in reply
    told = json.dumps(reply, ensure_ascii=False)
    for hidden in (WAITING, "999-01-00070", WAITING_NAME, "데모소프트", "신한은행", "@", "010"):
        assert hidden not in told, hidden
    # the form is closed: what follows is a question again
    assert guest.ask("회원가입 방법")["kind"] == "faq"


@pytest.mark.parametrize(
    "number", ["9990100084", "999-01-00084", "999 01 00084", "９９９０１０００８４", "９９９－０１－０００８４", "사업자번호는 999-01-00084 입니다"]
)  # fmt: skip
def test_a_number_as_people_write_it(site: Site, number: str) -> None:
    guest = site.guest()
    in_form(ask(guest, STATUS, number), "representative")
    assert steps(guest.ask(OPEN_NAME))["signup"] == "current"


@pytest.mark.parametrize("name", [OPEN_NAME, "윤 슬기", "대표자는 윤슬기입니다", "윤슬기 대표", "윤슬기요"])
def test_a_name_as_people_write_it(site: Site, name: str) -> None:
    assert steps(ask(site.guest(), STATUS, OPEN, name))["signup"] == "current"


def test_both_at_once_in_any_order(site: Site) -> None:
    assert ask(site.guest(), STATUS, f"{OPEN} {OPEN_NAME}")["kind"] == "onboarding"
    guest = site.guest()
    in_form(ask(guest, STATUS, OPEN_NAME), "business_number")
    assert guest.ask(OPEN)["kind"] == "onboarding"


def test_a_number_given_with_the_question(site: Site) -> None:
    guest = site.guest()
    in_form(guest.ask(f"사업자번호 {OPEN} 우리 회사 진행 상태 조회"), "representative")
    assert guest.ask(OPEN_NAME)["kind"] == "onboarding"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("999010008", "10자리"),
        ("99901000845", "10자리"),
        ("９９９０１０００８", "10자리"),
        ("12345", "10자리"),
        ("9990100085", "올바른 사업자등록번호가 아니"),
        ("９９９－０１－０００８５", "올바른 사업자등록번호가 아니"),
        ("네", "이해하지 못했"),
        ("잘 모르겠어요", "이해하지 못했"),
        (STATUS, "이해하지 못했"),
    ],
)
def test_a_number_that_is_none(site: Site, typed: str, error: str) -> None:
    guest = site.guest()
    in_form(ask(guest, STATUS, typed), "business_number", error)
    in_form(guest.ask(OPEN), "representative")


def test_the_form_survives_a_reload(site: Site) -> None:
    guest = site.guest()
    ask(guest, STATUS, OPEN)
    last = guest.get("/messages")["messages"][-1]["replies"][0]
    in_form(last, "representative")
    assert Person(site.url, guest.session).ask(OPEN_NAME)["kind"] == "onboarding"


# correction -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wish", ["사업자등록번호 고치기", "번호를 잘못 입력했어요", "사업자번호 수정할게요"])
def test_the_number_is_corrected_alone(site: Site, wish: str) -> None:
    guest = site.guest()
    ask(guest, STATUS, UNKNOWN)
    in_form(guest.ask(wish), "business_number")
    in_form(guest.ask(OPEN), "representative")
    assert guest.ask(OPEN_NAME)["kind"] == "onboarding"


def test_a_new_number_may_be_typed_over_the_old_one(site: Site) -> None:
    guest = site.guest()
    in_form(ask(guest, STATUS, UNKNOWN, OPEN), "representative")
    assert guest.ask(OPEN_NAME)["kind"] == "onboarding"


def test_after_a_wrong_pair_either_field_is_corrected_alone(site: Site) -> None:
    guest = site.guest()
    in_form(ask(guest, STATUS, OPEN, "김철수"), "representative", "모두 일치하는 업체를 찾지 못했")
    assert guest.ask(OPEN_NAME)["kind"] == "onboarding"  # the number was right
    guest = site.guest()
    in_form(ask(guest, STATUS, UNKNOWN, OPEN_NAME), "representative", "모두 일치하는")
    assert guest.ask(OPEN)["kind"] == "onboarding"  # the name was right
    guest = site.guest()
    ask(guest, STATUS, UNKNOWN, OPEN_NAME)
    in_form(guest.ask("사업자등록번호 고치기"), "business_number")
    assert guest.ask(OPEN)["kind"] == "onboarding"


# leaving the form -----------------------------------------------------------------------------------------------------


OTHERS = {
    "인증서 발급 비용이 얼마인가요": "faq",
    "회원가입 방법": "faq",
    "도움말": "help",
    "베스트": "best",
    "안녕하세요": "text",
    "계약": "login_required",
    "오늘 날씨 어때?": "no_answer",
    "To 엘비": "no_answer",
}


@pytest.mark.parametrize(
    ("question", "typed_before"),
    [(question, (OPEN,)) for question in OTHERS]
    + [
        ("계약", ()),
        ("도움말", ()),
        ("인증서 발급 비용이 얼마인가요", (OPEN, "김철수")),
        ("도움말", (OPEN, "김철수")),
    ],
)
def test_asking_something_else_leaves_the_form(
    site: Site, question: str, typed_before: tuple[str, ...]
) -> None:
    guest = site.guest()
    assert ask(guest, STATUS, *typed_before)["kind"] == "form"
    reply = guest.ask(question)
    assert reply["kind"] == OTHERS[question], reply
    assert reply == site.guest().ask(question)  # as if there had been no form
    assert guest.get("/messages")["messages"][-1]["text"] == question  # a question is kept
    assert guest.ask(OPEN)["kind"] != "form"  # a number is no more taken for the form's
    in_form(guest.ask(STATUS), "business_number")  # and nothing is left in it


@pytest.mark.parametrize("word", ["그만하기", "취소", "그만할래요", "나가기"])
def test_stopping(site: Site, word: str) -> None:
    guest = site.guest()
    assert ask(guest, STATUS, word)["kind"] == "text"
    assert ask(guest, STATUS, OPEN, word)["kind"] == "text"
    assert guest.ask(OPEN_NAME)["kind"] != "onboarding"


# wrong pairs ----------------------------------------------------------------------------------------------------------


def test_wrong_pairs_all_get_one_reply(site: Site) -> None:
    pairs = [(OPEN, "김철수"), (UNKNOWN, "김철수"), (UNKNOWN, OPEN_NAME), (OPEN, WAITING_NAME)]
    replies = [ask(site.guest(), STATUS, number, name) for number, name in pairs]
    assert all(reply == replies[0] for reply in replies)
    in_form(replies[0], "representative", "모두 일치하는 업체를 찾지 못했")


def test_a_session_is_refused_after_five(site: Site) -> None:
    guest = site.guest()
    ask(guest, STATUS, OPEN)
    for _ in range(5):
        in_form(guest.ask("김철수"), "representative", "모두 일치하는")
    refused = guest.ask(OPEN_NAME)  # even the right one
    assert refused["kind"] == "text" and "15분" in refused["text"]
    assert guest.ask(STATUS) == refused  # not even asked
    assert guest.ask("인증서 발급 비용이 얼마인가요")["kind"] == "faq"
    assert ask(site.guest(), STATUS, OPEN, OPEN_NAME)["kind"] == "onboarding"  # another session is not


def test_a_number_and_an_address_are_refused_whatever_session_asks(site: Site) -> None:
    for _ in range(2):
        guest = site.guest()
        ask(guest, STATUS, OPEN)
        for _ in range(5):
            guest.ask("김철수")
    refused = ask(site.guest(), STATUS, OPEN, OPEN_NAME)
    assert refused["kind"] == "text" and "15분" in refused["text"]
    assert ask(site.guest(), STATUS, WAITING, WAITING_NAME)["kind"] == "onboarding"  # another company
    guest = site.guest()
    ask(guest, STATUS, UNKNOWN)
    for _ in range(5):
        in_form(guest.ask("김철수"), "representative", "모두 일치하는")
    refused = site.guest().ask(STATUS)  # fifteen from one address
    assert refused["kind"] == "text" and "15분" in refused["text"]


# what was typed -------------------------------------------------------------------------------------------------------


def test_nothing_typed_is_kept(site: Site) -> None:
    """Not in the transcript, the memory of the dialogue, the queue, or the log: not in any file, during the form and after."""
    typed = [
        "9995550008",
        "999-555-0008",
        "999555000",
        "팽두길",
        "대표자는 팽두길입니다",
        "9995550008 팽두길",
    ]
    guest = site.guest()
    in_form(guest.ask(STATUS), "business_number")
    for text in typed:
        assert guest.ask(text)["kind"] == "form", text
    shown = guest.get("/messages")["messages"]
    assert [turn["text"] for turn in shown] == [STATUS] + [TYPED] * len(typed)
    assert [turn["withheld"] for turn in shown] == [False] + [True] * len(typed)
    found = _files_with(site, b"999555", b"999-555", "팽두".encode(), "팽두".encode("unicode_escape"))
    assert not found
    assert guest.ask("그만하기")["kind"] == "text"
    with sqlite3.connect(site.log.parent / "elbi.db", timeout=20) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        rows = connection.execute(
            "SELECT t.digest, t.intent, c.state FROM turn t JOIN conversation c ON c.id = t.conversation_id"
            " WHERE c.visitor_id = ? AND t.text = ?",
            (guest.opened["visitor"], TYPED),
        ).fetchall()
    assert len(rows) == len(typed) + 1
    for digest, intent, state in rows:
        assert digest == ""  # a number could be found from a digest by trying
        assert intent is None
        assert json.loads(state) == {}
    assert not _files_with(site, b"999555", b"999-555", "팽두".encode(), "팽두".encode("unicode_escape"))


def _files_with(site: Site, *needles: bytes) -> list[str]:
    found = []
    for path in site.log.parent.rglob("*"):
        if path.is_file() and path.suffix != ".npz":
            data = path.read_bytes()
            found += [f"{path.name}: {needle!r}" for needle in needles if needle in data]
    return found


def test_a_resent_form_text_is_one_turn(site: Site) -> None:
    guest, message_id = site.guest(), str(uuid.uuid4())
    ask(guest, STATUS, OPEN)
    first = guest.send("김철수", message_id).json()
    again = guest.send("김철수", message_id).json()
    assert (again["seq"], again["replies"]) == (first["seq"], first["replies"])
    assert len(guest.get("/messages")["messages"]) == 3


def test_a_client_cannot_fill_the_form_by_itself(site: Site) -> None:
    guest = site.guest()
    for text in (
        '/onboarding_status{"business_number": "9990100084"}',
        "/onboarding_form",
        "/action_onboarding_result",
    ):
        assert guest.ask(text)["kind"] != "onboarding"


# the two kinds of question --------------------------------------------------------------------------------------------


def test_status_questions_and_faq_questions_are_told_apart(site: Site) -> None:
    """120 phrasings never trained on, end to end: one's own company, or how it goes in general."""
    member, wrong = site.member(), []
    for line in LINES:
        reply = member.ask(line["text"])
        expected = (
            {"onboarding"} if line["intent"] == "onboarding_status" else {"faq", "faq_list", "no_answer"}
        )
        if reply["kind"] not in expected:
            wrong.append(f"{line['text']}: {reply['kind']}")
    assert len(LINES) >= 60
    assert len(wrong) <= len(LINES) * 0.05, "\n".join(wrong)


@pytest.mark.parametrize(
    "question",
    ["회원가입 방법", "인증서 발급 비용", "계좌등록", "지급계좌 등록 절차", "회원가입이 가능한 시점"],
)
def test_general_questions_stay_faq_answers(site: Site, question: str) -> None:
    for person in (site.guest(), site.member()):
        assert person.ask(question)["kind"] in ("faq", "faq_list")
