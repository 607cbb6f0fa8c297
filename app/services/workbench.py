"""Facts for the first page: what is due, what waits, what was worked on last. Counts matters, never persons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.models import clock
from app.models.due import Due, due_matters, recent_work
from app.models.policy import Act
from app.services.office import Office


@dataclass(frozen=True, slots=True)
class Worked:
    """A record last worked on."""

    register: str
    id: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Workload:
    """What the signed-in user finds in the morning."""

    due: tuple[Due, ...]
    drafts: int
    recent: tuple[Worked, ...]


def workload(office: Office) -> Workload:
    """Gather the facts; a role that may not read a register does not see its matters."""
    conn = office.store.conn
    due = tuple(one for one in due_matters(conn, clock.today()) if office.may(Act.READ, one.register))
    return Workload(due, len(office.drafts()), tuple(_recent(office)))


def _recent(office: Office) -> list[Worked]:
    found: list[Worked] = []
    for one in recent_work(office.store.conn, office.user.id):
        register = office.registry.top(one.register)
        if not office.may(Act.READ, register):
            continue
        title = office.reader.titles(register, [one.id]).get(one.id)
        if title:
            found.append(Worked(register, one.id, title, datetime.fromisoformat(one.at)))
    return found
