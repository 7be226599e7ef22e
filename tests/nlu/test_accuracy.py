"""How often the trained model is right about held-out questions (see README.md here)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.turn import guess_of
from bot.faq.model import CATEGORIES
from bot.korean.text import key
from tests.conftest import ROOT

HERE = Path(__file__).parent
Parse = dict[str, Any]


def _lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


class Model:
    """The trained model, loaded once, as Rasa itself loads it."""

    def __init__(self, archive: Path) -> None:
        from rasa.core.agent import Agent

        self._agent = Agent.load(str(archive))
        self._loop = asyncio.new_event_loop()

    def parse(self, text: str) -> Parse:
        return self._loop.run_until_complete(self._agent.parse_message(text))

    def close(self) -> None:
        self._loop.close()


@pytest.fixture(scope="module")
def model(model_dir: Path) -> Iterator[Model]:
    (archive,) = model_dir.glob("elbi-*.tar.gz")
    model = Model(archive)
    yield model
    model.close()


def _held(wrong: list[str], total: int, least: float) -> None:
    accuracy = 1 - len(wrong) / total
    assert accuracy >= least, f"{accuracy:.3f} of {total} are right:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("kinds", "least"),
    [({"plain"}, 0.95), ({"paraphrase", "slip", "abbreviation"}, 0.90)],
    ids=["plain", "hard"],
)
def test_categories(model: Model, kinds: set[str], least: float) -> None:
    """The category of the best guess: what a guest is asked to log in for, and what staff see in the queue.

    The aims are those of issue 3: .95 of well-formed questions, .90 of hard paraphrases, slips and abbreviations together.
    """
    lines = [line for line in _lines("categories.jsonl") if line["kind"] in kinds]
    wrong = []
    for line in lines:
        guess = guess_of(model.parse(line["text"]))
        if guess.intent != line["category"]:
            wrong.append(f"{line['text']}: {guess.intent} ({guess.confidence:.2f}), not {line['category']}")
    _held(wrong, len(lines), least)


def test_intents(model: Model) -> None:
    """The intent that decides which action answers, with the fallback."""
    lines = _lines("intents.jsonl")
    wrong = []
    for line in lines:
        intent = model.parse(line["text"])["intent"]
        if intent["name"] != line["intent"]:
            wrong.append(
                f"{line['text']}: {intent['name']} ({intent['confidence']:.2f}), not {line['intent']}"
            )
    _held(wrong, len(lines), 0.90)


def test_onboarding_or_faq(model: Model) -> None:
    """One's own state, or how a step goes: the fallback looks the question up, as a category does."""
    lines = _lines("onboarding_or_faq.jsonl")
    wrong = []
    for line in lines:
        parsed = model.parse(line["text"])
        name, guess = parsed["intent"]["name"], guess_of(parsed)
        right = name == line["intent"] if line["intent"] not in CATEGORIES else guess.intent == line["intent"]
        if not right:
            wrong.append(
                f"{line['text']}: {name}, {guess.intent} ({guess.confidence:.2f}), not {line['intent']}"
            )
    _held(wrong, len(lines), 0.95)


@pytest.mark.parametrize("name", ["categories.jsonl", "intents.jsonl", "onboarding_or_faq.jsonl"])
def test_no_question_was_ever_trained_on(name: str) -> None:
    trained = {
        key(line.strip().removeprefix("- "))
        for directory in (ROOT / "data" / "nlu", ROOT / "data" / "faq")
        for path in directory.glob("*.yml")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    assert not [line["text"] for line in _lines(name) if key(line["text"]) in trained]


def test_the_files_are_what_their_readme_says() -> None:
    categories, intents, onboarding = map(
        _lines, ("categories.jsonl", "intents.jsonl", "onboarding_or_faq.jsonl")
    )
    assert (len(categories), len(intents), len(onboarding)) == (280, 163, 120)
    assert {line["category"] for line in categories} == CATEGORIES.keys()
