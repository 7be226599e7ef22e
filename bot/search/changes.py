"""A ranker of documents that have changed a little, without a new fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from bot.korean.kernel import Extended, extend
from bot.korean.repair import Repair
from bot.korean.syllables import Syllables
from bot.korean.synonyms import Synonyms
from bot.search.fits import GONE, LocalFit, WideFit
from bot.search.fitting import SETTINGS
from bot.search.ranker import Ranker, RankerSettings, Rows
from bot.search.rows import Document, entry_rows

WORN = 0.05  # of the rows of a wide fit may be new before it is to be made again


def changed(
    ranker: Ranker,
    documents: Sequence[Document],
    synonyms: Synonyms,
    settings: RankerSettings = SETTINGS,
) -> Ranker:
    """A ranker of other documents from that of the documents before, in time that grows with what has changed.

    It knows every row of the new documents and none of those that are gone; its confidence is still judged as before.
    """
    quick = ranker.fits[0]
    if isinstance(quick, WideFit):
        return _changed_widely(ranker, quick, documents, synonyms, settings)
    kernel = quick.kernel
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
    earlier = quick.weights
    row_weights[:first] = earlier[:first]
    for number, weight in weights.items():
        row_weights[number] = weight
    local = LocalFit(extended, entries, row_weights, len(documents), settings.penalty, quick.calibration)
    return replace(
        ranker,
        rows=Rows(tuple(documents), (*ranker.rows.texts[:first], *added), tuple(numbers)),
        fits=(local,),
        repair=Repair(ranker.repair.known | Syllables.of(added)),
        synonyms=synonyms,
        complete=False,
    )


def _changed_widely(
    ranker: Ranker,
    fit: WideFit,
    documents: Sequence[Document],
    synonyms: Synonyms,
    settings: RankerSettings,
) -> Ranker:
    """The same for very many rows, where those laid out stay as they are and only what is new is looked at.

    It is complete, so that nothing is fitted anew, until a good part of it has changed.
    """
    numbers = np.fromiter(
        map(ranker.rows.places.get, map(id, documents), repeat(GONE)), np.int64, len(documents)
    )
    kept = np.flatnonzero(numbers != GONE)
    places = np.full(len(ranker.rows.documents), GONE, np.int32)
    places[numbers[kept]] = kept
    new = [(place, documents[place]) for place in np.flatnonzero(numbers == GONE).tolist()]
    rows = [
        (document.entry_id, row)
        for place, document in new
        for row in entry_rows(place, document, settings.weights, synonyms)
    ]
    fresh = [row.text for entry_id, row in rows if (entry_id, row.text) not in fit.kernel.later.numbers]
    kernel = fit.kernel.with_rows([(entry_id, row.text) for entry_id, row in rows])
    many, first = len(kernel.later.numbers), kernel.first_later
    later, weights = np.full(many, GONE, np.int32), np.ones(many, np.float32)
    for entry_id, row in rows:
        number = kernel.later.numbers[entry_id, row.text]
        later[number], weights[number] = row.entry, row.weight
    changed_fit = replace(
        fit,
        kernel=kernel,
        places=places,
        later=later,
        weights=np.concatenate([fit.weights[:first], weights]),
        n_entries=len(documents),
    )
    return replace(
        ranker,
        fits=(changed_fit,),
        repair=Repair(ranker.repair.known | Syllables.of(fresh)) if fresh else ranker.repair,
        synonyms=synonyms,
        complete=synonyms == ranker.synonyms and many <= WORN * first,
    )
