"""Records from CSV and XLSX: what is taken, and what is refused with its line."""

from __future__ import annotations

import codecs
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from bot.errors import ElbiError
from bot.onboarding.importing import read
from bot.onboarding.model import LABELS, Record
from tests.onboarding.records import NAME, NUMBER, OTHER_NUMBER, at

NOW = at(2026, 7, 10)
HEADER = [
    "사업자등록번호",
    "업체명",
    "대표자명",
    "유형",
    "상생결제론 가입",
    "회원가입",
    "인증서 종류",
    "인증서 만료일",
    "은행",
]
ROW = ["999-12-34561", "하나기술(주)", NAME, "소싱/계약/검수", "2026-07-03 14:30", "2026. 7. 6.", "사업자용 범용", "2027-07-03", "신한은행"]  # fmt: skip


def csv_file(path: Path, *rows: list[str], encoding: str = "utf-8", sign: str = ",") -> Path:
    file = path / "records.csv"
    quoted = (sign.join(f'"{cell}"' if sign in cell else cell for cell in row) for row in rows)
    file.write_bytes("\r\n".join(quoted).encode(encoding))
    return file


def xlsx_file(path: Path, *rows: list) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path / "records.xlsx")
    return path / "records.xlsx"


def one(file: Path) -> Record:
    records, problems = read(file, NOW)
    assert not problems, problems
    (record,) = records
    return record


def messages(file: Path) -> list[str]:
    """`line: message`, in the order of the file."""
    records, problems = read(file, NOW)
    assert problems
    return [str(problem).removeprefix(f"{file}:") for problem in problems]


def expected(record: Record) -> None:
    assert (record.business_number, record.company, record.representative) == (NUMBER, "하나기술(주)", NAME)
    assert (record.track, record.bank, record.certificate_kind) == (
        "purchasing",
        "shinhan",
        "business_general",
    )
    assert record.loan_joined_at == at(2026, 7, 3, 14, 30).timestamp()
    assert record.signed_up_at == at(2026, 7, 6).timestamp()
    assert record.certificate_expires_on == date(2027, 7, 3)
    assert record.mail_sent_at is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_csv_as_programs_write_it(tmp_path: Path, encoding: str, sign: str) -> None:
    """CP949 is what Korean Excel saves as CSV, UTF-16 with tabs its Unicode text."""
    expected(one(csv_file(tmp_path, HEADER, ROW, encoding=encoding, sign=sign)))


def test_cp949_holds_syllables_that_euc_kr_does_not(tmp_path: Path) -> None:
    assert one(csv_file(tmp_path, HEADER, [ROW[0], "뷁상사", *ROW[2:]], encoding="cp949")).company == "뷁상사"


def test_xlsx(tmp_path: Path) -> None:
    row = [9991234561, "하나기술(주)", NAME, "purchasing", datetime(2026, 7, 3, 14, 30), datetime(2026, 7, 6), "business_general", date(2027, 7, 3), "shinhan"]  # fmt: skip
    expected(one(xlsx_file(tmp_path, HEADER, row)))


def test_columns_by_their_names_in_the_database_and_in_any_order(tmp_path: Path) -> None:
    names = {label: field for field, label in LABELS.items()}
    pairs = sorted(zip((names[label] for label in HEADER), ROW, strict=True))
    header, row = zip(*pairs, strict=True)
    expected(one(csv_file(tmp_path, list(header), list(row))))


def test_numbers_in_full_width(tmp_path: Path) -> None:
    expected(one(csv_file(tmp_path, HEADER, ["９９９－１２－３４５６１", *ROW[1:]])))


def test_empty_lines_and_cells_are_nothing(tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADER + ["", ""], [""] * 9, ROW + ["", ""], [""], [])
    expected(one(file))


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("999123456", "숫자 10자리"),
        ("99912345611", "숫자 10자리"),
        ("９９９１２３４５６", "숫자 10자리"),
        ("9.99123E+09", "'텍스트'로"),
        ("가나다", "숫자 10자리"),
        ("999-12-34562", "검증번호"),
        ("", "사업자등록번호가 없습니다"),
    ],
)
def test_numbers_that_are_none(tmp_path: Path, number: str, message: str) -> None:
    (told,) = messages(csv_file(tmp_path, HEADER, [number, *ROW[1:]]))
    assert told.startswith("2: ") and message in told


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (1, "", "'업체명' 값이 없습니다"),
        (1, "가" * 201, "200자"),
        (2, " ", "'대표자명' 값이 없습니다"),
        (3, "뭔가", "purchasing = 소싱/계약/검수"),
        (3, "", "'유형' 값이 없습니다"),
        (4, "어제", "날짜가 아닙니다"),
        (4, "2026-02-30", "날짜가 아닙니다"),
        (5, "2026-07-11", "미래"),
        (5, "2026-07-01", "'회원가입'이(가) '상생결제론 가입'보다 앞섭니다"),
        (4, "", "먼저여야 할 '상생결제론 가입'이(가) 없습니다"),
        (6, "은행용", "쓸 수 없습니다"),
        (7, "만료", "날짜가 아닙니다"),
        (8, "국민은행", "shinhan = 신한은행"),
    ],
)
def test_values_that_cannot_be(tmp_path: Path, column: int, value: str, message: str) -> None:
    row = [*ROW[:column], value, *ROW[column + 1 :]]
    (told,) = messages(csv_file(tmp_path, HEADER, [OTHER_NUMBER, *ROW[1:]], row))
    assert told.startswith("3: ") and message in told, told


def test_a_certificate_that_does_not_work_is_a_fact_and_no_mistake(tmp_path: Path) -> None:
    row = [*ROW[:6], "개인용 범용 공인인증서", *ROW[7:]]
    assert one(csv_file(tmp_path, HEADER, row)).certificate_kind == "personal"


def test_every_problem_of_every_line_is_told(tmp_path: Path) -> None:
    bad = ["1", "", NAME, "?", "x", "", "", "", ""]
    told = messages(csv_file(tmp_path, HEADER, ROW, bad, bad))
    assert [line.split(":")[0] for line in told] == ["3"] * 4 + ["4"] * 4


def test_a_business_number_twice(tmp_path: Path) -> None:
    (told,) = messages(csv_file(tmp_path, HEADER, ROW, [OTHER_NUMBER, *ROW[1:]], [NUMBER, *ROW[1:]]))
    assert told.startswith("4: ") and "2행에도" in told


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (["사업자등록번호", "업체명", "대표자명"], "꼭 있어야 할 열이 없습니다: 유형"),
        ([*HEADER, "비고"], "모르는 열 '비고'"),
        ([*HEADER, "사업자번호"], "'사업자등록번호' 열이 두 번"),
        (["9991234561", "하나기술"], "모르는 열"),
    ],
)
def test_headers(tmp_path: Path, header: list[str], message: str) -> None:
    told = messages(csv_file(tmp_path, header, ROW))
    assert told[0].startswith("1: ") and any(message in line for line in told)


def test_cells_beyond_the_header(tmp_path: Path) -> None:
    (told,) = messages(csv_file(tmp_path, HEADER, [*ROW, "덤"]))
    assert told.startswith("2: ") and "칸이 많습니다" in told


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    file = tmp_path / "records.csv"
    first = ",".join(ROW).replace("하나기술(주)", '"하나\n기술"')
    file.write_text("\n".join([",".join(HEADER), first, ",".join(["1", *ROW[1:]])]), encoding="utf-8")
    (told,) = messages(file)
    assert told.startswith("4: ")


@pytest.mark.parametrize("name", ["records.csv", "records.xlsx"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\x01\x02",
        codecs.BOM_UTF16_LE + b"\xd8",
        b"PK\x03\x04broken",
        b"\xff\xff\xff",
        b'"open',
        b"\n\n",
    ],
    ids=["empty", "binary", "half utf-16", "zip", "no text", "quote", "lines"],
)
def test_a_file_that_is_none(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    try:
        records, problems = read(tmp_path / name, NOW)
    except ElbiError as error:
        assert str(tmp_path / name) in str(error) and len(str(error).splitlines()) == 1
    else:
        assert problems and not records


def test_a_file_without_records(tmp_path: Path) -> None:
    assert "가져올 내용이 없습니다" in messages(csv_file(tmp_path, HEADER))[0]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ElbiError, match="읽을 수 없습니다"):
        read(tmp_path / "nothing.csv", NOW)
