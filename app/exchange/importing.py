"""Planning an import: what every row of a file would become in any register.

Reads the store, writes nothing. A row either becomes a record or keeps its findings; whatever happens, its raw cells
stay in the plan. :mod:`app.exchange.running` carries a plan out.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, Final

from app.errors import Finding, Level, UserError
from app.exchange.completing import complete
from app.exchange.fields import importable
from app.exchange.headings import Header, find_header
from app.exchange.lines import LineDraft, Lines, continued, families, line_sheet, parent_key, with_lines_beside
from app.exchange.plan import (
    Cancelled,
    ImportPlan,
    PlannedRow,
    Progress,
    RowFinding,
    SheetPlan,
    UnknownWord,
    never,
    planned_id,
    silent,
    stop_if,
)
from app.exchange.references import References
from app.exchange.rows import Decisions, RowReader, RowValues, data_rows, footer, row_name
from app.exchange.sheets import RawRow, RawSheet, Workbook, raw_text
from app.exchange.twins import Twins
from app.models.findings import examine, from_values
from app.models.kinds import wire_value
from app.models.reading import Reader
from app.models.register import Definition, Record, new_id
from app.models.registry import Registry

OUR_SHEETS: Final = frozenset({"填写说明", "选项", "导入结果", "汇总"})
_STEP = 500


def plan_import(
    registry: Registry,
    reader: Reader,
    definition: Definition,
    workbook: Workbook,
    *,
    decisions: Decisions | None = None,
    act_id: str = "",
    progress: Progress = silent,
    cancelled: Cancelled = never,
) -> ImportPlan:
    """What each row of the workbook would become. Raises ``UserError`` when no sheet has a header of this register.

    ``act_id`` continues an import that was cut short.
    """
    row_reader = RowReader(decisions or Decisions(), References(registry, reader))
    sheets, unread = _sheets(definition, workbook, row_reader.decisions)
    planner = _Planner(definition, workbook, row_reader, Twins(definition, reader), act_id or new_id())
    with _collected_later():
        planner.read(sheets, progress, cancelled)
    mapped = {spec.name for one in sheets if not one.child for spec in one.header.fields.values()}
    return ImportPlan(
        workbook=workbook,
        definition=definition,
        act_id=planner.act_id,
        sheets=sheets,
        rows=planner.rows,
        unread_sheets=unread,
        missing=tuple(spec for spec in definition.fields if spec.required and spec.name not in mapped),
        words=_unknown_words(definition, row_reader),
        is_resumed=bool(act_id),
        completed=planner.completed,
    )


@contextmanager
def _collected_later() -> Iterator[None]:
    """What planning makes stays, in no circles: looking through all of it again and again takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


# -- sheets ----------------------------------------------------------------------------------------------------------


def _sheets(
    definition: Definition, workbook: Workbook, decisions: Decisions
) -> tuple[tuple[SheetPlan, ...], tuple[str, ...]]:
    plans: list[SheetPlan] = []
    unread: list[str] = []
    for sheet in workbook.sheets:
        if sheet.name in OUR_SHEETS or not sheet.rows:
            continue
        planned = None if sheet.is_hidden else _sheet(definition, sheet, decisions)
        if planned is None:
            unread.append(f"{sheet.name}（隐藏）" if sheet.is_hidden else sheet.name)
        else:
            plans.append(planned)
    if all(one.child for one in plans):
        raise _no_header(definition)
    return tuple(plans), tuple(unread)


def _sheet(definition: Definition, sheet: RawSheet, decisions: Decisions) -> SheetPlan | None:
    lines = line_sheet(definition, sheet, decisions.columns)
    if lines is not None:
        return lines
    header = find_header(sheet, definition, decisions.columns, enough=1)
    if header is None:
        return None
    plan = with_lines_beside(definition, SheetPlan(sheet.name, header))
    # One column alone names a record only with its lines beside it.
    is_enough = len(header.fields) >= min(2, len(importable(definition)))
    return plan if plan.beside or (is_enough and _names_a_record(definition, header)) else None


def _names_a_record(definition: Definition, header: Header) -> bool:
    needed = {spec.name for spec in definition.fields if spec.required}
    found = {spec.name for spec in header.fields.values()}
    return bool(needed & found) or not needed or len(found) >= 3


def _no_header(definition: Definition) -> UserError:
    wanted = "、".join(spec.label for spec in importable(definition)[:4])
    message = f"没有找到表头：前 30 行里没有哪一行写着“{wanted}”这些列名"
    return UserError(message, f"请确认这是“{definition.label}”的表；列名可以按“下载模板”里的写法改")


# -- rows ------------------------------------------------------------------------------------------------------------


class _Planner:
    """Goes through the sheets once and gathers the planned rows."""

    def __init__(
        self, definition: Definition, workbook: Workbook, reader: RowReader, twins: Twins, act_id: str
    ) -> None:
        self.definition = definition
        self.act_id = act_id
        self.rows: list[PlannedRow] = []
        self.completed: Counter[str] = Counter()
        self._reader = reader
        self._twins = twins
        self._lines = Lines(definition, reader, act_id)
        self._by_name = {sheet.name: sheet for sheet in workbook.sheets}
        self._numbers = {sheet.name: number for number, sheet in enumerate(workbook.sheets)}
        self._is_nested = any(spec.target == definition.name and not spec.read_only for spec in definition.fields)

    def read(self, sheets: Sequence[SheetPlan], progress: Progress, cancelled: Cancelled) -> None:
        """Lines first, then the records they hang under."""
        mains = [(one, self._by_name[one.name]) for one in sheets if not one.child]
        for one in sheets:
            if one.child:
                self.rows += self._lines.read_sheet(self._by_name[one.name], self._numbers[one.name], one)
        self._lines.count_numbers(mains)
        total = sum(len(sheet.rows) for _, sheet in mains)
        done = 0
        for plan, sheet in mains:
            for planned in self._main_rows(sheet, plan):
                self.rows.append(planned)
                done += 1
                if done % _STEP == 0:
                    stop_if(cancelled)
                    progress(done, total, "正在核对")
        self._lines.complain_of_orphans()

    def _main_rows(self, sheet: RawSheet, plan: SheetPlan) -> Iterator[PlannedRow]:
        rows = list(data_rows(sheet, plan.header, plan.lines))
        above = {row.number: upper for upper, row in pairwise(rows)}
        for group in families(self.definition, plan, rows):
            planned = self._planned(sheet, group[0], plan)
            planned.passed_over = footer(plan.header, group[0])
            if not planned.passed_over:
                drafts = self._beside(sheet, plan, planned, group, above) if plan.beside else []
                self._make(planned, plan, above.get(planned.number), drafts)
                self._find_twin(planned)
                self.rows += [draft.planned for draft in drafts[1:]]
            yield planned

    def _beside(
        self,
        sheet: RawSheet,
        plan: SheetPlan,
        head: PlannedRow,
        group: Sequence[RawRow],
        above: Mapping[int, RawRow],
    ) -> list[LineDraft]:
        """The lines of a parent that is repeated in every row; the first stands in the parent's own row."""
        number = self._numbers[sheet.name]
        drafts = []
        for row in group:
            planned = head if row is group[0] else self._planned(sheet, row, plan)
            planned.is_line = planned is not head
            if planned.is_line and not parent_key(self.definition, plan, row):
                planned.findings = (*planned.findings, continued(self.definition, planned))
            drafts.append(self._lines.beside(planned, number, plan, above.get(row.number)))
        return drafts

    def _planned(self, sheet: RawSheet, row: RawRow, plan: SheetPlan) -> PlannedRow:
        record_id = planned_id(self.act_id, self._numbers[sheet.name], row.number, "")
        return PlannedRow(sheet.name, row, record_id, row_name(self.definition, plan.header, row))

    def _make(self, planned: PlannedRow, plan: SheetPlan, previous: RawRow | None, beside: Sequence[LineDraft]) -> None:
        """The record of a row, or the findings why there is none."""
        header, row = plan.header, planned.raw
        read = self._reader.read(self.definition, header, row, previous=previous, sheet=planned.sheet)
        drafts = [*beside, *self._lines.take(header, row, read.values)]
        self.completed.update(complete(self.definition.name, read.values))
        _hang(planned, read, drafts)
        findings = read.findings
        try:
            record = from_values(self.definition, read.values | {"id": planned.record_id})
        except UserError as error:
            findings += _placed(self.definition, planned, header, drafts, error.findings, said=findings)
        else:
            found = _placed(self.definition, planned, header, drafts, examine(record), said=())
            findings += found
            if not read.is_bad and not any(one.level is Level.STOP for one in found):
                planned.record = record
        planned.findings = tuple(findings)

    def _make_known(self, record: Record) -> None:
        """A place of the file may be the upper place of the next row."""
        if self._is_nested:
            names = self._reader.references.names(self.definition.name)
            specs = [self.definition.field(name) for name in names.fields]
            names.add(record.id, record.title(), [wire_value(one.kind, getattr(record, one.name)) for one in specs])

    def _find_twin(self, planned: PlannedRow) -> None:
        record = planned.record
        if record is None:
            return
        keys = self._twins.keys(record)
        twin = self._twins.find(keys)
        if twin is None:
            self._make_known(record)
        elif twin.record_id != planned.record_id:
            planned.twin = twin
            return
        # Else this very import wrote it before it was cut short.
        self._twins.add(keys, record.id, planned.sheet, planned.number)


def _hang(planned: PlannedRow, read: RowValues, drafts: Sequence[LineDraft]) -> None:
    """Put the lines into the parent's values; one that cannot be imported holds the parent back."""
    for draft in drafts:
        row = draft.planned
        is_same_row = row.record_id == planned.record_id
        row.owner = "" if is_same_row else planned.record_id
        read.values[draft.child.name] = (*(read.values.get(draft.child.name) or ()), draft.values)
        if is_same_row:
            read.findings += draft.read.findings
        if draft.read.is_bad:
            read.is_bad = True
            if not is_same_row:
                sentence = f"“{row.sheet}”第 {row.number} 行有误，整条暂不导入"
                read.findings.append(RowFinding(planned.sheet, planned.number, draft.child.label, "", sentence))


# -- findings --------------------------------------------------------------------------------------------------------


def _placed(
    definition: Definition,
    planned: PlannedRow,
    header: Header,
    drafts: Sequence[LineDraft],
    findings: Sequence[Finding],
    *,
    said: Sequence[RowFinding],
) -> list[RowFinding]:
    """Findings of the register in the places of the file; a cell already complained of is left alone."""
    labels = {one.label for one in said if one.level is Level.STOP}
    placed: list[RowFinding] = []
    for finding in findings:
        draft = _draft_at(drafts, finding.path)
        row = draft.planned if draft else planned
        part, columns = (draft.child.line.definition, draft.header) if draft else (definition, header)
        path = finding.path[2:] if draft else finding.path
        spec = part.by_name.get(str(path[0])) if path else None
        label = spec.label if spec else finding.where
        if label in labels:
            continue
        index = next((at for at, one in columns.fields.items() if spec and one.name == spec.name), None)
        raw = raw_text(row.raw.cell(index)) if index is not None else ""
        next_step = finding.next_step or ("请补上" if finding.sentence == "还没有填写" else "")
        made = RowFinding(row.sheet, row.number, label, raw, finding.sentence, next_step, finding.level)
        if row.record_id != planned.record_id:
            row.findings = (*row.findings, made)
        placed.append(made)
    return placed


def _draft_at(drafts: Sequence[LineDraft], path: tuple[Any, ...]) -> LineDraft | None:
    """The line a finding ``("members", 0, "relation")`` is about."""
    if len(path) < 2 or not isinstance(path[1], int):
        return None
    mine = [draft for draft in drafts if draft.child.name == path[0]]
    return mine[path[1]] if path[1] < len(mine) else None


def _unknown_words(definition: Definition, reader: RowReader) -> tuple[UnknownWord, ...]:
    parts: Mapping[str, Definition] = {definition.name: definition} | {
        child.line.definition.name: child.line.definition for child in definition.children
    }
    return tuple(
        UnknownWord(parts[register].field(name), text, count)
        for (register, name, text), count in reader.unknown_words.most_common()
    )
