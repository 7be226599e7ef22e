"""Misspelt questions are read as they were meant; what the FAQ says itself is never changed."""

from __future__ import annotations

import pytest

from bot.korean.phonetic import letters, normalise
from bot.korean.repair import Repair
from bot.korean.syllables import Syllables

FAQ = [
    "견적서는 어디에서 제출하나요?",
    "계약 체결까지 며칠이 걸리나요?",
    "대금은 언제 지급받을 수 있나요?",
    "담당자에게 연락해야 하나요?",
    "비밀번호를 잊어버렸는데 어떻게 해야 하나요?",
    "세금계산서 발행이 안 되는 이유를 알려 주세요",
    "보증보험 증권을 등록하고 싶어요",
    "검수 요청이 반려된 경우에는 다시 신청할 수 있어요",
    "사업자등록증 사본을 첨부해 주세요",
    "국민건강보험 완납증명서는 없어도 됩니다",
]


@pytest.fixture(scope="module")
def repair() -> Repair:
    return Repair(Syllables.of(map(normalise, FAQ)))


@pytest.mark.parametrize("text", FAQ)
def test_what_the_faq_says_is_left_as_it_is(repair: Repair, text: str) -> None:
    assert repair(text) == normalise(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("견적셔는 여디에셔 제츌하나요?", "견적서는 어디에서 제출하나요?"),  # the shift key held, or let go
        ("보증보험 증권을 등록햐교 싶여요", "보증보험 증권을 등록하고 싶어요"),
        ("대금은 언제 지급바를 수 있나요", "대금은 언제 지급받을 수 있나요"),  # as it is heard
        ("담당자에게 열라캐야 하나요", "담당자에게 연락해야 하나요"),  # two sounds changed in one word
        ("보증보험 증궈늘 등노카고 시퍼요", "보증보험 증권을 등록하고 싶어요"),
        ("완납증명서는 업써도 되나요", "완납증명서는 없어도 되나요"),
        ("궁민건강보험 완납쯩명서", "국민건강보험 완납증명서"),
        ("rPdir 체결", "계약 체결"),  # the keyboard in English mode
    ],
)
def test_a_slip_is_put_right(repair: Repair, typed: str, meant: str) -> None:
    assert letters(repair(typed)) == letters(meant)


@pytest.mark.parametrize(
    "text", ["오늘 날씨가 어때요", "월요일에 만나서 회의해요", "고통받고 있는 사람", "티비 리뷰 보기"]
)
def test_right_words_that_the_faq_does_not_have_are_kept(repair: Repair, text: str) -> None:
    assert repair(text) == text


def test_spaces_stay_where_a_slip_alone_made_joining_look_better(repair: Repair) -> None:
    assert repair("등록햐교 싶여요") == "등록하고 싶어요"


def test_missing_spaces_are_put_in(repair: Repair) -> None:
    assert repair("대금은언제지급받을수있나요").count(" ") >= 3


@pytest.mark.parametrize(
    "text", ["", " ", "?", "ㅋㅋㅋ", "hello there", "计算", "가" * 400, "뷁" * 20, "𝕏\ud800"]
)
def test_any_text_comes_back_as_a_text(repair: Repair, text: str) -> None:
    assert isinstance(repair(text), str)


def test_texts_learnt_one_after_another_count_as_texts_learnt_at_once() -> None:
    half = len(FAQ) // 2
    assert Syllables.of(FAQ[:half]) | Syllables.of(FAQ[half:]) == Syllables.of(FAQ)


def test_syllables_that_may_follow_are_as_likely_as_one_thing_in_all() -> None:
    known = Syllables.of(FAQ)
    followers = {gram[-1] for gram in known.counts} - {"^"}
    total = sum(2 ** (-known.cost("하나" + last) / 700 / 0.6931471805599453) for last in followers)
    assert 0.5 < total <= 1
    assert known.cost("하나요") < known.cost("하나오")
