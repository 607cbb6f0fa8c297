"""What is due: matters whose day is near or past. By matter, never by person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.models.database import Connection

MEDIATION_DAYS = 30
"""Days a mediation commonly takes at most (人民调解工作若干规定 第三十三条: 一个月); to become a setting."""


@dataclass(frozen=True, slots=True)
class Due:
    """A matter and the day something about it falls due."""

    register: str
    id: str
    title: str
    what: str
    on: date


def due_matters(conn: Connection, today: date, *, ahead: int = 7, cap: int = 50) -> list[Due]:
    """Agreements to be performed and mediations to be ended until ``today`` + ``ahead`` days, the oldest first."""
    horizon = (today + timedelta(days=ahead)).isoformat()
    accepted_until = (today + timedelta(days=ahead - MEDIATION_DAYS)).isoformat()
    found = conn.execute(
        "SELECT d.id, d.title, '协议履行期限', a.due_on FROM dispute_agreement a JOIN dispute d ON d.id = a.parent"
        " WHERE d.deleted = 0 AND a.deleted = 0 AND a.due_on <= ?"
        " AND coalesce(a.performed, '') NOT IN ('performed', 'on_the_spot')"
        " UNION ALL SELECT d.id, d.title, '调解期限', date(d.accepted_on, ?) FROM dispute d"
        " WHERE d.deleted = 0 AND d.accepted_on <= ? AND d.stage IN ('registered', 'accepted', 'mediating')"
        " ORDER BY 4 LIMIT ?",
        (horizon, f"+{MEDIATION_DAYS} days", accepted_until, cap),
    )
    return [Due("dispute", row[0], row[1], row[2], date.fromisoformat(row[3])) for row in found if row[3]]


@dataclass(frozen=True, slots=True)
class Recent:
    """A record last worked on."""

    register: str
    id: str
    at: str


def recent_work(conn: Connection, user: str, *, cap: int = 8) -> list[Recent]:
    """The records a user changed last, newest first, each once; ``register`` may be that of a line of it."""
    found = conn.execute(
        "SELECT register, root, max(at) FROM (SELECT register, root, at FROM journal"
        " WHERE user = ? AND kind IN ('create', 'update') AND stream NOT IN ('office', 'config', 'audit')"
        " ORDER BY n DESC LIMIT 400) GROUP BY root ORDER BY 3 DESC LIMIT ?",
        (user, cap),
    )
    return [Recent(register, root, at) for register, root, at in found]
