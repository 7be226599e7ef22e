"""mask(): what is personal is not stored, and what is not stays readable."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy import mask

PERSONAL = {
    "이메일": [
        "hong@lgcns.com",
        "hong.gil-dong+pp@mail.lgcns.co.kr",
        "HONG_1@EXAMPLE.COM",
        "ｈｏｎｇ＠ｌｇｃｎｓ．ｃｏｍ",
    ],
    "주민번호": [
        "900101-1234567",
        "9001011234567",
        "900101 - 1234567",
        "900101 1234567",
        "900101–2234567",
        "001231-3234567",
        "900101-1******",
        "９００１０１－１２３４５６７",
        "900101-5234567",  # foreigner
        "9001018234567",
        "900101-0234567",
    ],
    "전화번호": [
        "010-1234-5678",
        "01012345678",
        "010 1234 5678",
        "010.1234.5678",
        "011-234-5678",
        "+82 10-1234-5678",
        "+82-10-1234-5678",
        "+821012345678",
        "02-123-4567",
        "02-1234-5678",
        "0212345678",
        "031-123-4567",
        "070-1234-5678",
        "0505-123-4567",
        "０１０－１２３４－５６７８",
        "010–1234–5678",
    ],
    "카드번호": [
        "1234-5678-9012-3456",
        "1234 5678 9012 3456",
        "1234567890123456",
        "１２３４－５６７８－９０１２－３４５６",
    ],
    "사업자번호": ["123-45-67890", "1234567890", "123 45 67890", "１２３－４５－６７８９０"],
    "계좌번호": [
        "110-123-456789",
        "1002-123-456789",
        "123456-01-123456",
        "301-0123-4567-89",
        "3333-01-1234567",
    ],
}
EVERY = [(name, text) for name, texts in PERSONAL.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), EVERY)
def test_personal_data_is_masked(name: str, text: str) -> None:
    assert mask(text) == f"[{name}]"


@pytest.mark.parametrize(("name", "text"), EVERY)
@pytest.mark.parametrize(
    "frame", ["제 것은 {}입니다", "번호{}로", "({})", "'{}'.", "{}, 확인", "{}\n둘째 줄", "a:{}/b"]
)
def test_personal_data_is_masked_beside_anything(name: str, text: str, frame: str) -> None:
    masked = mask(frame.format(text))
    assert f"[{name}]" in masked
    assert not any(part.isdigit() for part in masked)


@pytest.mark.parametrize(
    "text",
    [
        "02)123-4567",  # the way many Korean letterheads write it
        "(02) 123-4567",
        "031)1234-5678",
        "(010)1234-5678",
        "010 - 1234 - 5678",
        "010‐1234‐5678",
        "010−1234−5678",
        "+82 (0)10-1234-5678",
        "504-10-123456-7",  # an account of Daegu Bank
        "123 - 45 - 67890",
        "110 - 123 - 456789",
        "1234 - 5678 - 9012 - 3456",
        "3782-822463-10005",
        "900101 -1234567",
    ],
)
def test_other_ways_to_write_it(text: str) -> None:
    masked = mask(f"제 연락처는 {text}입니다")
    assert "[" in masked, masked
    assert sum(char.isdigit() for char in masked) < 5, masked


def test_several_in_one_text() -> None:
    text = "홍길동 010-1234-5678 / hong@lgcns.com / 123-45-67890, 계좌 110-123-456789"
    assert mask(text) == "홍길동 [전화번호] / [이메일] / [사업자번호], 계좌 [계좌번호]"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "2026.11.23",
        "2026/11/23",
        "20261123",
        "2026년 11월 23일 15시",
        "2026-11-23 15:00",
        "2026-11-23 15시까지",
        "2026.11.23 15:00",
        "2026-11-01 ~ 2026-11-30",
        "2026-11-01~2026-11-30",
        "2026.11.01 - 2026.11.30",
        "11월 23일 10:00-12:00",
        "2024, 2025, 2026년 실적",
        "2024 2025 2026년 실적",
        "2019년부터 2026년까지",
        "100,000,000원",
        "1,234,567,890원",
        "1,234,567,890,123원",
        "수수료 10만원",
        "500000원",
        "123456789원",
        "3.141592",
        "주문번호 12345678",
        "발주 20261123",
        "견적 No. 87654321",
        "100% 50.5%",
        "15시 이후",
        "계약 20건, 교육 6건",
        "Windows 10 21H2 19044.1288",
        "192.168.0.100",
        "v1.2.3",
        "http://www.kefci.com:80/a?b=1",
        "엘비@회사",
        "@홍길동",
        "a@b",
        "MP사이트",
        "",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert mask(text) == text
    assert mask(f"{text}입니다") == f"{text}입니다"


@settings(deadline=None)
@given(st.text())
def test_masking_is_done_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@settings(deadline=None)
@given(st.text("가나 계약abc.,?!ㅠ[]()\n"))
def test_a_text_without_digits_and_at_signs_stays(text: str) -> None:
    assert mask(text) == text


digits = st.text("0123456789", min_size=4, max_size=4)


@settings(deadline=None)
@given(st.sampled_from(["", "-", " ", "."]), digits, digits, st.text("가나다 :", max_size=5))
def test_every_mobile_number_is_masked(gap: str, middle: str, last: str, before: str) -> None:
    masked = mask(f"{before}010{gap}{middle}{gap}{last}입니다")
    assert masked == f"{before}[전화번호]입니다"


@settings(deadline=None)
@given(
    st.dates().map(lambda day: day.strftime("%y%m%d")),
    st.sampled_from("12345678"),
    st.text("0123456789", min_size=6, max_size=6),
    st.sampled_from(["", "-", " - "]),
)
def test_every_resident_number_is_masked(birth: str, kind: str, rest: str, gap: str) -> None:
    assert mask(f"번호는{birth}{gap}{kind}{rest}이고") == "번호는[주민번호]이고"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["1" * 5000, "1-" * 2500, "a@" * 2500, "1 " * 2500, "a." * 2500 + "@", "+82" * 1700]
)
def test_no_text_takes_long(text: str) -> None:
    mask(text)
