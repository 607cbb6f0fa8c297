"""Sample records of any register, made from its kinds: savable, different from each other, with rare characters.

Knows no register by name but for the few rules across fields that no kind can know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from app.models import credit_code, id_number
from app.models.kinds import CodeKind, CountKind, Holder
from app.models.register import ChildSpec, Definition, FieldSpec, Line, Record
from app.models.registry import Registry
from app.models.store import Store
from app.models.unit import UnitOfWork

NAMES = ("张三", "欧阳雪", "阿依古丽·买买提", "单𬱖", "尔古木呷", "𠮷田", "王媛媛", "李\ue815")
FIRST_DAY = date(1988, 3, 1)
FIRST_MOMENT = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)

RELATIONS = ("02", "10", "20", "30", "51")
"""One head, then family: a household's rule."""


@dataclass
class Samples:
    """Makes records; what they refer to is made before them and kept in ``made``, in the order to save."""

    registry: Registry
    made: list[Record] = field(default_factory=list)
    count: int = 0
    _targets: dict[str, list[str]] = field(default_factory=dict)
    _last: dict[str, str] = field(default_factory=dict)

    def record(
        self, register: str, *, lines: int = 2, is_typed: bool = False, given: Mapping[str, Any] | None = None
    ) -> Record:
        """A filled record with ``lines`` lines of each kind; ``is_typed`` leaves out what only the program fills in."""
        definition = self.registry.get(register)
        self.count += 1
        values = self._values(definition, self.count, is_typed=is_typed) | dict(given or {})
        for child in definition.children:
            if not (is_typed and all(spec.read_only for spec in child.line.definition.fields)):
                values.setdefault(child.name, self._lines(child, lines, is_typed=is_typed))
        record = definition.cls.model_validate(values)
        self.made.append(record)
        self._last[register] = record.id
        return record

    def records(self, register: str, number: int, **how: Any) -> list[Record]:
        """Several records."""
        return [self.record(register, **how) for _ in range(number)]

    def line(self, child: ChildSpec, *, place: int = 0, is_typed: bool = False) -> Line:
        """One line of a collection; ``place`` keeps the rules across lines."""
        self.count += 1
        definition = child.line.definition
        values = self._values(definition, self.count, is_typed=is_typed, is_fresh_target=True)
        if definition.name == "household_member":
            values["relation"] = RELATIONS[place % len(RELATIONS)]
        return child.line.model_validate(values)

    def save_all(self, store: Store) -> None:
        """Save everything made so far that is not saved yet."""
        for record in self.made:
            store.write("tester", partial(UnitOfWork.save, record=record))
        self.made.clear()

    def value(self, spec: FieldSpec, number: int, *, is_fresh_target: bool = False) -> Any:
        """A value a person might have typed into the field; different for each ``number``."""
        if spec.target is not None:
            return self._target(spec.target, is_fresh=is_fresh_target)
        if isinstance(spec.kind, CodeKind):
            codes = [item.code for item in spec.kind.codes.offered]
            one = codes[number % len(codes)]
            return tuple(sorted({one, codes[0]})) if spec.kind.name == "codes" else one
        if isinstance(spec.kind, CountKind):
            return spec.kind.least + number
        return _VALUES[spec.kind.name](spec, number)

    def _values(
        self, definition: Definition, number: int, *, is_typed: bool, is_fresh_target: bool = False
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for place, spec in enumerate(definition.fields):
            if (
                is_typed and spec.read_only and not spec.required
            ):  # what a file says of itself is there before anyone types
                continue
            if spec.target == definition.name:
                if not spec.read_only:
                    values[spec.name] = self._last.get(definition.name)
                continue
            kind = spec.kind.name
            # Moments and days of one record run forward in the order of its fields.
            step = number * 40 + place if kind in ("moment", "day") else number
            values[spec.name] = self.value(spec, step, is_fresh_target=is_fresh_target and spec.required)
        if "parties_agree" in values:
            values["parties_agree"] = True
        return values

    def _lines(self, child: ChildSpec, number: int, *, is_typed: bool) -> tuple[Line, ...]:
        return tuple(self.line(child, place=place, is_typed=is_typed) for place in range(number))

    def _target(self, register: str, *, is_fresh: bool) -> str:
        known = self._targets.setdefault(register, [])
        if is_fresh or len(known) < 2:
            known.append(self.record(register, lines=0, is_typed=True).id)
        return known[self.count % len(known)] if not is_fresh else known[-1]


def _name(number: int) -> str:
    return NAMES[number % len(NAMES)] + "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number))


def _id_number(number: int) -> str:
    first = f"110105{FIRST_DAY + timedelta(days=number):%Y%m%d}{number % 1000:03d}"
    return first + id_number.check_character(first)


_VALUES: Mapping[str, Any] = {
    "text": lambda spec, number: f"{spec.label[:8]}{number}",
    "long_text": lambda spec, number: f"{spec.label}第 {number} 号：一、先说明情况。\n二、再说明“处理”（含生僻字𬱖）。",
    "number_text": lambda _, number: f"{number:04d}",
    "person_name": lambda _, number: _name(number),
    "address": lambda _, number: f"红旗村{number}组 {number} 号",
    "id_number": lambda _, number: _id_number(number),
    "credit_code": lambda _, number: credit_code.make("91", "110105", f"{number:08d}"),
    "phone": lambda _, number: f"138{number:08d}",
    "day": lambda _, number: FIRST_DAY + timedelta(days=number),
    "moment": lambda _, number: FIRST_MOMENT + timedelta(minutes=number),
    "money": lambda _, number: Decimal(number) + Decimal("0.50"),
    "area": lambda _, number: Decimal(number) + Decimal("20.60"),
    "file": lambda _, number: hashlib.sha256(str(number).encode()).hexdigest(),
    "flag": lambda _, number: number % 2 == 0,
    "holder": lambda _, number: Holder.department(_name(number)).wire,
    "frozen": lambda _, number: {"姓名": _name(number), "住址": f"红旗村{number}组"},
}


def shuffled_edit(record: Record, samples: Samples, rng: Random) -> Record:
    """The record after somebody changed one thing: a field, or a line added, changed, moved or taken away."""
    definition = record.definition
    children = [child for child in definition.children if rng.random() < 0.5]
    if not children:
        spec = rng.choice([one for one in definition.fields if one.target != definition.name])
        if spec.name == "parties_agree":
            return record
        samples.count += 1
        return record.model_copy(update={spec.name: samples.value(spec, samples.count * 40)})
    child = children[0]
    lines = list(getattr(record, child.name))
    what = rng.choice(("add", "drop", "move"))
    if what == "add" or not lines:
        lines.insert(rng.randrange(len(lines) + 1), samples.line(child, place=len(lines) + 1))
    elif what == "drop":
        lines.pop(rng.randrange(len(lines)))
    else:
        rng.shuffle(lines)
    return record.model_copy(update={child.name: tuple(lines)})


def titles(records: Iterable[Record]) -> list[str]:
    """What the records are called."""
    return [record.title() for record in records]
