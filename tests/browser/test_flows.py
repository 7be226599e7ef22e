"""Before and after login: the popup, the panel in the page, and what goes from one to the other."""

from __future__ import annotations

import uuid

from playwright.sync_api import expect

from bot.store import turns
from bot.store.database import Database
from bot.store.visitors import find_session
from tests.browser.chat import Chat
from tests.site import Site


def test_the_picture_opens_the_popup_and_esc_gives_the_focus_back(visit) -> None:
    chat = visit()
    expect(chat.face).to_have_attribute("aria-expanded", "false")
    chat.open()
    expect(chat.panel).to_have_role("dialog")
    expect(chat.log).to_contain_text("회원가입 관련 질문만 답변이 가능합니다")
    expect(chat.field).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.face).to_be_focused()


def test_the_demo_says_that_it_is_one_and_shows_what_the_guide_does(visit) -> None:
    chat = visit()
    expect(chat.page.locator(".demo-line")).to_contain_text("실제 PartnerPlus가 아닙니다")
    expect(chat.page.get_by_role("heading", name="로그인 전에 엘비에게 물어볼 수 있어요")).to_be_visible()
    chat.log_in()
    expect(chat.page.get_by_text("데모 데이터")).to_be_visible()
    expect(chat.page.get_by_role("heading", name="장민우 이사")).to_contain_text("[서비스(주)]")
    assert chat.page.locator(".counters button").count() == 7
    assert chat.page.locator(".shortcuts button").count() == 8
    chat.page.get_by_role("button", name="계약제출").click()
    expect(chat.last).to_contain_text("계약체결")


def test_the_bubble_opens_and_closes(visit) -> None:
    chat = visit()
    bubble = chat.page.locator(".bubble")
    bubble.click()
    expect(chat.panel).to_be_visible()
    bubble.click()
    expect(chat.panel).to_be_hidden()


def test_a_guest_is_answered_about_signing_up_and_asked_to_log_in_for_the_rest(guest: Chat) -> None:
    answer = guest.ask("회원가입 방법")
    expect(answer.locator("article h3")).to_have_text("가입방법")
    expect(answer.locator(".answer ol li")).to_have_count(5)
    expect(answer.locator(".answer a")).to_have_attribute("rel", "noopener noreferrer")
    refused = guest.ask("계약")
    expect(refused.locator(".login_required")).to_contain_text("로그인하신 뒤")
    expect(refused.get_by_role("button", name="로그인하기")).to_be_visible()
    assert guest.page.locator(".bar button:visible").all_inner_texts() == [
        "To 엘비", "도움말", "Best", "Updated", "댓글", "공유",
    ]  # fmt: skip


def test_login_closes_the_popup_and_goes_on_in_the_page(guest: Chat) -> None:
    guest.ask("회원가입 방법")
    guest.log_in()
    expect(guest.face).to_be_hidden()
    expect(guest.panel).to_have_role("region")
    expect(guest.page.locator("#place elbi-chat")).to_be_visible()
    assert guest.texts() == ["회원가입 방법"]
    expect(guest.log).to_contain_text("장민우님으로 로그인했어요")
    expect(guest.ask("계약").locator(".faq_list")).to_be_visible()
    guest.page.reload()
    expect(guest.turns).to_have_count(2)
    assert guest.texts() == ["회원가입 방법", "계약"]
    assert guest.page.locator(".bar button:visible").all_inner_texts()[-2:] == ["편집", "복구"]


def test_login_from_a_refused_answer(guest: Chat) -> None:
    """What needed the login is one press away; nothing asks to log in any more, and what is new is in view."""
    guest.ask("회원가입 방법")
    guest.ask("계약").get_by_role("button", name="로그인하기").click()
    expect(guest.page.locator(".who")).to_contain_text("장민우")
    expect(guest.log.get_by_text("장민우님으로 로그인했어요")).to_be_in_viewport(ratio=1)
    expect(guest.page.get_by_role("button", name="로그인하기")).to_have_count(0)
    guest.log.get_by_role("button", name="계약", exact=True).click()
    expect(guest.last.locator(".faq_list")).to_contain_text("20건")
    guest.page.reload()
    expect(guest.last.locator(".faq_list")).to_be_visible()
    expect(guest.log.get_by_role("button", name="계약", exact=True)).to_have_count(0)


def test_reload_restores_the_conversation_and_entries_opened(guest: Chat) -> None:
    guest.ask("회원가입 방법").get_by_role("button", name="회원가입이 가능한 시점").click()
    expect(guest.last.locator("article h3")).to_have_text("회원가입이 가능한 시점")
    guest.ask("베스트 질의")
    said = guest.texts()
    guest.page.reload()
    guest.open()
    expect(guest.turns).to_have_count(3)
    assert guest.texts() == said
    guest.page.get_by_role("button", name="다시 열기").click()
    expect(guest.last.locator("article h3")).to_have_text("회원가입이 가능한 시점")


def test_a_closed_popup_keeps_the_conversation(guest: Chat) -> None:
    guest.ask("회원가입 방법")
    guest.page.keyboard.press("Escape")
    guest.face.click()
    assert guest.texts() == ["회원가입 방법"]


def test_a_member_edits_the_last_question_and_brings_earlier_ones_back(member: Chat, visit) -> None:
    member.ask("교육신청 방법")
    later = visit().log_in()
    assert "교육신청 방법" not in later.texts()
    later.act("복구")
    expect(later.log).to_contain_text("이전 대화")
    assert "교육신청 방법" in later.texts()
    later.ask("계약체결")
    later.act("편집")
    expect(later.field).to_have_value("계약체결")
    expect(later.field).to_be_focused()


def test_earlier_turns_come_back_a_page_at_a_time(visit, site: Site) -> None:
    """As many as nobody types in a test: put into the running server's database."""
    database = Database(f"sqlite:///{site.log.parent / 'elbi.db'}")
    session = site.member().session
    with database.write() as connection:
        conversation = find_session(connection, session).conversation_id
        for number in range(120):
            turns.record(connection, conversation, str(uuid.uuid4()), f"예전 질문 {number}", "")
            work = turns.claim(connection, conversation, str(uuid.uuid4()))
            turns.finish(connection, work, [{"kind": "text", "text": "네"}], outcome="text", state=work.state)
    database.close()
    chat = visit().log_in()
    chat.act("복구")
    expect(chat.turns).to_have_count(100)
    assert chat.texts() == [f"예전 질문 {number}" for number in range(20, 120)]
    chat.act("복구")
    expect(chat.page.locator(".mark", has_text="이전 대화")).to_have_count(2)
    assert chat.texts()[-120:] == [f"예전 질문 {number}" for number in range(120)]


def test_the_panel_in_the_page_folds(member: Chat) -> None:
    member.page.get_by_role("button", name="접기").click()
    expect(member.log).to_be_hidden()
    member.page.get_by_role("button", name="펼치기").click()
    expect(member.log).to_be_visible()


def test_methods_and_events(visit) -> None:
    chat = visit("/chat")
    chat.ready()
    chat.page.evaluate(
        """() => {
          window.heard = [];
          for (const name of ['open', 'close', 'sent', 'reply', 'shutdown'])
            document.addEventListener('elbi-' + name, (event) => heard.push(name));
          window.elbi = document.querySelector('elbi-chat');
          elbi.close(); elbi.open();
          return elbi.ask('회원가입 방법');
        }"""
    )
    expect(chat.last.locator("article")).to_be_visible()
    chat.page.evaluate("elbi.shutdown()")
    chat.page.wait_for_function("heard.includes('shutdown')")
    assert chat.page.evaluate("heard") == ["close", "open", "sent", "reply", "close", "shutdown"]


def test_english(visit) -> None:
    chat = visit("/chat").ready()
    chat.page.evaluate(
        """() => { const made = document.createElement('elbi-chat');
          made.lang = 'en'; made.setAttribute('mode', 'inline');
          document.querySelector('elbi-chat').replaceWith(made); }"""
    )
    expect(chat.page.get_by_placeholder("Type your question")).to_be_visible()
    expect(chat.log).to_contain_text("Hello, I am Elbi")
