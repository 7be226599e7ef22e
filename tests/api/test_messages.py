"""POST and GET /messages."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.api.support import KINDS, refused
from tests.site import Person, Site


def test_a_reply(member: Person) -> None:
    message_id = str(uuid.uuid4())
    response = member.send("계약", message_id)
    assert response.status_code == 200
    turn = response.json()
    assert turn["id"] == message_id
    assert turn["seq"] >= 1
    (reply,) = turn["replies"]
    assert (reply["kind"], reply["query"], reply["total"], reply["more"]) == ("faq_list", "계약", 20, True)
    assert len(reply["items"]) == 5
    assert set(reply["items"][0]) >= {"id", "title", "system", "category"}


def test_one_entry_is_answered_in_full(member: Person) -> None:
    reply = member.ask("계약체결 방법")
    assert reply["kind"] == "faq"
    entry = reply["faq"]
    assert entry["id"] == "contract-signing-how"
    assert entry["markdown"] and entry["html"].startswith("<")
    assert entry["category_label"] == "견적 및 계약"
    assert len(entry["updated"]) == 10
    assert entry["related"] and set(entry["related"][0]) >= {"id", "title"}


def test_every_kind_of_reply_is_one_of_the_contract(guest: Person, member: Person) -> None:
    for person in (guest, member):
        for text in ("안녕하세요", "고마워요", "안녕히 계세요", "도움말", "베스트 질의", "신규 콘텐츠", "To 엘비", "계약",
                     "회원가입이 가능한 시점", "오늘 날씨 어때", "우리 회사 가입 진행 상태"):  # fmt: skip
            reply = person.ask(text)
            assert reply["kind"] in KINDS
            for choice in reply.get("choices", ()):
                assert choice["label"] and ("send" in choice) != ("open" in choice)


def test_the_same_id_again_is_the_same_turn(member: Person) -> None:
    message_id = str(uuid.uuid4())
    first = member.send("대금 지급일", message_id)
    again = member.send("대금 지급일", message_id)
    upper = member.send("대금 지급일", message_id.upper())
    assert first.status_code == again.status_code == upper.status_code == 200
    assert first.json() == again.json() == upper.json()
    assert [turn["id"] for turn in member.get("/messages")["messages"]].count(message_id) == 1


def test_the_same_id_for_another_text(member: Person) -> None:
    message_id = str(uuid.uuid4())
    member.send("대금 지급일", message_id)
    refused(member.send("검수요청 방법", message_id), 409, "conflict")
    assert [turn["text"] for turn in member.get("/messages")["messages"] if turn["id"] == message_id] == [
        "대금 지급일"
    ]


def test_masked_texts_under_one_id_are_still_told_apart(guest: Person) -> None:
    message_id = str(uuid.uuid4())
    assert guest.send("제 번호는 010-1234-5678 입니다", message_id).status_code == 200
    refused(guest.send("제 번호는 010-8765-4321 입니다", message_id), 409, "conflict")


def test_two_visitors_may_use_the_same_id(site: Site) -> None:
    message_id = str(uuid.uuid4())
    one, other = site.guest(), site.guest()
    assert one.send("가입방법", message_id).status_code == 200
    assert other.send("휴대폰 인증 불가", message_id).status_code == 200
    assert other.get("/messages")["messages"][0]["text"] == "휴대폰 인증 불가"


def test_one_id_sent_many_times_at_once_is_one_turn(guest: Person) -> None:
    message_id = str(uuid.uuid4())
    with ThreadPoolExecutor(12) as pool:
        responses = list(pool.map(lambda _: guest.send("회원가입 방법", message_id), range(24)))
    assert {response.status_code for response in responses} == {200}
    assert len({response.text for response in responses}) == 1
    assert [turn["id"] for turn in guest.get("/messages")["messages"]] == [message_id]


def test_many_questions_at_once_each_get_a_number(guest: Person) -> None:
    ids = [str(uuid.uuid4()) for _ in range(20)]
    with ThreadPoolExecutor(10) as pool:
        responses = list(pool.map(lambda each: guest.send("회원가입 방법", each), ids))
    assert {response.status_code for response in responses} == {200}
    assert sorted(response.json()["seq"] for response in responses) == list(range(1, 21))
    stored = guest.get("/messages")["messages"]
    assert [turn["seq"] for turn in stored] == list(range(1, 21))
    assert {turn["id"]: turn["seq"] for turn in stored} == {
        response.json()["id"]: response.json()["seq"] for response in responses
    }


def test_history(guest: Person) -> None:
    began = time.time()
    replies = [guest.ask(text) for text in ("안녕하세요", "가입방법", "공인인증서 발급 수수료")]
    turns = guest.get("/messages")["messages"]
    assert [turn["seq"] for turn in turns] == [1, 2, 3]
    assert [turn["text"] for turn in turns] == ["안녕하세요", "가입방법", "공인인증서 발급 수수료"]
    assert [turn["replies"] for turn in turns] == [[reply] for reply in replies]
    assert all(began - 1 <= turn["asked_at"] <= time.time() + 1 for turn in turns)


def test_history_after(guest: Person) -> None:
    for text in ("안녕하세요", "가입방법", "도움말"):
        guest.ask(text)
    assert [turn["seq"] for turn in guest.get("/messages", after=1)["messages"]] == [2, 3]
    assert [turn["seq"] for turn in guest.get("/messages", after=0)["messages"]] == [1, 2, 3]
    assert guest.get("/messages", after=3)["messages"] == []
    assert guest.get("/messages", after=2**31 - 1)["messages"] == []
    for wrong in ("-1", "x", "1.5", "9" * 30, "１", "0x1"):
        refused(guest.http.get("/messages", params={"after": wrong}), 400, "invalid_field")


def test_a_long_history_is_read_in_parts(guest: Person) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: guest.ask("안녕하세요"), range(120)))
    newest = [turn["seq"] for turn in guest.get("/messages")["messages"]]
    assert newest == list(range(newest[0], 121))
    seen: list[int] = []
    while part := guest.get("/messages", after=seen[-1] if seen else 1)["messages"]:
        seen += [turn["seq"] for turn in part]
    assert seen == list(range(2, 121))
    older = [turn["seq"] for turn in guest.get("/messages", before=newest[0])["messages"]]
    assert older == list(range(1, newest[0]))
    assert [turn["seq"] for turn in guest.get("/messages", after=5, before=9)["messages"]] == [6, 7, 8]
    assert guest.get("/messages", before=1)["messages"] == []
    assert guest.get("/messages", before=1)["last_seq"] == 120
    for wrong in ("-1", "x", "9" * 30):
        refused(guest.http.get("/messages", params={"before": wrong}), 400, "invalid_field")


def test_a_new_guest_has_no_history(guest: Person) -> None:
    assert guest.get("/messages") == {"messages": [], "last_seq": 0, "seen_seq": 0}


def test_what_has_been_looked_at_is_kept_and_never_goes_back(site: Site, guest: Person) -> None:
    for text in ("안녕하세요", "가입방법", "도움말"):
        guest.ask(text)
    assert [guest.post("/messages/seen", seq=seq).json()["seen_seq"] for seq in (2, 1, 0, 99)] == [2, 2, 2, 2]
    found = guest.get("/messages")
    assert (found["last_seq"], found["seen_seq"]) == (3, 2)
    assert site.guest().get("/messages")["seen_seq"] == 0
    for wrong in (-1, 2**31, "1", 1.5, True, None):
        refused(guest.post("/messages/seen", seq=wrong), 400, "invalid_field")


def test_personal_data_is_not_kept(guest: Person) -> None:
    secrets = ("010-2345-6789", "900101-1234567", "hong@example.com", "1234-5678-9012-3456")
    guest.ask("가입하려는데 " + ", ".join(secrets) + " 이렇게 적으면 되나요")
    stored = guest.http.get("/messages").text
    for secret in secrets:
        assert secret not in stored


def test_a_guest_asking_members_business_is_told_to_log_in(guest: Person) -> None:
    for text in ("계약체결 방법", "세금계산서 발행", "교육신청 방법", "대금 지급일"):
        reply = guest.ask(text)
        assert reply["kind"] == "login_required"
        assert not {"faq", "items", "total", "query"} & reply.keys()
