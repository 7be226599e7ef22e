"""Changing one entry in the text of a YAML file: comments, order and every line that need not change stay as they are.

The parser tells where each value stands; only the values that differ are written anew, in the manner they were written in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

import yaml

from bot.faq.fields import LISTS, EntryFields
from bot.faq.render import entry_lines, field_lines, flow_item, literal, scalar

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Cut(NamedTuple):
    """A part of the text, and what is to stand there."""

    start: int
    end: int
    text: str


class Unfit(Exception):
    """The text is not of the form this can change: no mapping with `entries`, or no such entry."""


def with_entry(text: str, fields: EntryFields) -> str:
    """The text with the entry `fields.id` as given: changed where it is there, else added as the last one."""
    file = _File(text)
    node = file.entry(fields.id)
    return file.apply(file.changed(node, fields) if node else [file.added(fields)])


def without_entry(text: str, faq_id: str) -> str:
    """The text without an entry."""
    file = _File(text)
    node = file.entry(faq_id)
    if node is None:
        raise Unfit(faq_id)
    return file.apply([file.removed(node)])


def starts(text: str) -> list[tuple[int, str]]:
    """The line each entry starts in, from 1, and its id, in the order of the text."""
    nodes = [
        node for node in _File(text.removeprefix("\ufeff")).entries if isinstance(node, yaml.MappingNode)
    ]
    return [
        (node.start_mark.line + 1, str(value.value))
        for node in nodes
        for key, value in node.value
        if key.value == "id"
    ]


class _File:
    """A file's text with the parser's nodes over it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.eol = "\r\n" if "\r\n" in text else "\n"
        self._starts = [0, *(found.end() for found in _BREAK.finditer(text))]
        root = yaml.compose(text, Loader=_Loader)
        if not isinstance(root, yaml.MappingNode):
            raise Unfit("no mapping")
        pairs = [(key, value) for key, value in root.value if key.value == "entries"]
        if not pairs or not isinstance(pairs[0][1], yaml.SequenceNode):
            raise Unfit("no entries")
        self._key, self._entries = pairs[0]
        if self._entries.value and self._entries.flow_style:
            raise Unfit("entries in one line")

    @property
    def entries(self) -> list[yaml.Node]:
        return self._entries.value

    def apply(self, cuts: list[Cut]) -> str:
        text = self.text
        for cut in sorted(cuts, reverse=True):
            text = text[: cut.start] + cut.text.replace("\n", self.eol) + text[cut.end :]
        return text

    def entry(self, faq_id: str) -> yaml.MappingNode | None:
        for node in self._entries.value:
            if isinstance(node, yaml.MappingNode) and any(
                key.value == "id" and value.value == faq_id for key, value in node.value
            ):
                return node
        return None

    def added(self, fields: EntryFields) -> Cut:
        nodes = self._entries.value
        if not nodes:
            lines = entry_lines(fields, "  ", "    ")
            return Cut(self._at(self._key.end_mark), self._end(self._entries), ":\n" + "\n".join(lines))
        dash = " " * (nodes[0].start_mark.column - self._entries.start_mark.column)
        outer = " " * self._entries.start_mark.column
        lines = entry_lines(fields, outer, outer + (dash or "  "))
        gap = "\n" if len(nodes) < 2 or self._blank_between(nodes[-2], nodes[-1]) else ""
        end = self._line_end(self._end(nodes[-1]))
        return Cut(end, end, "\n" + gap + "\n".join(lines))

    def removed(self, node: yaml.Node) -> Cut:
        nodes = self._entries.value
        if len(nodes) == 1:
            return Cut(self._at(self._key.end_mark), self._line_end(self._end(node)), ": []")
        index = nodes.index(node)
        dash = self.text.rindex("-", 0, self._at(node.start_mark))
        end = self._line_end(self._end(node))
        if index + 1 < len(nodes):  # with the blank lines that follow it; a comment there is the next entry's
            start = self._line_start(dash)
            return Cut(start, end + len(re.match(r"\s*\n|", self.text[end:])[0]), "")
        return Cut(len(self.text[: self._line_start(dash)].rstrip()), end, "")

    def changed(self, node: yaml.MappingNode, fields: EntryFields) -> list[Cut]:
        if node.flow_style:
            column = " " * node.start_mark.column
            first, *rest = entry_lines(fields, "", column)
            return [Cut(self._at(node.start_mark), self._end(node), "\n".join([first[2:], *rest]))]
        return list(self._changes(node, fields))

    def _changes(self, node: yaml.MappingNode, fields: EntryFields) -> Iterator[Cut]:
        present = {key.value: (key, value) for key, value in node.value}
        indent = " " * node.start_mark.column
        last = node.value[0][1]
        for name in EntryFields.names():
            wanted = getattr(fields, name)
            if name == "category":
                continue
            if name not in present:
                if wanted:
                    end = self._line_end(self._end(last))
                    yield Cut(end, end, "\n" + "\n".join(field_lines(name, wanted, indent)))
                continue
            key, value = present[name]
            last = value
            if name in LISTS:
                yield from self._list(name, key, value, list(wanted))
            elif name == "answer":
                if value.value.strip() != wanted.strip():
                    yield self._answer(key, value, wanted)
            elif str(value.value).strip() != wanted:
                yield Cut(self._at(value.start_mark), self._end(value), scalar(name, wanted))

    def _answer(self, key: yaml.Node, value: yaml.Node, wanted: str) -> Cut:
        start, end = self._at(value.start_mark), self._end(value)
        header, indent = "|", " " * (key.start_mark.column + 2)
        if value.style == "|":
            first, *rest = self.text[start:end].splitlines()
            if re.fullmatch(r"\|[-+]?\s*(#.*)?", first):
                header = first
            written = next((line for line in rest if line.strip()), indent)
            indent = written[: len(written) - len(written.lstrip(" "))] or indent
        return Cut(start, end, "\n".join([header, *literal(wanted, indent)]))

    def _list(self, name: str, key: yaml.Node, value: yaml.Node, wanted: list[str]) -> Iterator[Cut]:
        nodes = value.value if isinstance(value, yaml.SequenceNode) else []
        old = [str(node.value).strip() for node in nodes]
        if old == wanted:
            return
        if value.flow_style or not nodes:
            yield self._flow(name, key, value, old, wanted)
        elif not wanted:
            yield Cut(self._at(key.end_mark), self._line_end(self._end(value)), ": []")
        else:
            yield from self._block(nodes, old, wanted)

    def _flow(self, name: str, key: yaml.Node, value: yaml.Node, old: list[str], wanted: list[str]) -> Cut:
        if not old and name == "questions":
            lines = field_lines(name, tuple(wanted), " " * key.start_mark.column)
            return Cut(self._at(key.end_mark), self._end(value), ":\n" + "\n".join(lines[1:]))
        spans = [(self._at(node.start_mark), self._end(node)) for node in value.value]
        if old and wanted[: len(old)] == old:  # only more at the end: what stands there stays
            more = "".join(", " + flow_item(text) for text in wanted[len(old) :])
            return Cut(spans[-1][1], spans[-1][1], more)
        written = {text: self.text[start:end] for text, (start, end) in zip(old, spans, strict=True)}
        items = [written.get(text) or flow_item(text) for text in wanted]
        return Cut(self._at(value.start_mark), self._end(value), "[" + ", ".join(items) + "]")

    def _block(self, nodes: list[yaml.Node], old: list[str], wanted: list[str]) -> Iterator[Cut]:
        at = self._at(nodes[0].start_mark)
        prefix = self.text[self._line_start(at) : at]
        for kind, a, b, c, d in SequenceMatcher(None, old, wanted, autojunk=False).get_opcodes():
            if kind == "equal":
                continue
            pairs = min(b - a, d - c)
            for index in range(pairs):
                node = nodes[a + index]
                yield Cut(self._at(node.start_mark), self._end(node), scalar("questions", wanted[c + index]))
            for node in nodes[a + pairs : b]:
                start = self._line_start(self._at(node.start_mark))
                yield Cut(start, self._line_start(self._line_end(self._end(node)) + 1), "")
            lines = [prefix + scalar("questions", text) for text in wanted[c + pairs : d]]
            if lines and a + pairs:
                end = self._line_end(self._end(nodes[a + pairs - 1]))
                yield Cut(end, end, "".join("\n" + line for line in lines))
            elif lines:
                start = self._line_start(at)
                yield Cut(start, start, "".join(line + "\n" for line in lines))

    def _at(self, mark: yaml.Mark) -> int:
        return self._starts[mark.line] + mark.column

    def _end(self, node: yaml.Node) -> int:
        """Behind the last thing a node writes; blank lines and comments after it are not its."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(last, tuple) else last)
        start, end = self._at(node.start_mark), self._at(node.end_mark)
        return start + len(self.text[start:end].rstrip())

    def _line_start(self, position: int) -> int:
        return self._starts[bisect_right(self._starts, position) - 1]

    def _line_end(self, position: int) -> int:
        found = _BREAK.search(self.text, position)
        return found.start() if found else len(self.text)

    def _blank_between(self, one: yaml.Node, other: yaml.Node) -> bool:
        between = self.text[self._end(one) : self._at(other.start_mark)]
        return bool(re.search(r"\n[ \t]*\r?\n", between))
