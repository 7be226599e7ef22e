"""What the parts of the desk take and give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.faq.fields import EntryFields
from bot.faq.model import Problem
from bot.store.asked import Asked
from bot.store.items import Item
from bot.store.log import Did

# why a question is in the queue, as bot.store.questions.REASONS
REASONS: dict[str, str] = {
    "asked": "To 엘비",
    "comment": "도움 안 됨 (의견)",
    "unhelpful": "도움 안 됨",
    "no_answer": "답변 없음",
    "failed": "오류",
    "unopened": "목록에서 선택 없음",
}
EXPLICIT = ("asked", "comment", "unhelpful")


@dataclass(frozen=True)
class Draft:
    """An answer being written: a new entry, a change of one, or a further phrasing of one."""

    kind: Literal["entry", "change", "phrasing"]
    fields: EntryFields | None = None  # of `entry` and `change`
    base: str = ""  # of `change`: the digest of the entry it was made from
    faq_id: str = ""  # of `phrasing`
    phrasing: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "kind": self.kind,
            "fields": self.fields.as_dict() if self.fields else None,
            "base": self.base,
            "faq_id": self.faq_id,
            "phrasing": self.phrasing,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Draft:
        """From what `as_dict` gave."""
        fields = values.get("fields")
        return cls(
            values["kind"],
            EntryFields.from_dict(fields) if fields else None,
            values.get("base", ""),
            values.get("faq_id", ""),
            values.get("phrasing", ""),
        )


@dataclass(frozen=True)
class OpenedItem:
    """An item with all that is needed to answer it."""

    item: Item
    questions: Sequence[Asked]  # newest first; those of its duplicates too
    candidates: Sequence[
        dict[str, Any]
    ]  # [{"id", "title", "category", "audience", "score"}] of the content as it is now
    history: Sequence[Did]  # newest first
    duplicates: Sequence[Item]
    similar: Sequence[Item]  # other open items that may ask the same, the nearest first
    actions: Sequence[str]  # what this account can do now (bot.review.states.Action)
    suggested: EntryFields  # a new entry begun from the question: phrasings, category, an id that is free
    audience: str  # guest where only guests asked, else member

    @property
    def guests(self) -> int:
        """How many of who asked are not logged in: what only members may read does not reach them."""
        return len({each.visitor_id for each in self.questions if each.mode == "guest"})


@dataclass(frozen=True)
class Published:
    """What publishing came to."""

    faq_id: str
    operation: str
    item: Item | None
    told: int  # people whose conversation says so now
    lines: int  # lines of the file that changed
    file: str  # its name
    waiting: bool = False  # written down, but not yet in the file: finished as soon as it can be


@dataclass(frozen=True)
class BulkResult:
    """What became of one item of many."""

    item_id: int
    done: bool
    message: str = ""  # why not


@dataclass(frozen=True)
class OpenedEntry:
    """An entry of the FAQ as the editor shows it."""

    fields: EntryFields
    digest: str
    html: str
    file: str
    line: int
    opened: int  # people, in 30 days
    helpful: int
    unhelpful: int
    comments: Sequence[
        dict[str, Any]
    ]  # [{"helpful", "comment", "given_at", "mode", "company"}], newest first


@dataclass(frozen=True)
class Checked:
    """What the linter says of an entry as it would stand in the files, and how it would look."""

    problems: Sequence[Problem]  # of this entry; `warning` ones do not keep it from being saved
    html: str
    near: Sequence[
        dict[str, Any]
    ]  # [{"id", "title", "score"}] entries that its title or phrasings find today

    @property
    def sound(self) -> bool:
        return all(problem.warning for problem in self.problems)


@dataclass(frozen=True)
class Explanation:
    """Why a question is answered as it is."""

    text: str
    tokens: Sequence[tuple[str, str]]  # (form, tag)
    ranked: str  # as it was probably meant: slips repaired, synonyms as usual ones
    keyword: bool
    named: bool
    confidence: float
    threshold: float
    candidates: Sequence[dict[str, Any]]  # [{"id", "title", "category", "score", "shown": bool}]
    decision: str  # one | list | nothing | talk | login
    why: Sequence[str]  # Korean sentences


@dataclass(frozen=True)
class Statistics:
    """The dashboard's numbers for a period. Rates are 0 to 1; days are ISO dates in Asia/Seoul."""

    turns: int = 0
    answered: int = 0  # an entry or a list was shown
    unanswered: int = 0
    login_required: int = 0
    by_day: Sequence[
        dict[str, Any]
    ] = ()  # [{"day", "turns", "answered", "unanswered", "login_required"}], every day
    by_category: Sequence[
        dict[str, Any]
    ] = ()  # [{"category", "label", "turns", "answered", "unanswered", "login_required"}]
    most_asked: Sequence[dict[str, Any]] = ()  # [{"id", "title", "people"}]
    most_unanswered: Sequence[Item] = ()
    helpful: int = 0
    unhelpful: int = 0
    least_helpful: Sequence[dict[str, Any]] = ()  # [{"id", "title", "helpful", "unhelpful"}]
    questions: int = 0  # that came into the queue
    by_reason: dict[str, int] = field(default_factory=dict)
    published: int = 0
    waiting: int = 0  # now
    oldest_waiting: float | None = None  # seconds
    hours_to_answer: float | None = None  # median, from the first question to publication
    guests: int = 0  # people
    members: int = 0


@dataclass(frozen=True)
class Learning:
    """Where learning stands."""

    state: str  # idle | waiting | training | checking
    model: str  # the one in use in this process
    stale: bool  # content has phrasings the model has not learnt
    due_at: float | None  # when learning begins, where it waits for changes to settle
    runs: Sequence[
        dict[str, Any]
    ]  # newest first: {"id", "state", "model", "reason", "report", "asked_by", "started_at", "finished_at"}


@dataclass(frozen=True)
class Exported:
    """A file to download."""

    name: str
    content_type: str
    data: bytes
    rows: int
