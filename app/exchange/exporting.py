"""Tables out: the template of a register, its records, and bad rows to be corrected, all in one layout.

What is exported here is read back by :mod:`app.exchange.importing` without change. Nothing is written to a disk or a
store; who may export, and that somebody did, is the services' matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from app.errors import UserError
from app.exchange.book import Book
from app.exchange.fields import exportable, importable, importable_children, naming_fields
from app.exchange.headings import EXAMPLE, NUMBER, OWNER
from app.models import clock
from app.models.kinds import CodeKind, Unreadable, show_value
from app.models.reading import MISSING, Reader
from app.models.register import Column, Definition, FieldSpec, Record
from app.models.registry import Registry

ROW_LIMIT: Final = 200_000
_LIST_LIMIT: Final = 500
_FILL_ROWS: Final = 5_000
"""Rows of a template that carry formats and drop-down lists."""

_SHORT_REGISTERS: Final = frozenset({"place", "committee"})
_WIDTHS: Final[Mapping[str, int]] = {
    "id_number": 21, "phone": 15, "day": 12, "moment": 17, "address": 28, "long_text": 40, "credit_code": 21,
    "person_name": 12, "number_text": 16, "flag": 7, "money": 13, "count": 8, "code": 12, "codes": 18, "ref": 16,
    "area": 9,
}  # fmt: skip
_FORMAT_WORDS: Final[Mapping[str, str]] = {
    "day": "日期，写成 2024-03-15、2024年3月15日 或 20240315 都可以",
    "moment": "日期和时间，例如 2026-03-15 14:30",
    "id_number": "本列已设为文本格式，号码不会被改成科学计数",
    "phone": "只填一个号码，手机或“区号-号码”",
    "flag": "填“是”或“否”",
    "money": "单位为元，只写数字",
    "area": "单位为平方米，只写数字",
    "count": "只写整数",
    "code": "从下拉框选择",
    "codes": "可填几项，用顿号隔开",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: the register or one of its collections of lines, and the columns it shows."""

    name: str
    definition: Definition
    columns: tuple[FieldSpec | Column, ...]
    leading: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The header row."""
        return (*self.leading, *(column.label for column in self.columns))


@dataclass(frozen=True, slots=True)
class Layout:
    """All tables of a register: the records first, then a sheet for each collection of lines."""

    main: Sheet
    lines: Mapping[str, Sheet] = field(default_factory=dict)


def template_layout(definition: Definition) -> Layout:
    """The columns a person fills in."""
    lines = {
        child.name: Sheet(child.label, child.line.definition, importable(child.line.definition), _owner(definition))
        for child in importable_children(definition)
    }
    return Layout(Sheet(definition.label, definition, importable(definition), (NUMBER,)), lines)


def export_layout(definition: Definition) -> Layout:
    """Every field, then the computed columns."""
    lines = {
        child.name: Sheet(child.label, child.line.definition, exportable(child.line.definition), _owner(definition))
        for child in definition.children
    }
    columns: tuple[FieldSpec | Column, ...] = (*definition.fields, *definition.computed)
    return Layout(Sheet(definition.label, definition, columns, (NUMBER,)), lines)


def _owner(definition: Definition) -> tuple[str, ...]:
    """A line says to whom it belongs: by the number in the file, and by name for the reader's sake."""
    named = naming_fields(definition)
    return (OWNER, f"所属{named[0].label}") if named else (OWNER,)


# -- templates -------------------------------------------------------------------------------------------------------


def template(registry: Registry, definition: Definition, reader: Reader | None = None) -> bytes:
    """An empty table to fill in: lists, formats, hints, one example row, and a sheet that explains.

    With a ``reader`` the short registers (places, committees) are offered in lists too.
    """
    layout = template_layout(definition)
    with Book(title=f"{definition.label}导入模板") as book:
        lists = Lists(book, reader)
        for sheet in (layout.main, *layout.lines.values()):
            page = book.sheet(sheet.name)
            dress(book, page, sheet, lists)
            _example(book, page, sheet, registry)
        _explain(book, layout, registry)
        lists.write()
    return book.bytes


class Lists:
    """Values offered in drop-down lists, gathered on one hidden sheet."""

    def __init__(self, book: Book, reader: Reader | None) -> None:
        self._book = book
        self._reader = reader
        self._columns: list[tuple[str, tuple[str, ...]]] = []

    def source(self, spec: FieldSpec) -> str:
        """The range of a field's list; empty when it has none."""
        values = self._values(spec)
        if not values:
            return ""
        entry = (spec.label, values)
        if entry not in self._columns:
            self._columns.append(entry)
        letter = xl_col_to_name(self._columns.index(entry))
        return f"='选项'!${letter}$2:${letter}${len(values) + 1}"

    def _values(self, spec: FieldSpec) -> tuple[str, ...]:
        kind = spec.kind
        if isinstance(kind, CodeKind) and kind.name == "code":
            return tuple(dict.fromkeys(item.short_label for item in kind.codes.offered))
        if kind.name == "flag":
            return ("是", "否")
        if spec.target in _SHORT_REGISTERS and self._reader is not None:
            titles = [title for _, title in self._reader.choices(str(spec.target), limit=_LIST_LIMIT)]
            return tuple(dict.fromkeys(titles))
        return ()

    def write(self) -> None:
        """The hidden sheet; after the visible ones, so that it opens last."""
        if not self._columns:
            return
        page = self._book.sheet("选项", is_hidden=True)
        for column, (label, values) in enumerate(self._columns):
            for row, text in enumerate((label, *values)):
                self._book.put(page, row, column, text)


def dress(book: Book, page: Worksheet, sheet: Sheet, lists: Lists | None) -> None:
    """Headers, widths, formats, hints and lists of a sheet to be filled in."""
    needed = [False] * len(sheet.leading) + [isinstance(one, FieldSpec) and one.required for one in sheet.columns]
    labels = [f"{label}*" if is_needed else label for label, is_needed in zip(sheet.labels, needed, strict=True)]
    book.head(page, 0, labels, needed=needed)
    page.set_column(0, len(sheet.leading) - 1, 10, book.look("plain"))
    for column, spec in enumerate(sheet.columns, start=len(sheet.leading)):
        _dress_column(book, page, column, spec)
        if isinstance(spec, FieldSpec) and lists is not None:
            hint = _hint(spec)
            if hint:
                page.write_comment(0, column, hint, {"author": "", "x_scale": 1.6, "font_size": 9})
            source = lists.source(spec)
            if source:
                page.data_validation(1, column, _FILL_ROWS, column, _choice(spec, source))
    page.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(len(labels))}{_FILL_ROWS}"})


def _dress_column(book: Book, page: Worksheet, column: int, spec: FieldSpec | Column) -> None:
    kind = spec.kind.name if isinstance(spec, FieldSpec) else "text"
    look = {"day": "day", "moment": "moment", "money": "money", "area": "money", "count": "number"}.get(kind, "plain")
    width = max(_WIDTHS.get(kind, 16), min(spec.width, 40) * 1.4, len(spec.label) * 2 + 3)
    page.set_column(column, column, width, book.look(look))


def _choice(spec: FieldSpec, source: str) -> dict[str, Any]:
    """A list that helps and does not refuse: aliases and codes are understood by the import."""
    return {
        "validate": "list",
        "source": source,
        "ignore_blank": True,
        "error_type": "warning",
        "error_title": spec.label[:30],
        "error_message": "不在下拉框里。确定要这样写吗？",
    }


def _hint(spec: FieldSpec) -> str:
    needed = "必填。" if spec.required else ""
    words = [part for part in (spec.hint, _FORMAT_WORDS.get(spec.kind.name, "")) if part]
    if spec.target and spec.target not in _SHORT_REGISTERS:
        words.append("写登记里的姓名或名称；有重名的，在后面加上证件号码")
    return needed + "；".join(words)


def _example(book: Book, page: Worksheet, sheet: Sheet, registry: Registry) -> None:
    """The greyed row that shows how to fill in; the word in the number column keeps it out of an import."""
    book.put(page, 1, 0, EXAMPLE, "example")
    for column in range(1, len(sheet.leading)):
        book.put(page, 1, column, "", "example")
    for column, spec in enumerate(sheet.columns, start=len(sheet.leading)):
        book.put(page, 1, column, example_text(spec, registry) if isinstance(spec, FieldSpec) else "", "example")


def example_text(spec: FieldSpec, registry: Registry) -> str:
    """What might stand in a cell of this field."""
    if isinstance(spec.kind, CodeKind):
        codes = [item.short_label for item in spec.kind.codes.offered]
        return codes[0] if codes else ""
    if spec.target:
        first = registry.get(spec.target).fields[0].kind
        return "××村" if spec.target == "place" else first.example
    return spec.kind.example


def _explain(book: Book, layout: Layout, registry: Registry) -> None:
    page = book.sheet("填写说明")
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 8)
    page.set_column(2, 2, 70)
    book.put(page, 0, 0, f"{layout.main.definition.label}导入表填写说明", "title")
    lines = [
        "第一行是列名，请不要改动；列的先后可以调整，不需要的列可以删掉。",
        "灰色的“示例”行不会导入，可以保留。带 * 的列必填。",
        "日期、民族、性别等按习惯写即可，导入前会逐格核对，有问题的会指出行、列和原因。",
    ]
    if layout.lines:
        names = "、".join(sheet.name for sheet in layout.lines.values())
        lines.append(f"{names}填在各自的工作表里，用“{OWNER}”写上主表的“{NUMBER}”。")
    for row, line in enumerate(lines, start=1):
        page.merge_range(row, 0, row, 2, line, book.look("note"))
    row = len(lines) + 2
    for sheet in (layout.main, *layout.lines.values()):
        book.put(page, row, 0, sheet.name, "title")
        row += 1
        for column, label in enumerate(("列名", "必填", "说明")):
            book.put(page, row, column, label, "head")
        for spec in sheet.columns:
            row += 1
            if isinstance(spec, FieldSpec):
                book.put(page, row, 0, spec.label)
                book.put(page, row, 1, "是" if spec.required else "")
                book.put(page, row, 2, _explained(spec, registry), "note")
        row += 2


def _explained(spec: FieldSpec, registry: Registry) -> str:
    said = _hint(spec).removeprefix("必填。")
    example = example_text(spec, registry)
    return "；".join(part for part in (said, f"例如：{example}" if example else "") if part)


# -- records ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who exports and when: the footer of every exported table."""

    user: str
    at: datetime


def export(
    reader: Reader, definition: Definition, ids: Sequence[str], *, stamp: Stamp, is_masked: bool = False
) -> bytes:
    """The records with these ids, lines on sheets of their own; references by title, codes by label.

    Full numbers unless ``is_masked``. Raises ``UserError`` for more records than a sheet should hold.
    """
    if len(ids) > ROW_LIMIT:
        raise UserError(f"一次最多导出 {ROW_LIMIT:,} 条，现在是 {len(ids):,} 条", "请先用筛选缩小范围，例如按村导出")
    layout = export_layout(definition)
    with Book(title=definition.label, made_at=stamp.at) as book:
        writer = _Writer(book, reader, layout, is_masked=is_masked)
        for start in range(0, len(ids), 500):
            found = (reader.get(definition.name, record_id) for record_id in ids[start : start + 500])
            writer.add([record for record in found if record is not None])
        writer.finish(stamp)
    return book.bytes


class _Writer:
    """Puts records below the headers, a part at a time."""

    def __init__(self, book: Book, reader: Reader, layout: Layout, *, is_masked: bool) -> None:
        self._book = book
        self._reader = reader
        self._layout = layout
        self._is_masked = is_masked
        self._pages: dict[str, Worksheet] = {}
        self._next: dict[str, int] = {}
        self._titles: dict[str, dict[str, str]] = {}
        for sheet in (layout.main, *layout.lines.values()):
            page = book.sheet(sheet.name)
            dress(book, page, sheet, None)
            self._pages[sheet.definition.name] = page
            self._next[sheet.definition.name] = 1
        self._count = 0

    def add(self, records: Sequence[Record]) -> None:
        """A row per record, and per line on its sheet."""
        self._learn_titles(records)
        named = naming_fields(self._layout.main.definition)
        for record in records:
            self._count += 1
            self._row(self._layout.main, record, (self._count,))
            owner = (self._count, *(self._shown(spec, record) for spec in named[:1]))
            for name, sheet in self._layout.lines.items():
                for line in getattr(record, name):
                    self._row(sheet, line, owner)

    def finish(self, stamp: Stamp) -> None:
        """Filters, and the line that says who took this out."""
        sheet = self._layout.main
        page, row = self._pages[sheet.definition.name], self._next[sheet.definition.name]
        page.autofilter(0, 0, max(row - 1, 1), len(sheet.labels) - 1)
        at = stamp.at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
        care = "证件号码和电话已打码" if self._is_masked else "内有完整的个人信息，请妥善保管，用完删除"
        said = f"导出人：{stamp.user}　导出时间：{at}　共 {self._count:,} 条　{care}"
        page.write_string(row + 1, 0, said, self._book.look("footer"))
        page.set_footer(f"&L{said}&R第 &P 页")
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)

    def _row(self, sheet: Sheet, record: Record, leading: Sequence[object]) -> None:
        page, row = self._pages[sheet.definition.name], self._next[sheet.definition.name]
        self._next[sheet.definition.name] = row + 1
        for column, value in enumerate(leading):
            self._book.put(page, row, column, value)
        for column, spec in enumerate(sheet.columns, start=len(leading)):
            self._book.put(page, row, column, self._shown(spec, record))

    def _shown(self, spec: FieldSpec | Column, record: Record) -> object:
        if isinstance(spec, Column):
            return spec.python(record, self._reader)
        value = getattr(record, spec.name)
        if spec.target is not None and isinstance(value, str):
            return self._titles.get(spec.target, {}).get(value, MISSING)
        is_plain = isinstance(value, (date, datetime, Decimal, int)) and not isinstance(value, (bool, Unreadable))
        if value is None or (is_plain and not spec.masked):
            return value
        return show_value(spec.kind, value, masked=self._is_masked and spec.masked)

    def _learn_titles(self, records: Iterable[Record]) -> None:
        """Titles of everything the records refer to, one question per register."""
        wanted: dict[str, set[str]] = {}
        for record in records:
            lines = (line for name in self._layout.lines for line in getattr(record, name))
            for part in (record, *lines):
                for spec in part.definition.fields:
                    value = getattr(part, spec.name)
                    if spec.target is not None and isinstance(value, str):
                        wanted.setdefault(spec.target, set()).add(value)
        for register, ids in wanted.items():
            known = self._titles.setdefault(register, {})
            known |= self._reader.titles(register, ids - known.keys())
