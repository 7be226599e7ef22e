"""Names of claims, by which the workers of a host see whether the one that made a claim is still there."""

from __future__ import annotations

import os
import uuid


class Claims:
    """Those of one host's workers; made before they part ways."""

    def __init__(self) -> None:
        self._host = uuid.uuid4().hex[:8]

    def new(self) -> str:
        """A claim of the process that asks (at most 36 characters)."""
        return f"{self._host}-{os.getpid()}-{uuid.uuid4().hex[:16]}"

    def is_orphan(self, claim: str) -> bool:
        """Whether the worker of this host that made a claim has ended; of another host's nothing is known: they run out."""
        host, pid, *_ = claim.split("-")
        if host != self._host:
            return False
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        return False
