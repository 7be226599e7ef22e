"""What FAQ content is made of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nlargest
from itertools import compress
from operator import attrgetter
from typing import Literal, get_args

from bot.faq.markdown import links
from bot.korean.text import key
from bot.visitor import Mode, Visitor

NEWEST = 128  # entries found at once, and remembered
System = Literal["PartnerPlus", "PartnerCampus"]


@dataclass(frozen=True)
class Category:
    """One of the seven areas of the guide, with what its help page says."""

    id: str
    label: str
    covers: str
    examples: tuple[str, ...]


CATEGORIES: dict[str, Category] = {
    category.id: category
    for category in (
        Category(
            "signup_login",
            "회원가입/로그인",
            "회원가입과 탈퇴 방법, 가입이나 로그인 중에 나는 오류의 해결 방법",
            ("가입방법", "휴대폰 인증 불가", "외국인 가입"),
        ),
        Category(
            "company_profile",
            "회사/개인 정보관리",
            "회사 정보와 개인 정보를 조회하고 고치는 방법",
            ("PartnerPlus ID 확인", "인원 변경", "이력서 수정", "소속회사 변경"),
        ),
        Category(
            "quote_contract",
            "견적 및 계약",
            "견적에 응하고 계약을 맺는 방법, 그 현황을 보는 방법",
            ("견적서 양식 다운로드", "계약체결 방법", "계약 상세 정보 조회 불가"),
        ),
        Category(
            "inspection_payment",
            "검수/대금지급",
            "납품과 검수요청의 처리 현황, 대금이 지급되는 때와 현황",
            ("검수요청 방법", "검수 건 조회 불가", "대금 지급일", "세금계산서 발행"),
        ),
        Category(
            "bond_performance",
            "보증보험/실적증명",
            "보증보험과 실적증명을 신청하고 처리 현황을 보는 방법",
            ("보증보험 신청 방법", "실적등록 대상 건 조회 불가"),
        ),
        Category(
            "security_training",
            "보안/교육",
            "정보보안 서약과 온라인 교육 수강, 진도와 이수 확인",
            ("정보보안 서약서 작성", "교육 이수 확인"),
        ),
        Category(
            "general",
            "기타",
            "PC 환경 설정, 담당자와 Helpdesk 안내, 엘비 사용법",
            ("사용자 환경 설정", "업무 및 시스템 담당자"),
        ),
    )
}


@dataclass(frozen=True)
class Location:
    """Where in the content something stands."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """Something wrong with the content, where, and what to do about it."""

    location: Location
    what: str
    remedy: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.location}: {'주의: ' if self.warning else ''}{self.what}. {self.remedy}."


@dataclass(frozen=True)
class Phrasing:
    """One way vendors ask for an entry."""

    text: str
    location: Location = field(compare=False)


@dataclass(frozen=True)
class Entry:
    """One FAQ entry."""

    id: str
    category: str
    system: System
    title: str
    audience: Mode
    phrasings: tuple[Phrasing, ...]
    keywords: tuple[str, ...]
    answer: str
    related: tuple[str, ...]
    updated: datetime.date
    source: Literal["guide", "sample"]
    location: Location = field(compare=False)
    # lines between where its phrasings were found and where they are
    shifted: int = field(default=0, compare=False)
    # the same object as long as nothing but its place in the file changes
    token: object = field(default_factory=object, init=False, compare=False, repr=False)

    def moved(self, lines: int) -> Entry:
        """The same entry so many lines further down in its file."""
        if not lines:
            return self
        copy = object.__new__(Entry)  # with all that was worked out of it
        location = Location(self.location.file, self.location.line + lines)
        copy.__dict__.update(self.__dict__, location=location, shifted=self.shifted + lines)
        return copy

    def where(self, phrasing: Phrasing) -> Location:
        """Where one of its phrasings stands."""
        return Location(phrasing.location.file, phrasing.location.line + self.shifted)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """The phrasings' texts."""
        return tuple(phrasing.text for phrasing in self.phrasings)

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Where the answer's links lead."""
        return links(self.answer)

    @cached_property
    def title_key(self) -> str:
        """The title as it is compared."""
        return key(self.title)

    @cached_property
    def phrasing_keys(self) -> tuple[str, ...]:
        """The phrasings as they are compared."""
        return tuple(key(phrasing.text) for phrasing in self.phrasings)

    @property
    def label(self) -> str:
        """The title as lists show it: [PartnerPlus] 계약체결 방법."""
        return f"[{self.system}] {self.title}"


@dataclass(frozen=True)
class Content:
    """All entries, synonym groups (the first term is the usual one), and the ids Best starts with by kind of visitor."""

    entries: tuple[Entry, ...]
    synonyms: tuple[tuple[str, ...], ...] = ()
    start: dict[Mode, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Entry]:
        return dict(zip(map(attrgetter("id"), self.entries), self.entries, strict=True))

    @cached_property
    def _visible(self) -> dict[Mode, tuple[Entry, ...]]:
        return {}

    def visible_to(self, visitor: Visitor) -> tuple[Entry, ...]:
        """The entries this visitor may know of."""
        found = self._visible.get(visitor.mode)
        if found is None:
            seen = {audience for audience in get_args(Mode) if visitor.may_see(audience)}
            found = self.entries
            if seen != set(get_args(Mode)):
                audiences = map(attrgetter("audience"), self.entries)
                found = tuple(compress(self.entries, map(seen.__contains__, audiences)))
            self._visible[visitor.mode] = found
        return found

    @cached_property
    def _newest(self) -> dict[Mode, tuple[Entry, ...]]:
        return {}

    def newest(self, visitor: Visitor, most: int) -> tuple[Entry, ...]:
        """The entries this visitor may know of whose content changed last, by day, within a day in file order."""
        found = self._newest.get(visitor.mode, ())
        if len(found) < most:
            visible = self.visible_to(visitor)
            found = tuple(nlargest(max(most, NEWEST), visible, key=attrgetter("updated")))
            self._newest[visitor.mode] = found
        return found[:most]

    def find(self, entry_id: str, visitor: Visitor) -> Entry | None:
        """An entry by id, or None where there is none that this visitor may know of."""
        entry = self.by_id.get(entry_id)
        return entry if entry and visitor.may_see(entry.audience) else None
