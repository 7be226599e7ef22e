"""The searchable form of the entries one kind of visitor may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

import numpy as np

from bot.faq.model import Content, Entry
from bot.korean.counting import Counts
from bot.korean.encoder import Encoder
from bot.korean.kernel import Floats
from bot.korean.synonyms import synonyms_of
from bot.korean.text import clean, key
from bot.search.changes import changed
from bot.search.fitted import FitStore
from bot.search.fitting import SETTINGS, fit, stored
from bot.search.keyword import KeywordMatcher, is_single, terms_of
from bot.search.layers import Layers
from bot.search.ranker import Ranker, RankerSettings, Ranking
from bot.search.reading import Reading, read, read_all, tokens
from bot.search.result import Candidates, Result
from bot.search.suggest import Suggester
from bot.visitor import GUEST, Mode, Visitor

MANY = 10_000  # entries, of which nearly all have no score at all
BARE_TERM = 0.8  # a single term that no title or keyword holds must mean an entry this clearly


class Index:
    """Search and suggestions over a fixed set of entries."""

    DEPTH = 20  # candidates looked at for a sentence

    def __init__(
        self,
        entries: Sequence[Entry],
        synonyms: Sequence[tuple[str, ...]],
        ranker: Ranker | None,
        layers: Layers | None = None,
    ) -> None:
        self.entries = tuple(entries)
        self.synonyms = tuple(synonyms)
        self.ranker = ranker
        self.layers = layers or Layers(list(map(read, entries)))
        self._matcher = KeywordMatcher(self.layers, synonyms)
        self._suggester = Suggester(self.layers, synonyms)

    def holds(self, entries: Sequence[Entry], synonyms: Sequence[tuple[str, ...]]) -> bool:
        """Whether it is of just these entries and synonyms, wherever in the files they stand."""
        return self.entries == tuple(entries) and self.synonyms == tuple(synonyms)

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
        for words in dict.fromkeys((text, ranking.text)):  # as typed, then as it was probably meant
            result = self._by_keyword(words, ranking)
            if result:
                return result
        return self._by_meaning(text, ranking)

    def doubt(self, text: str) -> Callable[[], object] | None:
        """What takes long of a search, where it does: to be called beside the event loop, before `search`."""
        text = clean(text)
        return self.ranker.doubt(text) if self.ranker and _may_mean_an_entry(text) else None

    def place(self, entry: Entry) -> int:
        """Where among the entries one of them stands."""
        return self._places[entry.id]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {entry.id: place for place, entry in enumerate(self.entries)}

    def suggest(self, typed: str, limit: int = 8) -> tuple[Entry, ...]:
        """Entries a visitor may be about to type, best first."""
        return tuple(self.entries[place] for place in self._suggester.suggest(clean(typed), limit))

    def _by_keyword(self, text: str, ranking: Ranking) -> Result | None:
        terms = terms_of(text)
        matches = self._matcher.match(terms) if terms else []
        if not matches:
            return None
        named = self.layers.named(key(text))
        if named is None and not is_single(text):
            named = self.layers.phrased(key(text))
        order = ([named] if named is not None else []) + [index for index in matches if index != named]
        return Result(self._candidates(order, ranking), 1.0, keyword=True, named=named is not None)

    def _by_meaning(self, text: str, ranking: Ranking) -> Result:
        named = self.layers.named(key(text))
        if named is None:
            named = self.layers.phrased(key(text))
        order = _best(ranking.scores, self.DEPTH)
        if named is not None:
            order = [named] + [index for index in order if index != named]
        confidence = 1.0 if named is not None else ranking.confidence
        candidates = self._candidates(order, ranking)
        bare = terms_of(text) is not None and is_single(text)
        threshold = max(self.ranker.threshold, BARE_TERM) if bare else self.ranker.threshold
        return Result(candidates, confidence, threshold, named=named is not None)

    def _candidates(self, order: Sequence[int], ranking: Ranking) -> Candidates:
        return Candidates(
            list(map(self.entries.__getitem__, order)), ranking.scores[np.asarray(order, np.intp)]
        )


def _may_mean_an_entry(text: str) -> bool:
    asked = key(text)
    return bool(asked) and not asked.isdigit() and not (len(asked) == 1 and asked.isascii())


def _best(scores: Floats, most: int) -> list[int]:
    """The places of the highest scores, best first."""
    found = np.flatnonzero(scores > 0) if len(scores) > MANY else np.arange(len(scores))
    if len(found) < most:
        found = np.arange(len(scores))
    top = found[np.argpartition(scores[found], -most)[-most:]] if len(found) > most else found
    return top[np.lexsort((-top, -scores[top]))].tolist()


def build_index(
    entries: Sequence[Entry],
    synonyms: Sequence[tuple[str, ...]],
    encoders: Sequence[Encoder] = (),
    *,
    store: FitStore | None = None,
    wait: bool = True,
    before: Index | None = None,
    readings: Sequence[Reading] | None = None,
    counts: Counts | None = None,
    settings: RankerSettings = SETTINGS,
) -> Index:
    """The index of entries.

    Where `wait` is false and the store has no fit of them, the one `before` is changed to them, which takes a moment only;
    where there is none before, a first fit is made without the second opinion. Such an index is not complete. `readings`,
    in the order of the entries, and `counts` are what other indexes of the same entries have worked out already.
    """
    read_before = list(readings or map(read, entries))
    documents = list(map(attrgetter("document"), read_before))
    terms = synonyms_of(tuple(synonyms))
    if not documents:
        return Index(entries, synonyms, None)
    layers = Layers(read_before, before.layers if before else None)
    if not wait and before is not None and before.ranker is not None:
        ranker = changed(before.ranker, documents, terms, settings)
        if ranker.complete or not (store and stored(documents, encoders, terms, store, settings)):
            return Index(entries, synonyms, ranker, layers)
    ranker = fit(
        documents,
        encoders=encoders,
        synonyms=terms,
        store=store,
        wait=wait,
        counts=counts,
        settings=settings,
    )
    return Index(entries, synonyms, ranker, layers)


@dataclass(frozen=True)
class Catalogue:
    """Content, and one index for each kind of visitor: what guests may not see is not in theirs at all."""

    content: Content
    indexes: dict[Mode, Index]
    readings: Mapping[object, Reading] = field(default_factory=dict)  # of all, by the entries' tokens

    @classmethod
    def build(
        cls,
        content: Content,
        encoders: Sequence[Encoder] = (),
        store: FitStore | None = None,
        *,
        wait: bool = True,
        before: Catalogue | None = None,
        settings: RankerSettings = SETTINGS,
    ) -> Catalogue:
        """The catalogue of content; `wait` and `before` as for build_index."""
        visitors: dict[Mode, Visitor] = {"member": Visitor(mode="member"), "guest": GUEST}
        indexes: dict[Mode, Index] = {}
        known, earlier_entries = (before.readings, before.content.by_id) if before else ({}, {})
        readings = read_all(content.entries, known, earlier_entries)
        counts = Counts()
        for mode, visitor in visitors.items():
            entries, earlier = content.visible_to(visitor), before.indexes[mode] if before else None
            if earlier and before.content is not content and earlier.holds(entries, content.synonyms):
                indexes[mode] = earlier  # what changed is seen by others only
                continue
            everything = len(entries) == len(readings)
            own = list(readings.values() if everything else map(readings.__getitem__, tokens(entries)))
            indexes[mode] = build_index(
                entries,
                content.synonyms,
                encoders,
                store=store,
                wait=wait,
                before=earlier,
                readings=own,
                counts=counts,
                settings=settings,
            )
        return cls(content, indexes, readings)

    @property
    def complete(self) -> bool:
        """Whether no better fit of the same content is still to be made."""
        return all(index.ranker is None or index.ranker.complete for index in self.indexes.values())

    def index_for(self, visitor: Visitor) -> Index:
        """The index of what this visitor may see."""
        return self.indexes[visitor.mode]
