"""A FAQ with more rows than are fitted at once: what is found, who finds it, and what an edit changes."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest

from bot.faq.model import Content, Entry, Location, Phrasing
from bot.korean.counting import Counts
from bot.korean.features import fit_vectoriser, terms
from bot.search.fits import WideFit
from bot.search.index import Catalogue, Index
from bot.search.ranker import RankerSettings
from bot.visitor import GUEST, Visitor

MEMBER = Visitor(mode="member")
HERE = Location("x.yml", 1)
PLACES = [
    "강릉",
    "거제",
    "경주",
    "고성",
    "공주",
    "광양",
    "구미",
    "군산",
    "김해",
    "나주",
    "남해",
    "논산",
    "단양",
    "담양",
    "당진",
    "동해",
    "목포",
    "무안",
    "문경",
    "밀양",
    "보령",
    "사천",
    "삼척",
    "상주",
    "서산",
]
FEW_AT_ONCE = RankerSettings(most_rows=500)  # so that a small FAQ takes the way of a large one
THINGS = [
    "견적서 제출",
    "계약서 조회",
    "세금계산서 발행",
    "보증보험 신청",
    "출입증 발급",
    "이력서 수정",
    "비밀번호 변경",
    "교육 이수 확인",
]


def an_entry(number: int, place: str, thing: str) -> Entry:
    return Entry(
        id=f"entry-{number}",
        category="general",
        system="PartnerPlus",
        title=f"{place} {thing} 방법",
        audience="guest" if number % 3 == 0 else "member",
        phrasings=tuple(
            Phrasing(words.format(place, thing), HERE)
            for words in ("{0} {1} 어떻게 하나요", "{1} {0}에서 하고 싶어요", "{0}인데 {1} 메뉴가 안 보여요")
            + tuple(f"{{0}} {{1}} 문의 {chr(0xAC00 + number * 7 + more)}" for more in range(5))
        ),
        keywords=(place.split()[0],),
        answer=f"{place} 담당자가 안내합니다.\n",
        related=(),
        updated=datetime.date(2026, 11, 23),
        source="sample",
        location=HERE,
    )


@pytest.fixture(scope="module")
def content() -> Content:
    pairs = [(f"{place} 공장", thing) for place in PLACES for thing in THINGS]
    return Content(tuple(an_entry(number, *pair) for number, pair in enumerate(pairs)))


@pytest.fixture(scope="module")
def catalogue(content: Content) -> Catalogue:
    made = Catalogue.build(content, settings=FEW_AT_ONCE)
    assert isinstance(made.index_for(MEMBER).ranker.fits[0], WideFit) and made.complete
    return made


def first(index: Index, text: str) -> str | None:
    result = index.search(text)
    sure = result.candidates and result.confidence >= result.threshold
    return result.candidates[0].entry.id if sure else None


def after(catalogue: Catalogue, *entries: Entry) -> Catalogue:
    made = Catalogue.build(
        replace(catalogue.content, entries=entries), wait=False, before=catalogue, settings=FEW_AT_ONCE
    )
    assert made.complete  # nothing is to be fitted anew
    return made


def test_counted_features_are_the_fitted_ones() -> None:
    counts = Counts()
    some = ["계약서 조회 방법", "견적서 제출", "", "계약 계약 계약", "PC 설정", "견적서 제출"]
    counts.matrix(["다른 글", "계약서"])  # what else was counted makes no difference
    for rarest in (1, 2):
        vectoriser, features = counts.fit(some, rarest)
        expected, known = fit_vectoriser([terms(text) for text in some], rarest)
        for view, other in zip(vectoriser.columns, expected.columns, strict=True):
            assert view.keys() == other.keys()
            for term, (column, idf) in view.items():
                there, same = other[term]
                assert idf == pytest.approx(same) and vectoriser.df[column] == expected.df[there]
                assert np.allclose(features[:, [column]].toarray(), known[:, [there]].toarray(), atol=1e-6)


def test_a_question_finds_its_entry_among_many(catalogue: Catalogue, content: Content) -> None:
    index = catalogue.index_for(MEMBER)
    asked = content.entries[:: len(content.entries) // 60]
    right = [
        first(index, f"{entry.title.removesuffix(' 방법')} 하려는데 어디서 하는지 모르겠어요") == entry.id
        for entry in asked
    ]
    assert sum(right) >= 0.95 * len(right)


def test_guests_find_what_is_theirs_alone(catalogue: Catalogue, content: Content) -> None:
    index = catalogue.index_for(GUEST)
    for entry in content.entries[:: len(content.entries) // 30]:
        found = index.search(f"{entry.title} 알고 싶습니다").candidates
        assert all(GUEST.may_see(each.entry.audience) for each in found)
        assert all(GUEST.may_see(each.audience) for each in index.suggest(entry.title))


def test_edits_count_at_once_and_are_taken_back(catalogue: Catalogue, content: Content) -> None:
    entries = list(content.entries)
    text = "회색 화면에 거북이가 빙글빙글 돕니다"
    assert first(catalogue.index_for(MEMBER), text) is None
    place = 100
    phrasing = Phrasing("회색 화면에서 거북이가 뱅글뱅글 돌아요", HERE)
    entries[place] = replace(entries[place], phrasings=(*entries[place].phrasings, phrasing))
    added = after(catalogue, *entries)
    assert first(added.index_for(MEMBER), text) == entries[place].id
    for name in ("문의 " + content.entries[place].questions[-1][-1], content.entries[101].title):
        assert first(added.index_for(MEMBER), name) == first(catalogue.index_for(MEMBER), name)
    entries[place] = content.entries[place]
    taken_back = after(added, *entries)
    assert first(taken_back.index_for(MEMBER), text) is None
    assert first(taken_back.index_for(GUEST), text) is None
    for entry in content.entries[::19]:
        question = f"{entry.title} 좀 알려 주세요"
        known, now = (each.index_for(MEMBER).search(question) for each in (catalogue, taken_back))
        assert [each.entry.id for each in now.candidates] == [each.entry.id for each in known.candidates]
        assert now.confidence == pytest.approx(known.confidence, abs=1e-6)


def test_an_entry_comes_and_goes(catalogue: Catalogue, content: Content) -> None:
    new = replace(an_entry(9999, "백령도 초소", "무지개 점검"), audience="member")
    more = after(catalogue, new, *content.entries)  # all others move by one
    text = "백령도 초소에서 무지개 점검하려면 어떻게 하죠"
    assert first(more.index_for(MEMBER), text) == new.id
    assert first(more.index_for(GUEST), text) != new.id
    assert [entry.id for entry in more.index_for(MEMBER).suggest("백령도")] == [new.id]
    gone = after(more, *content.entries)
    assert new.id not in [each.entry.id for each in gone.index_for(MEMBER).search(text).candidates]
    assert not gone.index_for(MEMBER).suggest("백령도")
    other = content.entries[7]
    assert first(gone.index_for(MEMBER), f"{other.title} 알려 주세요") == other.id
