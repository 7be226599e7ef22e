"""Laws of claims: of a worker that has ended, and of nobody else, what it held is free."""

from __future__ import annotations

import os
import subprocess
import sys

from bot.store.claims import Claims


def test_only_what_a_worker_of_this_host_left_is_orphaned() -> None:
    claims = Claims()
    mine = claims.new()
    assert len(mine) <= 36 and mine != claims.new()
    assert not claims.is_orphan(mine)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = mine.replace(f"-{os.getpid()}-", f"-{ended.pid}-")
    assert claims.is_orphan(left)
    assert not Claims().is_orphan(left)  # another host, where that number means nothing
    assert not claims.is_orphan("0f8fad5b-d9cb-469f-a165-70867728950e")
