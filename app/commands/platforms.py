"""Outside platforms by command: which there are, what is not there yet, comparing with what a platform gave out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app.commands.session import Account, AsJson, Exit, PasswordFile, signed_in, spoken, tell, write_new
from app.errors import UserError
from app.exchange.comparing import Comparison
from app.models.registers.platform import DAYS
from app.services.comparing import PlatformComparing
from app.services.office import Office
from app.services.platforms import Platforms

Called = Annotated[str, typer.Argument(help="平台：名称、简称或编号", metavar="平台")]
Register = Annotated[
    str, typer.Option("--register", help="登记：英文名或中文名；平台只录一种时可以不写", metavar="登记")
]


@spoken
def list_platforms(
    context: typer.Context, account: Account = "", password_file: PasswordFile = None, as_json: AsJson = False
) -> None:
    """Platforms in use and how much is missing in each; 1 when anything is."""
    with signed_in(context, account, password_file) as office:
        found = [
            {"platform": one.platform.name, "register": one.register,
             "label": office.registry.get(one.register).label, "missing": one.number}
            for one in Platforms(office).counts()
        ]  # fmt: skip
    tell(found, (f"{one['platform']}\t{one['label']}\t未录 {one['missing']}" for one in found), as_json=as_json)
    raise typer.Exit(Exit.FINDING if any(one["missing"] for one in found) else Exit.DONE)


@spoken
def missing(
    context: typer.Context,
    platform: Called,
    register: Register = "",
    days: Annotated[int, typer.Option("--days", help="只要等了这么多天以上的", min=0)] = 0,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """What the platform does not have, the oldest first; 1 when there is any."""
    with signed_in(context, account, password_file) as office:
        service = Platforms(office)
        asked = service.called(platform)
        name = _register(office, service, asked.id, register)
        found = [
            {"id": one.id, "name": one.name, "code": one.code, "on": one.on, "progress": one.progress}
            for one in service.missing(asked, name, for_days=days)
        ]
    lines = (f"{one['on']}\t{one['name']}\t{one['code']}\t{one['progress']}\t{one['id']}" for one in found)
    tell(found, lines, as_json=as_json)
    raise typer.Exit(Exit.FINDING if found else Exit.DONE)


@spoken
def compare(
    context: typer.Context,
    platform: Called,
    file: Annotated[Path, typer.Argument(help="平台导出的表", metavar="文件")],
    register: Register = "",
    fill: Annotated[bool, typer.Option("--fill", help="把案号补进对得上的（一次可撤销）；疑似的不补")] = False,
    report: Annotated[Path | None, typer.Option("--report", help="比对结果写到哪个 xlsx", metavar="文件")] = None,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """A platform's table beside ours; 1 when the two differ."""
    with signed_in(context, account, password_file) as office:
        service = Platforms(office)
        asked = service.called(platform)
        comparing = PlatformComparing(office, asked, _register(office, service, asked.id, register))
        found = comparing.compare(file)
        filled = comparing.fill(found.fillable) if fill else None
        if report is not None:
            write_new(report, comparing.report_xlsx(found))
    data = _sums(found) | {"filled": filled.count if filled else 0, "act": filled.act_id if filled else ""}
    lines = [found.sentence]
    if filled:
        lines += [f"已补入 {filled.count} 个案号", *(f"没有补：{title}，{why}" for title, why in filled.left)]
    elif found.fillable:
        lines.append(f"有 {len(found.fillable)} 个案号可以补入，加 --fill 补入")
    tell(data, lines, as_json=as_json)
    differs = found.different or found.suggested or found.only_there or found.only_here or found.repeated
    raise typer.Exit(Exit.FINDING if differs else Exit.DONE)


def _sums(found: Comparison) -> dict[str, Any]:
    names = ("same", "different", "suggested", "only_there", "only_here", "repeated", "fillable")
    return {name: len(getattr(found, name)) for name in names}


def _register(office: Office, service: Platforms, platform: str, given: str) -> str:
    """The register that was named, or the only one the platform takes."""
    taken = [name for name in DAYS if platform in {one.id for one in service.in_use(name)}] or list(DAYS)
    labels = {name: office.registry.get(name).label for name in taken}
    chosen = [name for name in taken if not given or given in (name, labels[name])]
    if len(chosen) == 1:
        return chosen[0]
    words = "、".join(f"{name}（{label}）" for name, label in labels.items())
    sentence = f"这个平台没有要录的登记“{given}”" if given else "这个平台要录几种登记，请说明是哪一种"
    raise UserError(sentence, f"用 --register 指定：{words}")
