"""A desk over a small FAQ and a test's database: no server, the real parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.faq.fields import EntryFields
from bot.faq.writer import Writer
from bot.review.editor import Editor
from bot.review.intake import Intake
from bot.review.people import People
from bot.review.publishing import Publisher
from bot.review.queue import Queue
from bot.review.reports import Reports
from bot.search.index import Catalogue
from bot.search.library import Library
from bot.store import questions, staff
from bot.store.database import Database
from bot.store.items import Item, Query
from bot.store.staff import Account
from tests.faq.writing import HOSTS

CONTRACTS = """\
# 견적과 계약: 담당은 구매1팀
category: quote_contract
entries:
  # 가장 많이 묻는 것
  - id: contract-status
    system: PartnerPlus
    title: 계약 상태 확인
    audience: member
    questions:
      - 계약 상태 확인
      - 우리 계약이 어느 단계인지 알고 싶어요   # 2026년에 추가
      - 계약이 끝났는지 어디서 보나요
      - 계약 진행상황 조회
      - 체결까지 다 끝났는지 보고 싶습니다
      - 계약 종료 여부 확인
    keywords: [계약, 계약상태]
    answer: |
      **계약현황**에서 상태를 확인합니다.

      1. 목록에서 계약을 고릅니다.
    related: []
    updated: 2026-01-05
    source: sample

  - id: quote-submit
    system: PartnerPlus
    title: 견적제출 방법
    audience: member
    questions: [견적 제출, 견적서 내는 법, 견적서 제출 방법, 견적을 내려면, 견적서는 어디에 올리나요, 견적 회신]
    keywords: [견적]
    answer: 견적 메뉴에서 제출합니다.
    updated: 2026-01-05
    source: sample
"""
SIGNUP = """\
category: signup_login
entries:
  - id: signup-how
    system: PartnerPlus
    title: 가입방법
    audience: guest
    questions:
      - 회원가입 방법
      - 가입하려면 어떻게 하나요
      - 회원 등록
      - 가입 절차
      - 처음인데 가입하고 싶어요
      - 회원가입은 어디서
    keywords: [회원가입]
    answer: |
      첫 화면에서 가입합니다.
    updated: 2026-01-05
    source: sample
"""
ASKED = "구내식당 식권은 어디서 사나요"
ALIKE = "구내식당 식권 사는 곳이 궁금합니다"


@dataclass
class Office:
    """The parts of a desk, and people to sit at it."""

    database: Database
    directory: Path
    lock: Path
    library: Library
    writer: Writer
    publisher: Publisher
    queue: Queue
    editor: Editor
    reports: Reports
    people: People
    intake: Intake
    accounts: dict[str, Account] = field(default_factory=dict)

    def by(self, role: str = "publisher", name: str = "김담당") -> Account:
        key = f"{role}-{name}"
        if key not in self.accounts:
            with self.database.write() as connection:
                login = f"{role}{len(self.accounts)}"
                self.accounts[key] = staff.add(
                    connection, login=login, name=name, role=role, password_hash="-"
                )
        return self.accounts[key]

    def ask(self, visitor_id: str, text: str = ASKED, reason: str = "asked", **details) -> str:
        with self.database.write() as connection:
            return self.intake.receive(connection, visitor_id, text, reason, **details)

    def items(self, **query) -> list[Item]:
        return list(self.queue.list(self.by(), Query(**query)).items)

    def item(self, **query) -> Item:
        (found,) = self.items(**query)
        return found

    def text(self, name: str = "general.yml") -> str:
        return (self.directory / name).read_text(encoding="utf-8")

    def mine(self, visitor_id: str) -> list[questions.Question]:
        with self.database.read() as connection:
            return questions.asked_by(connection, visitor_id)


def office(database: Database, home: Path, step: Callable[[str], None] = lambda name: None) -> Office:
    directory, state = home / "faq", home / "var"
    if not directory.exists():
        directory.mkdir(parents=True)
        (directory / "quote_contract.yml").write_text(CONTRACTS, encoding="utf-8")
        (directory / "signup_login.yml").write_text(SIGNUP, encoding="utf-8")
    library = Library(directory, state, state / "models", HOSTS, "off")

    def catalogue() -> Catalogue:
        return library.catalogue

    writer = Writer(directory, HOSTS, state / "faq.lock", step)
    publisher = Publisher(database, writer, library.reload, step)
    return Office(
        database,
        directory,
        state / "faq.lock",
        library,
        writer,
        publisher,
        Queue(database, catalogue, publisher, 3600),
        Editor(publisher, catalogue, HOSTS),
        Reports(database, library),
        People(database),
        Intake(lambda: library.catalogue.content),
    )


def entry(identifier: str = "cafeteria-ticket", **changed) -> EntryFields:
    """A sound new entry that answers ASKED."""
    values = {
        "category": "general",
        "title": "구내식당 식권 구매 안내",
        "audience": "member",
        "questions": (
            ASKED,
            "식권 구매",
            "식권 판매처",
            "밥 먹으려면 식권이 필요한가요",
            "식권 자판기",
            "식권 값",
        ),
        "keywords": ("식권",),
        "answer": "1층 안내대에서 삽니다.",
        **changed,
    }
    return EntryFields(id=identifier, **values)
