"""A stock Rasa project on 엘비's categories: `rasa run`, an action server over HTTP, REST channel, SQLite tracker."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
EPOCHS = 50

# What `rasa init` writes into config.yml (Rasa 3.6), less the response selector, which there is nothing for.
DIET = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": EPOCHS, "constrain_similarities": True},
    {"name": "EntitySynonymMapper"},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]
OURS = [
    {"name": "bot.nlu.tokenizer.KoreanTokenizer", "tokenizer": "mecab"},
    {"name": "bot.nlu.classifier.KoreanIntentClassifier"},
    {"name": "FallbackClassifier", "threshold": 0.5, "ambiguity_threshold": 0.0},
]
PIPELINES = {"diet": DIET, "ours": OURS}

# The least an action can do: it names the entries of the category. It searches nothing and ranks nothing.
ACTION = """
import json
import pathlib

from rasa_sdk import Action

TITLES = json.loads(pathlib.Path("titles.json").read_text(encoding="utf-8"))


class ActionAnswer(Action):
    def name(self):
        return "action_answer"

    def run(self, dispatcher, tracker, domain):
        intent = tracker.latest_message["intent"]["name"]
        dispatcher.utter_message(text="\\n".join(TITLES.get(intent, ["다시 물어봐 주세요."])))
        return []
"""


def environment() -> dict[str, str]:
    """Of Rasa's commands; our components are found in the repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ELBI_")}
    model_dir = os.environ.get("ELBI_MODEL_DIR")
    extra = {"PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
    extra |= {"SQLALCHEMY_SILENCE_UBER_WARNING": "1", "ELBI_ENCODER": "use", "OMP_NUM_THREADS": "1"}
    return kept | extra | ({"ELBI_MODEL_DIR": model_dir} if model_dir else {})


def make(directory: Path, pipeline: str) -> float:
    """Writes the project and trains it, unless that was done before; returns the seconds the training took."""
    files = _files(pipeline)
    digest = hashlib.sha256(json.dumps(files).encode())
    for path in sorted((ROOT / "data" / "faq").glob("*.yml")):
        digest.update(path.read_bytes())
    for path in sorted((ROOT / "bot" / "nlu").glob("*.py")) + sorted((ROOT / "bot" / "korean").glob("*.py")):
        digest.update(path.read_bytes() if pipeline == "ours" else b"")
    stamp = directory / "trained.json"
    if stamp.is_file():
        trained = json.loads(stamp.read_text())
        if trained["of"] == digest.hexdigest():
            return trained["seconds"]
    shutil.rmtree(directory, ignore_errors=True)
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")
    began = time.perf_counter()
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "stock", "--quiet"]
    with open(directory / "train.log", "wb") as log:
        subprocess.run(command, cwd=directory, env=environment(), stdout=log, stderr=log, check=True)
    seconds = time.perf_counter() - began
    stamp.write_text(json.dumps({"of": digest.hexdigest(), "seconds": seconds}))
    return seconds


def commands(port: int, actions_port: int) -> list[list[str]]:
    """The two servers a stock project takes."""
    rasa = [sys.executable, "-m", "rasa"]
    return [
        [*rasa, "run", "actions", "--port", str(actions_port)],
        [*rasa, "run", "--port", str(port), "--interface", "127.0.0.1", "--model", "models/stock.tar.gz"],
    ]


def point_to(directory: Path, actions_port: int) -> None:
    """Says where the action server is, and where conversations are kept: in a database that is empty again."""
    (directory / "tracker.db").unlink(missing_ok=True)
    endpoints = {
        "action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(directory / "tracker.db")},
    }
    (directory / "endpoints.yml").write_text(yaml.safe_dump(endpoints))


def _files(pipeline: str) -> dict[str, str]:
    """The project, by file name."""
    from bot.faq.loader import load
    from bot.faq.model import CATEGORIES
    from bot.settings import Settings

    settings = Settings.from_env()
    entries = load(settings.faq_dir, settings.link_hosts).entries
    titles = {name: [entry.title for entry in entries if entry.category == name][:5] for name in CATEGORIES}
    taught = {}
    for path in sorted(settings.nlu_dir.glob("*.yml")):
        text = path.read_text(encoding="utf-8")
        if "nlu" in yaml.safe_load(text):
            taught[f"data/{path.name}"] = text
    spoken = [
        each["intent"] for text in taught.values() for each in yaml.safe_load(text)["nlu"] if "intent" in each
    ]
    intents = list(dict.fromkeys([*CATEGORIES, *spoken, "nlu_fallback"]))
    steps = [
        {"rule": intent, "steps": [{"intent": intent}, {"action": "action_answer"}]} for intent in intents
    ]
    config = {
        "recipe": "default.v1",
        "assistant_id": "stock",
        "language": "ko",
        "importers": [{"name": "RasaFileImporter"}, {"name": "bot.nlu.importer.FaqImporter"}],
        "pipeline": PIPELINES[pipeline],
        "policies": [{"name": "RulePolicy"}],
    }
    written = {
        "config.yml": config,
        "domain.yml": {"version": "3.1", "intents": intents, "actions": ["action_answer"]},
        "credentials.yml": {"rest": None},
        "data/rules.yml": {"version": "3.1", "rules": steps},
    }
    dumped = {
        name: yaml.safe_dump(value, allow_unicode=True, sort_keys=False) for name, value in written.items()
    }
    return {
        **dumped,
        **taught,
        "endpoints.yml": "",
        "actions/__init__.py": "",
        "actions/answer.py": ACTION,
        "titles.json": json.dumps(titles, ensure_ascii=False),
    }
