"""A record from named values, as a file's line or a database's row gives them: the contract of the view `onboarding`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from bot.korean.text import clean
from bot.onboarding.model import BANKS, CERTIFICATES, LABELS, LOANS, MOMENTS, TRACKS, Record
from bot.onboarding.number import LENGTH, digits_of, is_valid
from bot.onboarding.times import day, moment

LIMITS = {"company": 200, "representative": 100}  # characters
_NOISE = re.compile(r"[\s()·/,.\-]+|(공인|공동)?인증서$|은행$")
# how each code may be written; the first spelling is the one shown
_SPELLINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "track": {
        "purchasing": ("소싱/계약/검수", TRACKS["purchasing"], "구매"),
        "account_only": ("지급계좌 등록만", TRACKS["account_only"], "계좌등록만"),
    },
    "bank": {code: (name, LOANS[code]) for code, name in BANKS.items()},
    "certificate_kind": {code: (name,) for code, name in CERTIFICATES.items()},
}


class FieldError(ValueError):
    """A value that cannot be used: `field` names it, the message says in Korean what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


def record_of(values: Mapping[str, Any]) -> tuple[Record | None, list[FieldError]]:
    """The record, or None and everything that is wrong with the values; what is not named has not happened."""
    errors: list[FieldError] = []
    found: dict[str, Any] = {}
    for field in LABELS:
        try:
            found[field] = _value(field, values.get(field))
        except FieldError as error:
            errors.append(error)
    return (None, errors) if errors else (Record(**found), [])


def _value(field: str, value: Any) -> Any:
    if field == "business_number":
        return _number(value)
    if field in LIMITS:
        return _words(field, value)
    if field in _SPELLINGS:
        return _code(field, value)
    try:
        return moment(value) if field in MOMENTS else day(value)
    except ValueError:
        raise FieldError(
            field,
            f"'{LABELS[field]}' 값 '{_shown(value)}'은(는) 날짜가 아닙니다 (예: 2026-07-03 또는 2026-07-03 14:30)",
        ) from None


def _number(value: Any) -> str:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value or "")
    number = digits_of(text)
    if not number:
        raise FieldError("business_number", "사업자등록번호가 없습니다")
    if len(number) != LENGTH or not number.isascii() or not number.isdigit():
        raise FieldError(
            "business_number",
            f"사업자등록번호는 숫자 10자리입니다. 지금 값: '{_shown(text)}'"
            + (" (엑셀에서 셀 서식을 '텍스트'로 바꿔 주세요)" if "E+" in text.upper() else ""),
        )
    if not is_valid(number):
        raise FieldError(
            "business_number", f"사업자등록번호 '{number}'의 검증번호(마지막 자리)가 맞지 않습니다"
        )
    return number


def _words(field: str, value: Any) -> str:
    text = clean(str(value if value is not None else ""))
    if not text:
        raise FieldError(field, f"'{LABELS[field]}' 값이 없습니다")
    if len(text) > LIMITS[field]:
        raise FieldError(field, f"'{LABELS[field]}' 값이 {LIMITS[field]}자를 넘습니다")
    return text


def _code(field: str, value: Any) -> str | None:
    text = clean(str(value if value is not None else ""))
    if not text:
        if field == "track":
            raise FieldError(field, f"'{LABELS[field]}' 값이 없습니다 ({_choices(field)})")
        return None
    for code, spellings in _SPELLINGS[field].items():
        if _folded(text) in map(_folded, (code, *spellings)):
            return code
    raise FieldError(field, f"'{LABELS[field]}' 값 '{_shown(text)}'은(는) 쓸 수 없습니다 ({_choices(field)})")


def _choices(field: str) -> str:
    return ", ".join(f"{code} = {spellings[0]}" for code, spellings in _SPELLINGS[field].items())


def _folded(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())


def _shown(value: Any) -> str:
    return clean(str(value))[:40]
