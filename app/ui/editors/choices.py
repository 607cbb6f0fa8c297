"""What a short register offers, and the quiet facts that tell two records of one name apart. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.models.reading import Reader
from app.models.register import Definition, FieldSpec, Record

SHORT = 400
"""Up to so many records a register is offered whole, like a code list; beyond, it is searched."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A record to choose: ``facts`` are masked, or where it lies in its hierarchy."""

    id: str
    title: str
    facts: str = ""


def upward(definition: Definition) -> FieldSpec | None:
    """The field by which a register hangs on itself (上级), if it is a hierarchy."""
    return next((spec for spec in definition.fields if spec.target == definition.name), None)


def choices_of(reader: Reader, register: str) -> list[Choice]:
    """Every living record in the register's order, with what stands above it in a hierarchy."""
    records = {record.id: record for record in reader.all(register)}
    return [Choice(one.id, one.title(), _above(one, records) or one.subtitle()) for one in records.values()]


def facts_of(reader: Reader, record: Record) -> str:
    """The quiet line of one record."""
    spec = upward(record.definition)
    if spec is None:
        return record.subtitle()
    above = getattr(record, spec.name)
    title = reader.titles(record.definition.name, [above]).get(above, "") if isinstance(above, str) else ""
    return title or record.subtitle()


def _above(record: Record, records: dict[str, Record]) -> str:
    spec = upward(record.definition)
    if spec is None or spec.read_only:
        return ""
    parent = records.get(getattr(record, spec.name) or "")
    return parent.title() if parent is not None else ""


def titles(choices: Iterable[Choice]) -> dict[str, str]:
    """Title by id."""
    return {one.id: one.title for one in choices}
