"""The demo's member of staff is let in while a server runs with --demo, and by no other, on every database."""

from __future__ import annotations

from bot.review.people import People
from bot.store import demo, staff
from bot.store.database import Database


def admit(database: Database, password: str) -> None:
    password_hash = staff.hashed(password)
    with database.write() as connection:
        demo.admit(connection, password_hash)


def dismiss(database: Database) -> None:
    with database.write() as connection:
        demo.dismiss(connection)


def test_only_the_newest_password_lets_in(database: Database) -> None:
    people = People(database)
    admit(database, "first password")
    first = people.sign_in(demo.LOGIN, "first password")
    assert first and first.account.role == "admin"
    admit(database, "second password")
    assert people.sign_in(demo.LOGIN, "first password") is None
    assert people.sign_in(demo.LOGIN, "second password")
    with database.write() as connection:
        assert staff.find_session(connection, first.token) is None


def test_without_the_demo_nobody_gets_in_by_it(database: Database) -> None:
    """Though it may be the only admin there is."""
    people = People(database)
    admit(database, "a demo password")
    session = people.sign_in(demo.LOGIN, "a demo password")
    assert session
    dismiss(database)
    assert people.sign_in(demo.LOGIN, "a demo password") is None
    with database.write() as connection:
        assert staff.find_session(connection, session.token) is None
    admit(database, "a demo password")
    assert people.sign_in(demo.LOGIN, "a demo password")


def test_somebody_of_that_login_is_left_alone(database: Database) -> None:
    """An account named `demo` that people made for themselves is not the demo's."""
    password_hash = staff.hashed("their own password")
    with database.write() as connection:
        staff.add(connection, login=demo.LOGIN, name="김데모", role="viewer", password_hash=password_hash)
    dismiss(database)
    people = People(database)
    assert people.sign_in(demo.LOGIN, "their own password")
    admit(database, "a demo password")
    session = people.sign_in(demo.LOGIN, "their own password")
    assert session and session.account.role == "viewer"
