"""The content that ships (data/faq): sound, whole, and nothing in it that its source does not state.

Titles, examples and facts are copied here from the PartnerPlus guide.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.faq.loader import inspect
from bot.faq.markdown import to_html
from bot.faq.model import CATEGORIES, Content, Entry
from bot.korean.text import key
from bot.privacy import mask
from bot.search.index import Index, build_index
from bot.settings import Settings
from bot.visitor import GUEST, Visitor

FAQ = Path(__file__).parent.parent.parent / "data" / "faq"
HOSTS = Settings().link_hosts
MEMBER = Visitor(mode="member")

EXAMPLES = {  # the guide, "다양한 업무 문의 대응"
    "signup_login": ("가입방법", "휴대폰 인증 불가", "외국인 가입"),
    "company_profile": ("PartnerPlus ID 확인", "인원 변경", "이력서 수정", "소속회사 변경"),
    "quote_contract": ("견적서 양식 다운로드", "계약체결 방법", "계약 상세 정보 조회 불가"),
    "inspection_payment": ("검수요청 방법", "검수 건 조회 불가", "대금 지급일", "세금계산서 발행"),
    "bond_performance": ("보증보험 신청 방법", "실적등록 대상 건 조회 불가"),
    "security_training": ("정보보안 서약서 작성", "교육 이수 확인"),
    "general": ("사용자 환경 설정", "업무 및 시스템 담당자"),
}
TITLES = (  # the guide, its screens of Best, Updated and the results for 계약 and 교육
    ("PartnerPlus", "문자로 발송된 견적 요청 건 조회 오류 안내"),
    ("PartnerPlus", "견적요청/계약 시 알림메일 수신자 안내"),
    ("PartnerPlus", "계약체결건 조회가 안되는 경우 안내"),
    ("PartnerPlus", "대금 지급일 확인 방법 안내"),
    ("PartnerCampus", "교육 이수 조회 안내"),
    ("PartnerPlus", "견적서 수정 방법 안내"),
    ("PartnerPlus", "계약체결 시 오류 안내"),
    ("PartnerPlus", "대금지급이 안된 경우 안내"),
    ("PartnerPlus", "세금계산서 업로드 시 검수일자 및 검수정보 안내"),
    ("PartnerPlus", "실적등록 대상 건 조회 불가 안내"),
    ("PartnerPlus", "계약 상세 정보 조회 안되는 경우 안내"),
    ("PartnerPlus", "계약 상태 및 종료여부 확인"),
    ("PartnerPlus", "계약의 업체 영업담당자 변경 방법 안내"),
    ("PartnerPlus", "계약체결 방법"),
    ("PartnerPlus", "메일 수신된 변경계약 조회/체결 불가 안내"),
    ("PartnerPlus", "정보보안 교육 수강 이력 오류"),
)
CUT_OFF_TITLE = ("PartnerCampus", "정보보안교육 미이수로")  # the screen shows no more of it
BEST = TITLES[:5]  # 회원용 베스트 질의
UPDATED = TITLES[5:10]  # 회원용 신규 콘텐츠
SCREENS = {  # the menus and buttons that the guide's screens show
    "개인정보 수정", "소속회사 변경", "업체정보수정", "공인인증서등록", "계좌등록", "실적등록발행", "영업담당", "사용환경가이드",
    "회사정보수정", "견적지원", "계약제출", "검수요청", "보증보험 증명제출", "계산서처리", "공지사항", "FAQ",
    "To 엘비", "도움말", "Best", "Updated", "댓글", "공유", "편집", "복구", "PartnerPlus 사용자 매뉴얼",
}  # fmt: skip


@pytest.fixture(scope="module")
def content() -> Content:
    found, problems = inspect(FAQ, HOSTS)
    assert not [str(problem) for problem in problems], "errors or warnings in data/faq"
    return found


@pytest.fixture(scope="module")
def index(content: Content) -> Index:
    """What members search; keyword questions need no sentence encoder."""
    return build_index(content.visible_to(MEMBER), content.synonyms)


def test_there_are_enough_entries_in_seven_files(content: Content) -> None:
    assert len(content.entries) >= 140
    counts = Counter(entry.category for entry in content.entries)
    assert counts.keys() == CATEGORIES.keys()
    assert min(counts.values()) >= 10
    assert {path.stem for path in FAQ.glob("*.yml")} == {*CATEGORIES, "synonyms", "start"}
    assert all(Path(entry.location.file).stem == entry.category for entry in content.entries)


def test_the_help_page_gives_the_guide_s_examples() -> None:
    assert {category.id: category.examples for category in CATEGORIES.values()} == EXAMPLES


@pytest.mark.parametrize(
    ("category", "title"), [(category, title) for category, titles in EXAMPLES.items() for title in titles]
)
def test_every_example_of_the_guide_is_an_entry(content: Content, category: str, title: str) -> None:
    assert (category, title) in {(entry.category, entry.title) for entry in content.entries}


@pytest.mark.parametrize(("system", "title"), TITLES)
def test_every_title_of_the_guide_is_an_entry(content: Content, system: str, title: str) -> None:
    assert (system, title) in {(entry.system, entry.title) for entry in content.entries}


def test_the_title_that_the_screen_cuts_off(content: Content) -> None:
    system, beginning = CUT_OFF_TITLE
    assert [e for e in content.entries if e.system == system and e.title.startswith(beginning)]


def test_best_starts_as_the_guide_shows_it(content: Content) -> None:
    best = [content.by_id[identifier] for identifier in content.start["member"]]
    assert tuple((entry.system, entry.title) for entry in best) == BEST
    assert len(content.start["guest"]) == 5


def test_updated_starts_as_the_guide_shows_it(content: Content) -> None:
    newest = sorted(content.entries, key=lambda entry: entry.updated, reverse=True)[:5]
    assert {(entry.system, entry.title) for entry in newest} == set(UPDATED)


@pytest.mark.parametrize(("question", "count"), [("계약", 20), ("교육", 6)])
def test_members_get_as_many_results_as_the_guide_shows(index: Index, question: str, count: int) -> None:
    result = index.search(question)
    assert result.keyword
    assert len(result.candidates) == count


def test_the_results_the_guide_shows_are_among_them(index: Index) -> None:
    contract = {candidate.entry.label for candidate in index.search("계약").candidates}
    training = {candidate.entry.label for candidate in index.search("교육").candidates}
    assert {f"[{system}] {title}" for system, title in TITLES[10:15]} <= contract
    assert {"[PartnerCampus] 교육 이수 조회 안내", "[PartnerPlus] 정보보안 교육 수강 이력 오류"} <= training
    assert any(label.startswith("[PartnerCampus] 정보보안교육 미이수로") for label in training)


# who may see what -----------------------------------------------------------------------------------------------------


def test_what_the_guide_states_is_for_guests(content: Content) -> None:
    assert not [
        entry.id for entry in content.entries if entry.source == "guide" and entry.audience != "guest"
    ]


def test_member_business_is_for_members(content: Content) -> None:
    """Guests are answered about sign-up and account registration, and about 엘비 itself."""
    open_to_guests = [entry for entry in content.entries if entry.audience == "guest"]
    elsewhere = [entry for entry in open_to_guests if entry.category != "signup_login"]
    assert all("엘비" in entry.title and entry.category == "general" for entry in elsewhere), elsewhere


def test_guests_see_links_to_guest_entries_too(content: Content) -> None:
    """A guest whose answer has related entries, all of them for members, would see an empty list."""
    for entry in content.visible_to(GUEST):
        if entry.related:
            assert any(content.find(other, GUEST) for other in entry.related), entry.id


FACTS = (
    "사업자용 범용",
    "10만원",
    "LG CNS 전자구매시스템용",
    "1만원",
    "사업자 특수목적용",
    "개인용 범용",
    "우리은행",
    "신한은행",
    "KEB하나은행",
    "기업은행",
    "우리상생파트너론",
    "신한동반성장론",
    "동반성장론",
    "IBK상생결제론",
    "www.kefci.com",
    "다음날 15시",
    "다음 날 15시까지",
    "본인명의 휴대폰",
    "아이핀",
    "[LG CNS] PartnerPlus 회원가입 및 지급계좌 등록 안내",
    "구매처명",
    "사업자등록번호",
    "대표자명",
    "등록자에게 문의",
    "소싱",
    "지급계좌 등록만",
)


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_of_the_guide_is_in_a_guest_s_answer(content: Content, fact: str) -> None:
    answers = [entry.answer for entry in content.entries if entry.source == "guide"]
    assert any(key(fact) in key(answer) for answer in answers)


# nothing invented -----------------------------------------------------------------------------------------------------

_LIST_NUMBER = re.compile(r"(?m)^\s*\d+[.)] ")
_STATED = re.compile(r"다음\s?날 15시")  # a rule of the guide
_BADGE = re.compile(r"(?<!\d)0(?=이면|인데|이 아니면)")  # the number beside a menu of the dashboard
_GUIDE_NUMBERS = re.compile(r"다음\s?날 15시|10만원|1만원")
_INVENTED = {
    "a date": re.compile(r"\d{4}\s*[년.\-/]|\d+\s*월|매월|매주|월말|익월"),
    "a period": re.compile(
        r"\d+\s*(영업일|일|주|개월|시간|분|년)|영업일\s*(이내|내)|[한두세]\s?(달|주일)\s?(이내|안)"
    ),
    "a phone number": re.compile(r"\d{2,4}[-.)]\s?\d{3,4}|내선|대표번호|국번"),
    "a fee": re.compile(r"\d[\d,]*\s*(원|만|천원|%|퍼센트)|수수료는|무료"),
    "an address": re.compile(r"@|https?://(?!www\.kefci\.com)"),
}


def _samples(content: Content) -> list[Entry]:
    return [entry for entry in content.entries if entry.source == "sample"]


@pytest.mark.parametrize("what", _INVENTED)
def test_sample_answers_state_nothing_invented(content: Content, what: str) -> None:
    found = {
        entry.id: match.group()
        for entry in _samples(content)
        if (match := _INVENTED[what].search(_STATED.sub("", _LIST_NUMBER.sub("", entry.answer))))
    }
    assert not found


def test_sample_answers_have_no_number_of_their_own(content: Content) -> None:
    for entry in _samples(content):
        rest = _BADGE.sub("", _STATED.sub("", _LIST_NUMBER.sub("", entry.answer)))
        assert not re.findall(r"\d+", rest), entry.id


def test_guide_answers_have_the_guide_s_numbers_only(content: Content) -> None:
    for entry in content.entries:
        if entry.source == "guide":
            assert not re.findall(r"\d+", _GUIDE_NUMBERS.sub("", _LIST_NUMBER.sub("", entry.answer))), (
                entry.id
            )


def test_sample_answers_name_only_menus_of_the_guide_s_screens(content: Content) -> None:
    opened = re.compile(r"\*\*([^*]+)\*\*(?=에서|에 남|을 열|를 열|을 누|를 누|의 해당)")
    named = {(entry.id, name) for entry in _samples(content) for name in opened.findall(entry.answer)}
    assert {
        (identifier, name) for identifier, name in named if name not in SCREENS | {"PartnerCampus"}
    } == set()


def test_links_lead_to_the_one_site_the_guide_names(content: Content) -> None:
    links = {
        link
        for entry in content.entries
        for link in re.findall(r'href="([^"]*)"', to_html(entry.answer, HOSTS))
    }
    assert links
    assert {re.sub(r"^https?://", "", link).rstrip("/") for link in links} == {"www.kefci.com"}
    assert HOSTS == ("www.kefci.com",)


# phrasings ------------------------------------------------------------------------------------------------------------


def test_every_entry_has_six_phrasings(content: Content) -> None:
    assert not [entry.id for entry in content.entries if len({key(text) for text in entry.questions}) < 6]


def test_no_two_entries_share_a_phrasing_or_a_title(content: Content) -> None:
    owners: dict[str, set[str]] = {}
    for entry in content.entries:
        for text in entry.questions:
            owners.setdefault(key(text), set()).add(entry.id)
    assert not {text: ids for text, ids in owners.items() if len(ids) > 1}


def test_phrasings_are_of_many_kinds(content: Content) -> None:
    """Keyword, polite, casual, long: every entry has short and long ones, some polite and some not."""
    for entry in content.entries:
        lengths = sorted(len(text) for text in entry.questions)
        assert lengths[0] <= 18, entry.id
        assert lengths[-1] >= 22, entry.id
        polite = [bool(re.search(r"(요|니다|니까|시오|까요|죠)[?.!]?$", text)) for text in entry.questions]
        assert any(polite) and not all(polite), entry.id


def test_no_personal_data(content: Content) -> None:
    for entry in content.entries:
        for text in (entry.title, *entry.questions, entry.answer):
            assert mask(text) == text, entry.id


def test_no_line_the_tests_of_the_classifier_hold_out(content: Content) -> None:
    """tests/nlu is written apart from the phrasings: no line of it may be trained on."""
    taught = {key(text) for entry in content.entries for text in entry.questions}
    held_out = Path(__file__).parent.parent / "nlu"
    tested = [
        json.loads(line)["text"]
        for path in held_out.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    shared = [text for text in tested if key(text) in taught]
    assert len(shared) <= len(tested) * 0.05, shared
