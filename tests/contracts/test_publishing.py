"""Laws of publishing, on every database: file, item and who asked agree in the end, whatever is killed, full or edited."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import Conflict, ContentError, NotFound, Stale, StoreUnavailable, Unavailable
from bot.faq.fields import changes
from bot.faq.model import Content
from bot.review.model import Draft
from bot.store import log, revisions, transcript
from bot.store.database import Database
from bot.store.publications import Publication
from tests.conftest import ROOT
from tests.contracts.desk import ALIKE, ASKED, Office, entry, office
from tests.contracts.people import count, guest, member

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Office:
    return office(database, tmp_path)


def announced(desk: Office, conversation_id: str) -> list[dict]:
    with desk.database.read() as connection:
        return [
            reply
            for turn in transcript.history(connection, conversation_id)
            if not turn.text
            for reply in turn.replies
        ]


def files(desk: Office) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in desk.directory.iterdir()}


# the usual way --------------------------------------------------------------------------------------------------------


def test_a_new_entry_answers_all_who_asked(desk: Office) -> None:
    one, two, three = member(desk.database, "p:1"), member(desk.database, "p:2"), guest(desk.database)
    first = desk.ask(one.visitor.id)
    for opened in (two, three):
        desk.ask(opened.visitor.id, ALIKE)
    item = desk.item()
    done = desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", entry()))
    assert (done.faq_id, done.operation, done.told, done.file) == (
        "cafeteria-ticket",
        "create",
        2,
        "general.yml",
    )
    assert (done.item.state, done.item.faq_id) == ("published", "cafeteria-ticket")
    assert desk.library.catalogue.content.by_id["cafeteria-ticket"].title == "구내식당 식권 구매 안내"
    assert announced(desk, one.conversation_id) == [
        {
            "kind": "answered",
            "question_id": first,
            "question": ASKED,
            "faq": {"id": "cafeteria-ticket", "title": "구내식당 식권 구매 안내"},
        }
    ]
    assert len(announced(desk, two.conversation_id)) == 1
    assert announced(desk, three.conversation_id) == []  # a guest may not see it
    assert desk.mine(one.visitor.id)[0].faq_id == "cafeteria-ticket"
    (revision,) = desk.editor.revisions(desk.by(), "cafeteria-ticket")
    assert (revision.name, revision.action) == ("김담당", "create")
    assert revision.fields.updated
    with pytest.raises(Stale):
        desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", entry("another")))


def test_one_click_adds_a_phrasing_in_one_line(desk: Office) -> None:
    desk.ask(member(desk.database).visitor.id, "계약이 지금 어디까지 갔나요")
    before, item = desk.text("quote_contract.yml"), desk.item()
    done = desk.queue.add_phrasing(desk.by(), item.id, item.version, "contract-status")
    after = desk.text("quote_contract.yml")
    assert (done.lines, done.told) == (1, 1)
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added == ["      - 계약이 지금 어디까지 갔나요"]
    assert after.replace(added[0] + "\n", "") == before
    assert desk.library.catalogue.content.by_id["contract-status"].updated.isoformat() == "2026-01-05"


def test_a_change_is_dated_today_where_vendors_read_it(desk: Office) -> None:
    opened = desk.editor.open(desk.by(), "contract-status")
    desk.editor.save(desk.by(), replace(opened.fields, keywords=("계약", "진행")), opened.digest)
    opened = desk.editor.open(desk.by(), "contract-status")
    assert opened.fields.updated == "2026-01-05"
    desk.editor.save(desk.by(), replace(opened.fields, answer="**다시** 씁니다."), opened.digest)
    opened = desk.editor.open(desk.by(), "contract-status")
    assert opened.fields.updated > "2026-01-05"
    text_now = desk.text("quote_contract.yml")
    for comment in ("# 견적과 계약: 담당은 구매1팀", "  # 가장 많이 묻는 것", "   # 2026년에 추가"):
        assert comment in text_now


def test_delete_difference_and_restore(desk: Office) -> None:
    fields = [desk.editor.open(desk.by(), each).fields for each in ("contract-status", "quote-submit")]
    with desk.database.write() as connection:
        revisions.follow(connection, fields)
    before = desk.text("quote_contract.yml")
    opened = desk.editor.open(desk.by(), "quote-submit")
    desk.editor.save(desk.by(), replace(opened.fields, title="견적 내기"), opened.digest)
    opened = desk.editor.open(desk.by(), "quote-submit")
    desk.editor.delete(desk.by(), "quote-submit", opened.digest)
    assert "quote-submit" not in desk.text("quote_contract.yml")
    with pytest.raises(NotFound):
        desk.editor.open(desk.by(), "quote-submit")
    (gone,) = desk.editor.deleted(desk.by())
    assert (gone.faq_id, gone.name) == ("quote-submit", "김담당")
    found = desk.editor.revisions(desk.by(), "quote-submit")
    assert [each.action for each in found] == ["delete", "change", "start"]
    changed = desk.editor.difference(desk.by(), "quote-submit", found[2].id, found[1].id)
    assert {each.field for each in changed} == {"title", "updated"}
    desk.editor.restore(desk.by(), "quote-submit", found[2].id, "")
    assert desk.editor.open(desk.by(), "quote-submit").fields == fields[1]
    assert desk.editor.deleted(desk.by()) == []
    assert before.splitlines()[:22] == desk.text("quote_contract.yml").splitlines()[:22]


def test_an_entry_may_move_to_another_category(desk: Office) -> None:
    opened = desk.editor.open(desk.by(), "quote-submit")
    desk.editor.save(desk.by(), replace(opened.fields, category="general"), opened.digest)
    assert "quote-submit" in desk.text("general.yml")
    assert "quote-submit" not in desk.text("quote_contract.yml")


@pytest.mark.parametrize("knows_what_changed", [True, False])
def test_an_edit_by_hand_is_a_state_of_its_own(desk: Office, knows_what_changed: bool) -> None:
    before: Content | None = None

    def follow() -> list[str]:
        nonlocal before
        desk.library.reload()
        content = desk.library.catalogue.content
        changed = changes(before if knows_what_changed else None, content)
        before = content
        with desk.database.write() as connection:
            return revisions.follow(connection, *changed)

    assert len(follow()) == 3
    path = desk.directory / "signup_login.yml"
    path.write_text(desk.text("signup_login.yml").replace("첫 화면에서", "위쪽 단추로"), encoding="utf-8")
    assert follow() == ["signup-how"]
    assert follow() == []
    newest = desk.editor.revisions(desk.by(), "signup-how")[0]
    assert (newest.name, newest.action) == ("", "file")
    desk.editor.create(desk.by(), entry())
    assert follow() == []
    path.write_text("category: signup_login\nentries: []\n", encoding="utf-8")
    assert follow() == ["signup-how"]
    assert desk.editor.revisions(desk.by(), "signup-how")[0].fields is None


# what is refused ------------------------------------------------------------------------------------------------------


def test_a_taken_id(desk: Office) -> None:
    desk.ask(member(desk.database).visitor.id)
    item, before = desk.item(), files(desk)
    with pytest.raises(Conflict) as refused:
        desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", entry("signup-how")))
    assert refused.value.code == "taken"
    with pytest.raises(Conflict):
        desk.editor.create(desk.by(), entry("signup-how"))
    assert files(desk) == before
    item = desk.item()
    assert item.state == "new"
    assert item.draft["fields"]["id"] == "signup-how"  # what was written is not lost
    desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", entry()))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"answer": "[여기](https://evil.example/)를 보세요"}, "허용되지 않은 링크"),
        ({"answer": "[여기](//evil.example)를 보세요"}, "허용되지 않은 링크"),
        ({"answer": "[여기](javascript:alert(1))"}, "허용되지 않은 링크"),
        ({"answer": "nlu:\n- intent: x"}, "Rasa"),
        ({"questions": ("회원가입 방법",)}, "에도 있습니다"),
        ({"related": ("nowhere",)}, "없는 항목"),
        ({"system": "PP"}, "system"),
        ({"answer": ""}, "answer"),
        ({"id": "Bad Id"}, "id"),
        ({"answer": "보이지 않는\u202e글"}, "보이지 않는 문자"),
    ],
)  # fmt: skip
def test_what_the_linter_refuses_changes_nothing(desk: Office, changed: dict, words: str) -> None:
    before = files(desk)
    wanted = replace(entry(), **changed)
    with pytest.raises(ContentError) as refused:
        desk.editor.create(desk.by(), wanted)
    assert any(words in str(problem) for problem in refused.value.problems), refused.value
    assert files(desk) == before
    checked = desk.editor.check(desk.by(), wanted)
    assert not checked.sound
    assert any(words in str(problem) for problem in checked.problems)
    assert count(desk.database, "publication WHERE state = 'pending'") == 0


def test_scripts_in_markdown_are_text(desk: Office) -> None:
    answer = "<script>alert(1)</script> <img src=x onerror=alert(1)> <a href=javascript:x>y</a>"
    desk.editor.create(desk.by(), entry(answer=answer))
    html = desk.editor.open(desk.by(), "cafeteria-ticket").html
    assert "<script" not in html and "<img" not in html and "<a " not in html


def test_an_entry_that_another_one_changed_meanwhile(desk: Office) -> None:
    opened = desk.editor.open(desk.by(), "contract-status")
    desk.editor.save(desk.by(), replace(opened.fields, title="먼저 바꾼 제목"), opened.digest)
    with pytest.raises(Stale) as refused:
        desk.editor.save(desk.by(), replace(opened.fields, title="나중에 바꾼 제목"), opened.digest)
    fields = {each["field"]: each for each in refused.value.difference["fields"]}
    assert fields["title"] == {"field": "title", "before": "먼저 바꾼 제목", "after": "나중에 바꾼 제목"}
    assert "나중에" not in desk.text("quote_contract.yml")


def test_broken_files_are_told_and_left(desk: Office) -> None:
    path = desk.directory / "signup_login.yml"
    path.write_text(
        desk.text("signup_login.yml").replace("audience: guest", "audience: all"), encoding="utf-8"
    )
    before = files(desk)
    with pytest.raises(ContentError) as refused:
        desk.editor.create(desk.by(), entry())
    assert "signup_login.yml:6" in str(refused.value)
    assert files(desk) == before


# what goes wrong ------------------------------------------------------------------------------------------------------


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """The kernel refuses this process to write a file further than that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk(desk: Office) -> None:
    """The FAQ's disk takes no more, the database's does."""
    path = desk.directory / "quote_contract.yml"
    with open(path, "a", encoding="utf-8") as file:
        file.write("# 긴 설명\n" + "# " + "x" * 6_000_000 + "\n")  # more than the database and its log hold
    desk.ask(member(desk.database).visitor.id)
    item, before = desk.item(), files(desk)
    answer = entry(category="quote_contract")
    with no_file_over(path.stat().st_size), pytest.raises(Unavailable) as refused:
        desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", answer))
    assert refused.value.code == "disk" and "디스크" in refused.value.message
    assert files(desk) == before  # nor is anything left beside them
    item = desk.item()
    assert (item.state, item.draft["fields"]["id"]) == ("new", "cafeteria-ticket")
    with desk.database.read() as connection:
        (failed,), _ = log.rows(connection, action="publish_failed")
    assert failed.item_id == item.id
    desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", answer))
    assert desk.items() == []


def test_a_database_that_goes_away_after_the_file_is_written(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = member(desk.database)
    desk.ask(opened.visitor.id)
    item = desk.item()
    monkeypatch.setattr(desk.publisher, "_finish", lambda *_: (_ for _ in ()).throw(StoreUnavailable("gone")))
    done = desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", entry()))
    assert done.waiting
    monkeypatch.undo()
    lapse(desk)
    assert desk.publisher.recover() == 1
    assert desk.mine(opened.visitor.id)[0].state == "published"
    assert len(announced(desk, opened.conversation_id)) == 1


STEPS = ("beginning", "begun", "writing", "replacing", "replaced", "written", "finished")
KILLED = """
import json, os, signal, sys
from pathlib import Path
from bot.review.model import Draft
from bot.store.database import Database
from bot.store.publications import Publication
from tests.contracts.desk import entry, office
given = json.loads(sys.argv[1])
def step(name):
    if name == given["step"]:
        os.kill(os.getpid(), signal.SIGKILL)
desk = office(Database(given["url"]), Path(given["home"]), step)
who = next(a for a in desk.people.accounts(__import__("bot.store.staff").store.staff.SYSTEM) if a.role == "publisher")
draft = Draft("entry", entry()) if given["kind"] == "entry" else Draft("phrasing", faq_id="contract-status", phrasing="계약 어디까지")
desk.queue.publish(who, given["item"], given["version"], draft)
"""


@pytest.mark.parametrize("kind", ["entry", "phrasing"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_every_step(desk: Office, tmp_path: Path, step: str, kind: str) -> None:
    if kind == "phrasing" and step not in ("replacing", "replaced"):
        pytest.skip("the other steps are the same for both")
    opened = member(desk.database)
    desk.ask(opened.visitor.id)
    item, before = desk.item(), files(desk)
    url = desk.database.engine.url.render_as_string(hide_password=False)
    given = {
        "url": url,
        "home": str(tmp_path),
        "step": step,
        "kind": kind,
        "item": item.id,
        "version": item.version,
    }
    done = subprocess.run(
        [sys.executable, "-c", KILLED, json.dumps(given)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    whole = {name: held for name, held in files(desk).items() if not name.startswith(".")}
    written = whole != before
    if desk.mine(opened.visitor.id)[0].state == "published":
        assert written, "published without the file written"
    for held in whole.values():
        assert held.endswith("\n")  # no file is ever half written
    lapse(desk)
    desk.publisher.recover()
    desk.library.reload()
    assert not [name for name in files(desk) if name.startswith(".")]
    if step == "beginning":  # nothing had been acknowledged: everything is as it was, and can be done again
        assert files(desk) == before
        desk.queue.publish(desk.by(), item.id, item.version, Draft("entry", entry()))
    assert desk.mine(opened.visitor.id)[0].state == "published"
    assert len(announced(desk, opened.conversation_id)) == 1
    if kind == "entry":
        assert desk.text().count("id: cafeteria-ticket") == 1
    else:
        assert desk.text("quote_contract.yml").count("계약 어디까지") == 1
    assert desk.publisher.recover() == 0
    with desk.database.read() as connection:
        assert log.rows(connection, action="publish")[1] == 1


def lapse(desk: Office) -> None:
    """As if the time of who published were over."""
    with desk.database.write() as connection:
        connection.execute(text("UPDATE publication SET claimed_until = 0 WHERE state = 'pending'"))


# by hand at the same moment -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["in place", "renamed"])
def test_edited_by_hand_at_the_same_moment(database: Database, tmp_path: Path, how: str) -> None:
    """Between reading and replacing somebody saves the same file: both changes are in it."""
    saved: list[str] = []

    def step(name: str) -> None:
        path = tmp_path / "faq" / "quote_contract.yml"
        if name == "replacing" and len(saved) < 3:
            saved.append(name)
            changed = path.read_text(encoding="utf-8").replace(
                "견적 메뉴에서", f"견적 메뉴 {len(saved)}에서", 1
            )
            changed = changed.replace(f"메뉴 {len(saved) - 1}에서", f"메뉴 {len(saved)}에서")
            if how == "in place":
                path.write_text(changed, encoding="utf-8")
            else:
                path.with_name("x.tmp").write_text(changed, encoding="utf-8")
                path.with_name("x.tmp").replace(path)

    desk = office(database, tmp_path, step)
    desk.ask(member(database).visitor.id, "계약이 지금 어디까지 갔나요")
    item = desk.item()
    desk.queue.add_phrasing(desk.by(), item.id, item.version, "contract-status")
    text_now = desk.text("quote_contract.yml")
    assert "계약이 지금 어디까지 갔나요" in text_now
    assert "견적 메뉴 3에서" in text_now


def test_many_publish_while_somebody_edits(desk: Office) -> None:
    """Phrasings by several threads, and edits by hand of the same file, at once; also from an editor opened before."""
    who, lost = desk.by(), []
    path = desk.directory / "quote_contract.yml"

    def publish(number: int) -> None:
        for each in range(5):
            fields = entry("contract-status", questions=(f"계약 단계 {number}-{each}",))
            desk.publisher.publish(Publication("phrasing", "contract-status", who, fields))

    def edit() -> None:
        for each in range(10):
            while True:  # as an editor that looks whether the file changed before it saves
                before = path.read_bytes()
                beside = path.with_name(".editor.swp")
                beside.write_bytes(before + f"# 손으로 {each}\n".encode())
                if path.read_bytes() == before:
                    beside.replace(path)
                    break
            time.sleep(0.02)

    def guarded(call, *arguments) -> None:
        try:
            call(*arguments)
        except Exception as error:
            lost.append(repr(error))

    threads = [threading.Thread(target=guarded, args=(publish, number)) for number in range(3)]
    threads.append(threading.Thread(target=guarded, args=(edit,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(150)
    assert not lost
    desk.publisher.put_back()
    written = desk.text("quote_contract.yml")
    assert written.count("# 손으로") == 10
    assert sum(f"계약 단계 {number}-{each}" in written for number in range(3) for each in range(5)) == 15
    assert not list(desk.directory.glob(".*.elbi-tmp"))


def test_an_editor_that_was_opened_before_saves_over_what_was_published(desk: Office) -> None:
    path = desk.directory / "quote_contract.yml"
    opened_before = path.read_text(encoding="utf-8")
    current = desk.editor.open(desk.by(), "contract-status")
    desk.editor.save(desk.by(), replace(current.fields, title="새로 붙인 제목"), current.digest)
    path.write_text(opened_before.replace("견적 메뉴에서", "견적 화면에서"), encoding="utf-8")
    assert desk.publisher.put_back() == 1
    written = path.read_text(encoding="utf-8")
    assert "새로 붙인 제목" in written and "견적 화면에서" in written
    assert desk.publisher.put_back() == 0
    # who means it does it again
    path.write_text(opened_before, encoding="utf-8")
    assert desk.publisher.put_back() == 0
    assert desk.publisher.put_back(seconds=0) == 0
