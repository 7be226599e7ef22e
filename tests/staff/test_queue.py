"""The queue and its items over the pages' own forms: filters, ways on, stale tabs, many at once, export."""

from __future__ import annotations

import csv
import io
import random
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import openpyxl
import pytest

from tests.site import Person, Site
from tests.staff.desk import Staff, fields, words
from tests.staff.test_editor import on_disk

WAYS = ("어떻게 빌리나요", "빌리는 법을 알고 싶습니다")


@dataclass(frozen=True)
class Asked:
    """A question that waits: who asked it, a word no other question has, and the item's id."""

    person: Person
    word: str
    text: str
    id: str

    @property
    def path(self) -> str:
        return f"/staff/queue/{self.id}"


def ask(desk: Site, viewer: Staff, way: str = WAYS[0], word: str = "", person: Person | None = None) -> Asked:
    """Sends a question by To 엘비; without a word about something nobody has asked about."""
    word = word or "".join(random.choices("bcdfghjklmnpqrstvwxz", k=9))
    person, text = person or desk.member(), f"{word} {way}"
    assert person.post("/questions", text=text).status_code == 201
    page = viewer.page(f"/staff/queue?state=all&q={word}")
    found = re.search(r'href="/staff/queue/(\d+)"', page)
    assert found, words(page)
    return Asked(person, word, text, found[1])


@pytest.fixture
def asked(desk: Site, viewer: Staff) -> Asked:
    return ask(desk, viewer)


def act(staff: Staff, asked: Asked, action: str, **changed: str):
    """Presses a button of the item's page, as the page is now."""
    form = fields(staff.page(asked.path), f"{asked.path}/{action}")
    return staff.request("POST", f"{asked.path}/{action}", data={**form, **changed})


def mine(asked: Asked) -> dict[str, str]:
    """The question as its asker sees it."""
    (found,) = [each for each in asked.person.get("/questions")["questions"] if each["text"] == asked.text]
    return found


def test_the_same_asked_twice_is_one_item(desk: Site, viewer: Staff, asked: Asked) -> None:
    again = ask(desk, viewer, WAYS[1], asked.word, desk.guest())
    assert again.id == asked.id
    said = words(viewer.page(asked.path))
    assert "2명" in said and asked.text in said and again.text in said
    assert "로그인 전" in said and "회원" in said


def test_filters(desk: Site, viewer: Staff, editor: Staff, asked: Asked) -> None:
    act(editor, asked, "claim")
    shown = {
        f"q={asked.word}": True,
        f"q={asked.word}&state=assigned": True,
        f"q={asked.word}&state=held": False,
        f"q={asked.word}&reason=asked": True,
        f"q={asked.word}&reason=unhelpful": False,
        f"q={asked.word}&age=1d": True,
        f"q={asked.word}&age=over3d": False,
        f"q={asked.word}&order=askers": True,
        f"q={asked.word}&mine=1": False,  # it is the editor's, not the viewer's
        "q=없는말없는말": False,
    }
    for query, there in shown.items():
        assert (f'"{asked.path}"' in viewer.page("/staff/queue?" + query)) == there, query
    assert f'"{asked.path}"' in editor.page("/staff/queue?mine=1")
    assert "조건에 맞는 질문이 없습니다" in words(viewer.page("/staff/queue?q=없는말없는말"))


def test_most_asked_first(desk: Site, viewer: Staff) -> None:
    one, many = ask(desk, viewer), ask(desk, viewer)
    for _ in range(2):
        ask(desk, viewer, WAYS[1], many.word, desk.guest())
    page = viewer.page("/staff/queue?order=askers&q=빌리")
    assert page.index(f'"{many.path}"') < page.index(f'"{one.path}"')


def test_pages(desk: Site, viewer: Staff) -> None:
    guest = desk.guest()
    first = viewer.page("/staff/queue?state=all&order=newest")
    while "쪽 중" not in words(first):  # twenty a page
        ask(desk, viewer, person=guest)
        first = viewer.page("/staff/queue?state=all&order=newest")
    second = viewer.page(re.search(r'href="([^"]*page=2[^"]*)" rel="next"', first)[1].replace("&amp;", "&"))
    one, other = (set(re.findall(r'href="(/staff/queue/\d+)"', page)) for page in (first, second))
    assert len(one) == 20 and other and not one & other


def test_claiming_releasing_and_the_history(editor: Staff, publisher: Staff, asked: Asked) -> None:
    editor.done(act(editor, asked, "claim"))
    assert "editor 직원" in words(publisher.page(asked.path))
    refused = publisher.post(f"{asked.path}/hold", {"version": 1, "note": "제가 먼저"})
    assert refused.status_code == 409
    assert "editor 직원" in words(refused.text) and "제가 먼저" in refused.text
    editor.done(act(editor, asked, "release"))
    said = words(publisher.page(asked.path))
    assert said.index("놓음") < said.index("맡음")  # newest first


@pytest.mark.parametrize(("action", "label"), [("hold", "보류"), ("reject", "반려")])
def test_putting_aside_and_opening_again(publisher: Staff, asked: Asked, action: str, label: str) -> None:
    publisher.done(act(publisher, asked, action, note="담당 부서에 확인 중"))
    said = words(publisher.page(asked.path))
    assert label in said and "담당 부서에 확인 중" in said
    publisher.done(act(publisher, asked, "reopen"))
    assert "다시 열림" in words(publisher.page(asked.path))


def test_a_duplicate_gets_the_answer_of_the_other(desk: Site, viewer: Staff, publisher: Staff) -> None:
    one, other = ask(desk, viewer), ask(desk, viewer)
    publisher.done(act(publisher, other, "duplicate", of=one.id))
    assert f'"{one.path}"' in publisher.page(other.path)
    assert other.text in words(publisher.page(one.path))
    refused = act(publisher, one, "duplicate", of=other.id)
    assert refused.status_code == 400 and f"질문 {other.id}에는 묶을 수 없습니다" in words(refused.text)
    publisher.done(publish(publisher, one))
    for asked in (one, other):
        assert mine(asked)["state"] == "published", asked.text


def test_a_stale_tab(editor: Staff, publisher: Staff, asked: Asked) -> None:
    stale = fields(publisher.page(asked.path), f"{asked.path}/hold")
    editor.done(act(editor, asked, "claim"))
    editor.done(act(editor, asked, "release"))
    refused = publisher.request("POST", f"{asked.path}/hold", data={**stale, "note": "적어 둔 이유"})
    assert refused.status_code == 409
    assert "editor 직원님이" in words(refused.text)  # who it was, though nobody holds it now
    again = fields(refused.text, f"{asked.path}/hold")
    assert again["note"] == "적어 둔 이유" and again["version"] != stale["version"]
    publisher.done(publisher.request("POST", f"{asked.path}/hold", data=again))


def test_what_somebody_else_works_on_is_not_said_to_be_changed(
    editor: Staff, publisher: Staff, asked: Asked
) -> None:
    editor.done(act(editor, asked, "claim"))
    form = answer_form(publisher, asked)
    refused = publisher.request("POST", f"{asked.path}/draft", data=form)
    said = words(refused.text)
    assert refused.status_code == 409 and "editor 직원님이 작업하고 있습니다" in said
    assert "바꾸었습니다" not in said and "다시 저장하면" not in said
    assert fields(refused.text, f"{asked.path}/draft")["answer"].strip() == form["answer"].strip()


def answer_form(staff: Staff, asked: Asked) -> dict[str, str]:
    page = staff.page(f"{asked.path}/answer")
    form = fields(page, f"{asked.path}/draft")
    mark = uuid.uuid4().hex[:6]
    more = "\n".join(
        f"{asked.word} {way}" for way in ("대여", "빌릴 곳", "빌리는 곳이 어디예요", "반납", "대여료")
    )
    return {
        **form,
        "id": f"answer-{mark}",
        "title": f"{asked.word} 대여 안내",
        "answer": f"**총무팀**에서 빌려 드립니다 ({mark}).\n",
        "category": "general",
        "audience": "guest",
        "questions": form["questions"].strip() + "\n" + more,
    }


def publish(staff: Staff, asked: Asked):
    return staff.request("POST", f"{asked.path}/publish", data=answer_form(staff, asked))


def test_a_draft_is_kept_and_published_by_somebody_else(
    desk: Site, editor: Staff, publisher: Staff, asked: Asked
) -> None:
    form = answer_form(editor, asked)
    editor.done(editor.request("POST", f"{asked.path}/draft", data={**form, "title": ""}))  # half-way is fine
    kept = fields(editor.page(f"{asked.path}/answer"), f"{asked.path}/draft")
    assert kept["answer"].strip() == form["answer"].strip()
    assert editor.request("POST", f"{asked.path}/publish", data=form).status_code == 403
    editor.done(act(editor, asked, "release"))
    kept = fields(publisher.page(f"{asked.path}/answer"), f"{asked.path}/draft")
    done = publisher.request("POST", f"{asked.path}/publish", data={**kept, "title": form["title"]})
    publisher.done(done)
    assert form["id"] in on_disk(desk)
    assert "답변 등록" in words(publisher.page(asked.path))
    assert asked.person.ask(form["title"])["faq"]["id"] == form["id"]
    assert mine(asked)["state"] == "published" and mine(asked)["faq_id"] == form["id"]


def test_who_may_not_publish_hands_the_draft_over(editor: Staff, publisher: Staff, asked: Asked) -> None:
    form = answer_form(editor, asked)
    page = editor.page(f"{asked.path}/answer")
    assert "발행하고 알리기" not in page and "저장하고 발행할 분께 넘기기" in page
    assert "넘기기" not in publisher.page(f"{asked.path}/answer")
    there = editor.done(editor.request("POST", f"{asked.path}/draft", data={**form, "hand_over": "1"}))
    said = words(editor.page(there.headers["location"]))
    assert "초안을 저장하고 넘겼습니다" in said and "담당:" not in said
    kept = fields(publisher.page(f"{asked.path}/answer"), f"{asked.path}/draft")
    publisher.done(
        publisher.request("POST", f"{asked.path}/publish", data=kept)
    )  # without waiting for the claim
    assert mine(asked)["state"] == "published"


def test_it_is_said_whom_an_answer_for_members_would_not_reach(
    desk: Site, editor: Staff, viewer: Staff, asked: Asked
) -> None:
    said = "로그인 전에 물은 사람이 1명"
    assert said not in words(viewer.page(asked.path))
    ask(desk, viewer, WAYS[1], asked.word, desk.guest())  # a member and a guest
    assert said in words(viewer.page(asked.path))
    assert said in words(editor.page(f"{asked.path}/answer"))


def test_what_a_near_entry_answers_is_read_without_leaving(desk: Site, viewer: Staff, editor: Staff) -> None:
    asked = ask(desk, viewer, "계약 상세가 안 보여요")
    page = viewer.page(asked.path)
    assert "답 보기" in page and "담당자 지정이나 계약 진행 상태" in words(page)
    assert "고쳐서 답하기" not in page and "이 FAQ의 질문으로 추가" not in page
    page = editor.page(asked.path)  # who may write drafts may begin one from what is there
    assert "고쳐서 답하기" in page and "이 FAQ의 질문으로 추가" not in page


def test_publishing_what_the_linter_refuses_keeps_all_that_was_typed(publisher: Staff, asked: Asked) -> None:
    form = answer_form(publisher, asked) | {"answer": "[나가기](https://evil.example)", "title": "쓰던 제목"}
    refused = publisher.request("POST", f"{asked.path}/publish", data=form)
    assert refused.status_code == 422
    assert "허용되지 않은 링크" in words(refused.text) and "쓰신 내용은 그대로" in words(refused.text)
    again = fields(refused.text, f"{asked.path}/draft")
    assert again["title"] == "쓰던 제목" and again["answer"].strip() == form["answer"]


def test_two_answer_the_same_question(desk: Site, publisher: Staff, admin: Staff, asked: Asked) -> None:
    first, second = answer_form(publisher, asked), answer_form(admin, asked)
    publisher.done(publisher.request("POST", f"{asked.path}/publish", data=first))
    refused = admin.request("POST", f"{asked.path}/publish", data=second)
    assert refused.status_code == 409
    assert fields(refused.text, f"{asked.path}/draft")["answer"].strip() == second["answer"].strip()
    assert second["id"] not in on_disk(desk)


def test_of_fifty_racing_writers_one_wins(desk: Site, viewer: Staff, publisher: Staff, asked: Asked) -> None:
    form = answer_form(publisher, asked)

    def save(number: int):
        action = "publish" if number % 5 == 0 else "draft"
        writer = Staff(desk)
        writer.cookies = dict(publisher.cookies)
        sent = {**form, "id": f"{form['id']}-{number}", "title": f"{form['title']} {number}"}
        return number, writer.request("POST", f"{asked.path}/{action}", data=sent)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(save, range(50)))
    assert sorted(each.status_code for _, each in answers) == [303] + [409] * 49
    (winner,) = [number for number, each in answers if each.status_code == 303]
    told = words(viewer.page(f"/staff/history?item={asked.id}"))
    assert told.count("초안 저장 질문") + told.count("발행 질문") == 1
    written = [each for each in on_disk(desk) if each.startswith(form["id"])]
    assert written == ([f"{form['id']}-{winner}"] if winner % 5 == 0 else [])


def test_a_vendor_asks_the_same_forty_times(desk: Site, viewer: Staff, asked: Asked) -> None:
    for number in range(39):
        assert asked.person.post("/questions", text=asked.text + "!" * (number % 4)).status_code == 201
    row = re.search(
        rf'<tr>(?:(?!</tr>).)*"{asked.path}".*?</tr>', viewer.page(f"/staff/queue?q={asked.word}"), re.S
    )
    assert "1 명 40번" in words(row[0])
    assert (
        len([each for each in asked.person.get("/questions")["questions"] if each["text"] == asked.text]) == 1
    )


def test_from_one_question_to_the_next(desk: Site, viewer: Staff, editor: Staff, publisher: Staff) -> None:
    one, held, taken, other = (ask(desk, viewer) for _ in range(4))
    editor.done(act(editor, held, "hold", note="나중에"))
    editor.done(act(editor, taken, "claim"))
    listed = re.findall(r'"(/staff/queue/\d+)"', viewer.page("/staff/queue?order=reason&state=new&page=1"))
    seen, path = [], one.path
    while path not in seen:
        seen.append(path)
        assert f'href="/staff/queue/next?after={path.rsplit("/", 1)[1]}"' in publisher.page(path)
        path = publisher.get(f"/staff/queue/next?after={path.rsplit('/', 1)[1]}").headers["location"]
    assert other.path in seen and listed[0] in seen
    assert held.path not in seen and taken.path not in seen
    assert taken.path in {
        editor.get(f"/staff/queue/next?after={path.rsplit('/', 1)[1]}").headers["location"] for path in seen
    }
    assert viewer.get("/staff/queue/next?after=99999999").headers["location"].startswith("/staff/queue/")


def test_similar_open_questions_are_offered_for_joining(desk: Site, viewer: Staff, publisher: Staff) -> None:
    one = ask(desk, viewer, "회의실 예약은 어디서 하나요")
    text = f"{one.word} 창고 예약은 어디서 하나요"
    assert desk.member().post("/questions", text=text).status_code == 201
    found = set(re.findall(r'"(/staff/queue/\d+)"', viewer.page(f"/staff/queue?q={one.word}")))
    (path,) = found - {one.path}  # near, but not for a machine to join
    page = publisher.page(one.path)
    assert text in words(page).split("비슷한 열린 질문")[1]
    form = fields(page, f"{path}/duplicate")
    done = publisher.done(publisher.request("POST", f"{path}/duplicate", data=form))
    assert done.headers["location"] == f"{one.path}?said=duplicate"
    assert text in words(publisher.page(one.path)).split("여기로 묶인 질문")[1]
    assert "비슷한 열린 질문" not in viewer.page(one.path)  # who may not join them is not asked to


def test_one_click_makes_it_a_phrasing(desk: Site, publisher: Staff, asked: Asked) -> None:
    form = fields(publisher.page(asked.path), f"{asked.path}/phrasing")
    form["faq_id"] = "signup-how"
    publisher.done(publisher.request("POST", f"{asked.path}/phrasing", data=form))
    assert asked.text in on_disk(desk, "signup_login")["signup-how"]["questions"]
    assert desk.guest().ask(asked.text)["faq"]["id"] == "signup-how"


def test_answering_by_changing_an_entry(desk: Site, viewer: Staff, publisher: Staff, asked: Asked) -> None:
    again = ask(desk, viewer, WAYS[1], asked.word, desk.guest())
    page = publisher.page(f"{asked.path}/answer?entry=login-failure-causes") if "login-failure-causes" in on_disk(
        desk, "signup_login"
    ) else publisher.page(f"{asked.path}/answer?entry=signup-how")  # fmt: skip
    form = fields(page, f"{asked.path}/draft")
    assert form["base"] and asked.text in form["questions"] and again.text in form["questions"]
    form["answer"] += f"\n\n{asked.word}도 안내합니다.\n"
    publisher.done(publisher.request("POST", f"{asked.path}/publish", data=form))
    assert asked.word in on_disk(desk, "signup_login")[form["id"]]["answer"]


def test_many_at_once_are_told_one_by_one(desk: Site, viewer: Staff, editor: Staff, publisher: Staff) -> None:
    mine, taken = ask(desk, viewer), ask(desk, viewer)
    items = []
    for asked in (mine, taken):
        version = fields(publisher.page(asked.path), f"{asked.path}/hold")["version"]
        items.append(f"{asked.id}:{version}")
    editor.done(act(editor, taken, "claim"))
    report = publisher.post("/staff/queue/bulk", {"action": "hold", "note": "한꺼번에", "item": items})
    assert report.status_code == 200
    rows = re.findall(r"<tr><td>.*?</tr>", report.text, re.S)
    said = {re.search(r"queue/(\d+)", row)[1]: words(row) for row in rows}
    assert "했음" in said[mine.id] and "못 함" in said[taken.id]
    assert "보류" in words(viewer.page(mine.path))
    assert publisher.post("/staff/queue/bulk", {"action": "hold"}).status_code == 400
    assert publisher.post("/staff/queue/bulk", {"action": "delete", "item": items}).status_code == 400
    assert editor.post("/staff/queue/bulk", {"action": "reject", "item": items, "note": "x"}).status_code in (
        200,
        403,
    )
    assert "반려" not in words(viewer.page(mine.path)).split("이력")[0]


def test_export_for_excel(desk: Site, viewer: Staff, editor: Staff, publisher: Staff) -> None:
    dangerous = ask(desk, viewer)
    assert desk.member().post("/questions", text=f"=1+1 {dangerous.word} 빌리기").status_code == 201
    assert viewer.get("/staff/queue/export").status_code == 403
    page = editor.page(f"/staff/queue/export?q={dangerous.word}")
    form = fields(page, "/staff/queue/export")
    assert form["q"] == dangerous.word
    refused = editor.request("POST", "/staff/queue/export", data={**form, "why": ""})
    assert refused.status_code == 400 and "이유" in words(refused.text)
    why = f"월간 보고 {dangerous.word}"
    made = editor.request("POST", "/staff/queue/export", data={**form, "why": why, "form": "csv"})
    assert made.status_code == 200 and made.content.startswith(b"\xef\xbb\xbf")
    assert made.headers["cache-control"] == "no-store" and "attachment" in made.headers["content-disposition"]
    cells = [cell for row in csv.reader(io.StringIO(made.content.decode("utf-8-sig"))) for cell in row]
    assert any(dangerous.word in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    made = editor.request("POST", "/staff/queue/export", data={**form, "why": why, "form": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(made.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(dangerous.word in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert why in words(publisher.page("/staff/history?action=export"))


def test_what_is_done_is_in_the_history(admin: Staff, editor: Staff, asked: Asked) -> None:
    editor.done(act(editor, asked, "claim"))
    said = words(admin.page(f"/staff/history?item={asked.id}"))
    assert "editor 직원" in said and "맡음" in said
    assert "editor 직원" in words(admin.page("/staff/history?name=editor 직원&action=claim"))


def test_the_dashboard_counts(desk: Site, viewer: Staff) -> None:
    def turns() -> int:
        return int(
            re.search(r"<dt>질문</dt><dd>([\d,]+)", viewer.page("/staff/dashboard?period=7"))[1].replace(
                ",", ""
            )
        )

    before = turns()
    desk.member().ask("가입방법")
    assert turns() == before + 1
    page = viewer.page("/staff/dashboard")
    assert page.count('role="img"') == 2 and "숫자로 보기" in page


def test_the_test_page_says_why(viewer: Staff) -> None:
    said = words(viewer.page("/staff/test?mode=member&text=계약상세가 안 보여요"))
    for word in ("형태소", "후보와 점수", "왜 이렇게 답했나요", "확신", "계약 상세"):
        assert word in said
    as_guest = words(viewer.page("/staff/test?mode=guest&text=계약상세가 안 보여요"))
    assert "로그인" in as_guest


@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [
        ("guest", "계약상세가 안 보여요", "로그인 전에는 답하지 않는 분류"),
        ("guest", "안녕하세요", "대화로 읽어"),
        ("member", "도움말", "대화로 읽어"),
        ("member", "헬기 착륙장 예약", "업무와 상관없는 이야기"),
        ("member", "세계서 발행", "읽은 말 세금계산서 발행"),
        ("member", "rPdir", "읽은 말 계약"),
        ("member", "계약 상세 정보 조회 불가", "항목을 바로 보여 줍니다"),
    ],
)
def test_what_the_test_page_says_is_what_happens(viewer: Staff, mode: str, text: str, said: str) -> None:
    page = words(viewer.page(f"/staff/test?mode={mode}&text={text}"))
    assert said in page
    assert "검토 대기열에 넣습니다" not in page  # of none of these is there a question in the queue
    assert ("보여 줌" in page) == ("바로 답함" in page or "목록으로 답함" in page)
