"""Laws of the review queue, on every database: what gets in, what is one item, who may change what when."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DatabaseError

from bot.errors import Forbidden, InvalidRequest, NotFound, RequestError, Stale, StoreUnavailable
from bot.review.model import Draft
from bot.store import engagement, items, log, questions
from bot.store.database import Database
from bot.store.schema_review import item as item_table
from tests.contracts.desk import ALIKE, ASKED, Office, entry, office
from tests.contracts.people import answered, ask, claim, count, guest, member

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Office:
    return office(database, tmp_path)


def expire(desk: Office, item_id: int) -> None:
    with desk.database.write() as connection:
        then = time.time() - 1
        connection.execute(update(item_table).where(item_table.c.id == item_id).values(claimed_until=then))


# what gets in ---------------------------------------------------------------------------------------------------------


def test_questions_that_say_the_same_are_one_item_with_every_asker(desk: Office) -> None:
    people = [member(desk.database, f"p:{number}", company=f"{number}사").visitor.id for number in range(3)]
    for person, words in zip(people, (ASKED, ALIKE, "구내식당 식권은 어디서 파나요?"), strict=True):
        desk.ask(person, words)
    item = desk.item()
    assert (item.text, item.askers, item.times, item.reason, item.state) == (ASKED, 3, 3, "asked", "new")
    opened = desk.queue.open(desk.by(), item.id)
    assert {each.visitor_id for each in opened.questions} == set(people)
    assert {each.company for each in opened.questions} == {"0사", "1사", "2사"}
    desk.ask(people[0], "주차권은 어디서 받나요")
    assert len(desk.items()) == 2


def test_one_vendor_asking_forty_times_is_one_asker_and_one_row(desk: Office) -> None:
    vendor = guest(desk.database).visitor.id
    ids = {desk.ask(vendor, ASKED + "?" * (number % 3)) for number in range(40)}
    item = desk.item()
    assert (item.askers, item.times) == (1, 40)
    assert len(ids) == 1
    assert count(desk.database, "question") == 1
    for number in range(40):  # nor do other words for it make more than a few rows
        desk.ask(vendor, f"{ALIKE} {number}번째")
    assert (desk.item().askers, desk.item().times) == (1, 80)
    assert count(desk.database, "question") <= 6


def test_reasons_are_kept_apart_and_explicit_ones_come_first(desk: Office) -> None:
    person = guest(desk.database).visitor.id
    for words, reason in [
        ("주차권 발급", "unopened"),
        ("와이파이 비밀번호", "no_answer"),
        ("노트북 반입", "unhelpful"),
        ("출입증 반납", "comment"),
        (ASKED, "asked"),
    ]:
        desk.ask(person, words, reason)
    order = ["asked", "comment", "unhelpful", "no_answer", "unopened"]
    assert [each.reason for each in desk.items()] == order
    for reason in order:
        assert [each.reason for each in desk.items(reasons=(reason,))] == [reason]
    desk.ask(person, "주차권 발급", "asked")  # the most explicit reason of an item is the item's
    assert [each.text for each in desk.items(reasons=("unopened",))] == ["주차권 발급"]
    assert [each.reason for each in desk.items()][:2] == ["asked", "asked"]


def test_a_thumbs_down_brings_back_the_question_the_entry_was_shown_for(desk: Office) -> None:
    opened = member(desk.database)
    turn = answered(desk.database, opened.conversation_id, "계약이 어디까지 갔죠")
    with desk.database.write() as connection:
        connection.execute(text("UPDATE turn SET faq_id = 'contract-status'"))
        thumb = ("contract-status", "계약 상태 확인", "quote_contract")
        desk.intake.thumb_down(connection, opened.visitor.id, *thumb, "")
        desk.intake.thumb_down(
            connection,
            opened.visitor.id,
            "quote-submit",
            "견적제출 방법",
            "quote_contract",
            "옛날 화면이에요",
        )
    found = {each.reason: each for each in desk.items()}
    assert found["unhelpful"].text == "계약이 어디까지 갔죠"
    assert found["comment"].text == "견적제출 방법"
    asked = desk.queue.open(desk.by(), found["comment"].id).questions[0]
    assert (asked.comment, asked.about) == ("옛날 화면이에요", "quote-submit")
    shown = desk.queue.open(desk.by(), found["unhelpful"].id).questions[0]
    assert [each["this"] for each in shown.turns] == [True]
    assert turn.text == "계약이 어디까지 갔죠"


def listed(desk: Office, conversation_id: str, words: str) -> None:
    ask(desk.database, conversation_id, words)
    work = claim(desk.database, conversation_id)
    reply = {
        "kind": "faq_list",
        "query": words,
        "total": 2,
        "items": [{"id": "contract-status"}],
        "more": False,
    }
    from bot.store import turns

    with desk.database.write() as connection:
        turns.finish(connection, work, [reply], outcome="faq_list", state={}, intent="quote_contract")


def judge(desk: Office, after_seconds: float = 600) -> int:
    with desk.database.write() as connection:
        return desk.intake.judge_lists(connection, after_seconds)


def test_a_list_nothing_was_opened_of_is_known_at_the_next_question(desk: Office) -> None:
    opened = member(desk.database)
    listed(desk, opened.conversation_id, "계약 서류 양식")
    assert judge(desk) == 0  # they may still be reading
    answered(desk.database, opened.conversation_id, "다른 질문")
    assert judge(desk) == 1
    assert judge(desk) == 0
    item = desk.item()
    assert (item.reason, item.text, item.category) == ("unopened", "계약 서류 양식", "quote_contract")


def test_a_list_nothing_was_opened_of_is_known_after_some_time(desk: Office) -> None:
    opened = member(desk.database)
    listed(desk, opened.conversation_id, "계약 서류 양식")
    assert judge(desk, after_seconds=-1) == 1


def test_a_list_of_which_one_was_opened_is_answered(desk: Office) -> None:
    opened = member(desk.database)
    listed(desk, opened.conversation_id, "계약 서류 양식")
    with desk.database.write() as connection:
        engagement.opened(connection, opened.visitor, "contract-status")
    answered(desk.database, opened.conversation_id, "다른 질문")
    assert judge(desk) == 0
    assert desk.items() == []


def test_questions_from_before_there_were_items_get_theirs(desk: Office) -> None:
    person = guest(desk.database).visitor.id
    with desk.database.write() as connection:
        for words in (ASKED, ALIKE):
            questions.put(connection, person, words, "asked")
        assert desk.intake.adopt(connection) == 2
        assert desk.intake.adopt(connection) == 0
    assert desk.item().times == 2


def test_equal_questions_at_once_are_one_item(desk: Office) -> None:
    people = [guest(desk.database).visitor.id for _ in range(8)]
    assert not race([lambda person=person: desk.ask(person) for person in people])
    assert desk.item().askers == 8


# opening, listing -----------------------------------------------------------------------------------------------------


def test_an_item_shows_candidates_turns_and_a_beginning(desk: Office) -> None:
    opened = member(desk.database, company="하나(주)")
    for words in ("안녕하세요", "계약 진행상태"):
        answered(desk.database, opened.conversation_id, words)
    desk.ask(opened.visitor.id, "계약 상태를 메일로 받고 싶어요", category="quote_contract")
    view = desk.queue.open(desk.by(), desk.item().id)
    assert view.candidates[0]["id"] == "contract-status"
    assert {"title", "score", "audience"} <= view.candidates[0].keys()
    assert [turn["text"] for turn in view.questions[0].turns] == ["안녕하세요", "계약 진행상태"]
    assert view.suggested.category == "quote_contract"
    assert view.suggested.questions == ("계약 상태를 메일로 받고 싶어요",)
    assert view.suggested.id == f"quote-contract-q{view.item.id}"
    assert [each.action for each in view.history] == ["new"]
    assert "publish" in view.actions
    assert "publish" not in desk.queue.open(desk.by("editor"), view.item.id).actions
    with pytest.raises(NotFound):
        desk.queue.open(desk.by(), 999)


def test_filters_search_sort_and_counts(desk: Office) -> None:
    first, second = (guest(desk.database).visitor.id for _ in range(2))
    desk.ask(first, "주차권 100% 할인", category="general")
    desk.ask(first, ASKED)
    desk.ask(second, ASKED)
    desk.ask(first, "출입증 반납", "no_answer")
    item = desk.item(text="식권")
    desk.queue.claim(desk.by(), item.id, item.version)
    assert [each.id for each in desk.items(mine=desk.by().id)] == [item.id]
    assert [each.id for each in desk.items(states=("assigned",))] == [item.id]
    assert [each.text for each in desk.items(category="general")] == ["주차권 100% 할인"]
    assert [each.text for each in desk.items(text="100%")] == ["주차권 100% 할인"]
    assert desk.items(text="1_0") == []
    assert [each.id for each in desk.items(text=f"#{item.id}")] == [item.id]
    assert desk.items(order="askers")[0].id == item.id
    assert desk.items(older_than=3600) == []
    assert len(desk.items(newer_than=3600)) == 3
    counts = desk.queue.counts(desk.by())
    assert (counts["open"], counts["new"], counts["assigned"], counts["mine"], counts["overdue"]) == (
        3,
        2,
        1,
        1,
        0,
    )
    page = desk.queue.list(desk.by(), items.Query(size=2, page=9))
    assert (page.total, page.pages, page.page, len(page.items)) == (3, 2, 2, 1)


# working --------------------------------------------------------------------------------------------------------------


def test_two_people_answer_the_same_item(desk: Office) -> None:
    desk.ask(guest(desk.database).visitor.id)
    kim, lee = desk.by("editor", "김"), desk.by("publisher", "이")
    item = desk.queue.claim(kim, desk.item().id, 1)
    assert (item.state, item.assignee) == ("assigned", "김")
    for change in (
        lambda: desk.queue.claim(lee, item.id, item.version),
        lambda: desk.queue.save_draft(lee, item.id, item.version, Draft("entry", entry())),
        lambda: desk.queue.publish(lee, item.id, item.version, Draft("entry", entry())),
        lambda: desk.queue.hold(lee, item.id, item.version, "나중에"),
    ):
        with pytest.raises(Stale) as refused:
            change()
        assert refused.value.difference["by"] == "김"
        assert refused.value.status == 409
    expire(desk, item.id)
    assert desk.queue.claim(lee, item.id, item.version).assignee == "이"


def test_a_stale_tab_is_shown_the_difference(desk: Office) -> None:
    desk.ask(guest(desk.database).visitor.id)
    kim = desk.by("editor", "김")
    item = desk.queue.save_draft(kim, desk.item().id, 1, Draft("entry", entry(title="먼저 쓴 제목")))
    assert item.state == "drafted"
    with pytest.raises(Stale) as refused:
        desk.queue.save_draft(kim, item.id, 1, Draft("entry", entry(title="옛 창의 제목")))
    difference = refused.value.difference
    assert difference["version"] == 2
    assert {"field": "title", "before": "먼저 쓴 제목", "after": "옛 창의 제목"} in difference["fields"]
    assert desk.item().draft["fields"]["title"] == "먼저 쓴 제목"


def test_of_fifty_racing_writers_one_wins_each_time(desk: Office) -> None:
    desk.ask(guest(desk.database).visitor.id)
    people = [desk.by("editor", f"{number}") for number in range(5)]
    item_id = desk.item().id
    failed = race(
        [lambda number=number: desk.queue.claim(people[number % 5], item_id, 1) for number in range(50)]
    )
    assert len(failed) == 49
    assert all(isinstance(error, Stale) for error in failed), failed
    assert desk.item().version == 2
    with desk.database.read() as connection:
        done, _ = log.rows(connection, action="claim")
    assert len(done) == 1


def test_hold_reject_reopen_release(desk: Office) -> None:
    person = member(desk.database).visitor.id
    desk.ask(person)
    who, item = desk.by(), desk.item()
    item = desk.queue.claim(who, item.id, item.version)
    item = desk.queue.release(who, item.id, item.version)
    assert (item.state, item.assignee_id) == ("new", None)
    with pytest.raises(InvalidRequest):
        desk.queue.hold(who, item.id, item.version, "  ")
    item = desk.queue.hold(who, item.id, item.version, "총무팀에 확인 중")
    assert (item.state, item.note) == ("held", "총무팀에 확인 중")
    item = desk.queue.reject(who, item.id, item.version, "업무와 관계없음")
    assert (item.state, desk.mine(person)[0].state) == ("rejected", "rejected")
    with pytest.raises(InvalidRequest):
        desk.queue.claim(who, item.id, item.version)
    item = desk.queue.reopen(who, item.id, item.version)
    assert (item.state, desk.mine(person)[0].state) == ("reopened", "reopened")
    with desk.database.read() as connection:
        rows, total = log.rows(connection, item_id=item.id)
    assert total == 6
    assert [row.action for row in rows] == ["reopen", "reject", "hold", "release", "claim", "new"]
    assert rows[1].detail["note"] == "업무와 관계없음"


def test_what_was_rejected_does_not_come_back_by_itself_but_by_hand(desk: Office) -> None:
    desk.ask(guest(desk.database).visitor.id, "오늘 날씨 어때요", "no_answer")
    item = desk.item()
    desk.queue.reject(desk.by(), item.id, item.version, "업무와 관계없음")
    desk.ask(guest(desk.database).visitor.id, "오늘 날씨 어때요", "no_answer")
    assert desk.items() == []
    desk.ask(guest(desk.database).visitor.id, "오늘 날씨 어때요", "asked")
    assert desk.item().id != item.id


def test_a_duplicate_lends_its_askers(desk: Office) -> None:
    one, two = (member(desk.database, f"p:{number}").visitor.id for number in range(2))
    desk.ask(one, ASKED)
    desk.ask(two, "점심은 어디서 먹나요")
    first, second = desk.item(text="식권"), desk.item(text="점심")
    for target in (second.id, 999):
        with pytest.raises(InvalidRequest):
            desk.queue.duplicate(desk.by(), second.id, second.version, target)
    second = desk.queue.duplicate(desk.by(), second.id, second.version, first.id)
    assert (second.state, second.duplicate_of) == ("duplicate-of", first.id)
    first = desk.item()
    assert first.askers == 2
    assert desk.mine(two)[0].state == "duplicate-of"
    desk.ask(two, "점심은 어디서 먹나요?")  # asked again it goes to the item it stands for
    assert desk.item().times == 3
    with pytest.raises(InvalidRequest):  # no chain, no ring
        desk.queue.duplicate(desk.by(), first.id, first.version, second.id)
    done = desk.queue.publish(desk.by(), first.id, first.version, Draft("entry", entry()))
    assert done.told == 2
    assert [each.state for each in desk.mine(two)] == ["published"] * len(desk.mine(two))
    assert desk.mine(two)[0].faq_id == "cafeteria-ticket"


def test_many_at_once_report_one_by_one(desk: Office) -> None:
    person = guest(desk.database).visitor.id
    for words in ("주차권 발급", ASKED, "출입증 반납"):
        desk.ask(person, words)
    first, second, third = desk.items()
    desk.queue.claim(desk.by("editor", "다른 사람"), second.id, second.version)
    results = desk.queue.bulk(
        desk.by(), "reject", [(first.id, 1), (second.id, 1), (third.id, 1), (99, 1)], note="정리"
    )
    assert [each.done for each in results] == [True, False, True, False]
    assert all(each.message for each in results if not each.done)
    with pytest.raises(InvalidRequest):
        desk.queue.bulk(desk.by(), "publish", [(first.id, 2)])


CALLS = {
    "list": ("see", lambda desk, who: desk.queue.list(who, items.Query())),
    "open": ("see", lambda desk, who: desk.queue.open(who, 1)),
    "claim": ("claim", lambda desk, who: desk.queue.claim(who, 1, 1)),
    "release": ("claim", lambda desk, who: desk.queue.release(who, 1, 1)),
    "save_draft": ("draft", lambda desk, who: desk.queue.save_draft(who, 1, 1, Draft("entry", entry()))),
    "hold": ("hold", lambda desk, who: desk.queue.hold(who, 1, 1, "x")),
    "duplicate": ("duplicate", lambda desk, who: desk.queue.duplicate(who, 1, 1, 2)),
    "reopen": ("reopen", lambda desk, who: desk.queue.reopen(who, 1, 1)),
    "reject": ("reject", lambda desk, who: desk.queue.reject(who, 1, 1, "x")),
    "bulk": ("reject", lambda desk, who: desk.queue.bulk(who, "reject", [(1, 1)], note="x")),
    "publish": ("publish", lambda desk, who: desk.queue.publish(who, 1, 1, Draft("entry", entry()))),
    "add_phrasing": ("publish", lambda desk, who: desk.queue.add_phrasing(who, 1, 1, "contract-status")),
    "create": ("edit_faq", lambda desk, who: desk.editor.create(who, entry())),
    "save": ("edit_faq", lambda desk, who: desk.editor.save(who, entry(), "")),
    "delete": ("edit_faq", lambda desk, who: desk.editor.delete(who, "contract-status", "")),
    "restore": ("edit_faq", lambda desk, who: desk.editor.restore(who, "contract-status", 1, "")),
    "export": ("export", lambda desk, who: desk.reports.export(who, items.Query(), "검토", "csv")),
    "history": ("see", lambda desk, who: desk.reports.history(who)),
    "accounts": ("staff", lambda desk, who: desk.people.accounts(who)),
    "person": ("person", lambda desk, who: desk.people.find(who, "x")),
}


@pytest.mark.parametrize("name", CALLS)
def test_every_call_asks_for_the_role(desk: Office, name: str) -> None:
    from bot.review.roles import ALLOWED

    needed, call = CALLS[name]
    for role in ALLOWED:
        who = desk.by(role)
        if needed in ALLOWED[role]:
            try:
                call(desk, who)
            except Forbidden:
                pytest.fail(f"{role} may {needed}")
            except RequestError:
                pass  # there is no such item: that comes after
        else:
            with pytest.raises(Forbidden):
                call(desk, who)


def test_the_history_cannot_be_rewritten(desk: Office) -> None:
    desk.ask(guest(desk.database).visitor.id)
    for statement in ("UPDATE history SET name = 'x'", "DELETE FROM history"):
        with pytest.raises((StoreUnavailable, DatabaseError)), desk.database.write() as connection:
            connection.execute(text(statement))
    assert count(desk.database, "history") == 1


def race(calls: list) -> list[Exception]:
    """Does everything at once; what was raised."""
    failed: list[Exception] = []
    start = threading.Barrier(len(calls))

    def run(call) -> None:
        start.wait()
        try:
            call()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


def test_what_comes_next_and_what_may_be_the_same(desk: Office) -> None:
    one, two, three, four = (
        "회의실 예약은 어디서 하나요",
        "창고 예약은 어디서 하나요",
        "우산 반납은 언제까지인가요",
        "셔틀버스 시간표",
    )
    for number, words in enumerate((one, two, three, four)):
        desk.ask(member(desk.database, f"p:{number}").visitor.id, words)
    items_by = {each.text: each for each in desk.items()}
    assert len(items_by) == 4
    opened = desk.queue.open(desk.by(), items_by[one].id)
    assert [each.text for each in opened.similar] == [two]
    kim, lee = desk.by("editor", "김"), desk.by("editor", "이")
    desk.queue.claim(lee, items_by[two].id, 1)
    desk.queue.hold(kim, items_by[three].id, 1, "나중에")
    assert (
        desk.queue.next(kim, items_by[one].id).text == four
    )  # what another has and what is put aside is passed over
    assert desk.queue.next(lee, items_by[one].id).text in (two, four)
    assert desk.queue.next(kim, items_by[four].id).text == one  # and round again
    assert desk.queue.next(kim).text == one
    desk.queue.hold(kim, items_by[four].id, 1, "나중에")
    assert desk.queue.next(kim, items_by[one].id) is None
