"""Carrying out a planned import.

In slices that let a user's save go first, cancelled between slices, gone on with after a kill, taken back as one act. A
record's id follows from the act and its row, so a plan run twice writes nothing twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from app.errors import Level
from app.exchange.plan import (
    Cancelled,
    ImportChoices,
    ImportPlan,
    OnTwin,
    Outcome,
    PlannedRow,
    Progress,
    by_reason,
    never,
    silent,
)
from app.models import history
from app.models.kinds import wire_value
from app.models.reading import Reader
from app.models.register import Definition, Record
from app.models.store import Priority, Store
from app.models.unit import UnitOfWork
from app.sync.canonical import Wire

Result = TypeVar("Result")

_UPDATES_AT_ONCE: Final = 60
"""An update folds its record again; so many keep a slice within 50 ms, and are too many to be indexed within it."""
_CREATES_AT_ONCE: Final = 400
"""Operations written at once, within 50 ms: smaller transactions write the same pages of the indexes more often."""
_REASON_LIMIT: Final = 400


@dataclass(slots=True)
class ReportRow:
    """What became of a row and why; the raw cells are in ``planned``."""

    planned: PlannedRow
    outcome: Outcome
    sentences: tuple[str, ...] = ()


@dataclass(slots=True)
class ImportReport:
    """The whole import, row by row. ``act_id`` undoes it."""

    plan: ImportPlan
    choices: ImportChoices
    user: str
    rows: list[ReportRow] = field(default_factory=list)
    is_cancelled: bool = False

    @property
    def act_id(self) -> str:
        """The act all its changes belong to."""
        return self.plan.act_id

    @property
    def counts(self) -> Counter[Outcome]:
        """Records by outcome; rows of lines follow their record and are not counted."""
        return Counter(row.outcome for row in self.rows if not row.planned.is_line)

    @property
    def bad(self) -> list[ReportRow]:
        """Rows that were not imported for what stands in them, lines included."""
        return [row for row in self.rows if row.outcome is Outcome.BAD]

    @property
    def sentence(self) -> str:
        """``新增 120，跳过 3，有误 2``."""
        return by_reason(self.counts)


def run_import(
    store: Store,
    plan: ImportPlan,
    choices: ImportChoices,
    *,
    user: str,
    progress: Progress = silent,
    cancelled: Cancelled = never,
) -> ImportReport:
    """Write what the plan and the choices say; blocks, so call it off the screen's thread.

    Raises ``StoreError`` when the disk refuses; what is written stays and the same plan goes on from there.
    """
    return _Run(store, plan, choices, user).go(progress, cancelled)


class _Run:
    def __init__(self, store: Store, plan: ImportPlan, choices: ImportChoices, user: str) -> None:
        self.store = store
        self.plan = plan
        self.choices = choices
        self.user = user
        self.written = history.records_of_act(store.conn, plan.act_id)
        self.results: dict[str, tuple[Outcome, tuple[str, ...]]] = {}
        self.is_cancelled = False

    def go(self, progress: Progress, cancelled: Cancelled) -> ImportReport:
        creates: list[PlannedRow] = []
        updates: list[PlannedRow] = []
        for row in self.plan.main_rows:
            self._sort(row, creates, updates)
        total, done = len(creates) + len(updates), 0
        progress(done, total, "正在写入")
        slices = [(self._create, part) for part in _slices(creates)]
        slices += [(self._fill, part) for part in _parts(updates)]
        for work, part in slices:
            if cancelled():
                self.is_cancelled = True
                break
            work(part)
            done += len(part)
            progress(done, total, "正在写入")
        if slices and not self.is_cancelled:
            self._keep_trace()
        return self._report()

    def _sort(self, row: PlannedRow, creates: list[PlannedRow], updates: list[PlannedRow]) -> None:
        outcome, why = row.decide(self.choices)
        if row.record_id in self.written:
            self.results[row.record_id] = (Outcome.CREATED, ("上次导入时已写入",))
        elif outcome is Outcome.CREATED:
            creates.append(row)
        elif outcome is Outcome.UPDATED and row.twin is not None:
            if row.twin.record_id in self.written:
                self.results[row.record_id] = (Outcome.UPDATED, (why, "上次导入时已补上"))
            else:
                updates.append(row)
        else:
            self.results[row.record_id] = (outcome, (why, *self._compared(row)) if why else ())

    def _compared(self, row: PlannedRow) -> tuple[str, ...]:
        """Where a row that is passed over differs from the record that stands."""
        twin = row.twin
        if self.choices.twins is not OnTwin.COMPARE or twin is None or not twin.is_stored or row.record is None:
            return ()
        reader = Reader(self.store.registry, self.store.conn)
        stored = reader.get(self.plan.definition.name, twin.record_id)
        return tuple(_differences(reader, stored, row.record)) if stored is not None else ()

    # -- writing -----------------------------------------------------------------------------------------------------

    def _create(self, part: Sequence[PlannedRow]) -> None:
        records = [row.record.completed() for row in part if row.record is not None]
        reasons = {row.record_id: self._reason(row) for row in part}
        self._write(lambda unit: unit.create_many(records, reasons=reasons))
        for row in part:
            self.results[row.record_id] = (Outcome.CREATED, ())

    def _fill(self, part: Sequence[PlannedRow]) -> None:
        def work(unit: UnitOfWork) -> list[tuple[PlannedRow, Outcome, tuple[str, ...]]]:
            return [(row, *self._fill_one(unit, row)) for row in part]

        for row, outcome, sentences in self._write(work):
            said = row.twin.sentence if row.twin else ""
            self.results[row.record_id] = (outcome, (said, *sentences))

    def _fill_one(self, unit: UnitOfWork, row: PlannedRow) -> tuple[Outcome, tuple[str, ...]]:
        """Fill what the record lacks now, not what it lacked when the plan was made; list what differs."""
        definition = self.plan.definition
        reader = Reader(unit.registry, unit.conn)
        stored = reader.get(definition.name, row.twin.record_id) if row.twin else None
        if row.record is None or stored is None:
            return Outcome.SKIPPED, ("这条登记刚被删除",)
        empty = {name: wire for name, wire in _wires(definition, row.record).items() if getattr(stored, name) is None}
        differs = tuple(f"未改动 {one}" for one in _differences(reader, stored, row.record, but=empty))
        if not empty:
            return Outcome.SKIPPED, ("没有可补的空白栏", *differs)
        unit.set_fields(definition.name, stored.id, empty, reason=self._reason(row))
        labels = "、".join(definition.field(name).label for name in empty)
        return Outcome.UPDATED, (f"补上：{labels}", *differs)

    def _write(self, work: Callable[[UnitOfWork], Result]) -> Result:
        return self.store.write(self.user, work, act_id=self.plan.act_id, priority=Priority.BACKGROUND)

    def _reason(self, row: PlannedRow) -> str:
        """Where the record comes from and which doubts were accepted."""
        source = f"导入“{self.plan.workbook.path.name}”{row.sheet}第 {row.number} 行"
        doubts = [f"{one.label}{one.sentence}" for one in row.findings if one.level is Level.DOUBT]
        said = f"{source}；{self.choices.doubts}：{'；'.join(doubts)}" if doubts else source
        return said if len(said) <= _REASON_LIMIT else said[: _REASON_LIMIT - 1] + "…"

    def _keep_trace(self) -> None:
        """Journal the import itself: which file, how many rows."""
        counts = Counter(outcome for outcome, _ in self.results.values())
        detail: dict[str, Wire] = {
            "file": self.plan.workbook.path.name,
            "sha256": self.plan.workbook.sha256,
            **{outcome.name.lower(): count for outcome, count in counts.items()},
        }
        register, act_id = self.plan.definition.name, self.plan.act_id
        self._write(lambda unit: unit.record_access("import", register=register, record_id=act_id, detail=detail))

    # -- the report --------------------------------------------------------------------------------------------------

    def _report(self) -> ImportReport:
        report = ImportReport(self.plan, self.choices, self.user, is_cancelled=self.is_cancelled)
        left = (Outcome.LEFT, ("导入在这一行之前取消",))
        for row in self.plan.rows:
            key = row.owner if row.is_line else row.record_id
            # A line without a parent was never going to be imported; a record without a result was cancelled.
            outcome, sentences = self.results.get(key, left) if key else (Outcome.BAD, ())
            said = tuple(sentence for sentence in (*map(str, row.findings), *sentences) if sentence)
            report.rows.append(ReportRow(row, outcome, said))
        order = {sheet.name: number for number, sheet in enumerate(self.plan.workbook.sheets)}
        report.rows.sort(key=lambda one: (order[one.planned.sheet], one.planned.number))
        return report


def _slices(rows: Sequence[PlannedRow]) -> Iterator[list[PlannedRow]]:
    """Rows whose operations, lines included, are written at once."""
    part: list[PlannedRow] = []
    weight = 0
    for row in rows:
        children = row.record.definition.children if row.record else ()
        own = 1 + sum(len(getattr(row.record, child.name)) for child in children)
        if part and weight + own > _CREATES_AT_ONCE:
            yield part
            part, weight = [], 0
        part.append(row)
        weight += own
    if part:
        yield part


def _parts(rows: Sequence[PlannedRow]) -> Iterator[list[PlannedRow]]:
    for start in range(0, len(rows), _UPDATES_AT_ONCE):
        yield list(rows[start : start + _UPDATES_AT_ONCE])


def _wires(definition: Definition, record: Record) -> Mapping[str, Wire]:
    found = {spec.name: wire_value(spec.kind, getattr(record, spec.name)) for spec in definition.fields}
    return {name: wire for name, wire in found.items() if wire is not None}


def _differences(reader: Reader, stored: Record, row: Record, *, but: Container[str] = ()) -> Iterator[str]:
    for spec in row.definition.fields:
        mine, theirs = getattr(row, spec.name), getattr(stored, spec.name)
        if mine is not None and mine != theirs and spec.name not in but:
            was = reader.show(spec, theirs, masked=spec.masked) or "（空）"
            yield f"{spec.label}：登记为“{was}”，表格为“{reader.show(spec, mine, masked=spec.masked)}”"
