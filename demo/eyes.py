"""Looking at the windows as a person does: is this in front, what does it say; and taking its picture.

Waits by letting the program run until something is true, never for a fixed time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget
from shiboken6 import isValid

from app.ui import work
from app.ui.widgets.bug_dialog import BugDialog
from app.ui.widgets.toast import Toast
from demo import album
from demo.promises import BrokenPromiseError

SCREEN = (1366, 768)
_LOOK_MS = 5
LIMIT_S = 30.0

Widget = TypeVar("Widget", bound=QWidget)

bugs: list[str] = []
"""What must end the scene at once: errors of ours before the main window stood, or that nobody listens any more."""


def until(holds: Callable[[], object], what: str, *, limit: float = LIMIT_S) -> None:
    """Let the program run until ``holds()`` is true; raises ``BrokenPromiseError`` naming ``what`` after the limit."""
    end = time.monotonic() + limit
    while not holds():
        _no_bug()
        if time.monotonic() > end:
            raise BrokenPromiseError(f"等了 {limit:.0f} 秒没有看到：{what}")
        _let_it_run()


def _let_it_run() -> None:
    """A few milliseconds of the program's own loop; unlike ``QTest.qWait`` it leaves Python to the other threads."""
    loop = QEventLoop()
    QTimer.singleShot(_LOOK_MS, loop.quit)
    loop.exec()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _no_bug() -> None:
    """A bug, before or in the person's face, ends the day."""
    if bugs:
        raise BrokenPromiseError(bugs[0])
    for one in QApplication.topLevelWidgets():
        if isinstance(one, BugDialog) and one.isVisible():
            trace = " / ".join(edit.toPlainText() for edit in one.findChildren(QPlainTextEdit))
            raise BrokenPromiseError(f"程序内部出错：{trace[-1500:]}")


def until_quiet(*, limit: float = LIMIT_S) -> None:
    """Let everything under way end and be drawn."""
    QApplication.processEvents()
    until(work.is_idle, "手头的事做完", limit=limit)
    QApplication.processEvents()


def the(kind: type[Widget], *, limit: float = LIMIT_S, where: Callable[[Widget], bool] = lambda _: True) -> Widget:
    """The visible window or dialog of this kind, waited for."""
    found: list[Widget] = []

    def is_there() -> bool:
        found[:] = [
            one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible() and where(one)
        ]
        return bool(found)

    until(is_there, f"窗口 {kind.__name__}", limit=limit)
    return found[-1]


def inside(parent: QWidget, kind: type[Widget], *, where: Callable[[Widget], bool] = lambda _: True) -> list[Widget]:
    """Every visible widget of this kind inside another."""
    return [one for one in parent.findChildren(kind) if one.isVisible() and where(one)]


def has_ink(widget: QWidget) -> bool:
    """True when something dark is drawn in the middle of a widget: pages of a paper are drawn on another thread."""
    picture = widget.grab().toImage()
    across, down = range(picture.width() // 8, picture.width() * 7 // 8, 3), range(0, picture.height(), 3)
    return any(picture.pixelColor(x, y).lightness() < 96 for y in down for x in across)


def is_gone(window: QWidget) -> bool:
    """True when the window is closed or was deleted."""
    return not isValid(window) or not window.isVisible()


class Camera:
    """Writes pictures of windows into the album's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._scale = float(os.environ.get("QT_SCALE_FACTOR", "1"))

    def fit(self, window: QWidget) -> None:
        """Make a window as large as the screen of a small office PC; dialogs keep their size."""
        if not isinstance(window, QDialog):
            window.resize(int(SCREEN[0] / self._scale), int(SCREEN[1] / self._scale))

    def take(self, name: str, window: QWidget) -> Path:
        """Photograph a window; a dialog is seen with the window behind it."""
        until_quiet()
        behind = window.parentWidget() if isinstance(window, QDialog) else None
        for toast in (behind or window).window().findChildren(Toast):
            toast.hide()  # it would have gone by itself: the day is faster than a person
        path = self._folder / album.file_name(name)
        covers = behind is not None and window.size() == behind.window().size()
        picture = window.grab() if behind is None or covers else _over(behind.window(), window)
        picture.save(str(path))
        return path

    def take_page(self, folder: str, name: str, window: QWidget) -> None:
        """Photograph one page of the navigation into a folder beside the album's pictures."""
        until_quiet()
        (self._folder / folder).mkdir(exist_ok=True)
        window.grab().save(str(self._folder / folder / f"{name}.png"))

    def take_failure(self, pc: str) -> Path | None:
        """What stands in front when something went wrong."""
        window = QApplication.activeModalWidget() or QApplication.activeWindow()
        if window is None:
            return None
        path = self._folder / f"failed-{pc}.png"
        window.grab().save(str(path))
        return path


def _over(behind: QWidget, dialog: QWidget) -> QPixmap:
    """A dialog in the middle of its window, which is dimmed as it cannot be used meanwhile, with its title above."""
    ground, front = behind.grab(), dialog.grab()
    ratio = ground.devicePixelRatio()
    room = QRect(0, 0, round(ground.width() / ratio), round(ground.height() / ratio))
    bar = 2 * dialog.fontMetrics().height()
    whole = QRect(0, 0, round(front.width() / ratio), round(front.height() / ratio) + bar)
    whole.moveCenter(room.center())
    whole.moveTop(max(0, whole.top()))
    painter = QPainter(ground)
    painter.fillRect(room, QColor(0, 0, 0, 60))
    painter.fillRect(whole.adjusted(-1, -1, 1, 1), QColor(0, 0, 0, 90))
    title = QRect(whole.left(), whole.top(), whole.width(), bar)
    painter.fillRect(title, QColor(0xE4, 0xE7, 0xEC))
    painter.setPen(QColor(0x33, 0x3B, 0x48))
    painter.setFont(dialog.font())
    painter.drawText(title, int(Qt.AlignmentFlag.AlignCenter.value), dialog.windowTitle())
    painter.drawPixmap(QPoint(whole.left(), whole.top() + bar), front)
    painter.end()
    return ground
