"""`elbi faq`: a new entry, entries to and from Excel, what entries were, and bringing them back."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from bot import tables
from bot.commands.desk import COMMAND, clear, database, local
from bot.errors import ContentError, ElbiError, RequestError
from bot.faq import exchange, template
from bot.faq.fields import LABELS, EntryFields, differences
from bot.faq.loader import load
from bot.faq.model import CATEGORIES
from bot.faq.writer import Writer, Written
from bot.review.publishing import Publisher, today
from bot.settings import Settings
from bot.store import revisions
from bot.store.publications import Publication

app = typer.Typer(help="FAQ 항목", no_args_is_help=True)
FaqId = Annotated[str, typer.Argument(help="항목의 id")]


@app.command("new")
def faq_new(
    category: Annotated[str, typer.Option(help=f"분류: {', '.join(CATEGORIES)}")],
    file: Annotated[
        Path | None, typer.Option(help="편집기 대신 이 YAML 파일의 항목을 씁니다", dir_okay=False)
    ] = None,
) -> None:
    """편집기($EDITOR)에서 새 항목을 쓰고, 점검을 통과하면 발행합니다. 빈 채로 닫으면 그만둡니다."""
    if category not in CATEGORIES:
        raise ElbiError(
            f"--category: {category!r}은(는) 없습니다. {', '.join(CATEGORIES)} 중에서 골라 주세요."
        )
    settings = Settings.from_env()
    writer = _writer(settings)
    text = template.blank(category, today()) if file is None else _text(file)
    while True:
        if file is None:
            edited = click.edit(text, extension=".yml")
            if edited is None or template.is_blank(edited):
                raise ElbiError("쓰지 않고 닫아서 그만두었습니다.")
            text = edited
        fields, problems = template.read(text, category, today())
        problems += [str(each) for each in writer.check(fields) if not each.warning] if fields else []
        if fields and fields.id in writer.read()[0].by_id:
            problems.append(f"id {fields.id!r}은(는) 이미 있습니다. 다른 id를 써 주세요.")
        if fields and not problems:
            break
        if file is not None or not sys.stdin.isatty():
            raise ElbiError("\n".join(f"{file}: {each}" if file else each for each in problems))
        text = template.with_problems(text, problems)
    done = _published(settings, writer, [Publication("create", fields.id, COMMAND, fields)])[fields.id]
    typer.echo(f"발행했습니다: {fields.id} ({done.file})")


@app.command("export")
def faq_export(
    file: Annotated[Path, typer.Argument(help="쓸 파일 (.csv 또는 .xlsx)", dir_okay=False)],
) -> None:
    """모든 항목을 엑셀에서 여는 표로 내보냅니다. 고쳐서 `elbi faq import`로 되가져올 수 있습니다."""
    settings = Settings.from_env()
    form = tables.form_of(file)
    lines = exchange.rows(load(settings.faq_dir, settings.link_hosts))
    try:
        file.write_bytes(tables.written(lines, form, "FAQ"))
    except OSError as error:
        raise ElbiError(f"{file}: 쓸 수 없습니다 ({error.strerror}).") from error
    typer.echo(f"항목 {len(lines) - 1}개를 {file}에 썼습니다.")


@app.command("import")
def faq_import(
    file: Annotated[Path, typer.Argument(help="CSV 또는 XLSX", dir_okay=False)],
    preview: Annotated[bool, typer.Option("--preview", help="바뀔 내용만 보고 저장하지 않음")] = False,
) -> None:
    """표에서 항목을 가져옵니다. 없는 열과 없는 행은 그대로 두고, 잘못된 줄이 하나라도 있으면 아무것도 저장하지 않습니다."""
    settings = Settings.from_env()
    writer = _writer(settings)
    content, problems = writer.read()
    errors = [each for each in problems if not each.warning]
    if errors:
        raise ContentError(errors)
    wanted, lines, problems = exchange.read(file, content, today())
    if not problems:
        problems = exchange.located(writer.trial(wanted), lines, file)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise ElbiError(
            f"오류 {len(problems)}건이 있어 아무것도 가져오지 않았습니다. 고친 뒤 다시 실행해 주세요."
        )
    before = {faq_id: EntryFields.of(content.by_id[faq_id]) for faq_id in wanted if faq_id in content.by_id}
    for faq_id, fields in wanted.items():
        changed = ", ".join(LABELS[each.field] for each in differences(before.get(faq_id), fields))
        typer.echo(f"{faq_id}\t{f'바뀜: {changed}' if faq_id in before else '새로 추가'}")
    summary = (
        f"새로 추가 {len(wanted) - len(before)}건, 바뀜 {len(before)}건, 그대로 {len(lines) - len(wanted)}건."
    )
    if preview:
        typer.echo(f"{summary} 저장하지 않았습니다 (--preview).")
        return
    _published(
        settings,
        writer,
        [
            Publication("change", faq_id, COMMAND, fields, before[faq_id].digest)
            if faq_id in before
            else Publication("create", faq_id, COMMAND, fields)
            for faq_id, fields in wanted.items()
        ],
    )
    typer.echo(summary)


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
    writer = _writer(settings)
    entry = writer.read()[0].by_id.get(faq_id)
    base = EntryFields.of(entry).digest if entry else ""
    try:
        done = Publisher(tables, writer, lambda: True).publish(
            Publication("restore", faq_id, COMMAND, found.fields, base)
        )
    except RequestError as error:
        raise clear(error) from None
    typer.echo(f"되돌렸습니다: {faq_id} ({done.file}, {done.lines}줄)")


def _writer(settings: Settings) -> Writer:
    return Writer(settings.faq_dir, settings.link_hosts, settings.state_dir / "faq.lock")


def _published(settings: Settings, writer: Writer, wanted: list[Publication]) -> dict[str, Written]:
    store = database(settings, create=True)
    try:
        return Publisher(store, writer, lambda: True).publish_all(wanted)
    except RequestError as error:
        raise clear(error) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ElbiError(f"{file}: 읽을 수 없습니다 ({error}).") from error
