"""Rasa's own commands work on the same files that `elbi train` and `elbi serve` use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, environment
from tests.faq.writing import document, entry, write

HERE = Path(__file__).parent
pytestmark = pytest.mark.timeout(300)


def rasa(*arguments: object, **settings: object) -> subprocess.CompletedProcess:
    environ = environment(**settings) | {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [str(Path(sys.executable).with_name("rasa")), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=280)


def test_data_validate() -> None:
    done = rasa("data", "validate", "--fail-on-warnings", "--data", "data/nlu")
    assert done.returncode == 0, done.stdout + done.stderr


def test_rasa_train_and_the_same_model_answers(tmp_path: Path) -> None:
    """`rasa train` as in the README, over data/ with data/faq in it."""
    done = rasa("train", "--out", tmp_path, "--fixed-model-name", "model", ELBI_ENCODER="off")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "model.tar.gz").is_file()
    code = (
        "import asyncio, json, sys; from rasa.core.agent import Agent; agent = Agent.load(sys.argv[1]);"
        "texts = ['계약 상세가 안 보여요', '안녕하세요'];"
        "print(json.dumps([asyncio.run(agent.parse_message(text))['intent']['name'] for text in texts]))"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "model.tar.gz")],
        cwd=ROOT,
        env=environment(ELBI_ENCODER="off"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout.splitlines()[-1]) == ["quote_contract", "greet"]


def test_broken_faq_stops_rasa_train(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(system="PP")))
    done = rasa("train", "--out", tmp_path, ELBI_FAQ_DIR=tmp_path)
    assert done.returncode != 0
    assert f"{path}:4: " in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.tar.gz"))


def test_a_wrong_importer_stops_rasa_train(tmp_path: Path) -> None:
    """Rasa only logs that it cannot import it; the classifier finds that the FAQ is missing."""
    config = (ROOT / "config.yml").read_text(encoding="utf-8")
    assert "bot.nlu.importer.FaqImporter" in config
    path = tmp_path / "config.yml"
    path.write_text(config.replace("importer.FaqImporter", "importer.NoImporter"), encoding="utf-8")
    done = rasa("train", "nlu", "--config", path, "--nlu", "data/nlu", "--out", tmp_path, ELBI_ENCODER="off")
    assert done.returncode != 0
    assert "FaqImporter" in done.stdout + done.stderr
    assert not list(tmp_path.glob("*.tar.gz"))


def test_rasa_test_nlu(tmp_path: Path, model_dir: Path) -> None:
    """Over held-out lines of ours, written as Rasa's YAML; it builds no importer of its own here."""
    intents: dict[str, list[str]] = {}
    for name, field in (("intents.jsonl", "intent"), ("categories.jsonl", "category")):
        for line in (HERE / name).read_text(encoding="utf-8").splitlines()[::4]:
            example = json.loads(line)
            intents.setdefault(example[field], []).append(example["text"])
    examples = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in intents.items()
    ]
    data = tmp_path / "nlu.yml"
    data.write_text(yaml.safe_dump({"version": "3.1", "nlu": examples}, allow_unicode=True), encoding="utf-8")
    (model,) = model_dir.glob("elbi-*.tar.gz")
    done = rasa("test", "nlu", "-u", data, "-m", model, "--out", tmp_path / "out", "--no-plot")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((tmp_path / "out" / "intent_report.json").read_text())
    assert set(intents) <= report.keys()
    assert report["weighted avg"]["f1-score"] >= 0.85
