"""The FAQ editor: lint and preview, saving, stale saves, taking out, revisions (편집/복구); all over the pages' own forms."""

from __future__ import annotations

import re
import time
import uuid
from pathlib import Path

import pytest
import yaml

from tests.site import Site
from tests.staff.desk import Staff, fields, words

NEW = "/staff/faq/new"


def entry(**changed: str) -> dict[str, str]:
    mark = uuid.uuid4().hex[:6]
    made = {
        "id": f"made-{mark}",
        "category": "general",
        "system": "PartnerPlus",
        "title": f"구내 헬스장 {mark} 이용 안내",
        "audience": "member",
        "questions": "\n".join(f"구내 헬스장 {mark} {way}" for way in ("언제 여나요", "쓸 수 있나요", "어디예요", "비용", "등록", "샤워실")),
        "keywords": f"헬스장{mark}",
        "answer": f"평일에 엽니다.\n\n- 등록 번호 {mark}\n",
        "related": "",
        "source": "sample",
    }  # fmt: skip
    return {**made, **changed}


def on_disk(desk: Site, category: str = "general") -> dict[str, dict]:
    file = faq_dir(desk) / f"{category}.yml"
    return {each["id"]: each for each in yaml.safe_load(file.read_text(encoding="utf-8"))["entries"]}


def faq_dir(desk: Site) -> Path:
    return desk.log.parent.parent / "faq"


def create(staff: Staff, **changed: str) -> dict[str, str]:
    made = entry(**changed)
    staff.done(staff.post(NEW, made))
    return made


def test_a_new_entry_is_in_the_file_and_answered_at_once(desk: Site, publisher: Staff) -> None:
    made = create(publisher)
    kept = on_disk(desk)[made["id"]]
    assert kept["title"] == made["title"] and kept["answer"].strip() == made["answer"].strip()
    reply = desk.member().ask(made["title"])
    assert reply["kind"] == "faq" and reply["faq"]["id"] == made["id"]
    assert desk.guest().http.get(f"/faq/{made['id']}").status_code == 404


@pytest.mark.parametrize("title", ["도움말 {} 이용 안내", "안녕하세요 {} 인사 안내", "{} 감사합니다 캠페인"])
def test_what_the_classifier_takes_for_talk_is_found_by_its_title(
    desk: Site, publisher: Staff, title: str
) -> None:
    made = create(publisher, title=title.format(uuid.uuid4().hex[:6]))
    reply = desk.member().ask(made["title"])
    assert reply["kind"] == "faq" and reply["faq"]["id"] == made["id"]
    assert desk.guest().ask(made["title"])["kind"] != "faq"


def test_lint_refuses_and_nothing_typed_is_lost(desk: Site, publisher: Staff) -> None:
    before = (faq_dir(desk) / "general.yml").read_bytes()
    for wrong, said in (
        ({"id": "Not An Id"}, "id"),
        ({"title": ""}, "제목이 비어 있습니다"),
        ({"answer": "[나가기](https://evil.example)"}, "허용되지 않은 링크"),
        ({"questions": "가입방법"}, "이미|제목|에도"),
    ):
        made = entry(**wrong)
        response = publisher.post(NEW, made)
        assert response.status_code == 422, said
        assert re.search(said, words(response.text))
        typed = fields(response.text, NEW)
        assert typed["title"] == made["title"]
        assert typed["questions"].split() == made["questions"].split()
        assert typed["answer"].strip() == made["answer"].strip()
    assert (faq_dir(desk) / "general.yml").read_bytes() == before


def test_an_id_that_is_taken(desk: Site, publisher: Staff) -> None:
    response = publisher.post(NEW, entry(id="signup-how"))
    assert response.status_code in (409, 422)
    assert "이미" in words(response.text)
    assert fields(response.text, NEW)["id"] == "signup-how"


def test_changing_an_entry_keeps_what_people_put_into_the_file(desk: Site, publisher: Staff) -> None:
    file = faq_dir(desk) / "general.yml"
    file.write_text("# 담당: 운영팀\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    made = create(publisher)
    path = f"/staff/faq/entry/{made['id']}"
    form = fields(publisher.page(path), path)
    form["answer"] += "\n토요일에는 닫습니다.\n"
    publisher.done(publisher.request("POST", path, data=form))
    assert "토요일" in on_disk(desk)[made["id"]]["answer"]
    assert file.read_text(encoding="utf-8").startswith("# 담당: 운영팀\n")
    member = desk.member()
    assert "토요일" in member.get(f"/faq/{made['id']}")["markdown"]


def test_two_people_save_the_same_entry(desk: Site, publisher: Staff, admin: Staff) -> None:
    made = create(publisher)
    path = f"/staff/faq/entry/{made['id']}"
    first, second = fields(publisher.page(path), path), fields(admin.page(path), path)
    first["answer"] = "먼저 저장한 답입니다.\n"
    second["answer"] = "나중에 저장한 답입니다.\n둘째 줄.\n"
    publisher.done(publisher.request("POST", path, data=first))
    refused = admin.request("POST", path, data=second)
    assert refused.status_code == 409
    said = words(refused.text)
    assert "먼저 저장한" in said and "나중에 저장한" in said
    assert 'class="removed"' in refused.text and 'class="added"' in refused.text
    again = fields(refused.text, path)
    assert again["answer"].strip() == second["answer"].strip()
    assert "먼저 저장한" in on_disk(desk)[made["id"]]["answer"]
    admin.done(admin.request("POST", path, data=again))  # having seen it, the second one decides
    assert "나중에 저장한" in on_disk(desk)[made["id"]]["answer"]


def test_revisions_difference_and_restore(desk: Site, publisher: Staff, viewer: Staff) -> None:
    made = create(publisher)
    path = f"/staff/faq/entry/{made['id']}"
    form = fields(publisher.page(path), path)
    publisher.done(publisher.request("POST", path, data={**form, "answer": "바뀐 답입니다.\n"}))
    page = viewer.page(path + "/revisions")
    said = words(page)
    assert re.search(r'class="removed".*?평일', page, re.S) and re.search(r'class="added".*?바뀐', page, re.S)
    assert "publisher 직원" in said and "이 모습으로 복구" not in said
    page = publisher.page(path + "/revisions")
    forms = re.findall(r'name="revision" value="(\d+)"><input type="hidden" name="base" value="(\w*)"', page)
    revision, base = forms[-1]
    publisher.done(publisher.post(path + "/restore", {"revision": revision, "base": base}))
    assert on_disk(desk)[made["id"]]["answer"].startswith("평일에 엽니다.")
    stale = publisher.post(path + "/restore", {"revision": revision, "base": "0" * 64})
    assert stale.status_code in (303, 409)


def test_taking_out_and_bringing_back(desk: Site, publisher: Staff) -> None:
    made = create(publisher)
    path = f"/staff/faq/entry/{made['id']}"
    base = fields(publisher.page(path), path)["base"]
    publisher.done(publisher.post(path + "/delete", {"base": base}))
    assert made["id"] not in on_disk(desk)
    assert desk.member().http.get(f"/faq/{made['id']}").status_code == 404
    assert made["id"] in publisher.page("/staff/faq?gone=1")
    assert publisher.get(path).status_code == 404
    page = publisher.page(path + "/revisions")
    revision = re.findall(r'name="revision" value="(\d+)"', page)[0]
    publisher.done(publisher.post(path + "/restore", {"revision": revision, "base": ""}))
    assert made["id"] in on_disk(desk)
    assert desk.member().http.get(f"/faq/{made['id']}").status_code == 200


def test_a_broken_edit_by_hand_is_told_on_every_page(desk: Site, publisher: Staff) -> None:
    file = faq_dir(desk) / "general.yml"
    sound = file.read_text(encoding="utf-8")
    try:
        file.write_text(sound + "  - id: broken-by-hand\n    title: 제목만\n", encoding="utf-8")
        line = sound.count("\n") + 1
        for path in ("/staff/queue", "/staff/faq", "/staff/content", "/staff/dashboard"):
            _wait(lambda path=path: f"general.yml:{line}" in publisher.page(path))
        said = words(publisher.page("/staff/content"))
        assert "필드" in said and "고칠 곳" in said
        assert desk.member().ask("가입방법")["kind"] in ("faq", "faq_list")
    finally:
        file.write_text(sound, encoding="utf-8")
    _wait(lambda: "general.yml:" not in publisher.page("/staff/queue"))


def test_finding_entries(publisher: Staff) -> None:
    made = create(publisher)
    for text in (made["title"], made["id"], made["keywords"]):
        page = publisher.page("/staff/faq?q=" + text)
        assert made["id"] in page and "1개" in words(page)
    assert made["id"] not in publisher.page(f"/staff/faq?q={made['title']}&category=signup_login")
    assert made["id"] in publisher.page(f"/staff/faq?q={made['title']}&source={made['source']}")
    other = {"sample": "guide", "guide": "sample"}[made["source"]]
    assert made["id"] not in publisher.page(f"/staff/faq?q={made['title']}&source={other}")
    assert "찾는 FAQ가 없습니다" in words(publisher.page("/staff/faq?q=없는말없는말"))


def _wait(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.3)
