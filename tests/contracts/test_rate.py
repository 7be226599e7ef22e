"""What holds of every counter of requests: the one in the process, and the one in Redis."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from sanic.compat import Header

from bot.web import rate
from bot.web.rate import OwnWindow, SharedWindow, address
from tests.hosts.landscape import Redis


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    import shutil

    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed (Debian: redis-server)")
    running = Redis(tmp_path_factory.mktemp("redis"))
    yield running
    running.kill()


@pytest.fixture(params=["own", "redis"])
def window(request: pytest.FixtureRequest) -> OwnWindow | SharedWindow:
    if request.param == "own":
        return OwnWindow()
    return SharedWindow(request.getfixturevalue("server").url)


def test_so_many_in_a_moving_window(window, request: pytest.FixtureRequest) -> None:
    key = request.node.name
    assert [window.wait(key, 3, 2, True) for _ in range(3)] == [0, 0, 0]
    wait = window.wait(key, 3, 2, True)
    assert 0 < wait <= 2
    assert window.wait(key + " another", 3, 2, True) == 0
    time.sleep(wait + 0.02)
    assert window.wait(key, 3, 2, False) == 0  # looked at, not counted
    assert window.wait(key, 3, 2, True) == 0


def test_the_wait_is_that_of_the_earliest(window, request: pytest.FixtureRequest) -> None:
    """Not of the latest: who stops asking is let in as soon as they may."""
    key = request.node.name
    window.wait(key, 2, 30, True)
    time.sleep(0.5)
    window.wait(key, 2, 30, True)
    assert 15 < window.wait(key, 2, 30, True) < 29.6


def test_what_is_refused_does_not_count(window, request: pytest.FixtureRequest) -> None:
    key = request.node.name
    assert window.wait(key, 1, 2, True) == 0
    for _ in range(5):
        assert (wait := window.wait(key, 1, 2, True)) > 0
        time.sleep(0.05)
    time.sleep(wait)
    assert window.wait(key, 1, 2, True) == 0


def test_nobody_is_remembered_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "SWEEP_SECONDS", 0.2)
    window = OwnWindow()
    for number in range(1000):
        window.wait(f"visitor {number}", 30, 0.1, True)
    time.sleep(0.3)
    window.wait("somebody else", 30, 0.1, True)
    assert len(window) == 1


def test_redis_counts_for_all_and_forgets(server: Redis) -> None:
    one, other = SharedWindow(server.url), SharedWindow(server.url)
    assert [one.wait("elbi:all", 2, 1, True), other.wait("elbi:all", 2, 1, True)] == [0, 0]
    assert one.wait("elbi:all", 2, 1, True) > 0 and other.wait("elbi:all", 2, 1, True) > 0
    time.sleep(1.2)
    assert b"elbi:all" not in server.counters()


@pytest.mark.parametrize(
    ("lines", "proxies", "seen"),
    [
        ([], 0, "192.0.2.9"),
        (["198.51.100.1"], 0, "192.0.2.9"),  # nobody is believed
        (["198.51.100.1"], 1, "198.51.100.1"),
        (["10.0.0.1, 198.51.100.1"], 1, "198.51.100.1"),  # what the client wrote stands first
        (["10.0.0.1, 198.51.100.1, 203.0.113.5"], 2, "198.51.100.1"),
        (["10.0.0.1", "198.51.100.1"], 1, "198.51.100.1"),  # a proxy that adds a line of its own
        (["10.0.0.1"], 2, "192.0.2.9"),  # past the proxies
        (["unknown"], 1, "192.0.2.9"),
        (["198.51.100.1:4711"], 1, "198.51.100.1"),
        (["[2001:db8:1:2::3]:4711"], 1, "2001:db8:1:2::/64"),
        (["2001:db8:1:2:9999::3"], 1, "2001:db8:1:2::/64"),
        (["::ffff:198.51.100.1"], 1, "198.51.100.1"),
    ],
)
def test_whose_word_counts_for_an_address(lines: list[str], proxies: int, seen: str) -> None:
    request = SimpleNamespace(headers=Header([("x-forwarded-for", line) for line in lines]), ip="192.0.2.9")
    assert address(request, proxies) == seen
