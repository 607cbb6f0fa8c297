"""Between a table row, the wire values of the journal, and the record the program works with. Never judges."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.models.database import Connection
from app.models.kinds import Kind, SqlValue, sql_of_wire, value_of_wire, wire_of_sql, wire_value
from app.models.names import sort_key
from app.models.register import Definition, Line, Record
from app.sync.canonical import Wire, canonical
from app.sync.merge import RecordState
from app.sync.sealing import SealBox

PARENT = "$parent"
POSITION = "$position"
"""Where a line hangs: ordinary fields of its operations, columns of their own in its table."""

_FITS: Mapping[str, tuple[type, ...]] = {"TEXT": (str,), "INTEGER": (int,), "BOOL": (bool,), "JSON": (list, dict)}
_HEAD = "n, id, parent, position, version, deleted, changed_at, changed_by, extra"


@dataclass(slots=True)
class Row:
    """A stored record in wire form. ``values`` holds no None; fields of a newer program stand beside the known ones."""

    register: str
    id: str
    values: dict[str, Wire] = field(default_factory=dict)
    parent: str | None = None
    position: int = 0
    version: int = 0
    is_deleted: bool = False
    changed_at: str = ""
    changed_by: str = ""
    n: int = 0
    title: str | None = field(default=None, compare=False)
    """What the record is called, where it is at hand; else it is made again from the values."""


def row_of_state(state: RecordState, box: SealBox, *, changed_at: str, changed_by: str) -> Row:
    """The row a fold makes; sealed values are opened, one that this key does not open stays as it came."""
    values = {
        name: box.opened_or_kept(value, register=state.register, field=name, record_id=state.record_id)
        for name, value in state.values.items()
        if value is not None
    }
    parent = values.pop(PARENT, None)
    position = values.pop(POSITION, 0)
    values.pop("$deleted", None)
    return Row(
        register=state.register,
        id=state.record_id,
        values=values,
        parent=parent if isinstance(parent, str) else None,
        position=position if isinstance(position, int) and _is_column_number(position) else 0,
        version=state.version,
        is_deleted=state.is_deleted,
        changed_at=changed_at,
        changed_by=changed_by,
    )


def wires_of(record: Record) -> dict[str, Wire]:
    """Field values of a record in wire form, without None; lines not included."""
    wires: dict[str, Wire] = {}
    values = record.__dict__
    for spec in record.definition.fields:
        value = values[spec.name]
        if value is not None:  # most fields are empty
            wire = wire_value(spec.kind, value)
            if wire is not None:
                wires[spec.name] = wire
    return wires


def record_of(definition: Definition, row: Row, lines: Mapping[str, Sequence[Row]] | None = None) -> Record:
    """The record of a row: decodes, never refuses; fields this program does not know stay in the row."""
    values: dict[str, Any] = {"id": row.id}
    for spec in definition.fields:
        values[spec.name] = value_of_wire(spec.kind, row.values.get(spec.name))
    if definition.is_line:
        values["position"] = row.position
    for child in definition.children:
        line_definition = child.line.definition
        values[child.name] = tuple(record_of(line_definition, line) for line in (lines or {}).get(child.name, ()))
    return definition.cls.model_construct(_fields_set=set(values), **values)


def column_names(definition: Definition) -> str:
    """What :func:`decode` expects to be selected."""
    return ", ".join((_HEAD, *(spec.name for spec in definition.fields)))


def decode(definition: Definition, stored: Sequence[Any]) -> Row:
    """A row selected by :func:`column_names`."""
    n, identifier, parent, position, version, deleted, changed_at, changed_by, extra = stored[:9]
    values: dict[str, Wire] = {}
    for spec, value in zip(definition.fields, stored[9:], strict=True):
        if value is not None:
            values[spec.name] = wire_of_sql(spec.kind, value)
    if extra:
        values.update(json.loads(extra))
    return Row(definition.name, identifier, values, parent, position, version, bool(deleted), changed_at, changed_by, n)


def upsert_sql(definition: Definition) -> str:
    """Insert or overwrite by ``id``; ``n`` stays what it was."""
    names = [
        *("id", "parent", "position", "version", "deleted", "changed_at", "changed_by", "title", "title_key", "extra"),
        *(spec.name for spec in definition.fields),
    ]
    marks = ", ".join("?" * len(names))
    sets = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    return f"INSERT INTO {definition.name} ({', '.join(names)}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {sets}"


def encode(definition: Definition, row: Row) -> list[SqlValue]:
    """Parameters of :func:`upsert_sql`. What a column of this kind cannot hold rides in ``extra``."""
    title = "" if definition.is_line else row.title
    if title is None:
        title = record_of(definition, row).title()
    columns: list[SqlValue] = []
    extra = {name: wire for name, wire in row.values.items() if name not in definition.by_name}
    values = row.values
    for spec in definition.fields:
        wire = values.get(spec.name)
        if wire is None or (type(wire) is str and spec.kind.sql == "TEXT"):  # most of them
            columns.append(wire)
        elif _fits(spec.kind, wire):
            columns.append(sql_of_wire(wire))
        else:
            extra[spec.name] = wire
            columns.append(None)
    return [
        row.id,
        row.parent,
        row.position,
        row.version,
        int(row.is_deleted),
        row.changed_at,
        row.changed_by,
        title,
        sort_key(title) if title else "",
        canonical(extra) if extra else None,
        *columns,
    ]


def _fits(kind: Kind, wire: Wire) -> bool:
    if type(wire) is int and not _is_column_number(wire):
        return False
    return type(wire) in _FITS[kind.sql]


def _is_column_number(number: int) -> bool:
    """True for what an INTEGER column holds (64 bits with sign)."""
    return -(1 << 63) <= number < 1 << 63


def read_row(conn: Connection, definition: Definition, record_id: str) -> Row | None:
    """The row with this id, deleted or not."""
    found = conn.execute(
        f"SELECT {column_names(definition)} FROM {definition.name} WHERE id = ?", (record_id,)
    ).fetchone()
    return decode(definition, found) if found else None


def read_lines(conn: Connection, parent: Definition, record_id: str) -> dict[str, list[Row]]:
    """Living lines of a record by collection name, in their order."""
    lines: dict[str, list[Row]] = {}
    for child in parent.children:
        definition = child.line.definition
        found = conn.execute(
            f"SELECT {column_names(definition)} FROM {definition.name}"
            " WHERE parent = ? AND deleted = 0 ORDER BY position, id",
            (record_id,),
        )
        lines[child.name] = [decode(definition, stored) for stored in found]
    return lines


def read_record(conn: Connection, definition: Definition, record_id: str) -> Record | None:
    """The record with its lines; None when absent or deleted."""
    row = read_row(conn, definition, record_id)
    if row is None or row.is_deleted:
        return None
    return record_of(definition, row, read_lines(conn, definition, record_id))


def write_rows(conn: Connection, definition: Definition, rows: Iterable[Row]) -> None:
    """Write rows of one register as they stand."""
    conn.executemany(upsert_sql(definition), (encode(definition, row) for row in rows))


def placed(lines: Sequence[Line]) -> list[int]:
    """Sparse positions for lines in the given order: kept where they still rise, else between their neighbours."""
    positions: list[int] = []
    last = 0
    for index, line in enumerate(lines):
        if line.position > last:
            last = line.position
        else:
            following = next((later.position for later in lines[index + 1 :] if later.position > last + 1), None)
            last = last + 1024 if following is None else (last + following) // 2
        positions.append(last)
    return positions
