"""However many edits lie between: the layers of an index answer as those of a fresh one, and as the plain definition says."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace

import pytest
from rapidfuzz import fuzz, process

from bot.faq.model import Entry, Location, Phrasing
from bot.korean.jamo import are_initials, initials, keystrokes
from bot.korean.keyboard import is_hangul_text, to_hangul
from bot.korean.text import key
from bot.search import layers as laying
from bot.search.keyword import KeywordMatcher, terms_of
from bot.search.layers import Layers
from bot.search.reading import read, read_all
from bot.search.substrings import Substrings
from bot.search.suggest import Suggester

WORDS = [
    "계약",
    "계약서",
    "견적",
    "견적서",
    "제출",
    "조회",
    "회원",
    "회원가입",
    "인증서",
    "PC",
    "보안",
    "교육",
    "이력서",
    "대금",
    "지급일",
    "값",
    "없음",
    "과세",
    "안내",
    "방법",
    "🎉",
]
SYNONYMS = (("계약", "컨트랙"), ("비밀번호", "PW"), ("견적서", "견적"))
HERE = Location("x.yml", 1)


def an_entry(rng: random.Random, number: int) -> Entry:
    def words(most: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))

    return Entry(
        id=f"entry-{number}",
        category="general",
        system="PartnerPlus",
        title=f"{words(3)} {number if rng.random() < 0.5 else ''}".strip(),
        audience="member",
        phrasings=tuple(Phrasing(f"{words(4)} {number} {i}", HERE) for i in range(rng.randint(0, 3))),
        keywords=tuple(rng.choice(WORDS) for _ in range(rng.randint(0, 3))),
        answer="글\n",
        related=(),
        updated=datetime.date(2026, 11, 23),
        source="sample",
        location=HERE,
    )


def some_entries(rng: random.Random, most: int = 40) -> list[Entry]:
    return [an_entry(rng, number) for number in range(rng.randint(1, most))]


def an_edit(rng: random.Random, entries: list[Entry]) -> list[Entry]:
    """Entries with one changed, added, taken out or moved, or all of them moved down in their file."""
    entries = list(entries)
    place = rng.randrange(len(entries))
    kind = rng.randrange(5)
    if kind == 0:
        entries[place] = replace(an_entry(rng, 0), id=entries[place].id)
    elif kind == 1:
        entries.insert(place, an_entry(rng, rng.randrange(1000, 10_000_000)))
    elif kind == 2 and len(entries) > 1:
        del entries[place]
    elif kind == 3:
        entries.insert(rng.randrange(len(entries)), entries.pop(place))
    else:
        entries = [replace(entry, location=Location("x.yml", 9)) for entry in entries]
    return entries


def typed(rng: random.Random, entries: list[Entry]) -> str:
    entry = rng.choice(entries)
    text = rng.choice(
        [entry.title, *entry.keywords, *entry.questions, rng.choice(WORDS), "rPdir", "컨트랙", "ㄱ"]
    )
    kind = rng.randrange(4)
    if kind == 0:
        text = initials(key(text))
    elif kind == 1 and len(text) > 2:
        place = rng.randrange(len(text) - 1)
        text = text[:place] + rng.choice("가나서ㅏㅂ") + text[place + 1 :]
    return text[: rng.randint(1, 9)]


# the definitions, entry by entry ----------------------------------------------------------------------------------------


def suggestions(entries: list[Entry], text: str, limit: int = 8) -> list[int]:
    titles = [key(entry.title) for entry in entries]
    fields = [[key(each) for each in (entry.title, *entry.keywords)] for entry in entries]
    letters = ["\n".join(map(keystrokes, each)) for each in fields]
    consonants = ["\n".join(map(initials, each)) for each in fields]
    asked = ["\n".join(keystrokes(key(each)) for each in entry.questions) for entry in entries]
    equal = {keystrokes(key(term)): keystrokes(key(group[0])) for group in SYNONYMS for term in group}

    def ranked(wanted: str, texts: list[str]) -> list[int]:
        hits = [(each.find(wanted) > 0, len(titles[i]), i) for i, each in enumerate(texts) if wanted in each]
        return [i for _, _, i in sorted(hits)]

    def by_letters(wanted: str) -> list[int]:
        found = ranked(wanted, letters)
        if equal.get(wanted, wanted) != wanted:
            found += [i for i in ranked(equal[wanted], letters) if i not in found]
        if len(wanted) >= 4:
            found += [i for i in ranked(wanted, asked) if i not in found]
        return found

    wanted = key(text)
    if not wanted:
        return []
    found = ranked(wanted, consonants) if are_initials(wanted) and len(wanted) > 1 else []
    found = found or by_letters(keystrokes(wanted))
    if not found and not is_hangul_text(wanted):
        found = by_letters(keystrokes(key(to_hangul(text))))
    slip = keystrokes(wanted)
    if not found and len(slip) >= 4:
        hits = process.extract(slip, letters, scorer=fuzz.partial_ratio, score_cutoff=80, limit=8)
        found = [i for _, _, i in hits]
    return found[:limit]


def test_a_part_of_texts_is_found_wherever_it_stands() -> None:
    rng = random.Random(3)
    signs = "가나다라\n🎉xA\U00020000"
    for _ in range(150):
        texts = ["".join(rng.choices(signs, k=rng.randrange(12))) for _ in range(rng.randrange(1, 20))]
        for sizes in ((1, 2, 3), (4,), (1, 2)):
            parts = Substrings(texts, sizes)
            for _ in range(10):
                wanted = "".join(rng.choices(signs, k=rng.randrange(6)))
                assert parts.holding(wanted).tolist() == [i for i, text in enumerate(texts) if wanted in text]


@pytest.mark.parametrize("seed", range(2))
def test_suggestions_are_those_of_the_definition(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(12):
        entries = some_entries(rng)
        suggester = Suggester(Layers([read(entry) for entry in entries]), SYNONYMS)
        for _ in range(25):
            text = typed(rng, entries)
            assert suggester.suggest(text) == suggestions(entries, text), text


@pytest.mark.parametrize("seed", range(2))
def test_after_edits_everything_is_as_if_laid_out_anew(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying, "FEW", 12)  # so that the layers are laid out anew now and then
    rng = random.Random(seed)
    for _ in range(4):
        entries = some_entries(rng)
        known = read_all(entries, {}, {})
        layers = Layers(list(known.values()))
        for _ in range(15):
            earlier, entries = {entry.id: entry for entry in entries}, an_edit(rng, entries)
            known = read_all(entries, known, earlier)
            readings = [known[entry.token] for entry in entries]
            assert all(reading.entry == entry for reading, entry in zip(readings, entries, strict=True))
            layers, fresh = Layers(readings, layers), Layers([read(entry) for entry in entries])
            for _ in range(12):
                text = typed(rng, entries)
                terms = terms_of(text) or (key(text),)
                assert Suggester(layers, SYNONYMS).suggest(text) == Suggester(fresh, SYNONYMS).suggest(
                    text
                ), text
                assert KeywordMatcher(layers, SYNONYMS).match(terms) == KeywordMatcher(fresh, SYNONYMS).match(
                    terms
                )
                assert layers.named(key(text)) == fresh.named(key(text))
                assert layers.phrased(key(text)) == fresh.phrased(key(text))
