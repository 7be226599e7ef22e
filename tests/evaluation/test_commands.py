"""`elbi eval` as people run it: figures, files, and what it says about bad input."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.errors import QueryFileError
from bot.evaluation.queries import read_queries
from tests.conftest import ELBI, ROOT, environment

TOPICS = {
    "password": (
        "비밀번호 찾기",
        ["비밀번호를 잊어버렸어요", "비번 재설정 어떻게 하나요", "암호가 기억나지 않아요"],
    ),
    "invoice": (
        "세금계산서 발행",
        ["세금계산서는 어디서 발행하나요", "계산서 끊는 방법", "전자세금계산서 보내기"],
    ),
    "training": (
        "보안 교육 수강",
        ["보안 교육은 어떻게 듣나요", "교육 동영상이 안 나와요", "수강 신청하는 곳"],
    ),
}


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    directory = tmp_path / "faq"
    directory.mkdir()
    write_faq(directory, TOPICS)
    return directory


def write_faq(directory: Path, topics: dict[str, tuple[str, list[str]]]) -> None:
    entries = "".join(
        f"  - id: {name}\n    system: PartnerPlus\n    title: {title}\n    audience: member\n"
        f"    questions: {json.dumps(questions, ensure_ascii=False)}\n    answer: {title} 안내입니다.\n"
        "    updated: 2026-11-23\n    source: sample\n"
        for name, (title, questions) in topics.items()
    )
    (directory / "general.yml").write_text(f"category: general\nentries:\n{entries}", encoding="utf-8")


def queries(tmp_path: Path, *lines: dict[str, Any] | str) -> Path:
    path = tmp_path / "queries.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def retrieval(tmp_path: Path, faq: Path, path: Path, *options: object) -> subprocess.CompletedProcess[str]:
    command = [*ELBI, "eval", "retrieval", "--faq", faq, "--queries", path, *options]
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment(ELBI_ENCODER="off", ELBI_MODEL_DIR=tmp_path / "models"),
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_figures_table_and_plot(tmp_path: Path, faq: Path) -> None:
    path = queries(
        tmp_path,
        {"text": "비밀번호 잊어버렸는데요", "faq_id": "password"},
        {"text": "세금 계산서를 발행하려고요", "faq_id": "invoice"},
        {"text": "비밀번호잊어버렸어요", "faq_id": "password", "noise": "nospace"},
        {"text": "점심에 김치찌개 먹을까", "faq_id": None, "kind": "chat"},
        {"text": "보안 교육 동영상 재생이 안 됩니다", "faq_id": "password", "id": "wrong on purpose"},
    )
    out, plots = tmp_path / "out.json", tmp_path / "plots"
    done = retrieval(tmp_path, faq, path, "--json", out, "--plots", plots)
    assert done.returncode == 0, done.stderr
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["n"] == 3
    assert figures["hit@1"] == pytest.approx(2 / 3, abs=1e-3)
    assert figures["hit@5"] == 1.0
    assert 2 / 3 < figures["mrr"] < 1
    assert figures["by_noise"] == {"nospace": {"n": 1, "hit@1": 1.0, "hit@5": 1.0, "mrr": 1.0}}
    assert figures["oos_auroc"] == figures["by_kind"]["chat"]["oos_auroc"] == 1.0
    assert figures["refused"] == 1.0
    (miss,) = figures["misses"]
    assert miss["faq_id"] == "password" and miss["ranked"][0]["id"] == "training"
    assert "Hit@1" in done.stdout and "보안 교육 동영상 재생이 안 됩니다" in done.stdout
    assert (plots / "calibration.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"text": "가입", "faq": "password"}, ":2: field 'faq': unknown"),
        ({"text": "가입"}, ":2: field 'faq_id': missing"),
        ({"faq_id": None}, ":2: field 'text': missing"),
        ({"text": " ", "faq_id": None}, ":2: field 'text': empty"),
        ({"text": 3, "faq_id": None}, ":2: field 'text': must be a text"),
        ({"text": "가입", "faq_id": "nowhere"}, ":2: field 'faq_id': 'nowhere': no entry"),
        ({"text": "가입", "faq_id": None, "visitor": "admin"}, ":2: field 'visitor'"),
        ('["가입"]', ":2: not an object"),
        ('{"text": "가입"', ":2: not JSON"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: dict | str, said: str) -> None:
    path = queries(tmp_path, {"text": "비밀번호", "faq_id": "password"}, line)
    with pytest.raises(QueryFileError, match=re.escape(f"{path}{said}")):
        read_queries(path, TOPICS)


def test_the_command_says_so_in_one_line(tmp_path: Path, faq: Path) -> None:
    path = queries(tmp_path, {"text": "가입", "faq_id": "nowhere"})
    done = retrieval(tmp_path, faq, path)
    assert done.returncode == 1
    assert done.stderr == f"{path}:1: field 'faq_id': 'nowhere': no entry of the FAQ has this id\n"


def test_another_encoding_and_no_lines_at_all(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    for raw, said in (
        ('{"text": "가입", "faq_id": null}\n'.encode("cp949"), ":1: not UTF-8"),
        (b"\n\n", ": holds no queries"),
    ):
        path.write_bytes(raw)
        with pytest.raises(QueryFileError, match=re.escape(f"{path}{said}")):
            read_queries(path, TOPICS)
    with pytest.raises(QueryFileError, match="cannot be read"):
        read_queries(tmp_path / "none.jsonl", TOPICS)


def test_an_empty_faq_and_one_entry_only(tmp_path: Path, faq: Path) -> None:
    path = queries(
        tmp_path, {"text": "비밀번호를 까먹었어요", "faq_id": "password"}, {"text": "날씨", "faq_id": None}
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    done = retrieval(tmp_path, empty, path)
    assert done.returncode == 1 and str(empty) in done.stderr
    write_faq(faq, {"password": TOPICS["password"]})
    done = retrieval(tmp_path, faq, path, "--json", tmp_path / "one.json")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))["hit@1"] == 1.0


def test_odd_questions_are_measured_like_any_other(tmp_path: Path, faq: Path) -> None:
    odd = [
        "비밀번호 " * 200,
        "How do I reset my password?",
        "如何找回密码",
        "😀",
        "'; DROP TABLE turn; --",
        "ㅂㅣㅁ",
    ]
    path = queries(tmp_path, *({"text": text, "faq_id": None} for text in odd))
    out = tmp_path / "odd.json"
    done = retrieval(tmp_path, faq, path, "--json", out)
    assert done.returncode == 0, done.stderr
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["queries"] == len(odd) and figures["hit@1"] is None


def test_categories(tmp_path: Path, model_dir: Path) -> None:
    """On the project's own questions; the aims are held by tests/nlu."""
    out, plots = tmp_path / "out.json", tmp_path / "plots"
    command = [*ELBI, "eval", "categories", "--queries", ROOT / "tests" / "nlu" / "categories.jsonl"]
    done = subprocess.run(
        [*map(str, command), "--json", str(out), "--plots", str(plots)],
        cwd=ROOT,
        env=environment(ELBI_MODEL_DIR=model_dir, ELBI_STATE_DIR=tmp_path),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["accuracy"] >= 0.9 and len(figures["per_class"]) == 7
    assert (plots / "confusion.png").read_bytes().startswith(b"\x89PNG")
    wrong = queries(tmp_path, {"text": "가입", "category": "weather"})
    done = subprocess.run(
        [*map(str, command[:-1]), str(wrong)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and f"{wrong}:1: field 'category': 'weather'" in done.stderr
