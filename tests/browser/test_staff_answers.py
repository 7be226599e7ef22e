"""Answers by staff: the badge, the line in the conversation, and what counts as looked at."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from bot.store import turns
from bot.store.database import Database
from bot.store.schema import turn
from bot.store.visitors import find_session
from tests.browser.chat import Chat
from tests.browser.replies import ANSWERED
from tests.site import Site


@pytest.fixture
def staff(site: Site):
    """Puts an answer into a conversation of the running server, as publishing does: a finished turn without a text."""
    database = Database(f"sqlite:///{site.log.parent / 'elbi.db'}")

    def publish(session: str) -> None:
        with database.write() as connection:
            conversation = find_session(connection, session).conversation_id
            turns.record(connection, conversation, str(uuid.uuid4()), "", "")
            work = turns.claim(connection, conversation, str(uuid.uuid4()))
            turns.finish(connection, work, [ANSWERED], outcome="answered", state=work.state)

    yield publish
    with database.write() as connection:  # the demo member is everybody's
        connection.execute(delete(turn).where(turn.c.outcome == "answered"))
    database.close()


def test_the_badge_tells_of_an_answer_and_looking_clears_it(guest: Chat, staff) -> None:
    guest.ask("회원가입 방법")
    guest.write_to_staff("가입 승인은 며칠 걸리나요")
    guest.page.keyboard.press("Escape")
    expect(guest.panel).to_be_hidden()
    heard = guest.page.evaluate_handle(
        "() => { const heard = []; addEventListener('elbi-unread', (event) => heard.push(event.detail.count)); return heard; }"
    )
    staff(guest.session())
    guest.come_back()
    expect(guest.page.locator(".badge")).to_have_text("1")
    expect(guest.face).to_have_attribute("aria-label", "엘비 채팅 열기, 새 답변 1건")
    expect(guest.page.locator(".bubble")).to_have_text("새 답변 1건")
    expect(guest.announced).to_have_text("답변이 등록되었습니다.")
    expect(guest.announced).to_be_visible()  # to what reads the page: the panel, which is closed, is not
    with guest.page.expect_response("**/messages/seen"):
        guest.face.click()
    expect(guest.page.locator(".badge")).to_be_hidden()
    expect(guest.last).to_contain_text("답변이 등록되었습니다")
    expect(guest.last.locator("blockquote")).to_have_text("가입 승인은 며칠 걸리나요")
    expect(guest.last.get_by_role("button", name="답변 보기")).to_be_in_viewport()
    expect(guest.page.locator(".mark")).to_have_text(
        "새 답변"
    )  # a line between what was read and what is new
    expect(guest.last.locator(".meta")).to_contain_text(re.compile("오[전후] "))
    guest.last.get_by_role("button", name="답변 보기").click()
    expect(guest.last.locator("article h3")).to_have_text("가입방법")
    assert heard.json_value() == [1, 0]
    guest.page.reload()
    expect(guest.page.locator(".badge")).to_be_hidden()


def test_an_answer_that_came_while_the_popup_was_not_even_loaded(guest: Chat, staff) -> None:
    guest.write_to_staff("가입 승인은 며칠 걸리나요")
    session = guest.session()
    guest.page.goto("about:blank")
    staff(session)
    guest.page.go_back()
    expect(guest.page.locator(".badge")).to_have_text("1")
    guest.open()
    expect(guest.last).to_contain_text("답변이 등록되었습니다")


def test_a_guest_without_an_account_finds_the_answer_the_next_day(guest: Chat, staff) -> None:
    guest.ask("회원가입 방법")
    guest.write_to_staff("가입 승인은 며칠 걸리나요")
    staff(guest.session())
    guest.page.clock.set_fixed_time(time.time() + 20 * 3600)
    guest.page.reload()
    expect(guest.page.locator(".badge")).to_have_text("1")
    guest.open()
    expect(guest.last).to_contain_text("답변이 등록되었습니다")
    assert guest.texts() == ["회원가입 방법"]


def test_news_do_not_move_who_is_reading_further_up(guest: Chat, staff) -> None:
    guest.ask("회원가입 방법")
    guest.write_to_staff("가입 승인은 며칠 걸리나요")
    guest.ask("공인인증서")
    guest.log.evaluate("(log) => log.scrollTo({ top: 0, behavior: 'instant' })")
    staff(guest.session())
    guest.come_back()
    expect(guest.last).to_contain_text("답변이 등록되었습니다")
    assert guest.log.evaluate("(log) => log.scrollTop") == 0
    guest.page.get_by_role("button", name="맨 아래로").click()
    expect(guest.last.get_by_role("button", name="답변 보기")).to_be_in_viewport()
    expect(guest.page.get_by_role("button", name="맨 아래로")).to_be_hidden()
    expect(guest.log).to_be_focused()


def test_a_member_finds_the_answer_at_the_next_login(member: Chat, staff, visit) -> None:
    member.write_to_staff("계약 보증금 예외가 있나요")
    session = member.session()
    member.page.close()
    staff(session)
    later = visit()
    with later.page.expect_response("**/messages/seen"):  # what is on screen has been looked at
        later.log_in()
    expect(later.last).to_contain_text("답변이 등록되었습니다")
    again = visit().log_in()
    expect(again.page.locator(".welcome")).to_be_visible()
    expect(again.turns).to_have_count(0)


def test_what_one_tab_has_seen_is_no_news_in_another(member: Chat, staff) -> None:
    other = member.tab().log_in()
    other.page.get_by_role("button", name="접기").click()
    staff(member.session())
    with member.page.expect_response("**/messages/seen"):
        member.come_back()
    expect(member.last).to_contain_text("답변이 등록되었습니다")
    with other.page.expect_response("**/messages?*"):
        other.come_back()
    expect(other.announced).to_have_text("")
    assert other.page.evaluate("document.querySelector('elbi-chat').unread") == 0


def test_a_folded_panel_counts_what_waits(member: Chat, staff) -> None:
    member.page.get_by_role("button", name="접기").click()
    staff(member.session())
    member.come_back()
    fold = member.page.locator(".fold")
    expect(fold).to_have_attribute("data-news", "1")
    expect(member.announced).to_have_text("답변이 등록되었습니다.")
    fold.click()
    expect(fold).to_have_attribute("data-news", "")
    expect(member.last).to_contain_text("답변이 등록되었습니다")
