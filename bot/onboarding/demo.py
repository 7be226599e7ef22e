"""Records of invented companies, one in each state, for `--demo`. No tax office has the number 999."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.onboarding.model import Record
from bot.onboarding.times import SEOUL, moment

MEMBER_NUMBER = "1234567891"  # the demo member's company
_NUMBERS = (
    "9990100013",
    "9990100027",
    "9990100032",
    "9990100046",
    "9990100051",
    "9990100065",
    "9990100070",
    "9990100084",
    "9990100099",
    "9990100105",
)


def demo_records(now: datetime) -> list[Record]:
    """The records as they are at `now`, so that what waits for tomorrow waits on every day."""
    today = now.astimezone(SEOUL).replace(hour=0, minute=0, second=0, microsecond=0)

    def ago(days: int) -> float:
        return (today - timedelta(days=days)).timestamp()

    def on(year: int, month: int, number: int) -> float | None:
        return moment(date(year, month, number))

    registered = Record("", "", "", "purchasing")
    mailed = replace(registered, mail_sent_at=ago(2))
    confirmed = replace(mailed, mail_sent_at=ago(12), mail_confirmed_at=ago(11))
    certified = replace(
        confirmed,
        certificate_issued_at=ago(9),
        certificate_kind="lgcns",
        certificate_expires_on=(today + timedelta(days=300)).date(),
    )
    joined = replace(certified, bank="shinhan", loan_joined_at=ago(3))
    at_mp_site = replace(joined, mp_joined_at=ago(2))
    signed_up = replace(at_mp_site, bank_sent_at=ago(2), signed_up_at=ago(1))
    done = replace(signed_up, certificate_registered_at=ago(1), account_registered_at=ago(0))
    member = Record(
        MEMBER_NUMBER,
        "서비스(주)",
        "홍길동",
        "purchasing",
        mail_sent_at=on(2017, 5, 8),
        mail_confirmed_at=on(2017, 5, 10),
        certificate_issued_at=on(2017, 5, 24),
        certificate_kind="business_general",
        certificate_expires_on=date(2018, 5, 24),  # as the guide's own screen shows it
        bank="shinhan",
        loan_joined_at=on(2017, 5, 29),
        bank_sent_at=on(2017, 5, 30),
        mp_joined_at=on(2017, 5, 29),
        signed_up_at=on(2017, 5, 31),
        certificate_registered_at=on(2017, 5, 31),
    )
    soon = (today + timedelta(days=20)).date()
    others = (
        (registered, "데모테크(주)", "김하늘", "purchasing"),
        (mailed, "데모상사", "이바다", "purchasing"),
        (confirmed, "데모기획", "박가람", "account_only"),
        (replace(certified, certificate_kind="personal"), "데모디자인", "최나래", "account_only"),
        (replace(certified, certificate_expires_on=soon), "데모건설(주)", "정다온", "purchasing"),
        (joined, "데모물류(주)", "강한결", "purchasing"),
        (
            replace(at_mp_site, loan_joined_at=ago(0), mp_joined_at=ago(0)),
            "데모소프트(주)",
            "조아라",
            "purchasing",
        ),
        (at_mp_site, "데모미디어", "윤슬기", "account_only"),
        (signed_up, "데모네트웍스(주)", "장보람", "purchasing"),
        (done, "데모정밀(주)", "임도담", "account_only"),
    )
    return [member] + [
        replace(record, business_number=_NUMBERS[index], company=company, representative=name, track=track)
        for index, (record, company, name, track) in enumerate(others)
    ]
