"""What a text says to the open form: a number, a name, a correction, a stop, or another question."""

from __future__ import annotations

import pytest

from bot.onboarding.form import NAME, NUMBER, hear, name_in, number_in, same_person

VALID = "9991234561"


@pytest.mark.parametrize("asked", [NUMBER, NAME])
@pytest.mark.parametrize(
    "text",
    ["9991234561", "999-12-34561", "999 12 34561", "９９９－１２－３４５６１", "사업자등록번호: 999-12-34561", "999-12-34561이요", "저희 번호는 9991234561 입니다"],
)  # fmt: skip
def test_a_number_whichever_field_is_asked_for(text: str, asked: str) -> None:
    heard = hear(text, asked)
    assert (heard.kind, heard.number, heard.name, heard.problem) == ("input", VALID, None, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("999123456", "length"),
        ("99912345611", "length"),
        ("９９９１２３４５６", "length"),
        ("010-1234-5678", "length"),
        ("1", "length"),
        ("9991234562", "checksum"),
        ("999-12-34562", "checksum"),
    ],
)
def test_a_number_that_is_none(text: str, problem: str) -> None:
    heard = hear(text, NUMBER)
    assert (heard.kind, heard.problem, heard.number) == ("input", problem, None)


@pytest.mark.parametrize(
    "text", ["2026년 7월 4일에 가입 되나요?", "1만원짜리 인증서도 되나요", "15시 이후에 가입하면 되나요", "4개 은행이 어디예요"]
)  # fmt: skip
def test_digits_in_a_question_are_no_number(text: str) -> None:
    assert hear(text, NUMBER, "signup_login", 0.9).kind == "other"
    assert hear(text, NAME, "signup_login", 0.9).kind == "other"


# (name, what the classifier takes it for): measured on the trained model
@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("홍길동", "out_of_scope", 0.83),
        ("홍 길동", "out_of_scope", 0.83),
        ("김철수", "out_of_scope", 0.76),
        ("이수진", "security_training", 0.73),
        ("김교육", "security_training", 0.96),
        ("김계약", "quote_contract", 1.0),
        ("이보증", "bond_performance", 1.0),
        ("박대금", "inspection_payment", 1.0),
        ("최은행", "signup_login", 0.99),
        ("정보라", "company_profile", 0.83),
        ("이나라", "out_of_scope", 0.98),
        ("남궁민수", "out_of_scope", 0.96),
        ("허각", "chitchat", 0.55),
        ("김은", "goodbye", 0.19),
        ("스미스", "out_of_scope", 0.63),
        ("응우옌반", "security_training", 0.3),
        ("John Smith", "out_of_scope", 0.7),
        ("홍길동, 김철수", "out_of_scope", 0.99),
    ],
)
def test_names(text: str, intent: str, confidence: float) -> None:
    heard = hear(text, NAME, intent, confidence)
    assert (heard.kind, heard.name) == ("input", text)


@pytest.mark.parametrize(
    "text", ["대표자는 홍길동입니다", "홍길동이요", "대표자명: 홍길동", "홍길동 대표", "홍길동 대표님입니다", "대표님 성함은 홍길동이에요", "저희 대표이사는 홍길동", "홍길동님", "홍 길 동", "대표자는 홍 길 동입니다"]
)  # fmt: skip
def test_a_name_in_a_phrase(text: str) -> None:
    assert hear(text, NAME, "out_of_scope", 0.89).name == "홍길동"


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("계약", "quote_contract", 1.0),
        ("교육", "security_training", 1.0),
        ("이력서", "company_profile", 1.0),
        ("인증서", "signup_login", 0.74),
        ("신한은행", "signup_login", 1.0),
        ("이메일", "company_profile", 0.95),
        ("도움말", "help", 1.0),
        ("안녕", "greet", 1.0),
        ("안녕하세요", "greet", 1.0),
        ("help", "help", 1.0),
        ("문의", "general", 0.53),
        ("인증서 발급 비용", "signup_login", 1.0),
        ("대표이사가 바뀌었어요", "company_profile", 0.98),
        ("오늘 날씨 어때", "out_of_scope", 1.0),
        ("메일에 적힌 사업자등록번호가 틀리면 누구한테 말해야 하나요", "signup_login", 0.99),
    ],
)
@pytest.mark.parametrize("asked", [NUMBER, NAME])
def test_questions_leave_the_form(text: str, intent: str, confidence: float, asked: str) -> None:
    assert hear(text, asked, intent, confidence).kind == "other"


@pytest.mark.parametrize(
    "text", ["그만하기", "취소", "그만할래요", "나가기", "뒤로", "안 할래요", "취소해 주세요"]
)
@pytest.mark.parametrize("asked", [NUMBER, NAME])
def test_stopping(text: str, asked: str) -> None:
    assert hear(text, asked, "goodbye", 0.9).kind == "stop"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("사업자등록번호 고치기", NUMBER),
        ("번호를 잘못 입력했어요", NUMBER),
        ("사업자번호가 틀렸어요", NUMBER),
        ("대표자명 고치기", NAME),
        ("이름을 잘못 썼어요", NAME),
        ("대표자 이름 다시 입력할게요", NAME),
    ],
)
def test_corrections(text: str, field: str) -> None:
    heard = hear(text, NAME)
    assert (heard.kind, heard.field) == ("correct", field)


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [("네", "chitchat", 0.98), ("왜요", "chitchat", 0.82), ("잘 모르겠어요", "to_elbi", 0.49), ("우리 회사 어디까지 됐나요", "onboarding_status", 0.99)],
)  # fmt: skip
def test_what_says_nothing(text: str, intent: str, confidence: float) -> None:
    for asked in (NUMBER, NAME):
        assert hear(text, asked, intent, confidence).kind == "unclear"


@pytest.mark.parametrize(
    "text",
    ["999-12-34561 홍길동", "사업자번호는 999-12-34561이고 대표자는 홍길동입니다", "사업자등록번호 9991234561 대표 홍길동", "대표자 홍길동 999-12-34561"],
)  # fmt: skip
def test_both_at_once(text: str) -> None:
    heard = hear(text, NUMBER)
    assert (heard.number, heard.name) == (VALID, "홍길동")


def test_what_may_be_a_name_before_it_is_asked_for_is_not_kept_as_a_question() -> None:
    assert hear("팽두남길", NUMBER, "signup_login", 0.4).kind == "unclear"
    assert hear("팽두남길", NAME, "signup_login", 0.4).name == "팽두남길"


def test_a_number_beside_a_question() -> None:
    assert number_in("사업자번호 999-12-34561 진행상태 알려줘") == VALID
    assert number_in("사업자번호 999-12-34562 진행상태 알려줘") is None
    assert number_in("진행상태 알려줘") is None


@pytest.mark.parametrize("text", ["", "   ", "?", "😀", "123", "가", "가나다라마바사아자차카", "-", "김"])
def test_no_name(text: str) -> None:
    assert name_in(text) is None


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("홍길동", "홍길동"),
        ("홍 길동", "홍길동"),
        ("홍길동", "홍 길동"),
        ("홍길동", "홍길동, 김철수"),
        ("김철수", "홍길동/김철수"),
        ("홍길동", "홍길동 외 1명"),
        ("홍길동, 김철수", "홍길동,김철수"),
        ("john smith", "John Smith"),
        ("ＪＯＨＮ", "john"),
    ],
)
def test_the_same_person(given: str, stored: str) -> None:
    assert same_person(given, stored)


@pytest.mark.parametrize(
    ("given", "stored"),
    [("홍길", "홍길동"), ("길동", "홍길동"), ("김철수", "홍길동"), ("", "홍길동"), ("", ""), ("-", ""), ("홍길동", ""), ("외", "홍길동 외 1명")],
)  # fmt: skip
def test_another_person(given: str, stored: str) -> None:
    assert not same_person(given, stored)
