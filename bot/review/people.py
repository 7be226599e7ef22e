"""People: staff accounts, and what is kept of one visitor."""

from __future__ import annotations

from typing import Any

from bot.store.staff import Account


class People:
    """Raises Forbidden, NotFound, Conflict, InvalidRequest. Everything is written into the history."""

    def accounts(self, who: Account) -> list[Account]:
        """All accounts of staff."""
        raise NotImplementedError

    def add(self, who: Account, *, login: str, name: str, role: str, password: str) -> Account:
        """A new account."""
        raise NotImplementedError

    def change(
        self,
        who: Account,
        account_id: int,
        *,
        name: str | None = None,
        role: str | None = None,
        password: str | None = None,
        enabled: bool | None = None,
    ) -> Account:
        """Changes what is given (see bot.store.staff.change)."""
        raise NotImplementedError

    def change_own_password(self, who: Account, old: str, new: str) -> None:
        """Any account, its own; Unauthorized where the old one does not hold. Ends its sessions."""
        raise NotImplementedError

    def find(self, who: Account, text: str) -> list[dict[str, Any]]:
        """Visitors whose id, name or company is or holds a text: [{"id", "mode", "name", "company", "created_at"}]."""
        raise NotImplementedError

    def export(self, who: Account, visitor_id: str) -> dict[str, Any]:
        """All that is kept of a visitor."""
        raise NotImplementedError

    def delete(self, who: Account, visitor_id: str) -> None:
        """Removes all that is kept of a visitor, for good; items only they asked go with them unless published."""
        raise NotImplementedError
