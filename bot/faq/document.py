"""YAML text → plain values that remember their line; refuses what content has no use for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.faq.model import Location, Problem

MAX_BYTES = 64 * 1024 * 1024
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# keys by which Rasa, which scans the same folder, would take a file for training data of its own
RASA_KEYS = ("nlu", "responses", "stories", "rules")


@dataclass(frozen=True)
class Node:
    """A YAML value (str, int, date, list of Node, dict of str to Node …) and the line it begins on."""

    value: Any
    line: int


class Unreadable(Exception):
    """A file cannot be taken as content at all."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def read(path: Path) -> Node:
    """The document of a file; raises Unreadable with file and line."""

    def refuse(line: int, what: str, remedy: str) -> Unreadable:
        return Unreadable(Problem(Location(str(path), line), what, remedy))

    try:
        data = path.read_bytes()
    except OSError as error:
        raise refuse(
            1, f"cannot be read ({error.strerror})", "check that the file exists and its permissions"
        ) from None
    if len(data) > MAX_BYTES:
        raise refuse(1, f"is larger than {MAX_BYTES // 2**20} MiB", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refuse(
            line, "is not UTF-8", "save the file as UTF-8 (Korean Excel and Notepad may write CP949)"
        ) from None
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise refuse(
                    event.start_mark.line + 1, "anchors and aliases are not allowed", "write the value out"
                )
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            if root is None:
                raise refuse(1, "is empty", "write `category:` and `entries:`, or remove the file")
            return _node(loader, root, refuse)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refuse(
            mark.line + 1 if mark else 1, f"is not valid YAML ({error.problem})", _yaml_remedy(error)
        ) from None
    except yaml.YAMLError as error:
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        raise refuse(line, "has a character YAML does not allow", "remove control characters") from None
    except (RecursionError, ValueError) as error:
        raise refuse(1, f"cannot be read ({error})", "correct the value") from None


def _yaml_remedy(error: yaml.MarkedYAMLError) -> str:
    if "mapping values are not allowed" in (error.problem or ""):
        return "put a text that contains ': ' in quotes"
    return "check indentation and quotes on this line and the one before"


def _node(loader: Any, node: yaml.Node, refuse: Any) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        value: dict[str, Node] = {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node))
            if key in value:
                raise refuse(
                    key_node.start_mark.line + 1, f"the key {key!r} stands twice", "keep one of them"
                )
            if key in RASA_KEYS:
                raise refuse(
                    key_node.start_mark.line + 1,
                    f"Rasa would take the key {key!r} for training data",
                    "rename it",
                )
            value[key] = _node(loader, value_node, refuse)
        return Node(value, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(loader, item, refuse) for item in node.value], line)
    return Node(loader.construct_object(node), line)
