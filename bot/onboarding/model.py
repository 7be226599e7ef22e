"""The procedure of "회원가입/계좌등록 가이드" and a company's record in it. Nothing here that the guide does not say.

The guide names two tracks and details one procedure for both; its third step (bank, then MP site) is two steps here,
because a company does them at two places and each may be what it waits for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

MAIL_SUBJECT = "[LG CNS] PartnerPlus 회원가입 및 지급계좌 등록 안내"
TRACKS = {"purchasing": "소싱/계약/검수 업체", "account_only": "지급계좌 등록만 필요한 업체·개인"}
BANKS = {"woori": "우리은행", "shinhan": "신한은행", "hana": "KEB하나은행", "ibk": "기업은행"}
LOANS = {
    "woori": "우리상생파트너론",
    "shinhan": "신한동반성장론",
    "hana": "동반성장론",
    "ibk": "IBK상생결제론",
}
CERTIFICATES = {
    "business_general": "사업자용 범용",
    "lgcns": "LG CNS 전자구매시스템용",
    "business_special": "사업자 특수목적용",
    "personal": "개인용 범용",
}
USABLE_CERTIFICATES = frozenset({"business_general", "lgcns"})
VENDOR, LGCNS, BANK = "업체", "LG CNS 담당자", "은행"


@dataclass(frozen=True)
class Step:
    """A step of the procedure: who does it, what it needs, and the FAQ question that says more."""

    id: str
    title: str
    who: str
    needs: str
    question: str


STEPS = (
    Step(
        "mail",
        "안내 메일 확인",
        VENDOR,
        f"'{MAIL_SUBJECT}' 메일에서 구매처명·사업자등록번호·대표자명을 확인하고, 고칠 내용이 있으면 등록자에게 "
        "문의해 주세요.",
        "가입 안내 메일에서 확인할 내용",
    ),
    Step(
        "certificate",
        "공인인증서 발급",
        VENDOR,
        "공인인증기관에서 사업자용 범용(수수료 10만원) 또는 LG CNS 전자구매시스템용(수수료 1만원) 공인인증서를 "
        "발급받으세요. 이미 있으면 그대로 쓰시면 됩니다.",
        "사용할 수 있는 공인인증서 종류",
    ),
    Step(
        "bank",
        "계좌개설 및 상생결제론 가입",
        VENDOR,
        "우리·신한·KEB하나·기업은행 중 한 곳에서 계좌를 개설하고 상생결제론에 가입하세요.",
        "은행별 상생결제론 명칭",
    ),
    Step(
        "mp_site",
        "결제전산원 MP사이트 회원가입",
        VENDOR,
        "상생결제론 가입 후 결제전산원 MP사이트(www.kefci.com)에 회원가입하세요.",
        "결제전산원 MP사이트 회원가입",
    ),
    Step(
        "signup",
        "PartnerPlus 회원가입",
        VENDOR,
        "본인인증을 위해 본인명의 휴대폰 또는 아이핀 계정이 필요합니다.",
        "회원가입이 가능한 시점",
    ),
    Step(
        "registration",
        "공인인증서 및 계좌 등록",
        VENDOR,
        "PartnerPlus에 공인인증서와 지급계좌를 등록하세요. 지급계좌 등록에는 공인인증서가 필요합니다.",
        "공인인증서와 지급계좌 등록",
    ),
)


@dataclass(frozen=True)
class Record:
    """What is known of a company. Times are UTC seconds since the epoch, None where it has not happened."""

    business_number: str  # ten digits
    company: str
    representative: str = field(repr=False)
    track: str
    mail_sent_at: float | None = None
    mail_confirmed_at: float | None = None
    certificate_issued_at: float | None = None
    certificate_kind: str | None = None
    certificate_expires_on: date | None = None  # the last day it holds, in Seoul
    bank: str | None = None
    loan_joined_at: float | None = None
    bank_sent_at: float | None = None
    mp_joined_at: float | None = None
    signed_up_at: float | None = None
    certificate_registered_at: float | None = None
    account_registered_at: float | None = None


REQUIRED = ("business_number", "company", "representative", "track")
MOMENTS = (
    "mail_sent_at",
    "mail_confirmed_at",
    "certificate_issued_at",
    "loan_joined_at",
    "bank_sent_at",
    "mp_joined_at",
    "signed_up_at",
    "certificate_registered_at",
    "account_registered_at",
)
FIELDS = (*REQUIRED, *MOMENTS, "certificate_kind", "certificate_expires_on", "bank")
LABELS = {
    "business_number": "사업자등록번호",
    "company": "업체명",
    "representative": "대표자명",
    "track": "유형",
    "mail_sent_at": "안내메일 발송",
    "mail_confirmed_at": "안내메일 확인",
    "certificate_issued_at": "인증서 발급",
    "certificate_kind": "인증서 종류",
    "certificate_expires_on": "인증서 만료일",
    "bank": "은행",
    "loan_joined_at": "상생결제론 가입",
    "bank_sent_at": "은행 전송",
    "mp_joined_at": "MP사이트 가입",
    "signed_up_at": "회원가입",
    "certificate_registered_at": "인증서 등록",
    "account_registered_at": "계좌 등록",
}
# (later, earlier): the guide's own order
AFTER = (
    ("mail_confirmed_at", "mail_sent_at"),
    ("bank_sent_at", "loan_joined_at"),
    ("mp_joined_at", "loan_joined_at"),
    ("signed_up_at", "loan_joined_at"),
    ("certificate_registered_at", "signed_up_at"),
    ("account_registered_at", "certificate_registered_at"),
)
UNNEEDED = frozenset({"mail_sent_at"})  # may be unknown where the later one is known
