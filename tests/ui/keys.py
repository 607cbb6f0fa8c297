"""Typing as a person does, Chinese included: Qt's own test typing knows only ASCII and aborts on anything else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot


def show_active(qtbot: QtBot, window: QWidget) -> None:
    """Show a window and wait until it has the keyboard: without it no shortcut and no focus works."""
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def type_text(widget: QWidget, text: str) -> None:
    """Type ``text``: ASCII by keys, everything else as an input method does, composing and then committing it."""
    run = ""
    for character in text:
        if character.isascii() and run:
            compose(widget, "pinyin", run)
            run = ""
        if character.isascii():
            QTest.keyClicks(widget, character)
        else:
            run += character
    if run:
        compose(widget, "pinyin", run)


def compose(widget: QWidget, preedit: str, commit: str = "") -> None:
    """Show ``preedit`` as being composed; with ``commit`` also commit that, by the space bar."""
    if preedit:
        QApplication.sendEvent(widget, QInputMethodEvent(preedit, []))
    if commit:
        event = QInputMethodEvent("", [])
        event.setCommitString(commit)
        QApplication.sendEvent(widget, event)
        QApplication.sendEvent(
            widget, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
        )
