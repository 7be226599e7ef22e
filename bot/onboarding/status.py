"""Where a company stands: its record and the time now → steps with their state, what is next, from when, reminders.

Pure functions. A step is `done`, `current` (the next one, and it can be done), `waiting` (for a time or for somebody else)
or `todo`. What a record says of the future has not happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.onboarding.model import (
    AFTER,
    BANKS,
    CERTIFICATES,
    LABELS,
    LGCNS,
    LOANS,
    MAIL_SUBJECT,
    MOMENTS,
    STEPS,
    UNNEEDED,
    USABLE_CERTIFICATES,
    Record,
    Step,
)
from bot.onboarding.times import SEOUL, day_of, in_words, opens_at

State = Literal["done", "current", "waiting", "todo"]
EXPIRING_DAYS = 30
SKEW_SECONDS = 300  # another machine's clock may be this much ahead


@dataclass(frozen=True)
class Stage:
    """A step as it is for one company."""

    step: Step
    state: State
    text: str
    who: str
    at: float | None = None  # when it was done
    available_at: float | None = None  # from when it can be done, while that is ahead


@dataclass(frozen=True)
class Status:
    """Where a company stands at one time."""

    stages: tuple[Stage, ...]
    next: Stage | None  # the first one not done
    reminders: tuple[str, ...]

    @property
    def available_at(self) -> float | None:
        """From when the next step can be done, where that is ahead and known."""
        return self.next.available_at if self.next else None


def problems(record: Record, now: datetime) -> Iterator[tuple[str, str]]:
    """(field, what is wrong in Korean) of a record that cannot be so: the future, and steps out of order."""
    for name in MOMENTS:
        moment = getattr(record, name)
        if moment is not None and moment > now.timestamp() + SKEW_SECONDS:
            yield name, f"'{LABELS[name]}' 시각이 미래입니다"
    for later, earlier in AFTER:
        after, before = getattr(record, later), getattr(record, earlier)
        if after is not None and before is None and earlier not in UNNEEDED:
            yield later, f"'{LABELS[later]}'은(는) 있는데 먼저여야 할 '{LABELS[earlier]}'이(가) 없습니다"
        elif after is not None and before is not None and day_of(after) < day_of(before):
            yield later, f"'{LABELS[later]}'이(가) '{LABELS[earlier]}'보다 앞섭니다"


def status(record: Record, now: datetime) -> Status:
    """The record at `now` (aware)."""
    past = _happened(record, now)
    opening = opens_at(past.loan_joined_at) if past.loan_joined_at is not None else None
    done = _done(past, now)
    following = next((step.id for step in STEPS if step.id not in done), None)
    stages = tuple(_stage(step, past, now, done, following, opening) for step in STEPS)
    upcoming = next((stage for stage in stages if stage.state != "done"), None)
    return Status(stages, upcoming, tuple(_reminders(record, past, now, opening, upcoming)))


def _happened(record: Record, now: datetime) -> Record:
    limit = now.timestamp() + SKEW_SECONDS
    ahead = {name: None for name in MOMENTS if (getattr(record, name) or 0) > limit}
    return replace(record, **ahead) if ahead else record


def _done(record: Record, now: datetime) -> dict[str, float | None]:
    """The steps that are done, by id, with the time where it is known."""
    registered = record.certificate_registered_at is not None and record.account_registered_at is not None
    found: dict[str, float | None] = {}
    if record.mail_confirmed_at is not None or record.signed_up_at is not None:
        found["mail"] = record.mail_confirmed_at
    if registered or (_has_certificate(record) and not _unusable(record, now)):
        found["certificate"] = record.certificate_issued_at
    for step, moment in (
        ("bank", record.loan_joined_at),
        ("mp_site", record.mp_joined_at),
        ("signup", record.signed_up_at),
    ):
        if moment is not None:
            found[step] = moment
    if registered:
        found["registration"] = max(record.certificate_registered_at or 0, record.account_registered_at or 0)
    return found


def _has_certificate(record: Record) -> bool:
    return record.certificate_issued_at is not None or record.certificate_registered_at is not None


def _unusable(record: Record, now: datetime) -> str | None:
    """Why the certificate at hand does not work, or None."""
    kind = record.certificate_kind
    if kind is not None and kind not in USABLE_CERTIFICATES:
        return f"{CERTIFICATES.get(kind, kind)} 공인인증서는 PartnerPlus에서 쓸 수 없습니다."
    expires = record.certificate_expires_on
    if expires is not None and expires < now.astimezone(SEOUL).date():
        return f"공인인증서가 {in_words(expires, now)}에 만료되었습니다."
    return None


def _stage(
    step: Step,
    record: Record,
    now: datetime,
    done: dict[str, float | None],
    following: str | None,
    opening: float | None,
) -> Stage:
    if step.id in done:
        return Stage(step, "done", "", step.who, at=done[step.id])
    state: State = "current" if step.id == following else "todo"
    if step.id == "mail" and record.mail_sent_at is None:
        text = "LG CNS 담당자가 회계 시스템에 신규 구매처 등록을 완료하면 안내 메일이 발송됩니다."
        return Stage(step, "waiting", text, LGCNS)
    if step.id == "signup":
        return _signup(step, state, now, opening)
    text = step.needs
    if step.id == "certificate" and _has_certificate(record):
        text = f"{_unusable(record, now)} {text}"
    elif step.id == "bank" and record.bank in BANKS:
        text = f"{BANKS[record.bank]}의 상생결제론 명칭은 '{LOANS[record.bank]}'입니다. {text}"
    elif step.id == "registration" and record.certificate_registered_at is not None:
        text = f"공인인증서는 등록되었고 지급계좌 등록이 남았습니다. {text}"
    return Stage(step, state, text, step.who)


def _signup(step: Step, state: State, now: datetime, opening: float | None) -> Stage:
    if opening is None:
        return Stage(
            step, state, f"상생결제론에 가입한 다음날 15시 이후 할 수 있습니다. {step.needs}", step.who
        )
    when = f"{in_words(opening, now)}부터"
    if now.timestamp() < opening:
        return Stage(step, "waiting", f"{when} 할 수 있습니다. {step.needs}", step.who, available_at=opening)
    since = f"지금 할 수 있습니다 ({when})." if state == "current" else f"{when} 할 수 있습니다."
    return Stage(step, state, f"{since} {step.needs}", step.who)


def _reminders(
    record: Record, past: Record, now: datetime, opening: float | None, upcoming: Stage | None
) -> Iterator[str]:
    if past.mail_sent_at is not None and past.mail_confirmed_at is None and upcoming is not None:
        yield f"'{MAIL_SUBJECT}' 메일을 아직 확인하지 않으셨어요. 구매처명·사업자등록번호·대표자명을 확인해 주세요."
    if opening is not None and past.bank_sent_at is None and past.signed_up_at is None:
        if now.timestamp() < opening:
            yield f"은행의 전송을 기다리고 있어요. 은행은 {in_words(opening, now)}까지 계좌정보와 상생결제론 가입정보를 LG CNS로 전송합니다."
        else:
            yield (
                f"은행이 {in_words(opening, now)}까지 보내야 할 계좌정보와 상생결제론 가입정보가 아직 확인되지 않았어요."
            )
    if _has_certificate(past):
        yield from _about_certificate(past, now)
    if any(problems(record, now)):
        yield "기록 가운데 앞뒤가 맞지 않는 것이 있어 실제와 다를 수 있어요. 'To 엘비'로 알려 주시면 담당자가 확인합니다."


def _about_certificate(record: Record, now: datetime) -> Iterator[str]:
    unusable = _unusable(record, now)
    expires = record.certificate_expires_on
    if unusable:
        yield f"{unusable} 사업자용 범용 또는 LG CNS 전자구매시스템용 공인인증서가 필요합니다."
    elif expires is not None:
        left = (expires - now.astimezone(SEOUL).date()).days
        if left <= EXPIRING_DAYS:
            when = "오늘" if left == 0 else f"{left}일 뒤인 {in_words(expires, now)}에"
            yield f"공인인증서가 {when} 만료됩니다."
