"""Keeps what stands in a form while it is typed, so that a power cut loses a second and a half at most.

A draft is the form's state as JSON, with the state it began from; it never is a record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.models.drafts import Draft
from app.models.kinds import value_of_wire
from app.models.register import Definition
from app.services.office import Office
from app.ui.editors.raw import raw_of
from app.ui.registers.state import State, Values

AFTER_MS = 1_500


@dataclass(slots=True)
class Kept:
    """What a draft holds: my state, the state it was begun from (None for a new record), reasons for doubts."""

    mine: State
    base: State | None = None
    reasons: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """For the store."""
        base = self.base.to_json() if self.base else None
        return {"mine": self.mine.to_json(), "base": base, "reasons": self.reasons}


def kept_in(draft: Draft) -> Kept | None:
    """What a draft of a form holds; None for one that no form wrote (a change the county refused)."""
    content = draft.content
    if "mine" not in content:
        return None
    base = State.from_json(content["base"]) if content.get("base") else None
    return Kept(State.from_json(content["mine"]), base, dict(content.get("reasons", {})))


def refused_values(definition: Definition, content: Mapping[str, Any]) -> Values:
    """Fields of a change the county refused, as a form holds them."""
    return {
        name: raw_of(definition.by_name[name].kind, value_of_wire(definition.by_name[name].kind, wire))
        for name, wire in content.items()
        if name in definition.by_name
    }


class DraftKeeper(QObject):
    """Writes a draft a moment after the last keystroke; ``what`` gives the content, None when there is nothing."""

    def __init__(self, parent: QObject, office: Office, register: str, what: Callable[[], Kept | None]) -> None:
        super().__init__(parent)
        self._office = office
        self._register = register
        self._what = what
        self.draft_id: str | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER_MS)
        self._timer.timeout.connect(self.keep)

    def touched(self) -> None:
        """Something was typed."""
        self._timer.start()

    @property
    def is_waiting(self) -> bool:
        """True while something typed is not written yet."""
        return self._timer.isActive()

    def keep(self) -> bool:
        """Write the draft now; True when there is something to keep. What is as saved needs none."""
        self._timer.stop()
        kept = self._what()
        if kept is None:
            self.drop()
            return False
        row = self._office.reader.row(self._register, kept.mine.id)
        self.draft_id = self._office.keep_draft(
            draft_id=self.draft_id,
            register=self._register,
            record_id=kept.mine.id,
            base_version=row.version if row is not None else 0,
            content=kept.to_json(),
        )
        return True

    def drop(self) -> None:
        """Forget the draft: saved, or thrown away."""
        self._timer.stop()
        if self.draft_id is not None:
            self._office.drop_draft(self.draft_id)
            self.draft_id = None
