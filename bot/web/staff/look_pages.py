"""What can be looked at: the test page, the dashboard, history, learning, problems of the files."""

from __future__ import annotations

import datetime

from sanic import Blueprint
from sanic.response import HTTPResponse

from bot.answers import OFF_TOPIC
from bot.errors import RequestError
from bot.review.explain import Came
from bot.review.model import Statistics
from bot.visitor import Visitor
from bot.web.body import MAX_TEXT
from bot.web.staff import charts, words
from bot.web.staff.page import linked, shown_problems
from bot.web.staff.visit import Visit, route

look = Blueprint("staff_look", url_prefix="/staff")
PERIODS = {"7": "7일", "30": "30일", "90": "90일"}
MODES = ("guest", "member")
HISTORY_SIZE = 50


@route(look, "/test", "see")
async def test_page(visit: Visit) -> HTTPResponse:
    """Asks as a guest or a member, stores nothing, and says why the answer is what it is."""
    text = visit.form.line("text", MAX_TEXT)
    mode = visit.form.choice("mode", MODES, "member")
    values = {"text": text, "mode": mode, "explained": None, "guess": None, "replies": []}
    if text:
        visitor = Visitor(mode=mode)  # type: ignore[arg-type]
        response = await visit.ctx.chat.dialogue.respond(text, visitor, {})
        guess = await visit.ctx.chat.dialogue.classify(text)
        came = Came(
            response.replies[0]["kind"] if response.replies else "",
            guess.confidence if guess.intent in OFF_TOPIC else 0.0,
            any(answer.unanswered for answer in response.answers),
        )
        values |= {
            "explained": await visit.call(visit.ctx.desk.reports.explain, text, mode, came),
            "guess": guess,
            "replies": response.replies,
        }
    return await visit.page("test.html", **values)


@route(look, "/dashboard", "see")
async def dashboard(visit: Visit) -> HTTPResponse:
    today = datetime.datetime.now(words.SEOUL).date()
    period = visit.form.choice("period", PERIODS, "30")
    since = visit.form.day("since", today - datetime.timedelta(days=int(period) - 1))
    until = min(visit.form.day("until", today), today)
    if not datetime.date(2000, 1, 1) <= since <= until or (until - since).days > 366:
        since = until - datetime.timedelta(days=29)
    numbers = await visit.call(visit.ctx.desk.reports.statistics, since, until)
    return await visit.page(
        "dashboard.html",
        numbers=numbers,
        since=since,
        until=until,
        period=period if not visit.form.raw("since") else "",
        periods=PERIODS,
        turns_chart=_turns_chart(numbers),
        rates_chart=_rates_chart(numbers),
        rate=rate,
    )


@route(look, "/history", "see")
async def history(visit: Visit) -> HTTPResponse:
    form = visit.form
    chosen = {
        "name": form.line("name", 100),
        "action": form.choice("action", words.ACTIONS),
        "item": form.number("item", 0, lowest=0) or "",
        "faq": form.line("faq", 120),
    }
    page = form.number("page", 1)
    rows, total = await visit.call(
        visit.ctx.desk.reports.history,
        item_id=chosen["item"] or None,
        faq_id=chosen["faq"],
        name=chosen["name"],
        action=chosen["action"],
        page=page,
        size=HISTORY_SIZE,
    )
    return await visit.page(
        "history.html",
        rows=rows,
        total=total,
        page=page,
        pages=max(1, -(-total // HISTORY_SIZE)),
        chosen=chosen,
        link=linked("/staff/history", chosen),
    )


@route(look, "/learning", "see")
async def learning(visit: Visit) -> HTTPResponse:
    status = await visit.call(visit.ctx.desk.learner.status)
    template = "_learning.html" if visit.is_partial else "learning.html"
    return await visit.page(template, status_now=status, error="")


@route(look, "/learning/train", "train", post=True)
async def train(visit: Visit) -> HTTPResponse:
    try:
        await visit.call(visit.ctx.desk.learner.train)
    except RequestError as error:
        if error.status == 403:
            raise
        status = await visit.call(visit.ctx.desk.learner.status)
        return await visit.page("learning.html", status=error.status, status_now=status, error=error.message)
    return visit.go("/staff/learning", "training")


@route(look, "/content", "see")
async def content(visit: Visit) -> HTTPResponse:
    found = await visit.call(visit.ctx.desk.reports.problems)
    entries = visit.ctx.library.catalogue.content.entries
    return await visit.page("content.html", found=shown_problems(found), entries=len(entries))


def rate(count: int, numbers: Statistics | dict) -> float | None:
    """`count` in percent of the questions that wanted an answer; None where there was none."""
    get = numbers.get if isinstance(numbers, dict) else lambda name: getattr(numbers, name)
    asked = sum(get(name) for name in ("answered", "unanswered", "login_required"))
    return round(100 * count / asked, 1) if asked else None


def _labels(numbers: Statistics) -> list[str]:
    return [words.short_day(datetime.date.fromisoformat(each["day"])) for each in numbers.by_day]


def _turns_chart(numbers: Statistics) -> charts.Chart:
    names = {"answered": "답함", "unanswered": "답 못 함", "login_required": "로그인 안내"}
    series = [
        charts.Series(label, tuple(float(each[name]) for each in numbers.by_day))
        for name, label in names.items()
    ]
    labels = _labels(numbers)
    asked = [sum(values) for values in zip(*(each.values for each in series), strict=True)]
    most = max(range(len(asked)), key=asked.__getitem__)
    summary = (
        f"가장 많은 날은 {labels[most]}, {asked[most]:,.0f}건입니다." if asked[most] else "질문이 없습니다."
    )
    return charts.columns("날짜별 질문 수와 결과", summary, labels, series)


def _rates_chart(numbers: Statistics) -> charts.Chart:
    names = {"answered": "답한 비율", "unanswered": "답 못 한 비율", "login_required": "로그인 안내 비율"}
    series = [
        charts.Series(label, tuple(rate(each[name], each) for each in numbers.by_day))
        for name, label in names.items()
    ]
    whole = rate(numbers.answered, numbers)
    summary = "질문이 없습니다." if whole is None else f"기간 전체로 {whole}%에 답했습니다."
    return charts.lines("날짜별 비율", summary, _labels(numbers), series)
