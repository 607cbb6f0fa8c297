"""Statistics for the signed-in user: a table of numbers on the screen, as Excel or on paper; it shows no record."""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.list_print import Column, ListPaper, render_list
from app.exchange.tables import table_xlsx
from app.models import clock, days, tallying
from app.models.policy import Act
from app.models.tallying import Ask, By, Side, Tally
from app.services.office import Office
from app.sync.streams import CHOOSABLE

TOTAL = "合计"

__all__ = ["Ask", "Side", "Tally", "basis", "count", "countable", "lines", "pdf", "xlsx"]


def countable(office: Office) -> list[str]:
    """Registers this account may count: what the township records, not how the office is set up."""
    return [one.name for one in office.registry if one.stream in CHOOSABLE and office.may(Act.READ, one.name)]


def count(office: Office, ask: Ask) -> Tally:
    """The numbers, now. Raises ``NotAllowedError``."""
    office.require(Act.READ, ask.register)
    return tallying.tally(office.registry, office.store.conn, ask, today=clock.today())


def lines(tally: Tally) -> tuple[list[str], list[list[str | int]]]:
    """Headings and lines as people read them, sums last; without a second side one column of numbers."""
    if tally.across is None:
        headings = [tally.by.label, "数量"]
        body: list[list[str | int]] = [[row, tally.row_sum(row)] for row in tally.rows]
        return headings, [*body, [TOTAL, tally.total]]
    headings = [f"{tally.by.label} ＼ {tally.across.label}", *tally.columns, TOTAL]
    body = [[row, *(tally.at(row, one) for one in tally.columns), tally.row_sum(row)] for row in tally.rows]
    return headings, [*body, [TOTAL, *(tally.column_sum(one) for one in tally.columns), tally.total]]


def basis(office: Office, ask: Ask, tally: Tally) -> str:
    """What was counted, in a line: period, day of the count, how local words and ages were taken."""
    definition = office.registry.get(ask.register)
    said = []
    if ask.day and (ask.first or ask.last):
        said.append(f"{definition.field(ask.day).label} {ask.first or '最早'} 至 {ask.last or '最近'}")
    said.append(f"{days.show_day_long(clock.today())}统计")
    used = {side.by for side in (tally.by, tally.across) if side is not None}
    if By.AGE in used:
        said.append("年龄按统计当日周岁")
    if By.CODE in used:
        said.append("县、镇自加的代码计入对应的标准代码")
    return "；".join(said)


def xlsx(office: Office, ask: Ask) -> bytes:
    """The table as a workbook; the export is journalled. Raises ``NotAllowedError``."""
    office.require(Act.EXPORT, ask.register)
    tally = count(office, ask)
    headings, body = lines(tally)
    made = table_xlsx(
        _title(office, ask, tally),
        [(word, 28 if place == 0 else 13) for place, word in enumerate(headings)],
        body,
        notes=(office.township_name, basis(office, ask, tally), f"操作人：{office.user.name}"),
    )
    _journal(office, "export_statistics", ask)
    return made


def pdf(office: Office, ask: Ask) -> bytes:
    """The table on paper, A4 on its side; the printing is journalled. Raises ``NotAllowedError``."""
    office.require(Act.PRINT, ask.register)
    tally = count(office, ask)
    headings, body = lines(tally)
    made = render_list(
        ListPaper(
            title=_title(office, ask, tally),
            columns=tuple(
                Column(word, 10.0 if place == 0 else 5.0, 0.0 if place == 0 else 1.0)
                for place, word in enumerate(headings)
            ),
            rows=_texts(body),
            printed_on=days.show_day_long(clock.today()),
            operator=office.user.name,
            organisation=office.township_name,
            basis=basis(office, ask, tally),
            count=tally.total,
        )
    )
    _journal(office, "print_statistics", ask)
    return made


def _title(office: Office, ask: Ask, tally: Tally) -> str:
    sides = "、".join(side.label for side in (tally.by, tally.across) if side is not None)
    practice = "（练习，内容是编的）" if office.is_practice else ""
    return f"{office.registry.get(ask.register).label}统计：按{sides}{practice}"


def _texts(body: Sequence[Sequence[str | int]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(one if isinstance(one, str) else f"{one:,}" for one in line) for line in body)


def _journal(office: Office, what: str, ask: Ask) -> None:
    detail = {"by": ask.by, "across": ask.across}
    office.store.write(
        office.user.id,
        lambda unit: unit.record_access(what, register=ask.register, record_id=ask.register, detail=detail),
    )
