"""The keys of collections: taken before a text field takes them for its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_CONTROL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ADD_KEY = QKeyCombination(_CONTROL, Qt.Key.Key_Insert).toCombined()
REMOVE_KEY = QKeyCombination(_CONTROL, Qt.Key.Key_Delete).toCombined()
UP_KEY = QKeyCombination(_ALT, Qt.Key.Key_Up).toCombined()
DOWN_KEY = QKeyCombination(_ALT, Qt.Key.Key_Down).toCombined()


class LineKeys(QObject):
    """Takes Ctrl+Insert, Ctrl+Delete and Alt+↑/↓ for the lines before a text field takes them for its text."""

    def __init__(self, parent: QObject, acts: Mapping[int, Callable[[], object]]) -> None:
        super().__init__(parent)
        self._acts = acts

    def watch(self, stops: Iterator[QWidget]) -> None:
        """Listen at these fields."""
        for one in stops:
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.keyCombination().toCombined() not in self._acts:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            self._acts[event.keyCombination().toCombined()]()
            return True
        return False
