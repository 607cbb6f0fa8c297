"""A messy spreadsheet of people, as villages really send them: to practise the import on.

It holds every trouble the import must survive with a sentence: titles above the header, columns nobody knows, days in
five notations, ID numbers typed as numbers, merged cells, wrong check digits, people listed twice or registered
already, blank lines and a line of signatures below.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

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

_NAME, _BIRTH, _NUMBER, _PHONE, _ADDRESS = 1, 5, 6, 7, 8
_BLANK_EVERY = 17
_REPEATED = 3
_AGAIN = "again "


@dataclass(slots=True)
class LedgerFacts:
    """What stands in the ledger; row numbers count from 1."""

    path: Path
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


def messy_ledger(township: Township, path: Path) -> LedgerFacts:
    """Write the ledger of the township's newcomers to ``path`` (.xlsx) and say what is wrong in it, and where."""
    facts = LedgerFacts(path, newcomers=len(township.newcomers))
    options = {"in_memory": True, "default_date_format": "yyyy/m/d"}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime.combine(township.today, time(9))})
        sheet = book.add_worksheet("人口台账")
        book.add_worksheet("Sheet2")
        title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        middle = book.add_format({"valign": "vcenter", "text_wrap": True, "border": 1})
        _head(sheet, township, title, middle)
        row = _body(sheet, _lines(township, facts), middle, facts)
        facts.footer_row = row + 2
        footer = f"填表人：{township.committees[2].mediators[0].name}　　　审核人：　　　　填表单位（盖章）："
        sheet.merge_range(row + 1, 0, row + 1, len(HEADER) - 1, footer)
    return facts


def _head(sheet: Worksheet, township: Township, title: Format, middle: Format) -> None:
    village = township.villages[1].name
    day = township.today
    last = len(HEADER) - 1
    sheet.merge_range(0, 0, 0, last, f"{township.name}{village}{township.today.year}年人口摸底台账", title)
    sheet.merge_range(
        1, 0, 1, last, f"填报单位：{village}村民委员会　　　填报日期：{day.year}.{day.month}.{day.day}　　　单位：人"
    )
    sheet.write_row(HEADER_ROW - 1, 0, HEADER, middle)
    sheet.set_column(_NUMBER, _NUMBER, 21)
    sheet.set_column(_BIRTH, _BIRTH, 14)
    sheet.set_column(_PHONE, _PHONE, 14)
    sheet.set_column(_ADDRESS, _ADDRESS, 34)


def _body(sheet: Worksheet, lines: list[_Line], middle: Format, facts: LedgerFacts) -> int:
    """Rows household by household, the address merged over each; returns the zero-based row after the last."""
    row = HEADER_ROW
    count = 0
    for _, group in itertools.groupby(lines, key=lambda line: line.household):
        members = list(group)
        if count and count // _BLANK_EVERY != (count + len(members)) // _BLANK_EVERY:
            facts.blank_rows.append(row + 1)
            row += 1
        address = members[0].person.live_address
        if len(members) > 1:
            sheet.merge_range(row, _ADDRESS, row + len(members) - 1, _ADDRESS, address, middle)
        else:
            sheet.write(row, _ADDRESS, address, middle)
        for line in members:
            count += 1
            _write(sheet, row, count, line)
            row += 1
    facts.rows = count
    return row


def _write(sheet: Worksheet, row: int, count: int, line: _Line) -> None:
    sheet.write_number(row, 0, count)
    sheet.write_string(row, _NAME, line.name)
    sheet.write_string(row, 2, line.sex)
    sheet.write_string(row, 3, line.ethnicity)
    sheet.write_string(row, 4, line.relation)
    for column, value in ((_BIRTH, line.birth), (_NUMBER, line.number), (_PHONE, line.phone)):
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value)
        elif isinstance(value, int):
            sheet.write_number(row, column, value)
        elif value:
            sheet.write_string(row, column, value)
    if line.person.occupation == "务农":
        sheet.write_number(row, 9, 2 + row % 7)
    if row % 5 == 0:
        sheet.write_string(row, 10, "不详")
    if line.remark:
        sheet.write_string(row, 11, line.remark)


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
        if rows and len(rows) // _BLANK_EVERY != (len(rows) + size) // _BLANK_EVERY:
            row += 1
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
    21: _wrong_check,
    22: _grouped,
    25: _february_30,
    30: _lunar_day,
    33: _unknown_people,
}
