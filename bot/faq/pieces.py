"""Large files, entry by entry: after an edit only the entries whose text changed are parsed again.

A file in the form the content staff write is cut where its entries begin; anything else is left to the parser as a whole,
as is a file with a mistake, so that what is said of it does not depend on how it was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from os.path import commonprefix
from threading import Lock

from bot.faq.document import MAX_BYTES, Node, Unreadable, parse_anew
from bot.faq.model import Entry

_HEAD = re.compile(rb"^entries:[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*( *)- (?=\S)", re.MULTILINE)
_ODD_BREAK = re.compile("\r(?!\n)(?!$)|[\x85\u2028\u2029]")
_KEPT = 64  # files

Make = Callable[[Node, int], Entry | None]  # a node, and the lines before the text it was parsed from


@dataclass(frozen=True)
class Pieces:
    """A file as it was read: its head, the indent of its entries' dashes, the text of each and what was made of it."""

    head: bytes
    indent: int
    texts: list[bytes]
    entries: tuple[Entry, ...]


_lock = Lock()
_read: dict[str, Pieces] = {}


def entries_of(file: str, data: bytes, make: Callable[[Node], Make | None]) -> tuple[Entry, ...] | None:
    """The entries of a file's bytes; None where it is not of the usual form or anything is wrong with it.

    `make` is given the head, a mapping whose `entries` is empty, and gives what turns an entry's node into the entry, or None.
    """
    found = _HEAD.search(data)
    if found is None or len(data) > MAX_BYTES:
        return None
    indent = len(found[1])
    dash = b"\n" + b" " * indent + b"- "
    head, *texts = data.split(dash)
    if len(head) + len(dash) != found.end():  # what looks like an entry comes before the entries
        return None
    before = _read.get(file)
    if before is not None and (before.head, before.indent) != (head, indent):
        before = None
    try:
        made = _entries(file, head, texts, indent, before, make)
    except Unreadable:
        return None
    if made is not None:
        with _lock:
            _read.pop(file, None)
            while len(_read) >= _KEPT:
                del _read[next(iter(_read))]
            _read[file] = Pieces(head, indent, texts, made)
    return made


def _entries(
    file: str,
    head: bytes,
    texts: list[bytes],
    indent: int,
    before: Pieces | None,
    make: Callable[[Node], Make | None],
) -> tuple[Entry, ...] | None:
    old_texts, old = (before.texts, before.entries) if before else ([], ())
    first = _same(texts, old_texts)
    last = _same(texts[first:][::-1], old_texts[first:][::-1])
    to_entry = make(parse_anew(file, head))
    if to_entry is None:
        return None
    if first:
        line = old[first - 1].location.line + texts[first - 1].count(b"\n") + 1
    else:
        line = head.count(b"\n") + 2
    found = list(old[:first])
    for text in texts[first : len(texts) - last]:
        entry = _entry(file, text, indent, line, to_entry)
        if entry is None:
            return None
        found.append(entry)
        line += text.count(b"\n") + 1
    rest = old[len(old) - last :]
    if rest and rest[0].location.line != line:
        by = line - rest[0].location.line
        rest = tuple(entry.moved(by) for entry in rest)
    return (*found, *rest)


def _same(one: list[bytes], other: list[bytes]) -> int:
    """How many texts two lists have in common at their beginning."""
    return len(commonprefix([one, other]))


def _entry(file: str, text: bytes, indent: int, line: int, make: Make) -> Entry | None:
    whole = b" " * indent + b"- " + text
    try:
        words = whole.decode()
    except UnicodeDecodeError:
        return None
    inner = words.split("\n")[1:]
    lone = any(
        len(each) - len(each.lstrip(" ")) <= indent and each.strip() and not each.lstrip().startswith("#")
        for each in inner
    )
    if lone or _ODD_BREAK.search(words):
        return None
    root = parse_anew(file, whole)
    if not isinstance(root.value, list) or len(root.value) != 1 or root.value[0].line != 1:
        return None
    return make(root.value[0], line - 1)
