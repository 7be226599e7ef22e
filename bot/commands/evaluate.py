"""`elbi eval`: measure answers, and hold a release to what the last one reached."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.errors import ElbiError
from bot.settings import Settings

app = typer.Typer(help="답변 품질을 잽니다. 하위 명령이 없으면 회귀 시험을 돌립니다.")
Json = Annotated[Path | None, typer.Option("--json", help="결과를 JSON으로 쓸 파일", dir_okay=False)]
Plots = Annotated[Path | None, typer.Option(help="그림(PNG)을 쓸 디렉터리", file_okay=False)]
Misses = Annotated[int, typer.Option(help="보여 줄 오답 수", min=0, max=1000)]
Queries = Annotated[Path, typer.Option(help="질문 파일 (JSONL)", dir_okay=False)]


@app.callback(invoke_without_command=True)
def regression(
    context: typer.Context,
    record: Annotated[bool, typer.Option("--record", help="이번 결과를 새 기준으로 기록")] = False,
) -> None:
    """회귀 시험: 질문 표현을 하나씩 뺀 검색, 대화 시험, 분류 시험. 기록된 기준보다 나쁘면 실패합니다."""
    if context.invoked_subcommand:
        return
    from bot.assembly import make_answerer, make_dialogue, make_library
    from bot.dialogue import training
    from bot.evaluation import regression as suite
    from bot.faq.loader import load
    from bot.korean.encoder import encoders

    settings = Settings.from_env()
    baseline = {} if record else suite.read_baseline()
    _tell("모델을 준비하는 중")
    answerer = make_answerer(settings, make_library(settings), None)
    dialogue = make_dialogue(training.train(settings), answerer)
    _tell("대화 시험과 분류 시험")
    report = suite.joined(suite.converse(dialogue, answerer), suite.categorise(dialogue))
    content = load(settings.faq_dir, settings.link_hosts)
    report = suite.joined(
        suite.leave_one_out(content, encoders(settings.encoder, settings.model_dir), _tell), report
    )
    for line in report.missed:
        typer.echo(f"  {line}")
    _table(
        ("항목", "이번", "기준"),
        [(name, _share(value), _share(baseline.get(name))) for name, value in report.figures.items()],
    )
    if record:
        suite.record_baseline(report.figures)
        typer.echo(f"기준으로 기록했습니다: {suite.BASELINE}")
        return
    worse = report.worse_than(baseline)
    if worse:
        raise ElbiError("기준보다 나빠졌습니다:\n" + "\n".join(f"  {line}" for line in worse))
    typer.echo("기준보다 나빠진 것이 없습니다.")


@app.command()
def retrieval(
    faq: Annotated[Path, typer.Option(help="FAQ 디렉터리", file_okay=False)],
    queries: Queries,
    json_out: Json = None,
    plots: Plots = None,
    misses: Misses = 10,
    encoder: Annotated[str | None, typer.Option(help="문장 인코더 (기본: ELBI_ENCODER)")] = None,
) -> None:
    """검색: 질문마다 맞는 FAQ가 몇 번째로 나오는지, 범위 밖의 질문을 거절하는지 잽니다."""
    from bot.evaluation import plots as drawing
    from bot.evaluation import retrieval as measuring
    from bot.evaluation.queries import read_queries
    from bot.faq.loader import load_unchecked
    from bot.korean.encoder import encoders

    settings = Settings.from_env({"ELBI_ENCODER": encoder}) if encoder else Settings.from_env()
    content = load_unchecked(faq)
    if not content.entries:
        raise ElbiError(f"{faq}: FAQ에 항목이 없습니다. 항목이 하나는 있어야 잴 수 있습니다.")
    asked = read_queries(queries, {entry.id for entry in content.entries})
    working = encoders(settings.encoder, settings.model_dir)
    _tell(f"항목 {len(content.entries)}개를 학습하는 중")
    start = time.perf_counter()
    try:
        indexes = measuring.build_indexes(content, (query.visitor for query in asked), working)
    except ValueError as error:
        raise ElbiError(f"{faq}: {error}") from error
    fitted = time.perf_counter() - start
    _tell(f"질문 {len(asked)}개를 검색하는 중")
    outcomes, spent = measuring.run(indexes, asked, _progress)
    titles = {entry.id: entry.title for entry in content.entries}
    missed = [measuring.as_row(each, titles) for each in measuring.worst(outcomes, misses)]
    figures = {
        **measuring.measure(outcomes),
        "entries": len(content.entries),
        "encoder": " → ".join(each.name for each in working) or "off",
        "fit_seconds": round(fitted, 2),
        "search_ms": round(spent, 2),
        "misses": missed,
    }
    _print_retrieval(figures)
    for each in missed:
        typer.echo(f"  [{each['confidence']:.2f}] {each['text']}  → {each['title'] or '범위 밖'}")
        for place, other in enumerate(each["ranked"], 1):
            typer.echo(f"         {place}. {other['title']} ({other['score']:.3f})")
    if plots:
        plots.mkdir(parents=True, exist_ok=True)
        drawing.save_calibration(
            plots / "calibration.png",
            [each.confidence for each in outcomes],
            [each.query.faq_id is not None and 1 <= each.rank <= measuring.FIRST for each in outcomes],
            out_of_scope=[each.query.faq_id is None for each in outcomes],
            threshold=min(index.threshold for index in indexes.values()),
        )
    _write(json_out, figures)


@app.command()
def categories(queries: Queries, json_out: Json = None, plots: Plots = None, misses: Misses = 10) -> None:
    """분류: 학습된 모델이 질문의 분류를 얼마나 맞히는지 잽니다."""
    from bot.assembly import make_answerer, make_dialogue, make_library
    from bot.dialogue import training
    from bot.evaluation import categories as measuring
    from bot.evaluation import plots as drawing
    from bot.evaluation.queries import read_labelled
    from bot.evaluation.regression import classify
    from bot.faq.model import CATEGORIES

    read_labelled(queries, CATEGORIES.keys())  # a mistake is told before anything is loaded
    settings = Settings.from_env()
    _tell("모델을 준비하는 중")
    answerer = make_answerer(settings, make_library(settings), None)
    guessed = classify(make_dialogue(training.train(settings), answerer), queries)
    missed = [
        {
            "text": each.query.text,
            "category": each.query.category,
            "guessed": each.label,
            "confidence": round(each.confidence, 3),
        }
        for each in measuring.worst(guessed, misses)
    ]
    figures = {**measuring.measure(guessed), "misses": missed}
    rows = [
        (name, str(each["n"]), *(_share(each[key]) for key in ("precision", "recall", "f1")))
        for name, each in figures["per_class"].items()
    ]
    _table(("분류", "질문", "정밀도", "재현율", "F1"), rows)
    typer.echo(
        f"정확도 {figures['accuracy']:.4f} · macro-F1 {figures['macro_f1']:.4f} · 질문 {figures['queries']}개"
    )
    for kind, each in figures["by_kind"].items():
        typer.echo(f"  {kind}: {each['accuracy']:.4f} ({each['n']})")
    for each in missed:
        typer.echo(f"  [{each['confidence']:.2f}] {each['text']}: {each['guessed']}, 정답 {each['category']}")
    if plots:
        plots.mkdir(parents=True, exist_ok=True)
        drawing.save_confusion(plots / "confusion.png", *measuring.confusion(guessed))
        drawing.save_calibration(
            plots / "calibration.png", [each.confidence for each in guessed], [each.right for each in guessed]
        )
    _write(json_out, figures)


def _print_retrieval(figures: dict[str, Any]) -> None:
    names = ("hit@1", "hit@5", "mrr")
    rows = [("전체 (변형 없음)", str(figures["n"]), *(_share(figures[name]) for name in names))]
    for noise, each in figures["by_noise"].items():
        rows.append((noise, str(each["n"]), *(_share(each[name]) for name in names)))
    for kind, each in figures["by_kind"].items():
        if "hit@1" in each:
            rows.append((kind, str(each["n"]), *(_share(each[name]) for name in names)))
    _table(("질문", "수", "Hit@1", "Hit@5", "MRR"), rows)
    if figures["refused"] is not None:
        rows = [("전체", _share(figures["oos_auroc"]), _share(figures["refused"]))]
        rows += [
            (kind, _share(each["oos_auroc"]), _share(each["refused"]))
            for kind, each in figures["by_kind"].items()
            if "refused" in each
        ]
        _table(("범위 밖", "AUROC", "거절"), rows)
    typer.echo(
        f"답한 비율(처음 다섯에 정답) {_share(figures['answered'])} · 인코더 {figures['encoder']} · "
        f"항목 {figures['entries']}개 학습 {figures['fit_seconds']:.1f}초 · 검색 {figures['search_ms']:.1f} ms"
    )


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(*header)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _progress(queries: Sequence[Any]) -> Iterable[Any]:
    from rich.console import Console
    from rich.progress import track

    return track(queries, "검색", console=Console(stderr=True), transient=True)


def _tell(words: str) -> None:
    typer.echo(f"· {words}", err=True)


def _write(path: Path | None, figures: dict[str, Any]) -> None:
    if path is None:
        return
    try:
        path.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ElbiError(f"{path}: cannot be written ({error.strerror})") from error
