"""A question and who asks → what 엘비 replies: scope → search → decide → answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot import replies, wording
from bot.answers import OFF_TOPIC, OPEN_CATEGORIES, SURE_CATEGORY, Answer, Guess
from bot.faq.model import CATEGORIES, Entry
from bot.inquiry import Guest, Inquiry
from bot.korean.text import clean, key
from bot.replies import Reply
from bot.search.decision import SURE, List, Nothing, One, decide
from bot.search.index import Catalogue, Index
from bot.search.result import Result
from bot.visitor import Visitor

_NEAR_ENOUGH = 0.75  # confidence from which a guest is offered what they may see beside the request to log in
_OFFERED = 2  # entries


class Answerer:
    """Answers from the catalogue that is current when the question comes."""

    def __init__(
        self,
        catalogue: Callable[[], Catalogue],
        most_opened: Callable[[str], Sequence[str]],
        link_hosts: tuple[str, ...] = (),
        changed_last: Callable[[str], Sequence[str]] = lambda mode: (),
        inquiry: Inquiry | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._most_opened = most_opened
        self._link_hosts = link_hosts
        self.inquiry = inquiry or Inquiry(None)
        self._changed_last = changed_last
        self._aside = ThreadPoolExecutor(1)  # several at once would take the cores from each other

    async def consider(self, text: str, visitor: Visitor) -> None:
        """Has ready what takes long of an answer (a second opinion), made beside the event loop; then `reply` is quick."""
        slow = self.index_for(visitor).doubt(clean(text))
        if slow:
            await asyncio.get_running_loop().run_in_executor(self._aside, slow)

    async def means_an_entry(self, text: str, visitor: Visitor, guess: Guess) -> bool:
        """Whether a text that was taken for talk or a command asks for an entry all the same.

        A title published a moment ago the classifier has not learnt; and where it is in doubt (반려, taken for a goodbye),
        what the search is sure of counts.
        """
        if guess.confidence < SURE:
            await self.consider(text, visitor)
            return self.search(text, visitor).confidence >= SURE
        return len(text.split()) > 1 and self.search(text, visitor).named

    def reply(self, text: str, visitor: Visitor, guess: Guess = Guess()) -> Answer:  # noqa: B008 - frozen
        """The answer to a question, from what this visitor may see alone."""
        question = clean(text)
        result = self.index_for(visitor).search(question)
        candidates = result.told(replies.FIRST)
        if self._is_member_business(result, visitor, guess):
            near = [] if result.confidence < _NEAR_ENOUGH else result.entries[:_OFFERED]
            words = wording.LOGIN_REQUIRED_NEAR if near else wording.LOGIN_REQUIRED
            choices = [replies.open_entry(entry) for entry in near]
            return Answer(replies.login_required(words, choices), None, candidates)
        match decide(result, off_topic=guess.confidence * (guess.intent in OFF_TOPIC)):
            case One(entry, others):
                return self.show(entry, visitor, others, candidates)
            case List(entries):
                return Answer(replies.faq_list(question, entries, len(entries)), None, candidates)
            case Nothing():
                reply = self._nothing(question, visitor, guess)
                unanswered = reply["kind"] == "no_answer" and not guess.off_topic
                return Answer(reply, None, candidates, unanswered)

    @staticmethod
    def _is_member_business(result: Result, visitor: Visitor, guess: Guess) -> bool:
        """Whether a guest asks what only members are answered.

        Decided by category alone, so that nothing is said about which entries there are; what guests may see is answered
        where they name it, where a keyword (계좌) is in several entries, and where it is of the category they ask about.
        """
        if visitor.is_member or not guess.members_only:
            return False
        if result.named or (result.keyword and len(result.entries) > 1):
            return False
        if isinstance(decide(result), Nothing):
            return True
        return guess.confidence >= SURE_CATEGORY and result.candidates[0].entry.category != guess.category

    def show(
        self,
        entry: Entry,
        visitor: Visitor,
        others: Iterable[Entry] = (),
        candidates: Sequence[dict[str, Any]] = (),
    ) -> Answer:
        """One entry, and `others` to choose instead."""
        choices = [replies.open_entry(other) for other in others]
        return Answer(replies.faq(self._full(entry, visitor), choices), entry.id, candidates)

    def _nothing(self, question: str, visitor: Visitor, guess: Guess) -> Reply:
        if key(question).isdigit() and self.inquiry.number_in(question):
            return replies.text(wording.NUMBER_ALONE, [replies.send("우리 회사 진행상태")])
        if guess.off_topic:
            words = wording.CHITCHAT if guess.intent == "chitchat" else wording.OFF_TOPIC
            return replies.no_answer(question, words, can_ask=False)
        words = wording.NO_ANSWER if visitor.is_member else wording.NO_ANSWER_GUEST
        return replies.no_answer(question, words)

    def candidates(self, text: str, visitor: Visitor) -> list[dict[str, Any]]:
        """The entries that come nearest to a text, for who reviews it."""
        return self.search(text, visitor).told(replies.FIRST)

    def search(self, text: str, visitor: Visitor) -> Result:
        """Everything the index finds for a text."""
        return self.index_for(visitor).search(clean(text))

    def index_for(self, visitor: Visitor) -> Index:
        """The index of what this visitor may see."""
        return self._catalogue().index_for(visitor)

    def find(self, entry_id: str, visitor: Visitor) -> Entry | None:
        """An entry by id, or None where this visitor can see none of it."""
        return self._catalogue().content.find(entry_id, visitor)

    def listed(self, text: str, visitor: Visitor, category: str | None = None) -> list[Entry]:
        """전체보기: every entry that a list for this text stands for, or all there are for no text."""
        entries: Sequence[Entry] = self.index_for(visitor).entries
        if clean(text):
            match decide(self.search(text, visitor), as_list=True):
                case List(found):
                    entries = found
                case _:
                    entries = ()
        return [entry for entry in entries if category in (None, entry.category)]

    def entry(self, entry_id: str, visitor: Visitor) -> dict[str, Any] | None:
        """One entry with its answer, or None where this visitor can see none of that id."""
        entry = self.find(entry_id, visitor)
        return self._full(entry, visitor) if entry else None

    def published(self, faq_id: str | None, visitor: Visitor) -> dict[str, str]:
        """State and `faq_id` of a question that was answered; for who may not see the answer, that it takes a login."""
        entry = self._catalogue().content.by_id.get(faq_id or "")
        if entry and not visitor.may_see(entry.audience):
            return {"state": "login_required"}
        return {"state": "published", **({"faq_id": entry.id} if entry else {})}

    def still_visible(self, stored: Sequence[Reply], visitor: Visitor) -> list[Reply]:
        """Stored replies less the entries that are gone, or that this visitor may no longer see."""
        content = self._catalogue().content
        return replies.still_visible(stored, lambda item: content.find(item["id"], visitor) is not None)

    def suggest(self, typed: str, visitor: Visitor) -> list[Entry]:
        """Entries a visitor may be about to type."""
        return list(self.index_for(visitor).suggest(typed))

    def best(self, visitor: Visitor) -> list[Entry]:
        """The five entries visitors of this kind opened most; at the start, those the content staff chose."""
        content = self._catalogue().content
        wanted = [*self._most_opened(visitor.mode), *content.start.get(visitor.mode, ())]
        found = (content.find(entry_id, visitor) for entry_id in dict.fromkeys(wanted))
        return [entry for entry in found if entry][: replies.FIRST]

    def updated(self, visitor: Visitor) -> list[Entry]:
        """The five entries whose content changed last; within a day, those whose file was changed last."""
        content = self._catalogue().content
        last = {entry_id: -place for place, entry_id in enumerate(self._changed_last(visitor.mode))}
        # of those that are not among the last ones, no more than the first few of the newest can come in
        known = (content.find(entry_id, visitor) for entry_id in last)
        entries = {
            each.id: each for each in (*content.newest(visitor, len(last) + replies.FIRST), *known) if each
        }
        newest = sorted(
            entries.values(), key=lambda entry: (entry.updated, last.get(entry.id, -len(last))), reverse=True
        )
        return newest[: replies.FIRST]

    def help(self, visitor: Visitor) -> Reply:
        """What 엘비 covers and how to ask it."""
        visible = self._catalogue().content.visible_to(visitor)
        counts = Counter(entry.category for entry in visible)
        topics = []
        for category in CATEGORIES.values():
            topic = {"category": category.id, "label": category.label, "covers": category.covers}
            if visitor.is_member or category.id in OPEN_CATEGORIES:
                examples = [replies.send(example) for example in category.examples]
                topics.append({**topic, "open": True, "examples": examples, "total": counts[category.id]})
            else:  # the examples are titles of entries that guests are not to know of
                topics.append({**topic, "open": False, "examples": []})
        return replies.help_topics(topics, wording.HELP_MEMBER if visitor.is_member else wording.HELP_GUEST)

    def greet(self, visitor: Visitor) -> Answer:
        """Says hello, and what 엘비 is for."""
        name = f" {visitor.name}님" if visitor.name else ""
        words = wording.GREETING_MEMBER.format(name=name) if visitor.is_member else wording.GREETING_GUEST
        return Answer(replies.text(words, [replies.send("도움말"), replies.send("Best", "베스트 질의")]))

    def goodbye(self) -> Answer:
        return Answer(replies.text(wording.GOODBYE))

    def thanks(self) -> Answer:
        return Answer(replies.text(wording.THANKS))

    def show_best(self, visitor: Visitor) -> Answer:
        return Answer(replies.best(self.best(visitor)))

    def show_updated(self, visitor: Visitor) -> Answer:
        return Answer(replies.updated(self.updated(visitor)))

    def offer_to_ask(self) -> Answer:
        """To 엘비, with an empty form."""
        return Answer(replies.no_answer("", wording.OFFER_TO_ASK))

    async def onboarding(self, question: str, visitor: Visitor, guest: Guest) -> Answer | None:
        """Where a company stands: a member's own; None where a guest is to be asked which one it is.

        A question that is clearly about another matter is answered as any other.
        """
        await self.consider(question, visitor)
        result = self.search(question, visitor)
        found = result.candidates[0].entry.category if result.candidates else None
        if found not in OPEN_CATEGORIES and result.confidence >= SURE:
            return self.reply(question, visitor)
        if visitor.is_member:
            return Answer(await self.inquiry.of_member(visitor))
        hindrance = await self.inquiry.hindrance(guest)
        return Answer(hindrance) if hindrance else None

    def _full(self, entry: Entry, visitor: Visitor) -> dict[str, Any]:
        content = self._catalogue().content
        related = (content.find(other, visitor) for other in entry.related)
        return replies.full(entry, (other for other in related if other), self._link_hosts)
