"""Laws of turns, on every database: nothing acknowledged is lost or doubled, and turns stay in order."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from bot.errors import Conflict
from bot.store import abandoned, questions, transcript, turns
from bot.store.database import Database
from tests.contracts.people import (
    REPLY,
    answered,
    ask,
    claim,
    count,
    finish,
    guest,
    let_claim_run_out,
    make_older,
    member,
)

pytestmark = pytest.mark.timeout(60)


def _history(database: Database, conversation_id: str, **options: int) -> list[turns.Turn]:
    with database.read() as connection:
        return transcript.history(connection, conversation_id, **options)


def _before(database: Database, work: turns.Work) -> list[dict]:
    with database.read() as connection:
        return turns.before(connection, work)


def _unfinished(database: Database, older_than: float = 0) -> list[str]:
    with database.read() as connection:
        return abandoned.unfinished(connection, older_than)


# record ---------------------------------------------------------------------------------------------------------------


def test_a_question_is_there_once_it_is_recorded(database: Database) -> None:
    chat = guest(database).conversation_id
    asked = ask(database, chat, "계약 상세가 안 보여요 😀 ㅠㅠ")
    with database.read() as connection:
        found = turns.find(connection, asked.id)
    assert found
    assert (found.id, found.seq, found.client_id, found.text) == (
        asked.id,
        1,
        asked.client_id,
        "계약 상세가 안 보여요 😀 ㅠㅠ",
    )
    assert found.asked_at == pytest.approx(time.time(), abs=30)
    assert not found.finished
    assert found.replies is None


def test_the_same_id_again_is_the_same_turn(database: Database) -> None:
    chat, client_id = guest(database).conversation_id, str(uuid.uuid4())
    first = ask(database, chat, "계약", client_id)
    ask(database, chat, "교육")
    again = ask(database, chat, "계약", client_id)
    assert (again.id, again.seq) == (first.id, first.seq)
    assert count(database, "turn") == 2


def test_the_same_id_after_the_answer_brings_the_answer(database: Database) -> None:
    chat, client_id = guest(database).conversation_id, str(uuid.uuid4())
    ask(database, chat, "계약", client_id)
    work = claim(database, chat)
    assert work
    assert finish(database, work)
    again = ask(database, chat, "계약", client_id)
    assert again.finished
    assert again.replies == [REPLY]


def test_the_same_id_for_another_text_is_a_conflict(database: Database) -> None:
    chat, client_id = guest(database).conversation_id, str(uuid.uuid4())
    ask(database, chat, "계약", client_id)
    with pytest.raises(Conflict):
        ask(database, chat, "교육", client_id)
    assert count(database, "turn") == 1


def test_the_same_id_in_another_conversation_is_another_turn(database: Database) -> None:
    client_id = str(uuid.uuid4())
    one = ask(database, guest(database).conversation_id, "계약", client_id)
    other = ask(database, guest(database).conversation_id, "교육", client_id)
    assert one.id != other.id
    assert one.seq == other.seq == 1


def test_turns_are_numbered_one_by_one(database: Database) -> None:
    chat, other = guest(database).conversation_id, guest(database).conversation_id
    numbers = [ask(database, each).seq for each in (chat, other, chat, chat, other)]
    assert numbers == [1, 1, 2, 3, 2]


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    chat = guest(database).conversation_id
    with pytest.raises(RuntimeError), database.write() as connection:
        turns.record(connection, chat, str(uuid.uuid4()), "계약", "digest")
        raise RuntimeError
    assert count(database, "turn") == 0
    assert ask(database, chat).seq == 1


def test_a_very_long_conversation_keeps_its_order(database: Database) -> None:
    chat = guest(database).conversation_id
    for number in range(30):
        answered(database, chat, f"질문 {number}")
    assert [each.text for each in _history(database, chat)] == [f"질문 {n}" for n in range(30)]


# claim ----------------------------------------------------------------------------------------------------------------


def test_the_oldest_unfinished_turn_is_claimed(database: Database) -> None:
    opened = member(database, name="장민우", company="서비스(주)", business_number="1234567891")
    first, second = ask(database, opened.conversation_id, "하나"), ask(database, opened.conversation_id, "둘")
    work = claim(database, opened.conversation_id)
    assert work
    assert work.turn.id == first.id
    assert work.conversation_id == opened.conversation_id
    assert work.visitor == opened.visitor
    assert work.state == {}
    assert _before(database, work) == []
    assert finish(database, work, state={"slots": {"a": 1}}, outcome="faq")
    work = claim(database, opened.conversation_id)
    assert work
    assert work.turn.id == second.id
    assert work.state == {"slots": {"a": 1}}
    assert _before(database, work) == [{"text": "하나", "outcome": "faq"}]


def test_nothing_unfinished_is_nothing_to_claim(database: Database) -> None:
    chat = guest(database).conversation_id
    assert claim(database, chat) is None
    answered(database, chat, "계약")
    assert claim(database, chat) is None
    assert claim(database, "no such conversation") is None


def test_what_is_claimed_is_nobody_else_s(database: Database) -> None:
    chat = guest(database).conversation_id
    ask(database, chat)
    ask(database, chat)
    assert claim(database, chat)
    assert claim(database, chat) is None


def test_a_claim_holds_one_conversation_only(database: Database) -> None:
    one, other = guest(database).conversation_id, guest(database).conversation_id
    ask(database, one)
    ask(database, other)
    assert claim(database, one)
    assert claim(database, other)


def test_a_claim_that_ran_out_can_be_taken_over(database: Database) -> None:
    chat = guest(database).conversation_id
    asked = ask(database, chat)
    killed = claim(database, chat)
    let_claim_run_out(database, chat)
    work = claim(database, chat)
    assert killed
    assert work
    assert work.turn.id == asked.id
    assert work.claim != killed.claim


def test_the_last_five_turns_come_with_the_work(database: Database) -> None:
    chat = guest(database).conversation_id
    for number in range(7):
        answered(database, chat, f"질문 {number}")
    ask(database, chat, "지금")
    work = claim(database, chat)
    assert work
    assert [each["text"] for each in _before(database, work)] == [f"질문 {n}" for n in range(2, 7)]


# finish and release ---------------------------------------------------------------------------------------------------


def test_finishing_stores_the_outcome_and_gives_the_claim_back(database: Database) -> None:
    chat = guest(database).conversation_id
    asked = ask(database, chat)
    work = claim(database, chat)
    assert work
    assert finish(database, work, outcome="faq", intent="quote_contract", faq_id="contract-status")
    with database.read() as connection:
        found = turns.find(connection, asked.id)
    assert found
    assert found.finished
    assert (found.outcome, found.replies) == ("faq", [REPLY])
    ask(database, chat)
    assert claim(database, chat)


def test_a_lost_claim_stores_nothing(database: Database) -> None:
    """Fencing: who was too slow must not write over the outcome of who took over, nor over the state."""
    chat = guest(database).conversation_id
    asked = ask(database, chat)
    slow = claim(database, chat)
    let_claim_run_out(database, chat)
    quick = claim(database, chat)
    assert slow
    assert quick
    assert not finish(database, slow, outcome="no_answer", state={"slots": {"from": "slow"}})
    with database.read() as connection:
        assert not turns.find(connection, asked.id).finished
    assert finish(database, quick, outcome="faq", state={"slots": {"from": "quick"}})
    assert not finish(database, slow, outcome="no_answer", state={"slots": {"from": "slow"}})
    with database.read() as connection:
        assert turns.find(connection, asked.id).outcome == "faq"
    ask(database, chat)
    work = claim(database, chat)
    assert work
    assert work.state == {"slots": {"from": "quick"}}


def test_a_lost_claim_gives_nothing_back(database: Database) -> None:
    chat = guest(database).conversation_id
    ask(database, chat)
    slow = claim(database, chat)
    let_claim_run_out(database, chat)
    assert slow
    assert claim(database, chat)
    with database.write() as connection:
        turns.release(connection, slow.conversation_id, slow.claim)
    assert claim(database, chat) is None


def test_finishing_twice_stores_once(database: Database) -> None:
    chat = guest(database).conversation_id
    ask(database, chat)
    work = claim(database, chat)
    assert work
    assert finish(database, work, outcome="faq")
    assert not finish(database, work, outcome="text")
    assert _history(database, chat)[0].outcome == "faq"


def test_a_claim_that_ran_out_but_that_nobody_took_may_finish(database: Database) -> None:
    chat = guest(database).conversation_id
    ask(database, chat)
    work = claim(database, chat)
    let_claim_run_out(database, chat)
    assert work
    assert finish(database, work)


def test_released_work_is_there_for_the_next(database: Database) -> None:
    chat = guest(database).conversation_id
    asked = ask(database, chat)
    work = claim(database, chat)
    assert work
    with database.write() as connection:
        turns.release(connection, work.conversation_id, work.claim)
    again = claim(database, chat)
    assert again
    assert again.turn.id == asked.id


def test_outcome_and_queue_row_come_together_or_not_at_all(database: Database) -> None:
    opened = guest(database)
    asked = ask(database, opened.conversation_id)
    work = claim(database, opened.conversation_id)
    assert work
    with pytest.raises(RuntimeError), database.write() as connection:
        turns.finish(connection, work, [REPLY], outcome="no_answer", state={})
        questions.put(connection, opened.visitor.id, "계약", "no_answer", turn_id=asked.id)
        raise RuntimeError
    with database.read() as connection:
        assert not turns.find(connection, asked.id).finished
        assert questions.waiting(connection) == []
    assert finish(database, work)


# unfinished and history -----------------------------------------------------------------------------------------------


def test_unfinished_are_those_that_nobody_works_on(database: Database) -> None:
    left, held, done, young, killed = (guest(database).conversation_id for _ in range(5))
    for chat in (left, held, done, killed):
        ask(database, chat)
        ask(database, chat)
        make_older(database, chat, 60)
    claim(database, held)
    claim(database, killed)
    let_claim_run_out(database, killed)
    for _ in range(2):
        work = claim(database, done)
        assert work
        finish(database, work)
    ask(database, young)
    assert sorted(_unfinished(database, 5)) == sorted([left, killed])
    assert young in _unfinished(database, -1)


def test_held_are_those_that_somebody_claimed(database: Database) -> None:
    held, free, done = (guest(database).conversation_id for _ in range(3))
    for chat in (held, free, done):
        ask(database, chat)
    ask(database, held)
    work = claim(database, held)
    assert work
    finished = claim(database, done)
    assert finished
    finish(database, finished)
    with database.read() as connection:
        assert abandoned.held(connection) == [(held, work.claim)]


def test_history_has_finished_turns_in_order(database: Database) -> None:
    chat = guest(database).conversation_id
    for number in range(1, 6):
        answered(database, chat, f"질문 {number}")
    ask(database, chat, "아직")
    assert [each.seq for each in _history(database, chat)] == [1, 2, 3, 4, 5]
    assert [each.seq for each in _history(database, chat, after=3)] == [4, 5]
    assert [each.seq for each in _history(database, chat, after=5)] == []
    assert [each.seq for each in _history(database, chat, limit=2)] == [4, 5]
    assert [each.seq for each in _history(database, chat, after=1, limit=2)] == [2, 3]
    assert [each.seq for each in _history(database, chat, before=4)] == [1, 2, 3]
    assert [each.seq for each in _history(database, chat, before=4, limit=2)] == [2, 3]
    assert [each.seq for each in _history(database, chat, after=1, before=4)] == [2, 3]
    assert all(each.replies == [REPLY] for each in _history(database, chat))


def test_what_has_been_looked_at_only_grows(database: Database) -> None:
    chat, other = guest(database).conversation_id, guest(database).conversation_id
    for number in range(1, 4):
        answered(database, chat, f"질문 {number}")
    ask(database, chat, "아직")
    with database.write() as connection:
        assert transcript.ends(connection, chat) == (3, 0)
        assert [transcript.looked_at(connection, chat, seq) for seq in (2, 1, 99)] == [2, 2, 2]
        assert transcript.ends(connection, chat) == (3, 2)
        assert transcript.ends(connection, other) == (0, 0)


def test_history_is_one_s_own(database: Database) -> None:
    answered(database, guest(database).conversation_id, "계약")
    assert _history(database, guest(database).conversation_id) == []


# at the same time -----------------------------------------------------------------------------------------------------

MANY = 8


def _at_once(work, times: int = MANY) -> list:
    together = Barrier(times)

    def start(number: int):
        together.wait()
        return work(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(start, range(times)))


def test_one_of_many_wins_the_claim(database: Database) -> None:
    chat = guest(database).conversation_id
    for _ in range(3):
        ask(database, chat)
        won = [work for work in _at_once(lambda _: claim(database, chat)) if work]
        assert len(won) == 1
        assert finish(database, won[0])


def test_one_of_many_takes_over_a_claim_that_ran_out(database: Database) -> None:
    chat = guest(database).conversation_id
    ask(database, chat)
    claim(database, chat)
    let_claim_run_out(database, chat)
    assert len([work for work in _at_once(lambda _: claim(database, chat)) if work]) == 1


def test_the_same_id_sent_many_times_at_once_is_one_turn(database: Database) -> None:
    chat, client_id = guest(database).conversation_id, str(uuid.uuid4())
    ids = _at_once(lambda _: ask(database, chat, "계약", client_id).id)
    assert len(set(ids)) == 1
    assert count(database, "turn") == 1


def test_many_questions_at_once_get_numbers_of_their_own(database: Database) -> None:
    chat = guest(database).conversation_id
    numbers = _at_once(lambda number: ask(database, chat, f"질문 {number}").seq)
    assert sorted(numbers) == list(range(1, MANY + 1))


def test_a_claim_that_waited_for_the_last_turn_to_finish_is_none(database: Database) -> None:
    """The claim waits for the row; what it decided on before it waited is no longer so."""
    chat = guest(database).conversation_id
    ask(database, chat)
    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            work = turns.claim(connection, chat, "quick")
            assert work
            waiting = pool.submit(claim, database, chat)
            time.sleep(0.5)
            assert turns.finish(connection, work, [REPLY], outcome="text", state={})
        assert waiting.result(20) is None
    ask(database, chat)
    assert claim(database, chat)


def test_many_workers_answer_each_question_once_and_in_order(database: Database) -> None:
    chat = guest(database).conversation_id
    asked = [ask(database, chat, f"질문 {number}").seq for number in range(12)]
    order: list[int] = []

    def work_off(_: int) -> None:
        while len(order) < len(asked):
            work = claim(database, chat)
            if work:
                order.append(work.turn.seq)
                assert finish(database, work)
            else:
                time.sleep(0.005)

    _at_once(work_off, 4)
    assert order == asked
    assert [each.seq for each in _history(database, chat)] == asked
