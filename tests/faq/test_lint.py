"""Every rule of the linter: what is wrong, at which file and line, and what to do about it."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.faq.loader import inspect, load
from bot.faq.model import Problem
from tests.faq.writing import HOSTS, content, document, entry, found, only, write


def check(problem: Problem, path: Path, line: int, *words: str, warning: bool = False) -> None:
    assert str(problem.location) == f"{path}:{line}"
    assert str(problem).startswith(f"{path}:{line}: ")
    for word in words:
        assert word in problem.what, problem
    assert problem.remedy.strip() and problem.remedy in str(problem)
    assert problem.warning is warning


def line_of(path: Path, beginning: str, nth: int = 1) -> int:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return [n for n, line in enumerate(lines, 1) if line.strip().startswith(beginning)][nth - 1]


def test_a_sound_file_has_no_problem(tmp_path: Path) -> None:
    write(tmp_path, document())
    assert found(tmp_path) == []
    (only_entry,) = load(tmp_path, HOSTS).entries
    assert only_entry.id == "contract"
    assert only_entry.category == "quote_contract"
    assert only_entry.updated == datetime.date(2026, 11, 23)
    assert only_entry.label == "[PartnerPlus] contract 안내 제목"
    assert len(only_entry.questions) == 6


def test_every_phrasing_knows_its_line(tmp_path: Path) -> None:
    phrasings = "\n      - 하나\n      - 둘\n      - 셋\n      - 넷\n      - 다섯\n      - 여섯"
    path = write(tmp_path, document(entry(questions=phrasings)))
    (only_entry,) = content(tmp_path).entries
    lines = path.read_text().splitlines()
    for phrasing in only_entry.phrasings:
        assert lines[phrasing.location.line - 1].strip() == f"- {phrasing.text}"


# fields ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["system", "title", "audience", "questions", "answer", "updated", "source"])
def test_missing_field(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, document(entry(**{name: None})))
    check(only(tmp_path), path, 3, f"'{name}'", "없습니다")


def test_missing_id(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(id=None)))
    check(only(tmp_path), path, 3, "'id'", "없습니다")


@pytest.mark.parametrize("name", ["keywords", "related"])
def test_optional_field(tmp_path: Path, name: str) -> None:
    write(tmp_path, document(entry(**{name: None})))
    assert found(tmp_path) == []


def test_unknown_field(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(audiance="guest")))
    check(only(tmp_path), path, line_of(path, "audiance"), "'audiance'", "알 수 없는")
    assert "audience" in only(tmp_path).remedy


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("system", "Partnerplus"),
        ("audience", "guests"),
        ("audience", "true"),
        ("source", "Guide"),
        ("source", "[guide]"),
        ("updated", "2026-13-01"),
        ("updated", "어제"),
        ("updated", "20261123"),
        ("updated", "2026-11-23 10:00:00"),
        ("updated", "[2026-11-23]"),
        ("title", '""'),
        ("title", "2026"),
        ("title", "{a: b}"),
        ("title", "true"),
        ("answer", '"   "'),
        ("answer", "null"),
        ("answer", "[a, b]"),
        ("questions", "하나"),
        ("questions", "null"),
        ("questions", "{a: b}"),
        ("questions", "[하나, 둘, 셋, 넷, 다섯, 10]"),
        ("questions", '[하나, 둘, 셋, 넷, 다섯, ""]'),
        ("questions", "[하나, 둘, 셋, 넷, 다섯, [여섯]]"),
        ("keywords", "계약"),
        ("keywords", "[1]"),
        ("related", "contract"),
        ("related", "[{a: b}]"),
    ],
)
def test_wrong_value(tmp_path: Path, name: str, value: str) -> None:
    path = write(tmp_path, document(entry(**{name: value})))
    check(only(tmp_path), path, line_of(path, f"{name}:"), f"'{name}'")


@pytest.mark.parametrize("value", ["Contract", "계약", "a_b", "a--b", "-a", "a b", '"a/b"'])
def test_id_that_is_not_plain(tmp_path: Path, value: str) -> None:
    path = write(tmp_path, document(entry(id=value)))
    check(only(tmp_path), path, line_of(path, "id:"), "id")


def line_of_id(path: Path, nth: int) -> int:
    return line_of(path, "- id:", nth)


@pytest.mark.parametrize("value", ["12", "true", "[a]", "null"])
def test_id_that_is_no_text(tmp_path: Path, value: str) -> None:
    path = write(tmp_path, document(entry(id=value)))
    check(only(tmp_path), path, line_of(path, "id:"), "'id'")


def test_id_longer_than_the_database_keeps_is_refused(tmp_path: Path) -> None:
    """turn.faq_id, faq_open.faq_id and the others hold 120 characters; PostgreSQL refuses more."""
    path = write(tmp_path, document(entry("a" * 121)))
    check(only(tmp_path), path, 3, "id")


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(system="PP", audience="all", updated="x", foo="bar")))
    lines = [problem.location.line for problem in found(tmp_path)]
    assert lines == sorted(line_of(path, name) for name in ("system", "audience", "updated", "foo"))


def test_a_bad_entry_does_not_hide_the_good_one(tmp_path: Path) -> None:
    write(tmp_path, document(entry("bad", system="PP"), entry("good")))
    assert [each.id for each in content(tmp_path).entries] == ["good"]
    with pytest.raises(ContentError) as refused:
        load(tmp_path, HOSTS)
    assert len(refused.value.problems) == 1
    assert "a.yml:4: " in str(refused.value)


# between entries ------------------------------------------------------------------------------------------------------


def test_duplicate_id_over_files(tmp_path: Path) -> None:
    write(tmp_path, document(entry("one")), "a.yml")
    second = entry("one", title="다른 제목", questions="[ㄱ1, ㄴ2, ㄷ3, ㄹ4, ㅁ5, ㅂ6]")
    path = write(tmp_path, document(second), "b.yml")
    check(only(tmp_path), path, 3, "'one'", "a.yml:3")


def test_duplicate_title_after_normalisation(tmp_path: Path) -> None:
    first, second = entry("one", title="계약체결 방법"), entry("two", title='"계약 체결-방법!"')
    path = write(tmp_path, document(first, second))
    check(only(tmp_path), path, line_of_id(path, 2), "제목", "a.yml:3")


def test_the_same_title_in_another_system_is_allowed(tmp_path: Path) -> None:
    first = entry("one", title="교육 이수 확인")
    second = entry("two", title="교육 이수 확인", system="PartnerCampus")
    write(tmp_path, document(first, second))
    assert found(tmp_path) == []


@pytest.mark.parametrize("again", ["two 방법", "TWO   방법", "two방법", '"two 방법?"', "ｔｗｏ 방법"])
def test_duplicate_phrasing_after_normalisation(tmp_path: Path, again: str) -> None:
    phrasings = f"[{again}, ㄴ2, ㄷ3, ㄹ4, ㅁ5, ㅂ6]"
    path = write(tmp_path, document(entry("two"), entry("one", questions=phrasings)))
    check(only(tmp_path), path, line_of(path, "questions:", 2), "질문 표현", "a.yml:7")


def test_duplicate_phrasing_within_an_entry_is_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(questions="[계약, ㄴ2, ㄷ3, ㄹ4, ㅁ5, ㅂ6, 계 약]")))
    problem = only(tmp_path)
    check(problem, path, line_of(path, "questions"), "'계 약'", warning=True)


def test_phrasing_that_is_the_title_of_another(tmp_path: Path) -> None:
    second = entry("two", questions="[계약체결 방법, ㄴ2, ㄷ3, ㄹ4, ㅁ5, ㅂ6]")
    path = write(tmp_path, document(entry("one", title="계약체결 방법"), second))
    check(only(tmp_path), path, line_of(path, "questions", 2), "'one'", "제목")


def test_phrasing_without_a_letter(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(questions='[하나, 둘, 셋, 넷, 다섯, "?!"]')))
    check(only(tmp_path), path, 3, "질문 표현")


def test_title_without_a_letter(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(title='"…"')))
    check(only(tmp_path), path, line_of(path, "title"))


def test_dead_related(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(related="[nowhere]")))
    problem = only(tmp_path)
    assert problem.location.line in (3, line_of(path, "related"))
    assert "'nowhere'" in problem.what


@pytest.mark.parametrize(
    "broken", ["category: [", document(entry("two", audience="members"), category="general")]
)
def test_who_refers_to_what_cannot_be_read_is_not_told_to_delete_it(tmp_path: Path, broken: str) -> None:
    """One slip in a file is one problem, not one in every entry that refers to it."""
    write(tmp_path, document(entry("one", related="[two]")), "a.yml")
    path = write(tmp_path, broken, "b.yml")
    write(tmp_path, "best:\n  member:\n    - two\n", "start.yml")
    assert only(tmp_path).location.file == str(path)


def test_related_to_itself(tmp_path: Path) -> None:
    write(tmp_path, document(entry(related="[contract]")))
    assert "자기 자신" in only(tmp_path).what


def test_related_over_files(tmp_path: Path) -> None:
    write(tmp_path, document(entry("one", related="[two]")), "a.yml")
    write(tmp_path, document(entry("two", related="[one]"), category="general"), "b.yml")
    assert found(tmp_path) == []


@pytest.mark.parametrize("enough", [0, 1, 5])
def test_too_few_phrasings_is_a_warning(tmp_path: Path, enough: int) -> None:
    phrasings = "[" + ", ".join(["하나", "둘", "셋", "넷", "다섯"][:enough]) + "]"
    path = write(tmp_path, document(entry(questions=phrasings)))
    check(only(tmp_path), path, 3, f"{enough}개", warning=True)
    assert "주의" in str(only(tmp_path))
    assert load(tmp_path, HOSTS).entries


# links ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "[MP](https://evil.example)",
        "[MP](//evil.example)",
        "[MP](http://www.kefci.com.evil.example)",
        "[MP](http://evil.example/www.kefci.com)",
        "[MP](http://www.kefci.com@evil.example/)",
        "[MP](https://kefci.com)",
        "[MP](http://www.kefci.com:8080)",
        "[MP](javascript:alert(1))",
        "[MP](JaVaScRiPt:alert(1))",
        "[MP](data:text/html;base64,PHNjcmlwdD4=)",
        "[MP](vbscript:x)",
        "[MP](ftp://www.kefci.com)",
        "[MP](mailto:a@b.example)",
        "[MP](/relative)",
        "[MP](#there)",
        "[MP]()",
        "[MP][1]\n\n[1]: https://evil.example",
        "**[굵게](https://evil.example)**",
        "| a |\n|---|\n| [표](https://evil.example) |",
        "- [목록](https://evil.example)",
        "> [인용](https://evil.example)",
        "[MP](http:\\\\evil.example)",
        "[MP](https:evil.example)",
        "[MP](http://[::1)",
    ],
)
def test_link_elsewhere(tmp_path: Path, link: str) -> None:
    block = "|\n" + "\n".join(f"      {line}" for line in link.splitlines())
    path = write(tmp_path, document(entry(answer=block)))
    problem = only(tmp_path)
    assert problem.location.file == str(path)
    assert problem.location.line in range(3, 15)
    assert "링크" in problem.what
    assert "www.kefci.com" in problem.remedy


@pytest.mark.parametrize(
    "answer",
    [
        "[MP](https://www.kefci.com)",
        "[MP](http://www.kefci.com/a?b=c#d)",
        "[MP](https://WWW.KEFCI.COM/)",
        "[MP](https://www.kefci.com:443/)",
        "www.kefci.com",
        "`[MP](https://evil.example)`",
    ],
)
def test_link_that_is_allowed(tmp_path: Path, answer: str) -> None:
    write(tmp_path, document(entry(answer=f"'{answer}'")))
    assert found(tmp_path) == []


def test_link_with_no_host_allowed(tmp_path: Path) -> None:
    write(tmp_path, document(entry(answer="'[MP](https://www.kefci.com)'")))
    assert len(inspect(tmp_path, ())[1]) == 1


# files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["contract", "Quote_Contract", "''", "null", "[general]"])
def test_unknown_category(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, document(category=name))
    check(only(tmp_path), path, 1, "분류")
    assert "quote_contract" in only(tmp_path).remedy


def test_no_category(tmp_path: Path) -> None:
    path = write(tmp_path, "entries: []\n")
    check(only(tmp_path), path, 1, "분류")


def test_unknown_key_at_the_top(tmp_path: Path) -> None:
    path = write(tmp_path, "version: 1\n" + document())
    check(only(tmp_path), path, 1, "'version'")


@pytest.mark.parametrize("text", ["category: general\n", "category: general\nentries: {}\n", "category: general\nentries:\n"])  # fmt: skip
def test_no_entries(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    problem = only(tmp_path)
    assert problem.location.file == str(path)
    assert "entries" in problem.what


@pytest.mark.parametrize("text", ["- a\n- b\n", "계약\n", "12\n"])
def test_no_mapping(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    check(only(tmp_path), path, 1, "이름: 값")


def test_entry_that_is_no_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, "category: general\nentries:\n  - 계약\n")
    check(only(tmp_path), path, 3, "이름: 값")


@pytest.mark.parametrize("key", ["nlu", "responses", "stories", "rules"])
@pytest.mark.parametrize("indent", [0, 4])
def test_key_rasa_would_take(tmp_path: Path, key: str, indent: int) -> None:
    """At any indent: Rasa reads the file for lines that begin with such a key."""
    text = document(entry(**{key: "[]"})) if indent else f"{document()}{key}: []\n"
    path = write(tmp_path, text)
    check(only(tmp_path), path, line_of(path, f"{key}:"), f"'{key}'", "Rasa")


@pytest.mark.parametrize("key", ["nlu", "responses", "stories", "rules"])
def test_line_of_an_answer_rasa_would_take(tmp_path: Path, key: str) -> None:
    """Rasa looks at lines, not at YAML: one inside an answer's text counts too (design.md, section 5)."""
    path = write(tmp_path, document(entry(answer=f"|\n      안내\n      {key}:\n      - intent: greet")))
    check(only(tmp_path), path, line_of(path, f"{key}:"), key)


def test_key_rasa_would_take_in_synonyms(tmp_path: Path) -> None:
    write(tmp_path, document())
    path = write(tmp_path, "synonyms:\n  - [가, 나]\nnlu: []\n", "synonyms.yml")
    check(only(tmp_path), path, 3, "'nlu'")


def test_anchor_and_alias(tmp_path: Path) -> None:
    text = document(entry("one", keywords="&words [계약]"), entry("two", keywords="*words"))
    path = write(tmp_path, text)
    check(only(tmp_path), path, line_of(path, "keywords", 1), "앵커")


def test_a_bomb_of_aliases_is_refused_at_once(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    path = write(tmp_path, "\n".join(lines))
    check(only(tmp_path), path, 1, "앵커")


def test_merge_key(tmp_path: Path) -> None:
    write(tmp_path, document(entry(**{"<<": "{title: 다른 제목}"})))
    assert found(tmp_path)


def test_duplicate_key(tmp_path: Path) -> None:
    text = document(entry()) + "    title: 다시 제목\n"
    path = write(tmp_path, text)
    check(only(tmp_path), path, line_of(path, "title", 2), "'title'", "두 번")


def test_two_documents_in_a_file(tmp_path: Path) -> None:
    path = write(tmp_path, document() + "---\n" + document())
    problem = only(tmp_path)
    assert problem.location.file == str(path)
    assert problem.location.line >= len(document().splitlines())


def test_cp949_file(tmp_path: Path) -> None:
    text = document(entry(title="contract"))
    path = write(tmp_path, text.encode("cp949"))
    problem = only(tmp_path)
    first = next(n for n, line in enumerate(text.splitlines(), 1) if not line.isascii())
    check(problem, path, first, "UTF-8")
    assert "CP949" in problem.remedy


def test_utf16_file(tmp_path: Path) -> None:
    path = write(tmp_path, document().encode("utf-16"))
    check(only(tmp_path), path, 1, "UTF-8")


def test_byte_order_mark_is_allowed(tmp_path: Path) -> None:
    write(tmp_path, document().encode("utf-8-sig"))
    assert found(tmp_path) == []
    assert len(content(tmp_path).entries) == 1


def test_windows_line_ends_are_allowed(tmp_path: Path) -> None:
    path = write(tmp_path, document(entry(audience="nobody")).replace("\n", "\r\n"))
    check(only(tmp_path), path, 6, "'audience'")


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\ud800"])
def test_control_character(tmp_path: Path, control: str) -> None:
    text = document(entry(answer=f'"확인{control}해 주세요."'))
    path = write(tmp_path, text.encode("utf-8", "surrogatepass"))
    check(only(tmp_path), path, line_of_bytes(text, "answer"))


def line_of_bytes(text: str, beginning: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.strip().startswith(beginning))


@pytest.mark.parametrize("escape", [r"\0", r"\x07", r"\e", r"\ud800", r"\u202e", r"\u200b"])
def test_control_character_written_as_an_escape(tmp_path: Path, escape: str) -> None:
    """In double quotes YAML makes control and invisible characters of escapes: in a title they disguise it."""
    path = write(tmp_path, document(entry(title=f'"계약{escape}안내"')))
    check(only(tmp_path), path, line_of(path, "title"))


@pytest.mark.parametrize("text", ["", "\n\n", "# 나중에\n", "---\n"])
def test_empty_file(tmp_path: Path, text: str) -> None:
    write(tmp_path, document(), "a.yml")
    path = write(tmp_path, text, "b.yml")
    problem = only(tmp_path)
    assert problem.location.file == str(path)
    assert problem.location.line <= 2


@pytest.mark.parametrize(
    "text",
    ["entries: " + "[" * 5000 + "]" * 5000, "".join(f"{' ' * n}a:\n" for n in range(1500))],
    ids=["brackets", "indent"],
)
def test_deep_nesting(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    problems = found(tmp_path)
    assert problems
    assert problems[0].location.file == str(path)


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ("    title: 계약: 상세", "따옴표"),
        ("    title: [계약", "따옴표"),
        ('    title: "계약', "따옴표"),
        ("   title: 계약", "들여쓰기"),
        ("\ttitle: 계약", "들여쓰기"),
        ("    title: @계약", "따옴표"),
        ("    title: %계약", "따옴표"),
        ("    title: !!python/object:os.system 계약", ""),
    ],
)
def test_what_is_no_yaml(tmp_path: Path, line: str, remedy: str) -> None:
    path = write(tmp_path, document(entry(title=None)) + line + "\n    note: 끝\n")
    problems = found(tmp_path)
    assert problems
    assert problems[0].location.file == str(path)
    number = path.read_text().splitlines().index(line) + 1
    assert number - 1 <= problems[0].location.line <= number + 2
    assert remedy in problems[0].remedy


def test_a_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, document(entry("one", title="[")), "a.yml")
    write(tmp_path, document(entry("two", system="PP")), "b.yml")
    assert [Path(problem.location.file).name for problem in found(tmp_path)] == ["a.yml", "b.yml"]


def test_hidden_files_and_leftovers_stay_out(tmp_path: Path) -> None:
    write(tmp_path, document())
    for name in (".a.yml", "a.yml~", "a.yml.swp", "README.md"):
        write(tmp_path, "broken: [", name)
    (tmp_path / "drafts").mkdir()
    assert found(tmp_path) == []


def test_a_directory_that_looks_like_a_file(tmp_path: Path) -> None:
    write(tmp_path, document())
    (tmp_path / "b.yml").mkdir()
    check(only(tmp_path), tmp_path / "b.yml", 1, "읽을 수 없습니다")


@pytest.mark.parametrize("name", ["", "nowhere", "start.yml"])
def test_no_content(tmp_path: Path, name: str) -> None:
    if name == "start.yml":
        write(tmp_path, "best: {}\n", name)
        name = ""
    check(only(tmp_path / name), tmp_path / name, 1, "없습니다")


# synonyms and start ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("synonyms: 가\n", 1),
        ("- [가, 나]\n", 1),
        ("synonyms:\n  - [가, 나]\nmore: []\n", 1),
        ("synonyms:\n  - [가]\n", 2),
        ("synonyms:\n  - [가, 나]\n  - 다\n", 3),
        ("synonyms:\n  - [가, 1]\n", 2),
        ("synonyms:\n  - [가, '']\n", 2),
        ("synonyms:\n  - [가, '?']\n", 2),
        ("synonyms:\n  - [가, 나]\n  - [다, ' 나 ']\n", 3),
        ("synonyms:\n  - [ID, 아이디]\n  - [다, id]\n", 3),
    ],
)
def test_synonyms(tmp_path: Path, text: str, line: int) -> None:
    write(tmp_path, document())
    path = write(tmp_path, text, "synonyms.yml")
    check(only(tmp_path), path, line)


def test_synonyms_that_are_sound(tmp_path: Path) -> None:
    write(tmp_path, document())
    write(tmp_path, "synonyms:\n  - [세금계산서, 세계서]\n  - [PW, 비밀번호]\n", "synonyms.yml")
    assert found(tmp_path) == []
    assert content(tmp_path).synonyms == (("세금계산서", "세계서"), ("PW", "비밀번호"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("best: []\n", 1),
        ("guest: []\n", 1),
        ("best:\n  everyone: []\n", 1),
        ("best: {}\nmore: {}\n", 1),
        ("best:\n  guest: open\n", 2),
        ("best:\n  guest: [1]\n", 2),
        ("best:\n  guest:\n    - open\n    - nowhere\n", 4),
        ("best:\n  guest:\n    - contract\n", 3),
    ],
)
def test_start(tmp_path: Path, text: str, line: int) -> None:
    """What Best starts with must be there, and nothing for members may be listed for guests."""
    write(tmp_path, document(entry(), entry("open", audience="guest")))
    path = write(tmp_path, text, "start.yml")
    check(only(tmp_path), path, line)


def test_start_that_is_sound(tmp_path: Path) -> None:
    write(tmp_path, document(entry(), entry("open", audience="guest")))
    write(tmp_path, "best:\n  guest: [open]\n  member: [contract, open]\n", "start.yml")
    assert found(tmp_path) == []
    assert content(tmp_path).start == {"guest": ("open",), "member": ("contract", "open")}
