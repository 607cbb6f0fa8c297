"""The clipboard for what is copied out: kept out of histories, and taken back when nobody needs it any more.

Full document numbers pass through here. What somebody else has put on the clipboard meanwhile is left alone.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

CLEAR_AFTER_MS: Final = 60_000

_NOT_KEPT: Final = (
    ('application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"', b"1"),
    ('application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"', bytes(4)),
    ('application/x-qt-windows-mime;value="CanUploadToCloudClipboard"', bytes(4)),
    ("x-kde-passwordManagerHint", b"secret"),
)
"""How Windows (Win+V, the cloud clipboard) and others are told not to keep it."""


class Passing(QObject):
    """``put`` hands a text over, ``take_back`` empties the clipboard if it is still ours; so does a minute's rest."""

    taken_back = Signal()

    def __init__(self, parent: QObject | None = None, *, clear_after_ms: int = CLEAR_AFTER_MS) -> None:
        super().__init__(parent)
        self._text = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(clear_after_ms)
        self._timer.timeout.connect(self.take_back)

    @property
    def text(self) -> str:
        """What was handed over and not taken back."""
        return self._text

    def put(self, text: str) -> None:
        """Put a text on the clipboard for a minute."""
        data = QMimeData()
        data.setText(text)
        for name, value in _NOT_KEPT:
            data.setData(name, QByteArray(value))
        QGuiApplication.clipboard().setMimeData(data)
        self._text = text
        self._timer.start()

    def take_back(self) -> None:
        """Empty the clipboard, unless somebody else has put something there."""
        self._timer.stop()
        if not self._text:
            return
        clipboard = QGuiApplication.clipboard()
        if _same(clipboard.text(), self._text):
            clipboard.clear()
        self._text = ""
        self.taken_back.emit()


def _same(one: str, other: str) -> bool:
    return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
