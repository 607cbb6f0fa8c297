"""The search field of a page and the chips that narrow its list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QLineEdit, QPushButton, QSizePolicy, QWidget

from app.ui.look import icon, tokens
from app.ui.widgets.parts import beside_words


class SearchBox(QLineEdit):
    """Ctrl+F comes here, Esc empties, Down leaves for the list; ``searched`` carries the text at every change."""

    searched = Signal(str)
    left_down = Signal()

    def __init__(self, placeholder: str, *, page: QWidget | None = None) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self.addAction(icon("search", "text_faint"), QLineEdit.ActionPosition.LeadingPosition)
        self.setMinimumWidth(tokens().sizes.field // 2)
        self.setMaximumWidth(tokens().sizes.field * 3 // 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self.searched)
        if page is not None:
            shortcut = QShortcut(QKeySequence.StandardKey.Find, page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.take_focus)

    def take_focus(self) -> None:
        """Move the cursor here with the old text marked, so that typing replaces it."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_down.emit()
        else:
            super().keyPressEvent(event)


class FilterChip(QPushButton):
    """A filter that is on or off, with the number of records it would leave."""

    def __init__(self, words: str, *, count: int | None = None) -> None:
        super().__init__()
        self._words = words
        self.setCheckable(True)
        self.setProperty("kind", "chip")
        self.setAutoDefault(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setIconSize(beside_words())
        self.set_count(count)
        self.toggled.connect(self._on_toggled)
        self._on_toggled(False)

    def _on_toggled(self, on: bool) -> None:
        """A mark on what is chosen only; its room is there from the start, so that nothing moves."""
        blank = QPixmap(self.iconSize())
        blank.fill(Qt.GlobalColor.transparent)
        self.setIcon(icon("check", "accent") if on else QIcon(blank))

    def set_count(self, count: int | None) -> None:
        """Show how many records the filter leaves; None shows no number."""
        self.setText(self._words if count is None else f"{self._words} {count:,}")
        self.setAccessibleName(self.text())
