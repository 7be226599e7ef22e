"""How much a page loads, as a browser counts it: the files as they are served, none of them before it is needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.chat import Chat
from tests.site import Site

STATIC = Path(__file__).parents[2] / "bot" / "web" / "static"
LAUNCHER = STATIC / "elbi.js"
FILES = [LAUNCHER, *sorted((STATIC / "elbi").glob("**/*"))]
STRINGS = {"ko": "ko.js", "en": "en.js"}
MOST, MOST_AT_FIRST = 25_000, 5_000  # bytes, gzipped

Transferred = dict[str, int]


def transferred(chat: Chat) -> Transferred:
    """Bytes of the widget's files by name, as they came over the network, compressed and without headers."""
    return chat.page.evaluate(
        """Object.fromEntries(performance.getEntriesByType('resource')
          .filter(({ name }) => /elbi.*[.](js|css)$/.test(new URL(name).pathname))
          .map(({ name, encodedBodySize }) => [name.split('/').at(-1), encodedBodySize]))"""
    )


@pytest.mark.parametrize("language", STRINGS)
def test_size(visit, language: str, told: Callable[[str, str], None]) -> None:
    """One request a file, each compressed on its own: their sum is what a session costs."""
    chat = visit()
    chat.page.evaluate("(lang) => document.querySelector('elbi-chat').lang = lang", language)
    chat.face.wait_for()
    at_first = transferred(chat)
    assert set(at_first) == {LAUNCHER.name}
    chat.open().ask("회원가입 방법")
    chat.page.locator(".bar .ask").click()
    everything = transferred(chat)
    others = set(STRINGS.values()) - {STRINGS[language]}
    assert set(everything) == {file.name for file in FILES} - others
    first, total = sum(at_first.values()), sum(everything.values())
    told("Size, transferred", f"{language}: launcher {first:6} bytes of {MOST_AT_FIRST}")
    told("Size, transferred", f"{language}: all      {total:6} bytes of {MOST} ({len(everything)} modules)")
    for name, size in sorted(everything.items()):
        told("Size, transferred", f"    {name:10} {size:6}")
    assert 0 < first <= MOST_AT_FIRST
    assert total <= MOST


def test_it_depends_on_nothing_and_is_served_as_it_stands(site: Site, page) -> None:
    """Every module a page loads is one of these files, byte for byte, and no other address is asked."""
    loaded: dict[str, bytes] = {}
    page.on("response", lambda response: loaded.update({response.url: response.body()}))
    page.goto(site.url + "/chat")
    page.locator(".welcome").wait_for()
    scripts = {url: body for url, body in loaded.items() if "/elbi" in url and url.endswith(".js")}
    for url, body in scripts.items():
        name = url.rsplit("/", 1)[-1]
        assert body == next(file for file in FILES if file.name == name).read_bytes()
    assert all(url.startswith(site.url) for url in loaded)
