"""Log lines: ours as they are, others' from WARNING up, because below it Rasa tells what visitors typed."""

from __future__ import annotations

import json

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def as_before():
    yield
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()]


def test_at_debug_others_do_not_tell_texts(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG")
    structlog.get_logger("elbi").debug("ours")
    for logger in (structlog.get_logger(), structlog.get_logger("rasa.core.processor")):
        logger.debug("processor.message.parse", parse_data_text="홍길동")
        logger.info("processor.slots.log", slot_values="9991234561")
        logger.warning("serious")
    assert lines(capsys) == ["ours", "serious", "serious"]


def test_the_level_holds_for_ours(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("WARNING")
    structlog.get_logger("elbi").info("quiet")
    structlog.get_logger("elbi").error("loud")
    assert lines(capsys) == ["loud"]
