"""`elbi learn`: trains a model and compares it with the one in use; run by the server in a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.faq.model import Content
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.evaluation.regression import Report

TOLERANCE = 0.01  # of a share: what a model may lose on one of the sets


def learn(
    model: Annotated[str, typer.Argument(help="지금 쓰는 모델의 파일 이름 (없으면 빈 글)")],
    report: Annotated[Path, typer.Argument(help="결과를 쓸 파일")],
) -> None:
    """학습하고, 지금 쓰는 모델과 비교한 결과를 씁니다."""
    from bot import processes
    from bot.assembly import make_answerer, make_dialogue, make_library
    from bot.dialogue import training
    from bot.evaluation import regression
    from bot.faq.loader import load

    processes.end_with_parent()
    settings = Settings.from_env()
    fresh = training.train(settings)
    answerer = make_answerer(settings, make_library(settings), None)

    def figures(path: Path) -> regression.Report:
        dialogue = make_dialogue(training.verify(path), answerer)
        reports = []
        if regression.QUESTIONS.is_file():
            reports.append(regression.categorise(dialogue))
        if regression.CONVERSATIONS.is_file():
            reports.append(regression.converse(dialogue, answerer))
        return regression.joined(*reports, _own(dialogue, load(settings.faq_dir, settings.link_hosts)))

    after = figures(fresh)
    before: dict[str, float] = {}
    used = settings.model_dir / model
    if model and used != fresh:
        with contextlib.suppress(OSError):
            before = figures(used).figures if used.is_file() else {}
    worse = [
        f"{name}: {before[name]:.3f} → {after.figures.get(name, 0.0):.3f}"
        for name in before
        if after.figures.get(name, 0.0) < before[name] - TOLERANCE
    ]
    if worse:  # kept beside, so that a later start does not take it for the newest
        fresh.replace(training.refused_path(fresh))
    else:
        training.forget_old(settings, keep={fresh.name, model})
    made = {"model": fresh.name, "figures": after.figures, "before": before, "worse": worse}
    report.write_text(json.dumps({**made, "missed": after.missed[:50]}, ensure_ascii=False), encoding="utf-8")


def _own(dialogue: Any, content: Content) -> Report:
    """How many titles and newest phrasings of the FAQ are taken for the category they are of."""
    asked = [
        (text, entry.category) for entry in content.entries for text in {entry.title, entry.questions[-1]}
    ]

    async def guess() -> list[str]:
        return [(await dialogue.classify(text)).intent or "none" for text, _ in asked]

    wrong = [
        f"{text} → {got}, not {wanted}"
        for (text, wanted), got in zip(asked, asyncio.run(guess()), strict=True)
        if got != wanted
    ]
    return Report({"own phrasings": round(1 - len(wrong) / max(len(asked), 1), 4)}, wrong)
