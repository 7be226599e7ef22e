"""Entries as YAML text, in the manner the content staff write them."""

from __future__ import annotations

from typing import Any

import yaml

from bot.faq.fields import LISTS, EntryFields

_WIDE = 10**9  # no value is broken into lines
_PLAIN = ("updated",)  # a date, not a text that looks like one


def entry_lines(fields: EntryFields, outer: str, inner: str) -> list[str]:
    """The lines of an entry; `outer` is the indent of its dash, `inner` that of its fields."""
    lines: list[str] = []
    for name in EntryFields.names():
        value = getattr(fields, name)
        if name != "category" and (value or name not in ("keywords", "related")):
            lines += field_lines(name, value, inner)
    lines[0] = outer + "- " + lines[0].lstrip(" ")
    return lines


def field_lines(name: str, value: Any, indent: str) -> list[str]:
    """The lines of one field."""
    if name == "questions" and value:
        return [f"{indent}{name}:", *(f"{indent}  - {scalar(name, each)}" for each in value)]
    if name in LISTS:
        return [f"{indent}{name}: [{', '.join(map(flow_item, value))}]"]
    if name == "answer":
        return [f"{indent}{name}: |", *literal(value, indent + "  ")]
    return [f"{indent}{name}: {scalar(name, value)}"]


def scalar(name: str, value: str) -> str:
    """A text where a line may hold it alone, in quotes where YAML would take it for something else."""
    if name in _PLAIN:
        return value
    dumped = yaml.safe_dump({"x": value}, allow_unicode=True, width=_WIDE, default_flow_style=False)
    return dumped[3:].rstrip("\n")


def flow_item(value: str) -> str:
    """A text within `[…]`."""
    return yaml.safe_dump([value], allow_unicode=True, width=_WIDE, default_flow_style=True).strip()[1:-1]


def literal(value: str, indent: str) -> list[str]:
    """The lines of a text under `|`."""
    return [indent + line if line else "" for line in value.strip("\n").split("\n")]
