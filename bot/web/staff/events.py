"""Rows of the history in words."""

from __future__ import annotations

import re
from typing import Any

from bot.faq.fields import LABELS
from bot.review.model import Did
from bot.web.staff import words

_FOLDERS = re.compile(
    r"(?:/[^\s/:]+)+/(?=[^\s/:]+:\d)"
)  # of `/srv/faq/general.yml:12`: the machine's own business
_PLAIN = ("note", "why", "login", "name", "model", "visitor")


def detail(row: Did) -> str:
    """What is worth knowing of a row beside who did what: reasons, fields, states."""
    said = [_words(name, value) for name, value in row.detail.items()]
    return " · ".join(each for each in said if each)


def without_folders(text: str) -> str:
    """A text that names files by their names alone."""
    return _FOLDERS.sub("", text)


def _words(name: str, value: Any) -> str:
    if name in _PLAIN and isinstance(value, str):
        return value
    if name == "problem" and isinstance(value, str):
        return without_folders(value)
    if name == "reason":
        return words.REASONS.get(value, value) if isinstance(value, str) else ""
    if name == "before":
        return f"{words.STATES.get(value, value)}에서"
    if name == "fields" and isinstance(value, list):
        return ", ".join(LABELS.get(each, each) for each in value)
    if name == "role":
        return f"역할 {words.ROLES.get(value, value)}"
    if name == "duplicate_of":
        return f"질문 {value}"
    if name == "enabled":
        return "다시 사용" if value else "사용 중지"
    if name == "password":
        return "비밀번호"
    if name in ("rows", "people", "told") and isinstance(value, int):
        return f"{value}{'명' if name != 'rows' else '건'}"
    return ""
