"""Rows looked at apart have the cosines and the kernel that the plain kernel of all rows gives them."""

from __future__ import annotations

import numpy as np
import pytest

from bot.korean.features import terms
from bot.korean.kernel import Kernel, build_kernel, extend
from bot.search.wide import Postings, WideKernel

TEXTS = [
    "계약서 조회 방법",
    "계약서는 어디서 보나요",
    "견적서 제출",
    "견적서를 내려고 합니다",
    "비밀번호 변경",
    "비밀번호를 잊었어요",
]
OWNERS = np.repeat(np.arange(3, dtype=np.int32), 2)
LATER = ["거북선 모형 신청", "계약서 거북선"]


@pytest.fixture
def plain() -> Kernel:
    return build_kernel(TEXTS, None)


@pytest.mark.parametrize("places", [[0, 1, 4], [0, 5, 6, 7], [2], [6, 7], []])
def test_a_part_has_the_kernel_of_its_rows(plain: Kernel, places: list[int]) -> None:
    wide = WideKernel.of(plain, OWNERS, 3).with_rows([("entry", text) for text in LATER])
    expected, rows = extend(plain, LATER), np.asarray(places, np.intp)
    views = terms("거북선 계약서를 조회하려면")
    part = wide.part(rows)
    lexical, _ = part.cosines(*wide.vectoriser.weights(views), None)
    assert np.allclose(lexical, expected.cosines("", views)[0][rows], atol=1e-6)
    assert np.allclose(part.block(np.arange(len(rows))), expected.block(rows), atol=1e-6)
    assert np.allclose(part.block(np.arange(len(rows))[1:]), expected.block(rows[1:]), atol=1e-6)


def test_the_nearest_entries_share_most(plain: Kernel) -> None:
    postings = Postings.of(plain.features, OWNERS, 3)
    for number, text in enumerate(("계약서 조회", "견적서 제출 방법", "비밀번호")):
        ids, weights = plain.vectoriser.weights(terms(text))
        assert postings.nearest(ids, weights, 1).tolist() == [number]
    assert postings.nearest([], [], 1).tolist() == []
