"""The widget in a page of another site; a server that asks to wait, and restarts in mid-conversation."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.conftest import free_port, serving

HOST = "http://localhost:8999"


def test_another_site_a_limit_and_a_restart(page, tmp_path: Path, model_dir: Path) -> None:
    port = free_port()
    body = f'<!doctype html><script type="module" src="http://127.0.0.1:{port}/elbi.js"></script><elbi-chat></elbi-chat>'
    csp = f"default-src 'none'; script-src http://127.0.0.1:{port}; connect-src http://127.0.0.1:{port}"
    headers = {"Content-Security-Policy": csp}
    page.route(HOST + "/", lambda route: route.fulfill(body=body, content_type="text/html", headers=headers))
    chat = Chat(page)

    def server(**settings: object):
        return serving(tmp_path / "state", model_dir, port=port, ELBI_ALLOWED_ORIGINS=HOST, **settings)

    page.clock.install()
    with server(ELBI_MESSAGES_PER_MINUTE=1):
        page.goto(HOST + "/")
        chat.open()
        expect(chat.ask("회원가입 방법").locator("article")).to_be_visible()
        with page.expect_response(lambda response: response.request.method == "POST") as refused:
            chat.send("공인인증서")
        assert refused.value.status == 429
        counting = chat.last.locator(".meta")
        expect(counting).to_contain_text("초 뒤에 다시 보낼게요")
        assert int(counting.inner_text().split("초")[0]) <= int(refused.value.headers["retry-after"]) <= 61
    page.clock.run_for(61_000)  # the time has come, but the server has gone
    expect(chat.last).to_contain_text("보내지 못했어요")
    with server():
        chat.last.get_by_role("button", name="다시 보내기").click()
        expect(chat.last.locator(".reply").first).to_be_visible()
        page.reload()
        chat.open()
        expect(chat.turns).to_have_count(2)
        assert chat.texts() == ["회원가입 방법", "공인인증서"]
