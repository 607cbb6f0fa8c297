"""The plan of an import: what every row of a file would become, before anything is written.

Plain data shared by planning, running and reporting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from app.errors import Level, UserError
from app.exchange.headings import Header, UnknownColumn
from app.exchange.sheets import RawRow, Workbook
from app.exchange.twins import Twin
from app.models.register import Definition, FieldSpec, Record

AS_WRITTEN: Final = "按原台账导入，待核"
"""The reason proposed for taking doubtful rows; kept in the journal with each doubt."""

Progress = Callable[[int, int, str], None]
"""``(done, total, sentence)``."""
Cancelled = Callable[[], bool]


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "新增"
    UPDATED = "更新"
    SKIPPED = "跳过"
    BAD = "有误"
    LEFT = "未导入"


class OnTwin(StrEnum):
    """What to do with a row whose record exists already."""

    SKIP = "skip"
    FILL = "fill"
    COMPARE = "compare"


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """The user's decisions for the whole import.

    An empty ``doubts`` leaves doubtful rows out. ``keeps_partial`` imports a row without its unreadable cells; they
    stay in the report.
    """

    twins: OnTwin = OnTwin.SKIP
    doubts: str = AS_WRITTEN
    keeps_partial: bool = False


@dataclass(frozen=True, slots=True)
class RowFinding:
    """What is wrong or remarkable about a cell: where it stands, what stood there, what to do."""

    sheet: str
    row: int
    label: str
    raw: str
    sentence: str
    next_step: str = ""
    level: Level = Level.STOP
    is_cell: bool = False
    """True when the record could be made without this cell."""

    def __str__(self) -> str:
        where = f"{self.label}：" if self.label else ""
        sentence = self.sentence.rstrip("。")
        was = f"（原值：{self.raw}）" if self.raw and self.raw not in sentence else ""
        return f"{where}{sentence}{was}" + (f"。{self.next_step}" if self.next_step else "")


@dataclass(slots=True)
class PlannedRow:
    """One row of the file. Without ``record`` it cannot be imported; a row of lines names its ``owner``."""

    sheet: str
    raw: RawRow
    record_id: str
    name: str = ""
    record: Record | None = None
    findings: tuple[RowFinding, ...] = ()
    twin: Twin | None = None
    passed_over: str = ""
    owner: str = ""
    is_line: bool = False

    @property
    def number(self) -> int:
        """Row number in the file, from 1."""
        return self.raw.number

    def decide(self, choices: ImportChoices) -> tuple[Outcome, str]:
        """What the choices make of this row, and why when it is not simply imported."""
        if self.passed_over:
            return Outcome.SKIPPED, self.passed_over
        has_stop = any(one.level is Level.STOP for one in self.findings)
        if self.record is None or (has_stop and not choices.keeps_partial):
            return Outcome.BAD, ""
        if not choices.doubts.strip() and any(one.level is Level.DOUBT for one in self.findings):
            return Outcome.BAD, "有疑点，未选择按原样导入"
        if self.twin is None:
            return Outcome.CREATED, ""
        fills = self.twin.is_stored and choices.twins is OnTwin.FILL
        return Outcome.UPDATED if fills else Outcome.SKIPPED, self.twin.sentence


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet that is read.

    ``child`` names the collection of a sheet of lines; ``beside`` the one whose lines stand in the rows of the main
    sheet, with their own header ``lines``.
    """

    name: str
    header: Header
    child: str = ""
    beside: str = ""
    lines: Header | None = None


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word no code list and no register knows: decide once for all cells that hold it."""

    spec: FieldSpec
    text: str
    count: int


@dataclass(slots=True)
class ImportPlan:
    """A file against a register. ``act_id`` names the import; run again after a kill it goes on where it stopped."""

    workbook: Workbook
    definition: Definition
    act_id: str
    sheets: tuple[SheetPlan, ...]
    rows: list[PlannedRow]
    unread_sheets: tuple[str, ...]
    missing: tuple[FieldSpec, ...]
    words: tuple[UnknownWord, ...]
    is_resumed: bool = False
    completed: Counter[str] = field(default_factory=Counter)

    @property
    def unknown_columns(self) -> tuple[UnknownColumn, ...]:
        """Columns left out, in the order of the file."""
        return tuple(column for sheet in self.sheets for column in sheet.header.unknown)

    @property
    def main_rows(self) -> list[PlannedRow]:
        """Rows that are records of their own, lines aside."""
        return [row for row in self.rows if not row.is_line]

    @property
    def findings(self) -> list[RowFinding]:
        """Every finding of the file, in its order."""
        return [finding for row in self.rows for finding in row.findings]

    def expected(self, choices: ImportChoices) -> Counter[Outcome]:
        """How many rows (lines aside) the choices would create, update, skip and refuse."""
        return Counter(row.decide(choices)[0] for row in self.main_rows)


def planned_id(act_id: str, sheet: int, row: int, part: str) -> str:
    """The id of the record of a row: the same whenever the same import looks at the same row.

    Shaped like the other ids, so that the tables stay in order: time of the import, row, and a hash of everything
    (version 8 of RFC 9562).
    """
    digest = blake2b(f"{act_id}/{sheet}/{row}/{part}".encode(), digest_size=6).hexdigest()
    return f"{act_id[:12]}8{row >> 12:03x}8{row & 0xFFF:03x}{digest}"


def never() -> bool:
    """No wish to cancel."""
    return False


def silent(done: int, total: int, sentence: str) -> None:
    """Progress nobody watches."""


def stop_if(cancelled: Cancelled) -> None:
    """Leave planning when the user has cancelled."""
    if cancelled():
        raise UserError("已取消，没有导入任何内容")


def by_reason(counts: Mapping[Outcome, int], order: Sequence[Outcome] = tuple(Outcome)) -> str:
    """``新增 120，跳过 3，有误 2``."""
    return "，".join(f"{outcome} {counts[outcome]:,}" for outcome in order if counts.get(outcome)) or "没有可导入的行"
