"""README.md names every setting and every command, and no file that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = [PREFIX + field.name.upper() for field in fields(Settings)]
MADE_AT_RUN_TIME = ("var", "models", ".venv", "results", "build")  # see .gitignore
_CODE_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_FENCE = re.compile(r"^```.*?^```", re.M | re.S)
_FILE = re.compile(r"[\w.*/\-]+\.(py|md|yml|yaml|toml|lock|txt|sh|js|css|html|json|jsonl|xlsx|csv)")


def commands() -> list[str]:
    """`serve`, `queue list` … as `elbi --help` shows them."""

    def walk(command, path: tuple[str, ...]) -> Iterator[str]:
        below = getattr(command, "commands", None)
        if not below:
            yield " ".join(path)
            return
        for name, each in below.items():
            if not each.hidden:
                yield from walk(each, (*path, name))

    return list(walk(typer.main.get_command(app), ()))


def paths() -> list[str]:
    """What stands in backticks and looks like a file or a directory of this repository."""
    found = set()
    for span in _CODE_SPAN.findall(_FENCE.sub("", README)):
        for word in span.split():
            word = word.split(":")[0].rstrip(",.")
            if word.startswith(("/", "-", "~")) or "://" in span or re.search(r"[<>{}()$=…|\[\]]", word):
                continue  # an address, an option, a command's arguments
            if "/" in word or _FILE.fullmatch(word):
                found.add(word.removeprefix("./"))
    return sorted(found)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert re.search(rf"{name}\b", README), f"{name} is not in README.md"


def test_every_setting_of_the_readme_is_one() -> None:
    named = set(re.findall(r"ELBI_[A-Z0-9_]*[A-Z0-9]", README))
    assert named
    assert named <= set(SETTINGS)


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str) -> None:
    assert re.search(rf"\belbi {command}\b", README), f"`elbi {command}` is not in README.md"


def test_every_command_of_the_readme_is_one() -> None:
    first = {command.split()[0] for command in commands()}
    code = [*_FENCE.findall(README), *_CODE_SPAN.findall(README)]
    named = {word for text in code for word in re.findall(r"\belbi ([a-z][a-z\-]*)", text)}
    assert named
    assert named <= first


def test_every_path_of_the_readme_is_there() -> None:
    missing = [
        path
        for path in paths()
        if path.split("/")[0] not in MADE_AT_RUN_TIME and not list(ROOT.glob(path.rstrip("/")))
    ]
    assert not missing


def test_every_link_of_the_readme_is_there() -> None:
    links = re.findall(r"\]\(([^)#\s]+)", README)
    assert not [link for link in links if "://" not in link and not (ROOT / link).exists()]


def test_every_script_of_the_readme_is_there_and_can_be_run() -> None:
    scripts = set(re.findall(r"(?<![\w/])(?:\./)?(scripts/[\w\-]+)", README))
    assert scripts, "README.md names no script: how is 엘비 started?"
    for script in scripts:
        assert (ROOT / script).stat().st_mode & 0o100, f"{script} cannot be run"


def test_no_registry_address_is_in_the_locks() -> None:
    for path in (*ROOT.glob("requirements*.lock"), ROOT / "pyproject.toml"):
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", path.read_text()), path.name


def test_every_locked_package_has_its_hash() -> None:
    for path in ROOT.glob("requirements*.lock"):
        blocks = re.split(r"\n(?=\S)", path.read_text().strip())
        assert len(blocks) > 100
        assert not [
            block.split()[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block
        ]
