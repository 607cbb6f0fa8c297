"""Enter goes to the next field, but never while an input method is composing. Written once, for every form.

Enter or Return in a one-line field goes on, Shift+Enter back, the last field emits ``finished``. In a field of several
lines Enter begins a new line and Ctrl+Enter goes on. While the input method shows text that is not yet committed, and
for the Enter that commits it, nothing moves: a name must never be left half typed.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

ONE_LINE = (QLineEdit, QComboBox, QAbstractSpinBox, QCheckBox, QRadioButton)
MANY_LINES = (QTextEdit, QPlainTextEdit)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
COMMIT_MS = 150  # some input methods deliver the committing Enter as a key of its own just after the commit


class EnterMoves(QObject):
    """Watches whichever field inside ``root`` has the focus, also fields added later.

    A widget with the property ``enterField`` set to True is a stop as well; with False it is passed over; with
    ``"press"`` it is a button where Enter arrives, and there Enter presses it. Lives as long as ``root``.
    """

    finished = Signal()

    def __init__(self, root: QWidget) -> None:
        super().__init__(root)
        self._root = root
        self._watched: QWidget | None = None
        self._is_composing = False
        self._since_commit = QElapsedTimer()
        app = cast("QApplication", QApplication.instance())
        app.focusChanged.connect(self._on_focus_changed)
        self._on_focus_changed(None, app.focusWidget())

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):  # a dialog going away takes its fields first
            self._watched.removeEventFilter(self)
            self._watched.destroyed.disconnect(self._on_watched_destroyed)
        self._watched = None
        self._is_composing = False
        self._since_commit.invalidate()
        if new is not None and self._root.isAncestorOf(new):
            self._watched = new
            new.installEventFilter(self)
            new.destroyed.connect(self._on_watched_destroyed)

    def _on_watched_destroyed(self) -> None:
        self._watched = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._watched:
            return False
        if isinstance(event, QInputMethodEvent):
            self._note_composing(event)
        elif event.type() == QEvent.Type.KeyRelease:
            self._since_commit.invalidate()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _note_composing(self, event: QInputMethodEvent) -> None:
        was_composing, self._is_composing = self._is_composing, bool(event.preeditString())
        if was_composing and not self._is_composing:
            self._since_commit.start()

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() not in ENTER:
            self._since_commit.invalidate()
            return False
        if self._is_composing or self._is_committing():
            return True
        field = self._field_of(self._watched)
        if field is None or QApplication.activePopupWidget() is not None or field.property("enterField") == "press":
            return False
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control != isinstance(field, MANY_LINES):
            return False
        self._move(field, back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        return True

    def _is_committing(self) -> bool:
        return self._since_commit.isValid() and self._since_commit.elapsed() < COMMIT_MS

    def _field_of(self, widget: QWidget | None) -> QWidget | None:
        """The field the focused widget belongs to (an editable combo's inner line edit belongs to the combo)."""
        while widget is not None and widget is not self._root:
            parent = widget.parentWidget()
            if _is_field(widget) and not isinstance(parent, QComboBox | QAbstractSpinBox):
                return widget
            widget = parent
        return None

    def _move(self, field: QWidget, *, back: bool) -> None:
        fields = self.fields()
        if field not in fields:
            return
        place = fields.index(field) + (-1 if back else 1)
        if 0 <= place < len(fields):
            fields[place].setFocus(Qt.FocusReason.TabFocusReason)
            _bring_into_sight(fields[place])
        elif not back:
            self.finished.emit()

    def fields(self) -> list[QWidget]:
        """The stops in tab order: visible, enabled, not read-only."""
        found: list[QWidget] = []
        seen: set[int] = set()
        widget = self._root.nextInFocusChain()
        while widget is not None and widget is not self._root and id(widget) not in seen:
            seen.add(id(widget))
            if self._root.isAncestorOf(widget) and _is_field(widget) and _is_stop(widget):
                found.append(widget)
            widget = widget.nextInFocusChain()
        return found


def _bring_into_sight(field: QWidget) -> None:
    """Scroll as Tab would: Qt does so only for its own focus chain."""
    ancestor = field.parentWidget()
    while ancestor is not None:
        if isinstance(ancestor, QScrollArea):
            ancestor.ensureWidgetVisible(field)
        ancestor = ancestor.parentWidget()


def _is_field(widget: QWidget) -> bool:
    declared = widget.property("enterField")
    if declared is not None:
        return bool(declared)
    return isinstance(widget, ONE_LINE + MANY_LINES)


def _is_stop(widget: QWidget) -> bool:
    if isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox):
        return False
    if not isinstance(widget, QAbstractButton | QComboBox) and widget.property("readOnly"):
        return False
    takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes_tab and widget.isVisible() and widget.isEnabled()
