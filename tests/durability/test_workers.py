"""Worker processes at one port: each has its share of the connections, one that replaces another as well."""

from __future__ import annotations

import os
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import serving, wait_for
from tests.site import Site

ESTABLISHED = "01"
AT_ONCE = 40


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, model_dir: Path) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("workers"), model_dir, "--workers", "2") as running:
        yield running


def workers(site: Site) -> set[int]:
    """The processes the server has started."""
    return set(
        map(int, Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text().split())
    )


def connections(site: Site) -> Counter[int]:
    """How many open connections to the server each of its workers has."""
    port = f":{int(site.url.rpartition(':')[2]):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(port) and row[3] == ESTABLISHED}
    found: Counter[int] = Counter()
    for pid in workers(site):
        links = [os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()]
        found[pid] = len(sockets.intersection(links))
    return found


def open_at_once(site: Site) -> list[socket.socket]:
    """Connections that all wait before any of them is answered; returns when all have been."""
    address = ("127.0.0.1", int(site.url.rpartition(":")[2]))
    opened = [socket.create_connection(address, timeout=20) for _ in range(AT_ONCE)]
    for each in opened:
        each.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for each in opened:
        assert each.recv(4096).startswith(b"HTTP/1.1 200")
    return opened


def test_a_burst_of_connections_is_shared(site: Site) -> None:
    wait_for(lambda: not sum(connections(site).values()))
    opened = open_at_once(site)
    shares = connections(site)
    assert len(shares) == 2 and sum(shares.values()) == AT_ONCE
    assert min(shares.values()) >= AT_ONCE // 4, shares
    for each in opened:
        each.close()
    wait_for(lambda: not sum(connections(site).values()))
    again = open_at_once(site)  # those that were closed count no more
    shares = connections(site)
    assert min(shares.values()) >= AT_ONCE // 4, shares
    for each in again:
        each.close()


def test_a_worker_that_replaces_another_gets_its_share(site: Site) -> None:
    before, old = open_at_once(site), workers(site)
    killed = min(old)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: len(workers(site) - old) == 1, timeout=60)
    (new,) = workers(site) - old
    wait_for(lambda: answered_by(site, new), timeout=60)
    after = open_at_once(site)
    assert connections(site)[new] >= AT_ONCE // 4, connections(site)
    for each in (*before, *after):
        each.close()


def answered_by(site: Site, worker: int) -> bool:
    """Whether a worker accepts connections already."""
    opened = open_at_once(site)
    found = connections(site)[worker] > 0
    for each in opened:
        each.close()
    return found
