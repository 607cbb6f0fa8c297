"""Statistics of a register: how many living records, by one or two of their coded sides. Numbers only, never records.

What may be counted by is derived from the declaration: code lists, yes or no, places and committees, computed columns
with fixed answers, month or year of a day, age of a day of birth. Nothing that names or singles out a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.models.codes import CodeList, code_list
from app.models.database import Connection
from app.models.kinds.choices import CodeKind
from app.models.reading import MISSING, Reader
from app.models.register import Column, Definition, FieldSpec
from app.models.registry import Registry

UNKNOWN: Final = "（未填）"
_COUNTED_REFERENCES: Final = frozenset({"place", "committee"})
_BIRTH: Final = "birth_on"
_AGES: Final = ((6, "0—6 岁"), (17, "7—17 岁"), (34, "18—34 岁"), (59, "35—59 岁"), (79, "60—79 岁"))
_OLDEST: Final = "80 岁以上"


class By(StrEnum):
    """How values of a side are gathered."""

    CODE = "code"
    FLAG = "flag"
    REFERENCE = "reference"
    CHOICE = "choice"
    MONTH = "month"
    YEAR = "year"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Side:
    """Something a register can be counted by; ``name`` is the field's, with ``.month`` or ``.year`` behind a day's."""

    name: str
    label: str
    by: By
    column: str


@dataclass(frozen=True, slots=True)
class Ask:
    """By one side, across a second; only records whose ``day`` lies from ``first`` to ``last`` (ISO, inclusive)."""

    register: str
    by: str
    across: str = ""
    day: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """The table: labels of rows and columns, the numbers, and their sums. Without a second side one column, 合计."""

    by: Side
    across: Side | None
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    numbers: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def at(self, row: str, column: str) -> int:
        """One number."""
        return self.numbers.get((row, column), 0)

    def row_sum(self, row: str) -> int:
        """Sum of a row."""
        return sum(self.at(row, one) for one in self.columns)

    def column_sum(self, column: str) -> int:
        """Sum of a column."""
        return sum(self.at(one, column) for one in self.rows)

    @property
    def total(self) -> int:
        """Every record counted."""
        return sum(self.numbers.values())


def sides(definition: Definition) -> list[Side]:
    """What the register can be counted by, in the order of its form."""
    found = [side for spec in definition.fields for side in _sides_of(spec)]
    found += [Side(one.name, one.label, By.CHOICE, f"({one.sql})") for one in definition.computed if one.choices]
    return found


def days(definition: Definition) -> list[FieldSpec]:
    """Days a period can be set on; the one the register is sorted by first."""
    found = [spec for spec in definition.fields if spec.kind.name == "day" and spec.name != _BIRTH]
    return sorted(found, key=lambda spec: spec.name != definition.sort.lstrip("-"))


def tally(registry: Registry, conn: Connection, ask: Ask, *, today: date) -> Tally:
    """Count. ``KeyError`` for a side the register does not have."""
    definition = registry.get(ask.register)
    known = {side.name: side for side in sides(definition)}
    chosen = [known[ask.by], *([known[ask.across]] if ask.across else [])]
    condition, parameters = _condition(definition, ask)
    columns = ", ".join(side.column for side in chosen)
    places = ", ".join(str(number) for number in range(1, len(chosen) + 1))
    found = conn.execute(
        f"SELECT {columns}, count(*) FROM {definition.name} t WHERE {condition} GROUP BY {places}", parameters
    ).fetchall()
    titles = [_titles(registry, conn, definition, side, [row[at] for row in found]) for at, side in enumerate(chosen)]
    numbers: Counter[tuple[str, str]] = Counter()
    for row in found:
        words = [_word(definition, side, row[at], titles[at], today) for at, side in enumerate(chosen)]
        numbers[words[0], words[1] if len(words) > 1 else ""] += int(row[-1])
    return Tally(
        chosen[0],
        chosen[1] if len(chosen) > 1 else None,
        _ordered(definition, chosen[0], {row for row, _ in numbers}),
        _ordered(definition, chosen[1], {one for _, one in numbers}) if len(chosen) > 1 else ("",),
        dict(numbers),
    )


def _sides_of(spec: FieldSpec) -> Sequence[Side]:
    kind, column = spec.kind.name, f"t.{spec.name}"
    if spec.name == _BIRTH:
        return (Side(spec.name, "年龄段", By.AGE, column),)
    if kind == "code":
        return (Side(spec.name, spec.label, By.CODE, column),)
    if kind == "flag":
        return (Side(spec.name, spec.label, By.FLAG, column),)
    if spec.target in _COUNTED_REFERENCES:
        return (Side(spec.name, spec.label, By.REFERENCE, column),)
    if kind == "day":
        return (
            Side(f"{spec.name}.month", f"{spec.label}（月）", By.MONTH, f"substr({column}, 1, 7)"),
            Side(f"{spec.name}.year", f"{spec.label}（年）", By.YEAR, f"substr({column}, 1, 4)"),
        )
    return ()


def _condition(definition: Definition, ask: Ask) -> tuple[str, list[str]]:
    conditions, parameters = ["t.deleted = 0"], []
    if "merged_into" in definition.by_name:
        conditions.append("t.merged_into IS NULL")  # two records of one person count once
    if ask.day:
        day = f"t.{definition.field(ask.day).name}"
        for sign, bound in ((">=", ask.first), ("<=", ask.last)):
            if bound:
                conditions.append(f"{day} {sign} ?")
                parameters.append(bound)
    return " AND ".join(conditions), parameters


def _titles(
    registry: Registry, conn: Connection, definition: Definition, side: Side, values: Sequence[Any]
) -> dict[str, str]:
    target = definition.field(side.name).target if side.by is By.REFERENCE else None
    return Reader(registry, conn).titles(target, (one for one in values if one)) if target else {}


def _word(definition: Definition, side: Side, value: Any, titles: Mapping[str, str], today: date) -> str:
    if value is None or value == "":
        return UNKNOWN
    if side.by is By.CODE:
        codes = _codes(definition, side)
        return codes.label(codes.standard(str(value)))
    if side.by is By.FLAG:
        return "是" if value else "否"
    if side.by is By.REFERENCE:
        return titles.get(str(value), MISSING)
    if side.by is By.AGE:
        return _age(str(value), today)
    return str(value)


def _age(born: str, today: date) -> str:
    """The band of a day of birth; one without month or day counts as born on the first."""
    parts = [int(part) for part in born.split("-")[:3] if part.isdecimal()]
    if not parts or not 1000 <= parts[0] <= today.year:
        return UNKNOWN
    month, day = (*parts[1:], 1, 1)[:2]
    age = today.year - parts[0] - ((today.month, today.day) < (month, day))
    return next((words for most, words in _AGES if age <= most), _OLDEST)


def _ordered(definition: Definition, side: Side, words: set[str]) -> tuple[str, ...]:
    """Rows in the order people expect: of the code list, of time, of age; what is not filled in comes last."""
    order: dict[str, int] = {}
    if side.by is By.CODE:
        order = {item.label: place for place, item in enumerate(_codes(definition, side))}
    elif side.by is By.AGE:
        order = {words: place for place, words in enumerate((*(one for _, one in _AGES), _OLDEST))}
    elif side.by is By.CHOICE:
        order = {word: place for place, word in enumerate(_choices(definition, side))}
    elif side.by is By.FLAG:
        order = {"是": 0, "否": 1}
    return tuple(sorted(words, key=lambda one: (one in {UNKNOWN, MISSING}, order.get(one, len(order)), one)))


def _codes(definition: Definition, side: Side) -> CodeList:
    kind = definition.field(side.name).kind
    return code_list(kind.list_name if isinstance(kind, CodeKind) else "")


def _choices(definition: Definition, side: Side) -> Sequence[str]:
    column = definition.column(side.name)
    return column.choices if isinstance(column, Column) else ()
