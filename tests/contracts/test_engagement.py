"""Laws of opens, feedback and shares, on every database."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, update

from bot.store import engagement
from bot.store.database import Database
from bot.store.schema import faq_open, feedback
from bot.visitor import Visitor
from tests.contracts.people import count, guest, member

pytestmark = pytest.mark.timeout(60)


def _open(database: Database, visitor: Visitor, *faq_ids: str) -> None:
    with database.write() as connection:
        for faq_id in faq_ids:
            engagement.opened(connection, visitor, faq_id)


def _best(database: Database, mode: str, **options: int) -> list[str]:
    with database.read() as connection:
        return engagement.most_opened(connection, mode, **options)


def test_most_opened_counts_people_not_clicks(database: Database) -> None:
    one, two, three = (guest(database).visitor for _ in range(3))
    _open(database, one, "clicked", "clicked", "clicked", "clicked", "liked")
    _open(database, two, "liked", "known")
    _open(database, three, "liked", "known")
    assert _best(database, "guest") == ["liked", "known", "clicked"]
    assert _best(database, "guest", limit=1) == ["liked"]


def test_equal_counts_have_a_fixed_order(database: Database) -> None:
    visitor = guest(database).visitor
    _open(database, visitor, "b", "c", "a")
    assert _best(database, "guest") == ["a", "b", "c"]


def test_guests_and_members_are_counted_apart(database: Database) -> None:
    """What members open says something to guests otherwise: which member entries there are."""
    _open(database, member(database).visitor, "contract")
    _open(database, guest(database).visitor, "signup")
    assert _best(database, "guest") == ["signup"]
    assert _best(database, "member") == ["contract"]


def test_what_was_opened_long_ago_counts_no_more(database: Database) -> None:
    visitor = guest(database).visitor
    _open(database, visitor, "old", "new")
    with database.write() as connection:
        past = time.time() - 31 * 86400
        connection.execute(update(faq_open).where(faq_open.c.faq_id == "old").values(opened_at=past))
    assert _best(database, "guest") == ["new"]


def test_nothing_opened_is_no_best(database: Database) -> None:
    assert _best(database, "guest") == []


def test_a_visitor_has_one_word_on_an_entry(database: Database) -> None:
    visitor, other = guest(database).visitor, guest(database).visitor
    with database.write() as connection:
        engagement.rate(connection, visitor, "contract", True, "좋아요 😀")
        engagement.rate(connection, other, "contract", True, "")
        engagement.rate(connection, visitor, "contract", False, "다시 보니 아니에요")
        engagement.rate(connection, visitor, "quote", True, "")
    with database.read() as connection:
        (mine,) = connection.execute(
            select(feedback).where(feedback.c.visitor_id == visitor.id, feedback.c.faq_id == "contract")
        )
    assert (mine.helpful, mine.comment) == (False, "다시 보니 아니에요")
    assert count(database, "feedback") == 3


def test_a_shared_link_leads_to_its_entry(database: Database) -> None:
    visitor = guest(database).visitor
    with database.write() as connection:
        one = engagement.share_entry(connection, visitor, "contract")
        other = engagement.share_entry(connection, visitor, "quote")
    assert one != other
    assert len(one) >= 16
    with database.read() as connection:
        assert engagement.shared_entry(connection, one) == "contract"
        assert engagement.shared_entry(connection, other) == "quote"


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "가" * 500])
def test_an_unknown_link_leads_nowhere(database: Database, token: str) -> None:
    visitor = guest(database).visitor
    with database.write() as connection:
        engagement.share_entry(connection, visitor, "contract")
        assert engagement.shared_entry(connection, token) is None


def test_two_words_at_once_are_one(database: Database) -> None:
    """A double click sends feedback twice at the same time."""
    visitor = guest(database).visitor
    together = Barrier(4)

    def rate(number: int) -> None:
        together.wait()
        with database.write() as connection:
            engagement.rate(connection, visitor, "contract", number % 2 == 0, "")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(rate, range(4)))
    assert count(database, "feedback") == 1
