"""`elbi onboarding`: the companies' records, from files in, and one to look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import ElbiError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.onboarding.model import Record

app = typer.Typer(help="회원가입·계좌등록 진행 기록", no_args_is_help=True)
SHOWN = 20
_EFFECTS = {"new": "새로 추가", "changed": "바뀜", "same": "그대로"}


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV 또는 XLSX", dir_okay=False)],
    preview: Annotated[bool, typer.Option("--preview", help="바뀔 내용만 보고 저장하지 않음")] = False,
) -> None:
    """진행 기록을 파일에서 가져옵니다. 한 줄이 한 업체의 전체 기록이고, 잘못된 줄이 하나라도 있으면 아무것도 저장하지 않습니다."""
    from rich.console import Console

    from bot.onboarding.importing import read
    from bot.onboarding.times import SEOUL
    from bot.store import onboarding
    from bot.store.database import Database

    settings = Settings.from_env()
    with Console(stderr=True).status("파일을 읽는 중"):  # shown on a terminal alone
        records, problems = read(file, datetime.now(SEOUL))
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise ElbiError(
            f"오류 {len(problems)}건이 있어 아무것도 가져오지 않았습니다. 고친 뒤 다시 실행해 주세요."
        )
    database = Database(settings.store_url)
    database.upgrade()
    values = [asdict(record) for record in records]
    if preview:
        with database.read() as connection:
            effects = onboarding.compare(connection, values)
        _preview(records, effects)
        return
    with database.write() as connection:
        effects = onboarding.compare(connection, values)
        onboarding.put(connection, values)
    typer.echo(_summary(effects))
    if settings.portal_database_url:
        typer.echo(
            "주의: ELBI_PORTAL_DATABASE_URL이 있어 가져온 기록 대신 포털의 기록으로 답합니다.", err=True
        )


@app.command()
def show(number: Annotated[str, typer.Argument(help="사업자등록번호", metavar="BUSINESS_NUMBER")]) -> None:
    """한 업체가 어디까지 왔는지 봅니다."""
    import asyncio

    from bot.assembly import make_inquiry
    from bot.onboarding.number import digits_of, is_valid
    from bot.replies import as_text
    from bot.store.database import Database

    settings = Settings.from_env()
    digits = digits_of(number)
    if not is_valid(digits):
        raise ElbiError(
            f"'{number[:40]}'은(는) 올바른 사업자등록번호가 아닙니다. 10자리 숫자를 확인해 주세요."
        )
    inquiry = make_inquiry(settings, Database(settings.store_url))
    reply = asyncio.run(inquiry.of_company(digits))
    if reply is None:
        raise ElbiError(f"사업자등록번호 {digits}의 기록이 없습니다.")
    typer.echo(as_text({**reply, "choices": []}))


def _preview(records: list[Record], effects: dict[str, str]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from bot.onboarding.model import TRACKS
    from bot.onboarding.number import written
    from bot.onboarding.status import status
    from bot.onboarding.times import SEOUL

    now = datetime.now(SEOUL)
    table = Table("결과", "사업자등록번호", "업체명", "유형", "다음 단계")
    changing = [record for record in records if effects[record.business_number] != "same"]
    for record in changing[:SHOWN]:
        following = status(record, now).next
        table.add_row(
            _EFFECTS[effects[record.business_number]],
            written(record.business_number),
            escape(record.company),
            TRACKS[record.track],
            following.step.title if following else "완료",
        )
    if changing:
        Console().print(table)
    if len(changing) > SHOWN:
        typer.echo(f"… 그 밖에 {len(changing) - SHOWN}건")
    typer.echo(f"{_summary(effects)} 저장하지 않았습니다 (--preview).")


def _summary(effects: dict[str, str]) -> str:
    counts = Counter(effects.values())
    return ", ".join(f"{words} {counts[effect]}건" for effect, words in _EFFECTS.items()) + "."
