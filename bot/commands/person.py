"""`elbi person`: what is kept of one visitor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.desk import COMMAND, clear, database, local
from bot.errors import RequestError
from bot.review.people import People
from bot.settings import Settings

app = typer.Typer(help="한 사람에 대해 보관하는 것", no_args_is_help=True)
VisitorId = Annotated[str, typer.Argument(help="`elbi person find`의 번호")]


@app.command("find")
def person_find(text: Annotated[str, typer.Argument(help="번호, 포털 아이디, 이름이나 회사")]) -> None:
    """사람을 찾습니다."""
    for each in People(database(Settings.from_env())).find(COMMAND, text):
        mode = {"guest": "로그인 전", "member": "회원"}[each["mode"]]
        typer.echo(f"{each['id']}\t{mode}\t{each['name']}\t{each['company']}\t{local(each['created_at'])}")


@app.command("export")
def person_export(
    visitor: VisitorId, path: Annotated[Path, typer.Argument(help="쓸 JSON 파일", dir_okay=False)]
) -> None:
    """한 사람에 대해 보관하는 모든 것을 파일로 씁니다."""
    try:
        kept = People(database(Settings.from_env())).export(COMMAND, visitor)
    except RequestError as error:
        raise clear(error) from None
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    typer.echo(f"{path}에 썼습니다.")


@app.command("delete")
def person_delete(
    visitor: VisitorId, yes: Annotated[bool, typer.Option("--yes", help="묻지 않고 지우기")] = False
) -> None:
    """한 사람에 대해 보관하는 모든 것을 지웁니다. 되돌릴 수 없습니다."""
    if not yes:
        typer.confirm("대화, 질문, 의견을 모두 지웁니다. 계속할까요?", abort=True)
    try:
        People(database(Settings.from_env())).delete(COMMAND, visitor)
    except RequestError as error:
        raise clear(error) from None
    typer.echo("지웠습니다.")
