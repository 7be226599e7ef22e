"""FAQs of any size for measuring: topics (what is asked) × places (where), each pair one entry, with questions held out.

Topics come from FAQ folders read where they lie (`faq/*.yml` and `queries.jsonl`, see `elbi eval retrieval`), or are made
from word lists where there are none. An entry is right only if both its topic and its place are.
"""

from __future__ import annotations

import datetime
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.faq.fields import EntryFields
from bot.faq.loader import load_unchecked
from bot.faq.model import CATEGORIES
from bot.faq.render import entry_lines

PHRASINGS = 3  # of an entry
LONGEST = 60  # characters of a phrasing
_REGIONS = [
    "강릉",
    "강진",
    "거제",
    "거창",
    "경주",
    "고령",
    "고성",
    "고창",
    "고흥",
    "곡성",
    "공주",
    "광양",
    "구례",
    "구미",
    "군산",
    "금산",
    "김제",
    "김천",
    "김해",
    "나주",
    "남원",
    "남해",
    "논산",
    "단양",
    "담양",
    "당진",
    "동해",
    "목포",
    "무안",
    "무주",
    "문경",
    "밀양",
    "보령",
    "보성",
    "보은",
    "부안",
    "사천",
    "산청",
    "삼척",
    "상주",
    "서산",
    "서천",
    "속초",
    "순창",
    "순천",
    "신안",
    "안동",
    "양구",
    "양양",
    "여수",
    "영광",
    "영덕",
    "영동",
    "영암",
    "영월",
    "영주",
    "영천",
    "예산",
    "예천",
    "옥천",
    "완도",
    "울진",
    "원주",
    "음성",
    "의령",
    "의성",
    "익산",
    "인제",
    "임실",
    "장성",
    "장수",
    "장흥",
    "전주",
    "정선",
    "정읍",
    "제천",
    "진도",
    "진안",
    "진주",
    "진천",
    "창녕",
    "창원",
    "천안",
    "철원",
    "청송",
    "청양",
    "춘천",
    "충주",
    "칠곡",
    "태백",
    "통영",
    "평창",
    "포항",
    "하동",
    "함안",
    "함양",
    "함평",
    "해남",
    "홍성",
    "홍천",
    "화순",
    "화천",
    "횡성",
]
_SITES = [
    "공장",
    "물류센터",
    "연구소",
    "지점",
    "사업소",
    "창고",
    "발전소",
    "교육원",
    "영업소",
    "기숙사",
    "정비소",
    "시험장",
]
_THINGS = [
    "견적서",
    "계약서",
    "세금계산서",
    "보증보험",
    "실적증명서",
    "검수요청서",
    "인증서",
    "비밀번호",
    "출입증",
    "보안서약서",
    "거래명세서",
    "사업자등록증",
    "통장사본",
    "이력서",
    "납품확인서",
    "교육이수증",
    "담당자정보",
    "대금지급",
    "입찰참가",
    "선급금",
    "하자보수",
    "안전점검",
    "작업허가",
    "장비반입",
    "차량등록",
    "주소변경",
    "휴대폰번호",
    "공동인증서",
    "회원가입",
    "회원탈퇴",
]
_DEEDS = (
    ("제출", "내려고", "보내는"), ("조회", "찾아보려고", "확인하는"), ("수정", "고치려고", "바꾸는"), ("발급", "받으려고", "떼는"),
    ("취소", "없던 일로 하려고", "물리는"), ("승인", "허락받으려고", "결재받는"), ("연장", "늘리려고", "더 쓰는"),
    ("반려 확인", "왜 거절됐는지 알려고", "퇴짜 맞은"), ("재발행", "다시 뽑으려고", "또 뽑는"), ("삭제", "지우려고", "없애는"),
    ("인쇄", "종이로 뽑으려고", "출력하는"), ("내려받기", "다운로드하려고", "파일로 받는"), ("기한 문의", "언제까지인지 알려고", "마감하는"),
    ("수수료 문의", "얼마 드는지 알려고", "돈 내는"), ("담당자 문의", "누구한테 물을지 알려고", "전화하는"),
    ("오류 해결", "안 되는 걸 풀려고", "막힌"), ("양식 문의", "서식을 찾으려고", "틀을 구하는"), ("대리 신청", "남이 대신 하려고", "맡기는"),
    ("순서 문의", "뭐부터 할지 알려고", "차례를 보는"), ("첨부 문의", "뭘 붙일지 알려고", "같이 올리는"),
)  # fmt: skip


@dataclass(frozen=True)
class Topic:
    """What is asked: a title, phrasings, an answer, and questions that no entry has."""

    title: str
    phrasings: tuple[str, ...]
    answer: str
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A question and the entry it is about."""

    text: str
    faq_id: str


def topics(folders: Sequence[Path]) -> list[Topic]:
    """The topics of FAQ folders that have held-out questions, or made ones for no folder."""
    found = [topic for folder in folders for topic in _read(folder)]
    return found or list(_made())


def _read(folder: Path) -> Iterator[Topic]:
    asked: dict[str, list[str]] = defaultdict(list)
    with open(folder / "queries.jsonl", encoding="utf-8") as lines:
        for line in lines:
            query = json.loads(line)
            if query.get("faq_id") and not query.get("noise") and len(query["text"]) <= LONGEST:
                asked[query["faq_id"]].append(query["text"])
    for entry in load_unchecked(folder / "faq").entries:
        phrasings = tuple(text for text in entry.questions if len(text) <= LONGEST)
        if phrasings and asked[entry.id]:
            answer = entry.answer.strip().split(". ")[0][:120]
            yield Topic(entry.title, phrasings[:PHRASINGS], answer, tuple(asked[entry.id]))


def _made() -> Iterator[Topic]:
    for thing in _THINGS:
        for noun, wish, way in _DEEDS:
            yield Topic(
                f"{thing} {noun} 방법",
                (
                    f"{thing} {noun}은 어떻게 하나요",
                    f"{thing} {wish} 합니다",
                    f"{thing} {noun} 메뉴가 안 보여요",
                ),
                f"{thing} {noun}은 왼쪽 메뉴에서 합니다.",
                (
                    f"{thing} {way} 길을 알려 주세요",
                    f"{noun}이 필요해요, {thing}인데요",
                    f"{thing} {noun} 되나요?",
                ),
            )


def _shift(text: str, rng: random.Random) -> str:
    """A hurried hand: no spaces, or two neighbouring syllables the wrong way round."""
    if rng.random() < 0.5:
        return text.replace(" ", "")
    place = rng.randrange(max(1, len(text) - 1))
    return text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :]


class Corpus:
    """`size` entries, and as many held-out questions as wanted: every fourth typed in a hurry."""

    def __init__(self, made_of: Sequence[Topic], size: int, seed: int = 0) -> None:
        places = [f"{region} {site}" for site in _SITES for region in _REGIONS]
        if size > len(places) * len(made_of):
            raise ValueError(f"{len(made_of)} topics give {len(places) * len(made_of)} entries at most")
        self._topics, self._places = made_of, places
        self._pairs = random.Random(seed).sample(range(len(places) * len(made_of)), size)

    def __len__(self) -> int:
        return len(self._pairs)

    def _pair(self, number: int) -> tuple[Topic, str]:
        place, topic = divmod(self._pairs[number], len(self._topics))
        return self._topics[topic], self._places[place]

    def entry(self, number: int) -> EntryFields:
        """An entry's fields; one in three may be seen by guests."""
        topic, place = self._pair(number)
        region, site = place.split()
        ways = (f"{place} {{}}", f"{region}에 있는 {site}인데 {{}}", f"{{}} {place}입니다")
        return EntryFields(
            id=f"entry-{number:06}",
            category=list(CATEGORIES)[number % len(CATEGORIES)],
            title=f"{place} {topic.title}"[:120],
            audience="guest" if number % 3 == 0 else "member",
            questions=tuple(
                way.format(text) for way, text in zip(ways, topic.phrasings * PHRASINGS, strict=False)
            )[:PHRASINGS],
            keywords=(region, site),
            answer=f"{place}: {topic.answer}",
            updated=datetime.date(2026, 1, 1 + number % 28).isoformat(),
        )

    def asked(self, most: int, seed: int = 1) -> list[Asked]:
        """Held-out questions about entries drawn at random."""
        rng = random.Random(seed)
        found = []
        for number in rng.sample(range(len(self)), min(most, len(self))):
            topic, place = self._pair(number)
            region, site = place.split()
            way = rng.choice(
                (f"{region} {site}에서 {{}}", f"{region}쪽 {site} {{}}", f"{site} ({region}) {{}}")
            )
            text = way.format(rng.choice(topic.asked))
            if rng.random() < 0.25:
                text = _shift(text, rng)
            found.append(Asked(text, f"entry-{number:06}"))
        return found

    def typed(self, most: int, seed: int = 2) -> list[str]:
        """What somebody has typed of titles and phrasings so far: beginnings, initial consonants, slips."""
        from bot.korean.jamo import initials

        rng = random.Random(seed)
        found = []
        for number in rng.sample(range(len(self)), min(most, len(self))):
            fields = self.entry(number)
            text = rng.choice((fields.title, fields.title, rng.choice(fields.questions)))
            text = text[: rng.randint(1, 12)]
            kind = rng.random()
            if kind < 0.2:
                text = initials(text.replace(" ", ""))
            elif kind < 0.3:
                text = _shift(text, rng)
            found.append(text)
        return found

    def write(self, directory: Path) -> None:
        """The entries as FAQ files, one a category."""
        directory.mkdir(parents=True, exist_ok=True)
        for place, category in enumerate(CATEGORIES):
            with open(directory / f"{category}.yml", "w", encoding="utf-8") as file:
                file.write(f"category: {category}\nentries:\n")
                for number in range(place, len(self), len(CATEGORIES)):
                    file.write("\n".join(entry_lines(self.entry(number), "  ", "    ")) + "\n")
