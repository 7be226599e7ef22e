"""Entries to and from Excel, and new ones from an editor, as people run the commands."""

from __future__ import annotations

import csv
import io
import os
import resource
import sqlite3
import stat
import subprocess
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app
from tests.conftest import ELBI, ROOT, environment
from tests.faq.writing import content, document, entry, write

HEADING = [
    "id",
    "분류",
    "시스템",
    "제목",
    "공개 범위",
    "질문 표현",
    "키워드",
    "답변",
    "관련 FAQ",
    "바뀐 날",
    "출처",
]
NEW = ["pool", "기타", "PartnerPlus", "수영장 안내", "member", "수영장\n수영장 어디예요", "", "담당자에게 물어 주세요.", "", "", "sample"]  # fmt: skip


@pytest.fixture
def faq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files of entries with a comment, which the commands use."""
    home = tmp_path / "faq"
    home.mkdir()
    dangerous = entry("bill", answer='"- 첫째\\n- =1+1"', keywords='["=HYPERLINK(1)", "-대금"]')
    write(home, "# 담당: 구매팀\n" + document(entry(), entry("paper")), "quote_contract.yml")
    write(home, document(dangerous, category="inspection_payment"), "inspection_payment.yml")
    monkeypatch.setenv("ELBI_FAQ_DIR", str(home))
    monkeypatch.setenv("ELBI_STATE_DIR", str(tmp_path / "var"))
    return home


def elbi(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def texts(home: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(home.iterdir())}


def exported(file: Path) -> list[list[str]]:
    assert elbi("faq", "export", file).exit_code == 0
    if file.suffix == ".csv":
        return list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
    return [
        [cell or "" for cell in row]
        for row in openpyxl.load_workbook(file).active.iter_rows(values_only=True)
    ]


def table(path: Path, *rows: list[str], encoding: str = "utf-8-sig") -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def history(home: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(home.parent / "var" / "elbi.db") as database:
        return database.execute("SELECT faq_id, action FROM revision ORDER BY id").fetchall()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_comes_back_as_it_was(faq: Path, tmp_path: Path, form: str) -> None:
    rows = exported(tmp_path / f"a.{form}")
    assert rows[0] == HEADING and [row[0] for row in rows[1:]] == ["bill", "contract", "paper"]
    assert not any(
        cell.startswith(("=", "-", "+", "@")) for row in rows for cell in row
    )  # nothing that Excel runs
    before = texts(faq)
    done = elbi("faq", "import", tmp_path / f"a.{form}")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == "새로 추가 0건, 바뀜 0건, 그대로 3건."
    assert texts(faq) == before


def test_rows_change_and_add_entries_and_the_rest_stays(faq: Path, tmp_path: Path) -> None:
    rows = exported(tmp_path / "a.csv")
    changed = [*rows[2][:7], "고친 답변입니다.", *rows[2][8:]]
    file = table(tmp_path / "b.csv", HEADING, changed, NEW, encoding="cp949")
    before = texts(faq)
    seen = elbi("faq", "import", file, "--preview")
    assert seen.exit_code == 0, seen.stderr
    assert "contract\t바뀜: 답변, 바뀐 날" in seen.stdout and "pool\t새로 추가" in seen.stdout
    assert "저장하지 않았습니다" in seen.stdout and texts(faq) == before
    done = elbi("faq", "import", file)
    assert done.exit_code == 0, done.stderr
    assert "새로 추가 1건, 바뀜 1건, 그대로 0건." in done.stdout
    after = content(faq).by_id
    assert after["contract"].answer == "고친 답변입니다.\n"
    assert after["contract"].updated > after["paper"].updated  # today: what vendors read of it changed
    assert after["pool"].category == "general" and after["pool"].questions == ("수영장", "수영장 어디예요")
    assert texts(faq)["quote_contract.yml"].startswith("# 담당: 구매팀\n")
    assert texts(faq)["inspection_payment.yml"] == before["inspection_payment.yml"]
    assert history(faq) == [("contract", "change"), ("pool", "create")]
    assert "elbi (명령)" in elbi("faq", "history", "pool").stdout


def test_a_column_that_is_not_there_stays_as_it_is(faq: Path, tmp_path: Path) -> None:
    before = content(faq).by_id["paper"]
    done = elbi("faq", "import", table(tmp_path / "a.csv", ["ID", "title"], ["paper", "새 제목"]))
    assert done.exit_code == 0, done.stderr
    after = content(faq).by_id["paper"]
    assert (after.title, after.questions, after.answer) == ("새 제목", before.questions, before.answer)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["제목"], ["a"]], "a.csv:1: 제목 줄에 'id' 열이 없습니다"),
        ([["id", "본문"], ["paper", "a"]], "a.csv:1: 모르는 열 '본문'"),
        ([["id", "title", "제목"], ["paper", "a", "b"]], "a.csv:1: '제목' 열이 두 번"),
        ([["id"]], "a.csv:1: 가져올 내용이 없습니다"),
        ([["id", "제목"], ["", "a"]], "a.csv:2: id가 없습니다"),
        ([["id", "제목"], ["paper", "a"], ["paper", "b"]], "a.csv:3: id 'paper'이(가) 2행에도"),
        ([["id", "분류"], ["paper", "날씨"]], "a.csv:2: 분류 '날씨'은(는) 없습니다"),
        ([["id", "공개 범위"], ["contract", "member"], ["paper", "everyone"]], "a.csv:3: "),
        ([HEADING, [*NEW[:3], "", *NEW[4:]]], "a.csv:2: "),
        ([HEADING, [*NEW[:5], "contract 방법\n수영장", *NEW[6:]]], "contract 방법"),
        ([HEADING, ["Pool 1", *NEW[1:]]], "a.csv:2: "),
        ([["id", "답변"], ["paper", "[여기](https://evil.example/)"]], "a.csv:2: "),
    ],
)
def test_anything_wrong_is_named_by_its_line_and_keeps_everything_out(
    faq: Path, tmp_path: Path, rows: list[list[str]], said: str
) -> None:
    before = texts(faq)
    done = elbi("faq", "import", table(tmp_path / "a.csv", *rows))
    assert done.exit_code == 1 and "아무것도 가져오지 않았습니다" in str(done.exception)
    assert said in done.stdout
    assert texts(faq) == before


def test_files_that_cannot_be_read_or_written(faq: Path, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 nonsense")
    for arguments, said in (
        (("import", tmp_path / "a.xlsx"), "XLSX"),
        (("import", tmp_path / "none.csv"), "none.csv"),
        (("export", tmp_path / "a.txt"), "a.txt"),
        (("export", tmp_path / "no" / "a.csv"), "쓸 수 없습니다"),
    ):
        done = elbi("faq", *arguments)
        assert done.exit_code == 1 and said in str(done.exception)


def test_a_disk_that_refuses_the_second_file_leaves_both_as_they_were(faq: Path, tmp_path: Path) -> None:
    """The system lets no file grow over a size that the second file has."""
    remarks = "# 아주 긴 메모입니다.\n" * 100_000
    write(faq, remarks + document(entry("large"), category="signup_login"), "signup_login.yml")
    file = table(tmp_path / "a.csv", ["id", "제목"], ["paper", "다른 제목"], ["large", "긴 제목"])
    before = texts(faq)
    done = subprocess.run(
        [*ELBI, "faq", "import", str(file)],
        cwd=ROOT,
        env=environment(ELBI_FAQ_DIR=faq, ELBI_STATE_DIR=tmp_path / "var"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and "디스크" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert texts(faq) == before
    assert "새로 추가 0건, 바뀜 2건" in elbi("faq", "import", file).stdout


# new --------------------------------------------------------------------------------------------------------------------

SOUND = """\
id: pool
title: 수영장 안내
questions: [수영장, 수영장 어디예요]
answer: |
  담당자에게 물어 주세요.
"""


def test_new_from_a_file(faq: Path, tmp_path: Path) -> None:
    done = elbi("faq", "new", "--category", "general", "--file", write(tmp_path, SOUND, "pool.yml"))
    assert done.exit_code == 0, done.stderr
    made = content(faq).by_id["pool"]
    assert (made.category, made.audience, made.questions) == (
        "general",
        "member",
        ("수영장", "수영장 어디예요"),
    )
    again = elbi("faq", "new", "--category", "general", "--file", tmp_path / "pool.yml")
    assert again.exit_code == 1 and "이미 있습니다" in str(again.exception)


def test_new_from_an_editor(faq: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\ncp "$1" seen.yml\ncp "$WANTED" "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.setenv("WANTED", str(write(tmp_path, SOUND, "wanted.yml")))
    monkeypatch.chdir(tmp_path)
    done = elbi("faq", "new", "--category", "general")
    assert done.exit_code == 0, done.exception
    assert "기타" in (tmp_path / "seen.yml").read_text(encoding="utf-8") and "pool" in content(faq).by_id
    os.utime(write(tmp_path, "# 아무것도 쓰지 않음\n", "wanted.yml"))
    left = elbi("faq", "new", "--category", "general")
    assert left.exit_code == 1 and "그만두었습니다" in str(left.exception)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: [", "YAML"),
        ("- a\n- b\n", "항목 하나"),
        (SOUND + "color: red\n", "모르는 이름 color"),
        (SOUND.replace("id: pool", "id: Pool!"), "id"),
        (SOUND.replace("title: 수영장 안내", "title:"), "title"),
        (SOUND.replace("수영장,", "contract 방법,"), "contract 방법"),
    ],
)
def test_new_says_what_is_wrong(faq: Path, tmp_path: Path, text: str, said: str) -> None:
    before = texts(faq)
    done = elbi("faq", "new", "--category", "general", "--file", write(tmp_path, text, "x.yml"))
    assert done.exit_code == 1 and said in str(done.exception), done.exception
    assert texts(faq) == before


def test_new_in_no_category(faq: Path) -> None:
    done = elbi("faq", "new", "--category", "weather")
    assert done.exit_code == 1 and "weather" in str(done.exception)
