"""A field for a password: hidden, shown on request, and it notices 大写锁定."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from app.ui.look import icon


class PasswordEdit(QLineEdit):
    """``caps_noticed`` says whether the last letter looked as if Caps Lock were on."""

    caps_noticed = Signal(bool)

    def __init__(self, name: str = "密码") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)
        self._eye = QAction(icon("eye", "text_faint"), "", self)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self._eye.setToolTip("显示密码")
        self._eye.triggered.connect(self.toggle_shown)

    def toggle_shown(self) -> None:
        """Show what was typed, or hide it again."""
        shown = self.echoMode() == QLineEdit.EchoMode.Normal
        self.setEchoMode(QLineEdit.EchoMode.Password if shown else QLineEdit.EchoMode.Normal)
        self._eye.setIcon(icon("eye" if shown else "eye-off", "text_faint"))
        self._eye.setToolTip("显示密码" if shown else "隐藏密码")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text()
        if len(letter) == 1 and letter.isascii() and letter.isalpha():
            with_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_noticed.emit(letter.isupper() != with_shift)
        super().keyPressEvent(event)
