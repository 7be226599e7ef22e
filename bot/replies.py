"""The replies of the HTTP contract (a dict with `kind`), and their plain-text form for channels without a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from bot import wording
from bot.faq.markdown import to_html
from bot.faq.model import CATEGORIES, Entry
from bot.onboarding.status import Stage, Status
from bot.onboarding.times import SEOUL, day_of, in_words

Reply = dict[str, Any]
FIRST = 5  # entries a list shows before 전체보기


def summary(entry: Entry) -> dict[str, Any]:
    """An entry as lists show it."""
    return {"id": entry.id, "title": entry.title, "system": entry.system, "category": entry.category}


def full(entry: Entry, related: Iterable[Entry], link_hosts: tuple[str, ...]) -> dict[str, Any]:
    """An entry with its answer, rendered and as written."""
    return {
        **summary(entry),
        "category_label": CATEGORIES[entry.category].label,
        "markdown": entry.answer,
        "html": to_html(entry.answer, link_hosts),
        "related": [summary(other) for other in related],
        "updated": entry.updated.isoformat(),
    }


def send(label: str, text: str | None = None) -> dict[str, str]:
    """A choice that asks `text`."""
    return {"label": label, "send": text or label}


ELSEWHERE = (send("Best", "베스트 질의"), send("도움말"))  # ways on, where there is no answer


def open_entry(entry: Entry) -> dict[str, str]:
    """A choice that opens an entry."""
    return {"label": entry.label, "open": entry.id}


def text(words: str, choices: Sequence[dict] = ()) -> Reply:
    """Words."""
    return _reply("text", choices, text=words)


def faq(entry: dict[str, Any], choices: Sequence[dict] = ()) -> Reply:
    """One answer, and others that come near."""
    return _reply("faq", choices, faq=entry)


def faq_list(query: str, entries: Sequence[Entry], total: int) -> Reply:
    """The first entries of a search that has `total` matches."""
    items = [summary(entry) for entry in entries[:FIRST]]
    words = wording.FOUND.format(total=total)
    return _reply("faq_list", (), text=words, query=query, total=total, items=items, more=total > len(items))


def best(entries: Sequence[Entry]) -> Reply:
    """The entries opened most."""
    return _reply("best", (), text=wording.BEST, items=[summary(entry) for entry in entries])


def updated(entries: Sequence[Entry]) -> Reply:
    """The newest entries."""
    items = [{**summary(entry), "updated": entry.updated.isoformat()} for entry in entries]
    return _reply("updated", (), text=wording.UPDATED, items=items)


def help_topics(topics: Sequence[dict[str, Any]], words: str) -> Reply:
    """What 엘비 covers, a topic a category."""
    return _reply("help", (), text=words, topics=list(topics))


def login_required(words: str, near: Sequence[dict] = ()) -> Reply:
    """Answered after login only; `near` are choices of what can be answered before."""
    return _reply("login_required", [*near, send("회원가입 방법"), send("도움말")], text=words)


def no_answer(question: str, words: str, *, can_ask: bool = True) -> Reply:
    """There is no answer; `can_ask` where To 엘비 is a way on."""
    return _reply(
        "no_answer",
        ELSEWHERE,
        question=question,
        text=words,
        can_ask=can_ask,
    )


def asked(question_id: str) -> Reply:
    """A question was sent to staff."""
    return _reply("asked", (), text=wording.ASKED, question_id=question_id)


def onboarding(status: Status, track: str, now: datetime, company: str = "") -> Reply:
    """Where a company stands; `company` for its own members alone. Times are UTC seconds since the epoch."""
    following = status.next
    if following is None:
        words = wording.ONBOARDING_DONE
    elif following.available_at is not None:
        when = in_words(following.available_at, now)
        words = wording.ONBOARDING_OPENS.format(title=following.step.title, when=when)
    elif following.state == "waiting":
        words = wording.ONBOARDING_WAITS.format(who=following.who)
    else:
        words = wording.ONBOARDING_NEXT.format(title=following.step.title)
    whose = wording.ONBOARDING_OF.format(company=company) if company else wording.ONBOARDING_OF_GUEST
    return _reply(
        "onboarding",
        [send(following.step.question)] if following else [],
        text=whose + words,
        **({"company": company} if company else {}),
        track=track,
        steps=[_step(stage) for stage in status.stages],
        next=following.step.id if following else None,
        available_at=status.available_at,
        reminders=list(status.reminders),
    )


def _step(stage: Stage) -> dict[str, Any]:
    known = {"at": stage.at, "available_at": stage.available_at}
    return {
        "id": stage.step.id,
        "title": stage.step.title,
        "state": stage.state,
        "text": stage.text,
        "who": stage.who,
        **{name: moment for name, moment in known.items() if moment is not None},
    }


def form(field: str, prompt: str, error: str = "", choices: Sequence[dict] = ()) -> Reply:
    """Asks for one field; `error` says what was wrong with the last try."""
    return _reply("form", choices, field=field, prompt=prompt, **({"error": error} if error else {}))


def _reply(kind: str, choices: Sequence[dict], **fields: Any) -> Reply:
    return {"kind": kind, **fields, **({"choices": list(choices)} if choices else {})}


def still_visible(stored: Iterable[Reply], visible: Callable[[dict[str, Any]], bool]) -> list[Reply]:
    """Stored replies less the entries that are not `visible` any more."""
    shown = []
    for reply in stored:
        if reply["kind"] == "answered" and not visible(reply["faq"]):
            continue  # it came by itself, and there is nothing to say
        if reply["kind"] == "faq" and not visible(reply["faq"]):
            reply = text(wording.GONE)
        elif reply["kind"] == "faq":
            reply = {
                **reply,
                "faq": {**reply["faq"], "related": list(filter(visible, reply["faq"]["related"]))},
            }
        elif "items" in reply:
            reply = {**reply, "items": list(filter(visible, reply["items"]))}
        choices = [
            each for each in reply.get("choices", ()) if "open" not in each or visible({"id": each["open"]})
        ]
        shown.append({**reply, "choices": choices} if "choices" in reply else reply)
    return shown


def as_text(reply: Reply) -> str:
    """A reply in plain text."""
    lines = [reply["text"]] if reply.get("text") else []
    if reply["kind"] == "faq":
        entry = reply["faq"]
        lines += [_label(entry), "", entry["markdown"].strip()]
        lines += [f"관련: {_label(item)}" for item in entry["related"]]
    elif reply["kind"] == "help":
        lines += [f"- {topic['label']}: {topic['covers']}" for topic in reply["topics"]]
    elif reply["kind"] == "onboarding":
        lines += [line for step in reply["steps"] for line in _lines(step)]
        lines += [f"※ {reminder}" for reminder in reply["reminders"]]
    elif reply["kind"] == "form":
        lines += [line for line in (reply.get("error"), reply["prompt"]) if line]
    lines += [f"{number}. {_label(item)}" for number, item in enumerate(reply.get("items", ()), 1)]
    if reply.get("more"):
        lines.append(f"… 모두 {reply['total']}건")
    choices = [choice["label"] for choice in reply.get("choices", ())]
    return "\n".join(lines + ([f"[{' | '.join(choices)}]"] if choices else []))


def _lines(step: dict[str, Any]) -> list[str]:
    """A step in plain text; what it needs where it can be done or is waited for."""
    done = f" · {in_words(day_of(step['at']), datetime.now(SEOUL))}" if step.get("at") is not None else ""
    line = f"[{wording.ONBOARDING_STATES[step['state']]}] {step['title']}{done}"
    return [line, f"    {step['text']}"] if step["state"] in ("current", "waiting") else [line]


def _label(item: dict[str, Any]) -> str:
    return f"[{item['system']}] {item['title']}"
