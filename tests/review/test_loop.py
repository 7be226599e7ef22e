"""From an unanswered question to an answer for all who asked, over a running server with two workers."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
import uuid
from pathlib import Path

import httpx
import pytest

from bot.faq.fields import EntryFields
from bot.review.learning import MODEL
from bot.review.model import Draft
from bot.store import asked, shared
from bot.store.items import Query
from tests.api.support import web
from tests.conftest import wait_for
from tests.review.conftest import WORKERS, Loop
from tests.site import Person

pytestmark = pytest.mark.timeout(300)
ASKED = "사내 수영장 강습 시간표 알려주세요"
ALIKE = "사내 수영장의 강습 시간표를 보고 싶어요"
ANSWER = EntryFields(
    id="swimming-pool",
    category="general",
    title="사내 수영장 강습 안내",
    audience="member",
    questions=(ASKED, "수영장 강습", "수영장 강습 요금", "수영장 위치", "수영장 이용 시간", "수영 강습 신청"),
    keywords=("수영장",),
    answer="수영장 강습은 **현장 담당자**에게 문의해 주십시오.",
)  # fmt: skip


def answers(person: Person) -> list[dict]:
    turns = person.get("/messages")["messages"]
    return [reply for turn in turns if not turn["text"] for reply in turn["replies"]]


def entries_in_every_worker(loop: Loop) -> set[int]:
    """What thirty new connections, which reach all workers, are told."""
    found = set()
    for _ in range(30):
        with httpx.Client() as fresh:
            found.add(fresh.get(loop.site.url + "/readyz").json()["faq"]["entries"])
    return found


def test_changed_content_is_served_at_once_by_the_model_at_hand(loop: Loop, model_dir: Path) -> None:
    """Nothing is trained before the first request; what is new is found, and the model learns it later."""
    assert "새 모델은 그동안 학습합니다" in loop.log()
    given = {path.name for path in model_dir.glob("elbi-*.tar.gz")}
    assert {path.name for path in loop.models.glob("elbi-*.tar.gz")} == given
    assert loop.site.member().ask("무인택배함")["faq"]["id"] == "parking-at-the-site"


def test_staff_are_told_by_mail_once_though_the_webhook_is_away(loop: Loop) -> None:
    word = uuid.uuid4().hex[:8]
    loop.site.guest().post("/questions", text=f"헬기 착륙장 {word} 예약")

    def mails(about: str) -> list[str]:
        return [body for mail in loop.mail.taken if about in (body := mail.get_content())]

    wait_for(lambda: mails(word), 30)
    assert f"https://elbi.example/staff/queue/{loop.item(word).id}" in mails(word)[0]
    wait_for(lambda: '"channel": "webhook"' in loop.log(), 30)
    later = uuid.uuid4().hex[:8]
    loop.site.guest().post("/questions", text=f"실내 암벽 {later} 대관")
    wait_for(lambda: mails(later), 30)  # they have looked again
    assert len(mails(word)) == 1
    assert loop.site.guest().ask("가입방법")["faq"]["id"] == "signup-how"


def test_the_whole_loop(loop: Loop) -> None:
    member, guest, bystander = loop.site.member(), loop.site.guest(), loop.site.guest()
    before = entries_in_every_worker(loop)
    assert member.ask(ASKED)["kind"] == "no_answer"
    question_id = member.post("/questions", text=ASKED).json()["question_id"]
    guest.post("/questions", text=ALIKE)
    item = loop.item("수영장")
    assert (item.askers, item.reason) == (2, "asked")
    done = loop.queue.publish(loop.who, item.id, item.version, Draft("entry", ANSWER))
    assert (done.told, done.file) == (1, "general.yml")
    wait_for(lambda: entries_in_every_worker(loop) == {count + 1 for count in before}, 60)

    said = {"kind": "answered", "question_id": question_id, "question": ASKED}
    assert answers(member) == [{**said, "faq": {"id": "swimming-pool", "title": ANSWER.title}}]
    mine = member.get("/questions")["questions"][0]
    assert (mine["state"], mine["faq_id"]) == ("published", "swimming-pool")
    assert member.get("/faq/swimming-pool")["markdown"].startswith("수영장 강습은")
    assert member.ask("수영장 강습은 몇 시에 있나요")["faq"]["id"] == "swimming-pool"
    assert member.get("/updated")["items"][0]["id"] == "swimming-pool"

    # a guest, who asked or not, learns nothing of it
    assert answers(guest) == []
    (theirs,) = guest.get("/questions")["questions"]
    assert theirs["state"] == "login_required" and "faq_id" not in theirs
    for other in (guest, bystander):
        assert other.http.get("/faq/swimming-pool").status_code == 404
        assert ANSWER.title not in str(other.ask(ALIKE))


def test_what_is_taken_back_is_no_longer_told(loop: Loop) -> None:
    member = loop.site.member()
    member.post("/questions", text="옥상 정원은 언제 여나요")
    item = loop.item("옥상")
    fields = EntryFields(
        **{
            **ANSWER.as_dict(),
            "id": "roof-garden",
            "title": "옥상 정원 안내",
            "questions": ("옥상 정원은 언제 여나요", "옥상 정원", "옥상 개방", "옥상 출입", "정원 시간", "옥상 가는 법"),
            "keywords": ("옥상",),
            "related": (),
        }
    )  # fmt: skip
    loop.queue.publish(loop.who, item.id, item.version, Draft("entry", fields))
    wait_for(lambda: any(each["faq"]["id"] == "roof-garden" for each in answers(member)), 60)
    path = loop.faq / "general.yml"
    written = path.read_text(encoding="utf-8")
    time.sleep(0.1)
    path.write_text(written[: written.index("\n  - id: roof-garden")] + "\n", encoding="utf-8")
    wait_for(lambda: not any(each["faq"]["id"] == "roof-garden" for each in answers(member)), 60)
    assert all(turn["text"] or turn["replies"] for turn in member.get("/messages")["messages"])
    mine = next(each for each in member.get("/questions")["questions"] if "옥상" in each["text"])
    assert mine["state"] == "published" and "faq_id" not in mine


def test_a_thumbs_down_and_a_list_left_alone_get_into_the_queue(loop: Loop) -> None:
    member = loop.site.member()
    member.ask("공인인증서 발급 수수료가 궁금해요")
    shown = member.get("/faq", q="인증서")["items"][0]["id"]
    response = member.post("/feedback", faq_id=shown, helpful=False, comment="010-1234-5678로 알려 주세요")
    assert response.status_code == 201
    (item,) = loop.queue.list(loop.who, Query(reasons=("comment",))).items
    with loop.database.read() as connection:
        (question, *_) = asked.of_item(connection, item.id)
    assert question.comment == "[전화번호]로 알려 주세요"
    assert question.about == shown
    assert member.ask("계약")["kind"] == "faq_list"
    member.ask("안녕하세요")
    wait_for(lambda: loop.queue.list(loop.who, Query(reasons=("unopened",))).total, 30)


def test_a_model_is_swapped_while_questions_are_answered(loop: Loop) -> None:
    """No request fails, and every worker takes the new one."""
    (used, *_) = sorted(loop.models.glob("elbi-*.tar.gz"), key=lambda path: -path.stat().st_mtime)
    fresh = loop.models / f"elbi-{uuid.uuid4().hex[:16]}.tar.gz"
    shutil.copy2(used, fresh)
    digest = hashlib.sha256(fresh.read_bytes()).hexdigest()
    fresh.with_name(fresh.name + ".sha256").write_text(digest + "\n")
    failed: list[str] = []
    count = [0]
    stop = threading.Event()

    def ask(person: Person) -> None:
        while not stop.is_set():
            response = person.send("계약체결 방법")
            count[0] += 1
            if response.status_code != 200 or not response.json()["replies"]:
                failed.append(response.text[:200])

    threads = [threading.Thread(target=ask, args=(loop.site.member(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    with loop.database.write() as connection:
        shared.say(connection, MODEL, {"name": fresh.name})
    try:
        wait_for(lambda: loop.log().count("model.swapped") >= WORKERS, 120)
        so_far = count[0]
        wait_for(lambda: count[0] > so_far + 5, 60)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert not failed
    # a model that is not one of ours is refused, and answering goes on
    foreign = loop.models / "elbi-foreign.tar.gz"
    shutil.copy2(used, foreign)
    foreign.with_name(foreign.name + ".sha256").write_text("0" * 64 + "\n")
    with loop.database.write() as connection:
        shared.say(connection, MODEL, {"name": foreign.name})
    wait_for(lambda: loop.log().count("model.not_loaded") >= WORKERS, 60)
    assert loop.site.member().ask("계약체결 방법")["kind"] in ("faq", "faq_list")
    assert web.get(loop.site.url + "/readyz").status_code == 200
