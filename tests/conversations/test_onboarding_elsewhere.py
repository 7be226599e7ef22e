"""Onboarding beside our own server: the form under Rasa's own, and a portal database that is down."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.onboarding.demo import demo_records
from bot.onboarding.times import SEOUL
from bot.store import onboarding
from bot.store.database import Database
from tests.conftest import ROOT, environment, free_port, serving, wait_for
from tests.site import Site

pytestmark = pytest.mark.timeout(300)
STATUS = "우리 회사 가입 진행상태"


# `rasa run actions`, and the agent as `rasa shell` loads it ------------------------------------------------------------


@pytest.fixture(scope="module")
def action_server(model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`rasa run actions` as in the README, over a database with the demo's records."""
    state = tmp_path_factory.mktemp("actions")
    database = Database(f"sqlite:///{state / 'elbi.db'}")
    database.upgrade()
    with database.write() as connection:
        onboarding.put(connection, [asdict(each) for each in demo_records(datetime.now(SEOUL))])
    database.close()
    port = free_port()
    environ = environment(ELBI_STATE_DIR=state, ELBI_MODEL_DIR=model_dir) | {
        "RASA_TELEMETRY_ENABLED": "false"
    }
    command = [str(Path(sys.executable).with_name("rasa")), "run", "actions", "--port", str(port)]
    with open(state / "log", "wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
    try:
        wait_for(lambda: _listens(port), timeout=120, alive=process)
        yield f"http://127.0.0.1:{port}/webhook"
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_the_form_under_rasa_s_own_servers(action_server: str, model_dir: Path) -> None:
    from rasa.core.agent import Agent
    from rasa.utils.endpoints import EndpointConfig

    (model,) = model_dir.glob("elbi-*.tar.gz")
    agent = Agent.load(str(model), action_endpoint=EndpointConfig(action_server))

    async def talk(*texts: str) -> list[dict[str, Any]]:
        told = [await agent.handle_text(text, sender_id="shell") for text in texts]
        return [part["custom"] for parts in told for part in parts if "custom" in part]

    loop = asyncio.new_event_loop()
    said = loop.run_until_complete(
        talk(STATUS, "999010008", "9990100084", "김철수", "도움말", STATUS, "９９９－０１－０００８４", "윤슬기", "안녕하세요", STATUS, "그만하기")
    )  # fmt: skip
    loop.close()
    assert [reply["kind"] for reply in said] == [
        "form", "form", "form", "form", "help", "form", "form", "onboarding", "text", "form", "text",
    ]  # fmt: skip
    assert "10자리" in said[1]["error"]
    assert "모두 일치하는" in said[3]["error"]
    assert said[5]["field"] == "business_number" and "error" not in said[5]
    assert said[7]["next"] == "signup" and "company" not in said[7]


# a portal database that accepts and never answers ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def without_portal(model_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        url = f"postgresql://elbi:geheim@127.0.0.1:{silent.getsockname()[1]}/portal"
        with serving(tmp_path_factory.mktemp("noportal"), model_dir, ELBI_PORTAL_DATABASE_URL=url) as running:
            yield running


def test_a_portal_that_is_down_is_said_kindly_and_other_answers_go_on(without_portal: Site) -> None:
    member, other = without_portal.member(), without_portal.guest()
    other.ask("회원가입 방법")
    found: list[dict[str, Any]] = []
    asking = threading.Thread(target=lambda: found.append(member.ask(STATUS)))
    began = time.monotonic()
    asking.start()
    answered = 0
    while asking.is_alive():
        before = time.monotonic()
        assert other.ask("회원가입 방법")["kind"] == "faq"
        assert time.monotonic() - before < 2, "others waited for the portal"
        answered += 1
    asking.join()
    assert answered >= 1
    assert time.monotonic() - began < 15
    assert found[0]["kind"] == "text" and "조회할 수 없어요" in found[0]["text"]
    assert without_portal.guest().ask(STATUS) == found[0]  # told at once, not asked for a number first
    assert without_portal.guest().ask("인증서 발급 비용이 얼마인가요")["kind"] == "faq"
    log = without_portal.log.read_text(encoding="utf-8")
    warnings = [json.loads(line) for line in log.splitlines() if '"onboarding.unavailable"' in line]
    assert warnings and "geheim" not in log
