"""Care of a data folder by command: making it, checking it, backups, the county, pictures of every page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from app.commands.session import (
    Account,
    AsJson,
    Exit,
    PasswordFile,
    complain,
    folder_of,
    password_of,
    signed_in,
    spoken,
    tell,
)
from app.errors import SyncError, UserError
from app.models import settings as declared
from app.models.clock import BEIJING
from app.services import backups, parameters, setup
from app.services.setup import NewAccount, NewTownship
from app.services.syncing import Syncing

_CLERK_PASSWORD = "TOWNSHIP_DESK_CLERK_PASSWORD"  # noqa: S105 - the name of a variable


@spoken
def init(
    context: typer.Context,
    township: Annotated[str, typer.Option("--township", help="乡镇名称", metavar="名称")],
    recovery_out: Annotated[
        Path, typer.Option("--recovery-out", help="恢复密钥写到这个新文件；写 - 则显示出来", metavar="文件")
    ],
    account: Annotated[str, typer.Option("--account", help="管理员姓名", metavar="姓名")],
    county: Annotated[str, typer.Option("--county", help="县区名称", metavar="名称")] = "",
    committee: Annotated[str, typer.Option("--committee", help="调委会名称；不填自动拟定", metavar="名称")] = "",
    clerk: Annotated[
        str, typer.Option("--clerk", help=f"办事员姓名；密码在环境变量 {_CLERK_PASSWORD} 或文件里", metavar="姓名")
    ] = "",
    clerk_password_file: Annotated[Path | None, typer.Option("--clerk-password-file", metavar="文件")] = None,
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a township in an empty folder."""
    folder = folder_of(context)
    if setup.is_set_up(folder):
        raise UserError(f"这个文件夹里已经有一份数据：{folder}", "请换一个空文件夹")
    others = (NewAccount(clerk, password_of(clerk_password_file, variable=_CLERK_PASSWORD)),) if clerk else ()
    new = NewTownship(township, NewAccount(account, password_of(password_file)), county, committee, others)
    key = setup.make_recovery_key()
    if str(recovery_out) != "-":
        _keep_secret(recovery_out, key)
    try:
        office, _ = setup.create_township(folder, new, recovery=key)
    except BaseException:
        if str(recovery_out) != "-":
            recovery_out.unlink(missing_ok=True)
        raise
    identity = office.store.identity
    office.store.close()
    lines = [f"已建立：{township}（{folder}）"]
    lines.append(
        f"恢复密钥：{key}" if str(recovery_out) == "-" else f"恢复密钥在 {recovery_out}，请打印封存后删除这个文件"
    )
    tell({"township": identity.township, "device": identity.device, "data": folder}, lines, as_json=as_json)


def _keep_secret(path: Path, key: str) -> None:
    """Into a new file only its owner can read, on the disk before the township exists."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())


@spoken
def doctor(
    context: typer.Context, account: Account = "", password_file: PasswordFile = None, as_json: AsJson = False
) -> None:
    """Fold the journal and compare; 1 when they do not agree."""
    with signed_in(context, account, password_file) as office:
        health = office.doctor()
    lines = [f"日志 {health.operations} 条，记录 {health.records} 条。"]
    lines += [("✗ " if one.is_grave else "· ") + one.sentence for one in health.complaints]
    lines.append("日志与数据一致。" if health.is_sound else "有损坏或不一致，请保留数据文件夹并联系县管理员。")
    data = {
        "sound": health.is_sound,
        "operations": health.operations,
        "records": health.records,
        "complaints": [{"sentence": one.sentence, "grave": one.is_grave} for one in health.complaints],
    }
    tell(data, lines, as_json=as_json)
    raise typer.Exit(Exit.DONE if health.is_sound else Exit.FINDING)


@spoken
def sync(
    context: typer.Context, account: Account = "", password_file: PasswordFile = None, as_json: AsJson = False
) -> None:
    """One round with the county; 3 when it cannot be reached, 1 when something was refused or still waits."""
    with signed_in(context, account, password_file) as office:
        syncing = Syncing(office, lambda _: None)
        status = syncing.run_once()
        refused = [f"{one.what}：{one.error}" for one in syncing.items() if one.error]
        conflicts = len(office.conflicts())
    if not status.is_linked:
        raise UserError("单机使用，还没有加入县服务器", "请先用 enrol 加入")
    if status.problem is not None and not status.is_synced:
        complain(SyncError(status.problem.sentence, status.problem.next_step))
        raise typer.Exit(Exit.FINDING if status.is_online else Exit.UNREACHABLE)
    data = {"synced": status.is_synced, "waiting": status.waiting, "refused": refused, "conflicts": conflicts,
            "note": status.note, "files_to_send": status.files.to_send, "files_to_fetch": status.files.to_fetch,
            "files_problem": status.files_problem.sentence if status.files_problem else ""}  # fmt: skip
    lines = ["已同步。" if status.is_synced else f"还有 {status.waiting} 处待上报。"]
    lines += [f"被退回：{one}" for one in refused]
    lines += [f"有 {conflicts} 处待核。"] if conflicts else []
    lines += [f"{status.files.to_send} 个附件待传。"] if status.files.to_send else []
    lines += [f"{status.files.to_fetch} 个附件待下载。"] if status.files.to_fetch else []
    lines += [f"附件：{status.files_problem.sentence}"] if status.files_problem else []
    lines += [status.note] if status.note else []
    tell(data, lines, as_json=as_json)
    raise typer.Exit(Exit.DONE if status.is_synced and not refused and not conflicts else Exit.FINDING)


@spoken
def enrol(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="县里发的入网码；写 - 则从标准输入读", metavar="入网码")],
    account: Account = "",
    password_file: PasswordFile = None,
) -> None:
    """Join a county."""
    typed = typer.get_text_stream("stdin").readline() if code == "-" else code
    with signed_in(context, account, password_file) as office:
        Syncing(office, lambda _: None).join_county("".join(typed.split()))
    typer.echo("已加入县服务器；用 sync 上报。")


@spoken
def back_up(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="备份到哪里；不填用“设置”里的备份文件夹", metavar="文件夹")
    ] = None,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """A verified, encrypted copy."""
    with signed_in(context, account, password_file) as office:
        made = backups.run(office, folder)
    label = backups.copies(made)[0].label
    held, damaged = (label.attachments, label.damaged) if label else (0, 0)
    lines = [f"备份完成并已核对：{made}", f"附件 {held} 个"]
    lines += [f"本机有 {damaged} 个附件的文件已损坏，没有备份；详见 doctor"] if damaged else []
    tell({"backup": made, "attachments": held, "damaged": damaged}, lines, as_json=as_json)


@spoken
def restore(
    backup: Annotated[Path, typer.Argument(help="一份备份，或放备份的文件夹（用最新的一份）", metavar="备份")],
    to: Annotated[Path, typer.Option("--to", help="恢复到哪个数据文件夹", metavar="文件夹")],
    account: Account = "",
    password_file: PasswordFile = None,
    recovery_file: Annotated[
        Path | None, typer.Option("--recovery-file", help="用恢复密钥打开：写有密钥的文件", metavar="文件")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="那里已有数据时替换；原文件夹改名保留")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in place; without --replace only shows what would go when there is data already."""
    found = backups.copies(backup)
    if not found:
        raise UserError(f"这个文件夹里没有备份：{backup}", "备份文件夹的名字以 township-backup- 开头")
    unlock = backups.with_recovery(recovery_file.read_text("utf-8")) if recovery_file else backups.with_password(
        account, password_of(password_file)
    )  # fmt: skip
    staged = backups.stage(found[0], to.expanduser().resolve(), unlock)
    missing = backups.what_is_lost(staged)
    lines = [
        f"备份：{found[0].folder}（{found[0].at.astimezone(BEIJING):%Y-%m-%d %H:%M}），已核对，日志 {staged.entries} 条"
    ]
    lines.append(f"附件 {staged.attachments} 个")
    lines += [f"其中另有 {staged.damaged} 个在备份里已损坏，取不回来"] if staged.damaged else []
    lines += _losses(missing)
    is_there = setup.is_set_up(staged.data)
    data = {"backup": found[0].folder, "entries": staged.entries, "lost": missing.entries if missing else 0,
            "only_here": missing.only_here if missing else 0}  # fmt: skip
    if is_there and not replace:
        backups.discard(staged)
        tell({**data, "restored": False}, lines, as_json=as_json)
        raise UserError("那里已有数据，没有替换", "看过上面的内容，确定要恢复请加 --replace；原文件夹会改名保留")
    try:
        aside = backups.put_in_place(staged, missing=missing)
    except BaseException:
        backups.discard(staged)
        raise
    lines.append(f"已恢复到 {staged.data}")
    lines += [f"原来的数据保留在 {aside}"] if aside else []
    tell({**data, "restored": True, "aside": aside}, lines, as_json=as_json)


def _losses(missing: backups.Lost | None) -> list[str]:
    if missing is None:
        return []
    lines = [f"备份以后的 {missing.entries} 条更改不在这份备份里，其中 {missing.at_county} 条县里已有，同步后会回来："]
    lines += [f"  {day}　{count} 次操作" for day, count in missing.by_day]
    return lines + [f"  {one.at}　{one.what}" for one in missing.newest]


@spoken
def settings(
    context: typer.Context,
    change: Annotated[list[str] | None, typer.Argument(help="名称=值；不填则列出", metavar="名称=值")] = None,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """The settings of this PC."""
    from app.models.policy import Act

    with signed_in(context, account, password_file) as office:
        for one in change or ():
            office.require(Act.SETTINGS)
            name, _, typed = one.partition("=")
            declared.change(office.store, declared.by_name(name.strip()), typed)
        now = {one.name: declared.value(office.store, one) for one in declared.SETTINGS}
        locks = parameters.locks(office)
    lines = [
        f"{one.name}={now[one.name]}\t{one.label}：{locks.get(one.name, one.sentence)}" for one in declared.SETTINGS
    ]
    tell(now, lines, as_json=as_json)


@spoken
def screenshots(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="图片放到哪个文件夹", metavar="文件夹")],
    account: Account = "",
    password_file: PasswordFile = None,
) -> None:
    """Every page as a picture, without a screen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.ui.picturing import pictures

    folder.mkdir(parents=True, exist_ok=True)
    with signed_in(context, account, password_file) as office:
        for name in pictures(office, folder):
            typer.echo(name)
