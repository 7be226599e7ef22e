"""Who may do what on the staff pages: one table."""

from __future__ import annotations

from typing import Literal

from bot.errors import Forbidden
from bot.store.staff import Account

Role = Literal["viewer", "editor", "publisher", "admin"]
Permission = Literal[
    "see",  # queue, items, FAQ, revisions, history, dashboard, test page
    "claim",
    "draft",
    "hold",
    "duplicate",
    "reopen",
    "export",
    "publish",  # of an item: new entry, change, phrasing
    "reject",
    "edit_faq",  # save, create, delete, restore an entry without an item
    "train",
    "person",  # what is kept of one visitor: export, deletion
    "staff",  # accounts
]

ROLES: dict[Role, str] = {"viewer": "보기", "editor": "작성", "publisher": "발행", "admin": "관리"}
_VIEWER: frozenset[Permission] = frozenset({"see"})
_EDITOR = _VIEWER | {"claim", "draft", "hold", "duplicate", "reopen", "export"}
_PUBLISHER = _EDITOR | {"publish", "reject", "edit_faq", "train"}
ALLOWED: dict[Role, frozenset[Permission]] = {
    "viewer": _VIEWER,
    "editor": _EDITOR,
    "publisher": _PUBLISHER,
    "admin": _PUBLISHER | {"person", "staff"},
}


def may(account: Account, permission: Permission) -> bool:
    """Whether an account may do something."""
    return account.enabled and permission in ALLOWED.get(account.role, frozenset())


def require(account: Account, permission: Permission) -> None:
    """Raises Forbidden where an account may not do something."""
    if not may(account, permission):
        raise Forbidden()
