"""The searchable form of the entries one kind of visitor may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.faq.model import Content, Entry
from bot.korean.encoder import Encoder
from bot.korean.synonyms import Synonyms
from bot.korean.text import clean, key
from bot.search.fitted import FitStore
from bot.search.keyword import KeywordMatcher, is_single, terms_of
from bot.search.ranker import Ranker, Ranking, fit
from bot.search.rows import Document
from bot.search.suggest import Suggester
from bot.visitor import GUEST, Mode, Visitor

BARE_TERM = 0.8  # a single term that no title or keyword holds must mean an entry this clearly
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
    first ones, and `confidence` is the probability (0 to 1) that one of the first five answers the question; below
    `threshold` none should be shown. `named` says that the question is the title or a phrasing of the first one, letter
    for letter.
    """

    candidates: tuple[Candidate, ...] = ()
    confidence: float = 0.0
    threshold: float = 0.0
    keyword: bool = False
    named: bool = False


class Index:
    """Search and suggestions over a fixed set of entries."""

    DEPTH = 20  # candidates looked at for a sentence

    def __init__(
        self,
        entries: Sequence[Entry],
        synonyms: Sequence[tuple[str, ...]],
        encoder: Encoder | None,
        store: FitStore | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self._matcher = KeywordMatcher(entries, synonyms)
        self._suggester = Suggester(entries, synonyms)
        self._ranker = _fit(self.entries, synonyms, encoder, store)
        self._by_phrasing = {
            key(text): index for index, entry in enumerate(entries) for text in entry.questions
        }
        self._by_title: dict[str, int] = {}
        for index, entry in enumerate(entries):
            for tail in (*_TAILS, ""):
                name = key(entry.title).removesuffix(tail)
                if name and (not tail or name not in self._by_title):
                    self._by_title[name] = index

    @property
    def threshold(self) -> float:
        """The confidence from which entries are shown."""
        return self._ranker.threshold if self._ranker else 0.0

    def search(self, text: str) -> Result:
        """The entries a question may be about; empty where nothing is indexed or nothing is asked."""
        text = clean(text)
        asked = key(text)
        if self._ranker is None or not asked or asked.isdigit() or (len(asked) == 1 and asked.isascii()):
            return Result()  # nothing that could mean an entry
        ranking = self._ranker.search(text)
        for read in dict.fromkeys((text, ranking.text)):  # as typed, then as it was probably meant
            result = self._by_keyword(read, ranking)
            if result:
                return result
        return self._by_meaning(text, ranking)

    def suggest(self, typed: str, limit: int = 8) -> tuple[Entry, ...]:
        """Entries a visitor may be about to type, best first."""
        return self._suggester.suggest(clean(typed), limit)

    def _by_keyword(self, text: str, ranking: Ranking) -> Result | None:
        terms = terms_of(text)
        matches = self._matcher.match(terms) if terms else []
        if not matches:
            return None
        named = self._by_title.get(key(text))
        if named is None and not is_single(text):
            named = self._by_phrasing.get(key(text))
        order = ([named] if named is not None else []) + [index for index in matches if index != named]
        return Result(self._candidates(order, ranking), 1.0, keyword=True, named=named is not None)

    def _by_meaning(self, text: str, ranking: Ranking) -> Result:
        named = self._by_title.get(key(text), self._by_phrasing.get(key(text)))
        order = ranking.scores.argsort(kind="stable")[::-1][: self.DEPTH].tolist()
        if named is not None:
            order = [named] + [index for index in order if index != named]
        confidence = 1.0 if named is not None else ranking.confidence
        candidates = self._candidates(order, ranking)
        bare = terms_of(text) is not None and is_single(text)
        threshold = max(self._ranker.threshold, BARE_TERM) if bare else self._ranker.threshold
        return Result(candidates, confidence, threshold, named=named is not None)

    def _candidates(self, order: Sequence[int], ranking: Ranking) -> tuple[Candidate, ...]:
        return tuple(Candidate(self.entries[index], float(ranking.scores[index])) for index in order)


def _fit(
    entries: Sequence[Entry],
    synonyms: Sequence[tuple[str, ...]],
    encoder: Encoder | None,
    store: FitStore | None,
) -> Ranker | None:
    documents = [
        Document(each.id, each.title, each.questions, each.keywords, each.answer) for each in entries
    ]
    return fit(documents, encoder=encoder, synonyms=Synonyms(synonyms), store=store) if documents else None


@dataclass(frozen=True)
class Catalogue:
    """Content, and one index for each kind of visitor: what guests may not see is not in theirs at all."""

    content: Content
    indexes: dict[Mode, Index]

    @classmethod
    def build(cls, content: Content, encoder: Encoder | None, store: FitStore | None = None) -> Catalogue:
        visitors: dict[Mode, Visitor] = {"guest": GUEST, "member": Visitor(mode="member")}
        return cls(
            content,
            {
                mode: Index(content.visible_to(visitor), content.synonyms, encoder, store)
                for mode, visitor in visitors.items()
            },
        )

    def index_for(self, visitor: Visitor) -> Index:
        """The index of what this visitor may see."""
        return self.indexes[visitor.mode]
