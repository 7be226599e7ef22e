"""Numbers for the dashboard. Days and periods are given as UTC seconds; what a line came to is told by `turn.outcome`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, and_, case, cast, func, or_, select
from sqlalchemy.engine import Connection

from bot.store.schema import conversation, faq_open, feedback, question, turn, visitor
from bot.store.schema_review import item

ANSWERED = ("faq", "faq_list", "onboarding", "form")
UNANSWERED = ("no_answer", "failed")
_COUNTED = (*ANSWERED, *UNANSWERED, "login_required")  # greetings, help, Best and the like are no questions
DAY = 86400


def _counts():
    return (
        func.count().label("turns"),
        _sum(turn.c.outcome.in_(ANSWERED)).label("answered"),
        _sum(turn.c.outcome.in_(UNANSWERED)).label("unanswered"),
        _sum(turn.c.outcome == "login_required").label("login_required"),
    )


def _sum(condition):
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _asked(since: float, until: float):
    return and_(turn.c.asked_at >= since, turn.c.asked_at < until, turn.c.outcome.in_(_COUNTED))


def totals(connection: Connection, since: float, until: float) -> dict[str, int]:
    """Turns that were questions, and what they came to; people by kind."""
    found = dict(connection.execute(select(*_counts()).where(_asked(since, until))).one()._mapping)
    people = connection.execute(
        select(visitor.c.mode, func.count(visitor.c.id.distinct()))
        .join(conversation, conversation.c.visitor_id == visitor.c.id)
        .join(turn, turn.c.conversation_id == conversation.c.id)
        .where(turn.c.asked_at >= since, turn.c.asked_at < until, turn.c.text != "")
        .group_by(visitor.c.mode)
    )
    modes = dict(people.all())
    return found | {"guests": modes.get("guest", 0), "members": modes.get("member", 0)}


def by_day(connection: Connection, since: float, until: float) -> dict[int, dict[str, int]]:
    """The same by day, counted from `since` on."""
    day = cast(func.floor((turn.c.asked_at - since) / DAY), Integer)
    if connection.dialect.name == "sqlite":  # which may lack floor(); a cast cuts what is positive
        day = cast((turn.c.asked_at - since) / DAY, Integer)
    rows = connection.execute(select(day.label("day"), *_counts()).where(_asked(since, until)).group_by(day))
    return {row.day: {name: row._mapping[name] for name in row._mapping if name != "day"} for row in rows}


def by_intent(connection: Connection, since: float, until: float) -> dict[str, dict[str, int]]:
    """The same by what the classifier took the question for; `` where it did not say."""
    intent = func.coalesce(turn.c.intent, "")
    rows = connection.execute(
        select(intent.label("intent"), *_counts()).where(_asked(since, until)).group_by(intent)
    )
    return {
        row.intent: {name: row._mapping[name] for name in row._mapping if name != "intent"} for row in rows
    }


def most_opened(connection: Connection, since: float, until: float, limit: int = 10) -> list[dict[str, Any]]:
    """Entries opened by most people: [{"id", "people"}]."""
    people = func.count(faq_open.c.visitor_id.distinct())
    rows = connection.execute(
        select(faq_open.c.faq_id, people)
        .where(faq_open.c.opened_at >= since, faq_open.c.opened_at < until)
        .group_by(faq_open.c.faq_id)
        .order_by(people.desc(), faq_open.c.faq_id)
        .limit(limit)
    )
    return [{"id": faq_id, "people": number} for faq_id, number in rows]


def votes(connection: Connection, since: float, until: float) -> list[dict[str, Any]]:
    """What was found helpful or not: [{"id", "helpful", "unhelpful"}], the least helpful first."""
    against = _sum(feedback.c.helpful.is_(False))
    rows = connection.execute(
        select(feedback.c.faq_id, _sum(feedback.c.helpful.is_(True)), against)
        .where(feedback.c.given_at >= since, feedback.c.given_at < until)
        .group_by(feedback.c.faq_id)
        .order_by(against.desc(), feedback.c.faq_id)
    )
    return [{"id": faq_id, "helpful": yes, "unhelpful": no} for faq_id, yes, no in rows]


def queue(connection: Connection, since: float, until: float, now: float) -> dict[str, Any]:
    """What came into the queue by reason, what was published and how long that took, and what waits now."""
    reasons = connection.execute(
        select(question.c.reason, func.count())
        .where(question.c.asked_at >= since, question.c.asked_at < until)
        .group_by(question.c.reason)
    )
    took = connection.execute(
        select(item.c.published_at - item.c.first_asked_at)
        .where(item.c.published_at >= since, item.c.published_at < until, item.c.state == "published")
        .order_by(item.c.published_at - item.c.first_asked_at)
    ).scalars()
    seconds = [max(0.0, each) for each in took]
    open_ones = item.c.state.in_(("new", "reopened", "assigned", "drafted", "held"))
    waiting, oldest = connection.execute(
        select(func.count(), func.min(item.c.first_asked_at)).select_from(item).where(open_ones)
    ).one()
    return {
        "by_reason": dict(reasons.all()),
        "published": len(seconds),
        "hours_to_answer": _median(seconds) / 3600 if seconds else None,
        "waiting": waiting,
        "oldest_waiting": now - oldest if oldest else None,
    }


def most_unanswered(connection: Connection, since: float, until: float, limit: int = 10) -> list[int]:
    """Ids of the open items that most people asked in a period."""
    people = func.count(question.c.visitor_id.distinct())
    rows = connection.execute(
        select(question.c.item_id)
        .join(item, item.c.id == question.c.item_id)
        .where(
            question.c.asked_at >= since,
            question.c.asked_at < until,
            or_(item.c.state.in_(("new", "reopened", "assigned", "drafted", "held"))),
        )
        .group_by(question.c.item_id)
        .order_by(people.desc(), question.c.item_id)
        .limit(limit)
    )
    return list(rows.scalars())


def _median(ordered: list[float]) -> float:
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
