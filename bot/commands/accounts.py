"""`elbi staff`: accounts for the staff pages."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.commands.desk import COMMAND, account, clear, database, local
from bot.errors import RequestError
from bot.review.people import People
from bot.review.roles import ROLES
from bot.settings import Settings

app = typer.Typer(help="담당자 계정", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="아이디")]


@app.command("add")
def staff_add(
    login: Login,
    name: Annotated[str, typer.Option(help="이름")] = "",
    role: Annotated[str, typer.Option(help=f"역할: {', '.join(ROLES)}")] = "editor",
    password: Annotated[
        str,
        typer.Option(prompt="비밀번호", hide_input=True, confirmation_prompt=True, help="없으면 묻습니다"),
    ] = "",
) -> None:
    """담당자를 추가합니다."""
    try:
        added = People(database(Settings.from_env(), create=True)).add(
            COMMAND, login=login, name=name or login, role=role, password=password
        )
    except RequestError as error:
        raise clear(error) from None
    typer.echo(f"추가했습니다: {added.login} ({ROLES[added.role]})")


@app.command("list")
def staff_list(as_json: Annotated[bool, typer.Option("--json", help="JSON으로")] = False) -> None:
    """담당자를 봅니다."""
    import dataclasses

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    found = People(database(Settings.from_env())).accounts(COMMAND)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(each) for each in found], ensure_ascii=False, indent=2))
        return
    table = Table("아이디", "이름", "역할", "상태", "마지막 로그인")
    for each in found:
        state = "사용 중" if each.enabled else "사용 중지"
        cells = (each.login, each.name, ROLES[each.role], state, local(each.signed_in_at))
        table.add_row(*map(escape, cells))
    Console().print(table)


@app.command("disable")
def staff_disable(
    login: Login,
    enable: Annotated[bool, typer.Option("--undo", help="다시 쓸 수 있게")] = False,
) -> None:
    """담당자가 더는 들어오지 못하게 합니다. 열려 있던 접속도 끝납니다."""
    people_ = database(Settings.from_env())
    with people_.read() as connection:
        found = account(connection, login)
    try:
        People(people_).change(COMMAND, found.id, enabled=enable)
    except RequestError as error:
        raise clear(error) from None
    typer.echo(f"{'다시 쓸 수 있습니다' if enable else '사용을 중지했습니다'}: {found.login}")
