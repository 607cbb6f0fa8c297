"""Statistics by command: the same table as on the page, as text, JSON, Excel or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.naming import definition_of
from app.commands.records import Register
from app.commands.session import Account, AsJson, PasswordFile, signed_in, spoken, tell, write_new
from app.errors import UserError
from app.models import clock, days, tallying
from app.models.register import Definition
from app.services import statistics
from app.services.office import Office
from app.services.statistics import Ask


@spoken
def count(
    context: typer.Context,
    register: Register,
    by: Annotated[str, typer.Option("--by", help="按什么统计；不填则列出可用的", metavar="栏目")] = "",
    across: Annotated[str, typer.Option("--across", help="再按什么细分", metavar="栏目")] = "",
    day: Annotated[str, typer.Option("--day", help="期间按哪个日期算；不填用列表的日期", metavar="栏目")] = "",
    first: Annotated[str, typer.Option("--from", help="从哪天起", metavar="日期")] = "",
    last: Annotated[str, typer.Option("--to", help="到哪天止", metavar="日期")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="写成 .xlsx 或 .pdf", metavar="文件")] = None,
    account: Account = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Count a register by one or two of its sides."""
    with signed_in(context, account, password_file) as office:
        definition = definition_of(office, register)
        if not by:
            sides = tallying.sides(definition)
            tell([{"name": one.name, "label": one.label} for one in sides], [one.label for one in sides],
                 as_json=as_json)  # fmt: skip
            return
        ask = Ask(
            definition.name,
            _side(definition, by),
            _side(definition, across) if across else "",
            *_period(definition, day, _day(first), _day(last)),
        )
        tally = statistics.count(office, ask)
        said = statistics.basis(office, ask, tally)
        body = _made(office, ask, out) if out is not None else None
    headings, rows = statistics.lines(tally)
    if out is not None and body is not None:
        write_new(out, body)
        tell({"file": out, "records": tally.total}, [f"已写到 {out}，共 {tally.total} 条"], as_json=as_json)
        return
    lines = ["\t".join(headings), *("\t".join(str(one) for one in row) for row in rows), said]
    tell({"headings": headings, "rows": rows, "records": tally.total, "basis": said}, lines, as_json=as_json)


def _side(definition: Definition, typed: str) -> str:
    sides = tallying.sides(definition)
    for one in sides:
        if typed.strip() in (one.name, one.label):
            return one.name
    sentence = f"“{definition.label}”不能按“{typed}”统计"
    raise UserError(sentence, "可用：" + "、".join(one.label for one in sides))


def _period(definition: Definition, typed: str, first: str, last: str) -> tuple[str, str, str]:
    if not (first or last):
        return "", "", ""
    known = tallying.days(definition)
    for one in known:
        if not typed or typed.strip() in (one.name, one.label):
            return one.name, first, last
    sentence = f"“{definition.label}”没有日期“{typed}”" if typed else f"“{definition.label}”没有可算期间的日期"
    raise UserError(sentence, "可用：" + "、".join(one.label for one in known) if known else "请不加 --from、--to")


def _day(typed: str) -> str:
    """ISO; raises ``UserError`` for what is no day."""
    return days.parse_day(typed, today=clock.today()).isoformat() if typed else ""


def _made(office: Office, ask: Ask, out: Path) -> bytes:
    if out.suffix.lower() == ".pdf":
        return statistics.pdf(office, ask)
    if out.suffix.lower() == ".xlsx":
        return statistics.xlsx(office, ask)
    sentence = f"“{out.name}”不是 .xlsx 或 .pdf"
    raise UserError(sentence, "请换一个文件名")
