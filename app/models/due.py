"""What is due: matters whose day is near or past. By matter, never by person.

SQL chooses candidates by plain days, which is never too few because a clock is never shorter; the period engine then
says the exact day and what must be told about it (a rest day, a year without its holiday arrangement).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.models.clocks_list import Clock, clock_called
from app.models.database import Connection
from app.models.registers.hazard import CLOSED, HANDED, PROGRESS_SQL, TO_RECHECK
from app.models.registers.matter import called

_LONGEST_ROLL = 31
"""Days by which a rest day may move a deadline at the very most; only widens the choice of candidates."""

_PERFORMED = "coalesce(a.performed, '') NOT IN ('performed', 'on_the_spot')"
_AGREEMENTS = "dispute_agreement a JOIN dispute d ON d.id = a.parent WHERE d.deleted = 0 AND a.deleted = 0"


@dataclass(frozen=True, slots=True)
class Due:
    """A matter, the day something about it falls due, and who holds it (empty: nobody)."""

    register: str
    id: str
    title: str
    what: str
    on: date
    holder: str = ""


def due_matters(conn: Connection, today: date, *, ahead: int = 7, cap: int = 50) -> list[Due]:
    """What falls due until ``today`` + ``ahead`` days or is past it, the oldest first.

    Agreements to be performed, mediations to be ended, hazards to be rectified; and the last days in which parties may
    apply for judicial confirmation, which is not shown any more when it is past: nothing can be done then.
    """
    horizon = today + timedelta(days=ahead)
    found = [
        *_performances(conn, horizon, cap),
        *_mediations(conn, horizon, cap),
        *_confirmations(conn, today, horizon, cap),
        *_rectifications(conn, horizon, cap),
    ]
    return sorted(found, key=lambda one: one.on)[:cap]


def _performances(conn: Connection, horizon: date, cap: int) -> Iterator[Due]:
    found = conn.execute(
        f"SELECT d.id, d.title, a.due_on, d.holder FROM {_AGREEMENTS} AND a.due_on <= ? AND {_PERFORMED}"
        " ORDER BY 3 LIMIT ?",
        (horizon.isoformat(), cap),
    )
    for record_id, title, stored, holder in found:
        on = _day(stored)
        if on is not None:
            yield Due("dispute", record_id, title, "协议履行期限", on, called(holder))


def _mediations(conn: Connection, horizon: date, cap: int) -> Iterator[Due]:
    clock = clock_called("mediation")
    found = conn.execute(
        "SELECT d.id, d.title, d.accepted_on, d.holder FROM dispute d WHERE d.deleted = 0 AND d.accepted_on <= ?"
        " AND d.extended_to IS NULL AND d.stage IN ('registered', 'accepted', 'mediating') ORDER BY 3 LIMIT ?",
        (_latest_start(clock, horizon), cap),
    )
    yield from _running("dispute", found, clock, horizon)
    extended = conn.execute(
        "SELECT d.id, d.title, d.extended_to, d.holder FROM dispute d WHERE d.deleted = 0 AND d.extended_to <= ?"
        " AND d.stage IN ('registered', 'accepted', 'mediating') ORDER BY 3 LIMIT ?",
        (horizon.isoformat(), cap),
    )
    for record_id, title, stored, holder in extended:
        on = _day(stored)
        if on is not None:
            yield Due("dispute", record_id, title, f"{clock.title}（已延长）", on, called(holder))


def _confirmations(conn: Connection, today: date, horizon: date, cap: int) -> Iterator[Due]:
    clock = clock_called("judicial_confirmation")
    earliest = today - timedelta(days=clock.period.least_days + _LONGEST_ROLL)
    found = conn.execute(
        f"SELECT d.id, d.title, a.signed_on, d.holder FROM {_AGREEMENTS} AND a.form = 'written' AND {_PERFORMED}"
        " AND a.signed_on BETWEEN ? AND ? ORDER BY 3 LIMIT ?",
        (earliest.isoformat(), _latest_start(clock, horizon), cap),
    )
    yield from (one for one in _running("dispute", found, clock, horizon) if one.on >= today)


def _rectifications(conn: Connection, horizon: date, cap: int) -> Iterator[Due]:
    found = conn.execute(
        f"SELECT t.id, t.title, t.due_on, t.holder, {PROGRESS_SQL} AS progress FROM hazard t WHERE t.deleted = 0"
        " AND t.due_on <= ? AND progress NOT IN (?, ?) ORDER BY 3 LIMIT ?",
        (horizon.isoformat(), CLOSED, HANDED, cap),
    )
    for record_id, title, stored, holder, progress in found:
        on = _day(stored)
        if on is not None:
            what = "隐患整改已完成，待复查" if progress == TO_RECHECK else "隐患整改期限"
            yield Due("hazard", record_id, title, what, on, called(holder))


def _latest_start(clock: Clock, horizon: date) -> str:
    return (horizon - timedelta(days=clock.least_days)).isoformat()


def _running(
    register: str, found: Iterator[tuple[str, str, object, object]], clock: Clock, horizon: date
) -> Iterator[Due]:
    """The candidates whose clock ends within the horizon, with what must be said about the last day."""
    for record_id, title, stored, holder in found:
        start = _day(stored)
        if start is None:
            continue
        last = clock.deadline(start)
        if last.on <= horizon:
            held = clock.at(start)
            told = "；".join(one for one in (f"县里定 {held.period}" if held.by_county else "", last.note) if one)
            what = f"{clock.title}（{told}）" if told else clock.title
            yield Due(register, record_id, title, what, last.on, called(holder))


def _day(stored: object) -> date | None:
    """A stored day; None for what no program could read as one, which is shown in its record."""
    try:
        return date.fromisoformat(stored) if isinstance(stored, str) else None
    except ValueError:
        return None


_BY_THE_DOZEN = 12


@dataclass(frozen=True, slots=True)
class Recent:
    """A record last worked on."""

    register: str
    id: str
    at: str


def recent_work(conn: Connection, user: str, *, cap: int = 8) -> list[Recent]:
    """The records a user changed last, newest first, each once; ``register`` may be that of a line of it.

    What came in by the dozen (an import) is left out: nobody worked on those one by one.
    """
    newest = conn.execute(
        "SELECT register, root, at, act_id FROM journal WHERE user = ? AND kind IN ('create', 'update')"
        " AND stream NOT IN ('office', 'config', 'audit') ORDER BY n DESC LIMIT 400",
        (user,),
    ).fetchall()
    records_of_act = Counter(act for act, _ in {(act, root) for _, root, _, act in newest})
    found: dict[str, Recent] = {}
    for register, root, at, act in newest:
        if records_of_act[act] < _BY_THE_DOZEN:
            found.setdefault(root, Recent(register, root, at))
    return list(found.values())[:cap]
