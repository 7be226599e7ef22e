"""FAQ files written for a test: a sound entry, and the same with one thing wrong."""

from __future__ import annotations

from pathlib import Path

from bot.faq.loader import inspect
from bot.faq.model import Content, Problem

HOSTS = ("www.kefci.com",)
_PHRASINGS = (
    "{} 방법",
    "{} 어떻게 하나요",
    "{} 안 돼요",
    "{} 좀 알려줘",
    "우리 회사는 {} 언제 하죠",
    "{}이 궁금합니다",
)


def entry(identifier: str = "contract", **changed: str | None) -> str:
    """One entry as YAML; a field given as None is left out, another is written as it is given."""
    fields: dict[str, str | None] = {
        "system": "PartnerPlus",
        "title": f"{identifier} 안내 제목",
        "audience": "member",
        "questions": "[" + ", ".join(words.format(identifier) for words in _PHRASINGS) + "]",
        "keywords": "[계약]",
        "answer": '"화면에서 확인해 주세요."',
        "related": "[]",
        "updated": "2026-11-23",
        "source": "sample",
    }
    lines = [f"{name}: {value}" for name, value in (fields | changed).items() if value is not None]
    head = [f"id: {identifier}"] if "id" not in changed else []
    first, *rest = head + lines
    return "\n".join([f"  - {first}", *(f"    {line}" for line in rest)]) + "\n"


def document(*entries: str, category: str = "quote_contract") -> str:
    return f"category: {category}\nentries:\n" + "".join(entries or (entry(),))


def write(directory: Path, text: str | bytes, name: str = "a.yml") -> Path:
    path = directory / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def found(directory: Path) -> list[Problem]:
    return inspect(directory, HOSTS)[1]


def only(directory: Path) -> Problem:
    """The one problem of a directory."""
    problems = found(directory)
    assert len(problems) == 1, "\n".join(map(str, problems)) or "no problem was found"
    return problems[0]


def content(directory: Path) -> Content:
    return inspect(directory, HOSTS)[0]
