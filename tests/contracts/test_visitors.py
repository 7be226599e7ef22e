"""Laws of visitors and sessions, on every database."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from bot.store import engagement, questions, visitors
from bot.store.database import Database
from bot.store.schema import session as session_table
from tests.contracts.people import ask, count, end_sessions, guest, make_older, member

pytestmark = pytest.mark.timeout(60)


def _find(database: Database, token: str) -> visitors.Session | None:
    with database.read() as connection:
        return visitors.find_session(connection, token)


def test_a_guest_is_found_again_by_the_token(database: Database) -> None:
    opened = guest(database)
    found = _find(database, opened.token)
    assert found
    assert found.visitor == opened.visitor
    assert found.conversation_id == opened.conversation_id
    assert found.visitor.mode == "guest"
    assert opened.expires_at == pytest.approx(time.time() + 12 * 3600, abs=30)
    assert found.token == ""


def test_every_guest_is_a_new_visitor(database: Database) -> None:
    one, other = guest(database), guest(database)
    assert one.visitor.id != other.visitor.id
    assert one.conversation_id != other.conversation_id
    assert one.token != other.token


def test_a_member_is_one_visitor_over_all_logins(database: Database) -> None:
    one, other = member(database, "a"), member(database, "a")
    assert (one.visitor.id, one.conversation_id) == (other.visitor.id, other.conversation_id)
    assert one.token != other.token
    assert one.visitor.mode == "member"
    assert member(database, "b").visitor.id != one.visitor.id


def test_a_member_s_claims_are_renewed_at_login(database: Database) -> None:
    member(database, "a", name="장민우", company="서비스(주)", business_number="1234567891")
    again = member(database, "a", name="장민우 이사", company="다른회사")
    assert (again.visitor.name, again.visitor.company) == ("장민우 이사", "다른회사")
    assert again.visitor.business_number == ""


def test_only_a_hash_of_the_token_is_kept(database: Database) -> None:
    token = guest(database).token
    with database.read() as connection:
        stored = connection.execute(select(session_table)).one()
    assert token not in [str(value) for value in stored]


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "가나다", "a" * 10_000])
def test_an_unknown_token_is_no_session(database: Database, token: str) -> None:
    guest(database)
    assert _find(database, token) is None


def test_a_session_ends_with_its_time(database: Database) -> None:
    opened = guest(database)
    end_sessions(database)
    assert _find(database, opened.token) is None


def test_a_session_is_made_longer_and_never_shorter(database: Database) -> None:
    one, other = guest(database), guest(database)
    with database.write() as connection:
        ends = visitors.prolong(connection, one.token, days=30)
        assert visitors.prolong(connection, one.token, days=1) == ends
        assert visitors.prolong(connection, "of nobody", days=30) == 0
    assert ends == pytest.approx(time.time() + 30 * 86400, abs=30)
    assert _find(database, one.token).expires_at == ends
    assert _find(database, other.token).expires_at == other.expires_at


def test_a_closed_session_ends_at_once_and_alone(database: Database) -> None:
    one, other = member(database, "a"), member(database, "a")
    with database.write() as connection:
        visitors.close_session(connection, one.token)
    assert _find(database, one.token) is None
    assert _find(database, other.token)


def test_purge_keeps_what_is_still_in_use(database: Database) -> None:
    recent, returning = guest(database), member(database, "a")
    make_older(database, returning.conversation_id, 200 * 86400)
    with database.write() as connection:
        assert visitors.purge(connection, conversation_days=180) == 0
    assert _find(database, recent.token)
    assert _find(database, returning.token)


def test_purge_removes_ended_sessions_but_not_recent_conversations(database: Database) -> None:
    opened = guest(database)
    end_sessions(database)
    with database.write() as connection:
        assert visitors.purge(connection, conversation_days=180) == 0
    assert count(database, "session") == 0
    assert count(database, "visitor") == 1
    assert _find(database, opened.token) is None


def test_purge_removes_an_old_visitor_with_all_that_is_theirs(database: Database) -> None:
    old = guest(database)
    asked = ask(database, old.conversation_id)
    with database.write() as connection:
        questions.put(connection, old.visitor.id, "계약", "asked", turn_id=asked.id)
        engagement.opened(connection, old.visitor, "contract")
        engagement.rate(connection, old.visitor, "contract", True, "")
        link = engagement.share_entry(connection, old.visitor, "contract")
    make_older(database, old.conversation_id, 181 * 86400)
    end_sessions(database)
    kept = guest(database)
    ask(database, kept.conversation_id)
    with database.write() as connection:
        assert visitors.purge(connection, conversation_days=180) == 1
        assert visitors.purge(connection, conversation_days=180) == 0
    for table in ("visitor", "conversation", "turn", "session"):
        assert count(database, table) == 1, table
    for table in ("question", "faq_open", "feedback"):
        assert count(database, table) == 0, table
    with database.read() as connection:  # a link that was passed on still leads to its entry
        assert engagement.shared_entry(connection, link) == "contract"


def test_long_claims_of_the_portal_do_not_break_a_login(database: Database) -> None:
    """The columns hold 100, 200 and 16 characters; what is longer must not turn into a database that is gone."""
    opened = member(database, "a" * 255, name="가" * 100, company="나" * 200, business_number="1" * 16)
    assert opened.visitor.name == "가" * 100


def test_two_first_logins_at_once_are_one_visitor(database: Database) -> None:
    together = Barrier(4)

    def login(_: int) -> str:
        together.wait()
        return member(database, "new").visitor.id

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(login, range(4)))
    assert len(set(ids)) == 1
