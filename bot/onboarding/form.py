"""What a guest typed while the form is open: the number, the name, a wish to correct or to stop, or another question."""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.korean.morphemes import is_person_name, morphemes
from bot.korean.text import clean, fold_width, key
from bot.onboarding.number import LENGTH, digits_of, is_valid

NUMBER, NAME = "business_number", "representative"
Field = Literal["business_number", "representative"]
CORRECT_NUMBER, CORRECT_NAME, STOP = "사업자등록번호 고치기", "대표자명 고치기", "그만하기"

_MEANT_AS_NUMBER = 7  # digits in a row that are no date or amount any more
_RUN = re.compile(r"\d[\d\s.\-\u2010-\u2015\u2212]*\d|\d")
_NUMBER_WORDS = re.compile(
    r"저희|우리|회사|당사|사업자|등록|번호|숫자|입니다|이에요|예요|이요|요$|은|는|[\s:.,\-=]"
)
_STOP = re.compile(
    r"(조회|입력)?(취소|그만|중단|종료|나가기|나갈래|닫기|됐어|되었습니다|안할래|안할게|다음에|뒤로|처음으로|이전으로|돌아가)"
    r"(하기|할래|할게|할게요|해줘|해주세요|둘게|둘래|합니다|요)*"
)
_UNKNOWN = re.compile(r"모르겠|몰라|기억이?안|기억안")
_WRONG = r"(고치|고쳐|수정|정정|다시|바꾸|바꿀|잘못|틀렸|틀린|오타)"
_WRONG_NUMBER = re.compile(rf"(사업자|등록|번호).*{_WRONG}|{_WRONG}.*번호")
_WRONG_NAME = re.compile(rf"(대표|이름|성함|성명).*{_WRONG}|{_WRONG}.*(대표|이름|성함)")
_CORRECTION_LENGTH = 20  # letters; what is longer is a question about corrections
_BEFORE_NAME = re.compile(
    r"^(저희|우리|당사|회사)?\s*((대표이사|대표자명|대표자|대표)님?\s*(의\s*)?(이름|성함|성명)?|이름|성함|성명)"
    r"\s*(은|는|이|가)?\s*[:=]?\s*"
)
_TITLE = re.compile(r"\s*(대표이사|대표자|대표|사장)님?$")
_POLITE = re.compile(r"\s*[님씨]$")
_ENDING = re.compile(r"\s*(입니다|이에요|예요|이라고 합니다|라고 합니다|이요|요|임|이야)?[.!~]*$")
_SPELLED = re.compile(r"(?:[가-힣] ){1,4}[가-힣]")  # 홍 길 동, as forms on paper have it
_AFTER_NUMBER = re.compile(r"^.*?사업자(?:등록)?\s*번호(?:는|은|:)?\s*(?:이고요?|이며|이구요?|고요?)?[\s,]*")
_HANGUL_NAME = re.compile(r"[가-힣]{1,3} ?[가-힣]{1,4}")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z.'\-]*(?: [A-Za-z][A-Za-z.'\-]*){0,4}")
_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구나민진지엄채원천방공현함변염"
    "여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감음빈동온호범좌팽승간견"
)
_TWO_SYLLABLES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방")
_CERTAIN, _SURE, _FAIRLY = 0.95, 0.9, 0.6  # of the classifier that a single word is about something
_JOINED = re.compile(r"[,/·&;]| 외 ?\d+ ?[명인]")


@dataclass(frozen=True)
class Heard:
    """What a text says to the form.

    `other` is a question that leaves it, `stop` leaves it, `unclear` says nothing; with `input` the fields given are set,
    `correct` wants a field asked again, and `problem` says what is wrong with what was given.
    """

    kind: Literal["input", "correct", "stop", "unclear", "other"]
    number: str | None = None
    name: str | None = None
    field: Field | None = None
    problem: Literal["length", "checksum"] | None = None


def hear(text: str, asked: Field, intent: str | None = None, confidence: float = 0.0) -> Heard:
    """What `text` says where `asked` is the field asked for; `intent` is what the classifier takes it for."""
    text = clean(fold_width(text))
    compact = key(text)
    if _STOP.fullmatch(compact):
        return Heard("stop")
    found = _number_in(text, asked)
    if found is not None:
        return _with_number(*found)
    if len(compact) <= _CORRECTION_LENGTH:
        if _WRONG_NUMBER.search(compact):
            return Heard("correct", field=NUMBER)
        if _WRONG_NAME.search(compact) and "바뀌" not in compact:
            return Heard("correct", field=NAME)
    if _UNKNOWN.search(compact) and len(compact) <= _CORRECTION_LENGTH:
        return Heard("unclear")
    name = name_in(text, intent, confidence, wanted=asked == NAME)
    if name:
        return Heard("input", name=name)
    small_talk = intent == "chitchat" and confidence >= _FAIRLY
    # what may be a name nobody asked for yet is not kept as a question
    nameless = asked == NUMBER and name_in(text, intent, confidence, wanted=True)
    if not compact or small_talk or nameless or intent == "onboarding_status":
        return Heard("unclear")
    return Heard("other")


def number_in(text: str) -> str | None:
    """A business number that a text holds, with its check digit right."""
    for run in _RUN.findall(fold_width(text)):
        if is_valid(digits_of(run)):
            return digits_of(run)
    return None


def _number_in(text: str, asked: Field) -> tuple[str, str] | None:
    """(digits, the rest of the text) where a text gives a number, right or wrong."""
    for found in _RUN.finditer(text):
        digits, rest = digits_of(found[0]), text[: found.start()] + " " + text[found.end() :]
        bare = asked == NUMBER and not _NUMBER_WORDS.sub("", rest)
        if len(digits) >= _MEANT_AS_NUMBER or bare:
            return digits, rest
    return None


def _with_number(digits: str, rest: str) -> Heard:
    if len(digits) != LENGTH:
        return Heard("input", problem="length")
    if not is_valid(digits):
        return Heard("input", problem="checksum")
    if not _NUMBER_WORDS.sub("", rest):
        return Heard("input", number=digits)
    return Heard("input", number=digits, name=name_in(rest) or name_in(_AFTER_NUMBER.sub("", rest)))


def name_in(
    text: str, intent: str | None = None, confidence: float = 0.0, *, wanted: bool = False
) -> str | None:
    """A person's name that a text consists of, with or without "대표자는 …입니다" around it; None where it is none."""
    text = _POLITE.sub("", _ENDING.sub("", clean(text).strip(" ,.:")))
    bare = _TITLE.sub("", _BEFORE_NAME.sub("", text)) or text
    for name, said in ((bare, bare != text), (text, False)):
        if _SPELLED.fullmatch(name):
            name = name.replace(" ", "")
        parts = [part.strip() for part in _JOINED.split(name) if part.strip()]
        if parts and all(map(_formed_like_a_name, parts)):
            if (said or len(parts) > 1) and all(map(_begins_like_a_name, parts)):
                return name
            if _is_name(name, intent, confidence, wanted):
                return name
    return None


def _formed_like_a_name(text: str) -> bool:
    return bool(_HANGUL_NAME.fullmatch(text) or _LATIN_NAME.fullmatch(text))


def _is_name(text: str, intent: str | None, confidence: float, wanted: bool) -> bool:
    """Whether a word or two are a name rather than a word of our business: 홍길동, not 이력서.

    Where a name was asked for (`wanted`), what could be one is taken for one: what is not is kept as a question.
    """
    if is_person_name(text):
        return True
    elsewhere = (
        intent == "out_of_scope" and confidence < _CERTAIN or intent == "chitchat" and confidence < _FAIRLY
    )
    about = 0.0 if elsewhere else confidence
    if not _begins_like_a_name(text):
        return wanted and about < _FAIRLY
    compact, pieces = text.replace(" ", ""), morphemes(text)
    if len(compact) == 3 and len(pieces) > 1 and not compact.isascii():
        return about < _SURE or pieces[0].text in _SURNAMES
    return about < _FAIRLY and not (len(compact) == 2 and len(pieces) == 1)


def _begins_like_a_name(text: str) -> bool:
    usual = text[0] in _SURNAMES and len(text.replace(" ", "")) <= 3
    return usual or text.startswith(_TWO_SYLLABLES) or text[0].isascii()


def same_person(given: str, stored: str) -> bool:
    """Whether a name is that of the record, or one of several there; takes as long whether it is or not."""
    names = [_plain(part) for part in (stored, *_JOINED.split(stored))]
    wanted = _plain(given).encode()
    matches = [hmac.compare_digest(wanted, name.encode()) for name in names]
    return bool(wanted) and any(matches)


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()
