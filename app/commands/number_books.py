"""Numbers on paper by command: the books, the year's list, 作废."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.session import Account, AsJson, Exit, PasswordFile, signed_in, spoken, tell, write_new
from app.errors import UserError
from app.models.number_books import Kind
from app.services import number_sheet
from app.services.number_books import BookLine, NumberBooks


@spoken
def listed(
    context: typer.Context, account: Account = "", password_file: PasswordFile = None, as_json: AsJson = False
) -> None:
    """Every book: holder, last number, blocks; 1 when something is wrong or waits for its number."""
    with signed_in(context, account, password_file) as office:
        books = NumberBooks(office)
        lines, troubles, waiting = books.lines(), books.troubles(), books.unnumbered()
    data = {
        "books": [_data(one) for one in lines],
        "troubles": troubles,
        "unnumbered": [{"id": one.dispute, "code": one.matter, "signed_on": one.signed_on} for one in waiting],
    }
    said = [
        f"{one.committee.name}\t{one.kind_label}\t{one.year or '不分年度'}\t{one.holder}\t{one.last or '还没有编号'}"
        f"\t{'已关闭' if one.is_closed else ''}"
        for one in lines
    ]
    said += [f"编号待编\t{one.matter}\t{one.signed_on}" for one in waiting]
    tell(data, [*said, *troubles], as_json=as_json)
    raise typer.Exit(Exit.FINDING if troubles or waiting else Exit.DONE)


def _data(one: BookLine) -> dict[str, object]:
    return {
        "committee": one.committee.name,
        "kind": str(one.kind),
        "year": one.year,
        "holder": one.holder,
        "is_here": one.is_here,
        "last": one.last,
        "used": one.used,
        "closed": one.is_closed,
        "blocks": [{"device": it.name, "first": it.first, "last": it.last, "left": it.left} for it in one.blocks],
    }


@spoken
def sheet(
    context: typer.Context,
    year: Annotated[int, typer.Argument(help="年度，例如 2026；不分年度的编号填 0", metavar="年度")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件：.pdf 或 .xlsx", metavar="文件")],
    committee: Annotated[str, typer.Option("--committee", help="调委会全称；只有一个时不用填", metavar="名称")] = "",
    kind: Annotated[Kind, typer.Option("--kind", help="agreement 协议编号，dossier 卷号")] = Kind.AGREEMENT,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """The year's list of one book."""
    makers = {".pdf": number_sheet.sheet_pdf, ".xlsx": number_sheet.sheet_xlsx}
    make = makers.get(out.suffix.lower())
    if make is None:
        raise UserError(f"不认识的文件种类：{out.name}", "文件名请以 .pdf 或 .xlsx 结尾")
    with signed_in(context, account, password_file) as office:
        lines = NumberBooks(office).lines()
        found = [one for one in lines if (one.year, one.kind) == (year, kind) and committee in ("", one.committee.name)]
        if len(found) != 1:
            names = "、".join(dict.fromkeys(one.committee.name for one in (found or lines)))
            sentence = "有几个调委会，请说明是哪一个" if found else f"没有 {year} 年度的这种编号"
            raise UserError(sentence, f"用 --committee 指定：{names}")
        made = number_sheet.sheet(office, found[0].key)
        body = make(office, found[0].key)
    write_new(out, body)
    sums = {str(state): count for state, count in made.sums.items()}
    tell({"file": out, "sums": sums, "closed": made.is_closed}, [f"{made.said}；已写到 {out}"], as_json=as_json)


@spoken
def void(
    context: typer.Context,
    number: Annotated[str, typer.Argument(help="印出的编号，写全", metavar="编号")],
    reason: Annotated[str, typer.Option("--reason", help="作废原因", metavar="文字")],
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """A number whose paper is spoiled; it is never given again."""
    with signed_in(context, account, password_file) as office:
        NumberBooks(office).void(number, reason=reason)
    tell({"number": number}, [f"{number} 已作废，以后不再使用"], as_json=as_json)
