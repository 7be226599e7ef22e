"""`elbi onboarding` as people run it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.conftest import free_port
from tests.onboarding.records import NAME, NUMBER, OTHER_NUMBER
from tests.test_commands import elbi, one_clear_line

pytestmark = pytest.mark.timeout(120)
HEADER = "사업자등록번호,업체명,대표자명,유형,안내메일 발송,안내메일 확인,인증서 발급,인증서 종류,은행,상생결제론 가입"
ROW = f"999-12-34561,하나기술(주),{NAME},소싱/계약/검수,2026-06-29,2026-06-30,2026-07-01,사업자용 범용,신한은행,2026-07-03 14:30"


def written(path: Path, *rows: str, encoding: str = "cp949") -> Path:
    (path / "records.csv").write_bytes("\r\n".join([HEADER, *rows]).encode(encoding))
    return path / "records.csv"


def stored(state: Path) -> list[str]:
    with sqlite3.connect(state / "elbi.db") as connection:
        return [
            row[0] for row in connection.execute("SELECT company FROM onboarding ORDER BY business_number")
        ]


def test_preview_then_import_then_show(tmp_path: Path) -> None:
    file, state = written(tmp_path, ROW), tmp_path / "var"
    seen = elbi("onboarding", "import", file, "--preview", ELBI_STATE_DIR=state, COLUMNS=200)
    assert seen.returncode == 0, seen.stderr
    assert (
        "하나기술(주)" in seen.stdout
        and "새로 추가 1건" in seen.stdout
        and "저장하지 않았습니다" in seen.stdout
    )
    assert stored(state) == []
    done = elbi("onboarding", "import", file, ELBI_STATE_DIR=state)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "새로 추가 1건, 바뀜 0건, 그대로 0건."
    assert "그대로 1건" in elbi("onboarding", "import", file, ELBI_STATE_DIR=state).stdout
    shown = elbi("onboarding", "show", "９９９－１２－３４５６１", ELBI_STATE_DIR=state)
    assert shown.returncode == 0, shown.stderr
    assert "하나기술(주)" in shown.stdout
    lines = shown.stdout.splitlines()
    assert [line for line in lines if line.startswith("[지금 할 일]")] == [
        "[지금 할 일] 결제전산원 MP사이트 회원가입"
    ]
    assert sum(line.startswith("[완료]") for line in lines) == 3


def test_one_wrong_line_keeps_the_whole_file_out(tmp_path: Path) -> None:
    good = ROW.replace("999-12-34561", OTHER_NUMBER)
    file, state = written(tmp_path, good, ROW.replace("34561", "34562"), ROW + ",x"), tmp_path / "var"
    for options in ([], ["--preview"]):
        done = elbi("onboarding", "import", file, *options, ELBI_STATE_DIR=state)
        assert done.returncode == 1
        told = done.stdout.splitlines()
        assert [line.split(": ")[0] for line in told] == [f"{file}:3", f"{file}:4"]
        assert "검증번호" in told[0] and "칸이 많습니다" in told[1]
        assert len(done.stderr.strip().splitlines()) == 1 and "오류 2건" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (state / "elbi.db").exists() or stored(state) == []


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    one_clear_line(
        elbi("onboarding", "import", tmp_path / "nothing.csv", ELBI_STATE_DIR=tmp_path), "nothing.csv"
    )
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04")
    one_clear_line(
        elbi("onboarding", "import", tmp_path / "broken.xlsx", ELBI_STATE_DIR=tmp_path), "broken.xlsx"
    )


def test_show_of_no_number(tmp_path: Path) -> None:
    one_clear_line(elbi("onboarding", "show", "999-12-34562", ELBI_STATE_DIR=tmp_path), "999-12-34562")


def test_show_of_an_unknown_company(tmp_path: Path) -> None:
    assert elbi("db", "upgrade", ELBI_STATE_DIR=tmp_path).returncode == 0
    one_clear_line(elbi("onboarding", "show", NUMBER, ELBI_STATE_DIR=tmp_path), NUMBER)


def test_show_where_the_portal_is_down(tmp_path: Path) -> None:
    url = f"postgresql://elbi:geheim@127.0.0.1:{free_port()}/portal"
    done = elbi("onboarding", "show", NUMBER, ELBI_STATE_DIR=tmp_path, ELBI_PORTAL_DATABASE_URL=url)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "geheim" not in done.stderr


def test_import_says_where_records_are_read_from(tmp_path: Path) -> None:
    """With a portal database, what is imported is not what is answered from."""
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    done = elbi(
        "onboarding", "import", written(tmp_path, ROW), ELBI_STATE_DIR=tmp_path, ELBI_PORTAL_DATABASE_URL=url
    )
    assert done.returncode == 0, done.stderr
    assert "ELBI_PORTAL_DATABASE_URL" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"), [("ELBI_SECRET", "geheim"), ("ELBI_PORTAL_DATABASE_URL", "mysql://u:geheim@h/d")]
)
def test_settings_that_cannot_be_used(name: str, value: str, tmp_path: Path) -> None:
    done = elbi("onboarding", "show", NUMBER, **{"ELBI_STATE_DIR": tmp_path, name: value})
    one_clear_line(done, name)
    assert value not in done.stderr


def test_ask_reads_well(tmp_path: Path, model_dir: Path) -> None:
    state = tmp_path / "var"
    assert elbi("onboarding", "import", written(tmp_path, ROW), ELBI_STATE_DIR=state).returncode == 0
    settings = {"ELBI_STATE_DIR": state, "ELBI_MODEL_DIR": model_dir}
    member = elbi("ask", "계좌등록 어디까지 됐나요?", "--member", "--company", NUMBER, **settings)
    assert member.returncode == 0, member.stderr
    assert member.stdout.startswith(
        "하나기술(주)의 회원가입·계좌등록 진행 상태예요. 다음 할 일은 '결제전산원 MP사이트 회원가입'이에요."
    )
    assert "[완료] 안내 메일 확인 · " in member.stdout
    guest = elbi("ask", "계좌등록 어디까지 됐나요?", **settings)
    assert "사업자등록번호 10자리를 입력해 주세요" in guest.stdout
