"""Which questions are one item: measured on pairs, some of them written after the rule was fixed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.faq.loader import load
from bot.review.grouping import ALIKE, Grouping
from tests.conftest import ROOT
from tests.faq.writing import HOSTS

PAIRS = yaml.safe_load(Path(__file__).with_name("pairs.yml").read_text(encoding="utf-8"))
# measured: 48 of 52 and 3 of 50; of those held out 20 of 20 and 1 of 20
AT_LEAST = {"same": 0.90, "held_out_same": 0.95}
AT_MOST = {"different": 0.06, "held_out_different": 0.05}


@pytest.fixture(scope="module")
def grouping() -> Grouping:
    return Grouping(load(ROOT / "data" / "faq", HOSTS))


def joined(grouping: Grouping, name: str) -> float:
    pairs = PAIRS[name]
    return sum(grouping.alike(one, other) >= ALIKE for one, other in pairs) / len(pairs)


@pytest.mark.parametrize("name", AT_LEAST)
def test_questions_that_say_the_same_are_one(grouping: Grouping, name: str) -> None:
    assert joined(grouping, name) >= AT_LEAST[name]


@pytest.mark.parametrize("name", AT_MOST)
def test_questions_that_only_sound_alike_are_two(grouping: Grouping, name: str) -> None:
    assert joined(grouping, name) <= AT_MOST[name]


def test_it_does_not_matter_who_asked_first(grouping: Grouping) -> None:
    for name in PAIRS:
        for one, other in PAIRS[name]:
            assert grouping.alike(one, other) == pytest.approx(grouping.alike(other, one))


def test_slips_spaces_and_synonyms_make_no_other_question(grouping: Grouping) -> None:
    for one, other in [
        ("무인택배함 물품 수령", "무인 택배함 물품수령!!"),
        ("세금계산서 재발행", "세계서 재발행"),
        ("주차권", "주차권???"),
    ]:
        assert grouping.alike(one, other) >= ALIKE, (one, other)


def test_nothing_to_compare(grouping: Grouping) -> None:
    assert grouping.alike("안 돼요", "안 돼요") == 1.0
    assert grouping.alike("안 돼요", "왜요") < ALIKE
    assert grouping.nearest("주차권", []) is None
    assert grouping.nearest("주차권 발급", [(7, "구내식당 위치"), (9, "주차권 발급 되나요")]) == 9


def test_an_edit_of_the_faq_costs_what_it_changes_and_weighs_as_if_counted_anew() -> None:
    content = load(ROOT / "data" / "faq", HOSTS)
    before = Grouping(content)
    first, second, *rest = content.entries
    changed = replace(first, title="옥상정원 예약", phrasings=())
    edited = replace(content, entries=(changed, *rest))  # one changed, one gone
    read = before.words.cache_info().misses
    after = Grouping(edited, before)
    assert before.words.cache_info().misses - read <= 2  # the others are not read again
    anew = Grouping(edited)
    for one, other in PAIRS["same"] + PAIRS["different"]:
        assert after.alike(one, other) == anew.alike(one, other)
    assert any(before.alike(one, other) != anew.alike(one, other) for one, other in PAIRS["same"])


def test_other_synonyms_read_everything_anew() -> None:
    content = load(ROOT / "data" / "faq", HOSTS)
    other = replace(content, synonyms=(("출입카드", "출입증"),))
    assert Grouping(content).alike("출입증 발급", "출입카드 발급") < 1
    assert Grouping(other, Grouping(content)).alike("출입증 발급", "출입카드 발급") == 1
