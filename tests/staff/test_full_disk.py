"""A disk that takes nothing more, as the running server meets it: the kernel refuses every write past a file's limit."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.site import Site
from tests.staff.desk import Staff, fields, words
from tests.staff.test_editor import faq_dir, on_disk
from tests.staff.test_queue import answer_form, ask, mine


@contextmanager
def full(desk: Site) -> Iterator[None]:
    """No file of the server grows, its database and log included."""
    before = resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(desk.process.pid, resource.RLIMIT_FSIZE, before)


def held(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_publishing_on_a_full_disk_loses_nothing(desk: Site, viewer: Staff, publisher: Staff) -> None:
    asked = ask(desk, viewer)
    form, before = answer_form(publisher, asked), held(faq_dir(desk))
    with full(desk):
        refused = publisher.request("POST", f"{asked.path}/publish", data=form)
        assert refused.status_code == 503
        assert "text/html" in refused.headers["content-type"] and "잠시" in words(refused.text)
        assert int(refused.headers["retry-after"]) >= 1
        assert held(faq_dir(desk)) == before
        refused = asked.person.send("가입방법")  # what cannot be kept is not acknowledged
        assert refused.status_code == 503 and refused.json()["error"]["code"] == "unavailable"
        assert asked.person.get("/suggestions", q="가입")["suggestions"]  # what need not be kept goes on
        (first, *_) = asked.person.get("/suggestions", q="가입")["suggestions"]
        assert asked.person.get(f"/faq/{first['id']}")["title"] == first["title"]
        assert viewer.page("/staff/queue") and viewer.page(asked.path)
    assert mine(asked)["state"] == "new"
    publisher.done(publisher.request("POST", f"{asked.path}/publish", data=form))
    assert form["id"] in on_disk(desk)
    assert mine(asked)["faq_id"] == form["id"]
    kept = fields(publisher.page(f"/staff/faq/entry/{form['id']}"), f"/staff/faq/entry/{form['id']}")
    assert kept["answer"].strip() == form["answer"].strip()
