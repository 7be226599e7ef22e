"""Changing one entry in a file: everything else stays as somebody wrote it, to the byte."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import pytest

from bot.faq.edit import Unfit, with_entry, without_entry
from bot.faq.fields import EntryFields
from bot.faq.loader import inspect, load
from tests.conftest import ROOT
from tests.faq.writing import HOSTS, document, entry

SHIPPED = ROOT / "data" / "faq"


def read(text: str, tmp_path: Path) -> dict[str, EntryFields]:
    (tmp_path / "a.yml").write_bytes(text.encode())
    content, problems = inspect(tmp_path, HOSTS)
    assert not [problem for problem in problems if not problem.warning], problems
    return {each.id: EntryFields.of(each) for each in content.entries}


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.fixture(scope="module")
def shipped() -> dict[str, tuple[str, EntryFields]]:
    content = load(SHIPPED, HOSTS)
    return {
        each.id: (Path(each.location.file).read_text(encoding="utf-8"), EntryFields.of(each))
        for each in content.entries
    }


def test_a_phrasing_is_one_line_in_every_entry_that_ships(shipped) -> None:
    for text, fields in shipped.values():
        after = with_entry(text, replace(fields, questions=(*fields.questions, '새 표현: "따옴표"')))
        assert len(changed_lines(text, after)) == 1
        assert with_entry(after, fields) == text


def test_what_is_not_changed_is_not_written(shipped) -> None:
    for text, fields in list(shipped.values())[::10]:
        assert with_entry(text, fields) == text


def test_an_entry_that_comes_and_goes_leaves_nothing(shipped) -> None:
    for text, fields in list(shipped.values())[::10]:
        after = with_entry(text, replace(fields, id="brand-new", title="새 제목"))
        assert after.startswith(text.rstrip("\n"))
        assert without_entry(after, "brand-new") == text


VALUES = {
    "title": ["숫자 1: 제목", "# 우물", "- 목록", "yes", "2026-01-01", "'따옴표'", '"겹따옴표"', "a: b # c", "[대괄호]", "😀 그림"],
    "answer": ["한 줄", "두 줄\n세 줄", "- 목록\n  - 아래\n\n    코드 칸", "표\n\n| a | b |\n|---|---|\n| 1 | 2 |", "끝에 빈칸  \n다음", "# 제목\n\n글: 값"],
    "questions": [("하나", "둘", "셋", "넷", "다섯", "여섯"), ("0123", "true 여부", "쉼표, 콜론: 값", "[괄호]", "# 우물 정", "끝")],
    "keywords": [(), ("가,나", "다"), ("[x]", "{y}", "a: b")],
    "related": [("two",)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in VALUES.items() for value in values]
)
@pytest.mark.parametrize("style", ["block", "flow", "windows", "mark", "bare end", "wide"])
def test_any_value_in_any_manner_of_writing(tmp_path: Path, style: str, name: str, value) -> None:
    text = document(entry("one", answer="|\n      첫 줄\n\n      - 둘째\n"), entry("two"))
    if style == "flow":
        first = "{id: one, system: PartnerPlus, title: 제목, audience: member, questions: [가, 나, 다, 라, 마, 바], answer: 답, updated: 2026-11-23, source: sample}"
        text = f"category: quote_contract\nentries:\n  - {first} # 한 줄로\n" + entry("two")
    elif style == "windows":
        text = text.replace("\n", "\r\n")
    elif style == "bare end":
        text = text.rstrip("\n")
    elif style == "wide":
        text = text.replace("\n    ", "\n          ").replace("\n  - ", "\n  -       ")
    elif style == "mark":
        text = "# 맨 위\n" + text.replace("    audience", "    # 누가 보나\n    audience") + "# 맨 끝\n"
    before = read(text, tmp_path)
    wanted = replace(before["one"], **{name: value})
    after = with_entry(text, wanted)
    now = read(after, tmp_path)
    assert now["one"].digest == wanted.digest
    assert now["two"] == before["two"]
    if style == "windows":
        assert "\n" not in after.replace("\r\n", "")
    if style == "mark":
        for comment in ("# 맨 위", "# 누가 보나", "# 맨 끝"):
            assert comment in after
    assert read(without_entry(after, "one"), tmp_path).keys() == {"two"} if name != "related" else True


def test_the_first_entry_of_a_file_and_the_last_one_out(tmp_path: Path) -> None:
    empty = "# 기타\ncategory: general\nentries: []   # 아직 없음\n"
    fields = replace(read(document(entry("one")), tmp_path)["one"], category="general")
    after = with_entry(empty, fields)
    assert read(after, tmp_path)["one"].digest == fields.digest
    assert "# 기타" in after
    assert "entries: []" in without_entry(after, "one")


def test_comments_of_the_neighbours_stay(tmp_path: Path) -> None:
    text = document(entry("one"), "  # 둘째 위\n" + entry("two"), "  # 셋째 위\n" + entry("three"))
    after = without_entry(text, "two")
    assert "# 셋째 위" in after
    assert read(after, tmp_path).keys() == {"one", "three"}


@pytest.mark.parametrize("text", ["", "- a\n", "category: x\n", "entries: 3\n", "entries: [{id: one}]\n"])
def test_what_is_no_content_is_not_touched(text: str) -> None:
    with pytest.raises(Unfit):
        with_entry(text, EntryFields("one", "general"))
