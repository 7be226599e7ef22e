"""Tables in files, as spreadsheets keep them: CSV and XLSX in, with line numbers, and out, with nothing in them that runs."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from bot.errors import ElbiError

Form = Literal["csv", "xlsx"]
Cell = str | int
Line = tuple[int, Sequence[Any]]
MAX_BYTES, MAX_ROWS = 20 * 2**20, 50_000
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_MOST_CHARACTERS = 32_000  # of a cell


def form_of(path: Path) -> Form:
    """The form a file's name asks for; raises ElbiError for another than .csv and .xlsx."""
    form = path.suffix.lower().lstrip(".")
    if form not in MEDIA:
        raise ElbiError(f"{path}: .csv나 .xlsx로 끝나는 이름을 주세요.")
    return form  # type: ignore[return-value]


def read(path: Path) -> Iterator[Line]:
    """The rows in which something stands, by the line each begins in; raises ElbiError where the file cannot be read."""
    rows = _xlsx(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path)
    filled_lines = ((line, cells) for line, cells in rows if any(map(filled, cells)))
    for count, found in enumerate(filled_lines):
        if count > MAX_ROWS:
            raise ElbiError(f"{path}: {MAX_ROWS}행이 넘습니다. 파일을 나누어 주세요.")
        yield found


def filled(cell: Any) -> bool:
    """Whether anything stands in a cell."""
    return cell is not None and bool(str(cell).strip())


def written(rows: Iterable[Sequence[Cell]], form: Form, sheet: str) -> bytes:
    """The bytes of a file with these rows, the first of them the heading; `sheet` is the sheet's name in XLSX."""
    lines = [[neutral(cell) for cell in row] for row in rows]
    if form == "xlsx":
        return _workbook(lines, sheet)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode("utf-8-sig")  # without the mark Excel reads Hangul as CP949


def neutral(cell: Cell) -> Cell:
    """A cell that a spreadsheet takes for a text, whatever it begins with."""
    if not isinstance(cell, str):
        return cell
    cell = cell[:_MOST_CHARACTERS]
    return "'" + cell if _runs(cell) else cell


def meant(cell: Any) -> str:
    """The text of a cell that `neutral` may have marked."""
    text = str(cell if cell is not None else "")
    return text[1:] if text.startswith("'") and _runs(text[1:]) else text


def _runs(text: str) -> bool:
    return text.startswith(_DANGEROUS) or text.lstrip(" ").startswith(_DANGEROUS)


def _csv(path: Path) -> Iterator[Line]:
    text = _decoded(path)
    if "\0" in text:
        raise ElbiError(f"{path}: CSV 파일이 아닙니다. CSV(UTF-8 또는 엑셀의 CSV)나 XLSX로 저장해 주세요.")
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        while (cells := next(reader, None)) is not None:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ElbiError(
            f"{path}:{reader.line_num}: CSV 형식이 아닙니다 ({error}). 따옴표를 확인해 주세요."
        ) from error


def _decoded(path: Path) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else CP949, as Korean Excel saves CSV."""
    data = _bytes(path)
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp949"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ElbiError(f"{path}: 글자를 읽을 수 없습니다. UTF-8이나 CP949(엑셀의 CSV)로 저장해 주세요.")


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ElbiError(f"{path}: {MAX_BYTES // 2**20} MB가 넘습니다. 파일을 나누어 주세요.")
        return path.read_bytes()
    except OSError as error:
        raise ElbiError(f"{path}: 읽을 수 없습니다 ({error.strerror}).") from error


def _xlsx(path: Path) -> Iterator[Line]:
    """The first sheet; of formulas, the values Excel kept."""
    import openpyxl

    data = _bytes(path)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = enumerate(book.worksheets[0].iter_rows(values_only=True), 1)
        for line, cells in rows:
            yield line, list(cells)
    except (zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError, SyntaxError) as error:
        raise ElbiError(f"{path}: XLSX 파일로 읽을 수 없습니다. 엑셀에서 다시 저장해 주세요.") from error


def _workbook(lines: Iterable[Sequence[Cell]], name: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for row in lines:
        cells = []
        for value in row:
            text = isinstance(value, str)
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", value) if text else value)
            if text:
                cell.data_type = "s"  # never a formula
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
