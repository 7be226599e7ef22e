"""The files beside the entries: synonyms.yml, and start.yml with the ids that Best starts with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import get_args

from bot.faq.document import Node
from bot.faq.model import Location, Phrasing, Problem
from bot.visitor import Mode


def check_texts(node: Node, name: str, report: Callable[[int, str, str], None]) -> None:
    """Reports where a list of texts holds anything else."""
    if not isinstance(node.value, list):
        report(node.line, f"{name!r}이(가) 목록이 아닙니다", "한 줄에 하나씩 `- ` 뒤에 쓰세요")
        return
    for item in node.value:
        if not isinstance(item.value, str) or not item.value.strip():
            report(
                item.line,
                f"{name!r}의 한 줄이 비었거나 글이 아닙니다",
                "글을 쓰고, 필요하면 따옴표로 감싸세요",
            )


def read_synonyms(
    root: Node, file: str, problems: list[Problem]
) -> Iterator[tuple[tuple[str, ...], Location]]:
    """The groups of equal terms, each with where it stands."""
    groups = root.value.get("synonyms") if isinstance(root.value, dict) else None
    if groups is None or not isinstance(groups.value, list) or len(root.value) != 1:
        where = Location(file, root.line)
        problems.append(
            Problem(where, "동의어 묶음의 목록이 아닙니다", "`synonyms:` 아래에 `- [말, 말]`을 쓰세요")
        )
        return
    for group in groups.value:
        items = group.value if isinstance(group.value, list) else []
        terms = tuple(
            item.value.strip() for item in items if isinstance(item.value, str) and item.value.strip()
        )
        where = Location(file, group.line)
        if len(terms) < 2 or len(terms) != len(items):
            problems.append(
                Problem(where, "묶음에는 글이 둘 이상 있어야 합니다", "`- [세금계산서, 세계서]`처럼 쓰세요")
            )
        else:
            yield terms, where


def read_start(root: Node, file: str, problems: list[Problem]) -> dict[Mode, tuple[Phrasing, ...]]:
    """The ids Best starts with, each with where it stands."""
    best = root.value.get("best") if isinstance(root.value, dict) and len(root.value) == 1 else None
    if best is None or not isinstance(best.value, dict) or not best.value.keys() <= set(get_args(Mode)):
        where = Location(file, root.line)
        problems.append(
            Problem(where, "`best:`로 되어 있지 않습니다", "`best:` 아래에 `guest`와 `member` 목록을 쓰세요")
        )
        return {}
    ids = {}
    for mode, node in best.value.items():
        before = len(problems)
        check_texts(
            node,
            mode,
            lambda line, what, remedy: problems.append(Problem(Location(file, line), what, remedy)),
        )
        items = node.value if len(problems) == before else []
        ids[mode] = tuple(Phrasing(item.value.strip(), Location(file, item.line)) for item in items)
    return ids
