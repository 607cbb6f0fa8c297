"""Commands: what the window can do, for scripts and for examining a sick data folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from app import __version__
from app.bootstrap import data_folder
from app.errors import AppError

PASSWORD_VARIABLE = "TOWNSHIP_DESK_PASSWORD"  # noqa: S105 - the name of a variable

cli = typer.Typer(add_completion=False, invoke_without_command=True, pretty_exceptions_enable=False)

Data = Annotated[Path | None, typer.Option("--data", help="数据文件夹；不填用本机默认位置")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help=f"密码文件；或用环境变量 {PASSWORD_VARIABLE}")
]


@cli.callback(help="乡镇社管通：不带命令时打开窗口。")
def window(context: typer.Context, data: Data = None) -> None:
    """Open the window when no command is given."""
    context.obj = data
    if context.invoked_subcommand is None:
        from app.bootstrap import run_window

        raise typer.Exit(run_window(data_folder(data)))


@cli.command(help="显示版本。")
def version() -> None:
    """Tell the version."""
    typer.echo(f"township-desk {__version__}")


@cli.command(help="核对日志与数据是否一致；不一致时退出码为 1。")
def doctor(
    context: typer.Context,
    account: Annotated[str, typer.Option(help="账号姓名；不填用第一个账号")] = "",
    password_file: PasswordFile = None,
) -> None:
    """Fold the journal and compare."""
    from app.services import setup

    folder = data_folder(context.obj)
    try:
        known = setup.known_accounts(folder)
        chosen = next((one for one in known if not account or one.name == account), None)
        if chosen is None:
            typer.echo("没有这个账号，或这个文件夹里没有数据。", err=True)
            raise typer.Exit(2)
        office = setup.sign_in(folder, chosen.id, _password(password_file))
    except AppError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    try:
        health = office.doctor()
    finally:
        office.store.close()
    typer.echo(f"日志 {health.operations} 条，记录 {health.records} 条。")
    for complaint in health.complaints:
        typer.echo(("✗ " if complaint.is_grave else "· ") + complaint.sentence)
    typer.echo("日志与数据一致。" if health.is_sound else "日志与数据不一致，请保留数据文件夹并联系县管理员。")
    raise typer.Exit(0 if health.is_sound else 1)


def _password(file: Path | None) -> str:
    if file is not None:
        return file.read_text("utf-8").strip()
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is None:
        typer.echo(f"请用 --password-file 或环境变量 {PASSWORD_VARIABLE} 给出密码。", err=True)
        sys.exit(2)
    return given
