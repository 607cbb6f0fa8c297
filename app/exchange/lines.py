"""Lines of a parent in tables: on a sheet of their own, or one per row beside the parent repeated in every row.

A line that belongs to nobody, or to one of two, is never hung somewhere by guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import Level
from app.exchange.fields import importable_children, naming_fields, owner_words
from app.exchange.headings import NUMBER, OURS, OWNER, Header, beside_main, find_header, folded
from app.exchange.plan import PlannedRow, RowFinding, SheetPlan, planned_id
from app.exchange.references import folded as folded_text
from app.exchange.rows import RowReader, RowValues, data_rows, footer, row_name
from app.exchange.sheets import RawRow, RawSheet, raw_text
from app.exchange.twins import sameness_of
from app.models.register import ChildSpec, Definition


@dataclass(slots=True)
class LineDraft:
    """A line read but not yet hung under its parent. ``planned`` is the row it stands in."""

    planned: PlannedRow
    child: ChildSpec
    header: Header
    read: RowValues
    line_id: str

    @property
    def values(self) -> dict[str, Any]:
        """What the parent's class makes a line of."""
        return self.read.values | {"id": self.line_id}


@dataclass(slots=True)
class Lines:
    """All lines of a file by the parent they name."""

    definition: Definition
    reader: RowReader
    act_id: str
    doubled: frozenset[str] = frozenset()
    _waiting: dict[str, list[LineDraft]] = field(default_factory=dict)

    def read_sheet(self, sheet: RawSheet, number: int, plan: SheetPlan) -> Iterator[PlannedRow]:
        """Read a sheet of lines; each row waits for its parent."""
        child = self.definition.child(plan.child)
        previous: RawRow | None = None
        for row in data_rows(sheet, plan.header):
            line_id = planned_id(self.act_id, number, row.number, child.name)
            planned = PlannedRow(sheet.name, row, line_id, is_line=True)
            draft = self._draft(planned, child, plan.header, previous)
            self._waiting.setdefault(_owner_key(plan.header, row), []).append(draft)
            previous = row
            yield planned

    def beside(self, planned: PlannedRow, number: int, plan: SheetPlan, previous: RawRow | None) -> LineDraft:
        """The line that stands in the same row as its parent."""
        child = self.definition.child(plan.beside)
        assert plan.lines is not None  # noqa: S101 - a sheet with lines beside has their header
        draft = self._draft(planned, child, plan.lines, previous)
        draft.line_id = planned_id(self.act_id, number, planned.number, child.name)
        return draft

    def take(self, header: Header, row: RawRow, values: Mapping[str, Any]) -> list[LineDraft]:
        """The lines of this parent, by its running number in the file or by what names it."""
        if not self._waiting:
            return []
        keys: list[str] = []
        index = header.ours.get(NUMBER)
        if index is not None:
            keys.append(f"#{raw_text(row.cell(index)).strip()}")
        for spec in naming_fields(self.definition):
            value = values.get(spec.name)
            if isinstance(value, str):
                keys.append(folded_text(value))
        found: list[LineDraft] = []
        for one in keys:
            if one not in self.doubled:
                found += self._waiting.pop(one, [])
        return found

    def count_numbers(self, sheets: Iterable[tuple[SheetPlan, RawSheet]]) -> None:
        """Running numbers that stand twice in the main sheets name nobody."""
        counts: Counter[str] = Counter()
        for plan, sheet in sheets:
            index = plan.header.ours.get(NUMBER)
            if index is not None and self._waiting:
                counts.update(raw_text(row.cell(index)).strip() for row in sheet.rows)
        self.doubled = frozenset(f"#{number}" for number, count in counts.items() if count > 1)

    def complain_of_orphans(self) -> None:
        """Lines whose parent never came."""
        for key, drafts in self._waiting.items():
            said = key.lstrip("#")
            sentence = f"找不到它所属的{self.definition.label}"
            if key in self.doubled:
                sentence = f"序号 {said} 在主表里出现了不止一次，分不清属于哪一条"
            elif not key:
                sentence = f"没有写明属于哪一条{self.definition.label}"
            for draft in drafts:
                row = draft.planned
                next_step = f"请在“{OWNER}”一列写上主表的序号"
                row.findings = (*row.findings, RowFinding(row.sheet, row.number, OWNER, said, sentence, next_step))

    def _draft(self, planned: PlannedRow, child: ChildSpec, header: Header, previous: RawRow | None) -> LineDraft:
        definition = child.line.definition
        read = self.reader.read(definition, header, planned.raw, previous=previous, sheet=planned.sheet)
        planned.findings = (*planned.findings, *read.findings)
        planned.name = planned.name or row_name(definition, header, planned.raw)
        return LineDraft(planned, child, header, read, planned.record_id)


def line_sheet(definition: Definition, sheet: RawSheet, columns: Mapping[str, str | None]) -> SheetPlan | None:
    """The plan of a sheet that holds lines of this register; None for any other sheet."""
    own = OURS | {folded(word) for word in owner_words(definition)}
    found: list[tuple[bool, int, SheetPlan]] = []
    for child in importable_children(definition):
        header = find_header(sheet, child.line.definition, columns, own=own)
        if header is None or not header.ours.keys() - {NUMBER}:
            continue
        if child.label in sheet.name or OWNER in header.ours:
            found.append((child.label in sheet.name, len(header.fields), SheetPlan(sheet.name, header, child.name)))
    # A sheet named after the collection, else the one with most columns in common.
    return max(found, key=lambda one: one[:2])[2] if found else None


def with_lines_beside(definition: Definition, plan: SheetPlan) -> SheetPlan:
    """The plan of a main sheet that repeats the parent in every row of a line (a ledger of people by household)."""
    strong = [name for name in sameness_of(definition).strong if not name.endswith("?")]
    mapped = {spec.name for spec in plan.header.fields.values()}
    if not strong or not mapped.issuperset(strong):
        return plan
    for child in importable_children(definition):
        lines = beside_main(plan.header, child.line.definition)
        needed = {spec.name for spec in child.line.definition.fields if spec.required}
        if needed and needed <= {spec.name for spec in lines.fields.values()}:
            main = plan.header.without(lines)
            return SheetPlan(plan.name, main, beside=child.name, lines=lines)
    return plan


def parent_key(definition: Definition, plan: SheetPlan, row: RawRow) -> str:
    """What the rows of one parent have in common; empty when the row does not name it."""
    names = {name.removesuffix("?"): name for name in sameness_of(definition).strong}
    parts: list[str] = []
    for index, spec in plan.header.fields.items():
        if spec.name in names:
            text = folded_text(raw_text(row.cell(index)))
            if not text and names[spec.name] == spec.name:
                return ""
            parts.append(text)
    return "/".join(parts)


def families(definition: Definition, plan: SheetPlan, rows: Sequence[RawRow]) -> list[list[RawRow]]:
    """Rows of one parent together, in the order of the file; every row alone when no lines stand beside.

    A row that leaves the parent's number empty goes on with the parent above.
    """
    if not plan.beside:
        return [[row] for row in rows]
    groups: list[list[RawRow]] = []
    by_key: dict[str, list[RawRow]] = {}
    last: list[RawRow] | None = None
    for row in rows:
        key = parent_key(definition, plan, row)
        if footer(plan.header, row) or (not key and last is None):
            groups.append([row])
            continue
        group = by_key.get(key) if key else last
        if group is None:
            group = by_key.setdefault(key, [])
            groups.append(group)
        group.append(row)
        last = group
    return groups


def continued(definition: Definition, planned: PlannedRow) -> RowFinding:
    """The doubt about a row that leaves the parent's number empty, as ledgers do for the rest of a family."""
    label = naming_fields(definition)[0].label
    sentence = f"没有写“{label}”，按上一行的计入"
    return RowFinding(planned.sheet, planned.number, label, "", sentence, "请核对", Level.DOUBT)


def _owner_key(header: Header, row: RawRow) -> str:
    number = header.ours.get(OWNER)
    if number is not None and (text := raw_text(row.cell(number)).strip()):
        return f"#{text}"
    for word, index in header.ours.items():
        text = raw_text(row.cell(index)).strip()
        if word not in OURS and text:
            return folded_text(text)
    return ""
