"""Paints one line of Ctrl+K: icon, title, quiet facts, key; and the captions between the groups."""

from __future__ import annotations

from typing import Protocol, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.look import icon, tokens

HIT = Qt.ItemDataRole.UserRole + 1
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Index = QModelIndex | QPersistentModelIndex


class _Drawn(Protocol):
    """What Qt's option holds and its type stubs leave out."""

    rect: QRect
    font: QFont
    state: QStyle.StateFlag


class HitDelegate(QStyledItemDelegate):
    """Expects a hit (``title``, ``facts``, ``icon``, ``shortcut``) under the role HIT, nothing there for a caption."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        sizes = tokens().sizes
        return QSize(sizes.field, sizes.control_s if index.data(HIT) is None else sizes.row + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        drawn = cast("_Drawn", option)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hit = index.data(HIT)
        area = drawn.rect.adjusted(tokens().sizes.space_s, 0, -tokens().sizes.space_s, 0)
        if hit is None:
            painter.setFont(_small(drawn.font))
            painter.setPen(tokens().colours.text_faint)
            painter.drawText(area, LEFT, str(index.data()))
        else:
            is_marked = bool(drawn.state & QStyle.StateFlag.State_Selected)
            self._paint_hit(painter, drawn, hit, is_marked=is_marked)
        painter.restore()

    @staticmethod
    def _paint_hit(painter: QPainter, option: _Drawn, hit: object, *, is_marked: bool) -> None:
        colours, sizes = tokens().colours, tokens().sizes
        area = option.rect
        if is_marked:
            ground = QPainterPath()
            ground.addRoundedRect(area.adjusted(2, 1, -2, -1), sizes.radius_m, sizes.radius_m)
            painter.fillPath(ground, QColor(colours.accent_soft))
        left = area.left() + sizes.space_s
        picture = QRect(left, area.center().y() - sizes.icon // 2 + 1, sizes.icon, sizes.icon)
        icon(getattr(hit, "icon", "arrow-right"), "accent" if is_marked else "text_soft").paint(painter, picture)
        text = area.adjusted(sizes.space_s * 2 + sizes.icon, 0, -sizes.space_m, 0)
        metrics = QFontMetrics(option.font)
        title, facts = str(getattr(hit, "title", "")), str(getattr(hit, "facts", ""))
        shortcut = str(getattr(hit, "shortcut", ""))
        painter.setFont(option.font)
        painter.setPen(colours.text)
        painter.drawText(text, LEFT, metrics.elidedText(title, Qt.TextElideMode.ElideRight, text.width()))
        used = metrics.horizontalAdvance(title) + sizes.space_m
        painter.setFont(_small(option.font))
        painter.setPen(colours.text_faint)
        small = QFontMetrics(painter.font())
        room = text.width() - used - small.horizontalAdvance(shortcut)
        painter.drawText(text.adjusted(used, 0, 0, 0), LEFT, small.elidedText(facts, Qt.TextElideMode.ElideRight, room))
        painter.drawText(text, RIGHT, shortcut)


def _small(font: QFont) -> QFont:
    smaller = QFont(font)
    smaller.setPointSizeF(tokens().sizes.small)
    return smaller
