"""Which tokenizer and classifier: whitespace + DIET (Rasa's default), Okt, Komoran, Kiwi and ours, in one run.

    .venv/bin/python benchmarks/nlu/run.py [--epochs 100] [--every] [--only NAME]

Each pipeline is trained by `rasa.model_training` in a process of its own on the project's data, and asked the questions of
tests/nlu/categories.jsonl, which none of them was trained on. Prints a Markdown table: accuracy and macro-F1 over the
seven categories (plain questions and hard ones), training seconds, milliseconds a question, and the memory of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
QUESTIONS = ROOT / "tests" / "nlu" / "categories.jsonl"
OURS = "bot.nlu.classifier.KoreanIntentClassifier"
TOKENIZER = "bot.nlu.tokenizer.KoreanTokenizer"
HEADER = ["pipeline", "accuracy", "macro-F1", "plain", "hard", "training s", "ms a question", "MiB"]


def pipelines(epochs: int, every: bool = True) -> dict[str, list[dict]]:
    """The pipelines compared, by name."""
    diet = [
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": epochs, "entity_recognition": False, "random_seed": 1},
    ]
    named = {"whitespace + DIET (Rasa's default)": [{"name": "WhitespaceTokenizer"}, *diet]}
    tokenizers = {
        name: {"name": TOKENIZER, "tokenizer": name} for name in ("okt", "komoran", "kiwi", "mecab")
    }
    named |= {f"{name} + ours": [part, {"name": OURS}] for name, part in tokenizers.items()}
    return named | ({f"{name} + DIET": [part, *diet] for name, part in tokenizers.items()} if every else {})


def measure(pipeline: list[dict]) -> dict[str, float]:
    """Trains and asks in this process."""
    from bot import quiet

    quiet.silence()
    import asyncio
    import resource

    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    from bot.evaluation.categories import Guessed
    from bot.evaluation.categories import measure as figures_of
    from bot.evaluation.queries import read_labelled
    from bot.faq.model import CATEGORIES
    from bot.settings import Settings

    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    config = {key: config[key] for key in ("recipe", "assistant_id", "language", "importers")}
    queries = read_labelled(QUESTIONS, CATEGORIES)
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "config.yml"
        path.write_text(yaml.safe_dump(config | {"pipeline": pipeline}), encoding="utf-8")
        began = time.perf_counter()
        model = train_nlu(str(path), str(Settings.from_env().nlu_dir), home, domain=str(ROOT / "domain.yml"))
        trained = time.perf_counter() - began
        agent = Agent.load(model)
        loop = asyncio.new_event_loop()
        loop.run_until_complete(agent.parse_message("안녕하세요"))
        guessed, began = [], time.perf_counter()
        for query in queries:
            intent = loop.run_until_complete(agent.parse_message(query.text))["intent"]
            guessed.append(Guessed(query, intent["name"] or "none", intent["confidence"]))
        spent = 1000 * (time.perf_counter() - began) / len(queries)
    figures = figures_of(guessed)
    hard = [g.right for g in guessed if g.query.kind != "plain"]
    return {
        "accuracy": figures["accuracy"],
        "macro_f1": figures["macro_f1"],
        "plain": figures["by_kind"]["plain"]["accuracy"],
        "hard": sum(hard) / len(hard),
        "training": trained,
        "ms": spent,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=100)
    parser.add_argument(
        "--every", action="store_true", help="DIET on the other tokenizers' tokens too: ten minutes each"
    )
    parser.add_argument("--only", help="measure this pipeline here and print JSON")
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(pipelines(options.epochs)[options.only])))
        return
    named = pipelines(options.epochs, options.every)
    print("| " + " | ".join(HEADER) + " |\n|" + " --- |" * len(HEADER), flush=True)
    for name in named:
        command = [sys.executable, __file__, "--epochs", str(options.epochs), "--only", name]
        with tempfile.TemporaryDirectory() as cache:  # Rasa takes what it trained before from its cache
            cold = {**os.environ, "RASA_CACHE_DIRECTORY": cache}
            done = subprocess.run(command, cwd=ROOT, env=cold, capture_output=True, text=True)
        if done.returncode:
            print(f"| {name} | failed: {done.stderr.strip().splitlines()[-1]} |", flush=True)
            continue
        f = json.loads(done.stdout.splitlines()[-1])
        shares = (f"{f[key]:.3f}" for key in ("accuracy", "macro_f1", "plain", "hard"))
        print(
            "| "
            + " | ".join([name, *shares, f"{f['training']:.0f}", f"{f['ms']:.1f}", f"{f['mib']:.0f}"])
            + " |",
            flush=True,
        )


if __name__ == "__main__":
    main()
