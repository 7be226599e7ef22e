"""`elbi bench`: what a turn costs, measured."""

from __future__ import annotations

import json
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import Settings

app = typer.Typer(help="측정", no_args_is_help=True)


@app.callback()
def group() -> None:
    """측정."""


@app.command()
def profile(
    turns: Annotated[int, typer.Option(help="묻는 횟수", min=1, max=100_000)] = 200,
    queries: Annotated[
        Path | None, typer.Option(help='물을 말: 줄마다 {"text"}인 JSONL', exists=True)
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="숫자를 쓸 파일")] = None,
) -> None:
    """실제 서버를 통해 차례로 묻고, 한 번에 드는 시간이 어디에 쓰이는지 보여 줍니다."""
    from rich.console import Console
    from rich.progress import Progress

    from bot.dialogue import training
    from bot.evaluation.queries import read_texts
    from bot.profiling import STAGES, WARM
    from bot.profiling import profile as measure

    settings = Settings.from_env()
    texts = read_texts(queries) if queries else []
    with tempfile.TemporaryDirectory() as state, Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("준비하는 중", total=WARM + turns)
        model = training.train(settings)
        alone = replace(settings, state_dir=Path(state), database_url="", messages_per_minute=10**9)
        found = measure(
            alone, model, turns, texts, lambda: progress.update(task, advance=1, description="묻는 중")
        )
    whole = sum(found.turns) / len(found.turns)
    _show(found, STAGES, whole)
    if json_file:
        stages = {stage: found.mean(stage) * 1000 for stage in STAGES}
        spots = {"mean": whole * 1000, "p50": statistics.median(found.turns) * 1000}
        json_file.write_text(json.dumps({"turns": turns, **spots, "stages": stages}, indent=2))


def _show(found, stages, whole: float) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("단계", "하는 일", "ms", "비율")
    for stage in stages:
        spent = found.mean(stage)
        table.add_row(stage, _WORK[stage], f"{spent * 1000:.2f}", f"{spent / whole:.0%}")
    table.add_section()
    asked = sum(1 for each in found.stages if each.get("second opinion"))
    middle = statistics.median(found.turns) * 1000
    table.add_row(
        "", f"{len(found.turns)}번 평균 (p50 {middle:.2f} ms, e5는 {asked}번)", f"{whole * 1000:.2f}", "100%"
    )
    Console().print(table)


_WORK = {
    "channel": "HTTP, JSON, 세션 확인",
    "store": "질문과 결과를 디스크에 남김 (트랜잭션 둘)",
    "tokens": "형태소 분석",
    "NLU": "의도 분류",
    "policy": "Rasa: 트래커, 규칙, 액션",
    "encoder": "문장 벡터 (USE)",
    "search": "고치기, 특징, 점수, 확신",
    "second opinion": "두 번째 의견 (e5)",
    "render": "결정과 답 만들기",
}
