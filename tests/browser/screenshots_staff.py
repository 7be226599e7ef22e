"""Pictures of the staff pages for the README, of a demo server with questions of its own.

`python -m tests.browser.screenshots_staff [URL] [FOLDER] [DATABASE]`; with the server's SQLite file, what was asked is
spread over the last 30 days, so that the dashboard has something to show.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chat import Chat
from tests.browser.conftest import CHROMIUM, OPTIONS
from tests.browser.screenshots import DOCS, take
from tests.site import Person, Site

WAITING = (
    ("전자계약서에 서명한 뒤에 내용을 고칠 수 있나요?", "서명을 마친 전자계약서 내용을 수정하고 싶어요"),
    ("PartnerCampus 수료증을 영문으로 받을 수 있나요", "교육 수료증 영문으로 발급되나요?"),
    ("대표자가 외국에 있는데 서약서 서명을 대신해도 되나요",),
    ("견적 마감 시간을 놓쳤는데 다시 제출할 방법이 있을까요?",),
    ("협력사 주차 등록은 어디에서 하나요", "방문할 때 주차 등록 방법 알려주세요", "주차 등록 어떻게 해요?"),
    ("노트북 반입 신청은 며칠 전에 해야 하나요",),
)
ASKED = ("가입방법", "계약체결 방법", "세금계산서 발행", "계약 상세가 안 보여요", "보증보험 신청", "교육 이수 확인", "안녕하세요",
    "오늘 점심 뭐 먹지", "휴대폰 인증이 안 돼요", "견적 제출", "대금은 언제 나오나요", "헬기 착륙장 예약")  # fmt: skip


def main(url: str = "http://127.0.0.1:8000", folder: Path = DOCS, database: Path | None = None) -> None:
    site = Site(url, None, Path())
    dice = random.Random(7)
    for texts in WAITING:
        for number, text in enumerate(texts):
            asker: Person = site.guest() if number else site.member()
            asker.post("/questions", text=text)
    for _ in range(90):
        person = site.member() if dice.random() < 0.6 else site.guest()
        person.ask(dice.choice(ASKED))
    if database:
        spread(database, dice)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*OPTIONS, "--lang=ko-KR"])
        page = browser.new_context(
            viewport={"width": 1280, "height": 860}, locale="ko-KR", reduced_motion="reduce"
        ).new_page()
        sign_in(page, url)
        shot(page, url + "/staff/queue?order=askers", folder / "staff-queue.png")
        first = page.locator("#list td.ask a").first.get_attribute("href")
        shot(page, url + first, folder / "staff-item.png")
        page.goto(url + first + "/answer")
        page.get_by_label("제목").fill("서명한 전자계약서의 내용 수정 안내")
        page.get_by_label("답변").fill(
            "서명이 끝난 전자계약서는 고칠 수 없어, **변경 계약**으로 다시 맺습니다.\n\n"
            "1. 계약 담당자에게 고칠 내용을 알립니다.\n2. 담당자가 보낸 변경 계약서를 확인하고 서명합니다.\n"
        )
        ways = page.get_by_label("질문 표현 (한 줄에 하나)")
        more = (
            "서명한 계약서 고치기",
            "전자계약 내용이 틀렸어요",
            "계약서 다시 쓰고 싶어요",
            "변경 계약은 어떻게 하나요",
        )
        ways.fill("\n".join([ways.input_value().strip(), *more]))
        page.get_by_label("제목").focus()
        page.wait_for_timeout(3000)
        take(Chat(page), folder / "staff-editor.png")
        shot(page, url + "/staff/dashboard?period=30", folder / "staff-dashboard.png")
        browser.close()


def sign_in(page: Page, url: str) -> None:
    page.goto(url + "/staff/sign-in")
    login, password = page.locator(".notice code").all_text_contents()
    page.get_by_label("아이디").fill(login)
    page.get_by_label("비밀번호").fill(password)
    page.get_by_role("button", name="로그인").click()
    page.wait_for_url("**/staff/queue")


def shot(page: Page, address: str, file: Path) -> None:
    page.goto(address)
    take(Chat(page), file)


def spread(database: Path, dice: random.Random) -> None:
    """What was asked just now was asked over the last 30 days, less at weekends."""
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        for (turn,) in connection.execute("SELECT id FROM turn").fetchall():
            day = dice.choices(range(30), [1 if each % 7 in (1, 2) else 5 for each in range(30)])[0]
            at = time.time() - day * 86400 - dice.random() * 20_000
            connection.execute("UPDATE turn SET asked_at = ?, finished_at = ? WHERE id = ?", (at, at, turn))
        for (item,) in connection.execute("SELECT id FROM item").fetchall():
            ago = dice.random() * 5 * 86400
            connection.execute(
                "UPDATE item SET first_asked_at = first_asked_at - ?, last_asked_at = last_asked_at - ? WHERE id = ?",
                (ago, ago / 3, item),
            )


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(Path, sys.argv[2:4]))
