"""The office's own Word forms by command: which there are, install one, its fields, fill one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.naming import record_of
from app.commands.session import Account, AsJson, PasswordFile, signed_in, spoken, tell, write_new
from app.errors import UserError
from app.services.forms import STAYS_OPEN, Forms, bare_manifest, built_in_forms
from app.services.office import Office

Out = Annotated[Path, typer.Option("--out", help="写到哪个文件", metavar="文件")]


@spoken
def listed(
    context: typer.Context, account: Account = "", password_file: PasswordFile = None, as_json: AsJson = False
) -> None:
    """Packs with version and state, and the papers the program draws itself."""
    with signed_in(context, account, password_file) as office:
        found = [
            {"id": one.pack.pack, "name": one.pack.name, "version": one.pack.edition,
             "register": one.pack.for_register, "issuer": one.pack.issuer or "", "state": str(one.state),
             "sha256": one.pack.sha256}
            for one in Forms(office).listed()
        ]  # fmt: skip
    found += [
        {"id": one.id, "name": one.name, "version": one.version, "register": "", "issuer": one.source,
         "state": "自带", "sha256": ""}
        for one in built_in_forms()
    ]  # fmt: skip
    lines = (f"{one['id']}\t{one['name']}\t{one['version']}\t{one['register']}\t{one['state']}" for one in found)
    tell(found, lines, as_json=as_json)


@spoken
def install(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="模板包（zip）或 Word 文件（docx）", metavar="文件")],
    name: Annotated[str, typer.Option("--name", help="文书名称（单个 docx 要写）", metavar="名称")] = "",
    version: Annotated[str, typer.Option("--version", help="版本（单个 docx 要写）", metavar="版本")] = "",
    register: Annotated[str, typer.Option("--register", help="用于哪种登记（单个 docx 要写）", metavar="登记")] = "",
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """A pack in; every field is judged first."""
    with signed_in(context, account, password_file) as office:
        forms = Forms(office)
        opened = forms.open(file)
        said = opened.manifest
        if said is None:
            if not version or not register:
                sentence = "单个 Word 文件要说明版本和用于哪种登记"
                raise UserError(sentence, "用 --version 1.0 --register dispute；名称用 --name，不写就用文件名")
            said = bare_manifest(name=name or opened.stem, version=version, register=_register(office, register))
        made = forms.install(opened, said)
    data = {"id": made.pack.pack, "version": made.pack.edition, "register": made.pack.for_register,
            "replaces": made.replaces, "tags": made.tags, "sha256": made.pack.sha256, "notes": made.notes}  # fmt: skip
    replaced = f"，代替 {made.replaces} 版" if made.replaces else ""
    said_line = f"已安装“{made.pack.name}”{made.pack.edition} 版{replaced}，填 {made.tags} 处，标识 {made.pack.pack}"
    tell(data, [said_line, *(f"· {one}" for one in made.notes)], as_json=as_json)


@spoken
def fields(
    context: typer.Context,
    register: Annotated[str, typer.Argument(help="登记：英文名或中文名", metavar="登记")],
    out: Out,
    sample: Annotated[bool, typer.Option("--sample", help="要一份可以照着改的模板，不要字段表")] = False,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """The table of fields, or a sample template."""
    with signed_in(context, account, password_file) as office:
        name = _register(office, register)
        body = Forms(office).sample(name) if sample else Forms(office).field_table(name)
    write_new(out, body)
    tell({"file": out, "register": name, "sample": sample}, [f"已写到 {out}"], as_json=as_json)


def print_form(office: Office, form: str, given: str, *, out: Path, keep: bool, as_json: bool) -> None:
    """Fill one of the office's own forms for a record named by id or matter code."""
    forms = Forms(office)
    pack = forms.called(form)
    filled = forms.fill(pack, record_of(office, pack.for_register, given).id, keep=keep)
    write_new(out, filled.body)
    data = {"file": out, "form": pack.pack, "version": pack.edition, "kept": keep, "sha256": filled.sha256}
    said = "已留底" if keep else "草稿，已记入日志"
    tell(data, [f"“{pack.name}”{pack.edition} 版已写到 {out}（{said}）", STAYS_OPEN], as_json=as_json)


def _register(office: Office, given: str) -> str:
    names = Forms(office).registers()
    for name in names:
        if given in (name, office.registry.get(name).label):
            return name
    known = "、".join(f"{name}（{office.registry.get(name).label}）" for name in names)
    raise UserError(f"“{given}”没有本地文书", f"可用：{known}")
