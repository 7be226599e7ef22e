"""What a conversation remembers of its last answers, so that "2번" and "비용은요?" can be understood.

Ids of entries alone are kept, nothing of what anybody typed; whether the visitor may see them is looked up anew each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.korean.text import fold
from bot.replies import Reply
from bot.store.turns import MEMORY

_ORDINALS = {"첫": 1, "두": 2, "세": 3, "네": 4, "다섯": 5}
_PICK = re.compile(
    r"(?:(?P<digits>\d{1,2})(?:번째?)?|(?P<ordinal>첫|두|세|네|다섯)(?:번째|째)|(?P<last>마지막)(?:번째?)?)"
    r"(?:거|것|꺼|항목|질문|문항|답변|글)?"
    r"(?:요|이요|으로요?|로요?|을|를|은요?|는요?)?"
    r"(?:(?:보여|알려|열어)(?:줘요?|주세요)|볼게요?|볼래요?|보기|선택(?:할게요?)?|자세히|뭐예요|뭔가요)?"
)
_BETWEEN = re.compile(r"[\s.,!?~)(]+")


@dataclass(frozen=True)
class Memory:
    """`listed` are the ids of the list shown last, as it was numbered; `topic` is the id of what was answered last."""

    listed: tuple[str, ...] = ()
    topic: str = ""

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Memory:
        """The memory in a conversation's state."""
        kept = state.get(MEMORY) or {}
        return cls(tuple(kept.get("listed", ())), kept.get("topic", ""))

    @property
    def state(self) -> dict[str, Any]:
        """What is added to a conversation's state; nothing where there is nothing to remember."""
        return {MEMORY: {"listed": list(self.listed), "topic": self.topic}} if self != Memory() else {}

    def about(self, faq_id: str) -> Memory:
        """The memory after an entry was opened; of the list it stands in the next may be picked."""
        return replace(self, topic=faq_id)

    def after(self, replies: Iterable[Reply]) -> Memory:
        """The memory after these replies. An answer leaves the list as it is: who looks at one entry may pick the next."""
        memory = self
        for reply in replies:
            if reply["kind"] == "faq":
                memory = memory.about(reply["faq"]["id"])
            elif reply.get("items"):
                ids = tuple(item["id"] for item in reply["items"])
                memory = Memory(ids, ids[0] if reply["kind"] == "faq_list" else "")
        return memory


def picked(text: str, count: int) -> int | None:
    """The number that a text picks from a list of `count` (2번, 두 번째 거요, 마지막); None for a text of another kind."""
    found = _PICK.fullmatch(_BETWEEN.sub("", fold(text)))
    if not found:
        return None
    if found["last"]:
        return count
    return int(found["digits"]) if found["digits"] else _ORDINALS[found["ordinal"]]
