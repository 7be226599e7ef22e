"""To 엘비, feedback and shares."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.api.support import ids_for, person, refused, signed, web
from tests.conftest import ELBI, ROOT, environment
from tests.site import API, Person, Site

HIDDEN, PUBLIC = ids_for("member")[0], ids_for("guest")[0]


def queue(site: Site) -> list[dict[str, Any]]:
    """What `elbi queue list` tells staff: each question, with its item's category."""
    done = subprocess.run(
        [*ELBI, "queue", "list", "--json"],
        cwd=ROOT,
        env=environment(ELBI_STATE_DIR=site.log.parent),
        capture_output=True,
        check=True,
        timeout=120,
    )
    return [
        {**question, "category": item["category"]}
        for item in json.loads(done.stdout)
        for question in item["questions"]
    ]


class TestQuestions:
    def test_a_guest_is_known_until_the_answer_may_have_come_and_a_member_no_longer_than_before(
        self, site: Site
    ) -> None:
        day = 86400
        for visitor, days in ((site.guest(), 30), (site.member(), 0.5)):
            asked = visitor.post("/questions", text="해외 지사 가입 방법이 궁금합니다").json()
            assert abs(asked["expires_at"] - time.time() - days * day) < 600
        # what is only asked of 엘비 makes nobody known for longer
        guest = site.guest()
        guest.ask("회원가입 방법")
        assert guest.opened["expires_at"] < time.time() + day

    def test_sent_and_found_again(self, site: Site, member: Person) -> None:
        text = f"대금 지급일이 해외 지사도 같은지 궁금합니다 {uuid.uuid4().hex[:6]}"
        member.ask("대금 지급일")
        response = member.post("/questions", text=text, about="payment-date-basis")
        assert response.status_code == 201
        question_id = response.json()["question_id"]
        assert response.json()["replies"][0]["kind"] == "asked"
        assert response.json()["replies"][0]["question_id"] == question_id
        mine = member.get("/questions")["questions"][0]
        assert (mine["question_id"], mine["text"], mine["state"]) == (question_id, text, "new")
        assert mine["about"] == "payment-date-basis"
        assert abs(mine["asked_at"] - time.time()) < 60
        (waiting,) = [each for each in queue(site) if each["id"] == question_id]
        assert waiting["reason"] == "asked"
        assert waiting["about"] == "payment-date-basis"
        assert waiting["mode"] == "member" and waiting["company"] == "서비스(주)"
        assert waiting["category"] == "inspection_payment"
        assert waiting["candidates"] and set(waiting["candidates"][0]) == {"id", "title", "score"}
        assert waiting["turns"][-1]["text"] == "대금 지급일"

    def test_the_same_id_again_is_no_second_question(self, site: Site, guest: Person) -> None:
        sent = {"id": str(uuid.uuid4()), "text": "가입 승인은 며칠 걸리나요", "about": PUBLIC}
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: guest.post("/questions", **sent), range(4)))
        assert [each.status_code for each in found] == [201] * 4
        assert len({each.json()["question_id"] for each in found}) == 1
        assert [each["text"] for each in guest.get("/questions")["questions"]] == [sent["text"]]
        refused(guest.post("/questions", **{**sent, "text": "다른 질문"}), 409, "conflict")
        refused(guest.post("/questions", id=sent["id"], text=sent["text"]), 409, "conflict")
        assert site.guest().post("/questions", **sent).status_code == 201
        refused(guest.post("/questions", id="1", text="질문"), 400, "invalid_field")

    def test_what_a_guest_asked_is_theirs_after_the_login(self, site: Site, guest: Person) -> None:
        text = f"아이핀 없이 가입하려면 {uuid.uuid4().hex[:6]}"
        asked = guest.post("/questions", text=text).json()["question_id"]
        opened = web.post(
            f"{site.url}{API}/sessions", json={"token": site.demo_token(), "guest": guest.session}
        )
        member = Person(site.url, opened.json()["session"])
        assert asked in [each["question_id"] for each in member.get("/questions")["questions"]]
        assert guest.get("/questions")["questions"] == []
        for other in (
            "no such session",
            member.session,
        ):  # only a guest's session is taken up, and only by a member
            taken = web.post(f"{site.url}{API}/sessions", json={"guest": other})
            assert Person(site.url, taken.json()["session"]).get("/questions")["questions"] == []

    def test_newest_first_and_only_mine(self, site: Site, guest: Person) -> None:
        sent = [guest.post("/questions", text=f"질문 {n}").json()["question_id"] for n in range(3)]
        assert [each["question_id"] for each in guest.get("/questions")["questions"]] == sent[::-1]
        assert site.guest().get("/questions")["questions"] == []

    def test_an_unanswered_question_reaches_the_queue_once(self, site: Site, member: Person) -> None:
        asked = [f"{words} {uuid.uuid4().hex[:4]}" for words in (
            "하도급 지킴이 연동", "사내 식당 이용 요금", "주차 등록은 어디서 하나요", "명함 신청 절차", "해외 송금 수수료 부담", "출입증 재발급"
        )]  # fmt: skip
        can_ask = set()
        for text in asked:
            message_id = str(uuid.uuid4())
            for _ in range(2):
                (reply,) = member.send(text, message_id).json()["replies"]
            if reply["kind"] == "no_answer" and reply["can_ask"]:
                can_ask.add(text)
        assert can_ask
        waiting = [(each["text"], each["reason"]) for each in queue(site) if each["text"] in asked]
        assert sorted(waiting) == sorted((text, "no_answer") for text in can_ask)
        assert not can_ask & {each["text"] for each in member.get("/questions")["questions"]}

    def test_what_sounds_like_the_portals_business_may_be_sent_to_staff(self, member: Person) -> None:
        for text in (
            "하도급 지킴이 연동",
            "주차 등록은 어디서 하나요",
            "사내 식당 이용 요금",
        ):
            reply = member.ask(text)
            assert reply["kind"] == "no_answer" and reply["can_ask"], text
        for text in (
            "오늘 날씨 어때",
            "로또 번호 알려줘",
            "영화 추천해줘",
            "네이버 아이디 찾기",
            "ㅁㄴㅇㄹㄴㅇㄹ",
        ):
            reply = member.ask(text)
            assert reply["kind"] != "faq_list" and not reply.get("can_ask"), text

    def test_about_is_optional_and_must_be_visible(self, guest: Person, member: Person) -> None:
        assert guest.post("/questions", text="이건 어디에 묻나요", about=PUBLIC).status_code == 201
        assert member.post("/questions", text="이건 어디에 묻나요", about=HIDDEN).status_code == 201
        hidden = guest.post("/questions", text="이건 어디에 묻나요", about=HIDDEN)
        missing = guest.post("/questions", text="이건 어디에 묻나요", about="no-such-entry")
        refused(hidden, 404, "not_found")
        assert hidden.text == missing.text
        assert len(guest.get("/questions")["questions"]) == 1

    def test_personal_data_is_masked(self, site: Site, guest: Person) -> None:
        guest.post("/questions", text="제 번호 010-2345-6789 로 연락 주세요")
        (mine,) = guest.get("/questions")["questions"]
        assert "2345" not in mine["text"]
        assert "010-2345-6789" not in json.dumps(queue(site), ensure_ascii=False)
        assert "2345-6789" not in site.log.read_text(encoding="utf-8")


class TestFeedback:
    def test_helpful_or_not_with_a_comment(self, guest: Person) -> None:
        response = guest.post("/feedback", faq_id=PUBLIC, helpful=True, comment="쉽게 찾았어요")
        assert response.status_code == 201
        assert response.json() == {"faq_id": PUBLIC, "helpful": True, "comment": "쉽게 찾았어요"}
        assert guest.post("/feedback", faq_id=PUBLIC, helpful=False).status_code == 201

    def test_comment_limits(self, guest: Person) -> None:
        assert guest.post("/feedback", faq_id=PUBLIC, helpful=True, comment="").status_code == 201
        assert guest.post("/feedback", faq_id=PUBLIC, helpful=True, comment="가" * 1000).status_code == 201
        refused(
            guest.post("/feedback", faq_id=PUBLIC, helpful=True, comment="가" * 1001), 400, "text_too_long"
        )

    def test_personal_data_is_masked(self, guest: Person) -> None:
        response = guest.post(
            "/feedback", faq_id=PUBLIC, helpful=False, comment="hong@example.com 으로 답 주세요"
        )
        assert "hong@example.com" not in response.text

    def test_hidden_and_missing_entries_are_alike(self, guest: Person) -> None:
        hidden = guest.post("/feedback", faq_id=HIDDEN, helpful=True)
        refused(hidden, 404, "not_found")
        assert hidden.text == guest.post("/feedback", faq_id="no-such-entry", helpful=True).text

    def test_wrong_types(self, guest: Person) -> None:
        for helpful in ("true", 1, 0, None, [], "yes"):
            refused(guest.post("/feedback", faq_id=PUBLIC, helpful=helpful), 400, "invalid_field")
        for comment in (1, None, [], {}):
            refused(
                guest.post("/feedback", faq_id=PUBLIC, helpful=True, comment=comment), 400, "invalid_field"
            )
        for faq_id in (1, None, [], {}, True):
            assert guest.post("/feedback", faq_id=faq_id, helpful=True).status_code in (400, 404)


class TestShares:
    def test_a_link_opens_for_those_who_may_see_it(self, site: Site, guest: Person, member: Person) -> None:
        made = member.post("/shares", faq_id=HIDDEN)
        assert made.status_code == 201
        token, url = made.json()["token"], made.json()["url"]
        assert url == f"{site.url}/s/{token}"
        assert HIDDEN not in url
        assert site.member().get(f"/shares/{token}")["id"] == HIDDEN
        hidden = guest.http.get(f"/shares/{token}")
        refused(hidden, 404, "not_found")
        assert hidden.text == guest.http.get("/shares/no-such-token").text

    def test_a_guests_link_opens_for_everybody(self, site: Site, guest: Person) -> None:
        token = guest.post("/shares", faq_id=PUBLIC).json()["token"]
        for other in (guest, site.guest(), site.member()):
            assert other.get(f"/shares/{token}")["id"] == PUBLIC

    def test_a_guest_cannot_share_what_it_cannot_see(self, guest: Person) -> None:
        hidden = guest.post("/shares", faq_id=HIDDEN)
        refused(hidden, 404, "not_found")
        assert hidden.text == guest.post("/shares", faq_id="no-such-entry").text

    def test_the_page_of_a_link_tells_nothing(self, site: Site, member: Person) -> None:
        token = member.post("/shares", faq_id=HIDDEN).json()["token"]
        page, nowhere = web.get(f"{site.url}/s/{token}"), web.get(f"{site.url}/s/xxxx")
        assert page.status_code == nowhere.status_code == 200
        assert page.text.replace(token, "") == nowhere.text.replace("xxxx", "")
        member_title = member.get(f"/faq/{HIDDEN}")["title"]
        assert member_title not in page.text and HIDDEN not in page.text

    def test_odd_tokens(self, site: Site, member: Person) -> None:
        for odd in ("x" * 5000, "%00", "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "토큰", "%ff", "..%2f"):
            refused(member.http.get(f"/shares/{odd}"), 404, "not_found")
            page = web.get(f"{site.url}/s/{odd}")
            assert page.status_code in (200, 404, 414)
            assert "<script>alert" not in page.text

    def test_the_address_in_links_can_be_set(self, portal: Site) -> None:
        made = person(portal, signed()).post("/shares", faq_id=HIDDEN).json()
        assert made["url"] == f"https://elbi.example/s/{made['token']}"
