"""年终编号清单: every number of a book's year with what became of it, as PDF and as a workbook. No names of parties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.documents.list_print import Column, ListPaper, render_list
from app.errors import UserError
from app.exchange.tables import table_xlsx
from app.models import clock, days, number_reading
from app.models.codes import code_list
from app.models.number_books import Book, Key, Kind, Number, State, What
from app.models.policy import Act
from app.models.registers import Committee, Dispute
from app.services import numbers
from app.services.office import Office

TITLE = "文书编号年终清单"
_ORDER = (State.USED, State.VOID, State.UNUSED, State.UNKNOWN, State.HELD, State.NO_TRACE)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One number, or a run of numbers with one fate."""

    text: str
    count: int
    state: State
    matter: str
    signed_on: str
    other: str
    note: str

    @property
    def cells(self) -> tuple[str, ...]:
        """As they stand in the list."""
        return (self.text, str(self.count), self.state, self.matter, self.signed_on, self.other, self.note)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A year's list. ``sums`` counts the numbers by what became of them; together they are all up to the highest."""

    committee: str
    kind: Kind
    year: int
    rows: tuple[SheetRow, ...]
    sums: dict[State, int]
    is_closed: bool

    @property
    def title(self) -> str:
        """What it is called."""
        return f"{TITLE}（{f'{self.year} 年度' if self.year else '不分年度'}）"

    @property
    def columns(self) -> tuple[tuple[str, int], ...]:
        """Labels and widths in characters."""
        other = "卷号" if self.kind is Kind.AGREEMENT else "协议编号"
        label = code_list("number_kind").label(self.kind)
        return ((label, 26), ("个数", 6), ("情况", 8), ("事项码", 22), ("签订日期", 12), (other, 24), ("说明", 36))

    @property
    def said(self) -> str:
        """The sums in words."""
        counted = "　".join(f"{state} {self.sums[state]}" for state in _ORDER if self.sums.get(state))
        return f"{counted or '没有编过号'}{'　年度已关闭' if self.is_closed else ''}"


def sheet(office: Office, key: Key) -> Sheet:
    """The list of one book. Raises ``UserError`` when its committee is not here."""
    office.require(Act.READ, "number_entry")
    committee = office.reader.get("committee", key[0])
    if not isinstance(committee, Committee):
        sentence = "本机没有这个调委会"
        raise UserError(sentence, "请先同步")
    book = number_reading.ledger(office.store.conn).book(key)
    found = book.numbers()
    sums = {state: sum(one.state is state for one in found) for state in _ORDER}
    rows = tuple(_rows(office, committee, book, found))
    return Sheet(committee.name, Kind(key[1]), key[2], rows, sums, book.closed is not None)


def sheet_pdf(office: Office, key: Key) -> bytes:
    """The list on paper; the printing is journalled."""
    office.require(Act.PRINT, "dispute")
    made = sheet(office, key)
    weights = (2.6, 0.6, 0.9, 1.9, 1.4, 2.3, 3.0)
    columns = tuple(
        Column(label, weight, 0.5 if label in ("个数", "情况") else 0.0)
        for (label, _), weight in zip(made.columns, weights, strict=True)
    )
    body = render_list(
        ListPaper(
            title=made.title + ("（练习，内容是编的）" if office.is_practice else ""),
            columns=columns,
            rows=tuple(row.cells for row in made.rows),
            printed_on=days.show_day_long(clock.today()),
            operator=office.user.name,
            organisation=made.committee,
            basis=made.said,
        )
    )
    office.store.write(
        office.user.id,
        lambda unit: unit.record_access(
            "print_list", register="number_entry", record_id=key[0], detail={"year": key[2]}
        ),
    )
    return body


def sheet_xlsx(office: Office, key: Key) -> bytes:
    """The same list as a workbook; the export is journalled."""
    office.require(Act.EXPORT, "dispute")
    made = sheet(office, key)
    rows = [(row.text, row.count, *row.cells[2:]) for row in made.rows]
    notes = [made.committee, made.said, f"制表：{days.show_day_long(clock.today())}　{office.user.name}"]
    body = table_xlsx(made.title, made.columns, rows, notes=notes)
    office.store.write(
        office.user.id,
        lambda unit: unit.record_access("export", register="number_entry", record_id=key[0], detail={"year": key[2]}),
    )
    return body


def _rows(office: Office, committee: Committee, book: Book, found: list[Number]) -> Iterator[SheetRow]:
    """Used and void numbers one by one; runs that were passed over in one line."""
    pattern = numbers.pattern(committee, Kind(book.key[1]))

    def fate(one: Number) -> object:
        alone = one.state in (State.USED, State.VOID)
        return one.number if alone else (one.state, one.entry.id if one.entry else "")

    for _, run in groupby(found, key=fate):
        held = list(run)
        first, last = held[0], held[-1]
        numbered = str(first.number) if first is last else f"{first.number}—{last.number}"
        text = pattern.filled(book.key[2], first.number) if first is last else pattern.shown(book.key[2], numbered)
        dispute = _dispute(office, first)
        yield SheetRow(
            text=first.use.text if first.use else text,
            count=len(held),
            state=first.state,
            matter=(first.use.matter if first.use else "") or (first.entry.matter if first.entry else ""),
            signed_on=_day(first.use.signed_on) if first.use else "",
            other=_other(dispute, book.key[1]),
            note=_note(first),
        )


def _dispute(office: Office, one: Number) -> Dispute | None:
    if one.use is None or not one.use.dispute or one.state is State.VOID or not office.may(Act.READ, "dispute"):
        return None
    found = office.reader.get("dispute", one.use.dispute)
    return found if isinstance(found, Dispute) else None


def _other(dispute: Dispute | None, kind: str) -> str:
    if dispute is None:
        return ""
    if kind == Kind.AGREEMENT:
        return dispute.dossier_number or ""
    return "、".join(one.number for one in dispute.agreements if one.number)


def _note(one: Number) -> str:
    entry = one.entry
    if one.state is State.NO_TRACE:
        return "没有记录，请查明"
    if entry is None:
        return "" if one.use and one.use.is_current else "用它的纠纷已删除或换号"
    if one.state is State.HELD:
        return f"在{entry.device_name}的号段里，还没有用"
    by = "，".join(part for part in (entry.entered_by, _day(entry.entered_on)) if part)
    if entry.what == What.GIVEN:
        return "" if one.use and one.use.is_current else f"{by}编出；本机没有用它的文书"
    return f"{entry.reason}（{by}）" if by else entry.reason


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
