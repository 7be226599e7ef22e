"""Pictures of the chat for the README: `python -m tests.browser.screenshots [URL] [FOLDER]` with a server on URL."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.chat import Chat
from tests.browser.conftest import CHROMIUM, OPTIONS

DOCS = Path(__file__).parents[2] / "docs" / "screenshots"
LIMIT = 150_000  # bytes


def main(url: str = "http://127.0.0.1:8000", folder: Path = DOCS) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=OPTIONS)

        guest = chat(browser, url).open()
        take(guest, folder / "guest.png")
        help_page = chat(browser, url).open()
        help_page.act("도움말")
        expect(help_page.last.locator("[data-kind=help]")).to_be_visible()
        take(help_page, folder / "help.png")
        member = chat(browser, url).log_in()
        take(member, folder / "member.png")
        member.ask("계약")
        take(member, folder / "list.png")
        member.ask("세금계산서 발행")
        take(member, folder / "answer.png")
        phone = chat(
            browser, url + "/chat", viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True
        )
        phone.ready().ask("은행별 상생결제론 명칭")
        take(phone, folder / "phone.png")
        browser.close()


def chat(browser: Browser, url: str, **options: object) -> Chat:
    settings = {
        "viewport": {"width": 1280, "height": 800},
        "locale": "ko-KR",
        "reduced_motion": "reduce",
        **options,
    }
    page = browser.new_context(**settings).new_page()
    page.goto(url)
    return Chat(page)


def take(chat: Chat, file: Path) -> None:
    chat.page.mouse.move(0, 0)
    chat.page.wait_for_timeout(300)
    chat.page.screenshot(path=file)
    Image.open(file).convert("RGB").quantize(256).save(file, optimize=True)
    size = file.stat().st_size
    print(f"{file} {size // 1000} kB")
    assert size < LIMIT, f"{file} is over {LIMIT} bytes"


if __name__ == "__main__":
    main(*sys.argv[1:2], *map(Path, sys.argv[2:3]))
