"""The staff pages in a browser: axe, small screens, dark, keyboard alone, without JavaScript, live lint and preview."""

from __future__ import annotations

import importlib.util
import random
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, _page
from tests.site import Site
from tests.staff.desk import Staff, demo_admin, fields

Open = Callable[..., Page]
PAGES = {
    "대기열": "/staff/queue",
    "모든 질문": "/staff/queue?state=all&order=newest",
    "없는 질문": "/staff/queue?q=없는말없는말",
    "질문": "/staff/queue/{item}",
    "답하기": "/staff/queue/{item}/answer",
    "고쳐서 답하기": "/staff/queue/{item}/answer?entry=signup-how",
    "내보내기": "/staff/queue/export",
    "FAQ": "/staff/faq",
    "내린 FAQ": "/staff/faq?gone=1",
    "편집": "/staff/faq/entry/contract-status",
    "새 FAQ": "/staff/faq/new",
    "편집 이력": "/staff/faq/entry/{changed}/revisions",
    "시험해 보기": "/staff/test?mode=member&text=계약",
    "현황": "/staff/dashboard",
    "이력": "/staff/history",
    "학습": "/staff/learning",
    "파일 검사": "/staff/content",
    "직원": "/staff/people",
    "방문자 정보": "/staff/visitors?q=장민우",
    "내 계정": "/staff/account",
    "없는 화면": "/staff/nowhere",
}
SMALL_SCREENS = ((320, 640), (320, 256), (768, 1024))  # a phone, 400 % zoom, a tablet


@pytest.fixture(scope="module")
def staff(desk: Site) -> Staff:
    return demo_admin(desk)


@pytest.fixture(scope="module")
def places(desk: Site, staff: Staff) -> dict[str, str]:
    """Something in each place: a question that waits, an entry that was changed."""
    word = "".join(random.choices("bcdfghjklmnpqrstvwxz", k=9))
    member = desk.member()
    member.ask("안녕하세요")
    member.post("/questions", text=f"{word} 어디서 빌리나요")
    desk.guest().post("/questions", text=f"{word} 빌리는 곳")
    item = re.search(r'href="/staff/queue/(\d+)"', staff.page(f"/staff/queue?q={word}"))[1]
    entry = re.search(r'href="/staff/faq/entry/([\w-]+)"', staff.page("/staff/faq"))[1]
    path = f"/staff/faq/entry/{entry}"
    form = fields(staff.page(path), path)
    staff.done(staff.request("POST", path, data={**form, "answer": form["answer"] + "\n끝.\n"}))
    return {"item": item, "changed": entry, "word": word}


@pytest.fixture
def open_page(browser: Browser, desk: Site) -> Iterator[Open]:
    """Opens a browser of somebody who has signed in as the demo's admin: `open_page(color_scheme="dark")`."""
    with ExitStack() as stack:

        def opened(**options: object) -> Page:
            page = stack.enter_context(contextmanager(_page)(browser, **options))
            sign_in(page, desk)
            return page

        yield opened


def sign_in(page: Page, desk: Site, path: str = "/staff/queue") -> None:
    """As the demo's admin, through the page."""
    page.context.clear_cookies()
    page.goto(desk.url + path)
    login, password = page.locator(".notice code").all_text_contents()
    page.get_by_label("아이디").fill(login)
    page.get_by_label("비밀번호").fill(password)
    page.get_by_role("button", name="로그인").click()
    expect(page).to_have_url(desk.url + path)


@pytest.fixture(scope="session")
def axe_core(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core: from a package of the test lock, or from the npm client's registry; skips where there is neither."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package:
        return (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")
    if not shutil.which("npm"):
        pytest.skip("there is no axe-core")
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


def violations(page: Page, axe_core: str) -> list[tuple]:
    """What axe finds, light and dark."""
    page.evaluate(axe_core)
    rows = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        rows += [
            (scheme, each["id"], node["target"], node.get("failureSummary"))
            for each in found["violations"]
            for node in each["nodes"]
        ]
    return rows


def sideways(page: Page) -> dict[tuple[int, int], int]:
    """By how much the page is wider than each of the small screens."""
    wide = {}
    for screen in SMALL_SCREENS:
        page.set_viewport_size({"width": screen[0], "height": screen[1]})
        wide[screen] = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    page.set_viewport_size(DESK)
    return {screen: each for screen, each in wide.items() if each}


def small_targets(page: Page) -> list[str]:
    """Buttons, fields and the menu's links under 24 px (WCAG 2.2, 2.5.8); links within text are exempt."""
    return page.evaluate(
        """() => [...document.querySelectorAll('button, select, input:not([type=hidden]), nav a, a.button, summary')]
        .filter((each) => each.checkVisibility() && !each.closest('.hide') && !each.matches('[type=checkbox], [type=radio]'))
        .filter((each) => { const box = each.getBoundingClientRect(); return box.height < 24 || box.width < 24; })
        .map((each) => each.outerHTML.slice(0, 80))"""
    )


@pytest.fixture(scope="module")
def walk(browser: Browser, desk: Site) -> Iterator[Page]:
    """One page that goes from place to place, so that each is loaded once for all that is looked at."""
    with contextmanager(_page)(browser, reduced_motion="reduce") as page:
        sign_in(page, desk)
        yield page


@pytest.mark.parametrize("name", PAGES)
def test_targets_small_screens_and_axe(
    desk: Site, walk: Page, places: dict, axe_core: str, name: str
) -> None:
    walk.goto(desk.url + PAGES[name].format(**places))
    assert not small_targets(walk)
    assert not sideways(walk)
    walk.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert not sideways(walk)  # with all that is folded away, too
    assert not violations(walk, axe_core)


def test_axe_before_signing_in_and_where_somebody_was_faster(
    desk: Site, browser: Browser, open_page: Open, places: dict, axe_core: str
) -> None:
    with contextmanager(_page)(browser, reduced_motion="reduce") as page:
        page.goto(desk.url + "/staff/sign-in")
        assert not violations(page, axe_core)
    page = open_page(reduced_motion="reduce")
    page.goto(desk.url + f"/staff/queue/{places['item']}/answer")
    page.evaluate("document.querySelector('input[name=version]').value = '999'")
    page.get_by_label("제목").fill("다른 곳에서 먼저 고친 글")
    page.get_by_role("button", name="초안 저장").click()
    expect(page.get_by_role("alert")).to_contain_text("그 사이")
    assert not violations(page, axe_core)


def test_lint_and_preview_follow_what_is_typed(desk: Site, open_page: Open) -> None:
    page = open_page()
    page.goto(desk.url + "/staff/faq/new")
    check = page.locator("#check")
    expect(check).to_contain_text("고칠 곳")
    page.get_by_label("분류", exact=True).select_option("general")
    page.get_by_label("제목").fill("출장 신청 안내")
    page.get_by_label("답변").fill("**굵은 글**\n\n- 하나\n- 둘\n\n[밖](https://evil.example)")
    expect(check.locator("strong")).to_have_text("굵은 글")
    expect(check.locator(".markdown li")).to_have_count(2)
    expect(check).to_contain_text("허용되지 않은 링크")
    expect(check).to_contain_text("로그인 전에 물으면")
    page.get_by_label("공개 범위").select_option("guest")
    expect(check).to_contain_text("로그인 전과 회원에게 보이는 모습")
    expect(page).to_have_url(desk.url + "/staff/faq/new")


def test_filters_work_as_they_are_set(desk: Site, open_page: Open, places: dict) -> None:
    page = open_page()
    page.goto(desk.url + "/staff/queue")
    page.get_by_label("질문 찾기").fill(places["word"])
    expect(page.locator(f'#list a[href="/staff/queue/{places["item"]}"]')).to_be_visible()
    page.get_by_label("들어온 이유").select_option("failed")
    expect(page.locator("#list")).to_contain_text("조건에 맞는 질문이 없습니다")
    expect(page).to_have_url(re.compile("reason=failed"))
    for link in ("내보내기", "보류 0"):  # what leads on has the same filters
        href = page.get_by_role("link", name=re.compile(link)).get_attribute("href")
        assert "reason=failed" in href and places["word"] in href
    page.reload()
    expect(page.get_by_label("들어온 이유")).to_have_value("failed")
    page.goto(desk.url + "/staff/faq")
    page.get_by_label("분류").select_option("general")
    expect(page).to_have_url(re.compile("category=general"))
    begun = page.get_by_role("link", name="새 FAQ 쓰기")
    expect(begun).to_have_attribute("href", "/staff/faq/new?category=general")


def test_states_stand_in_one_line_and_charts_show_the_newest_days(desk: Site, open_page: Open) -> None:
    page = open_page()
    page.goto(desk.url + "/staff/queue")
    tops = page.locator("#states a").evaluate_all("links => links.map(each => each.offsetTop)")
    assert len(set(tops)) == 1
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(desk.url + "/staff/dashboard")
    today = page.locator(".chart svg[role=img] text", has_text=re.compile(r"\(.\)")).last.bounding_box()
    assert today["x"] + today["width"] <= 320


def test_leaving_with_something_typed_asks_first(desk: Site, open_page: Open) -> None:
    page = open_page()
    page.goto(desk.url + "/staff/faq/new")
    page.get_by_label("제목").press_sequentially("쓰다 만 글")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="그만두기").click()
    expect(page).to_have_url(re.compile("/staff/faq$"))
    assert asked == ["beforeunload"]


@pytest.mark.timeout(200)
def test_without_javascript(desk: Site, open_page: Open, places: dict) -> None:
    """Signing in, filtering, claiming, previewing, saving a draft, publishing, restoring: everything by plain forms."""
    page = open_page(java_script_enabled=False)
    page.get_by_label("들어온 이유").select_option("asked")
    page.get_by_label("질문 찾기").fill(places["word"])
    page.get_by_role("button", name="거르기").click()
    page.locator(f'#list a[href="/staff/queue/{places["item"]}"]').click()
    question = page.get_by_role("heading", level=1).text_content()
    claim = page.get_by_role("button", name="맡기", exact=True)
    if claim.count():
        claim.click()
    page.locator("a", has_text=re.compile("새 FAQ로 답하기|초안 이어서 쓰기")).click()
    page.get_by_label("제목").fill(f"{question} 안내")
    page.get_by_label("답변").fill("**총무팀**에서 빌립니다.")
    word = question.split()[0]
    ways = "\n".join(f"{word} {way}" for way in ("대여", "빌릴 곳", "반납", "대여료", "어디예요"))
    page.get_by_label("질문 표현 (한 줄에 하나)").fill(f"{question}\n{ways}")
    page.get_by_role("textbox", name="id", exact=True).fill(f"made-{word}")
    page.get_by_label("분류", exact=True).select_option("general")
    page.get_by_role("button", name="검사하고 미리 보기").click()
    expect(page.locator("#check .markdown strong")).to_have_text("총무팀")
    expect(page.get_by_label("제목")).to_have_value(f"{question} 안내")
    page.get_by_role("button", name="초안 저장").click()
    expect(page.get_by_role("status")).to_contain_text("초안을 저장했습니다")
    page.get_by_role("button", name="발행하고 알리기").click(timeout=60_000)
    expect(page.get_by_role("status")).to_contain_text("발행했습니다", timeout=60_000)
    page.goto(desk.url + f"/staff/faq/entry/made-{word}")
    page.get_by_label("답변").fill("다른 답입니다.")
    page.get_by_role("button", name="저장하고 반영하기").click(timeout=60_000)
    page.get_by_role("link", name="편집 이력 / 복구").click()
    page.get_by_role("button", name="이 모습으로 복구").first.click(timeout=60_000)
    expect(page.get_by_role("status")).to_contain_text("되돌렸습니다", timeout=60_000)
    page.get_by_role("button", name="로그아웃").click()
    expect(page.get_by_role("status")).to_contain_text("로그아웃했습니다")


def access_key(page: Page, key: str) -> None:
    """Alt and a letter as a keyboard sends them; Playwright leaves out the letter, which Chromium finds access keys by."""
    event = {"modifiers": 1, "key": key, "windowsVirtualKeyCode": ord(key.upper())}
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.dispatchKeyEvent", {**event, "type": "keyDown", "text": key, "unmodifiedText": key})
    keyboard.send("Input.dispatchKeyEvent", {**event, "type": "keyUp"})


def test_keys(desk: Site, open_page: Open, places: dict) -> None:
    """What 내 계정 lists: next question, answer, save."""
    page = open_page()
    desk.guest().post("/questions", text="다음에 볼 질문 하나 더")
    page.goto(desk.url + f"/staff/queue/{places['item']}")
    access_key(page, "n")
    expect(page).not_to_have_url(re.compile(f"/{places['item']}$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    access_key(page, "a")
    expect(page).to_have_url(re.compile("/answer$"))
    page.get_by_label("제목").fill("단축키로 저장하는 글")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status")).to_contain_text("초안을 저장했습니다")
    expect(page.get_by_label("제목")).to_have_value("단축키로 저장하는 글")


def test_keyboard_alone(desk: Site, open_page: Open, places: dict) -> None:
    """Signs in, skips to the content, opens an item, holds it with a reason: no mouse, and focus can be seen throughout."""
    page = open_page()
    page.context.clear_cookies()
    page.goto(desk.url + "/staff/queue?state=all&order=newest")
    login, password = page.locator(".notice code").all_text_contents()
    keys = page.keyboard
    keys.type(login)  # the field has the focus
    keys.press("Tab")
    keys.type(password)
    keys.press("Enter")
    expect(page).to_have_url(re.compile("state=all"))

    def tab_to(name: str, role: str = "") -> None:
        for _ in range(150):
            keys.press("Tab")
            focused = page.evaluate(
                """() => { const each = document.activeElement, style = getComputedStyle(each);
                return [each.textContent.trim() || each.getAttribute('aria-label') || each.name || '',
                  style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, each.tagName]; }"""
            )
            assert focused[1], f"no focus ring on {focused}"
            if name in focused[0] and (not role or focused[2] == role):
                return
        raise AssertionError(f"{name} is not reached by Tab")

    keys.press("Tab")
    expect(page.get_by_role("link", name="본문으로 건너뛰기")).to_be_focused()
    keys.press("Enter")
    tab_to("거르기", "BUTTON")
    item = page.locator("#list td.ask a").first.text_content()
    tab_to(item[:20], "A")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(item)
    if page.locator("summary", has_text="보류").count():
        tab_to("보류", "SUMMARY")
        keys.press("Enter")
        keys.press("Tab")
        keys.type("확인하고 있습니다")
        keys.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("보류했습니다")
