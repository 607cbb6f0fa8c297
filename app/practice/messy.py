"""A messy spreadsheet of people, as villages really send them: to practise the import on.

It holds every trouble the import must survive with a sentence: titles above the header, columns nobody knows, days in
five notations, ID numbers typed as numbers, merged cells, wrong check digits, people listed twice or registered
already, blank lines and a line of signatures below. This module says what stands in which cell; it writes no file.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Final

from app.models.codes import code_list
from app.models.days import show_day, show_day_long
from app.models.text import DOT
from app.practice.records import Household, Person, Township

HEADER: Final = (
    "序号", "姓  名", "性别", "民族", "与户主关系", "出生年月日",
    "身份证号码", "联系\n电话", "家庭住址", "养殖（头）", "血型", "备注",
)  # fmt: skip
HEADER_ROW: Final = 4
"""The row of the header, counted from 1 as people count."""

UNKNOWN_COLUMNS: Final = ("养殖（头）", "血型")

_ADDRESS, _LIVESTOCK, _BLOOD, _REMARK = 8, 9, 10, 11
_BLANK_EVERY = 17
_REPEATED = 3
_AGAIN = "again "


@dataclass(slots=True)
class LedgerFacts:
    """What stands in the ledger; row numbers count from 1."""

    rows: int = 0
    newcomers: int = 0
    blank_rows: list[int] = field(default_factory=list)
    destroyed_numbers: list[int] = field(default_factory=list)
    wrong_checks: list[int] = field(default_factory=list)
    short_numbers: list[int] = field(default_factory=list)
    old_numbers: list[int] = field(default_factory=list)
    bad_days: list[int] = field(default_factory=list)
    bad_codes: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    already_registered: list[int] = field(default_factory=list)
    footer_row: int = 0


Cell = str | int | datetime


@dataclass(slots=True)
class Sheet:
    """One sheet: values by row and column, and merged areas (first row, first column, last row, last column).

    Rows and columns count from 0; the value of a merged area stands in its first cell.
    """

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def merge(self, first: tuple[int, int], last: tuple[int, int], value: Cell) -> None:
        """Put a value over an area; an area of one cell is not merged."""
        self.cells[first] = value
        if first != last:
            self.merged.append((*first, *last))


@dataclass(frozen=True, slots=True)
class Ledger:
    """A sheet and what is wrong in it."""

    title: str
    sheet: Sheet
    facts: LedgerFacts


@dataclass(frozen=True, slots=True)
class _Line:
    """One row about to be written: texts, numbers and days as the village typed them."""

    person: Person
    relation: str
    household: str
    name: str
    sex: str
    ethnicity: str
    birth: str | int | datetime
    number: str | int
    phone: str | int
    remark: str = ""


def make_ledger(township: Township) -> Ledger:
    """The ledger of the township's newcomers: what stands in which cell, what is wrong and where."""
    facts = LedgerFacts(newcomers=len(township.newcomers))
    sheet = Sheet()
    last = len(HEADER) - 1
    village, day = township.villages[1].name, township.today
    above = (
        f"{township.name}{village}{day.year}年人口摸底台账",
        f"填报单位：{village}村民委员会　　　填报日期：{day.year}.{day.month}.{day.day}　　　单位：人",
    )
    for number, text in enumerate(above):
        sheet.merge((number, 0), (number, last), text)
    for column, text in enumerate(HEADER):
        sheet.cells[HEADER_ROW - 1, column] = text
    row = _body(sheet, _lines(township, facts), facts)
    filler = township.committees[2].mediators[0].name
    footer = f"填表人：{filler}　　　审核人：　　　　填表单位（盖章）："
    sheet.merge((row + 1, 0), (row + 1, last), footer)
    facts.footer_row = row + 2
    return Ledger("人口台账", sheet, facts)


def _body(sheet: Sheet, lines: list[_Line], facts: LedgerFacts) -> int:
    """Rows household by household, the address merged over each; returns the zero-based row after the last."""
    row = HEADER_ROW
    count = 0
    for _, group in itertools.groupby(lines, key=lambda line: line.household):
        members = list(group)
        if _leaves_blank(count, len(members)):
            facts.blank_rows.append(row + 1)
            row += 1
        sheet.merge((row, _ADDRESS), (row + len(members) - 1, _ADDRESS), members[0].person.live_address)
        for line in members:
            count += 1
            _write(sheet, row, line, count=count)
            row += 1
    facts.rows = count
    return row


def _leaves_blank(count: int, coming: int) -> bool:
    """Whether a blank row comes before a household, after so many lines and with so many to come."""
    return count > 0 and count // _BLANK_EVERY != (count + coming) // _BLANK_EVERY


def _write(sheet: Sheet, row: int, line: _Line, *, count: int) -> None:
    values: tuple[Cell, ...] = (
        count, line.name, line.sex, line.ethnicity, line.relation, line.birth, line.number, line.phone,
    )  # fmt: skip
    sheet.cells.update({(row, column): value for column, value in enumerate(values) if value != ""})
    if line.person.occupation == "务农":
        sheet.cells[row, _LIVESTOCK] = 2 + row % 7
    if row % 5 == 0:
        sheet.cells[row, _BLOOD] = "不详"
    if line.remark:
        sheet.cells[row, _REMARK] = line.remark


def _lines(township: Township, facts: LedgerFacts) -> list[_Line]:
    """All lines in the order of the sheet, spoilt one way or another; fills in the facts that need no row."""
    households = [*township.newcomer_households, _registered_household(township)]
    plain = [
        _plain(township.person(member.person), member.relation, household.key, index)
        for index, (household, member) in enumerate(
            (household, member) for household in households for member in household.members
        )
    ]
    again = plain[6 : 6 + _REPEATED]
    repeated = [replace(line, household=_AGAIN + line.household, remark="上次漏报，补报") for line in again]
    lines = [*plain, *repeated]
    rows = _rows_of(lines)
    spoilt = [_spoil(line, row, facts, index=index) for index, (line, row) in enumerate(zip(lines, rows, strict=True))]
    registered = {person.key for person in township.people}
    for line, row in zip(spoilt, rows, strict=True):
        if line.household.startswith(_AGAIN):
            facts.repeated.append(row)
        elif line.person.key in registered:
            facts.already_registered.append(row)
    return spoilt


def _rows_of(lines: list[_Line]) -> list[int]:
    """The row (from 1) each line will stand in, blank rows included."""
    rows: list[int] = []
    row = HEADER_ROW + 1
    for _, group in itertools.groupby(lines, key=lambda line: line.household):
        size = len(list(group))
        row += _leaves_blank(len(rows), size)
        rows.extend(range(row, row + size))
        row += size
    return rows


def _registered_household(township: Township) -> Household:
    """The smallest household of several people in the same village: it is registered already."""
    village = township.villages[1].key
    nearby = [each for each in township.households if each.place == village]
    return min(nearby, key=lambda each: (len(each.members) == 1, len(each.members)))


def _plain(person: Person, relation: str, household: str, index: int) -> _Line:
    """The line as a careful clerk with changing habits would type it: five notations of the day."""
    sexes, peoples, relations = code_list("sex"), code_list("ethnicity"), code_list("relation_to_head")
    day = person.birth_on
    notations: tuple[Callable[[], str | int | datetime], ...] = (
        lambda: show_day(day),
        lambda: f"{day.year}.{day.month}.{day.day}",
        lambda: show_day_long(day),
        lambda: int(f"{day:%Y%m%d}"),
        lambda: datetime.combine(day, time()),
    )
    spaced = " ".join(person.full_name) if len(person.full_name) == 2 else person.full_name
    return _Line(
        person=person,
        relation=relations.short_label(relation),
        household=household,
        name=spaced.replace(DOT, ("•", "．", DOT)[index % 3]),
        sex=sexes.label(person.sex) if index % 9 == 4 else sexes.short_label(person.sex),
        ethnicity=peoples.label(person.ethnicity) if index % 2 else peoples.short_label(person.ethnicity),
        birth=notations[index % len(notations)](),
        number=person.id_number or "",
        phone=_phone(person.phone, index),
    )


def _phone(phone: str | None, index: int) -> str | int:
    if not phone:
        return ""
    return (phone, int(phone), f"{phone[:3]} {phone[3:7]} {phone[7:]}")[index % 3]


def _spoil(line: _Line, row: int, facts: LedgerFacts, /, *, index: int) -> _Line:
    """Break one thing in some of the newcomers' lines, by turns."""
    if not line.household.startswith("new-"):
        return line
    spoiler = _SPOILERS.get(index) or (_as_number if index % 8 == 3 else None)
    return spoiler(line, row, facts) if spoiler and line.number else line


def _as_number(line: _Line, row: int, facts: LedgerFacts, /) -> _Line:
    """Spreadsheets keep 15 digits of a number."""
    if not str(line.number).isdigit():
        return line
    facts.destroyed_numbers.append(row)
    return replace(line, number=int(line.number))


def _wrong_check(line: _Line, row: int, facts: LedgerFacts, /) -> _Line:
    facts.wrong_checks.append(row)
    number = str(line.number)
    return replace(line, number=number[:-1] + ("0" if number[-1] != "0" else "1"))


def _one_short(line: _Line, row: int, facts: LedgerFacts, /) -> _Line:
    facts.short_numbers.append(row)
    number = str(line.number)
    return replace(line, number=number[:9] + number[10:])


def _old_number(line: _Line, row: int, facts: LedgerFacts, /) -> _Line:
    """The 15 digits of the first generation of identity cards, once."""
    number = str(line.number)
    if facts.old_numbers or number[6:8] != "19":
        return line
    facts.old_numbers.append(row)
    return replace(line, number=number[:6] + number[8:17])


def _grouped(line: _Line, _row: int, _facts: LedgerFacts, /) -> _Line:
    number = str(line.number)
    return replace(line, number=f"{number[:6]} {number[6:14]} {number[14:].lower()}")


def _february_30(line: _Line, row: int, facts: LedgerFacts, /) -> _Line:
    facts.bad_days.append(row)
    return replace(line, birth=f"{line.person.birth_on.year}年2月30日")


def _lunar_day(line: _Line, row: int, facts: LedgerFacts, /) -> _Line:
    facts.bad_days.append(row)
    return replace(line, birth="三月初五")


def _unknown_people(line: _Line, row: int, facts: LedgerFacts, /) -> _Line:
    facts.bad_codes.append(row)
    return replace(line, ethnicity="本地")


_SPOILERS: Final[dict[int, Callable[[_Line, int, LedgerFacts], _Line]]] = {
    9: _wrong_check,
    13: _one_short,
    16: _old_number,
    17: _old_number,
    18: _old_number,
    20: _old_number,
    23: _old_number,
    24: _old_number,
    26: _old_number,
    28: _old_number,
    21: _wrong_check,
    22: _grouped,
    25: _february_30,
    30: _lunar_day,
    33: _unknown_people,
}
