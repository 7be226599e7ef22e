"""axe-core finds nothing in any state of the chat, in light and dark, before and after login."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.replies import ANSWERED, FORM, ONBOARDING, UNANSWERED, said


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, from a package of the test lock."""
    package = importlib.util.find_spec("axe_playwright_python")
    return (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


Look = Callable[[Chat, str], None]


@pytest.fixture
def look(axe: str, request: pytest.FixtureRequest, told: Callable[[str, str], None]) -> Look:
    """Runs axe over the page as it stands; at the end, fails for what it found anywhere."""
    states: dict[str, list] = {}

    def run(chat: Chat, state: str) -> None:
        if not chat.page.evaluate("'axe' in window"):
            chat.page.evaluate(axe)
        chat.page.wait_for_timeout(60)  # colours that change under the pointer
        found = chat.page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        states[state] = [
            (each["id"], node["target"], node.get("failureSummary"))
            for each in found["violations"]
            for node in each["nodes"]
        ]

    yield run
    wrong = {state: found for state, found in states.items() if found}
    name = request.node.name.removeprefix("test_axe_finds_nothing")
    told(
        "axe-core",
        f"{sum(map(len, states.values()))} violations in {len(states)} states {name}: {', '.join(states)}",
    )
    assert not wrong, wrong


SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@SCHEMES
def test_axe_finds_nothing_before_login(visit, look: Look, scheme: str) -> None:
    chat = visit(color_scheme=scheme, reduced_motion="reduce")
    look(chat, "closed")
    chat.open()
    look(chat, "welcome")
    chat.ask("계약")
    chat.ask("은행별 상생결제론 명칭").get_by_role("button", name="도움됨").click()
    expect(chat.last).to_contain_text("다행이에요")
    look(chat, "answer, login required")
    chat.act("도움말")
    chat.last.get_by_role("button", name="견적 및 계약").click()
    look(chat, "help topic")
    chat.page.keyboard.press("Escape")
    for act in ("To 엘비", "댓글", "공유"):
        chat.act(act)
        expect(chat.sheet.locator(".dots")).to_have_count(0)
        look(chat, act)
        chat.page.keyboard.press("Escape")
    chat.page.get_by_role("button", name="내 질문").click()
    expect(chat.sheet.locator(".dots")).to_have_count(0)
    look(chat, "no questions")
    chat.page.keyboard.press("Escape")
    chat.write_to_staff("가입 승인은 며칠 걸리나요")
    chat.page.get_by_role("button", name="내 질문").click()
    expect(chat.sheet.locator(".asked")).to_have_count(1)
    look(chat, "my questions")
    chat.page.keyboard.press("Escape")
    chat.field.press_sequentially("가입")
    expect(chat.options.first).to_be_visible()
    chat.field.press("ArrowDown")
    look(chat, "suggestions")
    chat.field.press("Escape")
    chat.page.context.set_offline(True)
    chat.send("가입")
    expect(chat.last).to_contain_text("보내지 못했어요")
    look(chat, "offline, not sent")


@SCHEMES
def test_axe_finds_nothing_after_login(visit, look: Look, scheme: str) -> None:
    chat = visit(color_scheme=scheme, reduced_motion="reduce").log_in()
    look(chat, "welcome")
    chat.act("Best")
    chat.act("Updated")
    chat.ask("계약").get_by_role("button", name="전체보기").click()
    expect(chat.sheet.locator("li").first).to_be_visible()
    look(chat, "전체보기")
    chat.page.keyboard.press("Escape")
    look(chat, "lists")
    said(chat, UNANSWERED, ANSWERED, ONBOARDING, FORM)
    chat.ask("모두 보여 주세요")
    look(chat, "no answer, answered, onboarding, form")
    chat.field.fill("가" * 501)
    look(chat, "too long")
    chat.page.get_by_role("button", name="접기").click()
    look(chat, "folded")
