"""What a county says in the stream ``config``: the words both sides share. Pure; checks nothing.

One record for each thing said: a code, a period, a year's days off, a setting. They are no registers with tables: a PC
reads them from its journal (:mod:`app.models.configuration`), so that what a newer county says is kept unread.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.sync.canonical import Wire

CODE = "county_code"
CLOCK = "county_clock"
YEAR = "county_year"
SETTING = "county_setting"

FIELDS: Mapping[str, tuple[str, ...]] = {
    CODE: ("list", "code", "label", "standard", "order", "from_on", "until_on", "basis"),
    CLOCK: ("clock", "length", "unit", "rolls", "from_on", "basis"),
    YEAR: ("year", "arrangement", "basis"),
    SETTING: ("name", "value", "is_locked", "basis"),
}
"""Fields of each kind of record; ``arrangement`` is one indivisible value, as in ``resources/calendar``."""

PARTS: Mapping[str, str] = {CODE: "codes", CLOCK: "clocks", YEAR: "years", SETTING: "settings"}
"""What each kind is called in a county's file and in the names of its entries."""

NAMED_BY: Mapping[str, tuple[str, ...]] = {
    CODE: ("list", "code"),
    CLOCK: ("clock",),
    YEAR: ("year",),
    SETTING: ("name",),
}
"""Fields that say which thing a record is about; one record for each."""

COUNTY_CODES = "C-"
TOWNSHIP_CODES = "T-"
"""Beginnings of codes a county or a township adds; no shipped code begins so."""

UNITS = ("days", "working_days", "months", "years")
"""Units of length a county may give a period that is counted in days or longer."""

LONGEST: Mapping[str, int] = {"hours": 10_000, "days": 36_500, "working_days": 3_650, "months": 1_200, "years": 100}
"""The longest period in each unit: a slip of the pen must not push a last day beyond what a calendar can say."""

SETTABLE = ("idle_lock_minutes", "backup_days", "backup_copies")
"""Settings of a PC that a county may set."""


def entry_name(register: str, values: Mapping[str, Wire]) -> str:
    """The name people use for an entry: ``codes/dispute_category/C-road``, ``clocks/mediation``, ``years/2027``."""
    return "/".join([PARTS.get(register, register), *(str(values.get(one, "")) for one in NAMED_BY.get(register, ()))])
