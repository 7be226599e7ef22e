"""The searchable form of the entries one kind of visitor may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.faq.model import Content, Entry
from bot.korean.encoder import Encoder
from bot.korean.keyboard import is_hangul_text, to_hangul
from bot.korean.text import clean, key
from bot.search.keyword import KeywordMatcher, terms_of
from bot.search.ranker import Ranker
from bot.search.suggest import Suggester
from bot.visitor import GUEST, Mode, Visitor

_TAILS = ("방법안내", "안내")  # a title is also called by its name without these


@dataclass(frozen=True)
class Candidate:
    """An entry that may be meant, and the ranker's score for it."""

    entry: Entry
    score: float


@dataclass(frozen=True)
class Result:
    """What a search found.

    `candidates` are best first. For a keyword question (`keyword`) they are all its matches; else they are the ranker's
    first ones, and `confidence` is the probability (0 to 1) that an entry here answers the question. `named` says that
    the question is the title or a phrasing of the first one, letter for letter.
    """

    candidates: tuple[Candidate, ...] = ()
    confidence: float = 0.0
    keyword: bool = False
    named: bool = False


class Index:
    """Search and suggestions over a fixed set of entries."""

    DEPTH = 20  # candidates looked at for a sentence

    def __init__(
        self, entries: Sequence[Entry], synonyms: Sequence[tuple[str, ...]], encoder: Encoder | None
    ) -> None:
        self.entries = tuple(entries)
        self._matcher = KeywordMatcher(entries, synonyms)
        self._suggester = Suggester(entries, synonyms)
        self._ranker = Ranker.fit(self.entries, synonyms=synonyms, encoder=encoder)
        self._by_phrasing = {
            key(text): index for index, entry in enumerate(entries) for text in entry.questions
        }
        self._by_title: dict[str, int] = {}
        for index, entry in enumerate(entries):
            for tail in (*_TAILS, ""):
                name = key(entry.title).removesuffix(tail)
                if name and (not tail or name not in self._by_title):
                    self._by_title[name] = index

    def search(self, text: str) -> Result:
        """The entries a question may be about; empty where nothing is indexed or nothing is asked."""
        text = clean(text)
        if not self.entries or not key(text):
            return Result()
        result = self._search(text)
        if result.named or (result.keyword and result.candidates) or is_hangul_text(text):
            return result
        typed = to_hangul(text)  # with the keyboard in English mode, perhaps
        other = self._search(typed) if is_hangul_text(typed) else Result()
        return max(result, other, key=lambda each: (each.named, each.keyword, each.confidence))

    def suggest(self, typed: str, limit: int = 8) -> tuple[Entry, ...]:
        """Entries a visitor may be about to type, best first."""
        return self._suggester.suggest(clean(typed), limit)

    def _search(self, text: str) -> Result:
        named = self._by_title.get(key(text))
        terms = terms_of(text)
        scores = self._ranker.rank(text)
        if terms:
            matches = self._matcher.match(terms)
            if matches:
                order = ([named] if named in matches else []) + [index for index in matches if index != named]
                candidates = tuple(Candidate(self.entries[index], float(scores[index])) for index in order)
                return Result(candidates, 1.0, keyword=True, named=named is not None)
        if named is None:
            named = self._by_phrasing.get(key(text))
        order = scores.argsort(kind="stable")[::-1][: self.DEPTH].tolist()
        if named is not None:
            order = [named] + [index for index in order if index != named]
        candidates = tuple(Candidate(self.entries[index], float(scores[index])) for index in order)
        confidence = 1.0 if named is not None else self._ranker.confidence(text, scores)
        return Result(candidates, confidence, named=named is not None)


@dataclass(frozen=True)
class Catalogue:
    """Content, and one index for each kind of visitor: what guests may not see is not in theirs at all."""

    content: Content
    indexes: dict[Mode, Index]

    @classmethod
    def build(cls, content: Content, encoder: Encoder | None) -> Catalogue:
        visitors: dict[Mode, Visitor] = {"guest": GUEST, "member": Visitor(mode="member")}
        return cls(
            content,
            {
                mode: Index(content.visible_to(visitor), content.synonyms, encoder)
                for mode, visitor in visitors.items()
            },
        )

    def index_for(self, visitor: Visitor) -> Index:
        """The index of what this visitor may see."""
        return self.indexes[visitor.mode]
