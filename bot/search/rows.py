"""FAQ entries → training rows: one row a phrasing, title, keyword list and answer sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.korean.phonetic import normalise
from bot.korean.synonyms import Synonyms

MOST_SENTENCES = 12
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|\n+")
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`#>|]+|^\s*[-+]\s+", re.MULTILINE)


class Document(NamedTuple):
    """What the ranker reads of one FAQ entry."""

    entry_id: str
    title: str
    phrasings: Sequence[str]
    keywords: Sequence[str]
    answer_text: str


@dataclass(frozen=True)
class FieldWeights:
    """How much a row of each field counts in the loss."""

    phrasing: float = 1.0
    title: float = 1.0
    keyword: float = 0.5
    answer: float = 0.5


@dataclass(frozen=True)
class Row:
    """One training row: the entry's position, the field, its normalised text and its weight."""

    entry: int
    field: str
    text: str
    weight: float


def sentences(answer: str, most: int) -> list[str]:
    """Return the answer's sentences without Markdown signs, neighbours merged until at most `most` are left."""
    parts = [p.strip() for p in _SENTENCE_END.split(_MARKUP.sub(r"\1", answer)) if p and p.strip()]
    if len(parts) <= most:
        return parts
    ends = [round(len(parts) * (i + 1) / most) for i in range(most)]
    return [" ".join(parts[a:b]) for a, b in zip([0, *ends], ends, strict=False) if b > a]


def entry_rows(
    entry: int, document: Document, weights: FieldWeights, synonyms: Synonyms, most: int = MOST_SENTENCES
) -> list[Row]:
    """Return the rows of one entry, each text once, the answer as at most `most` rows."""
    fields = [("phrasing", p, weights.phrasing) for p in document.phrasings]
    fields.append(("title", document.title, weights.title))
    fields.append(("keyword", " ".join(document.keywords), weights.keyword))
    fields += [("answer", s, weights.answer) for s in sentences(document.answer_text, most)]
    rows: dict[str, Row] = {}
    for field, text, weight in fields:
        clean = normalise(synonyms.usual(text))
        if clean and weight > 0:
            rows.setdefault(clean, Row(entry, field, clean, weight))
    return list(rows.values()) or [Row(entry, "title", "", weights.title)]


def training_rows(
    documents: Sequence[Document], weights: FieldWeights, most_rows: int, synonyms: Synonyms
) -> list[Row]:
    """Return the rows in entry order, each text once an entry; answers are merged to keep near `most_rows`."""
    many = sum(len(document.phrasings) for document in documents) > 2 * most_rows
    for most in (1,) if many else (MOST_SENTENCES, 8, 5, 3, 2, 1):
        rows = [row for i, d in enumerate(documents) for row in entry_rows(i, d, weights, synonyms, most)]
        if len(rows) <= most_rows:
            break
    return rows
