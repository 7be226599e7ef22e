"""With a screen reader: what has a name and a role, what is read out, and where the focus goes."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.replies import UNANSWERED, said


def test_asking_picking_reading_and_writing_to_staff_by_roles_and_names_alone(visit) -> None:
    """Nothing here is found by how it looks or where it stands."""
    page = visit().page
    heard = Chat(page).announced
    page.get_by_role("button", name="엘비 채팅 열기").click()
    chat = page.get_by_role("dialog", name="엘비(LV)")
    log = chat.get_by_role("log", name="엘비와의 대화")
    expect(log).to_contain_text("키워드 중심으로 입력해 보세요")
    field = chat.get_by_role("textbox", name="궁금한 내용을 입력해 주세요")
    expect(field).to_be_focused()
    field.press_sequentially("인")
    expect(heard).to_contain_text("추천 질문")
    heard.evaluate("(announcer) => (announcer.textContent = '')")
    with page.expect_response("**/suggestions*"):
        field.press_sequentially("증")
    expect(chat.get_by_role("option").first).to_contain_text("인증")
    expect(heard).to_have_text("")  # not after every letter
    field.press("ArrowDown")
    expect(chat.get_by_role("option", selected=True)).to_have_count(1)
    field.press("Escape")
    field.fill("공인인증서")
    field.press("Enter")
    expect(heard).to_contain_text("건의 정보를")
    items = log.get_by_role("list").last.get_by_role("button")
    title = items.first.inner_text().split("] ")[-1].strip()
    items.first.click()
    expect(log.get_by_role("heading", name=title)).to_be_visible()
    expect(heard).to_contain_text(title)
    log.get_by_role("group", name="도움이 되었나요?").get_by_role("button", name="도움됨").click()
    expect(heard).to_have_text("도움이 되었다니 다행이에요.")
    menu = chat.get_by_role("navigation", name="빠른 메뉴")
    menu.get_by_role("button", name="To 엘비").click()
    form = page.get_by_role("dialog", name="To 엘비")
    expect(form.get_by_role("heading", name="To 엘비")).to_be_focused()
    box = form.get_by_role("textbox", name="담당자에게 남길 질문")
    expect(box).to_have_accessible_description("담당자만 봅니다. 개인정보는 적지 말아 주세요.")
    box.fill("인증서를 두 개 등록할 수 있나요")
    form.get_by_role("button", name="담당자에게 보내기").click()
    expect(heard).to_have_text("담당자에게 전달했어요.")
    page.keyboard.press("Escape")
    expect(menu.get_by_role("button", name="To 엘비")).to_be_focused()


def test_the_log_itself_is_not_read_twice(guest: Chat) -> None:
    """Answers are read out once, by the announcer; in the log they are there to be walked through."""
    expect(guest.log).to_have_attribute("aria-live", "off")
    guest.ask("회원가입 방법")
    expect(guest.announced).to_contain_text("안내 메일 확인")
    expect(
        guest.page.locator("[aria-live=polite], [role=status], [role=alert]").filter(has_text="안내 메일")
    ).to_have_count(1)


def test_what_goes_wrong_is_read_out(guest: Chat) -> None:
    guest.page.context.set_offline(True)
    expect(guest.page.get_by_role("status")).to_contain_text("인터넷 연결이 끊겼어요")
    guest.send("회원가입 방법")
    expect(guest.announced).to_contain_text("보내지 못했어요")
    guest.field.fill("가" * 501)
    guest.field.press("Enter")
    expect(guest.announced).to_contain_text("500자까지")
    expect(guest.field).to_have_attribute("aria-invalid", "true")
    expect(guest.field).to_have_accessible_description("501자예요. 500자까지 보낼 수 있어요")


def test_what_lies_under_a_page_is_out_of_reach(member: Chat) -> None:
    member.act("To 엘비")
    expect(member.page.locator(".main")).to_have_js_property("inert", True)
    member.page.keyboard.press("Escape")
    expect(member.page.locator(".main")).to_have_js_property("inert", False)


def test_the_focus_stays_where_a_pressed_button_was(guest: Chat) -> None:
    """Its place is drawn anew; who uses the keyboard must not find themselves at the beginning of the page."""
    page = guest.page
    page.route("**/api/v1/messages", lambda route: route.abort(), times=1)
    guest.send("회원가입 방법")
    guest.last.get_by_role("button", name="다시 보내기").press("Enter")
    expect(guest.last.locator("article")).to_be_visible()
    expect(guest.last).to_be_focused()

    page.route("**/api/v1/faq/*", lambda route: route.abort(), times=1)
    guest.last.get_by_role("button", name="회원가입이 가능한 시점").click()
    guest.last.get_by_role("button", name="다시 시도").press("Enter")
    expect(guest.last.locator("article h3")).to_have_text("회원가입이 가능한 시점")
    expect(guest.last.locator(".reply")).to_be_focused()

    said(guest, UNANSWERED)
    turn = guest.ask(UNANSWERED["question"])
    turn.get_by_role("button", name="To 엘비로 보내기").press("Enter")
    expect(guest.announced).to_have_text("담당자에게 전달했어요.")
    page.keyboard.press("Tab")
    expect(turn.get_by_role("button", name="내 질문")).to_be_focused()


def test_the_focus_stays_in_the_chat_at_a_login_from_it(guest: Chat) -> None:
    guest.ask("계약").get_by_role("button", name="로그인하기").press("Enter")
    expect(guest.announced).to_contain_text("장민우님으로 로그인했어요")
    expect(guest.field).to_be_focused()


def test_what_is_wrong_with_a_form_is_said_and_nothing_is_cut_off(guest: Chat) -> None:
    guest.act("To 엘비")
    box = guest.sheet.get_by_label("담당자에게 남길 질문")
    send = guest.sheet.get_by_role("button", name="담당자에게 보내기")
    requests: list[str] = []
    guest.page.on("request", lambda request: requests.append(request.url))
    send.click()
    expect(box).to_be_focused()
    expect(box).to_have_js_property("validity.valueMissing", True)
    box.fill("가" * 501)
    expect(box).to_have_accessible_description("501자예요. 500자까지 보낼 수 있어요")
    send.click()
    expect(box).to_have_js_property("validationMessage", "501자예요. 500자까지 보낼 수 있어요")
    assert requests == []
    box.press("End")
    box.press("Backspace")
    expect(box).to_have_accessible_description("담당자만 봅니다. 개인정보는 적지 말아 주세요.")
    with guest.page.expect_request("**/questions") as sent:
        send.click()
    assert sent.value.post_data_json["text"] == "가" * 500
