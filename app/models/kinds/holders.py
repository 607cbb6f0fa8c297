"""The kind of 承办: one account of the office, one village, one unit of the register, or a department by name.

One value on purpose, not four fields: two hand-overs made at once then contest one field, and one decision ends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from app.models import text
from app.models.kinds.base import Kind, Unreadable, text_of
from app.sync.canonical import Wire

ACCOUNT, PLACE, ORGANISATION, UNIT = "account", "place", "organisation", "unit"
_LONGEST_NAME = 100
_FORM = re.compile(r"(?:(account|place|organisation):([0-9a-f]{32})|(unit):):(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a matter. ``register`` and ``id`` say which record it is (none for a department by name).

    ``name`` is what it was called at that moment: papers and history keep saying so.
    """

    register: str
    id: str
    name: str

    @classmethod
    def department(cls, name: str) -> Holder:
        """A department or unit without a record."""
        return cls(UNIT, "", text.clean_name(name))

    @classmethod
    def read(cls, wire: object) -> Holder | None:
        """The holder a value stands for; None for no value and for one that cannot be read."""
        found = _FORM.fullmatch(wire) if isinstance(wire, str) else None
        if found is None:
            return None
        return cls(found[1] or found[3], found[2] or "", found[4])

    @property
    def wire(self) -> str:
        """The value as it is stored."""
        return f"{self.register}:{self.id}:{self.name}"

    @property
    def key(self) -> str:
        """What all values of the same holder begin with, whatever it was called when."""
        return f"{self.register}:{self.id}:" if self.id else self.wire

    def is_same(self, other: Holder | None) -> bool:
        """True for the same account, place or unit, also under another name."""
        return other is not None and self.key == other.key


class HolderKind(Kind):
    """A holder in its stored form; chosen in the hand-over, never typed."""

    name: ClassVar[str] = "holder"
    example: ClassVar[str] = "从“交办”中选择"

    def check(self, value: object) -> object:
        holder = Holder.read(text_of(value))
        if holder is None or not holder.name.strip() or len(holder.name) > _LONGEST_NAME:
            message = "应在“交办”中选择承办人、村或单位"
            raise ValueError(message)
        return holder.wire

    def from_wire(self, wire: Wire) -> object:
        return wire if Holder.read(wire) is not None else Unreadable(wire)

    def show(self, value: Any) -> str:
        holder = Holder.read(value)
        return holder.name if holder else str(value)
