"""Query files: one JSON object a line, every mistake named by file, line and field."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from bot.errors import QueryFileError
from bot.visitor import Mode

MODES = get_args(Mode)
MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Query:
    """A question and the entry that answers it; None where it is out of scope.

    `noise` is what was done to the text (clean where empty), `kind` the sort of question; both are only reported apart.
    """

    text: str
    faq_id: str | None
    visitor: Mode = "member"
    noise: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Labelled:
    """A question and its category or intent; `kind` is only reported apart."""

    text: str
    category: str
    kind: str = ""


def read_queries(path: Path, entry_ids: Collection[str]) -> list[Query]:
    """The queries of a file; raises QueryFileError for the first line that is none, or that names an unknown entry."""

    def query(fields: dict[str, Any], fail: Callable[[str, str], QueryFileError]) -> Query:
        _check(fields, ("text", "faq_id"), ("visitor", "noise", "kind", "id"), fail, nullable=("faq_id",))
        if fields["faq_id"] is not None and fields["faq_id"] not in entry_ids:
            raise fail("faq_id", f"{fields['faq_id']!r}: no entry of the FAQ has this id")
        if fields.get("visitor", "member") not in MODES:
            raise fail("visitor", f"{fields['visitor']!r}: must be {' or '.join(MODES)}")
        return Query(**{name: value for name, value in fields.items() if name != "id"})

    return list(_read(path, query))


def read_texts(path: Path) -> list[str]:
    """The texts of a file of queries or labelled questions; raises QueryFileError for the first line that has none."""

    def text(fields: dict[str, Any], fail: Callable[[str, str], QueryFileError]) -> str:
        _check({name: value for name, value in fields.items() if name == "text"}, ("text",), (), fail)
        return fields["text"]

    return list(_read(path, text))


def read_labelled(path: Path, labels: Collection[str]) -> list[Labelled]:
    """The labelled questions of a file; raises QueryFileError for the first line that is none."""

    def labelled(fields: dict[str, Any], fail: Callable[[str, str], QueryFileError]) -> Labelled:
        _check(fields, ("text", "category"), ("kind", "id"), fail)
        if fields["category"] not in labels:
            raise fail("category", f"{fields['category']!r}: must be one of {', '.join(sorted(labels))}")
        return Labelled(fields["text"], fields["category"], fields.get("kind", ""))

    return list(_read(path, labelled))


def _read(path: Path, parse: Callable[..., Any]) -> Iterator[Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise QueryFileError(f"{path}: larger than {MOST_BYTES // 2**20} MiB")
        raw = path.read_bytes()
    except OSError as error:
        raise QueryFileError(f"{path}: cannot be read ({error.strerror})") from error
    found = False
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"

        def fail(field: str, what: str, where: str = where) -> QueryFileError:
            return QueryFileError(f"{where}: field {field!r}: {what}")

        try:
            fields = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise QueryFileError(f"{where}: not UTF-8; save the file as UTF-8") from error
        except (ValueError, RecursionError) as error:
            raise QueryFileError(f"{where}: not JSON ({error}); write one object a line") from error
        if not isinstance(fields, dict):
            raise QueryFileError(f'{where}: not an object; write {{"text": …}}')
        found = True
        yield parse(fields, fail)
    if not found:
        raise QueryFileError(f"{path}: holds no queries")


def _check(
    fields: dict[str, Any],
    required: tuple[str, ...],
    optional: tuple[str, ...],
    fail: Callable[[str, str], QueryFileError],
    nullable: tuple[str, ...] = (),
) -> None:
    for name in fields:
        if name not in required + optional:
            raise fail(name, f"unknown; a line has {', '.join(required)} and may have {', '.join(optional)}")
    for name in required:
        if name not in fields:
            raise fail(name, "missing")
    for name, value in fields.items():
        if not isinstance(value, str) and not (value is None and name in nullable):
            raise fail(name, "must be a text" + (" or null" if name in nullable else ""))
    if not fields["text"].strip():
        raise fail("text", "empty")
