"""`elbi bench profile`: real turns, every stage, nothing left over."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.conftest import ELBI, ROOT, environment

STAGES = {"channel", "store", "tokens", "NLU", "policy", "encoder", "search", "second opinion", "render"}


def bench(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    command = [*ELBI, "bench", "profile", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**settings), capture_output=True, text=True, timeout=300
    )


def test_every_stage_is_told_and_they_sum_to_the_turn(model_dir: Path, tmp_path: Path) -> None:
    figures, state = tmp_path / "figures.json", tmp_path / "state"
    done = bench("--turns", 12, "--json", figures, ELBI_MODEL_DIR=model_dir, ELBI_STATE_DIR=state)
    assert done.returncode == 0, done.stderr
    assert all(stage in done.stdout for stage in STAGES)
    told = json.loads(figures.read_text())
    assert told["stages"].keys() == STAGES
    assert abs(sum(told["stages"].values()) - told["mean"]) < 0.01 * told["mean"]
    assert all(told["stages"][stage] > 0 for stage in STAGES - {"second opinion"})
    assert not (state / "elbi.db").exists()  # it measures in a database of its own


def test_questions_of_one_s_own_and_a_file_that_holds_none(model_dir: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"text": "계약"}\n{"question": "계약"}\n', encoding="utf-8")
    done = bench("--queries", wrong, ELBI_MODEL_DIR=model_dir, ELBI_STATE_DIR=tmp_path / "state")
    assert done.returncode == 1
    assert "wrong.jsonl:2" in done.stderr and "Traceback" not in done.stderr
