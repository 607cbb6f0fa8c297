"""Commands of the county's administrator: ``python -m county serve | enrol | status | limits | revoke | …``."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from app.errors import AppError, UserError
from app.sync.streams import CHOOSABLE, LABELS
from county.blobs import DEFAULTS, FILE_LIMIT, MB, TOWNSHIP_LIMIT
from county.overlay import example, read_overlay
from county.server import County, database

cli = typer.Typer(help="乡镇社管通 · 县服务器", no_args_is_help=True, add_completion=False)
config_cli = typer.Typer(help="县里定的代码、期限、放假安排和设置。", no_args_is_help=True)
cli.add_typer(config_cli, name="config")

Data = Annotated[Path, typer.Option("--data", help="县服务器的数据文件夹")]
Dsn = Annotated[str, typer.Option("--dsn", envvar="COUNTY_DSN", help="已有 PostgreSQL 的连接串；不填则用自带的")]

_DATA = Path(platformdirs.user_data_dir("township-county", appauthor=False))


@contextmanager
def _county(data: Path, dsn: str) -> Iterator[County]:
    try:
        with database(data, dsn) as pool:
            yield County(pool, data)
    except AppError as error:
        typer.echo(str(error), err=True)
        for finding in error.findings if isinstance(error, UserError) else ():
            typer.echo(f"  · {finding}", err=True)
        raise typer.Exit(1) from error


@cli.command(help="启动县服务器，直到按 Ctrl+C。")
def serve(
    host: Annotated[str, typer.Option(help="监听的地址")] = "0.0.0.0",  # noqa: S104 - a server for other machines
    port: Annotated[int, typer.Option(help="监听的端口；0 为任选")] = 8443,
    data: Data = _DATA,
    dsn: Dsn = "",
) -> None:
    """Run until stopped."""
    typer.echo("正在启动数据库……")
    with _county(data, dsn) as county:
        try:
            bound = county.listener(host, port)
        except OSError as error:
            typer.echo(f"端口 {port} 打不开：{error.strerror}。请换一个 --port，或先停掉占用它的程序。", err=True)
            raise typer.Exit(1) from error
        typer.echo(f"县服务器已启动：https://{county.address()}")
        typer.echo(f"证书指纹（SHA-256）：{county.certificate.fingerprint.hex()}")
        typer.echo("另开一个窗口执行 enrol 可签发入网码。按 Ctrl+C 停止。")
        # The web server raises the signal again once it has ended; the database must still be stopped after it.
        signal.signal(signal.SIGTERM, lambda *_: None)
        with suppress(KeyboardInterrupt):
            county.web_server().run(sockets=[bound])
    typer.echo("县服务器已停止。")


@cli.command(help="签发一个一次性入网码（七天内有效）。")
def enrol(
    township_name: Annotated[str, typer.Argument(help="乡镇名称")],
    device: Annotated[str, typer.Option(help="电脑名称，如“综治中心一号机”")] = "",
    streams: Annotated[str, typer.Option(help=f"可见的类别，逗号分开：{'、'.join(CHOOSABLE)}")] = ",".join(CHOOSABLE),
    township: Annotated[str, typer.Option(help="已登记乡镇的编号（同名时必填）")] = "",
    new_township: Annotated[bool, typer.Option("--new-township", help="用于新乡镇的第一台电脑")] = False,
    data: Data = _DATA,
    dsn: Dsn = "",
) -> None:
    """Make a one-time code."""
    scope = tuple(name.strip() for name in streams.replace("，", ",").split(",") if name.strip())
    with _county(data, dsn) as county:
        if not township and not new_township:
            township = _only_one(county, township_name)
        code = county.enrolment_code(township_name, township=township or None, device_name=device, scope=scope)
        seen = "、".join(LABELS[name] for name in scope)
        purpose = "加入已登记的乡镇" if township else "登记新的乡镇，请在该乡镇的第一台电脑上使用"
        typer.echo(f"乡镇：{township_name}（{purpose}）")
        typer.echo(f"可见：{seen}")
        typer.echo(f"服务器：{code.url}")
        typer.echo("入网码（七天内有效，只能用一次）：")
        typer.echo(code.text())


def _only_one(county: County, name: str) -> str:
    found = county.registry.townships(name)
    if len(found) > 1:
        typer.echo(f"有 {len(found)} 个乡镇都叫“{name}”，请用 --township 指明编号：", err=True)
        for number, _ in found:
            typer.echo(f"  {number}", err=True)
        raise typer.Exit(1)
    return found[0][0] if found else ""


@cli.command(help="列出各乡镇的电脑和最近联系时间。")
def status(data: Data = _DATA, dsn: Dsn = "") -> None:
    """List PCs."""
    with _county(data, dsn) as county:
        rows = county.registry.devices()
        if not rows:
            typer.echo("还没有登记过电脑。用 enrol 签发入网码。")
        for township, device, name, state, scope, count, seen_at in rows:
            label = {"active": "正常", "unconfirmed": "待确认（数据文件可能被复制过）", "revoked": "已停用"}[state]
            seen = f"{seen_at:%Y-%m-%d %H:%M}" if seen_at else "从未联系"
            typer.echo(f"{township}  {name or device}  {label}  {count} 条  最近 {seen}  {','.join(scope)}  {device}")
        for township, files, size, missing in county.blobs.usage():
            more = f"，另有 {missing} 个还在乡镇的电脑上" if missing else ""
            if files or missing:
                typer.echo(f"{township}  附件 {files} 个，{size / MB:.1f} MB{more}")


@cli.command(help="每个附件和每个乡镇全部附件的上限；不带选项时只显示。")
def limits(
    file_mb: Annotated[int | None, typer.Option("--file-mb", min=1, help="每个附件最大多少 MB")] = None,
    township_gb: Annotated[int | None, typer.Option("--township-gb", min=1, help="每个乡镇的附件共多少 GB")] = None,
    data: Data = _DATA,
    dsn: Dsn = "",
) -> None:
    """Show or set how much room attached files have."""
    with _county(data, dsn) as county:
        for name, value in ((FILE_LIMIT, file_mb), (TOWNSHIP_LIMIT, township_gb)):
            if value is not None:
                county.registry.keep(name, str(value))
        typer.echo(f"每个附件最大 {county.registry.setting(FILE_LIMIT, DEFAULTS[FILE_LIMIT])} MB")
        typer.echo(f"每个乡镇的附件共 {county.registry.setting(TOWNSHIP_LIMIT, DEFAULTS[TOWNSHIP_LIMIT])} GB")


@cli.command(help="停用一台电脑；它已上传的内容保留。")
def revoke(
    device: Annotated[str, typer.Argument(help="电脑编号，见 status 最后一列")], data: Data = _DATA, dsn: Dsn = ""
) -> None:
    """Stop a PC."""
    with _county(data, dsn) as county:
        typer.echo("已停用。" if county.registry.revoke(device) else "没有这个编号的电脑。")


@cli.command(help="每一类登记的条数与内容摘要，可与电脑上的比对。")
def digest(township: Annotated[str, typer.Argument(help="乡镇编号或名称")], data: Data = _DATA, dsn: Dsn = "") -> None:
    """Count and digest per stream."""
    with _county(data, dsn) as county:
        number = _only_one(county, township) or township
        for stream, (count, content) in county.ledger.digests(number).items():
            typer.echo(f"{stream}\t{count}\t{content}")


@config_cli.command("import", help="检查一个配置文件并发布给乡镇；再执行一次不会重复。")
def config_import(
    file: Annotated[Path, typer.Argument(help="JSON 文件；样子见 config example")],
    township: Annotated[list[str] | None, typer.Option("--township", help="乡镇编号或名称，可重复")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="发布给全部已入网的乡镇")] = False,
    data: Data = _DATA,
    dsn: Dsn = "",
) -> None:
    """Publish."""
    with _county(data, dsn) as county:
        wanted = read_overlay(file)
        for number, name in _addressed(county, township or (), everybody=everybody):
            changed = county.author.say(number, wanted)
            typer.echo(f"{name}：{f'发布了 {changed} 项' if changed else '没有变化'}（文件共 {len(wanted)} 项）")


@config_cli.command("show", help="已发布的配置。")
def config_show(
    township: Annotated[list[str] | None, typer.Option("--township", help="乡镇编号或名称，可重复")] = None,
    data: Data = _DATA,
    dsn: Dsn = "",
) -> None:
    """List entries."""
    with _county(data, dsn) as county:
        for number, name in _addressed(county, township or (), everybody=not township):
            entries = county.author.entries(number)
            typer.echo(f"{name}（{number}）：{sum(not one.is_withdrawn for one in entries)} 项")
            for one in entries:
                told = {key: value for key, value in one.values.items() if not key.startswith("$")}
                words = json.dumps(told, ensure_ascii=False)
                typer.echo(f"  {one.name}{'（已撤回）' if one.is_withdrawn else ''}  {words}")


@config_cli.command("withdraw", help="撤回几项配置，名称见 config show；已录入的内容不受影响。")
def config_withdraw(
    names: Annotated[list[str], typer.Argument(help="如 clocks/mediation、codes/dispute_category/C-road")],
    township: Annotated[list[str] | None, typer.Option("--township", help="乡镇编号或名称，可重复")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="全部已入网的乡镇")] = False,
    data: Data = _DATA,
    dsn: Dsn = "",
) -> None:
    """Take back."""
    with _county(data, dsn) as county:
        for number, name in _addressed(county, township or (), everybody=everybody):
            typer.echo(f"{name}：撤回了 {county.author.withdraw(number, names)} 项")


@config_cli.command("example", help="一个可以改用的配置文件。")
def config_example() -> None:
    """Print a file."""
    for line in example():
        typer.echo(line)


def _addressed(county: County, named: Sequence[str], *, everybody: bool) -> list[tuple[str, str]]:
    """``(id, name)`` of the townships meant; says what is wrong and ends otherwise."""
    known = dict(county.registry.townships())
    if everybody:
        return list(known.items())
    numbers = [one if one in known else _only_one(county, one) for one in named]
    missing = [one for one, number in zip(named, numbers, strict=True) if not number]
    if missing or not numbers:
        typer.echo(f"没有登记过乡镇“{missing[0]}”" if missing else "请用 --township 指明乡镇，或用 --all", err=True)
        raise typer.Exit(1)
    return [(number, known[number]) for number in numbers]


def main() -> None:
    """Entry point of the ``township-county`` command."""
    cli()


if __name__ == "__main__":
    main()
