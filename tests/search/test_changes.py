"""An edit counts at once: what the index says right after it, against the full fit of the same content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.faq.loader import load
from bot.faq.model import Content, Phrasing
from bot.korean.encoder import encoders
from bot.search.fitted import FitStore
from bot.search.index import Catalogue, Index
from bot.settings import Settings
from bot.visitor import GUEST, Visitor

MEMBER = Visitor(mode="member")
SETTINGS = Settings.from_env({})


@pytest.fixture(scope="module")
def content() -> Content:
    return load(SETTINGS.faq_dir, SETTINGS.link_hosts)


@pytest.fixture(scope="module")
def catalogue(content: Content, model_dir: Path) -> Catalogue:
    """The full fit of the project's content, as the server takes it from the models' directory."""
    made = Catalogue.build(
        content, encoders(SETTINGS.encoder, model_dir), FitStore(model_dir / "fits"), wait=False
    )
    assert made.complete
    return made


def changed(catalogue: Catalogue, content: Content) -> Catalogue:
    made = Catalogue.build(content, (), None, wait=False, before=catalogue)
    assert not made.complete
    return made


def first(index: Index, text: str) -> str | None:
    result = index.search(text)
    return (
        result.candidates[0].entry.id if result.candidates and result.confidence >= result.threshold else None
    )


def with_entry(content: Content, **fields: object) -> Content:
    like = content.entries[0]
    phrasings = tuple(Phrasing(text, like.location) for text in fields.pop("questions"))
    return replace(
        content, entries=(*content.entries, replace(like, phrasings=phrasings, related=(), **fields))
    )


def test_a_new_entry_with_words_nobody_has_used_before(catalogue: Catalogue, content: Content) -> None:
    edited = with_entry(
        content,
        id="carbon-pledge",
        title="탄소중립 서약 안내",
        audience="member",
        questions=["탄소중립 서약은 어디서 하나요", "온실가스 감축 서약 방법", "탄소중립에 참여하고 싶어요"],
        keywords=("탄소중립",),
        answer="대시보드에서 서약합니다.\n",
    )
    after = changed(catalogue, edited)
    for text in ("탄소중립 서약하려면?", "온실가스 줄이기 서약", "탄소중립"):
        assert first(catalogue.index_for(MEMBER), text) != "carbon-pledge"
        assert first(after.index_for(MEMBER), text) == "carbon-pledge"
        assert first(after.index_for(GUEST), text) != "carbon-pledge"


def test_an_entry_that_is_gone_is_found_no_more(catalogue: Catalogue, content: Content) -> None:
    text = "계약 상세가 안 보이는데요"
    gone = first(catalogue.index_for(MEMBER), text)
    assert gone == "contract-detail-not-shown"
    kept = tuple(
        replace(entry, related=tuple(other for other in entry.related if other != gone))
        for entry in content.entries
        if entry.id != gone
    )
    after = changed(catalogue, replace(content, entries=kept))
    result = after.index_for(MEMBER).search(text)
    assert gone not in [candidate.entry.id for candidate in result.candidates]


def test_a_phrasing_that_is_added_or_taken_back(catalogue: Catalogue, content: Content) -> None:
    text = "회색 화면에서 거북이가 뱅글뱅글 돌아요"
    place = next(i for i, entry in enumerate(content.entries) if entry.id == "contract-detail-not-shown")
    entry = content.entries[place]
    more = replace(entry, phrasings=(*entry.phrasings, Phrasing(text, entry.location)))
    entries = (*content.entries[:place], more, *content.entries[place + 1 :])
    added = changed(catalogue, replace(content, entries=entries))
    paraphrase = "회색 화면에 거북이가 빙글빙글 돕니다"
    assert first(catalogue.index_for(MEMBER), paraphrase) != entry.id
    assert first(added.index_for(MEMBER), paraphrase) == entry.id
    taken_back = changed(added, content)
    assert first(taken_back.index_for(MEMBER), paraphrase) != entry.id


def test_what_was_not_edited_is_answered_as_before(catalogue: Catalogue, content: Content) -> None:
    """The quick index is a little less sure than the full fit; it must not answer differently."""
    edited = with_entry(
        content,
        id="new",
        title="새 안내",
        audience="guest",
        questions=["새 안내 보기"],
        keywords=(),
        answer="새 글\n",
    )
    after = changed(catalogue, edited)
    asked = [
        entry.phrasings[1].text + " 좀 알려 주세요" for entry in content.entries if len(entry.phrasings) > 1
    ]
    same = [
        first(catalogue.index_for(MEMBER), text) == first(after.index_for(MEMBER), text) for text in asked
    ]
    assert sum(same) >= 0.95 * len(same)


def test_many_edits_in_a_row_end_where_one_would(catalogue: Catalogue, content: Content) -> None:
    step = catalogue
    for number in range(5):
        step = changed(
            step,
            with_entry(
                content,
                id=f"step-{number}",
                title=f"무지개 {number}단계 안내",
                audience="member",
                questions=[f"무지개 {number}단계가 궁금해요"],
                keywords=(),
                answer="글\n",
            ),
        )
    found = step.index_for(MEMBER).search("무지개 단계가 궁금해요")
    ids = {candidate.entry.id for candidate in found.candidates}
    assert "step-4" in ids and not ids & {f"step-{number}" for number in range(4)}
    assert len(step.index_for(MEMBER).entries) == len(content.entries) + 1
