"""Two tabs of one person, logging in and out, and what the browser keeps of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.chat import Chat
from tests.browser.conftest import CHROMIUM, OPTIONS
from tests.site import Site

FIRST, SECOND = "회원가입 방법", "공인인증서 발급 수수료"


def test_two_tabs_of_one_guest_are_one_conversation(guest: Chat) -> None:
    guest.ask(FIRST)
    other = guest.tab().open()
    assert other.texts() == [FIRST]
    other.ask(SECOND)
    guest.come_back()
    expect(guest.turns).to_have_count(2)
    assert guest.texts() == other.texts() == [FIRST, SECOND]


def test_two_tabs_ask_at_once_and_lose_nothing(member: Chat) -> None:
    other = member.tab().log_in()
    for chat, text in ((member, "계약"), (other, "교육"), (member, "대금 지급일"), (other, "검수요청 방법")):
        chat.send(text)
    for chat in (member, other):
        expect(chat.page.locator(".reply[data-kind]")).to_have_count(2)
    for chat in (member, other):
        chat.come_back()
        expect(chat.page.locator(".reply[data-kind]")).to_have_count(4)
        assert sorted(chat.texts()) == sorted(["계약", "교육", "대금 지급일", "검수요청 방법"])


def test_what_each_tab_could_not_send_it_sends_after_a_reload(guest: Chat) -> None:
    tabs = {FIRST: guest, SECOND: guest.tab().open()}
    for text, chat in tabs.items():
        chat.page.route("**/messages", lambda route: route.abort())
        chat.send(text)
        expect(chat.last).to_contain_text("보내지 못했어요")
    for text, chat in tabs.items():
        chat.page.unroute("**/messages")
        chat.page.reload()
        chat.open()
        expect(chat.turns.filter(has_text=text).locator("article")).to_be_visible()
    assert sorted(tabs[SECOND].texts()) == sorted(tabs)


def test_what_a_guest_asked_staff_is_theirs_after_the_login(guest: Chat) -> None:
    guest.ask(FIRST)
    guest.write_to_staff("아이핀 없이 가입하려면 어떻게 하나요")
    guest.log_in()
    assert guest.texts() == [FIRST]
    guest.page.get_by_role("button", name="내 질문").click()
    expect(guest.sheet.locator(".asked").first).to_contain_text("아이핀 없이")


def test_logging_out_leaves_nothing_behind(member: Chat) -> None:
    member.ask("계약").locator(".entries button").first.click()
    member.write_to_staff("계약 보증금 예외가 있나요")
    member.field.fill("쓰다 만 질문")
    with member.page.expect_response(lambda response: response.request.method == "DELETE") as ended:
        member.page.locator("#logout").click()
    assert ended.value.status == 204
    expect(member.panel).to_have_count(0)
    assert member.stored() == "[{},{}]"
    member.open()
    expect(member.log).not_to_contain_text("계약체결")
    assert member.texts() == []
    expect(member.field).to_have_value("")
    member.page.get_by_role("button", name="내 질문").click()
    expect(member.sheet).to_contain_text("아직 담당자에게 남긴 질문이 없어요")


def test_a_guest_on_a_shared_computer_clears_the_conversation(guest: Chat) -> None:
    guest.ask(FIRST)
    guest.write_to_staff("아이핀 없이 가입하려면 어떻게 하나요")
    kept = guest.session()
    guest.page.get_by_role("button", name="내 질문").click()
    guest.sheet.get_by_role("button", name="대화 지우기").click()
    expect(guest.page.locator(".welcome")).to_be_visible()
    expect(guest.turns).to_have_count(0)
    assert kept not in guest.stored()
    assert "아이핀" not in guest.stored()
    guest.page.get_by_role("button", name="내 질문").click()
    expect(guest.sheet).to_contain_text("아직 담당자에게 남긴 질문이 없어요")


def test_a_draft_outlives_a_reload_and_goes_when_it_is_sent(guest: Chat) -> None:
    guest.field.press_sequentially("쓰다 만 질문")
    guest.page.reload()
    guest.open()
    expect(guest.field).to_have_value("쓰다 만 질문")
    guest.field.press("Enter")
    expect(guest.last.locator(".reply").first).to_be_visible()
    guest.page.reload()
    guest.open()
    expect(guest.turns).to_have_count(1)
    expect(guest.field).to_have_value("")


def test_another_member_does_not_find_what_the_first_one_asked(member: Chat) -> None:
    member.ask("계약")
    member.page.evaluate("sessionStorage.removeItem('elbi-demo-member')")
    member.page.reload()  # the portal says: nobody is logged in
    expect(member.face).to_be_visible()
    member.page.wait_for_function("!Object.values(sessionStorage).some((kept) => kept.includes('member'))")


@pytest.fixture(params=[True, False], ids=["kept by the browser", "loaded again"])
def history(request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a browser with, or without, the cache that keeps whole pages for the Back button."""
    from playwright.sync_api import Playwright  # noqa: F401 - for the type below

    browser: Browser = request.getfixturevalue("browser")
    switch = "--disable-back-forward-cache"
    ignored = [switch] if request.param else None
    own = browser.browser_type.launch(
        executable_path=str(CHROMIUM), args=OPTIONS, ignore_default_args=ignored
    )
    yield own.new_page(locale="ko-KR")
    own.close()


def test_nothing_is_reached_with_back_after_logging_out(history: Page, site: Site) -> None:
    """A portal whose logout is a page of its own, as most are."""
    script = '<script type="module" src="/elbi.js"></script>'

    def portal(route: Route) -> None:
        leaving = route.request.url.endswith("/bye")
        chat = (
            "<elbi-chat></elbi-chat>"
            if leaving
            else f'<elbi-chat mode="inline" token="{token}" login></elbi-chat>'
        )
        route.fulfill(body=f"<!doctype html><title>portal</title>{script}{chat}", content_type="text/html")

    token = site.demo_token()
    history.route("**/hello", portal)
    history.route("**/bye", portal)
    history.goto(site.url + "/hello")
    chat = Chat(history).ready()
    chat.ask("계약")
    with history.expect_response(lambda response: response.request.method == "DELETE"):
        history.goto(site.url + "/bye")
    token = "the portal gives no token to who has logged out"
    history.evaluate("history.back()")  # go_back waits for a load that a kept page does not do
    expect(chat.log).to_contain_text("로그인")
    expect(chat.log).not_to_contain_text("계약")
    assert chat.texts() == []
