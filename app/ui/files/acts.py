"""The acts with the marked attachment, as buttons below the tiles and as the menu of the right mouse button."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.look import tokens
from app.ui.widgets import button, row


class FileActs(QWidget):
    """``open_asked``, ``edit_asked`` and ``remove_asked``; the keys for them belong to the tiles."""

    open_asked = Signal()
    edit_asked = Signal()
    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.open_button = button("打开", "small", icon_name="eye", on_click=self.open_asked.emit)
        self.open_button.setToolTip("回车")
        self.edit_button = button("改名、说明", "small", icon_name="pencil", on_click=self.edit_asked.emit)
        self.edit_button.setToolTip("F2")
        self.remove_button = button("删除", "small", icon_name="trash-2", on_click=self.remove_asked.emit)
        self.remove_button.setToolTip("Delete，可以撤销")
        self._own = (self.open_button, self.edit_button, self.remove_button)
        for each in self._own:
            each.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._line = row(*self._own, None, gap=tokens().sizes.space_s)
        self.setLayout(self._line)

    def add(self, act: QWidget) -> None:
        """One more button, from outside."""
        self._line.insertWidget(0, act)

    def show_for(self, *, can_edit: bool) -> None:
        """Who only reads opens and nothing else."""
        for each in (self.edit_button, self.remove_button):
            each.setVisible(can_edit)

    def enable(self, *, is_one: bool) -> None:
        """With no file marked nothing can be done."""
        for each in self._own:
            each.setEnabled(is_one)

    def popup(self, place: QPoint) -> None:
        """The same as a menu, at a place of the screen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for act in self._own:
            if act.isVisibleTo(self):
                menu.addAction(act.icon(), act.text()).triggered.connect(act.click)
        menu.popup(place)
