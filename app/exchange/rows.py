"""Rows of a sheet as values of a register: which rows are data, and what each of their cells says.

Nothing here builds a record or looks for twins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from app.errors import Level
from app.exchange.cells import Reading, Words, is_same_as_above, read_cell
from app.exchange.fields import may_be_none
from app.exchange.headings import EXAMPLE, NUMBER, OWNER, Header
from app.exchange.plan import RowFinding
from app.exchange.references import References
from app.exchange.sheets import Cell, RawRow, RawSheet, raw_text
from app.models.register import Definition, FieldSpec
from app.sync.canonical import Wire

_SUMS = ("合计", "小计", "总计", "共计")
_FOOTERS = ("填表", "制表", "审核", "填报", "负责人", "备注", "注:", "注：", "说明", "导出人")


_REPEATING = frozenset({"code", "codes", "flag"})


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the user decided about a file before planning again.

    ``columns``: heading → field name, or None to leave it out. ``words``: (field, text) → wire value or None.
    ``everywhere``: field → wire value for rows that say nothing of it (the village of a village's ledger).
    """

    columns: Mapping[str, str | None] = dataclass_field(default_factory=dict)
    words: Words = dataclass_field(default_factory=dict)
    everywhere: Mapping[str, Wire] = dataclass_field(default_factory=dict)


@dataclass(slots=True)
class RowValues:
    """What a row says: values by field, complaints, and whether a cell that cannot be left out is unreadable."""

    values: dict[str, Any]
    findings: list[RowFinding]
    is_bad: bool = False


@dataclass(slots=True)
class RowReader:
    """Reads rows with one set of decisions; counts the words nobody knows."""

    decisions: Decisions
    references: References
    unknown_words: Counter[tuple[str, str, str]] = dataclass_field(default_factory=Counter)
    _read: dict[tuple[object, ...], Reading] = dataclass_field(default_factory=dict)

    def read(
        self, definition: Definition, header: Header, row: RawRow, *, previous: RawRow | None, sheet: str
    ) -> RowValues:
        """Every cell of the row through its kind. Never raises."""
        read = RowValues(dict.fromkeys(may_be_none(definition.cls)), [])
        for index, spec in header.fields.items():
            cell = self._cell(header, row, index)
            if cell is None:
                continue
            # What stands above is asked for by 同上 alone: seldom, and every cell passes here.
            above = self._cell(header, previous, index) if previous and is_same_as_above(cell) else None
            found = self._reading(spec, cell, above)
            if found.problem is None and not found.remark:  # most of them
                if found.value is not None:
                    read.values[spec.name] = found.value
            else:
                self._complain(read, definition, spec, cell, found=found, place=(sheet, row.number))
        for name, wire in self.decisions.everywhere.items():
            known = definition.by_name.get(name)
            if known is not None and read.values.get(name) is None:
                read.values[name] = known.kind.from_wire(wire)
        return read

    @staticmethod
    def _cell(header: Header, row: RawRow, index: int) -> Cell:
        """A cell; a name with its number beside it is read as both, so that one of several 张三 is meant."""
        helper = header.numbers.get(index) if header.numbers else None
        if helper is None:
            return row.cell(index)
        number = raw_text(row.cell(helper)).strip()
        return f"{raw_text(row.cell(index)).strip()} {number}" if number else row.cell(index)

    def _complain(
        self,
        read: RowValues,
        definition: Definition,
        spec: FieldSpec,
        cell: Cell,
        *,
        found: Reading,
        place: tuple[str, int],
    ) -> None:
        raw = raw_text(cell)
        if found.problem:
            read.is_bad = read.is_bad or spec.required
            sentence, next_step = found.problem.sentence, found.problem.next_step
            is_cell = not spec.required
            read.findings.append(RowFinding(*place, spec.label, raw, sentence, next_step, is_cell=is_cell))
            if found.problem.is_word:
                self.unknown_words[definition.name, spec.name, raw.strip()] += 1
        elif found.remark:
            level = Level.DOUBT if found.value is not None else Level.HINT
            read.findings.append(RowFinding(*place, spec.label, raw, found.remark, level=level))
        if found.value is not None:
            read.values[spec.name] = found.value

    def _reading(self, spec: FieldSpec, cell: Cell, above: Cell) -> Reading:
        """The reading of a cell; words that come again in row after row are read once."""
        if spec.kind.name not in _REPEATING:
            return read_cell(spec, cell, above=above, words=self.decisions.words, references=self.references)
        key = (spec.name, spec.target, type(cell), cell)
        found = self._read.get(key)
        if found is None:
            found = read_cell(spec, cell, above=above, words=self.decisions.words, references=self.references)
            if not found.is_by_above:
                self._read[key] = found
        return found


def data_rows(sheet: RawSheet, header: Header, lines: Header | None = None) -> Iterator[RawRow]:
    """Rows below the header that are meant as entries; headers printed again and the template's example are not.

    ``lines`` is the header of lines that stand in the same rows.
    """
    number = header.ours.get(NUMBER, header.ours.get(OWNER))
    telling = {*header.fields, *(column.index for column in header.unknown), *(lines.fields if lines else ())}
    for row in sheet.rows:
        if row.number <= header.row.number or header.repeats(row):
            continue
        if number is not None and raw_text(row.cell(number)).strip() == EXAMPLE:
            continue
        # A running number printed beforehand is no entry; a remark in any column is.
        own = raw_text(row.cell(number)).strip() if number is not None else ""
        if any(row.cell(index) is not None for index in telling) or (own and not own.isdigit()):
            yield row


def footer(header: Header, row: RawRow) -> str:
    """Why a row is no entry: sums and signatures under a table; empty for an entry."""
    first = next((raw_text(cell).strip() for cell in row.cells if cell is not None), "")
    needed = [index for index, spec in header.fields.items() if spec.required]
    lacks = not needed or any(_lacks(row, index, first) for index in needed)
    if first.startswith(_SUMS) or (lacks and first.startswith(_FOOTERS)):
        return f"不是登记行（{first[:20]}）"
    return ""


def row_name(definition: Definition, header: Header, row: RawRow) -> str:
    """What a row is called in preview and report: its first named field, as written."""
    columns: dict[str, list[int]] = {}
    for index, spec in header.fields.items():
        columns.setdefault(spec.name, []).append(index)
    ordered = (index for spec in definition.fields for index in columns.get(spec.name, ()))
    return next((raw_text(row.cell(index)).strip() for index in ordered if row.cell(index) is not None), "")[:40]


def _lacks(row: RawRow, index: int, first: str) -> bool:
    text = raw_text(row.cell(index)).strip()
    return not text or text == first
