"""A line of buttons that never cuts one off: those that do not fit move into the menu 更多."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QPushButton, QSizePolicy, QWidget

from app.ui.look import tokens
from app.ui.widgets.parts import button

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class ActionRow(QWidget):
    """Buttons in order of importance; the first always stays visible."""

    def __init__(self, *buttons: QPushButton) -> None:
        super().__init__()
        self._buttons: list[QPushButton] = []
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._more = button("更多", icon_name="ellipsis")
        self._more.setAccessibleName("更多操作")
        self._more.setMenu(self._menu)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._row.setSpacing(tokens().sizes.space_s)
        self._row.addStretch(1)
        self._row.addWidget(self._more)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for one in buttons:
            self.add(one)
        self._more.hide()

    def add(self, one: QPushButton) -> None:
        """Append a button."""
        self._row.insertWidget(self._row.count() - 1, one)
        self._buttons.append(one)
        self.updateGeometry()
        self._fit()

    def hidden_buttons(self) -> list[QPushButton]:
        """Those at present only in the menu."""
        return [one for one in self._buttons if one.property("overflowed")]

    def sizeHint(self) -> QSize:
        gap = self._row.spacing()
        width = sum(one.sizeHint().width() + gap for one in self._buttons) - gap
        height = max((one.sizeHint().height() for one in self._buttons), default=0)
        return QSize(max(0, width), height)

    def minimumSizeHint(self) -> QSize:
        if not self._buttons:
            return QSize(0, 0)
        width = self._buttons[0].sizeHint().width()
        if len(self._buttons) > 1:
            width += self._row.spacing() + self._more.sizeHint().width()
        return QSize(width, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        gap = self._row.spacing()
        widths = [one.sizeHint().width() for one in self._buttons]
        room = self.width()
        all_fit = sum(widths) + gap * (len(widths) - 1) <= room
        room_left = room if all_fit else room - self._more.sizeHint().width() - gap
        used = 0
        for place, one in enumerate(self._buttons):
            used += widths[place] + (gap if place else 0)
            overflowed = not all_fit and place > 0 and used > room_left
            one.setProperty("overflowed", overflowed)
            one.setMaximumWidth(0 if overflowed else 16777215)
            one.setVisible(not overflowed)
        self._more.setVisible(not all_fit)

    def _fill_menu(self) -> None:
        self._menu.clear()
        for one in self.hidden_buttons():
            entry = self._menu.addAction(one.icon(), one.text())
            entry.setEnabled(one.isEnabled())
            entry.triggered.connect(one.click)
