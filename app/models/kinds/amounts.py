"""Kinds of amounts: money and areas without floats, counts, yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from app.models.kinds.base import Kind, SqlType, Unreadable, plain_cell
from app.sync.canonical import Wire

_HUNDREDTH = Decimal("0.01")


class _HundredthsKind(Kind):
    """A ``Decimal`` with at most two places, stored and sent as a whole number of hundredths."""

    sql: ClassVar[SqlType] = "INTEGER"

    def from_cell(self, cell: object) -> object:
        return self.check(str(round(cell, 2)) if isinstance(cell, float) else plain_cell(cell))

    def to_wire(self, value: Any) -> Wire:
        return int(value * 100)

    def from_wire(self, wire: Wire) -> object:
        if not isinstance(wire, int) or isinstance(wire, bool):
            return Unreadable(wire)
        return (Decimal(wire) / 100).quantize(_HUNDREDTH)


class MoneyKind(_HundredthsKind):
    """Yuan as ``Decimal`` with at most two places; whole fen on the wire."""

    name: ClassVar[str] = "money"
    example: ClassVar[str] = "1250.50"

    def check(self, value: object) -> object:
        raw = value.replace(",", "").replace("，", "").replace("元", "").strip() if isinstance(value, str) else value
        try:
            amount = Decimal(str(raw))
        except InvalidOperation as error:
            message = "应为金额，例如 100.50"
            raise ValueError(message) from error
        if not amount.is_finite() or amount != amount.quantize(_HUNDREDTH) or abs(amount) >= Decimal(10) ** 12:
            message = "金额最多两位小数，例如 100.50"
            raise ValueError(message)
        return amount.quantize(_HUNDREDTH)

    def show(self, value: Any) -> str:
        return f"{value:,.2f}"


class AreaKind(_HundredthsKind):
    """Square metres as ``Decimal`` with at most two places; whole square decimetres on the wire."""

    name: ClassVar[str] = "area"
    example: ClassVar[str] = "85.6"

    def check(self, value: object) -> object:
        raw = re.sub(r"㎡|m2|m²|平方米|平米|平方|,|，", "", value.strip()) if isinstance(value, str) else value
        try:
            area = Decimal(str(raw).strip())
        except InvalidOperation as error:
            message = "应为面积（平方米），例如 85.6"
            raise ValueError(message) from error
        if not area.is_finite() or not 0 <= area < Decimal(10) ** 8 or area != area.quantize(_HUNDREDTH):
            message = "面积最多两位小数，例如 85.6"
            raise ValueError(message)
        return area.quantize(_HUNDREDTH)

    def show(self, value: Any) -> str:
        return f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class CountKind(Kind):
    """A whole number from ``least`` to ``most``."""

    least: int = 0
    most: int = 10_000_000
    name: ClassVar[str] = "count"
    sql: ClassVar[SqlType] = "INTEGER"
    example: ClassVar[str] = "3"

    def check(self, value: object) -> object:
        if isinstance(value, bool):
            message = "应为整数"
            raise ValueError(message)  # noqa: TRY004 - pydantic gathers ValueError only
        try:
            number = int(str(value).strip())
        except ValueError as error:
            message = "应为整数，例如 3"
            raise ValueError(message) from error
        if not self.least <= number <= self.most:
            message = f"应在 {self.least} 到 {self.most} 之间"
            raise ValueError(message)
        return number

    def from_wire(self, wire: Wire) -> object:
        return wire if isinstance(wire, int) and not isinstance(wire, bool) else Unreadable(wire)


class FlagKind(Kind):
    """Yes or no."""

    name: ClassVar[str] = "flag"
    sql: ClassVar[SqlType] = "BOOL"
    example: ClassVar[str] = "是"

    _yes: ClassVar[frozenset[str]] = frozenset({"是", "有", "√", "1", "y", "yes", "true"})
    _no: ClassVar[frozenset[str]] = frozenset({"否", "无", "×", "0", "n", "no", "false"})

    def check(self, value: object) -> object:
        if isinstance(value, bool):
            return value
        message = "应为“是”或“否”"
        raise ValueError(message)

    def from_cell(self, cell: object) -> object:
        if isinstance(cell, bool):
            return cell
        typed = str(plain_cell(cell)).strip().lower()
        if typed in self._yes or typed in self._no:
            return typed in self._yes
        message = f"“{typed}”应为“是”或“否”"
        raise ValueError(message)

    def from_wire(self, wire: Wire) -> object:
        return wire if isinstance(wire, bool) else Unreadable(wire)

    def show(self, value: Any) -> str:
        return "是" if value else "否"
