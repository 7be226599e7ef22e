"""Reading the forms of the staff pages: every refusal names what to do."""

from __future__ import annotations

import datetime
import re
import unicodedata
from urllib.parse import parse_qs, urlsplit

from sanic.request import Request

from bot.errors import InvalidRequest
from bot.faq.fields import EntryFields
from bot.faq.model import CATEGORIES
from bot.korean.text import clean, disguised

MAX_BYTES = 512 * 1024  # of a form; one Hangul syllable takes nine bytes in it
MAX_FIELDS = 1000
MAX_ANSWER = 20_000
MAX_LINES = 200
_ENTRY_ID = re.compile(r"(?=.{1,120}$)[a-z0-9]+(?:-[a-z0-9]+)*")


class Form:
    """The fields of a form, sent by POST or in the query string; unknown ones are not looked at."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    @classmethod
    def of(cls, request: Request) -> Form:
        """The body's fields, or those of the query string where there is no body."""
        raw = request.body if request.method == "POST" else request.query_string.encode()
        try:
            return cls(
                parse_qs(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
            )
        except ValueError:  # not UTF-8, or too many fields
            raise InvalidRequest(
                "보내신 양식을 읽을 수 없습니다. 화면을 새로 열어 다시 보내 주세요."
            ) from None

    def raw(self, name: str) -> str:
        """A field as sent, or an empty text."""
        return self._values.get(name, [""])[-1]

    def all(self, name: str) -> list[str]:
        """Every value of a field that may come more than once."""
        return self._values.get(name, [])

    def line(self, name: str, limit: int = 200) -> str:
        """One line, cleaned; raises InvalidRequest where it is over `limit` characters."""
        value = clean(self.raw(name))
        if len(value) > limit:
            raise InvalidRequest(
                f"{limit}자까지 쓸 수 있습니다. 지금은 {len(value)}자입니다.", code="text_too_long"
            )
        return value

    def text(self, name: str, limit: int = MAX_ANSWER) -> str:
        """Several lines: NFC, plain line ends, no invisible or control characters; raises InvalidRequest over `limit`."""
        value = unicodedata.normalize("NFC", self.raw(name)).replace("\r\n", "\n").replace("\r", "\n")
        if disguised(value):
            value = "\n".join(_visible(line) for line in value.split("\n"))
        if len(value) > limit:
            raise InvalidRequest(
                f"{limit}자까지 쓸 수 있습니다. 지금은 {len(value)}자입니다.", code="text_too_long"
            )
        return value

    def lines(self, name: str, split: str = "\n") -> list[str]:
        """The non-empty lines of a field, cleaned."""
        value = self.text(name)
        found = [clean(part) for part in re.split(f"[{re.escape(split)}]", value)]
        found = [part for part in found if part]
        if len(found) > MAX_LINES:
            raise InvalidRequest(f"{MAX_LINES}개까지 쓸 수 있습니다. 지금은 {len(found)}개입니다.")
        return found

    def number(self, name: str, default: int | None = None, lowest: int = 1) -> int:
        """A whole number; raises InvalidRequest where it is none and there is no default for an empty field."""
        value = self.raw(name).strip()
        if not value and default is not None:
            return default
        if not value.isascii() or not value.isdigit() or len(value) > 10 or not lowest <= int(value) < 2**31:
            raise InvalidRequest("주소나 양식의 번호가 올바르지 않습니다.", code="invalid_field")
        return int(value)

    def numbers(self, name: str, most: int = 200) -> list[int]:
        """Every value of a field as whole numbers, each once."""
        return list(dict.fromkeys(Form({name: [each]}).number(name) for each in self.all(name)[:most]))

    def choice(self, name: str, choices: object, default: str = "") -> str:
        """One of `choices`; raises InvalidRequest for anything else that is not empty."""
        value = self.raw(name)
        if not value:
            return default
        if value not in choices:  # type: ignore[operator]
            raise InvalidRequest("양식에서 고를 수 없는 값입니다.", code="invalid_field")
        return value

    def day(self, name: str, default: datetime.date) -> datetime.date:
        """A date; the default for none or one there is none of."""
        try:
            return datetime.date.fromisoformat(self.raw(name))
        except ValueError:
            return default


def entry_id(value: str) -> str:
    """An entry's id as addresses carry it; raises InvalidRequest for what cannot be one."""
    if not _ENTRY_ID.fullmatch(value):
        raise InvalidRequest("FAQ의 id가 올바르지 않습니다.", code="invalid_field")
    return value


def local_path(value: str, default: str = "/staff") -> str:
    """An address within the staff pages to go back to; anything else is the default."""
    parts = urlsplit(value)
    inside = value == "/staff" or value.startswith(("/staff/", "/staff?"))
    if not inside or parts.scheme or parts.netloc or "\\" in value or disguised(value) or "//" in parts.path:
        return default
    return value


def _visible(line: str) -> str:
    """A line less the characters that are not seen, its indentation kept."""
    indent = re.match(r"[ \t]*", line)[0]
    return indent + clean(line)


def entry_fields(form: Form) -> EntryFields:
    """The entry that an editor's form describes; what is wrong with it is for the linter to say."""
    return EntryFields(
        id=form.line("id", 120),
        category=form.choice("category", CATEGORIES),
        system=form.choice("system", ("PartnerPlus", "PartnerCampus"), "PartnerPlus"),
        title=form.line("title", 300),
        audience=form.choice("audience", ("guest", "member"), "member"),
        questions=tuple(form.lines("questions")),
        keywords=tuple(form.lines("keywords", "\n,")),
        answer=form.text("answer").strip("\n") + "\n" if form.text("answer").strip() else "",
        related=tuple(form.lines("related", "\n, ")),
        updated=form.line("updated", 10),
        source=form.choice("source", ("guide", "sample"), "sample"),
    )
