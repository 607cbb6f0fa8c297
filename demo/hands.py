"""A clerk's hands: keys to whatever has the focus, Chinese through the input method; every keystroke is counted.

The mouse is used only where a person would have no key for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QWidget

from demo.eyes import until, until_quiet
from demo.promises import BrokenPromiseError, promised


class Hands:
    """``strokes`` counts keys as a person would press them: a Chinese character costs its pinyin and a choice."""

    def __init__(self) -> None:
        self.strokes = 0

    def type(self, text: str) -> None:
        """Type into whatever has the focus: ASCII by keys, the rest composed and committed by an input method."""
        run = ""
        for character in text:
            if character.isascii():
                self._compose(run)
                run = ""
                self._type_key(character)
            else:
                run += character
        self._compose(run)

    def fill(self, text: str) -> None:
        """Replace what stands in the focused field."""
        self.press("Ctrl+A")
        self.type(text)

    def press(self, keys: str, *, times: int = 1) -> None:
        """Press a key or combination, written as on the screen: ``Enter``, ``Ctrl+S``."""
        combination = QKeySequence("Return" if keys == "Enter" else keys)[0]  # type: ignore[index]
        for _ in range(times):
            self.strokes += 1
            QTest.keyClick(focused(), combination.key(), combination.keyboardModifiers())
        until_quiet()

    def tab_to(self, widget: QWidget, *, most: int = 80) -> None:
        """Press Tab until a widget has the keyboard."""
        for _ in range(most):
            if widget.hasFocus():
                return
            self.press("Tab")
        name = widget.accessibleName() or type(widget).__name__
        raise BrokenPromiseError(f"按 {most} 次 Tab 也走不到“{name}”")

    def click(self, widget: QWidget) -> None:
        """Use the mouse."""
        self.strokes += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(6, 6))
        until_quiet()

    def press_and_choose(self, keys: str, path: Path) -> None:
        """Press keys that ask for a file, and type its name into the file window."""
        self._answered(lambda: self.press(keys), lambda: self._type_file_name(path))

    def click_and_choose(self, widget: QWidget, path: Path) -> None:
        """As :meth:`press_and_choose`, by a button that has no key."""
        self._answered(lambda: self.click(widget), lambda: self._type_file_name(path))

    def open_menu(self, button: QWidget, entry: str) -> None:
        """Open a menu and press Down until an entry is marked, then Enter."""
        self._answered(lambda: self.click(button), lambda: self._take_entry(entry))

    # -- inside --------------------------------------------------------------------------------------------------

    def _type_key(self, character: str) -> None:
        self.strokes += 1
        if character == "\n":
            QTest.keyClick(focused(), Qt.Key.Key_Return)
        else:
            QTest.keyClicks(focused(), character)

    def _compose(self, text: str) -> None:
        if not text:
            return
        spelled = "".join(spelling(character) for character in text)
        self.strokes += len(spelled) + 1
        field = focused()
        QApplication.sendEvent(field, QInputMethodEvent(spelled, []))
        event = QInputMethodEvent("", [])
        event.setCommitString(text)
        QApplication.sendEvent(field, event)
        released = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(field, released)

    def _answered(self, act: Callable[[], None], answer: Callable[[], bool]) -> None:
        """Do something that opens a window of its own loop, and answer that window from inside the loop."""
        state: dict[str, object] = {}

        def look() -> None:
            try:
                if answer():
                    timer.stop()
                    state["done"] = True
            except BrokenPromiseError as error:
                timer.stop()
                state["broken"] = error

        timer = QTimer()
        timer.setInterval(10)
        timer.timeout.connect(look)
        timer.start()
        act()
        until(lambda: state, "选择窗口")
        broken = state.get("broken")
        if isinstance(broken, BrokenPromiseError):
            raise broken
        until_quiet()

    def _type_file_name(self, path: Path) -> bool:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            return False
        box = dialog.findChild(QLineEdit, "fileNameEdit")
        promised(box is not None, "文件窗口里没有文件名一栏")
        assert isinstance(box, QLineEdit)
        box.setFocus()
        box.selectAll()
        self.strokes += len(path.name)
        box.setText(str(path))
        QTest.keyClick(box, Qt.Key.Key_Return)
        return True

    def _take_entry(self, entry: str) -> bool:
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            return False
        for _ in menu.actions():
            self.strokes += 1
            QTest.keyClick(menu, Qt.Key.Key_Down)
            marked: QAction | None = menu.activeAction()
            if marked is not None and marked.text().startswith(entry):
                self.strokes += 1
                QTest.keyClick(menu, Qt.Key.Key_Return)
                return True
        raise BrokenPromiseError(f"菜单里没有“{entry}”")


def focused() -> QWidget:
    """Where the keys go. Raises ``BrokenPromiseError`` when the keyboard is nowhere."""
    if QApplication.activeWindow() is None:  # offscreen nobody gives the keyboard back when a window closes
        front = QApplication.activeModalWidget() or next((one for one in _windows() if one.isVisible()), None)
        if front is not None:
            front.activateWindow()
            until(lambda: QApplication.activeWindow() is not None, "窗口得到键盘")
    widget: QWidget | None = QApplication.focusWidget() or QApplication.activeWindow()
    if widget is None:
        raise BrokenPromiseError("没有任何窗口得到键盘")
    return widget


def _windows() -> list[QWidget]:
    return [
        one for one in QApplication.topLevelWidgets() if one.isWindow() and one.windowType() != Qt.WindowType.ToolTip
    ]


@cache
def spelling(character: str) -> str:
    """What is typed for one character: its pinyin; a punctuation mark is one key."""
    from pypinyin import lazy_pinyin

    spelled = lazy_pinyin(character, errors=lambda _: "'")[0]
    return spelled if spelled.isascii() else "'"
