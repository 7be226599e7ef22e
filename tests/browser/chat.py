"""The widget as a person's hands and eyes meet it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class Chat:
    """A page with a chat in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.field = page.locator("#question")
        self.log = page.locator("[role=log]")
        self.turns = page.locator(".turn")
        self.last = self.turns.last
        self.panel = page.locator(".panel")
        self.sheet = page.locator(".page")
        self.face = page.locator(".face")
        self.options = page.get_by_role("option")
        self.announced = page.locator("[aria-live=polite]")

    def open(self) -> Chat:
        self.face.click()
        return self.ready()

    def ready(self) -> Chat:
        expect(self.page.locator(".welcome, .mark, .turn").first).to_be_visible()
        return self

    def log_in(self) -> Chat:
        self.page.locator("#login").click()
        expect(self.page.locator(".who")).to_contain_text("장민우")
        return self.ready()

    def ask(self, text: str) -> Locator:
        """Asks and returns the turn, once answered."""
        before = self.turns.count()
        self.field.fill(text)
        self.field.press("Enter")
        turn = self.turns.nth(before)
        expect(turn.locator(".reply").first).to_be_visible()
        return turn

    def act(self, label: str) -> None:
        """Presses a button of the bottom bar."""
        self.page.locator(".bar").get_by_role("button", name=label, exact=True).click()

    def tab(self, path: str = "/") -> Chat:
        """Another tab of the same browser."""
        page = self.page.context.new_page()
        page.goto(self.page.url.split("/", 3)[0] + "//" + self.page.url.split("/", 3)[2] + path)
        return Chat(page)

    def come_back(self) -> None:
        """What the browser says when the person looks at this tab again: the chat asks for news."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def send(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def write_to_staff(self, text: str) -> None:
        """To 엘비 by its form, and back to the conversation."""
        self.act("To 엘비")
        self.sheet.get_by_label("담당자에게 남길 질문").fill(text)
        self.sheet.get_by_role("button", name="담당자에게 보내기").click()
        expect(self.sheet).to_contain_text("담당자에게 전달했어요")
        self.page.keyboard.press("Escape")

    def texts(self) -> list[str]:
        """The visitor's questions on screen."""
        return [text.removeprefix("나: ") for text in self.page.locator(".said").all_text_contents()]

    def stored(self) -> str:
        """Everything the browser keeps."""
        return self.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")

    def session(self) -> str:
        """The session's token, as the browser keeps it."""
        return self.page.evaluate(
            """() => { for (const store of [sessionStorage, localStorage])
                 for (const [key, value] of Object.entries(store))
                   if (/^elbi:.*[0-9]$/.test(key)) return JSON.parse(value).session; }"""
        )
