"""What all commands share: signing in, sentences on stderr, exit codes that mean something, results as text or JSON."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from app.bootstrap import data_folder
from app.errors import AppError, InUseError, SyncError, UserError
from app.services import backups, setup
from app.services.office import Office

PASSWORD_VARIABLE = "TOWNSHIP_DESK_PASSWORD"  # noqa: S105 - the name of a variable

P = ParamSpec("P")
T = TypeVar("T")


class Exit(IntEnum):
    """What a command ends with."""

    DONE = 0
    FINDING = 1
    REFUSED = 2
    UNREACHABLE = 3
    IN_USE = 4


EXIT_CODES = (
    "退出码：0 完成；1 有需要处理的（数据不一致、有坏行、有退回）；2 输入不能用；3 连不上县服务器；4 数据正被打开着"
)

Account = Annotated[str, typer.Option("--account", help="账号姓名；不填用第一个账号", metavar="姓名")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help=f"密码文件；或用环境变量 {PASSWORD_VARIABLE}", metavar="文件")
]
AsJson = Annotated[bool, typer.Option("--json", help="结果用 JSON 输出")]


def spoken(command: Callable[P, T]) -> Callable[P, T]:
    """A refusal becomes a sentence on stderr and an exit code, never a trace."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except AppError as error:
            complain(error)
            raise typer.Exit(code_of(error)) from error
        except OSError as error:
            typer.echo(f"文件读写不成：{error.filename or ''}（{error.strerror or error}）", err=True)
            raise typer.Exit(Exit.REFUSED) from error

    return run


def complain(error: AppError) -> None:
    """The sentence, and every finding below it."""
    typer.echo(str(error), err=True)
    if isinstance(error, UserError):
        for finding in error.findings:
            typer.echo(f"  · {finding}", err=True)


def code_of(error: AppError) -> Exit:
    """The exit code of a refusal."""
    if isinstance(error, InUseError):
        return Exit.IN_USE
    return Exit.UNREACHABLE if isinstance(error, SyncError) else Exit.REFUSED


def folder_of(context: typer.Context) -> Path:
    """The data folder the commands work on; a restore that was cut is finished first."""
    folder = data_folder(context.obj)
    backups.finish_restore(folder)
    return folder


@contextmanager
def signed_in(context: typer.Context, account: str, password_file: Path | None) -> Iterator[Office]:
    """An open office, closed again afterwards. Raises ``AppError``."""
    folder = folder_of(context)
    known = setup.known_accounts(folder)
    chosen = next((one for one in known if not account or account in (one.name, one.id)), None)
    if chosen is None:
        names = "、".join(one.name for one in known)
        sentence = f"没有账号“{account}”" if known else f"这个文件夹里没有数据：{folder}"
        raise UserError(sentence, f"可用：{names}" if known else "请检查 --data，或先用 init 建立")
    office = setup.sign_in(folder, chosen.id, password_of(password_file))
    try:
        yield office
    finally:
        office.store.close()


def password_of(file: Path | None, *, variable: str = PASSWORD_VARIABLE) -> str:
    """The password, from a file or the environment only. Raises ``UserError``."""
    if file is not None:
        return file.read_text("utf-8").strip()
    given = os.environ.get(variable)
    if given is None:
        sentence = "没有给出密码"
        raise UserError(sentence, f"请用 --password-file 或环境变量 {variable}；密码不写在命令行里")
    return given


def tell(data: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """The result on stdout."""
    if as_json:
        typer.echo(json.dumps(data, ensure_ascii=False, default=str))
        return
    for line in lines:
        typer.echo(line)


def write_new(path: Path, body: bytes) -> None:
    """Write a result; whole or not at all."""
    half = path.with_name(f".{path.name}.part")
    half.write_bytes(body)
    half.replace(path)
