"""What an import leaves in the user's hand: the report row by row, and the bad rows ready to be corrected.

Both hold the raw cells: nothing of a row that was not imported is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.worksheet import Worksheet

from app.exchange.book import Book
from app.exchange.exporting import Lists, Sheet, dress, template_layout
from app.exchange.headings import NUMBER, ROW_OF_FILE, WHY, Header
from app.exchange.plan import OnTwin, Outcome, PlannedRow, SheetPlan
from app.exchange.running import ImportReport, ReportRow
from app.exchange.sheets import Cell, column_letter, raw_text
from app.models.reading import Reader

_TWINS = {OnTwin.SKIP: "跳过", OnTwin.FILL: "只补空白栏", OnTwin.COMPARE: "跳过并列出差异"}


def report_xlsx(report: ImportReport, *, user: str) -> bytes:
    """A sheet with every row of the file (number, name, outcome, why, raw cells) and one with the sums."""
    plan = report.plan
    with Book(title=f"导入结果 {plan.workbook.path.name}") as book:
        page = book.sheet("导入结果")
        headings = _all_headings(plan.sheets)
        labels = ("工作表", "行号", "名称", "结果", "说明", *headings)
        book.head(page, 0, labels)
        for column, width in enumerate((12, 7, 14, 8, 60)):
            page.set_column(column, column, width)
        page.set_column(5, len(labels), 16)
        for number, row in enumerate(report.rows, start=1):
            _report_row(book, page, number, row)
            for heading, cell in _cells(_plan_of(plan.sheets, row.planned), row.planned):
                book.put(page, number, 5 + headings.index(heading), _writable(cell))
        page.autofilter(0, 0, max(len(report.rows), 1), len(labels) - 1)
        _sums(book, report, user)
    return book.bytes


def _report_row(book: Book, page: Worksheet, number: int, row: ReportRow) -> None:
    look = "wrong" if row.outcome is Outcome.BAD else ""
    planned = row.planned
    for column, value in enumerate((planned.sheet, planned.number, planned.name, str(row.outcome))):
        book.put(page, number, column, value, look)
    book.put(page, number, 4, "\n".join(row.sentences), "long" if row.sentences else "")


def _sums(book: Book, report: ImportReport, user: str) -> None:
    plan = report.plan
    page = book.sheet("汇总")
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 90)
    facts: list[tuple[str, str]] = [
        ("文件", plan.workbook.path.name),
        ("导入到", plan.definition.label),
        ("导入人", user),
        ("结果", report.sentence + ("（中途取消）" if report.is_cancelled else "")),
        ("遇到重复时", _TWINS[report.choices.twins]),
        ("有疑点的行", report.choices.doubts or "不导入"),
        ("导入批次", report.act_id),
    ]
    facts += [("未导入的工作表", name) for name in plan.unread_sheets]
    for column in plan.unknown_columns:
        samples = f"，例如：{'、'.join(column.samples)}" if column.samples else ""
        facts.append(("未导入的列", f"{column.sheet} {column.place}：{column.why}{samples}"))
    filled = [f"{plan.definition.field(name).label} {count:,} 行" for name, count in plan.completed.items()]
    if filled:
        facts.append(("由证件号码带出", "、".join(filled)))
    for row, (label, text) in enumerate(facts):
        book.put(page, row, 0, label, "head")
        book.put(page, row, 1, text, "note")


# -- bad rows --------------------------------------------------------------------------------------------------------


def bad_rows_xlsx(report: ImportReport, reader: Reader | None = None) -> bytes:
    """Only the bad rows, in the layout of the template with the wrong cells marked; corrected, it is imported again.

    Columns the register does not know stand behind, under their own headings. Lines come with their parent.
    """
    layout = template_layout(report.plan.definition)
    bad = [row for row in report.rows if row.outcome is Outcome.BAD]
    numbers = {
        row.planned.record_id: place for place, row in enumerate((one for one in bad if not one.planned.is_line), 1)
    }
    with Book(title=f"有误的行 {report.plan.workbook.path.name}") as book:
        lists = Lists(book, reader)
        for name, sheet in (("", layout.main), *layout.lines.items()):
            page = book.sheet(sheet.name)
            dress(book, page, sheet, lists)
            mine = [(row, plan) for row in bad for plan in _parts(report.plan.sheets, row, name)]
            extra = _extra_headings([(plan, row.planned) for row, plan in mine])
            width = len(sheet.labels)
            for column, heading in enumerate((*extra, ROW_OF_FILE, WHY), start=width):
                book.put(page, 0, column, heading, "head")
            page.set_column(width + len(extra) + 1, width + len(extra) + 1, 60)
            for number, (row, plan) in enumerate(mine, start=1):
                owner = numbers.get(row.planned.owner or row.planned.record_id, "")
                _bad_row(book, page, number, (row, plan), (sheet, extra, owner))
        lists.write()
    return book.bytes


def _parts(sheets: Sequence[SheetPlan], row: ReportRow, child: str) -> list[Header]:
    """The header by which a row belongs on the sheet of this collection (or of the records, without a name)."""
    plan = _plan_of(sheets, row.planned)
    if plan.child:
        return [plan.header] if plan.child == child else []
    if not child:
        return [] if row.planned.is_line else [plan.header]
    return [plan.lines] if plan.lines is not None and plan.beside == child else []


def _bad_row(
    book: Book, page: Worksheet, number: int, what: tuple[ReportRow, Header], where: tuple[Sheet, Sequence[str], Any]
) -> None:
    (row, header), (sheet, extra, owner) = what, where
    planned = row.planned
    wrong = {finding.label for finding in planned.findings}
    book.put(page, number, 0, owner)
    by_field = {spec.name: index for index, spec in header.fields.items()}
    for column, spec in enumerate(sheet.columns, start=len(sheet.leading)):
        index = by_field.get(spec.name)
        cell = planned.raw.cell(index) if index is not None else None
        beside = header.numbers.get(index) if index is not None else None
        if beside is not None and cell is not None:
            cell = f"{raw_text(cell)} {raw_text(planned.raw.cell(beside))}".strip()
        book.put(page, number, column, _writable(cell), "wrong" if spec.label in wrong else "")
    width = len(sheet.labels)
    unknown = {column.heading: column.index for column in header.unknown}
    for column, heading in enumerate(extra, start=width):
        if heading in unknown:
            book.put(page, number, column, _writable(planned.raw.cell(unknown[heading])))
    book.put(page, number, width + len(extra), f"{planned.sheet} {planned.number}")
    book.put(page, number, width + len(extra) + 1, "\n".join(row.sentences), "long")


def _extra_headings(rows: Sequence[tuple[Header, PlannedRow]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for header, planned in rows:
        for column in header.unknown:
            if column.heading and planned.raw.cell(column.index) is not None:
                found.setdefault(column.heading)
    return tuple(heading for heading in found if heading not in (NUMBER, ROW_OF_FILE, WHY))


# -- cells of the file -----------------------------------------------------------------------------------------------


def _plan_of(sheets: Sequence[SheetPlan], planned: PlannedRow) -> SheetPlan:
    return next(one for one in sheets if one.name == planned.sheet)


def _all_headings(sheets: Sequence[SheetPlan]) -> tuple[str, ...]:
    """The headings of all sheets in their order; columns without one by their letter."""
    found: dict[str, None] = {}
    for plan in sheets:
        width = max([len(plan.header.row.cells), *(column.index + 1 for column in plan.header.unknown)])
        for index in range(width):
            found.setdefault(_heading(plan.header, index))
    return tuple(found)


def _cells(plan: SheetPlan, planned: PlannedRow) -> list[tuple[str, Cell]]:
    return [(_heading(plan.header, index), cell) for index, cell in enumerate(planned.raw.cells) if cell is not None]


def _heading(header: Header, index: int) -> str:
    text = raw_text(header.row.cell(index)).strip()
    earlier = [raw_text(header.row.cell(at)).strip() for at in range(index)]
    if not text:
        return f"{column_letter(index)} 列"
    return f"{text}（{column_letter(index)} 列）" if text in earlier else text


def _writable(cell: Cell) -> object:
    """A raw cell so that it is read back as it was."""
    if isinstance(cell, float) and not (cell.is_integer() and abs(cell) < 10**15):
        return cell
    return cell if isinstance(cell, (bool, str)) or cell is None else raw_text(cell)
