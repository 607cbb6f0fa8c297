"""Reading a store for lists, forms and search: keys first, pages after. Never writes, never validates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.models import rows, search
from app.models.database import Connection
from app.models.kinds import show_value, value_of_wire, wire_of_sql
from app.models.register import Column, Definition, FieldSpec, Record
from app.models.registry import Registry
from app.sync.canonical import Wire
from app.sync.merge import Conflict, conflict_from_json

MISSING = "（未同步）"
"""Shown for a reference whose target this PC does not have."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a list page asks for. ``filters`` are wire values by field; ``sort`` a column, ``-`` before it descends."""

    register: str
    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of a list, as shown; ``id`` opens the record, ``n`` is its local key."""

    id: str
    cells: tuple[str, ...]
    n: int = 0


@dataclass(frozen=True, slots=True)
class StoredConflict:
    """A contested field and the record it belongs to."""

    register: str
    record_id: str
    root: str
    conflict: Conflict


class Reader:
    """Reads through one connection; cheap to make, one per thread."""

    def __init__(self, registry: Registry, conn: Connection) -> None:
        self._registry = registry
        self._conn = conn

    def get(self, register: str, record_id: str) -> Record | None:
        """The record with its lines; None when absent or deleted."""
        return rows.read_record(self._conn, self._registry.get(register), record_id)

    def row(self, register: str, record_id: str) -> rows.Row | None:
        """The stored row, deleted or not: its version, who changed it last."""
        return rows.read_row(self._conn, self._registry.get(register), record_id)

    def all(self, register: str) -> Iterable[Record]:
        """Every living record of a register with its lines, in the register's order (exports, checks)."""
        for record_id in self._ids(register):
            record = self.get(register, record_id)
            if record is not None:
                yield record

    def count(self, register: str) -> int:
        """Living records of a register."""
        return int(self._conn.execute(f"SELECT count(*) FROM {register} WHERE deleted = 0").fetchone()[0])

    def ever_used(self, register: str, field_name: str) -> list[str]:
        """Every value a field holds, of deleted records too (numbers that must not come back)."""
        self._registry.get(register).field(field_name)
        found = self._conn.execute(f"SELECT DISTINCT {field_name} FROM {register} WHERE {field_name} IS NOT NULL")
        return [str(row[0]) for row in found]

    def values(self, register: str, names: Sequence[str]) -> Iterator[tuple[str, str, tuple[Wire, ...]]]:
        """``(id, title, wire values of these fields)`` of every living record (twins and references of an import)."""
        definition = self._registry.get(register)
        specs = [definition.field(name) for name in names]
        columns = ", ".join(("id", "title", *names))
        for stored in self._conn.execute(f"SELECT {columns} FROM {register} WHERE deleted = 0 ORDER BY n"):
            wires = (wire_of_sql(spec.kind, value) for spec, value in zip(specs, stored[2:], strict=True))
            yield stored[0], stored[1], tuple(wires)

    def find(self, register: str, field_name: str, value: str, *, cap: int = 200) -> list[str]:
        """Ids of living records whose field holds exactly this wire value (twins, back references)."""
        definition = self._registry.get(register)
        definition.field(field_name)
        found = self._conn.execute(
            f"SELECT id FROM {register} WHERE {field_name} = ? AND deleted = 0 ORDER BY id LIMIT ?", (value, cap)
        )
        return [row[0] for row in found]

    def parents(self, line: str, field_name: str, value: str) -> list[str]:
        """Ids of living records with a line whose field holds this value (the household of a person)."""
        parent = self._registry.parent(line)
        if parent is None:
            message = f"{line} is no line of a register"
            raise LookupError(message)
        found = self._conn.execute(
            f"SELECT DISTINCT t.id FROM {line} l JOIN {parent.definition.name} t ON t.id = l.parent"
            f" WHERE l.{field_name} = ? AND l.deleted = 0 AND t.deleted = 0 LIMIT 200",
            (value,),
        )
        return [row[0] for row in found]

    def titles(self, register: str, ids: Iterable[str]) -> dict[str, str]:
        """Titles of records; absent ones are left out."""
        wanted = list(dict.fromkeys(ids))
        found: dict[str, str] = {}
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            marks = ", ".join("?" * len(part))
            rows_found = self._conn.execute(f"SELECT id, title FROM {register} WHERE id IN ({marks})", part)
            found.update((row[0], row[1]) for row in rows_found)
        return found

    def search(self, text: str, *, registers: Sequence[str] = (), cap: int = 50) -> list[search.Hit]:
        """Everything everywhere: names, pinyin, numbers, addresses; best first."""
        return search.find(self._registry, self._conn, text, registers=registers, cap=cap)

    def keys(self, query: Query) -> list[int]:
        """Local keys of the living records that answer the query, in order; pages are fetched by :meth:`page`."""
        definition = self._registry.get(query.register)
        # With a text the hits lead: a plus keeps SQLite from walking the whole register in its order instead.
        conditions, parameters = ["+t.deleted = 0" if query.text.strip() else "t.deleted = 0"], []
        for name, value in query.filters.items():
            conditions.append(f"{self._expression(definition, name)} = ?")
            parameters.append(value)
        if query.text.strip():
            condition, found_ids = self._text_condition(definition, query.text)
            conditions.append(condition)
            parameters += found_ids
        order = self._order(definition, query.sort or definition.sort)
        found = self._conn.execute(
            f"SELECT t.n FROM {definition.name} t WHERE {' AND '.join(conditions)} ORDER BY {order}", parameters
        )
        return [row[0] for row in found]

    def _text_condition(self, definition: Definition, text: str) -> tuple[str, list[str]]:
        """A list's search: in the record itself, and in what it is found by (``Record.found_by``)."""
        places = [("id", definition.name)]
        places += [(name, str(definition.field(name).target)) for name in definition.found_by]
        conditions: list[str] = []
        ids: list[str] = []
        for column, register in places:
            own = column == "id"  # names in its lines find a record in its own list, not through a reference
            hits = search.find(self._registry, self._conn, text, registers=[register], in_lines=own, cap=2000)
            conditions.append(f"t.{column} IN ({', '.join('?' * len(hits))})")
            ids += [hit.id for hit in hits]
        return f"({' OR '.join(conditions)})", ids

    def page(self, register: str, keys: Sequence[int], *, masked: bool = True) -> list[ListRow]:
        """The lines of these keys, in their order; references shown by title."""
        definition = self._registry.get(register)
        columns = [definition.column(name) for name in definition.columns]
        expressions = ", ".join(self._expression(definition, name) for name in definition.columns)
        marks = ", ".join("?" * len(keys))
        found = {
            row[0]: row
            for row in self._conn.execute(
                f"SELECT t.n, t.id, t.extra, {expressions} FROM {register} t WHERE t.n IN ({marks})", list(keys)
            )
        }
        present = [found[key] for key in keys if key in found]
        titles = self._titles_for(columns, present)
        return [
            ListRow(
                row[1],
                tuple(
                    _cell(column, value, titles, masked=masked) for column, value in zip(columns, row[3:], strict=True)
                ),
                row[0],
            )
            for row in present
        ]

    def choices(self, register: str, *, limit: int = 500) -> list[tuple[str, str]]:
        """``(id, title)`` for choosing from short registers (places, committees)."""
        found = self._conn.execute(
            f"SELECT id, title FROM {register} WHERE deleted = 0 ORDER BY title_key, id LIMIT ?", (limit,)
        )
        return [(row[0], row[1]) for row in found]

    def commonest(self, register: str, field_name: str, *, limit: int = 6) -> list[str]:
        """The values of a text field that most living rows hold, most first (codes that stand first in a form)."""
        self._registry.get(register).field(field_name)
        found = self._conn.execute(
            f"SELECT {field_name} FROM {register} WHERE deleted = 0 AND {field_name} IS NOT NULL"
            f" GROUP BY {field_name} ORDER BY count(*) DESC, {field_name} LIMIT ?",
            (limit,),
        )
        return [str(row[0]) for row in found]

    def conflicts(self) -> list[StoredConflict]:
        """Every contested field, oldest first."""
        found = self._conn.execute("SELECT register, record_id, root, detail FROM conflict ORDER BY seen_at, id")
        return [
            StoredConflict(register, record_id, root, conflict_from_json(json.loads(detail)))
            for register, record_id, root, detail in found
        ]

    def show(self, spec: FieldSpec, value: object, *, masked: bool = False) -> str:
        """A field's value for people, references by title."""
        if spec.target is not None and isinstance(value, str):
            return self.titles(spec.target, [value]).get(value, MISSING)
        return show_value(spec.kind, value, masked=masked)

    def _ids(self, register: str) -> list[str]:
        definition = self._registry.get(register)
        order = self._order(definition, definition.sort)
        found = self._conn.execute(f"SELECT t.id FROM {register} t WHERE t.deleted = 0 ORDER BY {order}")
        return [row[0] for row in found]

    def _titles_for(self, columns: Sequence[FieldSpec | Column], found: Sequence[Sequence[Any]]) -> dict[str, str]:
        titles: dict[str, str] = {}
        for place, column in enumerate(columns):
            target = column.target if isinstance(column, FieldSpec) else None
            if target is not None:
                titles |= self.titles(target, (row[3 + place] for row in found if row[3 + place]))
        return titles

    @staticmethod
    def _expression(definition: Definition, name: str) -> str:
        column = definition.column(name)
        return f"({column.sql})" if isinstance(column, Column) else f"t.{column.name}"

    def _order(self, definition: Definition, sort: str) -> str:
        if not sort:
            return "t.title_key, t.n"
        direction = " DESC" if sort.startswith("-") else ""
        name = sort.lstrip("-")
        if name == definition.columns[0] and definition.fields[0].kind.name == "person_name":
            return f"t.title_key{direction}, t.n"
        column = definition.column(name)
        target = column.target if isinstance(column, FieldSpec) else None
        if target is not None:
            return f"(SELECT r.title_key FROM {target} r WHERE r.id = t.{name}){direction}, t.n"
        expression = self._expression(definition, name)
        return f"{expression} IS NULL, {expression}{direction}, t.n{direction}"


def _cell(column: FieldSpec | Column, stored: Any, titles: Mapping[str, str], *, masked: bool) -> str:
    if stored is None:
        return ""
    if isinstance(column, Column):
        return str(stored)
    if column.target is not None:
        return titles.get(str(stored), MISSING)
    wire = wire_of_sql(column.kind, stored)
    return show_value(column.kind, value_of_wire(column.kind, wire), masked=masked)
