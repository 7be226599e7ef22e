"""Laws of the review queue, on every database."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, update

from bot.errors import Conflict, StoreUnavailable
from bot.store import questions, visitors
from bot.store.database import Database
from bot.store.schema import question, turn
from bot.visitor import Visitor
from tests.contracts.people import ask, guest, member

pytestmark = pytest.mark.timeout(60)


def _put(database: Database, visitor_id: str, text: str, reason: str = "asked", **details) -> str:
    with database.write() as connection:
        return questions.put(connection, visitor_id, text, reason, **details)


def _asked_at(database: Database, question_id: str, when: float) -> None:
    with database.write() as connection:
        connection.execute(update(question).where(question.c.id == question_id).values(asked_at=when))


def test_a_question_keeps_all_that_staff_need(database: Database) -> None:
    opened = member(database, company="서비스(주)")
    asked = ask(database, opened.conversation_id, "계약 😀")
    candidates = [{"id": "contract-status", "title": "계약 상태", "score": 0.51}]
    context = ({"text": "안녕", "outcome": "text"},)
    identifier = _put(
        database,
        opened.visitor.id,
        "계약 😀",
        "no_answer",
        turn_id=asked.id,
        category="quote_contract",
        about="contract-status",
        candidates=candidates,
        context=context,
    )
    with database.read() as connection:
        (found,) = questions.waiting(connection)
    assert found.id == identifier
    assert (found.text, found.reason, found.state) == ("계약 😀", "no_answer", "new")
    assert (found.category, found.about) == ("quote_contract", "contract-status")
    assert found.candidates == candidates
    assert found.context == list(context)
    assert (found.mode, found.company) == ("member", "서비스(주)")
    assert found.asked_at == pytest.approx(time.time(), abs=30)


def test_those_sent_by_hand_wait_in_front_and_the_oldest_first(database: Database) -> None:
    visitor = guest(database).visitor.id
    now = time.time()
    for text, reason, age in [
        ("손으로 2", "asked", 10),
        ("없음 1", "no_answer", 40),
        ("손으로 1", "asked", 20),
        ("오류 2", "failed", 30),
    ]:
        _asked_at(database, _put(database, visitor, text, reason), now - age)
    with database.read() as connection:
        assert [each.text for each in questions.waiting(connection)] == [
            "손으로 1",
            "손으로 2",
            "없음 1",
            "오류 2",
        ]
        assert len(questions.waiting(connection, limit=3)) == 3


def test_my_questions_are_mine_those_i_sent_and_newest_first(database: Database) -> None:
    mine, other = guest(database).visitor.id, guest(database).visitor.id
    now = time.time()
    for age, text in enumerate(["셋", "둘", "하나"]):
        _asked_at(database, _put(database, mine, text), now - age)
    _put(database, mine, "답변 없음", "no_answer")
    _put(database, other, "남의 질문")
    with database.read() as connection:
        assert [each.text for each in questions.asked_by(connection, mine)] == ["셋", "둘", "하나"]
        assert [each.text for each in questions.asked_by(connection, mine, limit=1)] == ["셋"]


def test_the_same_client_id_again_is_no_second_question(database: Database) -> None:
    mine, other = guest(database).visitor.id, guest(database).visitor.id
    client_id = str(uuid.uuid4())
    first = _put(database, mine, "계약", client_id=client_id)
    assert _put(database, mine, "계약", client_id=client_id) == first
    assert _put(database, other, "계약", client_id=client_id) != first
    for changed in ({"text": "검수"}, {"about": "contract-status"}):
        with pytest.raises(Conflict):
            _put(database, mine, **{"text": "계약", "client_id": client_id, **changed})
    with database.read() as connection:
        assert [each.text for each in questions.asked_by(connection, mine)] == ["계약"]


def test_one_client_id_many_times_at_once(database: Database) -> None:
    mine, client_id = guest(database).visitor.id, str(uuid.uuid4())
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: _put(database, mine, "계약", client_id=client_id), range(8)))
    assert len(set(made)) == 1


def test_a_guests_questions_go_over_to_the_member(database: Database) -> None:
    before = guest(database)
    asked = _put(database, before.visitor.id, "가입")
    with database.write() as connection:
        after = visitors.open_session(
            connection, hours=12, subject="partnerplus:1", person=Visitor(), guest=before.token
        )
    with database.read() as connection:
        assert [each.id for each in questions.asked_by(connection, after.visitor.id)] == [asked]
        assert questions.asked_by(connection, before.visitor.id) == []


def test_what_is_no_longer_new_does_not_wait(database: Database) -> None:
    visitor = guest(database).visitor.id
    identifier = _put(database, visitor, "계약")
    with database.write() as connection:
        connection.execute(update(question).where(question.c.id == identifier).values(state="published"))
    with database.read() as connection:
        assert questions.waiting(connection) == []
        assert questions.asked_by(connection, visitor)[0].state == "published"


def test_a_question_outlives_its_turn(database: Database) -> None:
    opened = guest(database)
    asked = ask(database, opened.conversation_id)
    _put(database, opened.visitor.id, "계약", turn_id=asked.id)
    with database.write() as connection:
        connection.execute(delete(turn).where(turn.c.id == asked.id))
    with database.read() as connection:
        assert [each.text for each in questions.waiting(connection)] == ["계약"]


def test_a_question_of_nobody_is_refused(database: Database) -> None:
    with pytest.raises(StoreUnavailable):
        _put(database, "nobody", "계약")
