"""Rendering: templates, what every page shows, and the headers that keep it to itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic.request import Request
from sanic.response import HTTPResponse, html

from bot.errors import RequestError
from bot.faq.fields import LABELS
from bot.faq.model import CATEGORIES, Problem
from bot.web.context import context
from bot.web.staff import events, words

if TYPE_CHECKING:
    from bot.web.staff.visit import Visit

TEMPLATES = Path(__file__).parents[1] / "templates"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# what a page says after something was done: key → (kind, words); the words may name what the address carries
SAID = {
    "claimed": ("good", "이 질문을 맡았습니다. 30분 동안 다른 사람은 고칠 수 없습니다."),
    "released": ("good", "다시 대기열에 놓았습니다."),
    "drafted": ("good", "초안을 저장했습니다."),
    "handed_over": ("good", "초안을 저장하고 넘겼습니다. 발행할 수 있는 분이 '작성 중'에서 이어서 합니다."),
    "held": ("good", "보류했습니다. '다시 열기'로 되돌릴 수 있습니다."),
    "rejected": ("good", "답변하지 않기로 했습니다. '다시 열기'로 되돌릴 수 있습니다."),
    "duplicate": ("good", "중복으로 묶었습니다. 물어본 분들께는 묶인 질문의 답이 전해집니다."),
    "empty": ("good", "기다리는 질문이 더 없습니다."),
    "reopened": ("good", "다시 열었습니다."),
    "published": ("good", "발행했습니다. 이제 이 답을 찾을 수 있습니다."),
    "waiting": ("warn", "발행을 접수했습니다. 파일에 쓰는 대로 바로 반영됩니다."),
    "saved": ("good", "저장했습니다. 바로 반영되었습니다."),
    "unchanged": ("", "달라진 것이 없어 그대로 두었습니다."),
    "deleted": ("good", "FAQ에서 내렸습니다. 복구할 수 있습니다."),
    "restored": ("good", "되돌렸습니다. 바로 반영되었습니다."),
    "account": ("good", "직원 계정을 바꾸었습니다."),
    "added": ("good", "직원 계정을 만들었습니다. 아이디와 비밀번호를 본인에게 알려 주세요."),
    "password": ("good", "비밀번호를 바꾸었습니다. 다른 곳의 로그인은 모두 끊었습니다."),
    "training": ("good", "학습을 시작합니다. 끝날 때까지 질문은 계속 답합니다."),
    "forgotten": ("good", "이 방문자에 대해 보관하던 것을 모두 지웠습니다."),
}


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu."""

    href: str
    label: str
    count: int = 0

    def within(self, path: str) -> bool:
        """Whether a page lies below this one."""
        return path.startswith(self.href + "/")


@dataclass(frozen=True)
class ShownProblem:
    """A problem of the FAQ files as the pages show it."""

    place: str
    words: str
    warning: bool = False


def render(
    request: Request, template: str, *, status: int = 200, visit: Visit | None = None, **values: Any
) -> HTTPResponse:
    """A page; with a visit it stands in the frame."""
    now = time.time()
    values = {"visit": visit, "me": visit.me if visit else None, "now": now, **values}
    if visit:
        values |= {
            "csrf_token": visit.session.csrf,
            "may": visit.may,
            "menu": _menu(visit),
            "here": request.path,
            "problems": shown_problems(context(request).library.problems),
            "flashes": _flashes(request),
        }
    elif "csrf_token" not in values:
        values["csrf_token"] = ""
    response = html(_templates().get_template(f"staff/{template}").render(values), status=status)
    keep_private(response)
    return response


def keep_private(response: HTTPResponse) -> None:
    """Headers of everything that staff are shown."""
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"


def refusal(request: Request, error: RequestError) -> HTTPResponse:
    """A page for what went wrong before it was known who asks."""
    headings = {404: "없는 화면입니다", 413: "보내신 내용이 너무 깁니다", 429: "잠시 기다려 주세요"}
    heading = headings.get(error.status, "처리하지 못했습니다")
    response = render(request, "alone_refused.html", status=error.status, heading=heading, error=error)
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def shown_problems(problems: Any) -> list[ShownProblem]:
    """Problems with the file's name in place of its path."""
    return [
        ShownProblem(
            f"{Path(each.location.file).name}:{each.location.line}",
            events.without_folders(f"{each.what}. {each.remedy}."),
            each.warning,
        )
        if isinstance(each, Problem)
        else ShownProblem("", str(each))
        for each in problems
    ]


def linked(path: str, current: dict[str, Any]) -> Callable[..., str]:
    """Addresses of a page with some of its parameters changed; empty ones are left out."""

    def link(*page: int, **changed: Any) -> str:
        values = {**current, **({"page": page[0]} if page else {}), **changed}
        kept = {name: value for name, value in values.items() if value not in ("", None, 0, False, [])}
        return path + (f"?{urlencode(kept, doseq=True)}" if kept else "")

    return link


def _menu(visit: Visit) -> list[MenuEntry]:
    entries = [
        MenuEntry("/staff/queue", "대기열", visit.counts.get("open", 0)),
        MenuEntry("/staff/faq", "FAQ"),
        MenuEntry("/staff/test", "시험해 보기"),
        MenuEntry("/staff/dashboard", "현황"),
        MenuEntry("/staff/learning", "학습"),
        MenuEntry("/staff/content", "파일 검사", len(visit.ctx.library.problems)),
        MenuEntry("/staff/history", "이력"),
    ]
    if visit.may("staff"):
        entries.append(MenuEntry("/staff/people", "직원"))
    if visit.may("person"):
        entries.append(MenuEntry("/staff/visitors", "방문자 정보"))
    return entries


def _flashes(request: Request) -> list[tuple[str, str]]:
    kind, said = SAID.get(request.args.get("said", ""), ("", ""))
    told = request.args.get("told", "")
    if told.isascii() and told.isdigit() and int(told[:6]) > 0:
        said += f" 물어본 {int(told[:6]):,}명에게 알렸습니다."
    return [(kind, said)] if said else []


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "state": lambda name: words.STATES.get(name, name),
        "state_style": lambda name: words.STATE_STYLES.get(name, ""),
        "reason": lambda name: words.REASONS.get(name, name),
        "role": lambda name: words.ROLES.get(name, name),
        "mode": lambda name: words.MODES.get(name, name),
        "audience": lambda name: words.AUDIENCES.get(name, name),
        "source": lambda name: words.SOURCES.get(name, name),
        "outcome": lambda name: words.OUTCOMES.get(name, name or "답하는 중"),
        "category": words.category,
        "action": words.action,
        "detail": events.detail,
        "field": lambda name: LABELS.get(name, name),
        "figures": words.figures,
        "when": words.when,
        "day": words.day,
        "machine": words.machine,
        "ago": words.ago,
        "duration": words.duration,
        "plain": words.plain,
    }
    made.globals |= {"words": words, "CATEGORIES": CATEGORIES}
    return made
