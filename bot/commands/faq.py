"""`elbi faq`: what FAQ entries were, and bringing them back."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from bot.commands.desk import COMMAND, clear, database, local
from bot.errors import ElbiError, RequestError
from bot.faq.fields import EntryFields, differences
from bot.faq.writer import Writer
from bot.review.publishing import Publisher
from bot.settings import Settings
from bot.store import revisions
from bot.store.publications import Publication

app = typer.Typer(help="FAQ 항목", no_args_is_help=True)
FaqId = Annotated[str, typer.Argument(help="항목의 id")]


@app.command("history")
def faq_history(
    faq_id: FaqId, as_json: Annotated[bool, typer.Option("--json", help="JSON으로")] = False
) -> None:
    """항목이 언제 누구의 손으로 어떻게 바뀌었는지 봅니다. 새것이 먼저입니다."""
    with database(Settings.from_env()).read() as connection:
        found = revisions.of(connection, faq_id)
    if not found:
        raise ElbiError(f"{faq_id!r}의 이력이 없습니다. 이력은 서버가 돌 때부터 남습니다.")
    if as_json:
        rows = [
            {**dataclasses.asdict(each), "fields": each.fields and each.fields.as_dict()} for each in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for newer, older in zip(found, [*found[1:], None], strict=True):
        changed = ", ".join(each.field for each in differences(older and older.fields, newer.fields))
        typer.echo(f"{newer.id}\t{local(newer.at)}\t{newer.name or '파일에서'}\t{newer.action}\t{changed}")


@app.command("restore")
def faq_restore(
    faq_id: FaqId, revision: Annotated[int, typer.Argument(help="`elbi faq history`의 번호", min=1)]
) -> None:
    """항목을 그때의 모습으로 되돌립니다. 돌고 있는 서버가 곧바로 따릅니다."""
    settings = Settings.from_env()
    tables = database(settings)
    with tables.read() as connection:
        found = revisions.find(connection, revision)
    if found is None or found.faq_id != faq_id:
        raise ElbiError(
            f"{faq_id!r}에 {revision}번 이력이 없습니다. `elbi faq history {faq_id}`로 확인해 주세요."
        )
    writer = Writer(settings.faq_dir, settings.link_hosts, settings.state_dir / "faq.lock")
    entry = writer.read()[0].by_id.get(faq_id)
    base = EntryFields.of(entry).digest if entry else ""
    try:
        done = Publisher(tables, writer, lambda: True).publish(
            Publication("restore", faq_id, COMMAND, found.fields, base)
        )
    except RequestError as error:
        raise clear(error) from None
    typer.echo(f"되돌렸습니다: {faq_id} ({done.file}, {done.lines}줄)")
