"""A platform's own table beside our records: which rows are which, and what each side says differently.

Nothing is written and nothing of ours is changed here; what may be filled in is only told. Columns are found by their
headings as in an import, and a person's word about a heading goes before any guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from app.errors import UserError
from app.exchange.headings import folded, known_headings, match
from app.exchange.plan import Cancelled, Progress, never, silent
from app.exchange.sheets import Cell, RawRow, RawSheet, Workbook, column_letter, raw_text
from app.models import clock, days
from app.models.kinds import CodeKind, wire_value
from app.models.reading import Reader
from app.models.register import Definition, FieldSpec, Record
from app.models.text import half_width
from app.sync.canonical import Wire

NUMBER, CODE, ENTERED = "$number", "$code", "$entered"
OURS: Final[Mapping[str, str]] = {NUMBER: "平台案号", CODE: "事项码", ENTERED: "平台录入日期"}
"""Meanings a column may have beside the fields of the register."""

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    NUMBER: (
        "平台案号", "平台编号", "案件编号", "案件号", "案号", "事件编号", "纠纷编号", "隐患编号", "调解编号",
        "工单编号", "工单号", "事项编号", "业务编号", "业务流水号", "受理编号",
        "受理号", "系统编号", "流水号", "登记编号", "编号",
    ),
    CODE: ("事项码", "外部编号", "外部案号", "来源编号", "第三方编号", "本地编号", "自编号"),
    ENTERED: ("录入日期", "录入时间", "创建时间", "创建日期", "上报时间", "上报日期", "提交时间", "采集时间"),
}  # fmt: skip
_NOTHING: Final = frozenset({"", "/", "\\", "-", "--", "—", "——", "无", "空", "null", "NULL", "None"})
_LOOK_AT = 30
_EVERY = 500

BY_NUMBER, BY_CODE, BY_NAME = "案号", "事项码", "名称和日期"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its heading, what it holds, and what it means ("" for nothing we compare)."""

    index: int
    heading: str
    meaning: str
    samples: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """``C 列“案件编号”``."""
        return f"{column_letter(self.index)} 列“{self.heading}”"


@dataclass(frozen=True, slots=True)
class Layout:
    """Which sheet is read, which of its rows is the header, what its columns mean."""

    sheet: RawSheet
    header: RawRow
    columns: tuple[Column, ...]

    def column(self, meaning: str) -> int | None:
        """Where a meaning stands."""
        return next((one.index for one in self.columns if one.meaning == meaning), None)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the platform: the keys it is found by, and its cells by field."""

    row: int
    number: str
    code: str
    name: str
    on: date | None
    entered_on: date | None
    cells: Mapping[str, Cell]

    @property
    def called(self) -> str:
        """What it is called where it is listed."""
        return self.name or self.number or f"第 {self.row} 行"


@dataclass(frozen=True, slots=True)
class Ours:
    """A record of ours by what a row could name it; ``has_entry``: noted as standing there, ``is_due``: it must."""

    id: str
    title: str
    number: str
    code: str
    on: date | None
    has_entry: bool
    is_due: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """One field both sides fill differently."""

    label: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A row and a record that belong together; ``how`` by what they were found."""

    row: Row
    ours: Ours
    how: str
    differences: tuple[Difference, ...] = ()

    @property
    def lacks_number(self) -> bool:
        """True when our record has no number of this platform yet and the row has one."""
        return bool(self.row.number) and not self.ours.number


@dataclass(frozen=True, slots=True)
class Comparison:
    """The four groups, and what was read. ``suggested`` were found by name and day only: a person must look."""

    layout: Layout
    same: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()
    suggested: tuple[Pair, ...] = ()
    only_there: tuple[Row, ...] = ()
    only_here: tuple[Ours, ...] = ()
    repeated: tuple[Row, ...] = ()
    first: date | None = None
    last: date | None = None

    @property
    def fillable(self) -> tuple[Pair, ...]:
        """Pairs found for certain whose number we lack."""
        return tuple(one for one in (*self.same, *self.different) if one.lacks_number)

    @property
    def sentence(self) -> str:
        """The sums."""
        parts = [f"一致 {len(self.same)}", f"有差异 {len(self.different)}", f"疑似同一件 {len(self.suggested)}"]
        parts += [f"平台有本机没有 {len(self.only_there)}", f"本机有平台没有 {len(self.only_here)}"]
        if self.repeated:
            parts.append(f"表里重复 {len(self.repeated)}")
        return "，".join(parts)


# -- columns ---------------------------------------------------------------------------------------------------------


def find_layout(workbook: Workbook, definition: Definition, decided: Mapping[str, str]) -> Layout:
    """The sheet and header row that name most of what we know. Raises ``UserError`` when there is no table at all.

    ``decided`` is what a person said of headings: a meaning, or "" to leave a column out.
    """
    meanings = _Meanings(definition, decided)
    best: tuple[int, RawSheet, RawRow] | None = None
    for sheet in sorted(workbook.sheets, key=lambda one: one.is_hidden):
        for row in sheet.rows[:_LOOK_AT]:
            score = len({meaning for cell in row.cells if (meaning := meanings.of(raw_text(cell).strip()))})
            if best is None or score > best[0]:
                best = (score, sheet, row)
    if best is None or sum(cell is not None for cell in best[2].cells) < 2:
        raise UserError(
            f"“{workbook.path.name}”里没有认出表格", "表头至少要有案号和名称两列，请核对是不是平台导出的那份"
        )
    _, sheet, header = best
    return Layout(sheet, header, tuple(_columns(sheet, header, meanings)))


@dataclass(slots=True)
class _Meanings:
    """What a heading means: a person's word, then the platform's usual words, then our fields."""

    definition: Definition
    decided: Mapping[str, str]
    _known: Mapping[str, FieldSpec] = field(init=False)

    def __post_init__(self) -> None:
        self._known = known_headings(self.definition)

    def of(self, heading: str) -> str:
        if not heading or len(heading) > 40:
            return ""
        if heading in self.decided:
            return self.decided[heading]
        plain = folded(heading)
        for meaning, words in _WORDS.items():
            if plain in (folded(word) for word in words):
                return meaning
        spec = match(self._known, heading)
        return "" if spec is None or spec.read_only else spec.name

    def rank(self, heading: str) -> int:
        """Which of two headings of one meaning is meant: a person's word, then the plainest word."""
        if heading in self.decided:
            return -1
        plain = folded(heading)
        order = [folded(word) for words in _WORDS.values() for word in words]
        return order.index(plain) if plain in order else len(order)


def _columns(sheet: RawSheet, header: RawRow, meanings: _Meanings) -> Iterator[Column]:
    headings = [raw_text(cell).strip() for cell in header.cells]
    found = {index: meaning for index, heading in enumerate(headings) if (meaning := meanings.of(heading))}
    holders: dict[str, int] = {}
    for index in sorted(found, key=lambda one: (meanings.rank(headings[one]), one)):
        holders.setdefault(found[index], index)
    below = [row for row in sheet.rows if row.number > header.number][:50]
    for index, heading in enumerate(headings):
        if heading:
            meaning = found.get(index, "")
            samples = dict.fromkeys(text[:20] for row in below if (text := raw_text(row.cell(index)).strip()))
            yield Column(index, heading, meaning if holders.get(meaning) == index else "", tuple(samples)[:3])


# -- rows ------------------------------------------------------------------------------------------------------------


def rows_of(layout: Layout, *, named: str, day: str) -> list[Row]:
    """The rows below the header; ``named`` and ``day`` are the fields a record is found by besides its numbers."""
    fields = {one.meaning: one.index for one in layout.columns if one.meaning and not one.meaning.startswith("$")}
    places = [layout.column(meaning) for meaning in (NUMBER, CODE, ENTERED, named, day)]
    found: list[Row] = []
    for raw in layout.sheet.rows:
        if raw.number <= layout.header.number or raw.cells == layout.header.cells:
            continue
        number, code, entered, name, on = (raw.cell(place) if place is not None else None for place in places)
        row = Row(
            row=raw.number,
            number=_plain(number),
            code=_plain(code),
            name=_plain(name),
            on=_day(on),
            entered_on=_day(entered),
            cells={key: raw.cell(index) for key, index in fields.items()},
        )
        if row.number or row.code or row.name:
            found.append(row)
    return found


def _plain(cell: Cell) -> str:
    text = raw_text(cell).strip().lstrip("'")
    return "" if text in _NOTHING else text


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _plain(cell)
    try:
        return days.parse_day(re.split(r"[\sT]", text)[0], today=clock.today()) if text else None
    except ValueError:
        return None


# -- pairs -----------------------------------------------------------------------------------------------------------


class Finder:
    """Which of our records a row means."""

    def __init__(self, ours: Iterable[Ours]) -> None:
        self.all = list(ours)
        self._numbers = _named_by(self.all, lambda one: one.number)
        self._codes = _named_by(self.all, lambda one: one.code)
        self._names: dict[str, list[Ours]] = {}
        for one in self.all:
            self._names.setdefault(_key(one.title), []).append(one)

    def find(self, row: Row) -> tuple[Ours, str] | None:
        """The record and by what it was found; by name only when exactly one fits and it has no other number."""
        by_number = self._numbers.get(_key(row.number)) if row.number else None
        if by_number is not None:
            return by_number, BY_NUMBER
        by_code = self._codes.get(_key(row.code)) if row.code else None
        if by_code is not None:
            return by_code, BY_CODE
        same = [one for one in self._names.get(_key(row.name), []) if not one.number] if row.name else []
        if row.on is not None:
            same = [one for one in same if one.on in (row.on, None)]
        return (same[0], BY_NAME) if len(same) == 1 else None


def _named_by(ours: Iterable[Ours], word: Callable[[Ours], str]) -> dict[str, Ours]:
    """Records by a word of theirs; a word that two of them bear names neither."""
    found: dict[str, Ours] = {}
    twice: set[str] = set()
    for one in ours:
        key = _key(word(one))
        if key and found.setdefault(key, one) is not one:
            twice.add(key)
    return {key: one for key, one in found.items() if key not in twice}


def _key(text: str) -> str:
    return re.sub(r"\s+", "", half_width(text)).casefold()


def compare(
    layout: Layout,
    rows: Sequence[Row],
    finder: Finder,
    differences: Callable[[str, Row], tuple[Difference, ...]],
    *,
    progress: Progress = silent,
    cancelled: Cancelled = never,
) -> Comparison:
    """Put rows and records into their groups. ``differences`` reads one record (by id) beside one row."""
    groups: dict[str, list[Any]] = {"same": [], "different": [], "suggested": [], "only_there": [], "repeated": []}
    taken: set[str] = set()
    for done, row in enumerate(rows):
        if done % _EVERY == 0:
            progress(done, len(rows), "正在比对")
            if cancelled():
                break
        found = finder.find(row)
        if found is None:
            groups["only_there"].append(row)
        elif found[0].id in taken:
            groups["repeated"].append(row)
        else:
            ours, how = found
            taken.add(ours.id)
            pair = Pair(row, ours, how, (*_numbers(ours, row), *differences(ours.id, row)))
            groups[_group_of(pair)].append(pair)
    seen = [row.on for row in rows if row.on is not None]
    first, last = (min(seen), max(seen)) if seen else (None, None)
    only_here = tuple(one for one in finder.all if one.id not in taken and _is_within(one, first, last))
    return Comparison(layout, **{name: tuple(held) for name, held in groups.items()}, only_here=only_here, first=first,
                      last=last)  # fmt: skip


def _group_of(pair: Pair) -> str:
    if pair.how == BY_NAME:
        return "suggested"
    return "different" if pair.differences else "same"


def _numbers(ours: Ours, row: Row) -> Iterator[Difference]:
    if ours.number and row.number and _key(ours.number) != _key(row.number):
        yield Difference(OURS[NUMBER], ours.number, row.number)


def _is_within(ours: Ours, first: date | None, last: date | None) -> bool:
    """A platform gives out a month or a year: what of ours lies outside is not missing there."""
    if not (ours.has_entry or ours.is_due):
        return False
    if ours.on is None or first is None or last is None:
        return True
    return first <= ours.on <= last


# -- values ----------------------------------------------------------------------------------------------------------


def differing(reader: Reader, record: Record, row: Row, words: Mapping[tuple[str, str], str]) -> Iterator[Difference]:
    """The fields of a row that say something else than the record. ``words``: the platform's by (list, our code)."""
    for name, cell in row.cells.items():
        spec = record.definition.by_name.get(name)
        if spec is None:
            continue
        value = getattr(record, name)
        ours, theirs = reader.show(spec, value), _plain(cell)
        if _key(ours) == _key(theirs) or _is_same(spec, value, (ours, theirs), (cell, words)):
            continue
        hidden = spec.kind.mask(theirs) if spec.masked and theirs else theirs
        yield Difference(spec.label, reader.show(spec, value, masked=True), hidden)


def _is_same(
    spec: FieldSpec,
    value: object,
    texts: tuple[str, str],
    given: tuple[Cell, Mapping[tuple[str, str], str]],
) -> bool:
    ours, theirs = texts
    cell, words = given
    if not ours or not theirs:
        return False
    if "*" in theirs:  # platforms give names and numbers out masked
        pattern = re.sub(r"(\\\*)+", ".+", re.escape(_key(theirs)))
        return re.fullmatch(pattern, _key(ours)) is not None
    if spec.target is not None:  # 红旗村 and 青溪镇红旗村村民委员会 are one place
        return _key(ours) in _key(theirs) or _key(theirs) in _key(ours)
    word = words.get((spec.kind.list_name, value)) if isinstance(spec.kind, CodeKind) and isinstance(value, str) else ""
    if word:
        return _key(word) == _key(theirs)
    return _read(spec, cell) == wire_value(spec.kind, value)


def _read(spec: FieldSpec, cell: Cell) -> Wire:
    """What the cell says, as we would keep it; None when it cannot be read."""
    if spec.kind.name == "day":
        on = _day(cell)
        return on.isoformat() if on else None
    try:
        return wire_value(spec.kind, spec.kind.from_cell(cell))
    except ValueError:
        return None
