"""Our own log lines: structured, one a line on stderr, without personal data."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import Any

import structlog


def configure(level: str = "INFO") -> None:
    """Sets up structlog for this process; of others' lines (Rasa's), those from WARNING up: below it, they tell texts."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        processors=[
            _ours_or_serious,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=_Logger,
        cache_logger_on_first_use=False,
    )


class _Logger(structlog.PrintLogger):
    """Prints to stderr, and knows by the name it was asked for whether it is ours."""

    def __init__(self, name: str = "", *_: Any) -> None:
        super().__init__(sys.stderr)
        self.ours = name == "elbi"

    def msg(self, message: str) -> None:
        """Prints a line; where the disk of the log is full, nothing but the line is lost."""
        with contextlib.suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def _ours_or_serious(logger: _Logger, method: str, event: dict[str, Any]) -> dict[str, Any]:
    if not logger.ours and method in ("debug", "info"):
        raise structlog.DropEvent
    return event
