"""Attachments by command: adding a file to a record, taking one out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.naming import record_of
from app.commands.session import Account, AsJson, PasswordFile, signed_in, spoken, tell, write_new
from app.errors import UserError
from app.models.codes import code_list
from app.services.attachments import Attachments, size_words


@spoken
def attach(
    context: typer.Context,
    register: Annotated[str, typer.Argument(help="登记：英文名或中文名，例如 hazard 或 隐患", metavar="登记")],
    record_id: Annotated[str, typer.Argument(help="编号或事项码（search 给出）", metavar="编号")],
    file: Annotated[Path, typer.Argument(help="照片、扫描件、文档或录音", metavar="文件")],
    kind: Annotated[str, typer.Option("--kind", help="附件种类：照片、扫描件、签名原件、证据材料、其他")] = "",
    remark: Annotated[str, typer.Option("--remark", help="说明", metavar="文字")] = "",
    keep_position: Annotated[bool, typer.Option("--keep-position", help="保留照片里的拍摄位置；不加则去掉")] = False,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Add a file to a record."""
    with signed_in(context, account, password_file) as office:
        record = record_of(office, register, record_id)
        attachments = Attachments(office)
        code = _kind(kind)
        prepared = attachments.prepare(file.name, file, keep_position=keep_position)
        line = attachments.attach(record.definition.name, record.id, prepared, kind=code, remark=remark)
    lines = [f"已加到“{record.title()}”：{line.name}（{size_words(line.size)}）", *prepared.notes]
    data = {"register": record.definition.name, "id": record.id, "line": line.id, "name": line.name,
            "media_type": line.media_type, "size": line.size, "notes": prepared.notes}  # fmt: skip
    tell(data, lines, as_json=as_json)


@spoken
def open_file(
    context: typer.Context,
    register: Annotated[str, typer.Argument(help="登记", metavar="登记")],
    record_id: Annotated[str, typer.Argument(help="编号或事项码", metavar="编号")],
    name: Annotated[str, typer.Argument(help="附件的文件名（show 给出）", metavar="文件名")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件", metavar="文件")],
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Write an attachment to a file in the clear; that somebody looked is journalled."""
    with signed_in(context, account, password_file) as office:
        record = record_of(office, register, record_id)
        attachments = Attachments(office)
        found = [line for line in attachments.of(record) if name in (line.name, line.id)]
        if not found:
            names = "、".join(str(line.name) for line in attachments.of(record))
            raise UserError(f"“{record.title()}”没有叫“{name}”的附件", f"现有：{names or '没有附件'}")
        body = attachments.open(found[0])
    write_new(out, body)
    tell({"file": out, "size": len(body)}, [f"已写到 {out}"], as_json=as_json)


def _kind(typed: str) -> str:
    if not typed:
        return ""
    codes = code_list("attachment_kind")
    found = codes.find(typed)
    if found is None:
        labels = "、".join(item.label for item in codes.offered)
        raise UserError(f"没有“{typed}”这种附件", f"可用：{labels}")
    return found
