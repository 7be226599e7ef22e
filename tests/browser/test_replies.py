"""Every kind of reply, the pages over the conversation, and what can be done with an entry."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.browser.chat import Chat
from tests.browser.replies import ONBOARDING, UNANSWERED, said


def test_a_list_shows_five_of_all_and_전체보기_the_rest(member: Chat) -> None:
    answer = member.ask("계약")
    expect(answer).to_contain_text("20건의 정보를")
    expect(answer.locator(".entries li")).to_have_count(5)
    assert answer.locator(".number").all_inner_texts() == ["1", "2", "3", "4", "5"]
    answer.get_by_role("button", name="전체보기 (20건)").click()
    expect(member.sheet.locator(".entries li")).to_have_count(20)
    title = member.sheet.locator(".entries button").nth(6)
    name = title.inner_text().split("] ")[-1]
    title.click()
    expect(member.sheet).to_be_hidden()
    expect(member.last.locator("article h3")).to_have_text(name)


def test_교육_finds_six(member: Chat) -> None:
    expect(member.ask("교육")).to_contain_text("6건의 정보를")


def test_전체보기_by_category_and_page(member: Chat) -> None:
    member.ask("도움말").get_by_role("button", name="회원가입/로그인").click()
    expect(member.sheet.locator("h3")).to_have_text("회원가입/로그인")
    member.sheet.get_by_role("button", name="전체보기").click()
    chosen = member.sheet.locator("[aria-pressed=true]")
    expect(chosen).to_contain_text("회원가입/로그인")
    expect(member.sheet).to_contain_text("1 / 2")
    member.sheet.get_by_role("button", name="다음").click()
    expect(member.sheet.locator(".number").first).to_have_text("21")
    member.sheet.get_by_role("button", name="견적 및 계약").click()
    expect(chosen).to_contain_text("견적 및 계약")
    member.page.keyboard.press("Escape")
    expect(member.sheet.locator("h3")).to_have_text("회원가입/로그인")
    member.page.keyboard.press("Escape")
    expect(member.sheet).to_be_hidden()


def test_help_tells_a_guest_what_needs_login(guest: Chat) -> None:
    guest.act("도움말")
    guest.last.get_by_role("button", name="견적 및 계약").click()
    expect(guest.sheet).to_contain_text("로그인 후 이용")
    expect(guest.sheet).not_to_contain_text("이렇게 물어보세요")  # examples are not shown to guests
    expect(guest.sheet.get_by_role("button", name="로그인하기")).to_be_visible()


def test_best_and_updated(guest: Chat) -> None:
    guest.act("Best")
    expect(guest.last.locator("[data-kind=best] li")).to_have_count(5)
    guest.act("Updated")
    expect(guest.last.locator("[data-kind=updated] li .small")).to_have_count(5)


def test_to_elbi_by_its_form(guest: Chat) -> None:
    guest.act("To 엘비")
    guest.sheet.get_by_label("담당자에게 남길 질문").fill("아이핀이 없으면 어떻게 가입하나요")
    guest.sheet.get_by_role("button", name="담당자에게 보내기").click()
    expect(guest.sheet).to_contain_text("담당자에게 전달했어요")
    guest.sheet.get_by_role("button", name="내 질문").click()
    expect(guest.sheet.locator(".asked")).to_have_count(1)


def test_what_is_written_in_a_form_is_there_when_it_is_opened_again(guest: Chat) -> None:
    """Esc, or the login it needs first, must not cost what somebody wrote; sent or another's, it is gone."""
    box = guest.sheet.get_by_label("담당자에게 남길 질문")
    guest.act("To 엘비")
    box.fill("가입 승인은 며칠 걸리나요")
    guest.page.keyboard.press("Escape")
    guest.ask("회원가입 방법")
    guest.act("댓글")
    expect(guest.sheet.get_by_label("댓글 내용")).to_have_value("")
    guest.page.keyboard.press("Escape")
    guest.log_in()
    guest.act("To 엘비")
    expect(box).to_have_value("가입 승인은 며칠 걸리나요")
    guest.sheet.get_by_role("button", name="담당자에게 보내기").click()
    expect(guest.sheet).to_contain_text("담당자에게 전달했어요")
    guest.page.keyboard.press("Escape")
    guest.act("To 엘비")
    expect(box).to_have_value("")
    box.fill("이 회원만의 일")
    guest.page.keyboard.press("Escape")
    guest.page.locator("#logout").click()
    guest.open().act("To 엘비")
    expect(box).to_have_value("")


def test_feedback_with_a_comment(guest: Chat) -> None:
    answer = guest.ask("회원가입 방법")
    answer.get_by_role("button", name="아니요").click()
    expect(answer.get_by_role("button", name="아니요")).to_have_attribute("aria-pressed", "true")
    expect(answer).to_contain_text("의견 감사합니다")
    answer.locator(".feedback").get_by_role("button", name="댓글").click()
    expect(guest.sheet.get_by_label("아니요")).to_be_checked()
    comment = guest.sheet.get_by_label("댓글 내용")
    comment.fill(" ")
    guest.sheet.get_by_role("button", name="보내기").click()
    expect(comment).to_be_focused()  # nothing is sent, and nothing said to be
    expect(guest.sheet).not_to_contain_text("댓글을 전달했어요")
    comment.fill("그림이 있으면 좋겠어요")
    with guest.page.expect_response("**/feedback") as response:
        guest.sheet.get_by_role("button", name="보내기").click()
    assert response.value.json()["comment"] == "그림이 있으면 좋겠어요"
    assert response.value.json()["helpful"] is False
    expect(guest.sheet).to_contain_text("댓글을 전달했어요")


def test_an_answer_is_copied(guest: Chat) -> None:
    guest.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = guest.ask("회원가입 방법")
    answer.get_by_role("button", name="복사").click()
    expect(answer.get_by_role("button", name="복사했어요")).to_be_visible()
    expect(guest.announced).to_have_text("복사했어요")
    copied = guest.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("가입방법\n\n")
    assert "안내 메일 확인" in copied


def test_where_nothing_may_be_copied_the_answer_is_selected(guest: Chat) -> None:
    guest.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    answer = guest.ask("회원가입 방법")
    answer.get_by_role("button", name="복사").click()
    expect(guest.announced).to_contain_text("Ctrl+C")
    assert "안내 메일 확인" in guest.page.evaluate("String(getSelection())")


def test_댓글_and_공유_ask_for_an_entry_first(guest: Chat) -> None:
    guest.act("댓글")
    expect(guest.last).to_contain_text("먼저 안내를 하나 열어 주세요")
    guest.act("공유")
    expect(guest.sheet).to_be_hidden()


def test_a_shared_link_opens_for_who_may_see_it(member: Chat, visit) -> None:
    member.ask("계약체결 방법")
    member.act("공유")
    link = member.sheet.get_by_label("공유 링크").input_value()
    path = link[link.index("/s/") :]
    stranger = visit(path)
    expect(stranger.log).to_contain_text("공유받은 안내를 지금은 보여 드릴 수 없어요")
    expect(stranger.log).not_to_contain_text("계약체결")
    stranger.log.get_by_role("button", name="로그인하기").last.click()
    expect(stranger.last.locator("article h3")).to_have_text("계약체결 방법")


def test_markup_in_a_question_stays_text(guest: Chat) -> None:
    turn = guest.ask("<img src=x onerror=alert(1)> <b>회원가입</b>")
    expect(turn.locator(".said")).to_contain_text("<img src=x")
    expect(turn.locator(".said img, .said b, blockquote b")).to_have_count(0)


def test_no_answer_goes_to_staff_with_one_tap_and_shows_among_my_questions(member: Chat) -> None:
    said(member, UNANSWERED)
    question = UNANSWERED["question"]
    answer = member.ask(question)
    member.act("To 엘비")
    expect(member.sheet.get_by_label("담당자에게 남길 질문")).to_have_value(question)
    member.page.keyboard.press("Escape")
    with member.page.expect_request("**/questions") as sent:
        answer.get_by_role("button", name="To 엘비로 보내기").click()
    assert sent.value.post_data_json["id"] == answer.get_attribute("data-id")
    expect(answer).to_contain_text("담당자에게 전달했어요")
    answer.get_by_role("button", name="내 질문").click()
    expect(member.sheet.locator(".asked").first).to_contain_text(question)
    expect(member.sheet.locator(".tag").first).to_have_text("접수됨")


def test_a_question_to_staff_whose_response_is_lost_is_sent_once(guest: Chat) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    guest.page.route("**/questions", lose, times=1)
    guest.act("To 엘비")
    guest.sheet.get_by_label("담당자에게 남길 질문").fill("가입 승인은 며칠 걸리나요")
    send = guest.sheet.get_by_role("button", name="담당자에게 보내기")
    send.click()
    banner = guest.page.locator(".banner")
    expect(banner).to_contain_text("연결이 원활하지 않아요")
    banner.hover(trial=True)  # nothing lies over it
    send.click()
    expect(guest.sheet).to_contain_text("담당자에게 전달했어요")
    guest.sheet.get_by_role("button", name="내 질문").click()
    expect(guest.sheet.locator(".asked")).to_have_count(1)


def test_an_answered_question_among_mine_leads_to_the_entry(guest: Chat) -> None:
    guest.write_to_staff("가입 승인은 며칠 걸리나요")

    def published(route: Route) -> None:
        questions = route.fetch().json()["questions"]
        found = [each | {"state": "published", "faq_id": "signup-how"} for each in questions]
        route.fulfill(json={"questions": found})

    guest.page.route("**/questions", published)
    guest.page.get_by_role("button", name="내 질문").click()
    expect(guest.sheet.locator(".tag")).to_have_text("답변 등록")
    guest.sheet.get_by_role("button", name="답변 보기").click()
    expect(guest.last.locator("article h3")).to_have_text("가입방법")


def test_an_entry_deleted_meanwhile(member: Chat) -> None:
    """It was in the list; when it is opened, the server knows none of that id any more."""

    def gone(route: Route) -> None:
        answered = route.fetch().json()
        answered["replies"][0]["items"][0]["id"] = "gone-meanwhile"
        route.fulfill(json=answered)

    member.page.route("**/api/v1/messages", gone, times=1)
    answer = member.ask("계약")
    answer.locator(".entries button").first.click()
    expect(member.last).to_contain_text("볼 수 없는 내용")
    answer.locator(".entries button").nth(1).click()
    expect(member.last.locator("article")).to_be_visible()


def test_onboarding_steps(guest: Chat) -> None:
    said(guest, ONBOARDING)
    turn = guest.ask("어디까지 됐나요")
    steps = turn.get_by_role("list", name="진행 단계").get_by_role("listitem")
    expect(steps).to_contain_text(["완료", "지금 할 일", "기다리는 중", "예정"])
    expect(steps.nth(0)).to_contain_text("2026. 11. 20.")
    expect(turn.locator("[aria-current]")).to_have_count(1)  # of the two that are under way, the one to do
    expect(steps.nth(1)).to_have_attribute("aria-current", "step")
    expect(steps.nth(2)).to_contain_text("11월 24일(화) 15:00부터 할 수 있습니다")
    expect(turn).not_to_contain_text("오후 3:00부터")  # one way of saying a time is enough
    expect(turn.locator(".notice")).to_contain_text("20일 뒤에 만료됩니다")


def test_a_member_sees_where_their_company_stands(member: Chat) -> None:
    turn = member.ask("우리 회사 계좌등록 어디까지 됐나요?")
    expect(turn).to_contain_text("서비스(주)의")
    steps = turn.get_by_role("list", name="진행 단계").get_by_role("listitem")
    expect(steps).to_have_count(6)
    expect(turn.locator("[aria-current=step]")).to_contain_text("공인인증서 발급 지금 할 일")
    expect(turn.locator(".notice")).to_contain_text("만료되었습니다")


def test_a_guest_is_asked_by_a_form_told_what_is_wrong_and_may_leave_it(guest: Chat) -> None:
    turn = guest.ask("우리 회사 계좌등록 어디까지 됐나요?")
    number = turn.get_by_label("사업자등록번호")
    expect(number).to_be_focused()
    expect(number).to_have_attribute("inputmode", "numeric")
    number.fill("123")
    turn.get_by_role("button", name="보내기").click()
    wrong = guest.last.locator("form input")
    expect(wrong).to_be_focused()
    expect(number).to_be_hidden()  # it has been answered
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile("⚠ .*10자리"))
    wrong.fill("9990100013")
    wrong.press("Enter")
    expect(guest.last.get_by_label("대표자")).to_be_visible()
    guest.last.get_by_role("button", name="그만하기").click()
    expect(guest.last).to_contain_text("그만두었어요")
    guest.page.reload()
    guest.open()
    expect(guest.log).to_contain_text("그만두었어요")
    expect(guest.log).not_to_contain_text("9990100013")  # what was typed is not kept
    guest.log_in()
    guest.act("편집")
    expect(guest.field).to_have_value(
        "우리 회사 계좌등록 어디까지 됐나요?"
    )  # the last question, not the note in its place


def test_times_are_those_of_seoul(visit) -> None:
    abroad = visit("/chat", timezone_id="America/New_York").ready()
    turn = abroad.ask("회원가입 방법")
    shown = abroad.page.evaluate(
        "new Intl.DateTimeFormat('ko-KR', { hour: 'numeric', minute: '2-digit', timeZone: 'Asia/Seoul' }).format()"
    )
    assert turn.locator(".meta").inner_text().split(":")[0] == shown.split(":")[0]
