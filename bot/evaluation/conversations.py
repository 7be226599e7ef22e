"""The conversation suite: questions of vendors, and what each may expect as a reply."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from bot.replies import Reply

ANSWER = ("faq", "faq_list")
Row = dict[str, Any]


def read_suite(path: Path) -> list[Row]:
    """The rows: `ask`, `as` (guest or member), `kind` (one, several, or `answer`) and perhaps `first`, `total`, `includes`.

    Where a row has `after`, that is asked before it.
    """
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def kinds(row: Row) -> tuple[str, ...]:
    """The kinds of reply that a row allows."""
    wanted = row["kind"]
    if wanted == "answer":
        return ANSWER
    return tuple(wanted) if isinstance(wanted, list) else (wanted,)


def unmet(row: Row, reply: Reply, all_listed: Callable[[], list[str]]) -> str | None:
    """What a reply lacks of what its row expects, None where it lacks nothing; `all_listed` gives the ids of 전체보기."""
    shown = entries_of(reply)
    got = f"{reply['kind']} {reply.get('total', '')} {shown}"
    if reply["kind"] not in kinds(row):
        return f"{got}, not {' or '.join(kinds(row))}"
    if "total" in row and reply.get("total") != row["total"]:
        return f"{got}, not {row['total']} entries"
    if "first" in row and shown[:1] != [row["first"]]:
        return f"{got}, not {row['first']} first"
    if "includes" in row:
        missing = set(row["includes"]) - set(all_listed() if reply.get("more") else shown)
        if missing:
            return f"{got}, without {', '.join(sorted(missing))}"
    return None


def entries_of(reply: Reply) -> list[str]:
    """The ids of a reply's entries, best first."""
    if reply["kind"] == "faq":
        others = [choice["open"] for choice in reply.get("choices", ()) if "open" in choice]
        return [reply["faq"]["id"], *others]
    return [item["id"] for item in reply.get("items", ())]
