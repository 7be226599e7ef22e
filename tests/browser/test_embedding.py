"""The widget in other people's pages: size, CSP, hostile styles, small and zoomed screens, dark, axe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chat import Chat
from tests.site import Site

STATIC = Path(__file__).parents[2] / "bot" / "web" / "static"
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
    assert style == ["rgb(27, 33, 64)", "14.25px", "normal", "ltr"]
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
    if path == "/chat":  # the page itself does not scroll, the conversation does
        assert chat.page.locator("html").evaluate("(node) => node.scrollHeight - node.clientHeight") <= 0
    assert chat.log.evaluate(wide) <= 0
    assert answer.locator(".scroller").evaluate(wide) <= 0
    lines = "(cell) => Math.round(cell.getBoundingClientRect().height / parseFloat(getComputedStyle(cell).lineHeight))"
    assert answer.get_by_role("cell", name="KEB하나은행").evaluate(lines) < 3  # one line and its padding
    chat.act("To 엘비")
    send = chat.sheet.get_by_role("button", name="담당자에게 보내기")
    send.scroll_into_view_if_needed()
    send.click(trial=True)
    assert chat.sheet.locator(".page-body").evaluate(wide) <= 0
    chat.page.keyboard.press("Escape")
    box = chat.log.bounding_box()
    assert box["height"] > screen[1] / 4
    assert box["width"] <= 320


@pytest.mark.parametrize(
    ("options", "least"),
    [({}, 24), ({"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}, 44)],
    ids=["mouse", "touch"],
)
def test_targets_are_large_enough(visit, options: dict, least: int) -> None:
    chat = visit("/chat", **options).ready()
    chat.ask("계약체결 방법")
    chat.ask("세금계산서 발행")
    chat.field.press_sequentially("가입")
    expect(chat.options.first).to_be_visible()
    small = chat.page.evaluate(
        """(least) => [...document.querySelector('elbi-chat').shadowRoot.querySelectorAll('button, [role=option]')]
          .map((node) => [node.innerText || node.ariaLabel, node.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.width < least || box.height < least)).map(([text]) => text)""",
        least,
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


def test_the_page_sets_colours_size_and_place(visit) -> None:
    chat = visit().open()
    chat.ask("회원가입 방법")
    wanted = {
        "accent": "#7a1fa2", "on-accent": "#ffe", "font-size": "18px", "radius": "4px",
        "width": "350px", "height": "500px", "right": "60px", "z-index": "7",
    }  # fmt: skip
    chat.page.locator("elbi-chat").evaluate(
        "(chat, wanted) => { for (const name in wanted) chat.style.setProperty('--elbi-' + name, wanted[name]); }",
        wanted,
    )
    look = chat.page.evaluate(
        """() => { const host = document.querySelector('elbi-chat'), panel = host.shadowRoot.querySelector('.panel');
          const said = getComputedStyle(panel.querySelector('.said')), style = getComputedStyle(panel);
          return [said.backgroundColor, said.color, said.fontSize, style.borderRadius, style.width, style.height,
                  getComputedStyle(host).right, getComputedStyle(host).zIndex]; }"""
    )
    assert look == ["rgb(122, 31, 162)", "rgb(255, 255, 238)", "18px", "4px", "350px", "500px", "60px", "7"]


def test_the_theme_is_the_systems_or_the_pages(visit) -> None:
    chat = visit(color_scheme="dark").open()
    back = "(node) => getComputedStyle(node).backgroundColor"
    dark = chat.panel.evaluate(back)
    chat.page.locator("elbi-chat").evaluate("(chat) => chat.setAttribute('theme', 'light')")
    light = chat.panel.evaluate(back)
    chat.page.emulate_media(color_scheme="light")
    assert chat.panel.evaluate(back) == light != dark
    chat.page.locator("elbi-chat").evaluate("(chat) => chat.setAttribute('theme', 'dark')")
    assert chat.panel.evaluate(back) == dark


def test_everything_the_readme_names_is_there() -> None:
    readme = (STATIC / "README.md").read_text(encoding="utf-8")
    code = "".join(
        file.read_text(encoding="utf-8") for file in [STATIC / "elbi.js", *(STATIC / "elbi").iterdir()]
    )
    variables = set(re.findall(r"--elbi-[\w-]+", code))
    assert variables == set(re.findall(r"--elbi-[\w-]+", readme))
    events = {f"elbi-{name}" for name in re.findall(r"emit\(\S*?'([\w-]+)'", code)} | {
        "elbi-open",
        "elbi-close",
    }
    assert events == set(re.findall(r"`(elbi-[a-z-]+)`", readme)) - {"elbi-chat"}
    attributes = set(re.findall(r"(?:get|has|toggle)Attribute\('([\w-]+)'", code)) - {"aria-selected"} | {
        "lang",
        "theme",
    }
    listed = readme.split("| attribute |")[1].split("| method |")[0]
    assert attributes == set(re.findall(r"^\| `(\w+)` \|", listed, flags=re.M))
