"""Kinds of time: a calendar day in Beijing, an instant kept in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from app.models import clock, days
from app.models.kinds.base import Kind, Unreadable
from app.sync.canonical import Wire


class DayKind(Kind):
    """A calendar day in Beijing."""

    name: ClassVar[str] = "day"
    example: ClassVar[str] = "2026-03-15"

    def check(self, value: object) -> object:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        return days.parse_day(value, today=clock.today())  # type: ignore[arg-type]  # refuses other types itself

    def from_cell(self, cell: object) -> object:
        return self.check(cell)

    def to_wire(self, value: Any) -> Wire:
        return str(value.isoformat())

    def from_wire(self, wire: Wire) -> object:
        try:
            return date.fromisoformat(wire) if isinstance(wire, str) else Unreadable(wire)
        except ValueError:
            return Unreadable(wire)

    def show(self, value: Any) -> str:
        return days.show_day(value)


class MomentKind(Kind):
    """An instant, kept in UTC, shown as Beijing wall time to the minute."""

    name: ClassVar[str] = "moment"
    example: ClassVar[str] = "2026-03-15 14:30"

    def check(self, value: object) -> object:
        moment = value if isinstance(value, datetime) else clock.parse_moment(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=clock.BEIJING)
        return moment.astimezone(UTC).replace(second=0, microsecond=0)

    def from_cell(self, cell: object) -> object:
        return self.check(cell)

    def to_wire(self, value: Any) -> Wire:
        return str(value.strftime("%Y-%m-%dT%H:%MZ"))

    def from_wire(self, wire: Wire) -> object:
        try:
            return datetime.strptime(str(wire), "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
        except ValueError:
            return Unreadable(wire)

    def show(self, value: Any) -> str:
        return clock.show_moment(value)
