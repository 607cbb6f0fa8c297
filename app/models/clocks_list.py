"""The clocks as data: how long the law or a local rule gives for what, from which day, and on which legal source.

``resources/clocks/clocks.json`` holds the defaults; a county's overlay changes a length or whether the last day rolls
and adds clocks of its own. This module reads and counts (through :mod:`app.models.periods`); it knows no register.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from app.models.periods import Deadline, Period, before, deadline
from app.resources import resource_path


@dataclass(frozen=True, slots=True)
class Clock:
    """One period of the law or of a local rule. ``verified`` is False where the source was not read in the original."""

    name: str
    title: str
    period: Period
    rolls: bool
    starts: str
    law: str
    verified: bool
    counts_before: bool = False
    note: str = ""

    def deadline(self, start: date | datetime) -> Deadline:
        """The last day when the clock starts on ``start``; see :func:`app.models.periods.deadline`."""
        if self.counts_before:
            message = f"{self.name} is counted back from its day; ask opens_on()"
            raise ValueError(message)
        return deadline(start, self.period, rolls=self.rolls)

    def opens_on(self, day: date) -> date:
        """For a clock that is counted back: the first day of the window that ends on ``day``."""
        return before(day, self.period)


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
    """The clocks with a county's changes: ``{"changed": {name: {"length", "rolls", "law"}}, "clocks": [added]}``.

    A change keeps the unit of the default; what a shipped clock is for is never redefined by an added one.
    """
    merged = dict(clocks)
    for name, said in overlay.get("changed", {}).items():
        if name in merged:
            merged[name] = _changed(merged[name], said)
    for name, clock in read_clocks({"clocks": overlay.get("clocks", ())}).items():
        merged.setdefault(name, clock)
    return merged


def _changed(clock: Clock, said: Mapping[str, Any]) -> Clock:
    period = Period(**{clock.period.unit: said["length"]}) if "length" in said else clock.period
    return replace(clock, period=period, rolls=said.get("rolls", clock.rolls), law=said.get("law", clock.law))


@cache
def shipped_clocks() -> Mapping[str, Clock]:
    """All shipped clocks by name, read once."""
    path = resource_path("clocks/clocks.json")
    return read_clocks(json.loads(path.read_text(encoding="utf-8")))


def clock_called(name: str) -> Clock:
    """The clock of that name; an unknown name is a programming error and raises ``LookupError``."""
    clocks = shipped_clocks()
    if name not in clocks:
        message = f"no clock {name!r}; there are: {', '.join(clocks)}"
        raise LookupError(message)
    return clocks[name]
