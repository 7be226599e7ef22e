"""`elbi queue`: the questions that wait for an answer by staff."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.desk import COMMAND, database, label, local
from bot.errors import ElbiError
from bot.review.model import REASONS
from bot.review.states import STATES
from bot.settings import Settings
from bot.store import asked, items, log
from bot.store.items import ORDERS, Query

app = typer.Typer(help="답변을 기다리는 질문", no_args_is_help=True)
State = Annotated[
    list[str], typer.Option("--state", help=f"상태: {', '.join(STATES)}, all (기본: 열린 것 모두)")
]
Reason = Annotated[list[str], typer.Option("--reason", help=f"이유: {', '.join(REASONS)}")]
MOST = 1000


@app.command("list")
def queue_list(
    state: State = [],  # noqa: B006 - typer reads it
    reason: Reason = [],  # noqa: B006
    order: Annotated[str, typer.Option(help=f"순서: {', '.join(ORDERS)}")] = "reason",
    as_json: Annotated[bool, typer.Option("--json", help="JSON으로")] = False,
) -> None:
    """답변을 기다리는 질문을 봅니다. 같은 뜻의 질문은 한 건이고, 직접 보낸 질문이 먼저입니다."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    query = _query(state, reason, order)
    with database(Settings.from_env()).read() as connection:
        found = items.page(connection, query, limit=MOST).items
        most = 200 if as_json else 1
        asked_by = {each.id: asked.of_item(connection, each.id, limit=most) for each in found}
        companies = items.companies(connection, [each.id for each in found])
    if as_json:
        rows = [
            dataclasses.asdict(each)
            | {
                "companies": companies.get(each.id, []),
                "questions": [dataclasses.asdict(question) for question in asked_by[each.id]],
            }
            for each in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("번호", "접수", "이유", "상태", "물은 사람", "분류", "질문", "가장 가까운 FAQ")
    for each in found:
        near = asked_by[each.id][0].candidates if asked_by[each.id] else ()
        who = ", ".join(companies.get(each.id, ())) or "로그인 전"
        cells = (
            str(each.id),
            local(each.first_asked_at),
            REASONS[each.reason],
            STATES[each.state],
            f"{each.askers}명 ({who})",
            label(each.category),
            each.text,
            near[0]["title"] if near else "",
        )
        table.add_row(*map(escape, cells))
    Console().print(table)
    typer.echo(f"{len(found)}건", err=True)


@app.command("export")
def queue_export(
    path: Annotated[Path, typer.Argument(help="쓸 파일 (.csv 또는 .xlsx)", dir_okay=False)],
    why: Annotated[str, typer.Option("--why", help="내보내는 이유 (이력에 남습니다)")],
    state: State = [],  # noqa: B006
    reason: Reason = [],  # noqa: B006
) -> None:
    """질문을 엑셀에서 여는 파일로 내보냅니다."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.faq.loader import inspect
    from bot.review import exports
    from bot.tables import form_of

    form = form_of(path)
    if not why.strip():
        raise ElbiError("--why: 내보내는 이유를 적어 주세요.")
    settings = Settings.from_env()
    query = _query(state, reason, "reason")
    with database(settings).write() as connection:
        found = items.page(connection, query, limit=20_000).items
        companies = items.companies(connection, [each.id for each in found])
        log.note(connection, COMMAND, "export", why=why.strip()[:300], rows=len(found), form=form)
    content, _ = inspect(settings.faq_dir, settings.link_hosts)
    rows = exports.rows(found, companies, content)
    path.write_bytes(exports.write(rows, form, datetime.now(ZoneInfo("Asia/Seoul"))).data)
    typer.echo(f"{len(found)}건을 {path}에 썼습니다.")


def _query(states: list[str], reasons: list[str], order: str) -> Query:
    for name, given, known in (
        ("--state", states, (*STATES, "all")),
        ("--reason", reasons, REASONS),
        ("--order", [order], ORDERS),
    ):
        unknown = [each for each in given if each not in known]
        if unknown:
            raise ElbiError(f"{name}: {unknown[0]!r}은(는) 없습니다. {', '.join(known)} 중에서 고르세요.")
    return Query(states=tuple(states), reasons=tuple(reasons), order=order)
