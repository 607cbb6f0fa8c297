"""The way of a form's content into the store: saved whole, or refused because the record moved meanwhile.

Runs off the screen's thread; touches no widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import UserError
from app.models.register import Record
from app.services.office import Office
from app.ui.registers.state import State, state_of


@dataclass(frozen=True, slots=True)
class Author:
    """Who changed a record last, and when (UTC, ISO 8601)."""

    name: str
    at: str


class MovedError(UserError):
    """The stored record is not the one the form began from; ``current`` is None when it was deleted."""

    def __init__(self, current: Record | None, author: Author | None = None) -> None:
        super().__init__("这条记录刚被别人改过")
        self.current = current
        self.author = author


def store(office: Office, record: Record, base: State | None, reasons: Mapping[str, str]) -> Record:
    """Save and read back; raises ``UserError`` with findings, ``MovedError``, ``StoreError``, ``NotAllowedError``."""
    register = record.definition.name

    def guard(stored: Record | None) -> None:
        now = state_of(stored) if stored is not None else None
        if now != base:
            raise MovedError(stored)

    try:
        office.save(record, reasons=reasons, guard=guard)
    except MovedError as moved:
        raise MovedError(moved.current, author_of(office, record.id)) from moved
    return office.reader.get(register, record.id) or record


def author_of(office: Office, record_id: str) -> Author | None:
    """Who wrote the newest part of a record, lines included."""
    entries = office.history(record_id)
    return Author(office.user_name(entries[0].user), entries[0].at) if entries else None
