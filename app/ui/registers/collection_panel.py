"""What the form asks of a collection of lines, however the collection shows them (a table, tiles of files).

Holds the lines and what was found about them; how one is shown, added and edited is the panel's own affair. Stores
nothing: the form reads ``lines`` and says by ``show_findings`` what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QWidget

from app.errors import Finding
from app.models.register import ChildSpec
from app.ui.editors.base import Desk
from app.ui.registers.collection_note import CollectionNote
from app.ui.registers.form_findings import Place
from app.ui.registers.line_keys import ADD_KEY, DOWN_KEY, REMOVE_KEY, UP_KEY
from app.ui.registers.panel import FieldsPanel
from app.ui.registers.state import LineState
from app.ui.widgets import SectionHeading


class CollectionPanel(QWidget):
    """``edited`` and ``left`` carry the place of a field, ``reasoned`` a doubt's sentence and its reason.

    ``settled`` is emitted when nothing is under way any more (``is_busy``), with False when something was refused:
    saving and leaving wait for it.
    """

    edited = Signal(object)
    left = Signal(object)
    reasoned = Signal(str, str)
    added = Signal(object)
    removed = Signal(str, int, object)
    chosen = Signal(object)
    settled = Signal(bool)
    is_fixed = False
    table: QAbstractItemView
    """What shows the lines, one index each."""
    panel: FieldsPanel
    """The fields of the marked line."""
    add_button: QPushButton

    def __init__(self, child: ChildSpec, desk: Desk) -> None:
        super().__init__()
        self.child = child
        self.definition = child.line.definition
        self._desk = desk
        self._lines: list[LineState] = []
        self._findings: Mapping[Place, Sequence[Finding]] = {}
        self._reasons: Mapping[str, str] = {}
        self._is_locked = False
        self.heading = SectionHeading(child.label)
        self.note = CollectionNote()
        self.note.reasoned.connect(self.reasoned)

    # ---- each panel's own way

    def current(self) -> LineState | None:
        """The line that is marked."""
        raise NotImplementedError

    def mark(self, at: int) -> None:
        """Mark the line that stands there."""
        raise NotImplementedError

    def add(self) -> None:
        """What Ctrl+Insert does: begin a line."""
        raise NotImplementedError

    def add_action(self, act: QWidget) -> None:
        """A button for the marked line."""
        raise NotImplementedError

    def stops(self) -> Iterator[QWidget]:
        """What the cursor visits here."""
        raise NotImplementedError

    def _show(self, *, mark: int = 0) -> None:
        """Show the lines as they are now, this one marked."""
        raise NotImplementedError

    def _on_findings(self) -> None:
        """Findings changed: show those of the lines."""
        raise NotImplementedError

    def _on_locked(self) -> None:
        """Reading only, or not any more."""
        raise NotImplementedError

    def _show_place(self, place: Place) -> QWidget:
        """The cursor to a line, ``(collection, id)``, or to a field of it; what to bring into sight."""
        raise NotImplementedError

    def _after_removal(self) -> None:
        """Where the cursor goes when the marked line is gone."""
        raise NotImplementedError

    # ---- content

    def lines(self) -> list[LineState]:
        """What stands here, in order."""
        return self._lines

    def set_lines(self, lines: Sequence[LineState]) -> None:
        """Show other content; the line marked before stays marked when it is still there."""
        marked = self.current()
        self._lines = list(lines)
        at = next((place for place, line in enumerate(self._lines) if marked and line.id == marked.id), 0)
        self._show(mark=at)

    def take(self, line: LineState) -> None:
        """Put a line made elsewhere at the end, marked."""
        self._lines.append(line)
        self._show(mark=len(self._lines) - 1)
        self.edited.emit((self.child.name,))

    def remove(self) -> None:
        """Take the marked line away; ``removed`` lets it be brought back."""
        line = self.current()
        if line is None or not self.can_edit:
            return
        at = self._lines.index(line)
        self._lines.remove(line)
        self._show(mark=min(at, len(self._lines) - 1))
        self.edited.emit((self.child.name,))
        self.removed.emit(self.child.name, at, line)
        self._after_removal()

    def put_back(self, at: int, line: LineState) -> None:
        """Bring a removed line back to its place."""
        self._lines.insert(at, line)
        self._show(mark=at)
        self.edited.emit((self.child.name,))

    def move_line(self, by: int) -> None:
        """Move the marked line up or down."""
        line = self.current()
        if line is None or self._is_locked:
            return
        at = self._lines.index(line)
        to = at + by
        if 0 <= to < len(self._lines):
            self._lines[at], self._lines[to] = self._lines[to], self._lines[at]
            self._show(mark=to)
            self.edited.emit((self.child.name,))

    def name_of(self, _line: LineState) -> str:
        """What a line is called when it is spoken of, e.g. after it was taken away."""
        return f"一条{self.child.label}"

    @property
    def is_busy(self) -> bool:
        """True while lines are still being made: saving and leaving wait for ``settled``."""
        return False

    @property
    def can_edit(self) -> bool:
        """True when lines may be added and taken away."""
        return not self._is_locked and not self.is_fixed

    def set_read_only(self, *, read_only: bool) -> None:
        """Only to be read."""
        self._is_locked = read_only
        self._on_locked()

    # ---- findings

    def show_findings(self, findings: Mapping[Place, Sequence[Finding]], reasons: Mapping[str, str]) -> None:
        """All findings of the form; those of this collection are taken out of them."""
        name = self.child.name
        self._findings = {place: held for place, held in findings.items() if place[0] == name}
        self._reasons = reasons
        self.note.show_findings(self._findings.get((name,), ()), reasons)
        self._on_findings()

    def findings_of(self, line: LineState) -> dict[str, Sequence[Finding]]:
        """Findings of a line's fields, by field."""
        key = (self.child.name, line.id)
        return {place[2]: held for place, held in self._findings.items() if place[:2] == key and len(place) > 2}

    def focus_place(self, place: Place) -> QWidget:
        """Put the cursor where a finding is; the widget to bring into sight."""
        if len(place) < 2:
            return self.note.take_focus() or self.heading
        return self._show_place(place)

    def at(self, line_id: str) -> int:
        """Where the line with that id stands; -1 when it does not."""
        return next((at for at, line in enumerate(self._lines) if line.id == line_id), -1)

    # ---- keyboard

    def keys(self) -> dict[int, Callable[[], object]]:
        """What the keys of collections do while the cursor is here."""
        return {
            ADD_KEY: self.add,
            REMOVE_KEY: self.remove,
            UP_KEY: lambda: self.move_line(-1),
            DOWN_KEY: lambda: self.move_line(1),
        }


def take_cursor(widget: QWidget) -> None:
    """Put the cursor into a widget, as after an act of the program."""
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
