"""Suggestions, lists, entries, Best, Updated, help."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest

from tests.api.support import entries, ids_for, refused, signed
from tests.api.support import person as opened
from tests.site import Person, Site

CATEGORIES = {
    "signup_login": "회원가입/로그인",
    "company_profile": "회사/개인 정보관리",
    "quote_contract": "견적 및 계약",
    "inspection_payment": "검수/대금지급",
    "bond_performance": "보증보험/실적증명",
    "security_training": "보안/교육",
    "general": "기타",
}


def ids(found: dict[str, Any], name: str = "items") -> list[str]:
    return [item["id"] for item in found[name]]


def suggested(person: Person, typed: str) -> list[str]:
    found = person.get("/suggestions", q=typed)["suggestions"]
    assert all(set(each) == {"id", "title"} for each in found)
    assert len(found) <= 8
    return ids({"items": found})


class TestSuggestions:
    @pytest.mark.parametrize(
        ("typed", "wanted"),
        [
            ("가입방", "signup-how"),
            ("ㅎㅇㄱㅇ", "signup-how"),  # 회원가입 by its first consonants
            ("회원가이", "signup-how"),  # the last syllable still being typed
            ("회원갑", "signup-how"),
            ("회원ㄱ", "signup-how"),
            ("외국", "signup-foreigner"),
            ("외구", "signup-foreigner"),
            ("ㅇㄱㅇ", "signup-foreigner"),
            ("휴대폰 인", "phone-verification-failed"),
            ("휴대폰인즈", "phone-verification-failed"),
            ("ㅎㄷㅍ", "phone-verification-failed"),
            ("상생결", "bank-designated-four"),
            ("상생겨", "bank-designated-four"),
            ("아이피", "ipin-verification"),
            ("비번", "find-id-password"),
        ],
    )
    def test_guest(self, guest: Person, typed: str, wanted: str) -> None:
        assert wanted in suggested(guest, typed)

    @pytest.mark.parametrize(
        ("typed", "wanted"),
        [
            ("계약체", "contract-signing-how"),
            ("계약처", "contract-signing-how"),
            ("ㄱㅇㅊㄱ", "contract-signing-how"),
            ("견적서 양", "quote-form-download"),
            ("세금계산서 바", "tax-invoice-issue"),
            ("ㅅㄱㄱㅅㅅ", "tax-invoice-issue"),
            ("이력ㅅ", "resume-edit"),
            ("보증보험 신", "bond-apply"),
            ("교육신처", "training-apply"),
            ("서약", "security-pledge-write"),
        ],
    )
    def test_member(self, member: Person, typed: str, wanted: str) -> None:
        assert wanted in suggested(member, typed)

    def test_from_the_first_syllable(self, member: Person) -> None:
        for typed in ("계", "견", "검", "보", "교", "가"):
            assert suggested(member, typed)

    def test_nothing_typed_suggests_nothing(self, member: Person) -> None:
        for typed in ("", " ", "\t", "!!", "😀"):
            assert suggested(member, typed) == []
        assert member.get("/suggestions") == {"suggestions": []}

    def test_guests_are_suggested_guest_entries_only(self, guest: Person) -> None:
        public = set(ids_for("guest"))
        for typed in (
            "계",
            "견적",
            "ㄱㅇ",
            "ㄱㅈ",
            "대금",
            "교육",
            "ㄱㅇㅊㄱ",
            "세금",
            "보증",
            "ㅂㅈ",
            "검수",
            "r",
            "rPdir",
        ):
            assert set(suggested(guest, typed)) <= public

    def test_odd_typing_breaks_nothing(self, member: Person) -> None:
        for typed in (
            "ㅏ",
            "ㄱ" * 500,
            "가" * 500,
            "\x00계약",
            "%_",
            "' OR 1=1",
            "[",
            "(",
            "\\",
            "𝕳",
            "👩‍👩‍👧",
            "<b>",
        ):
            suggested(member, typed)


class TestList:
    def test_everything_by_pages(self, member: Person) -> None:
        first = member.get("/faq")
        assert first["total"] == len(entries())
        assert (first["page"], first["pages"]) == (1, -(-len(entries()) // 20))
        seen = [each for page in range(1, first["pages"] + 1) for each in ids(member.get("/faq", page=page))]
        assert sorted(seen) == sorted(entries())

    def test_past_the_last_page(self, member: Person) -> None:
        found = member.get("/faq", page=1000)
        assert found["items"] == []
        assert found["total"] == len(entries())

    def test_contracts_are_twenty_and_trainings_six(self, member: Person) -> None:
        contracts = member.get("/faq", q="계약")
        assert (contracts["total"], contracts["pages"], len(contracts["items"])) == (20, 1, 20)
        assert member.get("/faq", q="교육")["total"] == 6

    def test_it_lists_what_the_reply_counted(self, member: Person) -> None:
        for text in ("계약", "교육", "세금계산서", "견적", "검수"):
            reply = member.ask(text)
            found = member.get("/faq", q=text)
            assert reply["total"] == found["total"]
            assert ids(reply) == ids(found)[:5]

    @pytest.mark.parametrize("category", CATEGORIES)
    def test_by_category(self, member: Person, category: str) -> None:
        found = member.get("/faq", category=category)
        assert found["total"] == sum(entry["category"] == category for entry in entries().values())
        assert {item["category"] for item in found["items"]} == {category}

    def test_query_and_category_together(self, member: Person) -> None:
        everything = member.get("/faq", q="세금계산서")
        for part in everything["categories"]:
            found = member.get("/faq", q="세금계산서", category=part["category"])
            assert found["total"] == part["total"]
            assert found["categories"] == everything["categories"]  # so that another one can be chosen
        assert sum(part["total"] for part in everything["categories"]) == everything["total"]

    def test_categories_with_their_labels(self, member: Person) -> None:
        found = member.get("/faq")["categories"]
        assert {part["category"]: part["label"] for part in found} == CATEGORIES

    def test_guests_see_guest_entries_only(self, guest: Person) -> None:
        first = guest.get("/faq")
        assert first["total"] == len(ids_for("guest"))
        seen = [each for page in range(1, first["pages"] + 1) for each in ids(guest.get("/faq", page=page))]
        assert sorted(seen) == sorted(ids_for("guest"))
        assert guest.get("/faq", q="계약")["total"] == 0
        with_guest_entries = {
            entry["category"] for entry in entries().values() if entry["audience"] == "guest"
        }
        assert {part["category"] for part in first["categories"]} == with_guest_entries

    def test_nothing_found(self, member: Person) -> None:
        found = member.get("/faq", q="우주왕복선 발사대 임대")
        assert (found["total"], found["items"], found["page"], found["pages"]) == (0, [], 1, 1)

    def test_wrong_values(self, member: Person) -> None:
        for query in (
            {"page": "0"}, {"page": "-1"}, {"page": "x"}, {"page": "1.0"}, {"page": "9" * 40}, {"category": "x"},
            {"category": "계약"},
        ):  # fmt: skip
            refused(member.http.get("/faq", params=query), 400, "invalid_field")
        refused(member.http.get("/faq", params={"q": "가" * 501}), 400, "text_too_long")


class TestEntry:
    def test_every_entry_of_the_files_opens_as_written(self, member: Person) -> None:
        for entry_id, written in entries().items():
            entry = member.get(f"/faq/{entry_id}")
            assert (entry["id"], entry["title"], entry["category"]) == (
                entry_id,
                written["title"],
                written["category"],
            )
            assert entry["markdown"].strip() == written["answer"].strip()
            assert entry["updated"] == str(written["updated"])
            assert set(ids(entry, "related")) == set(written.get("related", ()))
            html = entry["html"]
            assert "<script" not in html and "<img" not in html and "javascript:" not in html

    def test_guests_find_only_guest_entries_and_only_those_as_related(self, guest: Person) -> None:
        public = set(ids_for("guest"))
        for entry_id in public:
            assert set(ids(guest.get(f"/faq/{entry_id}"), "related")) <= public

    def test_one_of_another_audience_is_as_if_it_were_not_there(self, guest: Person) -> None:
        hidden = guest.http.get(f"/faq/{ids_for('member')[0]}")
        missing = guest.http.get("/faq/no-such-entry")
        refused(hidden, 404, "not_found")
        assert hidden.text == missing.text
        assert {k: v for k, v in hidden.headers.items() if k != "date"} == {
            k: v for k, v in missing.headers.items() if k != "date"
        }

    def test_odd_ids(self, member: Person) -> None:
        for odd in (
            "x",
            "%00",
            "..%2f..%2fetc%2fpasswd",
            "계약",
            "a" * 2000,
            "contract-status%20",
            "CONTRACT-STATUS",
            "%ff",
        ):
            response = member.http.get(f"/faq/{odd}")
            refused(response, 404, "not_found")


class TestBest:
    def test_start(self, guest: Person, member: Person) -> None:
        for person, public in ((guest, set(ids_for("guest"))), (member, set(entries()))):
            found = person.get("/best")
            assert len(found["items"]) == 5
            assert set(ids(found)) <= public
            assert person.ask("베스트 질의")["items"] == found["items"]

    @pytest.mark.parametrize(("mode", "entry_id"), [("guest", "loan-shinhan"), ("member", "contract-number")])
    def test_what_distinct_visitors_open_rises_for_their_kind_alone(
        self, portal: Site, mode: str, entry_id: str
    ) -> None:
        other = "member" if mode == "guest" else "guest"
        assert entry_id not in best(portal, mode) + best(portal, other)
        for _ in range(6):
            visitor(portal, mode).get(f"/faq/{entry_id}")
        time.sleep(2.5)  # Best may be a little old
        assert best(portal, mode)[0] == entry_id
        assert entry_id not in best(portal, other)
        assert len(best(portal, mode)) == len(best(portal, other)) == 5

    def test_a_guest_entry_members_open_does_not_rise_for_guests(self, portal: Site) -> None:
        for _ in range(5):
            visitor(portal, "member").get("/faq/loan-ibk")
        time.sleep(2.5)
        assert "loan-ibk" in best(portal, "member")
        assert "loan-ibk" not in best(portal, "guest")

    def test_one_visitor_opening_often_counts_once(self, portal: Site) -> None:
        eager = visitor(portal, "guest")
        for _ in range(12):
            eager.get("/faq/loan-hana")
        for _ in range(3):
            visitor(portal, "guest").get("/faq/loan-woori")
        time.sleep(2.5)
        found = best(portal, "guest")
        assert "loan-woori" in found
        assert "loan-hana" not in found or found.index("loan-woori") < found.index("loan-hana")

    def test_an_answer_shown_in_the_chat_is_an_opening(self, portal: Site) -> None:
        for _ in range(4):
            reply = visitor(portal, "guest").ask("가입 안내 메일 제목")
            assert reply["faq"]["id"] == "guide-mail-subject"
        time.sleep(2.5)
        assert "guide-mail-subject" in best(portal, "guest")


def visitor(portal: Site, mode: str) -> Person:
    """A visitor never seen before."""
    return opened(portal, signed() if mode == "member" else None)


def best(portal: Site, mode: str) -> list[str]:
    return ids(visitor(portal, mode).get("/best"))


class TestUpdated:
    @pytest.mark.parametrize("mode", ["guest", "member"])
    def test_the_five_newest_this_visitor_may_see(self, site: Site, mode: str) -> None:
        person = site.guest() if mode == "guest" else site.member()
        visible = [entry for entry in entries().values() if mode == "member" or entry["audience"] == "guest"]
        found = person.get("/updated")["items"]
        dates = [datetime.date.fromisoformat(item["updated"]) for item in found]
        assert dates == sorted((entry["updated"] for entry in visible), reverse=True)[:5]
        assert all(entries()[item["id"]]["updated"] == date for item, date in zip(found, dates, strict=True))
        assert person.ask("신규 콘텐츠")["items"] == found


class TestHelp:
    def test_one_topic_for_each_category(self, guest: Person, member: Person) -> None:
        for person in (guest, member):
            found = person.get("/help")
            assert {topic["category"]: topic["label"] for topic in found["topics"]} == CATEGORIES
            assert found["text"]
            assert all(topic["covers"] for topic in found["topics"])
            assert person.ask("도움말")["topics"] == found["topics"]

    def test_open_topics_have_examples_that_are_answered(self, guest: Person, member: Person) -> None:
        for person in (guest, member):
            for topic in person.get("/help")["topics"]:
                for example in topic["examples"] if topic["open"] else ():
                    assert person.ask(example["send"])["kind"] in ("faq", "faq_list"), example

    def test_what_is_open(self, guest: Person, member: Person) -> None:
        assert all(topic["open"] and topic["total"] > 0 for topic in member.get("/help")["topics"])
        topics = guest.get("/help")["topics"]
        assert [topic["category"] for topic in topics if topic["open"]] == ["signup_login"]
        assert all("total" not in topic for topic in topics if not topic["open"])
