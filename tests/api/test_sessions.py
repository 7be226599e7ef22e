"""POST and DELETE /sessions."""

from __future__ import annotations

import time
import uuid

from tests.api.support import open_session, person, refused, signed, web
from tests.site import API, Person, Site


def test_guest(site: Site) -> None:
    response = web.post(f"{site.url}{API}/sessions", json={})
    assert response.status_code == 201
    opened = response.json()
    assert opened["mode"] == "guest"
    uuid.UUID(opened["visitor"])
    assert len(opened["session"]) >= 32
    assert opened["expires_at"] > time.time() + 60


def test_a_body_is_not_needed(site: Site) -> None:
    assert web.post(f"{site.url}{API}/sessions").json()["mode"] == "guest"


def test_two_guests_are_two_visitors(site: Site) -> None:
    one, other = site.guest(), site.guest()
    assert one.session != other.session
    assert one.opened["visitor"] != other.opened["visitor"]


def test_member_by_the_demo_login(site: Site) -> None:
    opened = site.member().opened
    assert opened["mode"] == "member"
    assert (opened["name"], opened["company"]) == ("장민우", "서비스(주)")


def test_member_is_the_same_visitor_at_every_login(portal: Site) -> None:
    first = person(portal, signed(sub="twice", name="김하나"))
    first.ask("계약")
    again = person(portal, signed(sub="twice", name="김두나"))
    assert again.opened["visitor"] == first.opened["visitor"]
    assert again.opened["name"] == "김두나"
    assert [turn["text"] for turn in again.get("/messages")["messages"]] == ["계약"]


def test_another_sub_is_another_visitor(portal: Site) -> None:
    assert (
        person(portal, signed(sub="a")).opened["visitor"] != person(portal, signed(sub="b")).opened["visitor"]
    )


def test_the_client_cannot_name_its_mode(site: Site) -> None:
    for extra in ({"mode": "member"}, {"visitor": "x"}, {"sub": "demo-member"}):
        refused(web.post(f"{site.url}{API}/sessions", json=extra), 400, "unknown_field")
    guest = site.guest()
    for header in ("X-Elbi-Mode", "X-Visitor-Mode", "X-Role"):
        items = guest.http.get("/faq", params={"q": "계약"}, headers={header: "member"}).json()
        assert items["total"] == 0


def test_closing_ends_it_at_once(guest: Person) -> None:
    assert guest.get("/best")["items"]
    assert guest.http.delete("/sessions").status_code == 204
    refused(guest.http.get("/best"), 401, "unauthorized")
    refused(guest.http.delete("/sessions"), 401, "unauthorized")


def test_closing_one_session_leaves_the_members_other_one(portal: Site) -> None:
    one, other = person(portal, signed(sub="two-tabs")), person(portal, signed(sub="two-tabs"))
    assert one.http.delete("/sessions").status_code == 204
    assert other.get("/best")["items"]


def test_null_and_wrongly_typed_tokens(site: Site) -> None:
    url = f"{site.url}{API}/sessions"
    for token in (1, True, [], {}, 1.5):
        refused(web.post(url, json={"token": token}), 400, "invalid_field")
    refused(web.post(url, json={"token": ""}), 401, "invalid_token")


def test_sessions_are_limited_by_address(portal: Site) -> None:
    address = "192.0.2.77"
    statuses = [open_session(portal, address=address).status_code for _ in range(6)]
    assert statuses == [201] * 5 + [429]
    response = open_session(portal, address=address)
    refused(response, 429, "too_many_requests")
    assert 1 <= int(response.headers["Retry-After"]) <= 61
    assert open_session(portal, address="192.0.2.78").status_code == 201
    # what a client writes into the header itself stands before what our proxy adds
    assert open_session(portal, address="192.0.2.79, " + address).status_code == 429
