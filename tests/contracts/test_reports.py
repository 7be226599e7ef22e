"""Laws of what can be looked at, on every database: numbers, exports, history; and of what runs for all workers."""

from __future__ import annotations

import csv
import datetime
import io
import json
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from bot.errors import Conflict, InvalidRequest
from bot.review.learning import MODEL, Learner, Plan
from bot.review.model import Draft
from bot.store import engagement, shared, turns
from bot.store.database import Database
from bot.store.items import Query
from tests.contracts.desk import ASKED, Office, entry, office
from tests.contracts.people import ask, claim, guest, member
from tests.contracts.test_queue import race

pytestmark = pytest.mark.timeout(120)
TODAY = datetime.datetime.now(ZoneInfo("Asia/Seoul")).date()
NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("https://e.example")']


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Office:
    return office(database, tmp_path)


def turn(
    desk: Office, conversation_id: str, outcome: str, intent: str = "general", faq_id: str | None = None
) -> None:
    ask(desk.database, conversation_id, f"{outcome} {time.monotonic_ns()}")
    work = claim(desk.database, conversation_id)
    with desk.database.write() as connection:
        turns.finish(
            connection, work, [{"kind": outcome}], outcome=outcome, state={}, intent=intent, faq_id=faq_id
        )


def test_the_numbers_of_the_dashboard(desk: Office) -> None:
    one, two = member(desk.database), guest(desk.database)
    for outcome in ("faq", "faq", "faq_list", "no_answer", "text", "help"):
        turn(desk, one.conversation_id, outcome, "quote_contract")
    turn(desk, two.conversation_id, "login_required", "quote_contract")
    turn(desk, two.conversation_id, "no_answer", "signup_login")
    with desk.database.write() as connection:
        for opened in (one, two):
            engagement.opened(connection, opened.visitor, "signup-how")
        engagement.opened(connection, one.visitor, "contract-status")
        engagement.rate(connection, one.visitor, "contract-status", False, "")
        engagement.rate(connection, two.visitor, "signup-how", True, "")
    desk.ask(one.visitor.id, ASKED)
    desk.ask(one.visitor.id, "출입증 반납", "no_answer")
    item = desk.item(text="식권")
    desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", entry()))
    numbers = desk.reports.statistics(desk.by("viewer"), TODAY - datetime.timedelta(6), TODAY)
    assert (numbers.turns, numbers.answered, numbers.unanswered, numbers.login_required) == (6, 3, 2, 1)
    assert (numbers.members, numbers.guests) == (1, 1)
    assert [day["day"] for day in numbers.by_day] == [
        (TODAY - datetime.timedelta(days)).isoformat() for days in range(6, -1, -1)
    ]
    assert [day["turns"] for day in numbers.by_day] == [0, 0, 0, 0, 0, 0, 6]
    contracts = next(each for each in numbers.by_category if each["category"] == "quote_contract")
    assert (contracts["turns"], contracts["answered"], contracts["login_required"]) == (5, 3, 1)
    assert numbers.most_asked[0] == {"id": "signup-how", "people": 2, "title": "가입방법"}
    assert [each.text for each in numbers.most_unanswered] == ["출입증 반납"]
    assert (numbers.helpful, numbers.unhelpful) == (1, 1)
    assert numbers.least_helpful[0]["id"] == "contract-status"
    assert numbers.by_reason == {"asked": 1, "no_answer": 1}
    assert (numbers.published, numbers.waiting) == (1, 1)
    assert numbers.hours_to_answer is not None and numbers.hours_to_answer < 1
    with pytest.raises(InvalidRequest):
        desk.reports.statistics(desk.by(), TODAY, TODAY - datetime.timedelta(1))


def test_numbers_of_an_empty_database(desk: Office) -> None:
    numbers = desk.reports.statistics(desk.by(), TODAY, TODAY)
    assert (numbers.turns, numbers.waiting, numbers.oldest_waiting, numbers.hours_to_answer) == (
        0,
        0,
        None,
        None,
    )


def test_exports_open_right_and_run_nothing(desk: Office) -> None:
    for words in NASTY:
        desk.ask(
            member(desk.database, words, company="=cmd|'/C calc'!A0").visitor.id, words + " 주차 " + words
        )
    desk.ask(guest(desk.database).visitor.id, ASKED)
    with pytest.raises(InvalidRequest):
        desk.reports.export(desk.by(), Query(), "  ", "csv")
    made = desk.reports.export(desk.by(), Query(), "월간 검토", "csv")
    assert made.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.data.decode("utf-8-sig"))))
    assert rows[0][:4] == ["번호", "상태", "이유", "질문"]
    assert made.rows == len(rows) - 1
    assert ASKED in [row[3] for row in rows]
    for row in rows:
        for cell in row:
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r")), cell
    book = load_workbook(io.BytesIO(desk.reports.export(desk.by(), Query(), "월간 검토", "xlsx").data))
    for row in book.active.iter_rows():
        for cell in row:
            assert cell.data_type != "f", cell.value
    found, _ = desk.reports.history(desk.by(), action="export")
    assert [each.detail["why"] for each in found] == ["월간 검토", "월간 검토"]


def test_the_test_page_says_why(desk: Office) -> None:
    said = desk.reports.explain(desk.by(), "계약 상태", "member")
    assert said.decision in ("one", "list") and said.keyword
    assert said.candidates[0]["id"] == "contract-status" and said.candidates[0]["shown"]
    assert ("계약", "NNG") in [tuple(each) for each in said.tokens]
    assert said.why
    hidden = desk.reports.explain(desk.by(), "계약 상태", "guest")
    assert "contract-status" not in str(hidden.candidates)
    assert desk.reports.explain(desk.by(), "", "guest").decision == "nothing"


def test_a_lease_is_one_worker_s_until_it_runs_out(database: Database) -> None:
    def hold(holder: str, seconds: float = 30) -> bool:
        with database.write() as connection:
            return shared.hold(connection, "keeper", holder, seconds)

    taken: list[str] = []
    assert not race([lambda n=n: hold(f"w{n}") and taken.append(f"w{n}") for n in range(6)])
    assert len(taken) == 1
    assert hold(taken[0]) and not hold("another")
    assert hold(taken[0], -1)  # runs out
    assert hold("another")
    with database.write() as connection:
        shared.drop(connection, "keeper", "another")
    assert hold("third")


def test_facts_have_versions(database: Database) -> None:
    with database.write() as connection:
        assert shared.fact(connection, "content").version == 0
        assert [shared.say(connection, "content"), shared.say(connection, "content", {"a": 1})] == [1, 2]
        assert shared.versions(connection) == {"content": 2}
        assert shared.fact(connection, "content").value == {"a": 1}


# learning -------------------------------------------------------------------------------------------------------------


def learner(desk: Office, made: dict | None, name: str = "elbi-b.tar.gz", settle: float = 0.0) -> Learner:
    """One whose training is another program that writes this report, or fails."""
    program = (
        f"import sys; open(sys.argv[-1], 'w').write({json.dumps(made)!r})"
        if made
        else "import sys; sys.exit('망가진 자료')"
    )
    plan = Plan(lambda: name, lambda model: [sys.executable, "-c", program, model], settle)
    return Learner(desk.database, plan, "elbi-a.tar.gz")


GOOD = {
    "model": "elbi-b.tar.gz",
    "figures": {"categories": 0.98},
    "before": {"categories": 0.97},
    "worse": [],
    "missed": [],
}
BAD = {**GOOD, "worse": ["categories: 0.97 → 0.41"]}


def test_a_better_model_is_taken_into_use(desk: Office, tmp_path: Path) -> None:
    found = learner(desk, GOOD)
    assert found.status(desk.by("viewer")).stale
    assert found.tend(tmp_path / "report.json")
    status = found.status(desk.by("viewer"))
    assert (status.runs[0]["state"], status.runs[0]["report"]["figures"]) == ("used", {"categories": 0.98})
    with desk.database.read() as connection:
        assert shared.fact(connection, MODEL).value["name"] == "elbi-b.tar.gz"
    found.model = "elbi-b.tar.gz"  # as the worker does once it has loaded it
    assert not found.tend(tmp_path / "report.json")
    assert not found.status(desk.by()).stale


def test_a_worse_model_is_not_and_why_can_be_seen(desk: Office, tmp_path: Path) -> None:
    found = learner(desk, BAD)
    assert found.tend(tmp_path / "report.json")
    run = found.status(desk.by("viewer")).runs[0]
    assert (run["state"], run["reason"]) == ("refused", "categories: 0.97 → 0.41")
    with desk.database.read() as connection:  # whoever uses it already, having been started since, goes back
        assert shared.fact(connection, MODEL).value["name"] == "elbi-a.tar.gz"
    assert not found.tend(tmp_path / "report.json")  # not again and again
    found.train(desk.by())
    assert found.tend(tmp_path / "report.json")  # but when it is asked for


def test_a_host_that_was_started_with_another_model_tells_the_others(desk: Office, tmp_path: Path) -> None:
    found = learner(desk, GOOD, name="elbi-a.tar.gz")  # as its model is called already: nothing to learn
    assert not found.tend(tmp_path / "report.json")
    with desk.database.read() as connection:
        fact = shared.fact(connection, MODEL)
    assert fact.value["name"] == "elbi-a.tar.gz"
    assert not found.suits(fact.value)  # it has it
    other = Learner(desk.database, Plan(lambda: "", lambda model: [], 0.0), "elbi-old.tar.gz")
    assert other.suits(fact.value)
    newer = Learner(desk.database, Plan(lambda: "", lambda model: [], 0.0, "new code"), "elbi-new.tar.gz")
    assert not newer.suits(fact.value)  # a host of another version, while they are upgraded one by one
    assert newer.suits({"name": "elbi-newer.tar.gz", "code": "new code"})


def test_training_that_fails_says_why(desk: Office, tmp_path: Path) -> None:
    found = learner(desk, None)
    assert found.tend(tmp_path / "report.json")
    run = found.status(desk.by()).runs[0]
    assert (run["state"], run["reason"]) == ("failed", "망가진 자료")
    assert not found.tend(tmp_path / "report.json")


def test_learning_waits_until_changes_settle(desk: Office, tmp_path: Path) -> None:
    found = learner(desk, GOOD, settle=3600)
    with desk.database.write() as connection:
        shared.say(connection, "content")
    assert not found.tend(tmp_path / "report.json")
    status = found.status(desk.by())
    assert status.state == "waiting" and status.due_at is not None and status.due_at > time.time() + 3000


def test_a_run_whose_process_is_gone_is_ended(desk: Office, tmp_path: Path) -> None:
    from bot.store import trainings

    with desk.database.write() as connection:
        trainings.begin(connection, "")
    found = learner(desk, GOOD)
    with pytest.raises(Conflict):
        found.train(desk.by())
    assert found.tend(tmp_path / "report.json")
    assert [run["state"] for run in found.status(desk.by()).runs] == ["used", "failed"]
