"""What can be wrong between entries, though each can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from bot.faq.markdown import allowed
from bot.faq.model import Entry, Location, Phrasing, Problem
from bot.faq.soundness import Soundness
from bot.korean.text import key
from bot.visitor import Mode, Visitor

ENOUGH_PHRASINGS = 6

Start = Mapping[Mode, Sequence[Phrasing]]
Groups = Sequence[tuple[tuple[str, ...], Location]]
_together = Soundness()


def check(
    entries: Sequence[Entry], groups: Groups, start: Start, link_hosts: tuple[str, ...], *, whole: bool = True
) -> Iterator[Problem]:
    """Problems of readable entries, synonym groups and the start of Best taken together.

    Where they are not the `whole`, an id that is not among them may be that of an entry which could not be read.
    """
    yield from taken_ids(entries)
    yield from _duplicates(entries)
    yield from _taken_titles(entries)
    yield from _references(entries, whole)
    yield from _answers(entries, link_hosts)
    yield from _phrasings(entries)
    yield from _groups(groups)
    yield from _start(entries, start, whole)


def sound(entries: Sequence[Entry], groups: Groups, start: Start, link_hosts: tuple[str, ...]) -> bool:
    """Whether `check` would find nothing, warnings aside; False where it has to be asked."""
    return _together(entries, link_hosts) and not any(chain(_groups(groups), _start(entries, start)))


def taken_ids(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Ids that an entry before has."""
    ids: dict[str, Location] = {}
    for entry in entries:
        if entry.id in ids:
            yield Problem(
                entry.location, f"id {entry.id!r}은(는) {ids[entry.id]}에 이미 있습니다", "다른 id를 쓰세요"
            )
        ids.setdefault(entry.id, entry.location)


def _duplicates(entries: Sequence[Entry]) -> Iterator[Problem]:
    titles: dict[tuple[str, str], Location] = {}
    phrasings: dict[str, tuple[str, Location]] = {}
    for entry in entries:
        title = (entry.system, entry.title_key)
        if title in titles:
            yield Problem(
                entry.location,
                f"제목 {entry.title!r}은(는) {titles[title]}에 이미 있습니다",
                "두 제목을 구별되게 고치세요",
            )
        titles.setdefault(title, entry.location)
        for phrasing, asked in zip(entry.phrasings, entry.phrasing_keys, strict=True):
            other = phrasings.get(asked)
            if other:
                own = other[0] == entry.id  # twice in one entry does no harm
                yield Problem(
                    entry.where(phrasing),
                    f"질문 표현 {phrasing.text!r}이(가) {other[1]}에도 있습니다",
                    "하나를 지우세요" if own else "더 맞는 항목에만 두세요",
                    warning=own,
                )
            phrasings.setdefault(asked, (entry.id, entry.where(phrasing)))


def _taken_titles(entries: Sequence[Entry]) -> Iterator[Problem]:
    titles = {entry.title_key: entry for entry in entries}
    for entry in entries:
        for phrasing, asked in zip(entry.phrasings, entry.phrasing_keys, strict=True):
            other = titles.get(asked, entry)
            if other.id != entry.id and asked != entry.title_key:
                what = f"질문 표현 {phrasing.text!r}은(는) 다른 항목 {other.id!r}의 제목입니다 ({other.location})"
                yield Problem(entry.where(phrasing), what, "더 맞는 항목에만 두세요")


def _references(entries: Sequence[Entry], whole: bool) -> Iterator[Problem]:
    known = {entry.id: entry for entry in entries}
    for entry in entries:
        for target in entry.related:
            if target not in known:
                if whole:
                    what = f"'related'의 {target!r}은(는) 없는 항목입니다"
                    yield Problem(entry.location, what, "id를 고치거나 지우세요")
            elif target == entry.id:
                yield Problem(entry.location, "'related'에 자기 자신이 있습니다", "지우세요")


def _answers(entries: Sequence[Entry], link_hosts: tuple[str, ...]) -> Iterator[Problem]:
    for entry in entries:
        for link in entry.links:
            if allowed(link, link_hosts):
                continue
            hosts = ", ".join(link_hosts) or "없음"
            yield Problem(
                entry.location,
                f"답변에 허용되지 않은 링크 {link!r}이(가) 있습니다",
                f"허용된 사이트로만 링크하세요 ({hosts})",
            )


def _phrasings(entries: Sequence[Entry]) -> Iterator[Problem]:
    for entry in entries:
        if not all(entry.phrasing_keys):
            yield Problem(
                entry.location, "글자나 숫자가 없는 질문 표현이 있습니다", "업체가 물을 말을 쓰세요"
            )
        if len(entry.phrasings) < ENOUGH_PHRASINGS:
            what = f"질문 표현이 {len(entry.phrasings)}개뿐입니다"
            yield Problem(
                entry.location, what, f"서로 다른 말로 {ENOUGH_PHRASINGS}개 이상 쓰세요", warning=True
            )


def _groups(groups: Groups) -> Iterator[Problem]:
    seen: dict[str, Location] = {}
    for terms, location in groups:
        for term in terms:
            if not key(term):
                yield Problem(location, f"동의어 {term!r}에 글자나 숫자가 없습니다", "지우세요")
            elif key(term) in seen and seen[key(term)] != location:
                yield Problem(
                    location, f"동의어 {term!r}이(가) {seen[key(term)]}에도 있습니다", "한 묶음에만 두세요"
                )
            seen.setdefault(key(term), location)


def _start(entries: Sequence[Entry], start: Start, whole: bool = True) -> Iterator[Problem]:
    known = {entry.id: entry for entry in entries}
    for mode, items in start.items():
        for item in items:
            entry = known.get(item.text)
            if entry is None:
                if whole:
                    what = f"{item.text!r}은(는) 없는 항목입니다"
                    yield Problem(item.location, what, "id를 고치거나 지우세요")
            elif not Visitor(mode=mode).may_see(entry.audience):
                yield Problem(
                    item.location, f"{item.text!r}은(는) 회원용 항목입니다", "`member` 아래에 쓰세요"
                )
