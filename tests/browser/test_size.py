"""How much a page loads: the files as they are served, none of them before it is needed."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.site import Site

STATIC = Path(__file__).parents[2] / "bot" / "web" / "static"
LAUNCHER = [STATIC / "elbi.js", STATIC / "elbi" / "dom.js"]
EVERYTHING = [STATIC / "elbi.js", *sorted((STATIC / "elbi").glob("**/*"))]
MOST, MOST_AT_FIRST = 25_000, 5_000  # bytes, gzipped


def packed(files: Iterable[Path]) -> int:
    return len(gzip.compress(b"".join(file.read_bytes() for file in files), 9, mtime=0))


def test_size(told: Callable[[str, str], None]) -> None:
    launcher = sum(packed([file]) for file in LAUNCHER)
    told("Size, gzipped", f"launcher {launcher:6} bytes of {MOST_AT_FIRST} (elbi.js, dom.js)")
    told("Size, gzipped", f"all      {packed(EVERYTHING):6} bytes of {MOST} ({len(EVERYTHING)} modules)")
    for file in EVERYTHING:
        told("Size, gzipped", f"  {file.name:12} {packed([file]):6}")
    assert launcher <= MOST_AT_FIRST
    assert packed(EVERYTHING) <= MOST


def test_it_depends_on_nothing_and_is_served_as_it_stands(site: Site, page) -> None:
    """Every module a page loads is one of these files, byte for byte, and no other address is asked."""
    loaded: dict[str, bytes] = {}
    page.on("response", lambda response: loaded.update({response.url: response.body()}))
    page.goto(site.url + "/chat")
    page.locator(".welcome").wait_for()
    scripts = {url: body for url, body in loaded.items() if "/elbi" in url and url.endswith(".js")}
    assert {url.rsplit("/", 1)[-1] for url in scripts} == {file.name for file in EVERYTHING}
    for url, body in scripts.items():
        name = url.rsplit("/", 1)[-1]
        assert body == next(file for file in EVERYTHING if file.name == name).read_bytes()
    assert all(url.startswith(site.url) for url in loaded)


def test_the_launcher_loads_nothing_else_until_it_is_opened(visit) -> None:
    chat = visit()
    chat.face.wait_for()
    loaded = "performance.getEntriesByType('resource').map((each) => each.name).filter((name) => /elbi.*js$/.test(name))"
    assert {name.rsplit("/", 1)[-1] for name in chat.page.evaluate(loaded)} == {
        file.name for file in LAUNCHER
    }
