"""FAQ files that change, break and are mended while they are served; and at the start."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.support import web
from tests.conftest import ROOT, serving, wait_for
from tests.durability.test_start import run_to_the_end
from tests.site import Site

OLD = "이 안내는 **담당자 지정이나 계약 진행 상태** 때문에"
NEW = "다시 쓴 안내입니다. **담당자 지정이나 계약 진행 상태** 때문에"
ADDED = """
  - id: parking-at-the-site
    system: PartnerPlus
    title: 무인택배함 보관 물품 수령 안내
    audience: member
    questions:
      - 무인택배함 물품 수령
      - 무인택배함에 둔 물건은 어떻게 찾나요
      - 택배함 비밀번호를 모르겠어요
      - 무인택배함 보관 기간
      - 무인택배함 위치가 어디예요
      - 무인택배함에서 물건을 꺼내는 방법을 알려 주세요
    keywords: [무인택배함]
    answer: |
      무인택배함의 물품은 현장 담당자에게 문의해 주십시오.
    updated: 2026-11-23
    source: sample
"""
SECONDS = 3.0  # from an edit until it is served


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = tmp_path_factory.mktemp("content") / "faq"
    shutil.copytree(ROOT / "data" / "faq", copied)
    return copied


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("edited")


@pytest.fixture(scope="module")
def edited(directory: Path, home: Path, model_dir: Path) -> Iterator[Site]:
    with serving(home, model_dir, ELBI_FAQ_DIR=directory) as running:
        yield running


def ready(site: Site) -> dict[str, Any]:
    response = web.get(site.url + "/readyz")
    assert response.status_code == 200
    return response.json()["faq"]


def within_seconds(condition: Any) -> None:
    began = time.monotonic()
    wait_for(condition, 15)
    took = time.monotonic() - began
    assert took < SECONDS * 3, f"took {took:.1f} s"  # a busy machine fits two rankers slowly


def test_an_answer_that_is_reworded(edited: Site, directory: Path) -> None:
    member, path = edited.member(), directory / "quote_contract.yml"
    text = path.read_text(encoding="utf-8")
    assert OLD in text
    path.write_text(text.replace(OLD, NEW), encoding="utf-8")
    within_seconds(lambda: "다시 쓴 안내" in member.get("/faq/contract-detail-not-shown")["markdown"])
    assert "다시 쓴 안내" in member.ask("계약 상세 정보 조회 안되는 경우 안내")["faq"]["html"]


def test_an_entry_that_is_added_is_found_and_one_taken_out_is_gone(edited: Site, directory: Path) -> None:
    member, guest, path = edited.member(), edited.guest(), directory / "general.yml"
    before, count = path.read_text(encoding="utf-8"), ready(edited)["entries"]
    # as editors save: written beside, then put in place
    beside = path.with_name("general.yml.new")
    beside.write_text(before.rstrip("\n") + "\n" + ADDED, encoding="utf-8")
    beside.replace(path)
    try:
        within_seconds(lambda: ready(edited)["entries"] == count + 1)
        assert member.ask("무인택배함")["faq"]["id"] == "parking-at-the-site"
        assert member.ask("무인택배함에 둔 물건은 어떻게 찾나요")["faq"]["id"] == "parking-at-the-site"
        assert member.get("/suggestions", q="무인택")["suggestions"][0]["id"] == "parking-at-the-site"
        assert "faq" not in guest.ask("무인택배함")
        assert guest.get("/suggestions", q="무인택")["suggestions"] == []
        share = member.post("/shares", faq_id="parking-at-the-site").json()["token"]
    finally:
        path.write_text(before, encoding="utf-8")
    within_seconds(lambda: ready(edited)["entries"] == count)
    assert member.http.get("/faq/parking-at-the-site").status_code == 404
    assert member.http.get(f"/shares/{share}").status_code == 404
    assert "무인택배함의 물품은" not in member.http.get("/messages").text  # nor in what was answered before


@pytest.mark.parametrize(
    ("name", "breaking", "line"),
    [
        ("bond_performance.yml", lambda text: text.replace("  - id: bond-submit\n", "  - id: [\n", 1), None),
        ("bond_performance.yml", lambda text: text.replace("audience: member", "audience: everybody", 1), 6),
        ("bond_performance.yml", lambda text: text + "\n\t- tab", None),
        ("bond_performance.yml", lambda text: "", None),
        ("synonyms.yml", lambda text: text + "\n  - [계약]: x\n", None),
    ],
    ids=["no YAML", "wrong value", "tab", "empty", "synonyms"],
)
def test_a_broken_edit_keeps_the_old_content_and_tells_where(
    edited: Site, directory: Path, name: str, breaking: Any, line: int | None
) -> None:
    member, path = edited.member(), directory / name
    before = path.read_text(encoding="utf-8")
    path.write_text(breaking(before), encoding="utf-8")
    try:
        within_seconds(lambda: ready(edited)["problems"])
        (problem, *_) = ready(edited)["problems"]
        assert f"{name}:" in problem
        number = problem.split(f"{name}:", 1)[1].split(":", 1)[0]
        assert number.isdigit()
        assert line is None or int(number) == line
        assert member.get("/faq/bond-submit")["title"] == "보증보험 증명제출 방법"
        assert member.ask("보증보험 증명제출 방법")["faq"]["id"] == "bond-submit"
        assert "elbi_faq_problems 0" not in web.get(edited.url + "/metrics").text
    finally:
        path.write_text(before, encoding="utf-8")
    # taking the edit back is as good as mending it
    wait_for(lambda: ready(edited)["problems"] == [], 10)


def test_a_file_that_is_taken_away_and_brought_back(edited: Site, directory: Path) -> None:
    path, member = directory / "security_training.yml", edited.member()
    count = ready(edited)["entries"]
    elsewhere = path.rename(directory.parent / path.name)
    try:  # related entries of other files may lead nowhere now: either way the service goes on
        time.sleep(SECONDS)
        assert ready(edited)["entries"] <= count
        assert member.ask("계약")["total"] == 20
    finally:
        elsewhere.rename(path)
    wait_for(lambda: ready(edited) == {"entries": count, "problems": []}, 10)


def test_broken_at_the_start(edited: Site, directory: Path, home: Path, model_dir: Path) -> None:
    """Comes last: with the last good content beside it the server starts; the log tells file and line."""
    edited.process.terminate()
    edited.process.wait(20)
    path = directory / "bond_performance.yml"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("audience: member", "audience: everybody", 1), encoding="utf-8")
    try:
        done = run_to_the_end(model_dir, home.with_name("nothing-good"), ELBI_FAQ_DIR=directory)
        assert done.returncode == 1
        assert "bond_performance.yml:6:" in done.stderr
        assert "Traceback" not in done.stderr
        with serving(home, model_dir, ELBI_FAQ_DIR=directory) as again:
            log = again.log.read_text(encoding="utf-8")
            assert "bond_performance.yml:6:" in log
            assert "bond_performance.yml:6:" in json.dumps(ready(again)["problems"])
            member = again.member()
            assert member.ask("보증보험 증명제출 방법")["faq"]["id"] == "bond-submit"
            assert "다시 쓴 안내" in member.get("/faq/contract-detail-not-shown")["markdown"]
            path.write_text(before, encoding="utf-8")
            wait_for(lambda: ready(again)["problems"] == [], 10)
    finally:
        path.write_text(before, encoding="utf-8")
