"""FAQ YAML files → Content, every value with its file and line."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from bot.errors import ContentError
from bot.faq.document import Node, Unreadable, parse, read
from bot.faq.lint import Groups, Start, check, sound, taken_ids
from bot.faq.lists import check_texts, read_start, read_synonyms
from bot.faq.model import CATEGORIES, Content, Entry, Location, Phrasing, Problem
from bot.faq.pieces import entries_of
from bot.faq.stamps import ByStamp
from bot.korean.text import key
from bot.visitor import Mode

SYNONYMS_FILE = "synonyms.yml"
START_FILE = "start.yml"
_ID = re.compile(r"(?=.{1,120}$)[a-z0-9]+(?:-[a-z0-9]+)*")  # 120 is what the tables keep
_CHOICES = {
    "system": ("PartnerPlus", "PartnerCampus"),
    "audience": ("guest", "member"),
    "source": ("guide", "sample"),
}
_REQUIRED = ("id", "system", "title", "audience", "questions", "answer", "updated", "source")
_OPTIONAL = ("keywords", "related")
_unchanged: ByStamp[tuple[Entry, ...]] = ByStamp()


def load(directory: Path, link_hosts: tuple[str, ...] = ()) -> Content:
    """The content of a directory; raises ContentError with every problem that is not a mere warning."""
    content, (groups, start), problems = _read(directory)
    if not problems and sound(content.entries, groups, start, link_hosts):
        return content
    errors = [problem for problem in inspect(directory, link_hosts)[1] if not problem.warning]
    if errors:
        raise ContentError(errors)
    return content


def load_unchecked(directory: Path) -> Content:
    """The content of a directory that only has to be well-formed, its ids unique; raises ContentError."""
    content, _, problems = _read(directory)
    problems += taken_ids(content.entries)
    if problems:
        raise ContentError(problems)
    return content


def inspect(
    directory: Path, link_hosts: tuple[str, ...] = (), instead: Mapping[Path, bytes] | None = None
) -> tuple[Content, list[Problem]]:
    """As much of a directory's content as can be read, and everything wrong with it, in file order; what refers to an
    entry is looked into once all can be read.

    `instead` is what some of its files, or new ones, would hold.
    """
    content, (groups, start), problems = _read(directory, instead or {})
    whole = all(problem.warning for problem in problems)
    problems += check(content.entries, groups, start, link_hosts, whole=whole)
    order = {str(path): number for number, path in enumerate(_files(directory, instead or {}))}
    problems.sort(key=lambda problem: (order.get(problem.location.file, -1), problem.location.line))
    return content, problems


def _read(
    directory: Path, instead: Mapping[Path, bytes] = MappingProxyType({})
) -> tuple[Content, tuple[Groups, Start], list[Problem]]:
    """What can be read, the synonyms and the beginning of Best with where they stand, and what is malformed."""
    problems: list[Problem] = []
    entries: list[Entry] = []
    groups: list[tuple[tuple[str, ...], Location]] = []
    start: dict[Mode, tuple[Phrasing, ...]] = {}
    files = _files(directory, instead)
    for path in files:
        try:
            data = instead.get(path)
            if path.name == SYNONYMS_FILE:
                groups += read_synonyms(_parsed(path, data), str(path), problems)
            elif path.name == START_FILE:
                start = read_start(_parsed(path, data), str(path), problems)
            else:
                known = _usual(path, data) if data is not None else _unchanged(path, partial(_usual, path))
                entries += known or _entries(_parsed(path, data), str(path), problems)
        except Unreadable as error:
            problems.append(error.problem)
    if not any(path.name not in (SYNONYMS_FILE, START_FILE) for path in files):
        where = Location(str(directory), 1)
        problems.append(Problem(where, "FAQ 파일(*.yml)이 없습니다", "FAQ 파일이 있는 디렉터리를 지정하세요"))
    best = {mode: tuple(item.text for item in ids) for mode, ids in start.items()}
    return Content(tuple(entries), tuple(terms for terms, _ in groups), best), (groups, start), problems


def _usual(path: Path, data: bytes | None = None) -> tuple[Entry, ...] | None:
    """The entries of a file in the usual form with nothing wrong in it; None for any other."""
    return entries_of(str(path), read(path) if data is None else data, partial(_maker, str(path)))


def _parsed(path: Path, data: bytes | None) -> Node:
    return parse(str(path), read(path) if data is None else data)


def _files(directory: Path, instead: Mapping[Path, bytes]) -> list[Path]:
    return sorted({*content_files(directory), *instead})


def content_files(directory: Path) -> list[Path]:
    """The YAML files of a content directory, sorted; hidden files and editors' leftovers stay out."""
    if not directory.is_dir():
        return []
    return sorted(
        path
        for path in directory.iterdir()
        if path.suffix in (".yml", ".yaml") and not path.name.startswith(".")
    )


def _entries(root: Node, file: str, problems: list[Problem]) -> Iterator[Entry]:
    def report(line: int, what: str, remedy: str) -> None:
        problems.append(Problem(Location(file, line), what, remedy))

    if not isinstance(root.value, dict):
        report(root.line, "파일이 `이름: 값`으로 되어 있지 않습니다", "`category:`와 `entries:`로 시작하세요")
        return
    for name in root.value.keys() - {"category", "entries"}:
        report(root.value[name].line, f"알 수 없는 키 {name!r}", "맨 위에는 `category`와 `entries`만 씁니다")
    category = root.value.get("category")
    if category is None or not isinstance(category.value, str) or category.value not in CATEGORIES:
        line, shown = (category.line, repr(category.value)) if category else (root.line, "없음")
        report(line, f"알 수 없는 분류 ({shown})", f"{', '.join(CATEGORIES)} 중 하나를 쓰세요")
        return
    entries = root.value.get("entries")
    if entries is None or not isinstance(entries.value, list):
        report(
            root.line, "`entries`가 없거나 목록이 아닙니다", "`entries:` 아래에 항목마다 `- id: …`를 쓰세요"
        )
        return
    for node in entries.value:
        entry = _entry(node, category.value, file, problems)
        if entry:
            yield entry


def _maker(file: str, head: Node) -> Callable[[Node, int], Entry | None] | None:
    """What makes sound entries under the head of a file; None where the head is not sound itself."""
    if not isinstance(head.value, dict) or head.value.keys() != {"category", "entries"}:
        return None
    category = head.value["category"].value
    if head.value["entries"].value is not None or not isinstance(category, str) or category not in CATEGORIES:
        return None
    return lambda node, offset: _entry(node, category, file, [], offset)


def _entry(node: Node, category: str, file: str, problems: list[Problem], offset: int = 0) -> Entry | None:
    """One entry, or None where something it cannot do without is missing or wrong; `offset` lines stand before its text."""
    before = len(problems)

    def report(line: int, what: str, remedy: str) -> None:
        problems.append(Problem(Location(file, line + offset), what, remedy))

    if not isinstance(node.value, dict):
        report(node.line, "항목이 `이름: 값`으로 되어 있지 않습니다", "필드를 `이름: 값`으로 쓰세요")
        return None
    fields = node.value
    for name in fields:
        if name not in _REQUIRED + _OPTIONAL:
            report(
                fields[name].line, f"알 수 없는 필드 {name!r}", f"{', '.join(_REQUIRED + _OPTIONAL)}만 씁니다"
            )
    for name in _REQUIRED:
        if name not in fields:
            report(node.line, f"필드 {name!r}이(가) 없습니다", "여기서 시작하는 항목에 추가하세요")
    for name in ("id", "title", "answer"):
        if name in fields and not (isinstance(fields[name].value, str) and fields[name].value.strip()):
            report(
                fields[name].line,
                f"{name!r}이(가) 비었거나 글이 아닙니다",
                "글을 쓰세요 (숫자로만 된 글은 따옴표로 감쌉니다)",
            )
    for name, choices in _CHOICES.items():
        if name in fields and fields[name].value not in choices:
            report(
                fields[name].line,
                f"{name!r}이(가) {fields[name].value!r}입니다",
                f"{' 또는 '.join(choices)}를 쓰세요",
            )
    updated = fields.get("updated")
    day = _date(updated.value) if updated else None
    if updated and day is None:
        report(updated.line, f"'updated'가 {updated.value!r}입니다", "2026-11-23처럼 날짜를 쓰세요")
    for name in ("questions", "keywords", "related"):
        if name in fields:
            check_texts(fields[name], name, report)
    title = fields.get("title")
    if title and isinstance(title.value, str) and title.value.strip() and not key(title.value):
        report(title.line, "제목에 글자나 숫자가 없습니다", "무엇에 대한 안내인지 쓰세요")
    identifier = fields.get("id")
    if identifier and isinstance(identifier.value, str) and not _ID.fullmatch(identifier.value):
        report(
            identifier.line,
            f"id {identifier.value!r}의 형식이 맞지 않습니다",
            "a-z, 0-9와 하이픈(-) 하나씩만, 120자까지 쓰세요",
        )
    if len(problems) > before:
        return None

    def texts(name: str) -> list[Node]:
        return fields[name].value if name in fields else []

    return Entry(
        id=fields["id"].value,
        category=category,
        system=fields["system"].value,
        title=fields["title"].value.strip(),
        audience=fields["audience"].value,
        phrasings=tuple(
            Phrasing(item.value.strip(), Location(file, item.line + offset)) for item in texts("questions")
        ),
        keywords=tuple(item.value.strip() for item in texts("keywords")),
        answer=fields["answer"].value.strip() + "\n",
        related=tuple(item.value.strip() for item in texts("related")),
        updated=day,
        source=fields["source"].value,
        location=Location(file, node.line + offset),
    )


def _date(value: object) -> datetime.date | None:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return datetime.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
