"""Who may do what: one question, asked in the service layer before every act. Restricts the program, not the file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.models.register import Record


class Act(StrEnum):
    """What an account may be allowed to do."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    IMPORT = "import"
    EXPORT = "export"
    PRINT = "print"
    REVEAL = "reveal"
    DECIDE = "decide"
    UNDO = "undo"
    ACCOUNTS = "accounts"
    SETTINGS = "settings"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class User:
    """The signed-in account."""

    id: str
    name: str
    role: str
    place: str | None = None
    committee: str | None = None


_EVERYDAY = frozenset({Act.READ, Act.WRITE, Act.DELETE, Act.EXPORT, Act.PRINT, Act.REVEAL, Act.DECIDE, Act.UNDO})
_OFFICE = frozenset({"place", "committee", "platform", "transcription_order"})
_PEOPLE = frozenset({"person", "household", "organisation", "residence", "house"})
_SAFETY = frozenset({"patrol", "hazard"})

_ACTS: dict[str, frozenset[Act]] = {
    "administrator": frozenset(Act),
    "clerk": _EVERYDAY | {Act.IMPORT, Act.SYNC},
    "mediator": _EVERYDAY | {Act.SYNC},
    "police": _EVERYDAY | {Act.SYNC},
    "auditor": frozenset({Act.READ}),
}
_WRITES: dict[str, frozenset[str]] = {
    "clerk": _PEOPLE | _OFFICE | _SAFETY | {"dispute"},
    "mediator": frozenset({"dispute", "person", "organisation"}),
    "police": _PEOPLE | _SAFETY,
    "auditor": frozenset(),
}
_READS: dict[str, frozenset[str]] = {
    "police": _PEOPLE | _OFFICE | _SAFETY | {"account", "local_code", "number_entry", "form_pack"},
}
_BY_PROGRAM = frozenset({"number_entry", "form_pack"})
"""Written by the program's own acts, each with a question of its own; nobody types, imports or deletes there."""

_CHANGING = frozenset({Act.WRITE, Act.DELETE, Act.IMPORT, Act.DECIDE, Act.UNDO})


def may(user: User, act: Act, register: str = "", record: Record | None = None) -> bool:  # noqa: ARG001 - see below
    """True when the account may do this to this register (or to the program when ``register`` is empty).

    A role this program does not know may only read. ``record`` is for rules by village, which a later release deepens.
    """
    if act not in _ACTS.get(user.role, frozenset({Act.READ})):
        return False
    if register in _BY_PROGRAM and act in (Act.WRITE, Act.DELETE, Act.IMPORT):
        return False
    if user.role == "administrator" or not register:
        return True
    if register == "account" and act in _CHANGING:
        return False
    if act in _CHANGING:
        return register in _WRITES.get(user.role, frozenset())
    allowed = _READS.get(user.role)
    return allowed is None or register in allowed
