"""What one worker comes to remember of very many questions, none asked twice, and that it ends.

    .venv/bin/python benchmarks/load/questions.py [--questions 12000] [--encoder use]

Visitors of ten questions each, one after another, as fast as they are answered. Prints a table of questions and memory.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import uuid
from pathlib import Path

from rich.console import Console
from rich.progress import track

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.staged import memory  # noqa: E402
from bot.evaluation.queries import read_texts  # noqa: E402
from bot.settings import Settings  # noqa: E402
from tests.conftest import serving  # noqa: E402

VISIT = 10  # questions of a visitor
ROWS = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=12_000)
    parser.add_argument("--encoder", default="use")
    options = parser.parse_args()
    texts = read_texts(ROOT / "tests" / "nlu" / "categories.jsonl")
    words = sorted({word for text in texts for word in text.split()})
    draw = random.Random(0)
    told = []
    with tempfile.TemporaryDirectory() as scratch:
        models = Path(scratch) / "models"
        shutil.copytree(Settings.from_env().model_dir, models, dirs_exist_ok=True)
        with serving(Path(scratch) / "state", models, "--workers", "1", ELBI_ENCODER=options.encoder) as site:
            visits = range(options.questions // VISIT)
            step = max(1, len(visits) // ROWS)
            for number in track(visits, "questions", console=Console(stderr=True)):
                if number % step == 0:
                    told.append((number * VISIT, memory(site.process.pid).pss))
                with (site.member() if number % 2 else site.guest()).http as http:
                    for _ in range(VISIT):
                        text = f"{draw.choice(texts)} {' '.join(draw.sample(words, 2))}"
                        message = {"id": str(uuid.UUID(int=draw.getrandbits(128))), "text": text}
                        http.post("/messages", json=message).raise_for_status()
            told.append((len(visits) * VISIT, memory(site.process.pid).pss))
    print("| questions | MiB | more, kB a question |\n|---|---|---|")
    for place, (asked, mib) in enumerate(told):
        before = told[max(place - 1, 0)]
        grown = (mib - before[1]) * 1024 / (asked - before[0]) if place else 0.0
        print(f"| {asked:,} | {mib:.0f} | {grown:.1f} |")


if __name__ == "__main__":
    main()
