"""One function for every icon: ``icon("users")``; the drawings lie in ``resources/icons`` (Lucide, ISC licence).

Drawn as needed at the screen's own resolution and coloured by the tokens, so they stay sharp at 150 %. Our own files
and QtSvg instead of an icon-font library because importing that costs an eighth of a second of every start.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.resources import resource_path
from app.ui.look.tokens import tokens

Tone = Literal["text", "text_soft", "text_faint", "text_off", "accent", "on_accent", "danger", "warn", "ok"]
TONES: tuple[str, ...] = get_args(Tone)


@cache
def _drawing(name: str) -> str:
    return resource_path(f"icons/{name}.svg").read_text(encoding="utf-8")


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))


class _SvgEngine(QIconEngine):
    """Paints one drawing at any size, at the left of a wider box: that leaves a gap before a button's words."""

    def __init__(self, name: str, tone: Tone, active_tone: Tone) -> None:
        super().__init__()
        self._name, self._tone, self._active_tone = name, tone, active_tone

    def clone(self) -> QIconEngine:
        return _SvgEngine(self._name, self._tone, self._active_tone)

    def _colour(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        tone = self._active_tone if state == QIcon.State.On else self._tone
        if mode == QIcon.Mode.Disabled:
            tone = "text_off"
        return str(getattr(tokens().colours, tone))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        place = QRectF(rect.left(), rect.top() + (rect.height() - side) / 2, side, side)
        _renderer(self._name, self._colour(mode, state)).render(painter, place)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap


@cache
def icon(name: str, tone: Tone = "text_soft", active_tone: Tone = "accent") -> QIcon:
    """The icon of that file name; ``active_tone`` colours it while its button is checked.

    Raises FileNotFoundError for a name that is not shipped.
    """
    _drawing(name)
    return QIcon(_SvgEngine(name, tone, active_tone))


def pixmap(name: str, side: int, tone: Tone = "text_soft", *, ratio: float = 1.0) -> QPixmap:
    """The drawing as a picture ``side`` logical pixels wide, for a screen of ``ratio`` device pixels each."""
    picture = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    whole = QRectF(0, 0, picture.width(), picture.height())
    _renderer(name, str(getattr(tokens().colours, tone))).render(painter, whole)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
