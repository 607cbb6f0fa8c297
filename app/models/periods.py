"""The one period engine: from a day or instant and a period to the day it ends. Every clock of the program uses it.

民事诉讼法 (2023) 第八十五条, 民法典 第二百〇一条至第二百〇三条: the first day is not counted; months and years end on
the corresponding day, and where the month has none, on its last; a last day that is a rest day rolls to the first
working day after it, where the clock says so. Days are calendar days in Beijing whatever the computer's zone. Pure:
nothing here asks what day it is, reads a record or stores one.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.models.days import beijing_day
from app.models.holidays import Calendar, calendar_in_force

_MONTHS_A_YEAR = 12
_UNIT_WORDS = {
    "hours": "小时",
    "days": "日",
    "working_days": "个工作日",
    "months": "个月",
    "years": "年",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A length of time in exactly one unit. Raises ``ValueError`` (a bug of ours) for none, several or negative."""

    days: int = 0
    working_days: int = 0
    months: int = 0
    years: int = 0
    hours: int = 0

    def __post_init__(self) -> None:
        given = [getattr(self, unit) for unit in _UNIT_WORDS if getattr(self, unit) != 0]
        if len(given) != 1 or given[0] < 0:
            message = f"a period has exactly one positive unit, not {self!r}"
            raise ValueError(message)

    @property
    def unit(self) -> str:
        """Name of the unit that is set."""
        return next(unit for unit in _UNIT_WORDS if getattr(self, unit))

    @property
    def least_days(self) -> int:
        """Calendar days the period takes at the least: for choosing candidates in SQL before asking the engine."""
        if self.years or self.months:
            return 28 * (self.months + _MONTHS_A_YEAR * self.years)
        return self.days + self.working_days + self.hours // 24

    def __str__(self) -> str:
        return f"{getattr(self, self.unit)} {_UNIT_WORDS[self.unit]}"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period, and what must be said about it (empty: nothing). ``at`` only for hours."""

    on: date
    note: str = ""
    at: datetime | None = None


def deadline(start: date | datetime, period: Period, *, rolls: bool, calendar: Calendar | None = None) -> Deadline:
    """The last day of ``period`` after the day of ``start``, which is not counted.

    An instant must carry its zone and counts as its Beijing day; a period in hours needs an instant and runs from it.
    ``rolls``: a last day that is a rest day moves to the next working day, otherwise the note only says that it is one.
    """
    known = calendar or calendar_in_force()
    first = beijing_day(start) if isinstance(start, datetime) else start
    if period.hours:
        return _in_hours(start, period.hours)
    if period.working_days:
        return _in_working_days(first, period.working_days, known)
    return _judge_last(_corresponding(first, period), known, rolls=rolls)


def before(day: date, period: Period) -> date:
    """The day by which a period before ``day`` begins: one month before 03-31 is 02-28. Calendar units only."""
    if period.working_days or period.hours:
        message = "only calendar periods are counted back"
        raise ValueError(message)
    if period.days:
        return day - timedelta(days=period.days)
    return _months_later(day, -(period.months + _MONTHS_A_YEAR * period.years))


def _in_hours(start: date | datetime, hours: int) -> Deadline:
    if not isinstance(start, datetime):
        message = "a period in hours needs an instant, not a day"
        raise TypeError(message)
    end = start + timedelta(hours=hours)
    return Deadline(beijing_day(end), at=end)


def _in_working_days(first: date, number: int, calendar: Calendar) -> Deadline:
    day, left = first, number
    years: list[int] = []
    while left:
        day += timedelta(days=1)
        years.append(day.year)
        left -= not calendar.is_rest(day)
    return Deadline(day, _unknown(years, calendar))


def _corresponding(first: date, period: Period) -> date:
    if period.days:
        return first + timedelta(days=period.days)
    return _months_later(first, period.months + _MONTHS_A_YEAR * period.years)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _judge_last(last: date, calendar: Calendar, *, rolls: bool) -> Deadline:
    """Move or remark a last day that is a rest day."""
    if not calendar.is_rest(last):
        return Deadline(last, _unknown([last.year], calendar))
    why = calendar.why_rest(last)
    if not rolls:
        return Deadline(last, _joined(f"末日为休息日（{why}）", _unknown([last.year], calendar)))
    moved = calendar.next_working(last)
    words = f"末日 {_spoken(last)}为休息日（{why}），顺延至 {_spoken(moved)}"
    return Deadline(moved, _joined(words, _unknown([last.year, moved.year], calendar)))


def _unknown(years: list[int], calendar: Calendar) -> str:
    missing = [str(year) for year in dict.fromkeys(years) if not calendar.knows(year)]
    return f"{'、'.join(missing)} 年放假安排未装入，按周末推算" if missing else ""


def _joined(*parts: str) -> str:
    return "；".join(part for part in parts if part)


def _spoken(day: date) -> str:
    return f"{day.month}月{day.day}日"
