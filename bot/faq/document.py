"""YAML text → plain values that remember their line; refuses what content has no use for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.faq.model import Location, Problem
from bot.korean.text import disguised

MAX_BYTES = 64 * 1024 * 1024
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# keys by which Rasa, which scans the same folder, would take a file for training data of its own
RASA_KEYS = ("nlu", "responses", "stories", "rules")
_RASA_LINE = re.compile(rf"^[ \t]*(?:-[ \t]+)*[\"']?({'|'.join(RASA_KEYS)})[\"']?[ \t]*:", re.MULTILINE)
_NOT_YAML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


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


def read(path: Path) -> bytes:
    """A file's bytes; raises Unreadable."""
    try:
        return path.read_bytes()
    except OSError as error:
        what, remedy = f"읽을 수 없습니다 ({error.strerror})", "파일이 있는지, 읽기 권한이 있는지 확인하세요"
        raise Unreadable(Problem(Location(str(path), 1), what, remedy)) from None


@lru_cache(maxsize=64)
def parse(file: str, data: bytes) -> Node:
    """The document that a file's bytes hold, raises Unreadable with file and line; nobody changes it."""
    return parse_anew(file, data)


def parse_anew(file: str, data: bytes) -> Node:
    """As `parse`, and not remembered."""

    def refuse(line: int, what: str, remedy: str) -> Unreadable:
        return Unreadable(Problem(Location(file, line), what, remedy))

    if len(data) > MAX_BYTES:
        raise refuse(1, f"{MAX_BYTES // 2**20} MiB보다 큽니다", "여러 파일로 나누세요")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refuse(
            line, "UTF-8이 아닙니다", "UTF-8로 저장하세요 (엑셀과 메모장은 CP949로 저장할 수 있습니다)"
        ) from None
    for pattern, what, remedy in (
        (_NOT_YAML, "YAML에 쓸 수 없는 문자 {!r}이(가) 있습니다", "제어 문자를 지우세요"),
        # Rasa looks at lines, not at YAML: one within an answer counts too
        (
            _RASA_LINE,
            "줄 첫머리의 키 {!r}은(는) Rasa가 학습 데이터로 읽습니다",
            "다른 이름이나 말로 시작하세요",
        ),
    ):
        found = pattern.search(text)
        if found:
            raise refuse(
                text.count("\n", 0, found.start(found.lastindex or 0)) + 1,
                what.format(found[found.lastindex or 0]),
                remedy,
            )
    try:
        for event in yaml.parse(text, Loader=_Loader) if "&" in text or "*" in text else ():
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise refuse(
                    event.start_mark.line + 1,
                    "앵커(&)와 별칭(*)은 쓸 수 없습니다",
                    "값을 그대로 적거나 따옴표로 감싸세요",
                )
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            if root is None:
                raise refuse(1, "비어 있습니다", "`category:`와 `entries:`를 적거나 파일을 지우세요")
            return _node(loader, root, refuse)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refuse(
            mark.line + 1 if mark else 1, f"올바른 YAML이 아닙니다 ({error.problem})", _yaml_remedy(error)
        ) from None
    except yaml.YAMLError as error:
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        raise refuse(line, "YAML에 쓸 수 없는 문자가 있습니다", "제어 문자를 지우세요") from None
    except (RecursionError, ValueError) as error:
        raise refuse(1, f"읽을 수 없습니다 ({error})", "값을 고치세요") from None


def _yaml_remedy(error: yaml.MarkedYAMLError) -> str:
    if "mapping values are not allowed" in (error.problem or ""):
        return "': '이 들어 있는 글은 따옴표로 감싸세요"
    return "이 줄과 앞줄의 들여쓰기와 따옴표를 확인하세요"


def _node(loader: Any, node: yaml.Node, refuse: Any) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        value: dict[str, Node] = {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node))
            if key in value:
                raise refuse(
                    key_node.start_mark.line + 1, f"키 {key!r}이(가) 두 번 있습니다", "하나만 남기세요"
                )
            value[key] = _node(loader, value_node, refuse)
        return Node(value, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(loader, item, refuse) for item in node.value], line)
    try:
        value = loader.construct_object(node)
    except ValueError:  # a date that there is none of: the loader says so of the field
        value = node.value
    if isinstance(value, str) and disguised(value):
        raise refuse(line, "보이지 않는 문자가 있습니다", "제어 문자와 방향 문자를 지우세요")
    return Node(value, line)
