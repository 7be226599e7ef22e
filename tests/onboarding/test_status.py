"""Where a company stands: every step of both tracks, and the minutes before and after 15:00."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.onboarding.demo import demo_records
from bot.onboarding.model import BANKS, LOANS, MAIL_SUBJECT, MOMENTS, STEPS, TRACKS, Record
from bot.onboarding.number import is_valid
from bot.onboarding.reading import record_of
from bot.onboarding.status import Status, problems, status
from bot.onboarding.times import SEOUL
from tests.onboarding.records import FRIDAY, at, record, up_to

IDS = [step.id for step in STEPS]
MONDAY = at(2026, 7, 6, 10)  # all that up_to() gives lies before it
BOTH = pytest.mark.parametrize("track", TRACKS)


def states(found: Status) -> list[str]:
    return [stage.state for stage in found.stages]


def stage(found: Status, step: str):
    return next(each for each in found.stages if each.step.id == step)


# every step, both tracks ----------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("done", "expected", "following", "who"),
    [
        ("registered", "waiting todo todo todo todo todo", "mail", "LG CNS 담당자"),
        ("mail_sent", "current todo todo todo todo todo", "mail", "업체"),
        ("mail", "done current todo todo todo todo", "certificate", "업체"),
        ("certificate", "done done current todo todo todo", "bank", "업체"),
        ("bank", "done done done current todo todo", "mp_site", "업체"),
        ("mp_site", "done done done done current todo", "signup", "업체"),
        ("signup", "done done done done done current", "registration", "업체"),
        ("registration", "done done done done done done", None, None),
    ],
)
def test_every_step(track: str, done: str, expected: str, following: str | None, who: str | None) -> None:
    found = status(up_to(done, track), MONDAY)
    assert states(found) == expected.split()
    assert (found.next.step.id if found.next else None) == following
    assert (found.next.who if found.next else None) == who
    assert [each.step.id for each in found.stages] == IDS
    for each in found.stages:
        assert bool(each.text) == (each.state != "done")
        assert (each.at is not None) == (each.state == "done")


@BOTH
def test_when_each_step_was_done(track: str) -> None:
    found = status(up_to("registration", track), MONDAY)
    assert [each.at for each in found.stages] == [
        moment.timestamp()
        for moment in (at(2026, 6, 30), at(2026, 7, 1), FRIDAY, FRIDAY, at(2026, 7, 6, 9), at(2026, 7, 6, 9, 40))
    ]  # fmt: skip
    assert not found.reminders


def test_the_tracks_differ_in_nothing_the_guide_does_not_say() -> None:
    for done in ("registered", "mail", "certificate", "bank", "mp_site", "signup", "registration"):
        assert status(up_to(done, "purchasing"), MONDAY) == status(up_to(done, "account_only"), MONDAY)


# 15:00 ----------------------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize(
    ("joined", "opening"),
    [
        (at(2026, 7, 1, 9), at(2026, 7, 2, 15)),
        (at(2026, 7, 3, 16, 30), at(2026, 7, 4, 15)),  # Friday: Saturday, as the guide has it
        (at(2026, 7, 4, 11), at(2026, 7, 5, 15)),
        (at(2026, 12, 31, 14), at(2027, 1, 1, 15)),
        (at(2026, 12, 31, 23, 59), at(2027, 1, 1, 15)),
        (at(2027, 1, 1, 0, 1), at(2027, 1, 2, 15)),
    ],
)
def test_the_minutes_around_15(track: str, joined: datetime, opening: datetime) -> None:
    company = up_to("mp_site", track, loan_joined_at=joined.timestamp(), mp_joined_at=joined.timestamp())
    for now in (joined, opening - timedelta(minutes=1), opening - timedelta(seconds=1)):
        found = status(company, now)
        assert states(found) == ["done"] * 4 + ["waiting", "todo"]
        assert found.next.step.id == "signup"
        assert found.available_at == opening.timestamp() == stage(found, "signup").available_at
        assert f"{opening.month}월 {opening.day}일" in stage(found, "signup").text
        assert "15:00부터 할 수 있습니다" in stage(found, "signup").text
        assert any("전송을 기다리고" in each for each in found.reminders)
    for now in (opening, opening + timedelta(minutes=1), opening + timedelta(days=40)):
        found = status(company, now)
        assert states(found) == ["done"] * 4 + ["current", "todo"]
        assert found.available_at is None is stage(found, "signup").available_at
        assert "지금 할 수 있습니다" in stage(found, "signup").text


@pytest.mark.parametrize("minute", [-1, 0, 1])
@BOTH
def test_no_other_step_waits_for_15(track: str, minute: int) -> None:
    now = at(2026, 7, 4, 15) + timedelta(minutes=minute)
    assert states(status(up_to("bank", track), now))[:4] == ["done", "done", "done", "current"]
    assert status(up_to("certificate", track), now).available_at is None
    assert states(status(up_to("mail", track), now))[1:] == ["current"] + ["todo"] * 4


def test_while_the_mp_site_is_next_sign_up_says_from_when() -> None:
    before = status(up_to("bank"), at(2026, 7, 4, 14, 59))
    assert states(before) == ["done", "done", "done", "current", "waiting", "todo"]
    assert before.next.step.id == "mp_site"
    assert before.available_at is None  # the next step can be done now
    assert stage(before, "signup").available_at == at(2026, 7, 4, 15).timestamp()
    after = status(up_to("bank"), at(2026, 7, 4, 15))
    assert states(after) == ["done", "done", "done", "current", "todo", "todo"]
    assert "7월 4일(토) 15:00부터" in stage(after, "signup").text


def test_before_the_loan_the_rule_is_told_without_a_date() -> None:
    assert "다음날 15시 이후" in stage(status(up_to("mail"), MONDAY), "signup").text


def test_the_year_is_said_where_it_is_another() -> None:
    joined = at(2026, 12, 31, 10).timestamp()
    found = status(up_to("mp_site", loan_joined_at=joined, mp_joined_at=joined), at(2026, 12, 31, 12))
    assert "2027년 1월 1일(금) 15:00" in stage(found, "signup").text


def test_now_in_another_zone_is_the_same_now() -> None:
    company = up_to("mp_site")
    for now in (at(2026, 7, 4, 14, 59), at(2026, 7, 4, 15)):
        assert status(company, now) == status(company, now.astimezone(tz=None))


# certificates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["business_general", "lgcns", None])
def test_certificates_that_work(kind: str | None) -> None:
    found = status(up_to("certificate", certificate_kind=kind), MONDAY)
    assert stage(found, "certificate").state == "done"


@pytest.mark.parametrize(
    ("kind", "name"), [("business_special", "사업자 특수목적용"), ("personal", "개인용 범용")]
)
def test_certificates_that_do_not(kind: str, name: str) -> None:
    found = status(up_to("signup", certificate_kind=kind), MONDAY)
    assert stage(found, "certificate").state == "current"
    assert name in stage(found, "certificate").text
    assert found.next.step.id == "certificate"
    assert any(name in each and "사업자용 범용" in each for each in found.reminders)


@pytest.mark.parametrize(
    ("expires", "done", "reminder"),
    [
        (date(2026, 7, 5), False, "7월 5일(일)에 만료되었습니다"),
        (date(2026, 7, 6), True, "오늘 만료됩니다"),
        (date(2026, 7, 7), True, "1일 뒤인 7월 7일(화)에 만료됩니다"),
        (date(2026, 8, 5), True, "30일 뒤인 8월 5일(수)에 만료됩니다"),
        (date(2026, 8, 6), True, None),
        (None, True, None),
    ],
)
def test_expiry(expires: date | None, done: bool, reminder: str | None) -> None:
    for now in (at(2026, 7, 6, 0, 0), at(2026, 7, 6, 23, 59)):
        company = up_to("certificate", certificate_expires_on=expires)
        found = status(company, now)
        assert (stage(found, "certificate").state == "done") == done
        about = [each for each in found.reminders if "만료" in each]
        assert len(about) == (reminder is not None)
        assert reminder is None or reminder in about[0]


def test_a_certificate_that_expires_after_all_is_done_is_a_reminder_alone() -> None:
    found = status(up_to("registration", certificate_expires_on=date(2026, 7, 6)), at(2026, 8, 1))
    assert set(states(found)) == {"done"}
    assert found.next is None
    assert ["만료되었습니다" in each for each in found.reminders] == [True]


def test_a_registered_certificate_and_an_account_that_is_not() -> None:
    company = up_to("registration", account_registered_at=None)
    found = status(company, MONDAY)
    assert found.next.step.id == "registration"
    assert "지급계좌 등록이 남았습니다" in found.next.text


# reminders ------------------------------------------------------------------------------------------------------------


def test_the_mail_is_not_confirmed() -> None:
    found = status(up_to("mp_site", mail_confirmed_at=None), MONDAY)
    assert found.next.step.id == "mail"
    assert any(MAIL_SUBJECT in each for each in found.reminders)
    assert not any(MAIL_SUBJECT in each for each in status(up_to("mp_site"), MONDAY).reminders)


def test_who_has_signed_up_is_not_sent_back_to_the_mail() -> None:
    found = status(up_to("signup", mail_confirmed_at=None), MONDAY)
    assert found.next.step.id == "registration"


def test_the_bank_s_transmission() -> None:
    company = up_to("mp_site")
    before = status(company, at(2026, 7, 4, 14, 59))
    assert any("7월 4일(토) 15:00까지" in each and "기다리고" in each for each in before.reminders)
    late = status(company, at(2026, 7, 4, 15))
    assert any("아직 확인되지 않았어요" in each for each in late.reminders)
    sent = replace(company, bank_sent_at=at(2026, 7, 4, 13).timestamp())
    assert not status(sent, at(2026, 7, 4, 14, 59)).reminders
    assert status(sent, at(2026, 7, 4, 14, 59)).next.state == "waiting"  # the hour is the guide's rule
    assert not status(up_to("signup", bank_sent_at=None), MONDAY).reminders


@pytest.mark.parametrize("bank", BANKS)
def test_the_bank_s_name_for_the_loan(bank: str) -> None:
    text = stage(status(up_to("certificate", bank=bank), MONDAY), "bank").text
    assert BANKS[bank] in text and LOANS[bank] in text


# records that cannot be so --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", MOMENTS)
def test_the_future_has_not_happened(field: str) -> None:
    now = at(2026, 7, 7)
    company = replace(up_to("registration"), **{field: at(2026, 7, 8).timestamp()})
    assert field in [name for name, _ in problems(company, now)]
    found = status(company, now)
    assert any("앞뒤가 맞지 않는" in each for each in found.reminders)
    if field not in ("mail_sent_at", "mail_confirmed_at", "certificate_issued_at", "bank_sent_at"):
        assert found.next is not None


def test_another_machine_s_clock_may_be_a_little_ahead() -> None:
    now = at(2026, 7, 6, 9)
    company = up_to("signup", signed_up_at=(now + timedelta(minutes=2)).timestamp())
    assert not list(problems(company, now))
    assert stage(status(company, now), "signup").state == "done"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"mail_confirmed_at": at(2026, 6, 28).timestamp()}, "mail_confirmed_at"),
        ({"loan_joined_at": None}, "mp_joined_at"),
        ({"loan_joined_at": None}, "signed_up_at"),
        ({"mp_joined_at": at(2026, 7, 2).timestamp()}, "mp_joined_at"),
        ({"signed_up_at": at(2026, 7, 2).timestamp()}, "signed_up_at"),
        ({"signed_up_at": None}, "certificate_registered_at"),
        ({"certificate_registered_at": None}, "account_registered_at"),
        ({"account_registered_at": at(2026, 7, 5).timestamp()}, "account_registered_at"),
    ],
)
def test_steps_out_of_order(changed: dict, field: str) -> None:
    company = replace(up_to("registration"), **changed)
    assert field in [name for name, _ in problems(company, MONDAY)]
    found = status(company, MONDAY)
    assert any("앞뒤가 맞지 않는" in each for each in found.reminders)
    assert len(found.stages) == 6


def test_what_may_be_in_any_order() -> None:
    """A certificate may be older than the mail; steps of one day have no order; who sent the mail may be unknown."""
    company = replace(
        up_to("registration"),
        certificate_issued_at=at(2025, 1, 1).timestamp(),
        mail_sent_at=None,
        mp_joined_at=at(2026, 7, 3).timestamp(),
    )
    assert not list(problems(company, MONDAY))


# the model and the guide ----------------------------------------------------------------------------------------------


def test_the_faq_questions_of_the_steps_are_entries_for_guests() -> None:
    written = (Path(__file__).parents[2] / "data/faq/signup_login.yml").read_text(encoding="utf-8")
    for step in STEPS:
        assert f"title: {step.question}" in written, step.question


def test_an_empty_record() -> None:
    assert states(status(record(), MONDAY))[0] == "waiting"


class TestDemo:
    """One record in each state, on every day of the year."""

    @pytest.mark.parametrize("now", [at(2026, 7, 3, 9), at(2026, 12, 31, 16), at(2027, 1, 1, 0, 1)])
    def test_each_state_is_there(self, now: datetime) -> None:
        found = [(each.next.step.id, each.next.state) if each.next else None for each in self._status(now)]
        assert set(found) == {
            ("mail", "waiting"),
            ("mail", "current"),
            ("certificate", "current"),
            ("bank", "current"),
            ("mp_site", "current"),
            ("signup", "waiting"),
            ("signup", "current"),
            ("registration", "current"),
            None,
        }

    def test_they_are_records_as_any_other(self) -> None:
        now = datetime.now(SEOUL)
        records = demo_records(now)
        assert len({each.business_number for each in records}) == len(records)
        assert {each.track for each in records} == set(TRACKS)
        for each in records:
            assert is_valid(each.business_number)
            assert each.business_number == "1234567891" or each.business_number.startswith("999")
            assert not list(problems(each, now))
            assert record_of(vars(each)) == (each, [])

    def test_the_demo_member_s_certificate_is_expired_as_on_the_guide_s_screen(self) -> None:
        member = next(each for each in demo_records(MONDAY) if each.business_number == "1234567891")
        found = status(member, MONDAY)
        assert found.next.step.id == "certificate"
        assert "2018년 5월 24일(목)에 만료되었습니다" in found.reminders[0]

    @staticmethod
    def _status(now: datetime) -> list[Status]:
        return [status(each, now) for each in demo_records(now)]


def test_a_record_shows_no_name_where_it_is_printed() -> None:
    assert isinstance(record(), Record)
    assert "홍길동" not in repr(record())
