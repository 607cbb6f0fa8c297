"""Rest days and working days: the State Council's yearly arrangement (放假调休) over ordinary weekends.

The arrangements are an updatable resource, one file per year (``resources/calendar/2026.json``); the next year's is
published each November. A year without a file is told by :meth:`Calendar.knows`: whoever counts must say so, never
count silently. Nothing here asks what day it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from app.errors import UserError
from app.models import in_force
from app.models.in_force import Overlay
from app.resources import resource_path

_FOLDER = "calendar"
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One year's holidays: the days off with their festival, and the weekend days that are worked."""

    year: int
    source: str
    holidays: Mapping[date, str] = field(hash=False)
    working: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are rest days, as far as the arrangements known here tell."""

    years: Mapping[int, Arrangement] = field(default_factory=dict, hash=False)

    def knows(self, year: int) -> bool:
        """True when the year's arrangement is installed; otherwise only weekends are counted."""
        return year in self.years

    def is_rest(self, day: date) -> bool:
        """True for a festival day off or a weekend day that is not worked."""
        known = self.years.get(day.year)
        if known is not None:
            if day in known.working:
                return False
            if day in known.holidays:
                return True
        return day.weekday() >= _SATURDAY

    def why_rest(self, day: date) -> str:
        """The festival, or the weekday of a weekend; empty for a working day."""
        if not self.is_rest(day):
            return ""
        known = self.years.get(day.year)
        festival = known.holidays.get(day) if known else None
        return festival or ("周六", "周日")[day.weekday() - _SATURDAY]

    def next_working(self, day: date) -> date:
        """The first working day from ``day`` on, ``day`` itself included."""
        while self.is_rest(day):
            day += timedelta(days=1)
        return day

    def with_years(self, added: Iterable[Arrangement]) -> Calendar:
        """This calendar with newer arrangements; a later one of the same year replaces the earlier."""
        return Calendar({**self.years, **{one.year: one for one in added}})


def read_arrangement(raw: Mapping[str, Any]) -> Arrangement:
    """One year's arrangement from its JSON form; raises ``UserError`` saying what in the file is wrong."""
    try:
        year = int(raw["year"])
        holidays = {
            day: str(block["name"])
            for block in raw["holidays"]
            for day in _days(date.fromisoformat(block["from"]), date.fromisoformat(block["to"]))
        }
        working = frozenset(date.fromisoformat(day) for day in raw.get("working", ()))
        source = str(raw["source"])
    except (KeyError, TypeError, ValueError) as error:
        raise UserError("放假安排文件读不懂，没有装入", f"请核对文件内容：{error}") from error
    strange = sorted(day for day in (*holidays, *working) if day.year != year)
    if strange:
        raise UserError(f"{year} 年的放假安排里有别的年份的日期 {strange[0]}，没有装入", "请核对文件")
    both = sorted(working & holidays.keys())
    if both:
        raise UserError(f"放假安排里 {both[0]} 既放假又上班，没有装入", "请核对文件")
    return Arrangement(year, source, holidays, working)


@cache
def shipped_calendar() -> Calendar:
    """The calendar of all years that ship with the program, read once."""
    files = sorted(resource_path(_FOLDER).glob("*.json"))
    return Calendar().with_years(read_arrangement(json.loads(path.read_text(encoding="utf-8"))) for path in files)


def calendar_in_force() -> Calendar:
    """The shipped calendar with the years a county sent."""
    return _in_force(in_force.current())


@lru_cache(maxsize=8)
def _in_force(standing: Overlay) -> Calendar:
    return shipped_calendar().with_years(read_arrangement(raw) for raw in standing.years)


def _days(first: date, last: date) -> Iterable[date]:
    if last < first:
        message = f"{first} 至 {last} 前后颠倒"
        raise ValueError(message)
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
