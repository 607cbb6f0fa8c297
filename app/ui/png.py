"""A picture of the screen's as the bytes of a PNG file; works off the screen's thread too."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter


def png_of(picture: QImage) -> bytes:
    """The PNG; empty when there is no picture."""
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(held, QByteArray(b"png")).write(picture)
    return bytes(held.data().data())
