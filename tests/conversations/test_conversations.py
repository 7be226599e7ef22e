"""Questions of vendors, and what they may expect: every row of questions.yml asked over HTTP."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.api.support import KINDS, entries
from tests.site import Person, Site

ROWS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("questions.yml").read_text(encoding="utf-8")
)
ANSWER = ["faq", "faq_list"]


@pytest.fixture(scope="module")
def people(site: Site) -> dict[str, Person]:
    return {"guest": site.guest(), "member": site.member()}


@pytest.mark.parametrize("row", ROWS, ids=[f"{number:03}-{row['as']}" for number, row in enumerate(ROWS, 1)])
def test_reply(people: dict[str, Person], row: dict[str, Any]) -> None:
    person = people[row["as"]]
    reply = person.ask(row["ask"])
    told = f"{row['as']} {row['ask']!r} → {summary(reply)}"
    assert reply["kind"] in kinds(row), told
    if "total" in row:
        assert reply["total"] == row["total"], told
    if "first" in row:
        assert shown(reply)[:1] == [row["first"]], told
    if "includes" in row:
        found = shown(reply)
        if reply.get("more"):
            found = [item["id"] for item in person.get("/faq", q=row["ask"])["items"]]
        assert set(row["includes"]) <= set(found), told


def kinds(row: dict[str, Any]) -> list[str]:
    wanted = row["kind"]
    if wanted == "answer":
        return ANSWER
    return wanted if isinstance(wanted, list) else [wanted]


def shown(reply: dict[str, Any]) -> list[str]:
    """The entries of a reply, best first."""
    if reply["kind"] == "faq":
        others = [choice["open"] for choice in reply.get("choices", ()) if "open" in choice]
        return [reply["faq"]["id"], *others]
    return [item["id"] for item in reply.get("items", ())]


def summary(reply: dict[str, Any]) -> str:
    return f"{reply['kind']} {reply.get('total', '')} {shown(reply)}"


class TestRows:
    """The suite itself: large enough, over all categories, and about entries that exist."""

    def test_size(self) -> None:
        assert len(ROWS) >= 160
        assert min(Counter(row["as"] for row in ROWS).values()) >= 50

    def test_no_row_twice(self) -> None:
        twice = [row for row, count in Counter((row["as"], row["ask"]) for row in ROWS).items() if count > 1]
        assert not twice

    def test_fields(self) -> None:
        for row in ROWS:
            assert (
                {"ask", "as", "kind"} <= row.keys() <= {"ask", "as", "kind", "first", "total", "includes"}
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
