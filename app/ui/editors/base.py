"""What every editor can do, and what editors may ask of the desk they stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.models.register import FieldSpec
from app.services.office import Office
from app.ui.editors.raw import Raw, raw_of
from app.ui.widgets import set_tone

Create = Callable[[str, str, QWidget, Callable[[str], None]], None]
Pick = Callable[[str, str, QWidget, Callable[[str], None]], None]


@dataclass(slots=True)
class Desk:
    """The office, and ways to a record of another register: make a new one, or pick one from its list.

    Both are called with register, the text typed so far, the widget asking, and who wants the chosen id. ``want_file``
    asks sync for an attachment that has not come yet, before all others. ``usual`` are the codes used most, by list.
    """

    office: Office
    create: Create | None = None
    pick: Pick | None = None
    want_file: Callable[[str], object] | None = None
    usual: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Editor(QObject):
    """Base of all editors: holds raw content for one field and says when a person changed or left it.

    Content nobody edited comes back exactly as it was given, also when it is unreadable.
    """

    changed = Signal()
    left = Signal()

    def __init__(self, spec: FieldSpec, desk: Desk) -> None:
        super().__init__()
        self.spec = spec
        self.desk = desk

    @property
    def widget(self) -> QWidget:
        """What stands in the form."""
        raise NotImplementedError

    def value(self) -> Raw:
        """The raw content: what the kind's ``check`` is given; None when nothing stands there."""
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        """Show a field's value or raw content; does not count as an edit."""
        raise NotImplementedError

    def set_read_only(self, *, read_only: bool) -> None:
        """Let the content be read and copied only."""
        raise NotImplementedError

    @property
    def is_empty(self) -> bool:
        """True when nothing stands there."""
        return self.value() in (None, "", [])

    @property
    def wants_width(self) -> bool:
        """True when the field should span the whole form."""
        return False

    def mark(self, tone: str, words: str = "") -> None:
        """Colour the field (``danger``, ``warn`` or nothing) and tell a screen reader why."""
        set_tone(self.widget, tone)
        self.widget.setAccessibleDescription(words)

    def take_focus(self) -> None:
        """Move the cursor here."""
        self.widget.setFocus(Qt.FocusReason.TabFocusReason)

    def stops(self) -> list[QWidget]:
        """What the cursor visits."""
        return [self.widget]

    def hint(self) -> str:
        """A quiet sentence about the content, shown under the field; empty for none."""
        return ""

    def _raw(self, value: object) -> Raw:
        return value if isinstance(value, dict) else raw_of(self.spec.kind, value)
