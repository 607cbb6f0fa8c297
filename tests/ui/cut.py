"""Finds words that are not shown whole: cut at an edge, squeezed below their height, or lying outside the window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QWidget

from app.ui.widgets.card import FramedButton
from app.ui.widgets.parts import ElidedLabel
from app.ui.widgets.toast import Toast


def cut_words(window: QWidget) -> list[str]:
    """One sentence per label or button of ``window`` whose words cannot be read whole; empty when all is well."""
    return [
        problem
        for widget in window.findChildren(QWidget)
        if widget.isVisible() and not isinstance(widget, ElidedLabel | Toast) and (problem := _problem(widget, window))
    ]


def _problem(widget: QWidget, window: QWidget) -> str:
    words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    if not words:
        return ""
    if isinstance(widget, QLabel) and widget.wordWrap():
        if widget.height() + 1 < widget.heightForWidth(widget.width()):
            return f"{words!r} needs {widget.heightForWidth(widget.width())} px in height, has {widget.height()}"
    elif not isinstance(widget, FramedButton) and widget.width() + 1 < _needed_width(widget, words):
        return f"{words!r} needs {_needed_width(widget, words)} px in width, has {widget.width()}"
    if widget.height() + 1 < widget.fontMetrics().height():
        return f"{words!r} needs {widget.fontMetrics().height()} px in height, has {widget.height()}"
    return "" if _is_inside(widget, window) else f"{words!r} lies outside the window"


def _needed_width(widget: QWidget, words: str) -> int:
    return max(widget.fontMetrics().horizontalAdvance(line) for line in words.split("\n"))


def _is_inside(widget: QWidget, window: QWidget) -> bool:
    ancestor = widget.parentWidget()
    while ancestor is not None and ancestor is not window:
        if isinstance(ancestor, QAbstractScrollArea):
            place = QRect(widget.mapTo(ancestor, QPoint(0, 0)), widget.size())
            return place.left() >= 0 and place.right() <= ancestor.width()
        ancestor = ancestor.parentWidget()
    return window.rect().contains(QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()))
