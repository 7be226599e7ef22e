"""The pure rules: what may become of an item, and which role may do what."""

from __future__ import annotations

import pytest

from bot.errors import Forbidden, InvalidRequest
from bot.review.roles import ALLOWED, may, require
from bot.review.states import CLOSED, OPEN, STATES, after, possible
from bot.store.staff import ROLES, Account

FLOW = {
    ("new", "claim"): "assigned",
    ("assigned", "release"): "new",
    ("assigned", "draft"): "drafted",
    ("drafted", "publish"): "published",
    ("new", "publish"): "published",
    ("new", "hold"): "held",
    ("held", "claim"): "assigned",
    ("drafted", "duplicate"): "duplicate-of",
    ("new", "reject"): "rejected",
    ("published", "reopen"): "reopened",
    ("rejected", "reopen"): "reopened",
    ("reopened", "claim"): "assigned",
    ("drafted", "claim"): "drafted",
}


@pytest.mark.parametrize(("before", "action"), FLOW)
def test_the_usual_ways(before, action) -> None:
    assert after(before, action) == FLOW[before, action]


@pytest.mark.parametrize(
    ("state", "action"),
    [(state, action) for state in CLOSED for action in ("claim", "draft", "publish", "hold", "reject", "duplicate", "release")]
    + [("new", "reopen"), ("new", "release"), ("drafted", "reopen")],
)  # fmt: skip
def test_what_cannot_be_done(state, action) -> None:
    with pytest.raises(InvalidRequest) as refused:
        after(state, action)
    assert refused.value.code == "wrong_state"


def test_every_state_has_a_way_on_and_every_way_leads_to_a_state() -> None:
    assert set(OPEN) | set(CLOSED) == set(STATES)
    for state in STATES:
        assert possible(state)
        for action in possible(state):
            assert after(state, action) in STATES


def account(role: str, *, enabled: bool = True) -> Account:
    return Account(1, role, role, role, enabled)


def test_each_role_may_what_the_one_below_may_and_more() -> None:
    assert list(ALLOWED) == list(ROLES)
    rights = list(ALLOWED.values())
    for lower, higher in zip(rights, rights[1:], strict=False):
        assert lower < higher


@pytest.mark.parametrize(
    ("permission", "lowest"),
    [("see", "viewer"), ("claim", "editor"), ("draft", "editor"), ("export", "editor"), ("publish", "publisher"),
     ("reject", "publisher"), ("edit_faq", "publisher"), ("train", "publisher"), ("staff", "admin"), ("person", "admin")],
)  # fmt: skip
def test_the_table(permission, lowest) -> None:
    for number, role in enumerate(ROLES):
        allowed = number >= ROLES.index(lowest)
        assert may(account(role), permission) == allowed
        if not allowed:
            with pytest.raises(Forbidden):
                require(account(role), permission)


def test_who_is_disabled_or_of_no_role_may_nothing() -> None:
    assert not may(account("admin", enabled=False), "see")
    assert not may(account("owner"), "see")
