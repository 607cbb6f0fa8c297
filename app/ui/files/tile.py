"""One attachment as it is shown, and how it is painted: a small picture with its words, or a line of its own."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from app.ui.look import icon, tokens


@dataclass(slots=True)
class Tile:
    """One attachment as it is shown: ``trouble`` says in a few words why it cannot be opened here."""

    key: str
    name: str
    facts: str
    icon: str
    is_picture: bool
    picture: QImage | None = None
    remark: str = ""
    trouble: str = ""
    tone: str = ""

    def words(self) -> str:
        """Everything, for a tooltip and a screen reader."""
        return "\n".join(part for part in (self.name, self.facts, self.trouble, self.remark) if part)


def paint_tile(painter: QPainter, rect: QRect, tile: Tile, *, is_marked: bool, has_cursor: bool) -> None:
    """The tile in its rectangle."""
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    _ground(painter, rect, is_marked=is_marked, has_cursor=has_cursor)
    (_paint_picture if tile.is_picture else _paint_row)(painter, rect, tile)
    painter.restore()


def _ground(painter: QPainter, rect: QRect, *, is_marked: bool, has_cursor: bool) -> None:
    sizes, colours = tokens().sizes, tokens().colours
    width = sizes.focus if has_cursor else sizes.hair
    painter.setBrush(QColor(colours.accent_soft if is_marked else colours.surface))
    painter.setPen(QPen(QColor(colours.accent if is_marked else colours.line), width))
    half = (width + 1) // 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), sizes.radius_m, sizes.radius_m)


def _paint_picture(painter: QPainter, rect: QRect, tile: Tile) -> None:
    sizes = tokens().sizes
    gap, line = sizes.space_xs + 1, painter.fontMetrics().height()
    frame = rect.adjusted(gap, gap, -gap, -(2 * line + sizes.space_s))
    _paint_small(painter, frame, tile)
    place = QRect(rect.left() + sizes.space_s, frame.bottom() + sizes.space_xs, rect.width() - 2 * sizes.space_s, line)
    _words(painter, place, tile.name, tokens().colours.text, middle=True)
    _words(painter, place.translated(0, line), tile.trouble or tile.facts, _tone(tile), small=True)


def _paint_small(painter: QPainter, frame: QRect, tile: Tile) -> None:
    """The small picture in its frame; an icon while it is not there."""
    sizes = tokens().sizes
    path = QPainterPath()
    path.addRoundedRect(frame, sizes.radius_s, sizes.radius_s)
    painter.fillPath(path, QColor(tokens().colours.sunken))
    if tile.picture is None or tile.picture.isNull():
        _icon(painter, frame, tile, sizes.icon_l)
        return
    place = QRect(QPoint(0, 0), tile.picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio))
    place.moveCenter(frame.center())
    painter.setClipPath(path)
    painter.drawImage(place, tile.picture)
    painter.setClipping(False)


def _paint_row(painter: QPainter, rect: QRect, tile: Tile) -> None:
    sizes, line = tokens().sizes, painter.fontMetrics().height()
    side = rect.height() - sizes.space_s
    _icon(painter, QRect(rect.left() + sizes.space_xs, rect.top() + sizes.space_xs, side, side), tile, sizes.space_xl)
    left = rect.left() + side + sizes.space_m
    place = QRect(left, rect.top() + sizes.space_xs + 1, rect.right() - left - sizes.space_s, line)
    _words(painter, place, tile.name, tokens().colours.text, middle=True)
    below = "　".join(part for part in (tile.trouble, tile.facts, " ".join(tile.remark.split())) if part)
    _words(painter, place.translated(0, line), below, _tone(tile), small=True)


def _icon(painter: QPainter, frame: QRect, tile: Tile, side: int) -> None:
    place = QRect(0, 0, side, side)
    place.moveCenter(frame.center())
    icon(tile.icon, "warn" if tile.trouble else "text_faint").paint(painter, place)


def _tone(tile: Tile) -> str:
    colours = tokens().colours
    name = "warn" if tile.trouble else (tile.tone or "text_faint")
    return str(getattr(colours, name))


def _words(
    painter: QPainter, place: QRect, text: str, colour: str, *, small: bool = False, middle: bool = False
) -> None:
    """One line that ends with …; a file name loses its middle, its ending stays."""
    font = painter.font()
    if small:
        font.setPointSizeF(tokens().sizes.small)
    painter.save()
    painter.setFont(font)
    painter.setPen(QColor(colour))
    where = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
    shown = painter.fontMetrics().elidedText(text, where, place.width())
    painter.drawText(place, int((Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft).value), shown)
    painter.restore()
