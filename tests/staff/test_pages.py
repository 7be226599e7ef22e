"""What every staff page keeps to: headers, escaping, limits, and words for what went wrong."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.api.support import routes
from tests.site import Site
from tests.staff.desk import Staff, words
from tests.staff.test_roles import CASES

NASTY = "<script>alert('출입')</script><img src=x onerror=alert(1)> {{7*7}} \" ' 수료증 영문"
READ = sorted(path for method, path in CASES if method == "GET")


def inline(text: str) -> list[str]:
    """Scripts and styles that stand in a page itself."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            names = [name for name, _ in attrs]
            if tag == "style" or (tag == "script" and "src" not in names):
                found.append(tag)
            found.extend(name for name in names if name == "style" or name.startswith("on"))

    Reader().feed(text)
    return found


def waiting(admin: Staff, text: str) -> str:
    """The id of the item whose question begins like this."""
    page = admin.page("/staff/queue?state=all&order=newest&q=" + text[:40])
    found = re.search(r'href="/staff/queue/(\d+)"', page)
    assert found, words(page)
    return found[1]


@pytest.mark.parametrize("path", READ)
def test_headers(admin: Staff, path: str) -> None:
    response = admin.get(CASES["GET", path].path)
    assert response.headers["cache-control"] == "no-store"
    if response.status_code == 303:
        return
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert "access-control-allow-origin" not in response.headers
    assert not inline(response.text)  # the policy would refuse it


def test_every_page_is_korean_and_named(admin: Staff) -> None:
    for path in READ:
        response = admin.get(CASES["GET", path].path)
        if response.status_code != 303:
            assert '<html lang="ko">' in response.text
            assert re.search(r"<title>[^<]*[가-힣][^<]* – 엘비 관리</title>", response.text), path
            assert response.text.count("<h1") == 1, path


def test_what_visitors_write_is_text(desk: Site, admin: Staff) -> None:
    person = desk.member()
    assert person.post("/questions", text=NASTY).status_code == 201
    item = waiting(admin, "수료증 영문")
    for path in ("/staff/queue", f"/staff/queue/{item}", f"/staff/queue/{item}/answer", "/staff/dashboard"):
        page = admin.page(path)
        assert "<script>alert" not in page and "<img" not in page.replace('<img src="/static/chat', ""), path
    assert "{{7*7}}" in admin.page(f"/staff/queue/{item}")
    shown = admin.page("/staff/queue?q=" + '"><script>alert(1)</script>')
    assert "<script>alert" not in shown
    asked = admin.page("/staff/test?mode=guest&text=<script>alert(1)</script>")
    assert "<script>alert" not in asked


def test_the_preview_is_sanitised(admin: Staff) -> None:
    answer = (
        "<script>alert(1)</script>\n\n<b onclick=alert(1)>굵게</b>\n\n[나가기](javascript:alert(1)) "
        "[밖](https://evil.example) ![그림](https://evil.example/x.png)\n\n[안](https://www.kefci.com/a)"
    )
    form = {
        "id": "a-new-one",
        "category": "general",
        "title": "<i>제목</i>",
        "answer": answer,
        "questions": "질문",
    }
    for headers in ({"HX-Request": "true"}, {}):
        response = admin.post("/staff/faq/check", form, headers=headers)
        assert response.status_code == 200
        assert ("<html" in response.text) == (not headers)
        shown = response.text.split('<div class="markdown">')[1].split("</div>")[0]
        assert not re.search(
            r"<(?!/?(?:p|b|strong|a|em|br)\b)|<[^>]*\bon\w+=|href=\"(?!https://www.kefci.com)", shown
        )
        assert "&lt;script&gt;" in shown and 'href="https://www.kefci.com/a"' in shown
        assert "<i>제목" not in response.text
        assert "허용되지 않은 링크" in words(response.text)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/staff/queue/0", 404),
        ("/staff/queue/99999999999999999999", 404),
        ("/staff/queue/-1", 404),
        ("/staff/queue/1%27%20OR%201=1", 404),
        ("/staff/faq/entry/..%2F..%2Fetc%2Fpasswd", 400),
        ("/staff/faq/entry/Not_An_Id", 400),
        ("/staff/faq/entry/%00", 400),
        ("/staff/queue?state=nonsense", 400),
        ("/staff/queue?page=-1", 400),
        ("/staff/queue?page=999999", 200),
        ("/staff/queue?category=%3Cscript%3E", 400),
        ("/staff/history?item=x", 400),
        ("/staff/dashboard?since=never&until=2026-13-45", 200),
        ("/staff/dashboard?since=0001-01-01&until=9999-12-31", 200),
        ("/staff/test?mode=admin&text=x", 400),
        ("/staff/nowhere", 404),
        ("/staff/queue?q=%FF%FE", 400),
    ],
)
def test_addresses_that_make_no_sense(admin: Staff, path: str, status: int) -> None:
    response = admin.get(path)
    assert response.status_code == status
    assert "text/html" in response.headers["content-type"]
    assert re.search("[가-힣]", words(response.text))


def test_a_wrong_way_of_asking_is_a_page_too(admin: Staff) -> None:
    response = admin.request("POST", "/staff/queue")
    assert response.status_code == 405
    assert "text/html" in response.headers["content-type"]
    assert admin.get("/staff/queue/1/claim").status_code == 405


def test_forms_may_be_long_but_not_endless(admin: Staff) -> None:
    form = {"id": "a-long-one", "category": "general", "title": "긴 답", "questions": "긴 질문"}
    assert admin.post("/staff/faq/check", {**form, "answer": "가" * 19_000}).status_code == 200
    response = admin.post("/staff/faq/check", {**form, "answer": "가" * 20_001})
    assert response.status_code == 400 and "20000자" in words(response.text)
    response = admin.post("/staff/faq/check", {**form, "answer": "가" * 80_000})
    assert response.status_code == 413 and "깁니다" in words(response.text)
    response = admin.request("POST", "/staff/sign-in", content=b"login=%FF", headers={"Content-Type": "x"})
    assert response.status_code in (400, 403)


def test_the_files_of_the_pages(desk: Site, admin: Staff) -> None:
    page = admin.page("/staff/queue")
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    assert {"/static/staff/staff.css", "/static/staff/htmx.min.js", "/static/staff/staff.js"} <= files
    files |= set(re.findall(r'(?:src|href)="(/static/[^"]+)"', Staff(desk).page("/staff/sign-in")))
    for file in files:
        assert admin.get(file).status_code == 200
    assert '"allowEval":false' in page and '"selfRequestsOnly":true' in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_nothing_of_the_staff_pages_is_in_the_chat_api(desk: Site) -> None:
    paths = {path for _, path in routes(demo=True) if path.startswith("/api/")}
    assert not [path for path in paths if "staff" in path or "queue" in path]
