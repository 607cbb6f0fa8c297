"""What every kind of field is: the three forms of a value, and decoding that never judges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.sync.canonical import Wire, canonical

SqlType = Literal["TEXT", "INTEGER", "BOOL", "JSON"]
SqlValue = None | int | str
SearchBy = Literal["name", "text"]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored value this program does not understand: kept, shown, never blanked."""

    raw: Wire

    def __str__(self) -> str:
        raw = self.raw if isinstance(self.raw, str) else canonical(self.raw)
        return f"‹无法识别：{raw}›"


class Kind:
    """Base of all kinds; a subclass overrides what differs from one line of text."""

    name: ClassVar[str] = "text"
    sql: ClassVar[SqlType] = "TEXT"
    search: ClassVar[SearchBy | None] = None
    masked: ClassVar[bool] = False
    names_blob: ClassVar[bool] = False
    """True when a value is the id of an attached file's encrypted bytes, which travel beside the records."""
    example: ClassVar[str] = "示例"

    def check(self, value: object) -> object:
        """The normalised value. Raises ``ValueError`` with a sentence for what cannot be stored."""
        raise NotImplementedError

    def doubts(self, value: Any) -> Iterator[str]:  # noqa: ARG002 - most kinds never doubt
        """Sentences of doubt about an acceptable value; kept with a reason, never a refusal."""
        return iter(())

    def from_cell(self, cell: object) -> object:
        """The value typed into a spreadsheet cell; raises ``ValueError`` like :meth:`check`."""
        return self.check(plain_cell(cell))

    def to_wire(self, value: Any) -> Wire:
        wire: Wire = value
        return wire

    def from_wire(self, wire: Wire) -> object:
        """Decode without judging; never raises."""
        return wire if isinstance(wire, str) else Unreadable(wire)

    def show(self, value: Any) -> str:
        return str(value)

    def mask(self, value: Any) -> str:
        """How the value looks outside the form being edited."""
        return self.show(value)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def _validate(self, value: object) -> object:
        if isinstance(value, Unreadable):
            return value
        try:
            return self.check(value)
        except ValueError as error:
            raise PydanticCustomError("kind", "{sentence}", {"sentence": str(error)}) from error


def show_value(kind: Kind, value: object, *, masked: bool = False) -> str:
    """Text for people; empty for None, the raw value in quotes when unreadable."""
    if value is None:
        return ""
    if isinstance(value, Unreadable):
        return str(value)
    return kind.mask(value) if masked and kind.masked else kind.show(value)


def wire_value(kind: Kind, value: object) -> Wire:
    """Wire form of any field value, unreadable ones as they came."""
    if value is None:
        return None
    return value.raw if isinstance(value, Unreadable) else kind.to_wire(value)


def value_of_wire(kind: Kind, wire: Wire) -> object:
    """Field value of a wire form; total."""
    return None if wire is None else kind.from_wire(wire)


def sql_of_wire(wire: Wire) -> SqlValue:
    """What a column holds for a wire value: objects and sets as canonical JSON, flags as 0/1."""
    if isinstance(wire, bool):
        return int(wire)
    if isinstance(wire, (list, dict)):
        return canonical(wire)
    return wire


def wire_of_sql(kind: Kind, stored: SqlValue) -> Wire:
    """Inverse of :func:`sql_of_wire` for a column of this kind."""
    if kind.sql == "BOOL" and stored in (0, 1):
        return bool(stored)
    if kind.sql == "JSON" and isinstance(stored, str):
        try:
            decoded: Wire = json.loads(stored)
        except ValueError:
            return stored
        return decoded
    return stored


def plain_cell(cell: object) -> object:
    """Spreadsheet numbers arrive as floats: whole ones become ``int`` text, everything else is left to the kind."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    return cell


def text_of(value: object) -> str:
    """The text given; raises ``ValueError`` for anything that is no text."""
    if not isinstance(value, str):
        message = "应为文字"
        raise ValueError(message)  # noqa: TRY004 - pydantic gathers ValueError only
    return value
