"""The widget in other people's pages: size, CSP, hostile styles, small and zoomed screens, dark, axe."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.chat import Chat
from tests.site import Site

STATIC = Path(__file__).parents[2] / "bot" / "web" / "static"
LAUNCHER = [STATIC / "elbi.js", STATIC / "elbi" / "dom.js"]
CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
HOSTILE = """
* { all: unset !important; color: red !important; font: 40px serif !important; letter-spacing: 9px !important; }
html { font-size: 4px; line-height: 3; visibility: visible; text-transform: uppercase; direction: rtl; }
button, input, textarea, section, header, svg { display: none !important; }
elbi-chat { opacity: .1; filter: blur(9px); position: static; transform: rotate(90deg); }
"""


def size(*files: Path) -> int:
    return len(gzip.compress(b"".join(file.read_bytes() for file in files), 9, mtime=0))


def test_size() -> None:
    everything = [STATIC / "elbi.js", *sorted((STATIC / "elbi").glob("*.js"))]
    apart = sum(size(file) for file in everything)
    print(
        f"\nall {size(*everything)} B gzipped ({apart} B file by file), launcher {sum(map(size, LAUNCHER))} B"
    )
    assert size(*everything) <= 25 * 1024
    assert sum(map(size, LAUNCHER)) <= 5 * 1024


def test_the_launcher_loads_nothing_else_until_it_is_opened(visit) -> None:
    chat = visit()
    expect(chat.face).to_be_visible()
    loaded = "performance.getEntriesByType('resource').map((each) => each.name).filter((name) => name.includes('/elbi'))"
    assert {name.rsplit("/", 1)[-1] for name in chat.page.evaluate(loaded)} == {
        "elbi.js",
        "dom.js",
        "elbi.svg",
    }


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


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core, from the npm client's registry; skips where there is none."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("axe")
    try:
        subprocess.run(
            ["npm", "pack", "--silent", "axe-core@4"],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=120,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"axe-core cannot be had: {error}")
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        return archive.extractfile("package/axe.min.js").read().decode()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("who", ["guest", "member"])
def test_axe_finds_nothing(visit, axe: str, who: str, scheme: str) -> None:
    chat = visit(color_scheme=scheme, reduced_motion="reduce")
    states: dict[str, list] = {}

    def look(state: str) -> None:
        chat.page.wait_for_timeout(100)
        found = chat.page.evaluate(axe + ";axe.run(document, { resultTypes: ['violations'] })")
        states[state] = [
            (each["id"], node["target"], node.get("failureSummary"))
            for each in found["violations"]
            for node in each["nodes"]
        ]

    if who == "guest":
        look("closed")
        chat.open()
        look("welcome")
        chat.ask("계약")
        chat.ask("은행별 상생결제론 명칭").get_by_role("button", name="도움됨").click()
    else:
        chat.log_in()
        look("welcome")
        chat.ask("계약").get_by_role("button", name="전체보기").click()
        expect(chat.sheet.locator("li").first).to_be_visible()
        look("전체보기")
        chat.page.keyboard.press("Escape")
        chat.act("도움말")
        chat.last.get_by_role("button", name="견적 및 계약").click()
        look("topic")
        chat.page.keyboard.press("Escape")
    look("answers")
    for act in ("To 엘비", "댓글", "공유"):
        if who == "member" and act != "To 엘비":
            continue
        chat.act(act)
        expect(chat.sheet.locator(".dots")).to_have_count(0)
        look(act)
        chat.page.keyboard.press("Escape")
    chat.field.press_sequentially("가입")
    expect(chat.options.first).to_be_visible()
    chat.field.press("ArrowDown")
    look("suggestions")
    chat.field.press("Escape")
    chat.page.route("**/messages", lambda route: route.abort())
    chat.field.fill("가입")
    chat.field.press("Enter")
    expect(chat.last).to_contain_text("보내지 못했어요")
    look("failed")
    assert not any(states.values()), {state: found for state, found in states.items() if found}
