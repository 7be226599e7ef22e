"""Hangul composition, Enter, suggestions, and the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chat import Chat


class Hangul:
    """An input method: what is between the last finished syllable and the cursor is being composed."""

    def __init__(self, chat: Chat, field: Locator | None = None) -> None:
        self.chat = chat
        self.cdp = chat.page.context.new_cdp_session(chat.page)
        (field or chat.field).click()

    def compose(self, *stages: str) -> None:
        for stage in stages:
            self.cdp.send(
                "Input.imeSetComposition",
                {"text": stage, "selectionStart": len(stage), "selectionEnd": len(stage)},
            )

    def finish(self, syllable: str) -> None:
        self.cdp.send("Input.insertText", {"text": syllable})

    def enter(self, composing: bool, shift: bool = False) -> None:
        """The key as browsers report it: code 229 while a syllable is being composed."""
        code = 229 if composing else 13
        key = {"key": "Process" if composing else "Enter", "code": "Enter", "windowsVirtualKeyCode": code}
        key["modifiers"] = 8 if shift else 0
        down = {"type": "rawKeyDown", **key} if composing else {"type": "keyDown", "text": "\r", **key}
        self.cdp.send("Input.dispatchKeyEvent", down)

    def release(self) -> None:
        self.cdp.send(
            "Input.dispatchKeyEvent",
            {"type": "keyUp", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13},
        )

    def word(self) -> None:
        """계약, of which the last syllable is still being composed."""
        self.compose("ㄱ", "계", "곅")
        self.finish("계")
        self.compose("ㅇ", "야", "약")


@pytest.fixture
def hangul(member: Chat) -> Hangul:
    return Hangul(member)


def windows(hangul: Hangul) -> None:
    hangul.enter(composing=True)
    hangul.finish("약")
    hangul.release()


def chrome_on_a_mac(hangul: Hangul) -> None:
    """Reports Enter a second time once the syllable is finished."""
    hangul.enter(composing=True)
    hangul.finish("약")
    hangul.enter(composing=False)
    hangul.release()


def safari(hangul: Hangul) -> None:
    """Finishes the syllable first and reports the Enter that finished it afterwards."""
    hangul.finish("약")
    hangul.enter(composing=True)
    hangul.release()


@pytest.mark.parametrize("press", [windows, chrome_on_a_mac, safari])
def test_enter_while_composing_sends_once(hangul: Hangul, press: Callable[[Hangul], None]) -> None:
    chat = hangul.chat
    hangul.word()
    expect(chat.field).to_have_value("계약")
    press(hangul)
    expect(chat.last.locator(".faq_list")).to_be_visible()
    assert chat.texts() == ["계약"]
    expect(chat.field).to_have_value("")


def test_two_questions_typed_fast(hangul: Hangul) -> None:
    chat = hangul.chat
    for _ in range(2):
        hangul.word()
        chrome_on_a_mac(hangul)
    expect(chat.turns.nth(1).locator(".faq_list")).to_be_visible()
    assert chat.texts() == ["계약", "계약"]
    expect(chat.field).to_have_value("")


def test_typing_goes_on_while_the_browser_is_busy(hangul: Hangul) -> None:
    """Keys come before timers: the next syllable has begun before anything else had its turn."""
    hangul.cdp.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    for last, rest in (("약", "계"), ("육", "교"), ("수", "검")):
        hangul.compose(rest)
        hangul.finish(rest)
        hangul.compose("ㅇ", last)
        hangul.enter(composing=True)
        hangul.finish(last)
    expect(hangul.chat.turns).to_have_count(3)
    expect(hangul.chat.field).to_have_value("")
    assert hangul.chat.texts() == ["계약", "교육", "검수"]


def test_a_browser_that_puts_the_syllable_back(hangul: Hangul) -> None:
    hangul.chat.field.evaluate(
        """(field) => field.addEventListener('compositionend', ({ data }) => Promise.resolve().then(() => (field.value = data)))"""
    )
    hangul.word()
    hangul.enter(composing=True)
    hangul.finish("약")
    expect(hangul.chat.last.locator(".reply")).to_be_visible()
    expect(hangul.chat.field).to_have_value("")
    assert hangul.chat.texts() == ["계약"]


def test_deleting_within_a_syllable_sends_what_is_left(hangul: Hangul) -> None:
    hangul.word()
    hangul.compose("야", "ㅇ", "")
    expect(hangul.chat.field).to_have_value("계")
    hangul.compose("ㅇ", "야", "약")
    windows(hangul)
    expect(hangul.chat.turns).to_have_count(1)
    assert hangul.chat.texts() == ["계약"]


def test_enter_in_the_very_first_syllable(hangul: Hangul) -> None:
    hangul.compose("ㅎ", "헤", "헬")
    hangul.enter(composing=True)
    hangul.finish("헬")
    hangul.enter(composing=False)
    hangul.release()
    expect(hangul.chat.last.locator(".reply").first).to_be_visible()
    assert hangul.chat.texts() == ["헬"]


def test_enter_pressed_again_and_again_sends_once(hangul: Hangul) -> None:
    hangul.word()
    hangul.enter(composing=True)
    hangul.finish("약")
    for _ in range(3):
        hangul.enter(composing=False)
    hangul.release()
    expect(hangul.chat.last.locator(".faq_list")).to_be_visible()
    assert hangul.chat.texts() == ["계약"]
    expect(hangul.chat.field).to_have_value("")


def test_enter_after_a_syllable_deleted_to_nothing(hangul: Hangul) -> None:
    hangul.word()
    hangul.compose("야", "ㅇ", "")
    hangul.enter(composing=False)
    hangul.release()
    expect(hangul.chat.turns).to_have_count(1)
    assert hangul.chat.texts() == ["계"]


def test_shift_and_enter_while_composing_is_a_new_line(hangul: Hangul) -> None:
    chat = hangul.chat
    hangul.word()
    hangul.enter(composing=True, shift=True)
    hangul.finish("약")
    hangul.enter(composing=False, shift=True)
    hangul.release()
    expect(chat.field).to_have_value("계약\n")
    assert chat.texts() == []


def test_leaving_the_field_while_composing_loses_nothing_and_sends_nothing(hangul: Hangul) -> None:
    chat = hangul.chat
    hangul.word()
    chat.log.focus()
    expect(chat.field).to_have_value("계약")
    assert chat.texts() == []
    chat.field.focus()
    hangul.enter(composing=False)
    expect(chat.last.locator(".faq_list")).to_be_visible()
    assert chat.texts() == ["계약"]


def test_pasting_while_composing(hangul: Hangul) -> None:
    chat = hangul.chat
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.page.evaluate("navigator.clipboard.writeText('체결 방법')")
    hangul.word()
    chat.page.keyboard.press("Control+V")
    expect(chat.field).to_have_value("계약체결 방법")
    hangul.enter(composing=False)
    expect(chat.last.locator("article h3")).to_have_text("계약체결 방법")
    assert chat.texts() == ["계약체결 방법"]


def test_esc_while_composing_belongs_to_the_input_method(guest: Chat) -> None:
    hangul = Hangul(guest)
    hangul.compose("ㄱ", "가")
    escape = {"key": "Process", "code": "Escape", "windowsVirtualKeyCode": 229}
    hangul.cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **escape})
    expect(guest.panel).to_be_visible()
    expect(guest.field).to_have_value("가")


def test_a_keyboard_that_tells_nothing_of_composing(hangul: Hangul) -> None:
    """As on iOS: each change is a plain insertion, the last syllable deleted and put in anew."""
    chat = hangul.chat
    hangul.finish("계")
    for syllable in ("ㅇ", "야", "약"):
        hangul.finish(syllable)
        if syllable != "약":
            chat.page.keyboard.press("Backspace")
    hangul.enter(composing=False)
    expect(chat.last.locator(".faq_list")).to_be_visible()
    assert chat.texts() == ["계약"]


def test_a_keyboard_that_names_no_keys(hangul: Hangul) -> None:
    """As on Android: every key is 229 and unidentified; that it was Enter is told by what it would insert."""
    chat = hangul.chat
    hangul.word()
    hangul.finish("약")
    inserted = chat.field.evaluate(
        """(field) => {
          field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Unidentified', keyCode: 229, bubbles: true, cancelable: true }));
          const line = { inputType: 'insertLineBreak', bubbles: true, cancelable: true };
          return field.dispatchEvent(new InputEvent('beforeinput', line));
        }"""
    )
    assert not inserted
    expect(chat.last.locator(".faq_list")).to_be_visible()
    assert chat.texts() == ["계약"]


def test_a_keyboard_that_does_not_say_when_the_syllable_has_ended(hangul: Hangul) -> None:
    chat = hangul.chat
    hangul.finish("계약")
    chat.field.evaluate("(field) => field.dispatchEvent(new CompositionEvent('compositionstart'))")
    chat.log.focus()
    chat.field.focus()
    hangul.enter(composing=False)
    expect(chat.last.locator(".faq_list")).to_be_visible()
    assert chat.texts() == ["계약"]


@pytest.mark.parametrize("press", [windows, chrome_on_a_mac])
def test_enter_while_composing_in_the_field_of_a_form(guest: Chat, press: Callable[[Hangul], None]) -> None:
    guest.ask("우리 회사 계좌등록 어디까지 됐나요?").get_by_label("사업자등록번호").fill("9990100013")
    guest.page.keyboard.press("Enter")
    hangul = Hangul(guest, guest.last.get_by_label("대표자"))
    hangul.word()
    press(hangul)
    hangul.compose("ㄱ")  # typed on without a pause: no part of what was sent
    expect(guest.turns).to_have_count(3)
    expect(guest.last.locator(".reply").first).to_be_visible()
    guest.page.wait_for_timeout(300)
    assert guest.texts()[2:] == ["계약"]


def test_the_button_while_composing_sends_all(hangul: Hangul) -> None:
    hangul.word()
    hangul.chat.page.get_by_role("button", name="보내기").click()
    expect(hangul.chat.last.locator(".faq_list")).to_be_visible()
    assert hangul.chat.texts() == ["계약"]


def test_suggestions_come_while_composing_and_are_never_picked(hangul: Hangul) -> None:
    chat = hangul.chat
    hangul.word()
    expect(chat.options.first).to_be_visible()
    chat.page.keyboard.press("ArrowDown")  # belongs to the input method now
    hangul.compose("야", "약")
    windows(hangul)
    expect(chat.last.locator(".faq_list")).to_be_visible()
    assert chat.texts() == ["계약"]


def test_suggestions_from_the_first_syllable_and_even_its_first_letter(hangul: Hangul) -> None:
    for stage in ("ㄱ", "가"):
        hangul.compose(stage)
        expect(hangul.chat.options.first).to_be_visible()
        hangul.compose("")
        expect(hangul.chat.options.first).to_be_hidden()


def test_initial_consonants_then_arrows_and_enter(hangul: Hangul) -> None:
    chat = hangul.chat
    hangul.finish("ㅎㅇㄱㅇ")
    expect(chat.options.first).to_contain_text("가입")
    chat.page.keyboard.press("ArrowDown")
    chat.page.keyboard.press("ArrowDown")
    chosen = chat.options.nth(1)
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(chat.field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    title = chosen.inner_text()
    chat.page.keyboard.press("Enter")
    expect(chat.last.locator("article h3")).to_have_text(title)
    expect(chat.field).to_have_value("")


def test_esc_closes_the_suggestions_and_keeps_the_text(guest: Chat) -> None:
    guest.field.press_sequentially("가입")
    expect(guest.options.first).to_be_visible()
    guest.page.keyboard.press("Escape")
    expect(guest.options.first).to_be_hidden()
    expect(guest.field).to_have_value("가입")
    expect(guest.panel).to_be_visible()


def test_a_suggestion_is_picked_by_pointer(guest: Chat) -> None:
    guest.field.press_sequentially("공인인증서")
    title = guest.options.first.inner_text()
    guest.options.first.click()
    expect(guest.last.locator("article h3")).to_have_text(title)


def test_a_suggestion_is_picked_by_pointer_while_composing(hangul: Hangul) -> None:
    """As it nearly always is in Korean: the last syllable typed is still being composed."""
    hangul.word()
    option = hangul.chat.options.nth(2)
    title = option.inner_text()
    option.click()
    expect(hangul.chat.last.locator("article h3")).to_have_text(title)
    expect(hangul.chat.field).to_have_value("")
    assert hangul.chat.texts() == [title]


def test_suggestions_are_scrolled_by_finger_and_picked_by_a_tap(visit) -> None:
    chat = visit("/chat", viewport={"width": 360, "height": 500}, is_mobile=True, has_touch=True).ready()
    chat.field.tap()
    chat.field.press_sequentially("가입")
    expect(chat.options).to_have_count(8)
    touch = chat.page.context.new_cdp_session(chat.page)
    box = chat.options.nth(3).bounding_box()
    x, y = box["x"] + 40, box["y"] + 10
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for way in (20, 60, 100):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - way}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(chat.options).to_have_count(8)
    listed = chat.page.locator(".suggestions")
    assert listed.evaluate("(list) => list.scrollTop") > 0
    # a finger that comes down while the list still glides only stops it
    listed.evaluate("""async (list) => {
        const next = () => new Promise(done => setTimeout(done, 100));
        for (let before = -1; before !== list.scrollTop; await next()) before = list.scrollTop;
    }""")
    assert chat.texts() == []
    title = chat.options.last.inner_text()
    chat.options.last.tap()
    expect(chat.last.locator("article h3")).to_have_text(title)


def test_with_the_keyboard_alone(visit) -> None:
    """Opens, asks, picks, reads, rates, sends To 엘비, closes."""
    chat = visit()
    keys = chat.page.keyboard

    def tab_to(name: str, limit: int = 60) -> None:
        active = (
            "() => { let at = document.activeElement; while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
            " return at.getAttribute('aria-label') || at.innerText; }"
        )
        for _ in range(limit):
            keys.press("Tab")
            if name in (chat.page.evaluate(active) or ""):
                return
        raise AssertionError(f"no way to {name!r} by Tab")

    tab_to("엘비 채팅 열기")
    keys.press("Enter")
    expect(chat.field).to_be_focused()
    chat.ready()
    keys.type("공인인증서")
    keys.press("Enter")
    expect(chat.last.locator(".reply").first).to_be_visible()
    chat.log.focus()
    tab_to("Best")
    keys.press("Enter")
    expect(chat.last.locator("[data-kind=best]")).to_be_visible()
    chat.log.focus()
    tab_to("가입방법")
    keys.press("Enter")
    expect(chat.last.locator("article")).to_be_visible()
    chat.log.focus()
    tab_to("도움됨")
    keys.press("Enter")
    expect(chat.last).to_contain_text("도움이 되었다니 다행이에요")
    chat.log.focus()
    tab_to("To 엘비")
    keys.press("Enter")
    expect(chat.sheet.locator("h3")).to_be_focused()
    keys.press("Tab")
    keys.type("아이핀 재발급은 어디에서 하나요")
    tab_to("담당자에게 보내기")
    keys.press("Enter")
    expect(chat.sheet).to_contain_text("담당자에게 전달했어요")
    keys.press("Escape")
    expect(chat.page.locator(".bar .ask")).to_be_focused()
    keys.press("Escape")
    expect(chat.face).to_be_focused()


def test_a_member_edits_and_restores_with_the_keyboard_alone(member: Chat) -> None:
    member.ask("계약체결 방법")
    for label, wanted in (("복구", member.log), ("편집", member.field)):
        member.field.focus()
        while member.page.evaluate("document.activeElement.shadowRoot?.activeElement?.innerText") != label:
            member.page.keyboard.press("Tab")
        member.page.keyboard.press("Enter")
        expect(wanted).to_be_visible()
    expect(member.field).to_be_focused()
    expect(member.field).to_have_value("계약체결 방법")
    member.page.keyboard.type(" 안내")
    member.page.keyboard.press("Enter")
    expect(member.last.locator(".reply").first).to_be_visible()
    assert member.texts()[-1] == "계약체결 방법 안내"
