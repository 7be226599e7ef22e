"""Chromium for the browser tests: one browser a run, a fresh profile a test; and what a run prints about the widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chat import Chat
from tests.site import Site

CHROMIUM = Path("/usr/bin/chromium")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-features=LocalNetworkAccessChecks",  # another site's page may reach the server on loopback
]
DESK = {"width": 1280, "height": 860}

Visit = Callable[..., Chat]
REPORT: dict[str, list[str]] = {}  # lines by heading


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    result = yield
    if result.when == "call" and "hangul" in getattr(item, "fixturenames", ()):
        REPORT.setdefault("Hangul composition", []).append(f"{result.outcome:7} {item.name}")
    return result


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for heading, lines in REPORT.items():
        terminalreporter.section(heading)
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def told() -> Callable[[str, str], None]:
    """Adds a line to what the run prints at its end: `told(heading, line)`."""
    return lambda heading, line: REPORT.setdefault(heading, []).append(line)


@pytest.fixture(scope="package")  # while Playwright runs, its event loop does, and `asyncio.run` is refused
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=OPTIONS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from _page(browser)


def _page(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page whose console must stay free of errors, except of refused requests, which some tests provoke."""
    context = browser.new_context(**{"viewport": DESK, "locale": "ko-KR", **options})
    context.set_default_timeout(10_000)
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console",
        lambda message: (
            said.append(message.text)
            if message.type in ("error", "warning") and "Failed to load resource" not in message.text
            else None
        ),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert not said, said


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens a page of the site: `visit("/", color_scheme="dark")`."""
    open_pages: list[Iterator[Page]] = []

    def opened(path: str = "/", **options: Any) -> Chat:
        pages = _page(browser, **options)
        open_pages.append(pages)
        page = next(pages)
        page.goto(site.url + path)
        return Chat(page)

    yield opened
    for pages in open_pages:
        for _ in pages:
            pass


@pytest.fixture
def guest(visit: Visit) -> Chat:
    """The demo page before login, with the popup open."""
    return visit().open()


@pytest.fixture
def member(visit: Visit) -> Chat:
    """The demo page after login, with the panel in the page."""
    return visit().log_in()
