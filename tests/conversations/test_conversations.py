"""Questions of vendors, and what they may expect: every row of questions.yml asked over HTTP."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.conversations import kinds, read_suite, unmet
from tests.api.support import KINDS, entries
from tests.site import Person, Site

ROWS = read_suite(Path(__file__).with_name("questions.yml"))


@pytest.fixture(scope="module")
def people(site: Site) -> dict[str, Person]:
    return {"guest": site.guest(), "member": site.member()}


@pytest.mark.parametrize("row", ROWS, ids=[f"{number:03}-{row['as']}" for number, row in enumerate(ROWS, 1)])
def test_reply(people: dict[str, Person], row: dict[str, Any]) -> None:
    person = people[row["as"]]
    if "after" in row:
        person.ask(row["after"])
    reply = person.ask(row["ask"])

    def all_listed() -> list[str]:
        return [item["id"] for item in person.get("/faq", q=row["ask"])["items"]]

    lacking = unmet(row, reply, all_listed)
    assert lacking is None, f"{row['as']} {row['ask']!r} → {lacking}"


class TestRows:
    """The suite itself: large enough, over all categories, and about entries that exist."""

    def test_size(self) -> None:
        assert len(ROWS) >= 160
        assert min(Counter(row["as"] for row in ROWS).values()) >= 50

    def test_no_row_twice(self) -> None:
        twice = [
            row
            for row, count in Counter((row["as"], row.get("after"), row["ask"]) for row in ROWS).items()
            if count > 1
        ]
        assert not twice

    def test_fields(self) -> None:
        for row in ROWS:
            assert (
                {"ask", "as", "kind"}
                <= row.keys()
                <= {"after", "ask", "as", "kind", "first", "total", "includes"}
            ), row
            assert set(kinds(row)) <= KINDS, row

    def test_entries_exist_and_may_be_seen(self) -> None:
        for row in ROWS:
            for entry_id in filter(None, [row.get("first"), *row.get("includes", [])]):
                assert entry_id in entries(), row
                assert row["as"] == "member" or entries()[entry_id]["audience"] == "guest", row

    def test_every_category_is_asked_about_often(self) -> None:
        asked = Counter(
            entries()[row.get("first") or row["includes"][0]]["category"]
            for row in ROWS
            if "first" in row or "includes" in row
        )
        assert len(asked) == 7
        assert min(asked.values()) >= 10, asked
