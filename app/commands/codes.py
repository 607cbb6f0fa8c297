"""Code lists in force by command: what is offered, who added it, and as what it counts."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.session import Account, AsJson, PasswordFile, signed_in, spoken, tell
from app.errors import UserError
from app.models.codes import COUNTY, TOWNSHIP, CodeItem, CodeList, code_list, code_list_names

ORIGINS = {"": "自带", COUNTY: "县", TOWNSHIP: "本镇"}


@spoken
def codes(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="代码表的名称；不填则列出各表", metavar="代码表")] = "",
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """The list as it is in force in this township."""
    with signed_in(context, account, password_file) as office:
        if not name:
            lists = [code_list(one) for one in code_list_names()]
            tell([_summary(one) for one in lists], [_summary_line(one) for one in lists], as_json=as_json)
            return
        if name not in code_list_names():
            sentence = f"没有代码表“{name}”"
            raise UserError(sentence, "不带名称执行 codes 可列出各表")
        shown = code_list(name)
        problems = office.configuration().problems
    data = {"list": name, "title": shown.title, "items": [_item(shown, one) for one in shown], "problems": problems}
    tell(data, [*(_line(shown, one) for one in shown), *(f"· {one}" for one in problems)], as_json=as_json)


def _summary(codes_in: CodeList) -> dict[str, object]:
    added = {origin: sum(one.origin == origin for one in codes_in) for origin in (COUNTY, TOWNSHIP)}
    return {"list": codes_in.name, "title": codes_in.title, "open": codes_in.is_open, "items": len(codes_in), **added}


def _summary_line(codes_in: CodeList) -> str:
    added = "，".join(
        f"{ORIGINS[origin]}加 {number}"
        for origin in (COUNTY, TOWNSHIP)
        if (number := sum(one.origin == origin for one in codes_in))
    )
    return f"{codes_in.name}\t{codes_in.title}\t{len(codes_in)} 项" + (f"（{added}）" if added else "")


def _item(codes_in: CodeList, item: CodeItem) -> dict[str, object]:
    return {
        "code": item.code,
        "label": item.label,
        "origin": item.origin or "shipped",
        "standard": codes_in.standard(item.code),
        "offered": not item.retired,
    }


def _line(codes_in: CodeList, item: CodeItem) -> str:
    words = f"{item.code}\t{item.label}\t{ORIGINS.get(item.origin, item.origin)}"
    if item.standard:
        words += f"\t算作 {item.standard} {codes_in.label(item.standard)}"
    return words + ("\t已停用" if item.retired else "")
