"""Laws of staff accounts and their sessions, on every database."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import Conflict, InvalidRequest, NotFound, Unauthorized
from bot.review.people import People
from bot.store import log, staff
from bot.store.database import Database
from bot.store.staff import Account, StaffSession
from tests.contracts.desk import ASKED, entry, office
from tests.contracts.people import answered, count, guest, member
from tests.contracts.test_queue import race

pytestmark = pytest.mark.timeout(120)
PASSWORD = "correct horse 7"
ROOT = Account(0, "", "설치", "admin")


@pytest.fixture
def people(database: Database) -> People:
    return People(database)


def hire(people: People, login: str = "kim", role: str = "editor") -> Account:
    return people.add(ROOT, login=login, name="김담당", role=role, password=PASSWORD)


def session(database: Database, token: str, now: float | None = None) -> StaffSession | None:
    """The session of a token, used as a visit to a page uses it."""
    with database.read() as connection:
        found = staff.find_session(connection, token, now=now)
    if found and found.unnoted:
        with database.write() as connection:
            staff.note_use(connection, token, now=now)
    return found


def test_signing_in_and_out(database: Database, people: People) -> None:
    hire(people)
    assert people.sign_in("kim", "wrong password") is None
    assert people.sign_in("nobody", PASSWORD) is None
    opened = people.sign_in("KIM ", PASSWORD)
    assert opened is not None
    assert (opened.account.name, opened.account.role) == ("김담당", "editor")
    found = session(database, opened.token)
    assert found is not None
    assert (found.csrf, found.account.login) == (opened.csrf, "kim")
    assert session(database, "x" * 43) is None
    with database.write() as connection:
        staff.sign_out(connection, opened.token)
    assert session(database, opened.token) is None


def test_neither_passwords_nor_tokens_are_kept(database: Database, people: People) -> None:
    hire(people)
    opened = people.sign_in("kim", PASSWORD)
    assert opened is not None
    with database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM staff")).all())
        kept += str(connection.execute(text("SELECT * FROM staff_session")).all())
        kept += str(connection.execute(text("SELECT * FROM history")).all())
    assert "$argon2id$" in kept
    assert PASSWORD not in kept and opened.token not in kept


def test_each_sign_in_is_a_session_of_its_own(people: People) -> None:
    hire(people)
    one, two = people.sign_in("kim", PASSWORD), people.sign_in("kim", PASSWORD)
    assert one and two
    assert one.token != two.token and one.csrf != two.csrf


def test_a_session_ends_unused_and_in_any_case(database: Database, people: People) -> None:
    hire(people)
    opened = people.sign_in("kim", PASSWORD)
    assert opened is not None
    now = time.time()
    assert session(database, opened.token, now + staff.IDLE_SECONDS - 10)  # and is used by that
    assert session(database, opened.token, now + 2 * staff.IDLE_SECONDS - 30)
    assert session(database, opened.token, now + 4 * staff.IDLE_SECONDS) is None
    used = now
    while used < now + staff.ABSOLUTE_SECONDS - staff.IDLE_SECONDS / 2:
        used += staff.IDLE_SECONDS / 2
        session(database, opened.token, used)
    assert session(database, opened.token, now + staff.ABSOLUTE_SECONDS + 1) is None


def test_five_wrong_passwords_lock_for_a_while(database: Database, people: People) -> None:
    account = hire(people)
    for _ in range(staff.FAILURES_BEFORE_LOCK):
        assert people.sign_in("kim", "wrong password") is None
    assert people.sign_in("kim", PASSWORD) is None
    with database.write() as connection:
        connection.execute(text("UPDATE staff SET locked_until = 1"))
    assert people.sign_in("kim", PASSWORD)
    with database.read() as connection:
        found = staff.find(connection, account.id)
    assert found is not None and found.locked_until is None


def test_a_changed_account_has_to_sign_in_again(database: Database, people: People) -> None:
    account = hire(people)
    hire(people, "boss", "admin")
    for change in ({"role": "publisher"}, {"password": "another horse 8"}, {"enabled": False}):
        people.change(ROOT, account.id, password=PASSWORD, enabled=True)
        opened = people.sign_in("kim", PASSWORD)
        assert opened is not None
        people.change(ROOT, account.id, **change)
        assert session(database, opened.token) is None
    assert people.sign_in("kim", PASSWORD) is None  # disabled


def test_own_password(people: People) -> None:
    account = hire(people)
    with pytest.raises(Unauthorized):
        people.change_own_password(account, "wrong password", "another horse 8")
    people.change_own_password(account, PASSWORD, "another horse 8")
    assert people.sign_in("kim", PASSWORD) is None
    assert people.sign_in("kim", "another horse 8")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"login": "x"}, "login"),
        ({"login": "김담당"}, "login"),
        ({"login": "a b"}, "login"),
        ({"name": " "}, "name"),
        ({"role": "owner"}, "role"),
        ({"password": "short"}, "password"),
        ({"password": "aaaaaaaaaaaa"}, "password"),
        ({"password": "x" * 201}, "password"),
    ],
)
def test_what_will_not_do(people: People, changed: dict, code: str) -> None:
    values = {"login": "kim", "name": "김", "role": "viewer", "password": PASSWORD, **changed}
    with pytest.raises(InvalidRequest) as refused:
        people.add(ROOT, **values)
    assert refused.value.code == code


def test_a_login_is_taken_once(database: Database, people: People) -> None:
    failed = race([lambda: hire(people) for _ in range(4)])
    assert len(failed) == 3 and all(isinstance(error, Conflict) for error in failed)
    with pytest.raises(Conflict):
        hire(people, " KIM")
    assert count(database, "staff") == 1


def test_one_admin_stays(database: Database, people: People) -> None:
    one, two = hire(people, "one", "admin"), hire(people, "two", "admin")
    failed = race([lambda each=each: people.change(ROOT, each.id, role="viewer") for each in (one, two)])
    assert len(failed) == 1 and isinstance(failed[0], Conflict), failed
    with pytest.raises(NotFound):
        people.change(ROOT, 999, name="x")


# what is kept of one visitor ------------------------------------------------------------------------------------------


def test_one_person_is_found_handed_out_and_removed(database: Database, tmp_path: Path) -> None:
    desk = office(database, tmp_path)
    one, two = (
        member(database, "p:1", name="박하나", company="하나(주)"),
        member(database, "p:2", name="이둘"),
    )
    answered(database, one.conversation_id, "계약 상태")
    desk.ask(one.visitor.id, ASKED)
    desk.ask(two.visitor.id, ASKED)
    desk.ask(one.visitor.id, "출입증 반납")
    (found,) = desk.people.find(ROOT, "박하")
    assert (found["id"], found["company"]) == (one.visitor.id, "하나(주)")
    assert desk.people.find(ROOT, "%") == []
    kept = desk.people.export(ROOT, one.visitor.id)
    assert [each["text"] for each in kept["turns"]] == ["계약 상태"]
    assert {each["text"] for each in kept["questions"]} == {ASKED, "출입증 반납"}
    assert "token_hash" not in str(kept)
    desk.people.delete(ROOT, one.visitor.id)
    with pytest.raises(NotFound):
        desk.people.export(ROOT, one.visitor.id)
    item = desk.item()  # what only they asked is gone, what others asked counts them no more
    assert (item.text, item.askers) == (ASKED, 1)
    with database.read() as connection:
        for table in ("turn", "question", "item", "visitor", "conversation"):
            assert "박하나" not in str(connection.execute(text(f"SELECT * FROM {table}")).all())
        actions = [row.action for row in log.rows(connection, name="설치")[0]]
    assert actions == ["person.delete", "person.export"]


def test_what_is_published_stays_without_their_words(database: Database, tmp_path: Path) -> None:
    from bot.review.model import Draft

    desk = office(database, tmp_path)
    one = guest(database)
    desk.ask(one.visitor.id, ASKED)
    item = desk.item()
    desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", entry()))
    desk.people.delete(ROOT, one.visitor.id)
    (left,) = desk.items(states=("published",))
    assert ASKED not in left.text and left.askers == 0
