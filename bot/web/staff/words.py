"""What the staff pages call things."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from bot.faq.model import CATEGORIES
from bot.review.model import REASONS
from bot.review.roles import ROLES
from bot.review.states import STATES

SEOUL = ZoneInfo("Asia/Seoul")
__all__ = ["REASONS", "ROLES", "STATES"]

STATE_STYLES = {
    "published": "good",
    "held": "warn",
    "reopened": "warn",
    "rejected": "plain",
    "duplicate-of": "plain",
}
ROLE_MEANINGS = {
    "viewer": "모든 화면을 봅니다. 고치지는 못합니다.",
    "editor": "질문을 맡고, 초안을 쓰고, 보류하거나 중복으로 묶고, 내보냅니다.",
    "publisher": "작성에 더해 FAQ를 발행하고 고치고 내리며, 질문을 반려하고, 학습을 시킵니다.",
    "admin": "발행에 더해 직원 계정과 방문자의 개인정보를 관리합니다.",
}
ACTIONS = {
    "new": "질문 들어옴",
    "claim": "맡음",
    "release": "놓음",
    "draft": "초안 저장",
    "publish": "발행",
    "publish_failed": "발행하지 못함",
    "hold": "보류",
    "reject": "반려",
    "duplicate": "중복으로 묶음",
    "reopen": "다시 엶",
    "faq.create": "FAQ 새로 씀",
    "faq.change": "FAQ 고침",
    "faq.phrasing": "질문 표현 추가",
    "faq.delete": "FAQ 내림",
    "faq.restore": "FAQ 되돌림",
    "export": "내보냄",
    "train": "학습 요청",
    "model.used": "새 모델 사용",
    "model.refused": "새 모델 쓰지 않음",
    "model.failed": "학습 실패",
    "sign_in": "로그인",
    "staff.add": "직원 추가",
    "staff.change": "직원 변경",
    "staff.password": "비밀번호 바꿈",
    "person.export": "방문자 정보 내려받음",
    "person.delete": "방문자 정보 지움",
}
OPERATIONS = {
    "start": "처음 모습",
    "create": "새로 씀",
    "change": "고침",
    "phrasing": "질문 표현 추가",
    "delete": "내림",
    "restore": "되돌림",
    "file": "파일에서 고침",
}
MODES = {"guest": "로그인 전", "member": "회원"}
AUDIENCES = {"guest": "모두 (로그인 전에도)", "member": "회원만 (로그인 후)"}
SOURCES = {"guide": "안내서에 있음", "sample": "확인 필요"}
SYSTEMS = ("PartnerPlus", "PartnerCampus")
OUTCOMES = {
    "faq": "바로 답함",
    "faq_list": "목록으로 답함",
    "no_answer": "답 없음",
    "login_required": "로그인 안내",
    "failed": "오류",
    "text": "인사·안내",
    "best": "Best",
    "updated": "Updated",
    "help": "도움말",
    "onboarding": "진행 상태",
    "form": "양식",
    "asked": "To 엘비",
}
INTENTS = {
    "greet": "인사",
    "goodbye": "작별",
    "thanks": "감사",
    "help": "도움말",
    "best": "Best",
    "updated": "Updated",
    "to_elbi": "To 엘비",
    "onboarding_status": "가입 진행 상태",
    "chitchat": "잡담",
    "out_of_scope": "다른 이야기",
}
FIGURES = {  # bot.evaluation.regression
    "categories accuracy": "분류 정확도",
    "categories macro-F1": "분류별 고른 정도 (macro-F1)",
    "conversations": "대화 시험",
    "own phrasings": "FAQ 질문 표현",
}
WEEKDAYS = "월화수목금토일"


def category(name: str | None) -> str:
    """A category's or an intent's label."""
    if name in CATEGORIES:
        return CATEGORIES[name].label
    return INTENTS.get(name or "", name or "미분류")


def action(name: str) -> str:
    """What was done, in a word."""
    return ACTIONS.get(name) or OPERATIONS.get(name, name)


def figures(text: str) -> str:
    """A text that names figures of a model, in words."""
    for name, label in FIGURES.items():
        text = text.replace(name, label)
    return text


def when(timestamp: float | None) -> str:
    """A point in time as people in Seoul write it: 2026. 11. 24. 10:53."""
    return f"{day(local(timestamp).date())} {local(timestamp):%H:%M}" if timestamp else "–"


def day(date: datetime.date | str) -> str:
    """A date (or its ISO form) as people in Seoul write it: 2026. 11. 24."""
    try:
        date = datetime.date.fromisoformat(date) if isinstance(date, str) else date
    except ValueError:
        return str(date)  # as somebody wrote it
    return f"{date.year}. {date.month}. {date.day}."


def machine(timestamp: float | None) -> str:
    """The same for `<time datetime>`."""
    return local(timestamp).isoformat(timespec="seconds") if timestamp else ""


def ago(timestamp: float | None, now: float) -> str:
    """How long ago, in the coarsest unit that says enough."""
    if not timestamp:
        return "–"
    return f"{duration(now - timestamp)} 전" if now - timestamp >= 60 else "방금"


def duration(seconds: float) -> str:
    """A stretch of time: 3분, 5시간, 2일."""
    for size, unit in ((86400, "일"), (3600, "시간"), (60, "분")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}초"


def short_day(day: datetime.date) -> str:
    """11/23 (월)."""
    return f"{day.month}/{day.day}({WEEKDAYS[day.weekday()]})"


def local(timestamp: float) -> datetime.datetime:
    """A timestamp in Seoul."""
    return datetime.datetime.fromtimestamp(timestamp, SEOUL)


def plain(value: float) -> str:
    """A number without needless decimals."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
