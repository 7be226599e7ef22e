"""The command `elbi`: parse, call, print."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import quiet

quiet.silence()

from bot import logs  # noqa: E402
from bot.commands import accounts, bench, evaluate, faq, learn, onboarding, person, queue  # noqa: E402
from bot.errors import ContentError, ElbiError  # noqa: E402
from bot.settings import Settings  # noqa: E402

app = typer.Typer(
    help="엘비 (LV): PartnerPlus FAQ 챗봇",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="데이터베이스", no_args_is_help=True)
app.add_typer(db, name="db")
app.add_typer(evaluate.app, name="eval")
app.add_typer(bench.app, name="bench")
app.add_typer(faq.app, name="faq")
app.add_typer(queue.app, name="queue")
app.add_typer(accounts.app, name="staff")
app.add_typer(onboarding.app, name="onboarding")
app.add_typer(person.app, name="person")
app.command("learn", hidden=True)(learn.learn)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="듣는 주소")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="듣는 포트", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="프로세스 수", min=1, max=64)] = 1,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="데모 포털 페이지와 데모 로그인")] = False,
) -> None:
    """서버를 시작합니다: 데이터베이스를 준비하고, 필요하면 학습하고, 한 포트로 서비스합니다."""
    from bot.serving import run

    run(Settings.from_env(), host=host, port=port, workers=workers, with_demo=demo)


@app.command()
def train(force: Annotated[bool, typer.Option(help="바뀐 것이 없어도 다시 학습")] = False) -> None:
    """FAQ와 NLU 데이터로 Rasa 모델을 학습합니다. 바뀐 것이 없으면 하지 않습니다."""
    from bot.dialogue import training

    settings = Settings.from_env()
    path = training.model_path(settings)
    if path.is_file() and not force:
        training.verify(path)
        typer.echo(f"바뀐 것이 없어 그대로 씁니다: {path}")
        return
    with _status("모델을 학습하는 중 (1분 안팎)"):
        path = training.train(settings, force=force)
    typer.echo(f"학습했습니다: {path}")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="물을 말")],
    member: Annotated[bool, typer.Option("--member", help="회원으로 묻기 (기본은 로그인 전)")] = False,
    company: Annotated[str, typer.Option(help="회원의 사업자등록번호 (--member와 함께)")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="API의 답을 그대로")] = False,
) -> None:
    """한 번 묻고 답을 봅니다."""
    import asyncio
    from contextlib import suppress

    from bot.assembly import make_answerer, make_dialogue, make_inquiry, make_library
    from bot.dialogue import training
    from bot.errors import StoreUnavailable
    from bot.replies import as_text
    from bot.store.database import Database
    from bot.visitor import GUEST, Visitor

    question = _question(question)
    settings = Settings.from_env()
    with _status("모델을 준비하는 중"):
        database = Database(settings.store_url)
        with suppress(StoreUnavailable):  # only where a company stands cannot be told then
            database.upgrade()
        inquiry = make_inquiry(settings, database)
        answerer = make_answerer(settings, make_library(settings), None, inquiry)
        dialogue = make_dialogue(training.train(settings), answerer)
    visitor = Visitor(id="cli", mode="member", business_number=company) if member else GUEST
    response = asyncio.run(dialogue.respond(question, visitor, {}))
    for reply in response.replies:
        typer.echo(json.dumps(reply, ensure_ascii=False, indent=2) if as_json else as_text(reply))


@app.command()
def lint(
    directory: Annotated[Path | None, typer.Argument(help="FAQ 디렉터리 (기본: ELBI_FAQ_DIR)")] = None,
) -> None:
    """FAQ YAML을 검사합니다. 문제마다 파일:줄과 고칠 방법을 알려 줍니다."""
    from bot.faq.loader import inspect

    settings = Settings.from_env()
    content, problems = inspect(directory or settings.faq_dir, settings.link_hosts)
    for problem in problems:
        typer.echo(problem)
    errors = sum(not problem.warning for problem in problems)
    phrasings = sum(len(entry.phrasings) for entry in content.entries)
    typer.echo(
        f"항목 {len(content.entries)}개, 질문 표현 {phrasings}개: 오류 {errors}건, 주의 {len(problems) - errors}건",
        err=True,
    )
    raise typer.Exit(1 if errors else 0)


@app.command()
def fit(with_parent: Annotated[bool, typer.Option(hidden=True)] = False) -> None:
    """검색을 지금 내용에 맞춰 미리 학습합니다. 서버가 스스로 하는 일이라 보통은 필요 없습니다."""
    from bot import processes
    from bot.assembly import make_library

    if with_parent:
        processes.end_with_parent()

    with _status("검색을 학습하는 중 (처음에는 몇 분)"):
        make_library(Settings.from_env()).fit()
    typer.echo("검색이 지금 내용에 맞춰져 있습니다.")


@db.command("upgrade")
def db_upgrade() -> None:
    """데이터베이스를 만들거나 최신 구조로 올립니다."""
    from bot.store.database import Database

    database = Database(Settings.from_env().store_url)
    database.upgrade()
    typer.echo("데이터베이스가 최신입니다.")


def _question(text: str) -> str:
    from bot.korean.text import clean
    from bot.web.body import MAX_TEXT

    text = clean(text)
    if not text or len(text) > MAX_TEXT:
        raise ElbiError(f"질문은 1자에서 {MAX_TEXT}자까지 쓸 수 있습니다. 지금은 {len(text)}자입니다.")
    return text


def _status(words: str) -> Any:
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        typer.echo(f"{words} …", err=True)
    return console.status(words)


def main() -> None:
    """Runs the command; what goes wrong on purpose is one clear line and exit code 1."""
    try:
        logs.configure(Settings.from_env().log_level)
        app()
    except ContentError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        sys.exit(
            f"FAQ 내용에 오류가 {len(error.problems)}건 있습니다. 위에 적힌 곳을 고친 뒤 다시 실행해 주세요."
        )
    except ElbiError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
