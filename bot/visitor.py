"""Who is asking, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["guest", "member"]


@dataclass(frozen=True)
class Visitor:
    """A person on the other side, as the server-side session knows them."""

    id: str = ""
    mode: Mode = "guest"
    name: str = ""
    company: str = ""
    business_number: str = ""

    @property
    def is_member(self) -> bool:
        return self.mode == "member"

    def may_see(self, audience: Mode) -> bool:
        """Guests see guest content, members see all: the one rule every read goes through."""
        return audience == "guest" or self.is_member


GUEST = Visitor()
