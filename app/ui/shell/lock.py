"""Locking: after a time without a key or a mouse move the records are covered until the password is given again.

It covers what stands on the screen; the key of the data stays in memory, so this protects against a glance, not against
someone who takes the PC away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QVBoxLayout, QWidget

from app.ui import work
from app.ui.look import pixmap, tokens
from app.ui.widgets.parts import button, label
from app.ui.widgets.password_edit import PasswordEdit

if TYPE_CHECKING:
    from app.errors import AppError

SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """``idled`` after ``minutes`` without a sign of life in any window of the program; 0 means never.

    Listens at the windows, not at every widget, so that painting a table does not pass through here.
    """

    idled = Signal()

    def __init__(self, parent: QObject, *, minutes: float) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.idled)
        self._watched: QWindow | None = None
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._on_focus_window_changed)
            self._on_focus_window_changed(app.focusWindow())
        self.set_minutes(minutes)

    def set_minutes(self, minutes: float) -> None:
        """Change the time; 0 switches locking off."""
        self._timer.stop()
        self._timer.setInterval(round(minutes * 60_000))
        if minutes > 0:
            self._timer.start()

    def live(self) -> None:
        """A sign of life from where no event comes through here."""
        if self._timer.isActive():
            self._timer.start()

    def _on_focus_window_changed(self, window: QWindow | None) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
        self._watched = window
        if window is not None:
            window.installEventFilter(self)
            window.destroyed.connect(self._on_window_destroyed)

    def _on_window_destroyed(self) -> None:
        self._watched = None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in SIGNS_OF_LIFE and self._timer.isActive():
            self._timer.start()
        return False


class LockScreen(QDialog):
    """Stands over the main window; ``unlocked`` when ``unlock(password)`` (off the screen's thread) does not raise."""

    unlocked = Signal()

    def __init__(self, window: QWidget, user: str, unlock: Callable[[str], object]) -> None:
        super().__init__(window, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        self.setObjectName("Entry")
        self.setAccessibleName("已锁定")
        self.setModal(True)
        self._unlock = unlock
        self._window = window
        self._covers: list[QWidget] = []
        sizes = tokens().sizes
        picture = label()
        picture.setPixmap(pixmap("lock", sizes.icon_l, "text_soft", ratio=self.devicePixelRatioF()))
        self.password = PasswordEdit()
        self.password.setPlaceholderText("密码")
        self.password.setFixedWidth(sizes.field)
        self.message = label("", "small", tone="danger")
        self.open_button = button("解锁", "primary", on_click=self._try)
        self.open_button.setFixedWidth(sizes.field)
        lines = QVBoxLayout(self)
        lines.addStretch(1)
        for part in (
            picture,
            label(f"{user}，程序已锁定", "lead"),
            label("没有保存的内容还在，解锁后接着填。", "faint"),
            QWidget(),
            self.password,
            self.message,
            self.open_button,
        ):
            lines.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        lines.addStretch(2)
        self.password.setFocus()

    def cover(self) -> None:
        """Cover the main window and every dialog that stands, and take the keys."""
        for other in QApplication.topLevelWidgets():
            if (
                other.isVisible()
                and other is not self
                and other.windowType() in {Qt.WindowType.Dialog, Qt.WindowType.Window}
            ):
                self._covers.append(_cover(other))
        self.setGeometry(self._window.geometry())
        self.show()
        self.raise_()
        self.activateWindow()

    def _try(self) -> None:
        password = self.password.text()
        self.open_button.setEnabled(False)
        work.run(lambda: self._unlock(password), then=self._on_opened, failed=self._on_refused, owner=self)

    def _on_opened(self, _result: object) -> None:
        for one in self._covers:
            one.hide()
            one.deleteLater()
        self._covers.clear()
        self.unlocked.emit()
        self.accept()

    def _on_refused(self, error: AppError) -> None:
        self.open_button.setEnabled(True)
        self.message.setText(str(error))
        self.password.selectAll()
        self.password.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)


def _cover(window: QWidget) -> QWidget:
    cover = QFrame(window)
    cover.setObjectName("Entry")
    cover.setStyleSheet(f"#Entry {{ background: {tokens().colours.ground}; }}")
    cover.setGeometry(window.rect())
    cover.show()
    cover.raise_()
    return cover
