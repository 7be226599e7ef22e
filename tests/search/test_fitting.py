"""Fits kept on disk, and when the second opinion is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from bot.faq.loader import load
from bot.korean.encoder import Encoder, JoinedEncoder, unit
from bot.search.fitted import FitStore
from bot.search.fitting import fit
from bot.search.ranker import DOUBT, HOPELESS, SETTLED, Ranker, lead
from bot.search.rows import Document
from bot.settings import Settings

SETTINGS = Settings.from_env({})


@dataclass
class Bigrams:
    """A small encoder: the syllable pairs of a text, each at a place of its own among `size`."""

    name: str
    size: int
    share: float = 0.5
    sharpness: float = 1.5
    asked: list[str] = field(default_factory=list)

    @property
    def blocks(self) -> tuple[tuple[int, float], ...]:
        return ((self.size, 1.0),)

    @property
    def judge(self) -> Encoder:
        return self

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked += texts if len(texts) == 1 else []
        found = np.full((len(texts), self.size), 0.01, np.float32)
        for row, text in zip(found, texts, strict=True):
            for i in range(len(text) - 1):
                row[crc32(f"{self.name}{text[i : i + 2]}".encode()) % self.size] += 1
        return unit(found)


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    entries = load(SETTINGS.faq_dir, SETTINGS.link_hosts).entries[:24]
    return [Document(each.id, each.title, each.questions, each.keywords, each.answer) for each in entries]


def pair() -> tuple[Bigrams, JoinedEncoder]:
    quick, careful = Bigrams("quick", 48), Bigrams("careful", 96)
    return quick, JoinedEncoder("joined", 0.7, 3.0, ((careful, 0.7), (quick, 0.3)))


@pytest.fixture(scope="module")
def ranker(documents: list[Document]) -> Ranker:
    return fit(documents, encoders=pair())


def test_a_fit_from_the_store_ranks_as_it_did_when_it_was_made(
    documents: list[Document], tmp_path: Path
) -> None:
    made, kept = (fit(documents, encoders=pair(), store=FitStore(tmp_path)) for _ in range(2))
    assert len(list(tmp_path.glob("*.npz"))) == 2
    for text in ("계약서는 어디서 보나요", "비밀번호 잊음", "오늘 점심 뭐 먹지"):
        first, again = made.search(text), kept.search(text)
        assert np.array_equal(first.scores, again.scores) and first.confidence == again.confidence


def sent(ranker: Ranker, text: str) -> bool:
    """Whether the second encoder is asked."""
    careful = ranker.fits[1].kernel.projection.encoder.judge
    careful.asked.clear()
    ranker.search(text)
    return bool(careful.asked)


def test_only_what_is_in_doubt_goes_to_the_second_encoder(ranker: Ranker) -> None:
    phrasings = [document.phrasings[0] for document in ranker.rows.documents]
    between = [f"{one} {other}" for one, other in zip(phrasings, phrasings[1:], strict=False)]
    assert sum(sent(ranker, text) for text in phrasings) <= 1
    assert sum(sent(ranker, text) for text in between) >= len(between) / 3


def test_a_clear_lead_settles_nothing_where_confidence_is_low(
    documents: list[Document], ranker: Ranker
) -> None:
    alone = fit(documents, encoders=pair()[:1])
    asked = [f"고양이 {p.split()[0]} 사료" for document in documents for p in document.phrasings]
    first = {text: alone.search(text) for text in asked}
    unsure = [
        text for text, f in first.items() if HOPELESS < f.confidence < SETTLED and lead(f.scores) >= DOUBT
    ]
    assert unsure and all(sent(ranker, text) for text in unsure)


@pytest.mark.parametrize("text", ["xyz", "뷁뷁 쿠쿠루", "고양이 사료 추천", "라면 맛있게 끓이는 법"])
def test_what_is_clearly_out_of_scope_does_not(ranker: Ranker, text: str) -> None:
    assert ranker.search(text).confidence < ranker.threshold
    assert not sent(ranker, text)
