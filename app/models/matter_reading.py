"""Open matters as a list: whose they are, whom they wait for, when their clock ends. By matter, never by party.

SQL chooses and sorts nothing that the period engine must count; the last day of each clock comes from
:class:`app.models.registers.matter.Matter`, which the record's form asks as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.models.database import Connection
from app.models.kinds import Holder, show_value, value_of_wire, wire_of_sql
from app.models.matter_code import made_at
from app.models.periods import Deadline
from app.models.register import Column, Definition
from app.models.registers.matter import ACCEPTED, WAITING, Matter, matter_of


class View(StrEnum):
    """What somebody asks of the open matters."""

    MINE = "mine"
    WAITING = "waiting"
    HANDED = "handed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Step:
    """A hand-over as a list needs it."""

    id: str
    state: str
    receiver: Holder | None
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """One open matter. ``deadline`` is None while its clock does not run; ``waiting`` the hand-over not answered yet.

    ``last`` is the latest hand-over, whatever became of it; ``reminded_at`` when it was asked after last ("": never).
    """

    register: str
    id: str
    code: str
    title: str
    stage: str
    holder: Holder | None
    deadline: Deadline | None
    waiting: Step | None
    last: Step | None
    reminders: int
    reminded_at: str
    registered_at: datetime

    def days_left(self, today: date) -> int | None:
        """Days until the last day: 0 on the day itself, negative after it; None while no clock runs."""
        return (self.deadline.on - today).days if self.deadline else None


def open_matters(conn: Connection, definitions: Iterable[Definition], view: View, me: Holder) -> list[OpenMatter]:
    """The open matters of these registers as ``me`` sees them, those due first in front, those without a day last."""
    found = [one for definition in definitions for one in _of_register(conn, definition, view, me)]
    return sorted(found, key=lambda one: (one.deadline.on if one.deadline else date.max, one.code, one.id))


def count(conn: Connection, definitions: Iterable[Definition], view: View, me: Holder) -> int:
    """How many there are."""
    total = 0
    for definition in definitions:
        matter = _matter(definition)
        condition, parameters = _condition(matter, view, me)
        total += conn.execute(f"SELECT count(*) {_from(definition, matter)} WHERE {condition}", parameters).fetchone()[
            0
        ]
    return total


def _of_register(conn: Connection, definition: Definition, view: View, me: Holder) -> Iterator[OpenMatter]:
    matter = _matter(definition)
    condition, parameters = _condition(matter, view, me)
    line, reminder = matter.handover.definition.name, matter.reminder.definition.name
    starts = f"t.{matter.starts}" if matter.starts else "NULL"
    own_day = f"t.{matter.own_day}" if matter.own_day else "NULL"
    found = conn.execute(
        f"SELECT t.id, t.matter_code, t.title, {_expression(definition, matter.stage)}, t.holder,"
        f" ({matter.is_running.sql}), {starts}, {own_day}, {_STEP.format(a='h')}, {_STEP.format(a='l')},"
        f" (SELECT count(*) FROM {reminder} r WHERE r.parent = t.id AND r.deleted = 0),"
        f" (SELECT max(r.reminded_at) FROM {reminder} r WHERE r.parent = t.id AND r.deleted = 0)"
        f" {_from(definition, matter)}"
        f" LEFT JOIN {line} l ON l.id = (SELECT w.id FROM {line} w WHERE w.parent = t.id AND w.deleted = 0"
        f" ORDER BY coalesce(w.answered_at, w.handed_at) DESC, w.id DESC LIMIT 1) WHERE {condition}",
        parameters,
    )
    for stored in found:
        yield _open_matter(definition, matter, stored)


_STEP = "{a}.id, {a}.state, {a}.receiver, coalesce({a}.answered_at, {a}.handed_at), {a}.reason"


def _open_matter(definition: Definition, matter: Matter, stored: Sequence[Any]) -> OpenMatter:
    record_id, code, title, stage, holder, runs, start, own_day = stored[:8]
    return OpenMatter(
        register=definition.name,
        id=record_id,
        code=code or "",
        title=title,
        stage=_stage(definition, matter, stage),
        holder=Holder.read(holder),
        deadline=matter.last_day(start, own_day) if runs else None,
        waiting=_step(stored[8:13]),
        last=_step(stored[13:18]),
        reminders=stored[18],
        reminded_at=stored[19] or "",
        registered_at=made_at(record_id),
    )


def _step(stored: Sequence[Any]) -> Step | None:
    line_id, state, receiver, at, reason = stored
    return Step(line_id, state or "", Holder.read(receiver), at or "", reason or "") if line_id else None


def _from(definition: Definition, matter: Matter) -> str:
    line = matter.handover.definition.name
    return (
        f"FROM {definition.name} t LEFT JOIN {line} h ON h.id = (SELECT w.id FROM {line} w WHERE w.parent = t.id"
        f" AND w.deleted = 0 AND w.state = '{WAITING}' ORDER BY w.handed_at DESC, w.id DESC LIMIT 1)"
    )


def _condition(matter: Matter, view: View, me: Holder) -> tuple[str, list[str]]:
    low = me.key
    high = low[:-1] + chr(ord(low[-1]) + 1)
    mine = [low, high]
    is_open = f"t.deleted = 0 AND ({matter.is_open.sql})"
    if view is View.MINE:
        return f"{is_open} AND t.holder >= ? AND t.holder < ?", mine
    if view is View.WAITING:
        return f"{is_open} AND h.receiver >= ? AND h.receiver < ?", mine
    if view is View.HANDED:
        line = matter.handover.definition.name
        given = (
            f"EXISTS (SELECT 1 FROM {line} g WHERE g.parent = t.id AND g.deleted = 0"
            f" AND g.state IN ('{WAITING}', '{ACCEPTED}')"
            " AND (g.handed_by >= ? AND g.handed_by < ? OR g.giver >= ? AND g.giver < ?))"
        )
        not_mine = "NOT (h.id IS NULL AND coalesce(t.holder, '') >= ? AND coalesce(t.holder, '') < ?)"
        return f"{is_open} AND {given} AND {not_mine}", mine * 3
    return is_open, []


def _expression(definition: Definition, name: str) -> str:
    column = definition.column(name)
    return f"({column.sql})" if isinstance(column, Column) else f"t.{column.name}"


def _stage(definition: Definition, matter: Matter, stored: Any) -> str:
    column = definition.column(matter.stage)
    if isinstance(column, Column):
        return str(stored or "")
    return show_value(column.kind, value_of_wire(column.kind, wire_of_sql(column.kind, stored)))


def _matter(definition: Definition) -> Matter:
    matter = matter_of(definition)
    if matter is None:
        message = f"{definition.name} is no matter"
        raise LookupError(message)
    return matter
