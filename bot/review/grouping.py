"""When two questions say the same.

What tells vendors' questions apart is what they are about: `출입증 재발급` and `출입증 반납` share form and mood, and a
sentence encoder finds them as near as two that mean one thing. So the words that carry content are compared, each weighing
by how rare it is in the FAQ: of the shorter and of the longer question, the share that the other one has too. Measured on
the pairs in tests/review/pairs.yml (see tests/review/test_grouping.py for what it reaches).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from math import log

from bot.faq.model import Content, Entry
from bot.korean.features import content as carries_content
from bot.korean.morphemes import forms
from bot.korean.phonetic import normalise
from bot.korean.synonyms import Synonyms, synonyms_of

ALIKE = 0.75
SIMILAR = 0.5  # perhaps the same: for people to say
_FULLER, _SCARCER = 0.6, 0.4  # weight of the question that is covered more, and of the other
_SHORTEST = 2  # syllables: shorter words are mostly parts of compounds
REMEMBERED = 20_000
# what people wrap a question in
_GENERIC = frozenset(
    [
        "방법",
        "안내",
        "문의",
        "관련",
        "질문",
        "경우",
        "절차",
        "내용",
        "사항",
        "알려",
        "궁금",
        "확인",
        "여부",
        "정보",
        "가능",
        "필요",
        "어디",
        "언제",
        "얼마",
        "누구",
        "무엇",
        "이유",
        "신청",
        "때문",
        "문제",
        "사용",
        "이용",
        "시기",
        "시간",
        "하나",
        "어떻게",
        "우리",
        "저희",
        "회사",
        "진행",
        "요청",
        "처리",
        "부탁",
        "해당",
        "가요",
        "현황",
        "대상",
    ]
)


@dataclass(frozen=True)
class Words:
    """What a question is about: its content words, and all of it without spaces."""

    words: frozenset[str]
    whole: str


class Grouping:
    """Compares questions, with the rarity of words and the synonyms of one state of the FAQ.

    Given the grouping of the state `before`, only what differs is counted: an edit costs no more than the entries it changes.
    """

    def __init__(self, content: Content, before: Grouping | None = None) -> None:
        self.words = _reader(synonyms_of(tuple(content.synonyms)))
        self._entries = content.entries
        known = before if before and before.words is self.words else None
        self._texts, self._counts = (known._texts, Counter(known._counts)) if known else (0, Counter())
        earlier = {each.token: each for each in known._entries} if known else {}
        now = {each.token: each for each in content.entries}
        for times, these, others in ((-1, earlier, now), (1, now, earlier)):
            for token, entry in these.items():
                if token not in others:
                    self._count(entry, times)

    def alike(self, one: str, other: str) -> float:
        """How much two questions are about the same, 0 to 1; from ALIKE on they are one item."""
        return self._alike(self.words(one), self.words(other))

    def nearest(self, text: str, others: Iterable[tuple[int, str]]) -> int | None:
        """The id of the one of (id, text) that says the same most clearly, None where none does."""
        asked = self.words(text)
        best, found = ALIKE, None
        for identifier, other in others:
            there = self.words(other)
            if asked.words and not any(word in there.whole for word in asked.words):
                continue  # one share is nought, so the score is at most _FULLER, which is below ALIKE
            score = self._alike(asked, there)
            if score > best or (score == best and found is None):
                best, found = score, identifier
        return found

    def _alike(self, one: Words, other: Words) -> float:
        if not one.words or not other.words:
            return 1.0 if one.whole == other.whole else 0.0
        shares = self._share(one, other), self._share(other, one)
        return _FULLER * max(shares) + _SCARCER * min(shares)

    def _share(self, of: Words, within: Words) -> float:
        total = sum(map(self._weight, of.words))
        return sum(self._weight(word) for word in of.words if word in within.whole) / total

    def _weight(self, word: str) -> float:
        return 1 + log((1 + self._texts) / (1 + self._counts[word]))

    def _count(self, entry: Entry, times: int) -> None:
        for text in (entry.title, *entry.questions):
            self._texts += times
            for word in self.words(text).words:
                self._counts[word] += times


@lru_cache(maxsize=4)
def _reader(synonyms: Synonyms) -> Callable[[str], Words]:
    """Reads what questions are about; what was read is remembered, whatever becomes of the FAQ, as long as the synonyms stay."""
    return lru_cache(maxsize=REMEMBERED)(partial(_words, synonyms))


def _words(synonyms: Synonyms, text: str) -> Words:
    usual = normalise(synonyms.usual(text))
    found = {
        form
        for form, tag in (each.rsplit("/", 1) for each in forms(usual) if carries_content(each))
        if tag in ("N", "X", "S", "M") and len(form) >= _SHORTEST and form not in _GENERIC
    }
    # of a compound that is given whole and in parts, the parts
    leaves = {word for word in found if not any(part != word and part in word for part in found)}
    return Words(frozenset(leaves), usual.replace(" ", ""))


class CurrentGrouping:
    """The comparison of questions for the content as it is now, brought up to it when that has changed."""

    def __init__(self, content: Callable[[], Content]) -> None:
        self._content = content
        self._made: tuple[Content, Grouping] | None = None

    def __call__(self) -> Grouping:
        content = self._content()
        made = self._made
        if made is None or made[0] is not content:
            made = self._made = content, Grouping(content, made[1] if made else None)
        return made[1]
