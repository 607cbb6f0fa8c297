"""One picture to look at: whole in the window or in its own size, larger, smaller, turned. Changes no file."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView

from app.ui.look import tokens

STEP = 1.25
LEAST, MOST = 0.05, 8.0
MARGIN = 0.05
"""White around a printed picture, as a part of the sheet."""


class PictureView(QGraphicsView):
    """``scaled`` tells how large the picture is shown (1.0 is its own size)."""

    scaled = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._scene = QGraphicsScene(self)
        self._item = QGraphicsPixmapItem()
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.addItem(self._item)
        self._is_fitted = True
        self._turned = 0
        self.setScene(self._scene)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setBackgroundBrush(QColor(tokens().colours.ground))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("图片")

    def show_picture(self, picture: QImage) -> None:
        """Show another picture, whole and upright."""
        self._turned = 0
        self._item.setPixmap(QPixmap.fromImage(picture))
        self._scene.setSceneRect(self._item.boundingRect())
        self.fit()

    @property
    def scale_now(self) -> float:
        """How large it is shown: 1.0 is its own size."""
        at = self.transform()
        return float((at.m11() ** 2 + at.m12() ** 2) ** 0.5)

    @property
    def turned(self) -> int:
        """Degrees it is turned by, clockwise."""
        return self._turned

    def fit(self) -> None:
        """Whole in the window; a small picture is not blown up."""
        self._is_fitted = True
        self._set_scale(1.0)
        whole = self.transform().mapRect(self._item.boundingRect())
        room = self.viewport().rect()
        if whole.width() > 0 and whole.height() > 0:
            self._set_scale(min(1.0, room.width() / whole.width(), room.height() / whole.height()))

    def own_size(self) -> None:
        """A pixel of the picture is a pixel of the screen's."""
        self._is_fitted = False
        self._set_scale(1.0)

    def zoom(self, by: float) -> None:
        """Larger or smaller by this factor."""
        self._is_fitted = False
        self._set_scale(min(MOST, max(LEAST, self.scale_now * by)))

    def turn(self) -> None:
        """A quarter to the right, for looking only."""
        self._turned = (self._turned + 90) % 360
        if self._is_fitted:
            self.fit()
        else:
            self._set_scale(self.scale_now)

    def _set_scale(self, scale: float) -> None:
        self.resetTransform()
        self.rotate(self._turned)
        self.scale(scale, scale)
        self.scaled.emit(scale)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(STEP if event.angleDelta().y() > 0 else 1 / STEP)
            event.accept()
        else:
            super().wheelEvent(event)


def print_picture(picture: QImage, printer: QPrinter) -> None:
    """As large as the sheet allows, in the middle, a wide picture turned to stand along the sheet."""
    painter = QPainter(printer)
    try:
        sheet = printer.paperRect(QPrinter.Unit.DevicePixel)
        room = sheet.adjusted(*(round(sheet.width() * MARGIN) * sign for sign in (1, 1, -1, -1)))
        is_wide = picture.width() > picture.height()
        wide, high = (room.height(), room.width()) if is_wide else (room.width(), room.height())
        scale = min(wide / picture.width(), high / picture.height())
        painter.translate(room.center())
        if is_wide:
            painter.rotate(90)
        size = (picture.width() * scale, picture.height() * scale)
        painter.drawImage(QRectF(-size[0] / 2, -size[1] / 2, *size), picture)
    finally:
        painter.end()
