"""Laws of turns typed while a form is open: nothing of the text is kept, and still no turn is lost or doubled."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from sqlalchemy import select, update

from bot import wording
from bot.chat import Chat
from bot.store import abandoned
from bot.store.access import Store
from bot.store.claims import Claims
from bot.store.database import Database
from bot.store.schema import conversation, turn
from tests.contracts.people import ask, claim, finish, guest, make_older

OPEN = {"form": "sealed"}


def conversation_with_a_form(database: Database) -> str:
    conversation_id = guest(database).conversation_id
    with database.write() as connection:
        where = conversation.c.id == conversation_id
        connection.execute(update(conversation).where(where).values(state=OPEN))
    return conversation_id


def stored(database: Database, turn_id: int):
    with database.read() as connection:
        return connection.execute(select(turn).where(turn.c.id == turn_id)).one()


def test_neither_text_nor_digest_is_kept(database: Database) -> None:
    asked = ask(database, conversation_with_a_form(database), "9991234561")
    row = stored(database, asked.id)
    assert (row.text, row.digest) == (wording.FORM_TYPED, "")
    assert asked.withheld


def test_outside_a_form_the_text_is_kept(database: Database) -> None:
    asked = ask(database, guest(database).conversation_id, "계약")
    assert stored(database, asked.id).text == "계약"
    assert not asked.withheld


def test_the_same_id_is_the_same_turn(database: Database) -> None:
    conversation_id, client_id = conversation_with_a_form(database), str(uuid.uuid4())
    first = ask(database, conversation_id, "9991234561", client_id)
    assert ask(database, conversation_id, "9991234561", client_id).id == first.id
    with database.read() as connection:
        assert connection.execute(select(conversation.c.last_seq)).scalar_one() == 1


def test_a_question_that_leaves_the_form_is_kept_after_all(database: Database) -> None:
    conversation_id = conversation_with_a_form(database)
    asked = ask(database, conversation_id, "회원가입 방법")
    work = claim(database, conversation_id)
    assert work and finish(database, work, text="회원가입 방법")
    assert stored(database, asked.id).text == "회원가입 방법"


def test_what_was_asked_before_the_form_opened_and_read_by_it_is_taken_back(database: Database) -> None:
    """Two messages sent at once: the second was recorded while the first, which opened the form, was being answered."""
    conversation_id = guest(database).conversation_id
    asked = ask(database, conversation_id, "홍길동")
    work = claim(database, conversation_id)
    assert work and finish(database, work, text=wording.FORM_TYPED)
    row = stored(database, asked.id)
    assert (row.text, row.digest) == (wording.FORM_TYPED, "")


def test_what_a_killed_process_left_is_asked_for_again(database: Database) -> None:
    conversation_id = conversation_with_a_form(database)
    asked = ask(database, conversation_id, "홍길동")
    make_older(database, conversation_id, 60)
    # there is nothing to read: neither dialogue nor answerer is needed
    chat = Chat(Store(database), dialogue=None, answerer=None, intake=None, claims=Claims())
    assert asyncio.run(chat.recover()) == 1
    row = stored(database, asked.id)
    assert row.replies[0]["kind"] == "text" and "한 번 더 입력" in row.replies[0]["text"]
    with database.read() as connection:
        assert connection.execute(select(conversation.c.state)).scalar_one() == OPEN  # the form is open still
        assert not abandoned.unfinished(connection, 0)


@pytest.mark.parametrize("state", [{}, None])
def test_a_closed_form_withholds_nothing(database: Database, state: dict | None) -> None:
    conversation_id = conversation_with_a_form(database)
    work_turn = ask(database, conversation_id, "그만하기")
    work = claim(database, conversation_id)
    assert work and work.turn.id == work_turn.id and finish(database, work, state=state or {})
    assert stored(database, ask(database, conversation_id, "계약").id).text == "계약"
