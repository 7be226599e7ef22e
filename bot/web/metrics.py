"""Prometheus metrics: each worker process counts, whichever is asked tells the counts of all of its host."""

from __future__ import annotations

import contextlib

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead


class Metrics:
    """What this process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        where = {"registry": self.registry}
        self.turns = Counter("elbi_turns", "Turns answered", ["mode", "outcome"], **where)
        self.turn_seconds = Histogram(
            "elbi_turn_seconds", "Time from a question to its stored reply", **where
        )
        self.questions = Counter("elbi_questions", "Questions sent to staff by hand", ["mode"], **where)
        self.errors = Counter("elbi_errors", "Requests refused or failed", ["status"], **where)
        self.entries = Gauge(
            "elbi_faq_entries", "FAQ entries answered from", multiprocess_mode="livemin", **where
        )
        self.problems = Gauge(
            "elbi_faq_problems",
            "Problems that keep the newest FAQ files from being used",
            multiprocess_mode="livemax",
            **where,
        )

    def told(self) -> bytes:
        """In Prometheus's text format, of all workers where they share their counts (see share_metrics)."""
        registry = CollectorRegistry()
        try:
            MultiProcessCollector(registry)
        except ValueError:  # they do not: there is one
            registry = self.registry
        return generate_latest(registry)


def forget_worker(pid: int) -> None:
    """A worker that has ended: what it counted stays, what it knew does not."""
    with contextlib.suppress(OSError):
        mark_process_dead(pid)
