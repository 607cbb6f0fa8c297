"""Commands of the county's administrator: ``python -m county serve | enrol | status | digest | revoke``."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from app.errors import AppError
from app.sync.streams import CHOOSABLE, LABELS
from county.server import County, database

cli = typer.Typer(help="乡镇社管通 · 县服务器", no_args_is_help=True, add_completion=False)

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


def main() -> None:
    """Entry point of the ``township-county`` command."""
    cli()


if __name__ == "__main__":
    main()
