"""Reading what outside platforms have of us, in bulk: who is missing where, and which number belongs to which record.

Only reads. The same question about one record is answered by :mod:`app.models.registers.platform`; a test holds both
equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.models.database import Connection
from app.models.kinds import show_value, value_of_wire, wire_of_sql
from app.models.register import Column, Definition
from app.models.registers.platform import DAYS, entry_table, expects, lacks

PROGRESS = {"dispute": "stage", "hazard": "progress", "residence": "state"}
"""The column that says how far a matter is."""

NAMES = {"dispute": "name", "hazard": "name", "residence": "person"}
"""The field a matter is called by in a platform's table."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A record that does not stand in a platform; ``on`` is its day as stored, "" when there is none."""

    id: str
    name: str
    code: str
    on: str
    progress: str


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry of a platform: which record, under which number, since when (as stored)."""

    record_id: str
    number: str
    entered_on: str


def lacking(conn: Connection, definition: Definition, platform: str, *, cap: int = 100_000) -> list[Lacking]:
    """Records that the platform wants and does not have, the oldest first, those without a day last."""
    register = definition.name
    day, named = DAYS[register], NAMES[register]
    target = definition.field(named).target
    name = f"(SELECT r.title FROM {target} r WHERE r.id = t.{named})" if target else f"t.{named}"
    code = "t.matter_code" if "matter_code" in definition.by_name else "''"
    progress = definition.column(PROGRESS[register])
    how_far = f"({progress.sql})" if isinstance(progress, Column) else f"t.{progress.name}"
    found = conn.execute(
        f"SELECT t.id, {name}, {code}, t.{day}, {how_far} FROM {register} t, platform p"
        f" WHERE t.deleted = 0 AND p.id = ? AND {expects(register)} AND {lacks(register)}"
        f" ORDER BY typeof(t.{day}) <> 'text', t.{day}, t.n LIMIT ?",
        (platform, cap),
    )
    return [
        Lacking(row[0], str(row[1] or ""), str(row[2] or ""), _text(row[3]), _shown(progress, row[4])) for row in found
    ]


def lacking_counts(conn: Connection, registers: Sequence[str]) -> dict[tuple[str, str], int]:
    """``{(platform, register): number}`` of what is missing, for platforms in use; nothing missing is left out."""
    found: dict[tuple[str, str], int] = {}
    for register in registers:
        rows = conn.execute(
            f"SELECT p.id, count(*) FROM platform p, {register} t WHERE t.deleted = 0"
            f" AND {expects(register)} AND {lacks(register)} GROUP BY p.id"
        )
        found.update({(platform, register): number for platform, number in rows})
    return found


def standing(conn: Connection, register: str, platform: str) -> Iterator[Standing]:
    """Every entry of living records of a register in the platform."""
    entry = entry_table(register)
    rows = conn.execute(
        f"SELECT e.parent, e.number, e.entered_on FROM {entry} e JOIN {register} t ON t.id = e.parent"
        " WHERE e.platform = ? AND e.deleted = 0 AND t.deleted = 0 ORDER BY e.n",
        (platform,),
    )
    for record_id, number, entered_on in rows:
        yield Standing(record_id, str(number or ""), _text(entered_on))


def _text(stored: object) -> str:
    return stored if isinstance(stored, str) else ""


def _shown(column: Any, stored: Any) -> str:
    if stored is None:
        return ""
    if isinstance(column, Column):
        return str(stored)
    return show_value(column.kind, value_of_wire(column.kind, wire_of_sql(column.kind, stored)))
