"""The widget in other people's pages: size, CSP, hostile styles, small and zoomed screens, dark, axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chat import Chat
from tests.site import Site

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
HOSTILE = """
* { all: unset !important; color: red !important; font: 40px serif !important; letter-spacing: 9px !important; }
html { font-size: 4px; line-height: 3; visibility: visible; text-transform: uppercase; direction: rtl; }
button, input, textarea, section, header, svg { display: none !important; }
elbi-chat { opacity: .1; filter: blur(9px); position: static; transform: rotate(90deg); }
"""


def test_two_lines_in_a_hostile_page_under_a_strict_policy(page, site: Site) -> None:
    body = (
        '<!doctype html><html lang="ko"><title>host</title><link rel="stylesheet" href="/hostile.css">'
        '<body><div id="question">mine</div><script type="module" src="/elbi.js"></script><elbi-chat></elbi-chat>'
    )

    def host(route: Route) -> None:
        route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": CSP})

    page.route("**/host", host)
    page.route("**/hostile.css", lambda route: route.fulfill(body=HOSTILE, content_type="text/css"))
    page.goto(site.url + "/host")
    chat = Chat(page)
    chat.field = page.locator("elbi-chat #question")
    chat.open()
    answer = chat.ask("은행별 상생결제론 명칭")
    expect(answer.locator("table")).to_be_visible()
    style = answer.locator("td").first.evaluate(
        "(cell) => { const { color, fontSize, letterSpacing, direction } = getComputedStyle(cell); return [color, fontSize, letterSpacing, direction]; }"
    )
    assert style == ["rgb(27, 33, 64)", "15px", "normal", "ltr"]
    assert page.locator("elbi-chat").evaluate("(chat) => getComputedStyle(chat).position") == "fixed"
    assert page.locator("elbi-chat").evaluate("(chat) => getComputedStyle(chat).opacity") == "1"


@pytest.mark.parametrize("screen", [(320, 640), (320, 256)], ids=["320 px", "400 % zoom"])
@pytest.mark.parametrize("path", ["/", "/chat"])
def test_small_screens_scroll_one_way_only(visit, path: str, screen: tuple[int, int]) -> None:
    chat = visit(path, viewport={"width": screen[0], "height": screen[1]})
    if path == "/":
        chat.open()
    answer = chat.ready().ask("은행별 상생결제론 명칭")
    chat.act("도움말")
    expect(chat.last.locator("[data-kind=help]")).to_be_visible()
    wide = "(node) => node.scrollWidth - node.clientWidth"
    assert chat.page.locator("html").evaluate(wide) <= 0
    assert chat.log.evaluate(wide) <= 0
    assert answer.locator(".scroller").evaluate(wide) <= 0
    box = chat.log.bounding_box()
    assert box["height"] > screen[1] / 4
    assert box["width"] <= 320


def test_targets_are_24_pixels(member: Chat) -> None:
    member.ask("계약")
    member.ask("세금계산서 발행")
    small = member.page.evaluate(
        """[...document.querySelector('elbi-chat').shadowRoot.querySelectorAll('button, input, textarea')]
          .map((node) => [node.innerText, node.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([text]) => text)"""
    )
    assert small == []


def test_reduced_motion(visit) -> None:
    chat = visit(reduced_motion="reduce").open()
    chat.page.route("**/messages", lambda route: None)
    chat.field.fill("가입")
    chat.field.press("Enter")
    assert (
        chat.page.locator(".dots i").first.evaluate("(dot) => getComputedStyle(dot).animationName") == "none"
    )


def test_what_a_screen_reader_hears(guest: Chat) -> None:
    expect(guest.log).to_have_attribute("aria-live", "off")
    guest.ask("회원가입 방법")
    expect(guest.announced).to_contain_text("가입방법")
    expect(guest.announced).to_contain_text("안내 메일 확인")
