"""The clocks as data: how long the law or a local rule gives for what, from which day, and on which legal source.

``resources/clocks/clocks.json`` holds the defaults; a county's overlay changes a length or whether the last day rolls,
from a day on, and adds clocks of its own. This module reads and counts (through :mod:`app.models.periods`); it knows
no register.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from app.models import in_force
from app.models.days import beijing_day
from app.models.in_force import Overlay
from app.models.periods import Deadline, Period, before, deadline
from app.resources import resource_path


@dataclass(frozen=True, slots=True)
class Clock:
    """One period of the law or of a local rule. ``verified`` is False where the source was not read in the original.

    One that a county changed ``since`` a day keeps what held ``before`` for whatever began earlier.
    """

    name: str
    title: str
    period: Period
    rolls: bool
    starts: str
    law: str
    verified: bool
    counts_before: bool = False
    note: str = ""
    since: date | None = None
    before: Clock | None = None
    by_county: bool = False

    def at(self, start: date | datetime) -> Clock:
        """The clock as it is for what begins on ``start``."""
        day = beijing_day(start) if isinstance(start, datetime) else start
        return self.before.at(day) if self.before is not None and self.since is not None and day < self.since else self

    def __str__(self) -> str:
        """Its length, and whose word it is when a county changed it."""
        return f"{self.period}（{self.law}）" if self.by_county else str(self.period)

    @property
    def least_days(self) -> int:
        """Calendar days it takes at the least, whenever it began: for choosing candidates in SQL."""
        return min(self.period.least_days, self.before.least_days) if self.before else self.period.least_days

    def deadline(self, start: date | datetime) -> Deadline:
        """The last day when the clock starts on ``start``; see :func:`app.models.periods.deadline`."""
        if self.counts_before:
            message = f"{self.name} is counted back from its day; ask opens_on()"
            raise ValueError(message)
        held = self.at(start)
        return deadline(start, held.period, rolls=held.rolls)

    def opens_on(self, day: date) -> date:
        """For a clock that is counted back: the first day of the window that ends on ``day``."""
        return before(day, self.at(day).period)


def read_clocks(raw: Mapping[str, Any]) -> dict[str, Clock]:
    """Clocks by name from their JSON form."""
    return {one["name"]: _clock(one) for one in raw["clocks"]}


def _clock(raw: Mapping[str, Any]) -> Clock:
    return Clock(
        name=raw["name"],
        title=raw["title"],
        period=Period(**{raw["unit"]: raw["length"]}),
        rolls=raw["rolls"],
        starts=raw["starts"],
        law=raw["law"],
        verified=raw["verified"],
        counts_before=raw.get("counts") == "before",
        note=raw.get("note", ""),
    )


def with_overlay(clocks: Mapping[str, Clock], overlay: Mapping[str, Any]) -> dict[str, Clock]:
    """The clocks with a county's changes: ``{"changed": {name: {"length", "unit", "rolls", "law", "since"}}, …}``.

    ``"clocks"`` are added ones; what a shipped clock is for is never redefined by them. A change without ``unit`` keeps
    that of the default; one in hours stays in hours, for it runs from an instant.
    """
    merged = dict(clocks)
    for name, said in overlay.get("changed", {}).items():
        if name in merged:
            merged[name] = _changed(merged[name], said)
    for name, clock in read_clocks({"clocks": overlay.get("clocks", ())}).items():
        merged.setdefault(name, clock)
    return merged


def _changed(clock: Clock, said: Mapping[str, Any]) -> Clock:
    unit = clock.period.unit if clock.period.hours else said.get("unit", clock.period.unit)
    period = Period(**{unit: said["length"]}) if "length" in said else clock.period
    since = said.get("since")
    return replace(
        clock,
        period=period,
        rolls=said.get("rolls", clock.rolls),
        law=said.get("law", clock.law),
        since=since,
        by_county=True,
        before=clock if since is not None else None,
    )


@cache
def shipped_clocks() -> Mapping[str, Clock]:
    """All shipped clocks by name, read once."""
    path = resource_path("clocks/clocks.json")
    return read_clocks(json.loads(path.read_text(encoding="utf-8")))


def clock_called(name: str) -> Clock:
    """The clock of that name, as it is in force; an unknown name is a programming error and raises ``LookupError``."""
    clocks = _in_force(in_force.current())
    if name not in clocks:
        message = f"no clock {name!r}; there are: {', '.join(clocks)}"
        raise LookupError(message)
    return clocks[name]


@lru_cache(maxsize=8)
def _in_force(standing: Overlay) -> Mapping[str, Clock]:
    return with_overlay(shipped_clocks(), {"changed": standing.clocks}) if standing.clocks else shipped_clocks()
