"""From an unanswered question to a published answer, with everybody at their own browser (issue 5)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.api.support import signed
from tests.browser.chat import Chat
from tests.browser.conftest import _page
from tests.site import Site

FIRST = "방문객 출입증 재발급 방법"
SECOND = "방문객 출입증을 잃어버렸는데 다시 발급받으려면 어떻게 하나요"
LATER = "방문객 출입증 분실했을 때 재발급은 어떻게 받나요?"
TITLE = "방문객 출입증 재발급 안내"
ANSWER = "출입증을 잃어버리셨다면 **안내 데스크**에 말씀해 주세요.\n\n1. 신분증을 보여 줍니다.\n2. 새 출입증을 받습니다."
QUESTIONS = "방문객 출입증을 다시 받고 싶어요\n방문객 출입증 분실\n출입증이 없어졌어요, 방문객인데요\n방문객 출입증 새로 받기"

Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a page in a browser profile of its own."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(contextmanager(_page)(browser, **options))


def member(open_page: Open, desk: Site, company: str) -> Chat:
    """A member of a company in the demo portal: the panel stands in the page."""
    page = open_page()
    token = signed(sub=f"loop-{uuid.uuid4()}", company=company)
    page.route("**/demo/login", lambda route: route.fulfill(json={"token": token}))
    page.goto(desk.url + "/")
    page.locator("#login").click()
    return Chat(page).ready()


def member_with_popup(open_page: Open, desk: Site, company: str) -> Chat:
    """A member in another page of the portal, with 엘비's picture in the corner."""
    page = open_page()
    token = signed(sub=f"loop-{uuid.uuid4()}", company=company)
    body = (
        '<!doctype html><html lang="ko"><title>portal</title><main>포털</main>'
        f'<script type="module" src="/elbi.js"></script><elbi-chat token="{token}"></elbi-chat>'
    )

    def host(route: Route) -> None:
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    page.route("**/host", host)
    page.goto(desk.url + "/host")
    return Chat(page).open()


def to_elbi(chat: Chat, text: str) -> None:
    """Asks, does not get the answer, and sends the question to staff."""
    turn = chat.ask(text)
    expect(turn).not_to_contain_text("안내 데스크")
    chat.act("To 엘비")
    chat.sheet.get_by_label("담당자에게 남길 질문").fill(text)
    chat.sheet.get_by_role("button", name="담당자에게 보내기").click()
    expect(chat.sheet).to_contain_text("담당자에게 전달했어요")
    chat.page.keyboard.press("Escape")


def look_for_news(chat: Chat) -> None:
    """What the widget does by itself every half minute, and when its page is looked at again."""
    chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def see_the_answer(chat: Chat) -> None:
    """From the news to the entry."""
    expect(chat.log).to_contain_text("답변이 등록되었습니다")
    chat.log.get_by_role("button", name="답변 보기").last.click()
    expect(chat.log.locator("article").last).to_contain_text("안내 데스크")


def sign_in(page: Page, desk: Site, login: str, password: str) -> None:
    page.goto(desk.url + "/staff")
    page.get_by_label("아이디").fill(login)
    page.get_by_label("비밀번호").fill(password)
    page.get_by_role("button", name="로그인").click()
    expect(page.get_by_role("heading", name="대기열", level=1)).to_be_visible()


@pytest.mark.timeout(300)
def test_the_whole_loop(desk: Site, open_page: Open) -> None:
    hana = member(open_page, desk, "하나기술(주)")
    to_elbi(hana, FIRST)
    duri = member_with_popup(open_page, desk, "두리정보(주)")
    to_elbi(duri, SECOND)
    duri.page.keyboard.press("Escape")  # the popup is closed when the answer comes
    expect(duri.panel).to_be_hidden()

    staff = open_page()
    staff.goto(desk.url + "/staff/sign-in")
    login, password = staff.locator(".notice code").all_text_contents()
    sign_in(staff, desk, login, password)
    staff.get_by_label("질문 찾기").fill("출입증")
    rows = staff.locator("#list tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("2명")
    rows.first.get_by_role("link").click()
    askers = staff.get_by_role("region", name="물어본 사람들")
    expect(askers).to_contain_text("하나기술(주)")
    expect(askers).to_contain_text("두리정보(주)")
    expect(askers).to_contain_text(SECOND)
    staff.get_by_role("link", name="새 FAQ로 답하기").click()
    staff.get_by_label("제목").fill(TITLE)
    staff.get_by_label("답변").fill(ANSWER)
    phrasings = staff.get_by_label("질문 표현 (한 줄에 하나)")
    phrasings.fill(phrasings.input_value() + "\n" + QUESTIONS)
    staff.get_by_label("공개 범위").select_option("member")
    expect(staff.locator("#check .shown").first).to_contain_text("안내 데스크")
    expect(staff.locator("#check")).to_contain_text("발행할 수 있습니다")
    staff.get_by_role("button", name="발행하고 알리기").click(timeout=60_000)
    expect(staff.get_by_role("status")).to_contain_text("발행했습니다", timeout=60_000)
    expect(staff.locator("main")).to_contain_text("답변 등록")

    look_for_news(hana)
    expect(hana.log).to_contain_text("답변이 등록되었습니다")
    see_the_answer(hana)

    look_for_news(duri)
    expect(duri.page.locator(".badge")).to_have_text("1")
    duri.face.click()
    see_the_answer(duri)

    guest = Chat(open_page())
    guest.page.goto(desk.url + "/")
    guest.open()
    refused = guest.ask(TITLE)
    expect(refused).not_to_contain_text("안내 데스크")
    guest.act("Updated")
    expect(guest.last).not_to_contain_text(TITLE)

    seli = member(open_page, desk, "세리(주)")
    expect(seli.ask(LATER)).to_contain_text("안내 데스크")
    seli.act("Updated")
    expect(seli.last).to_contain_text(TITLE)
