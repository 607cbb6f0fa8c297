"""What stands in a data folder before anything is opened: a township or none, who can sign in, a restore to finish.

Light by intent: the first window is shown from this alone, the rest is loaded while the password is typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.models.folder import DATABASE, MAKING, READY, stage_of
from app.models.key_file import people, read
from app.models.recovery import new_secret, recovery_key


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """Somebody who can sign in on this PC."""

    id: str
    name: str


def is_set_up(folder: Path) -> bool:
    """True when the folder holds a township."""
    return (folder / DATABASE).exists() and not is_half_made(folder)


def is_half_made(folder: Path) -> bool:
    """True when a kill cut the making short: the mark stands and nobody can sign in yet.

    A township that lost its key file has no mark, and one whose mark outlived a power cut has accounts.
    """
    return (folder / MAKING).exists() and not known_accounts(folder)


def township_name(folder: Path) -> str:
    """What the township is called, for the login window; "" when unknown."""
    return read(folder).township


def known_accounts(folder: Path) -> list[KnownAccount]:
    """Who can sign in here, in the order the accounts were made."""
    return [KnownAccount(slot.id, slot.name) for slot in people(read(folder).slots)]


def make_recovery_key() -> str:
    """A fresh recovery key for a new township, shown before anything is made."""
    return recovery_key(new_secret())


def is_restore_ready(data: Path) -> bool:
    """True when a kill left a restore between its two renames."""
    return not (data / DATABASE).exists() and (stage_of(data) / READY).exists()
