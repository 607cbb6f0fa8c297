"""The program's day and wall time: Beijing, whatever the system's zone; the day can be set for practice and tests.

The one place that asks the machine what time it is (ruff holds it). What people read, are proposed or must keep asks
:func:`today` and :func:`now`; what only orders or measures (journal, sync, backups, ages) asks :func:`instant`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time

from app.models import days
from app.models.days import BEIJING as BEIJING  # noqa: PLC0414 - the clock's zone, for all who ask the clock

_set_day: list[date] = []


def today() -> date:
    """The calendar day in Beijing, or the day set by :func:`day_set_to`."""
    return _set_day[-1] if _set_day else datetime.now(BEIJING).date()


def now() -> datetime:
    """This instant (UTC), on the program's day when one is set."""
    real = instant()
    if not _set_day:
        return real
    return datetime.combine(_set_day[-1], real.astimezone(BEIJING).timetz(), BEIJING).astimezone(UTC)


def instant() -> datetime:
    """This instant (UTC) by the machine, whatever day is set: for the journal, for sync, for the age of a backup."""
    return datetime.now(UTC)


def stamp() -> str:
    """:func:`instant` as it is written into the township's tables: ISO 8601, UTC, whole seconds."""
    return instant().isoformat(timespec="seconds")


@contextmanager
def day_set_to(day: date) -> Iterator[None]:
    """Let the program believe that today is ``day``."""
    _set_day.append(day)
    try:
        yield
    finally:
        _set_day.pop()


def parse_moment(typed: object) -> datetime:
    """A day with a time of day as people type it (``2026-03-15 14:30``, ``3-15 9:05``, ``14:30`` for today).

    Raises ``ValueError`` with a sentence. A day without a time is midnight.
    """
    if isinstance(typed, datetime):
        return typed if typed.tzinfo else typed.replace(tzinfo=BEIJING)
    text = str(typed).strip().replace("：", ":").replace("T", " ")
    found = re.search(r"(?:^|\s|日)(\d{1,2})(?::|时|点)(\d{1,2})?(?::\d{1,2})?分?$", text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
    rest = text[: found.start()] + ("日" if found[0].startswith("日") else "") if found else text
    if hour > 23 or minute > 59:
        message = f"“{text}”不是时间，例如 2026-03-15 14:30"
        raise ValueError(message)
    day = days.parse_day(rest.strip(), today=today()) if rest.strip() else today()
    return datetime.combine(day, time(hour, minute), BEIJING)


def show_moment(instant: datetime) -> str:
    """``2026-03-15 14:30`` in Beijing."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
