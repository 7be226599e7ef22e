"""What may become of an item of the queue, and when; pure rules without a database."""

from __future__ import annotations

from typing import Literal

from bot.errors import InvalidRequest

State = Literal["new", "assigned", "drafted", "published", "held", "duplicate-of", "rejected", "reopened"]
Action = Literal["claim", "release", "draft", "publish", "hold", "duplicate", "reject", "reopen"]

STATES: dict[State, str] = {
    "new": "새 질문",
    "assigned": "담당 지정",
    "drafted": "작성 중",
    "published": "답변 등록",
    "held": "보류",
    "duplicate-of": "중복",
    "rejected": "반려",
    "reopened": "다시 열림",
}
OPEN: tuple[State, ...] = (
    "new",
    "reopened",
    "assigned",
    "drafted",
    "held",
)  # somebody still has to do something
CLOSED: tuple[State, ...] = ("published", "duplicate-of", "rejected")

_NEXT: dict[Action, dict[State, State]] = {
    "claim": {"new": "assigned", "reopened": "assigned", "assigned": "assigned", "drafted": "drafted", "held": "assigned"},
    "release": {"assigned": "new", "drafted": "drafted"},
    "draft": dict.fromkeys(OPEN, "drafted"),
    "publish": dict.fromkeys(OPEN, "published"),
    "hold": dict.fromkeys(OPEN, "held"),
    "duplicate": dict.fromkeys(OPEN, "duplicate-of"),
    "reject": dict.fromkeys(OPEN, "rejected"),
    "reopen": dict.fromkeys(("published", "rejected", "duplicate-of", "held"), "reopened"),
}  # fmt: skip


def after(state: State, action: Action) -> State:
    """The state that an action leads to; raises InvalidRequest (code `wrong_state`) where it cannot be done now."""
    following = _NEXT[action].get(state)
    if following is None:
        raise InvalidRequest(f"'{STATES[state]}' 상태에서는 할 수 없는 일입니다.", code="wrong_state")
    return following


def possible(state: State) -> tuple[Action, ...]:
    """The actions that can be done in a state."""
    return tuple(action for action, states in _NEXT.items() if state in states)
