"""The searchable form of the entries one kind of visitor may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.faq.model import Content, Entry
from bot.korean.encoder import Encoder
from bot.korean.kernel import Floats
from bot.korean.synonyms import synonyms_of
from bot.korean.text import clean, key
from bot.search.changes import changed
from bot.search.fitted import FitStore
from bot.search.fitting import fit, stored
from bot.search.keyword import KeywordMatcher, is_single, terms_of
from bot.search.ranker import Ranker, Ranking
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
        ranker: Ranker | None,
    ) -> None:
        self.entries = tuple(entries)
        self._synonyms = tuple(synonyms)
        self._matcher = KeywordMatcher(entries, synonyms)
        self._suggester = Suggester(entries, synonyms)
        self.ranker = ranker
        self._by_phrasing = {
            key(text): index for index, entry in enumerate(entries) for text in entry.questions
        }
        self._by_title: dict[str, int] = {}
        for index, entry in enumerate(entries):
            for tail in (*_TAILS, ""):
                name = key(entry.title).removesuffix(tail)
                if name and (not tail or name not in self._by_title):
                    self._by_title[name] = index

    def holds(self, entries: Sequence[Entry], synonyms: Sequence[tuple[str, ...]]) -> bool:
        """Whether it is of just these entries and synonyms, wherever in the files they stand."""
        return self.entries == tuple(entries) and self._synonyms == tuple(synonyms)

    @property
    def threshold(self) -> float:
        """The confidence from which entries are shown."""
        return self.ranker.threshold if self.ranker else 0.0

    def search(self, text: str) -> Result:
        """The entries a question may be about; empty where nothing is indexed or nothing is asked."""
        text = clean(text)
        if self.ranker is None or not _may_mean_an_entry(text):
            return Result()
        ranking = self.ranker.search(text)
        for read in dict.fromkeys((text, ranking.text)):  # as typed, then as it was probably meant
            result = self._by_keyword(read, ranking)
            if result:
                return result
        return self._by_meaning(text, ranking)

    def doubt(self, text: str) -> Callable[[], object] | None:
        """What takes long of a search, where it does: to be called beside the event loop, before `search`."""
        text = clean(text)
        return self.ranker.doubt(text) if self.ranker and _may_mean_an_entry(text) else None

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
        order = _best(ranking.scores, self.DEPTH)
        if named is not None:
            order = [named] + [index for index in order if index != named]
        confidence = 1.0 if named is not None else ranking.confidence
        candidates = self._candidates(order, ranking)
        bare = terms_of(text) is not None and is_single(text)
        threshold = max(self.ranker.threshold, BARE_TERM) if bare else self.ranker.threshold
        return Result(candidates, confidence, threshold, named=named is not None)

    def _candidates(self, order: Sequence[int], ranking: Ranking) -> tuple[Candidate, ...]:
        return tuple(Candidate(self.entries[index], float(ranking.scores[index])) for index in order)


def _may_mean_an_entry(text: str) -> bool:
    asked = key(text)
    return bool(asked) and not asked.isdigit() and not (len(asked) == 1 and asked.isascii())


def _best(scores: Floats, most: int) -> list[int]:
    """The places of the highest scores, best first."""
    top = np.argpartition(scores, -most)[-most:] if len(scores) > most else np.arange(len(scores))
    return top[np.lexsort((-top, -scores[top]))].tolist()


def build_index(
    entries: Sequence[Entry],
    synonyms: Sequence[tuple[str, ...]],
    encoders: Sequence[Encoder] = (),
    *,
    store: FitStore | None = None,
    wait: bool = True,
    before: Index | None = None,
) -> Index:
    """The index of entries.

    Where `wait` is false and the store has no fit of them, the one `before` is changed to them, which takes a moment only;
    where there is none before, a first fit is made without the second opinion. Such an index is not complete.
    """
    documents = [_document(entry) for entry in entries]
    terms = synonyms_of(tuple(synonyms))
    if not documents:
        return Index(entries, synonyms, None)
    quick = not wait and before is not None and before.ranker is not None
    if quick and not (store and stored(documents, encoders, terms, store)):
        return Index(entries, synonyms, changed(before.ranker, documents, terms))
    ranker = fit(documents, encoders=encoders, synonyms=terms, store=store, wait=wait)
    return Index(entries, synonyms, ranker)


def _document(entry: Entry) -> Document:
    return Document(entry.id, entry.title, entry.questions, entry.keywords, entry.answer)


@dataclass(frozen=True)
class Catalogue:
    """Content, and one index for each kind of visitor: what guests may not see is not in theirs at all."""

    content: Content
    indexes: dict[Mode, Index]

    @classmethod
    def build(
        cls,
        content: Content,
        encoders: Sequence[Encoder] = (),
        store: FitStore | None = None,
        *,
        wait: bool = True,
        before: Catalogue | None = None,
    ) -> Catalogue:
        """The catalogue of content; `wait` and `before` as for build_index."""
        visitors: dict[Mode, Visitor] = {"guest": GUEST, "member": Visitor(mode="member")}
        indexes: dict[Mode, Index] = {}
        for mode, visitor in visitors.items():
            entries, earlier = content.visible_to(visitor), before.indexes[mode] if before else None
            if earlier and before.content is not content and earlier.holds(entries, content.synonyms):
                indexes[mode] = earlier  # what changed is seen by others only
                continue
            indexes[mode] = build_index(
                entries, content.synonyms, encoders, store=store, wait=wait, before=earlier
            )
        return cls(content, indexes)

    @property
    def complete(self) -> bool:
        """Whether no better fit of the same content is still to be made."""
        return all(index.ranker is None or index.ranker.complete for index in self.indexes.values())

    def index_for(self, visitor: Visitor) -> Index:
        """The index of what this visitor may see."""
        return self.indexes[visitor.mode]
