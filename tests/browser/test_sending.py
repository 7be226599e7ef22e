"""Lost and doubled responses, no connection, refusals, sessions that have ended."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from playwright.sync_api import Route, expect

from tests.browser.chat import Chat
from tests.site import Person, Site

MESSAGES = "**/api/v1/messages"


def person(chat: Chat) -> Person:
    """The visitor on the page, as the API sees them."""
    return Person(chat.page.url.split("/", 3)[0] + "//" + chat.page.url.split("/", 3)[2], chat.session())


def history(chat: Chat) -> list[dict]:
    """The turns the server has for the visitor on the page."""
    return person(chat).get("/messages")["messages"]


def end_session(chat: Chat) -> None:
    """What 12 hours do to a session."""
    assert person(chat).http.delete("/sessions").status_code == 204


def refuse(status: int, code: str, message: str = "", **headers: str):
    body = f'{{"error": {{"code": "{code}", "message": "{message}"}}}}'
    return lambda route: route.fulfill(status=status, body=body, headers=headers)


def test_a_lost_response_is_sent_again_under_the_same_id(guest: Chat) -> None:
    sent: list[str] = []

    def lose(route: Route) -> None:
        sent.append(route.request.post_data_json["id"])
        route.fetch()
        route.abort()

    guest.page.route(MESSAGES, lose, times=1)
    guest.send("회원가입 방법")
    expect(guest.last).to_contain_text("보내지 못했어요")
    with guest.page.expect_request(MESSAGES) as again:
        guest.last.get_by_role("button", name="다시 보내기").click()
    expect(guest.last.locator("article")).to_be_visible()
    assert again.value.post_data_json["id"] == sent[0]
    assert guest.texts() == ["회원가입 방법"]
    assert [turn["id"] for turn in history(guest)] == sent


def test_a_doubled_request_and_a_doubled_press_are_one_turn(guest: Chat) -> None:
    def twice(route: Route) -> None:
        route.fetch()
        route.fulfill(response=route.fetch())

    guest.page.route(MESSAGES, twice, times=1)
    guest.field.fill("회원가입 방법")
    guest.page.get_by_role("button", name="보내기").dblclick()
    expect(guest.last.locator("article")).to_be_visible()
    assert guest.texts() == ["회원가입 방법"]
    assert len(history(guest)) == 1


def test_a_question_outlives_a_reload_before_its_answer(guest: Chat) -> None:
    guest.page.route(MESSAGES, lambda route: route.abort())
    guest.send("회원가입 방법")
    expect(guest.last).to_contain_text("보내지 못했어요")
    guest.page.unroute(MESSAGES)
    guest.page.reload()
    guest.open()
    expect(guest.last.locator("article")).to_be_visible()
    assert len(history(guest)) == 1


def test_offline_is_said_and_sent_when_back(guest: Chat) -> None:
    guest.page.context.set_offline(True)
    expect(guest.page.locator(".banner")).to_contain_text("인터넷 연결이 끊겼어요")
    guest.send("회원가입 방법")
    expect(guest.last).to_contain_text("보내지 못했어요")
    guest.page.context.set_offline(False)
    expect(guest.last.locator("article")).to_be_visible()
    expect(guest.page.locator(".banner")).to_be_empty()
    assert len(history(guest)) == 1


def test_503_waits_as_long_as_the_server_says(guest: Chat, site: Site) -> None:
    """The database is locked by somebody else: the server gives up, the chat waits, and nothing is lost or doubled."""
    guest.page.clock.install()
    with closing(sqlite3.connect(site.log.parent / "elbi.db", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        with guest.page.expect_response(MESSAGES, timeout=30_000) as refused:
            guest.send("회원가입 방법")
        database.execute("ROLLBACK")
    assert refused.value.status == 503
    assert refused.value.headers["retry-after"] == "5"
    expect(guest.last.locator(".meta")).to_contain_text("초 뒤에 다시 보낼게요")
    expect(guest.last.locator("article")).to_have_count(0)
    guest.page.clock.run_for(5_000)
    expect(guest.last.locator("article")).to_be_visible()
    assert guest.texts() == [turn["text"] for turn in history(guest)] == ["회원가입 방법"]


def test_a_conflict_is_sent_again_under_another_id(guest: Chat) -> None:
    guest.page.route(MESSAGES, refuse(409, "conflict", "이미 접수되었습니다."), times=1)
    with guest.page.expect_request(MESSAGES) as first:
        guest.send("회원가입 방법")
    expect(guest.last).to_contain_text("이미 접수되었습니다.")
    with guest.page.expect_request(MESSAGES) as second:
        guest.last.get_by_role("button", name="다시 보내기").click()
    assert first.value.post_data_json["id"] != second.value.post_data_json["id"]
    expect(guest.last.locator("article")).to_be_visible()


def test_what_is_refused_for_good_comes_back_under_the_cursor(guest: Chat) -> None:
    guest.page.route(MESSAGES, refuse(413, "too_large", "너무 깁니다."), times=1)
    guest.send("회원가입 방법")
    expect(guest.last).to_contain_text("너무 깁니다.")
    expect(guest.last.get_by_role("button", name="다시 보내기")).to_have_count(0)
    guest.last.get_by_role("button", name="고쳐서 보내기").click()
    expect(guest.field).to_have_value("회원가입 방법")
    expect(guest.turns).to_have_count(0)


def test_what_is_being_typed_stays_when_an_earlier_question_comes_back(guest: Chat) -> None:
    guest.page.route(MESSAGES, lambda route: route.abort(), times=1)
    guest.send("회원가입 방법")
    again = guest.last.get_by_role("button", name="고쳐서 보내기")
    again.wait_for()
    guest.field.fill("인증서 종류는")
    again.click()
    expect(guest.field).to_have_value("회원가입 방법\n인증서 종류는")
    expect(guest.turns).to_have_count(0)


def test_an_error_page_of_a_proxy(guest: Chat) -> None:
    guest.page.route(MESSAGES, lambda route: route.fulfill(status=502, body="<html>Bad Gateway"), times=1)
    guest.send("회원가입 방법")
    expect(guest.last).to_contain_text("보내지 못했어요")
    guest.last.get_by_role("button", name="다시 보내기").click()
    expect(guest.last.locator("article")).to_be_visible()


def test_500_characters_go_and_501_do_not(guest: Chat) -> None:
    guest.field.fill("가" * 501)
    expect(guest.page.locator(".count")).to_contain_text("501자")
    guest.field.press("Enter")
    expect(guest.turns).to_have_count(0)
    turn = guest.ask("가" * 500)
    expect(turn.locator(".reply")).to_be_visible()


def test_pasted_markup_and_newlines_are_one_question_of_plain_text(guest: Chat) -> None:
    guest.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    guest.page.evaluate(
        """async () => {
          const blob = (type, text) => [type, new Blob([text], { type })];
          const copied = [blob('text/html', '<b>회원가입</b><br><table><td>방법</table>'), blob('text/plain', '회원가입\\n방법')];
          await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(copied))]);
        }"""
    )
    guest.field.press("Control+V")
    expect(guest.field).to_have_value("회원가입\n방법")
    guest.field.press("Shift+Enter")
    guest.field.press("Enter")
    expect(guest.last.locator("article h3")).to_have_text("가입방법")
    assert guest.texts() == ["회원가입\n방법"]
    expect(guest.last.locator(".said").locator("b, table")).to_have_count(0)
    assert [turn["text"] for turn in history(guest)] == ["회원가입 방법"]


def test_a_guests_session_is_renewed_unasked(guest: Chat) -> None:
    end_session(guest)
    expect(guest.ask("회원가입 방법").locator("article")).to_be_visible()
    expect(guest.log).to_contain_text("대화를 새로 시작했어요")


def test_a_members_session_is_renewed_by_the_page(member: Chat) -> None:
    end_session(member)
    expect(member.ask("계약").locator(".faq_list")).to_be_visible()


def test_a_member_whom_the_page_does_not_know_any_more_is_asked_to_log_in(member: Chat) -> None:
    member.page.evaluate(
        "addEventListener('elbi-token-needed', (event) => event.stopImmediatePropagation(), true)"
    )
    end_session(member)
    member.send("계약")
    expect(member.log).to_contain_text("로그인 시간이 지났어요")
    member.log.get_by_role("button", name="로그인하기").click()
    asked = member.turns.filter(has_text=re.compile("^나: 계약"))
    expect(asked.locator(".faq_list")).to_be_visible()


def test_a_page_may_give_the_same_token_again(member: Chat) -> None:
    given = member.page.locator("elbi-chat").get_attribute("token")
    member.page.route("**/demo/login", lambda route: route.fulfill(json={"token": given}))
    member.page.evaluate(
        "addEventListener('elbi-token-needed', (event) => event.stopImmediatePropagation(), true)"
    )
    end_session(member)
    member.send("계약")
    member.log.get_by_role("button", name="로그인하기").click()
    asked = member.turns.filter(has_text=re.compile("^나: 계약"))
    expect(asked.locator(".faq_list")).to_be_visible()


def test_a_question_asked_while_no_session_can_be_had_is_not_lost(visit) -> None:
    chat = visit()
    chat.page.route("**/api/v1/**", lambda route: route.abort())
    chat.page.evaluate("document.querySelector('elbi-chat').ask('회원가입 방법')")
    expect(chat.last).to_contain_text("보내지 못했어요")
    chat.page.unroute("**/api/v1/**")
    chat.page.reload()
    chat.open()
    expect(chat.last.locator("article")).to_be_visible()


def test_no_session_can_be_had(visit) -> None:
    chat = visit()
    chat.page.route(
        "**/api/v1/sessions", refuse(503, "unavailable", "지금은 답변을 드릴 수 없습니다."), times=1
    )
    chat.face.click()
    expect(chat.log).to_contain_text("지금은 답변을 드릴 수 없습니다.")
    chat.log.get_by_role("button", name="다시 시도").click()
    expect(chat.log).to_contain_text("안녕하세요, 엘비(LV)입니다!")


def test_the_token_stands_in_no_address_and_no_log(member: Chat, site: Site) -> None:
    addresses: list[str] = []
    member.page.on("request", lambda request: addresses.append(request.url))
    member.ask("계약")
    member.page.reload()
    member.ready()
    session = member.session()
    assert addresses and not any(session in address or "token" in address for address in addresses)
    assert session not in site.log.read_text(encoding="utf-8")
