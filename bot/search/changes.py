"""A ranker of documents that have changed a little, without a new fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bot.korean.kernel import Extended, extend
from bot.korean.repair import Repair
from bot.korean.syllables import Syllables
from bot.korean.synonyms import Synonyms
from bot.search.fits import GONE, LocalFit
from bot.search.fitting import SETTINGS
from bot.search.ranker import Ranker, RankerSettings, Rows
from bot.search.rows import Document, entry_rows


def changed(
    ranker: Ranker,
    documents: Sequence[Document],
    synonyms: Synonyms,
    settings: RankerSettings = SETTINGS,
) -> Ranker:
    """A ranker of other documents from that of the documents before, in time that grows with what has changed.

    It knows every row of the new documents and none of those that are gone; its confidence is still judged as before.
    """
    kernel = ranker.fits[0].kernel
    base = kernel.base if isinstance(kernel, Extended) else kernel
    first = base.features.shape[0]
    before = {document.entry_id: i for i, document in enumerate(ranker.rows.documents)}
    same_terms = synonyms == ranker.synonyms
    added: list[str] = []
    numbers: list[NDArray[np.intp]] = []
    weights: dict[int, float] = {}
    for i, document in enumerate(documents):
        place = before.get(document.entry_id)
        old = ranker.rows.numbers[place] if place is not None else np.zeros(0, np.intp)
        if (
            place is not None
            and same_terms
            and ranker.rows.documents[place] == document
            and (old < first).all()
        ):
            numbers.append(old)
            continue
        known = {ranker.rows.texts[number]: number for number in old if number < first}
        own = []
        for row in entry_rows(i, document, settings.weights, synonyms):
            number = known.get(row.text)
            if number is None:
                number = first + len(added)
                added.append(row.text)
            weights[number] = row.weight
            own.append(number)
        numbers.append(np.asarray(own, np.intp))
    extended = extend(base, added)
    entries = np.full(first + len(added), GONE, np.intp)
    for i, own in enumerate(numbers):
        entries[own] = i
    row_weights = np.ones(len(entries), np.float32)
    earlier = ranker.fits[0].weights
    row_weights[:first] = earlier[:first]
    for number, weight in weights.items():
        row_weights[number] = weight
    local = LocalFit(
        extended, entries, row_weights, len(documents), settings.penalty, ranker.fits[0].calibration
    )
    return replace(
        ranker,
        rows=Rows(tuple(documents), (*ranker.rows.texts[:first], *added), tuple(numbers)),
        fits=(local,),
        repair=Repair(ranker.repair.known | Syllables.of(added)),
        synonyms=synonyms,
        complete=False,
    )
