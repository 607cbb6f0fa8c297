"""Choosing one record of a register from its list (F4 in a reference): searched, narrowed and read as on its page."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget

from app.models.register import Definition
from app.services.office import Office
from app.ui.look import tokens
from app.ui.registers.list_page import ListActs, ListPage
from app.ui.widgets import button, column, label, row


class RecordPicker(QDialog):
    """``chosen`` carries the id of the record taken, ``new_asked`` the text searched for when none fits."""

    chosen = Signal(str)
    new_asked = Signal(str)

    def __init__(
        self, parent: QWidget | None, office: Office, definition: Definition, *, typed: str, icon_name: str
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"选择{definition.label}")
        sizes = tokens().sizes
        self.page = ListPage(office, definition, ListActs(), icon_name=icon_name)
        self.page.header.title.setText(f"选择{definition.label}")
        self.page.table.delete_asked.disconnect()
        self.page.open_asked.connect(self._take)
        self.page.new_asked.connect(self._on_new)
        self.take_button = button("选定", "primary", on_click=self._take_marked)
        self.take_button.setToolTip("Enter")
        close = button("取消", on_click=self.reject)
        foot = row(label("Ctrl+F 查找，↑↓ 选择，Enter 选定", "faint"), None, close, self.take_button)
        foot.setContentsMargins(sizes.space_xl, 0, sizes.space_xl, sizes.space_l)
        lines = column(gap=0)
        lines.addWidget(self.page, 1)
        lines.addLayout(foot)
        self.setLayout(lines)
        self._fit(parent)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.page.search.take_focus)
        self.page.search.setText(typed)
        self.page.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page.refresh()

    def _fit(self, parent: QWidget | None) -> None:
        sizes = tokens().sizes
        room = parent.window().size() if parent is not None else self.sizeHint()
        self.resize(
            min(sizes.em * 80, room.width() - sizes.space_xl), min(sizes.em * 44, room.height() - sizes.space_xl)
        )

    def _take_marked(self) -> None:
        self._take(self.page.current_id())

    def _take(self, record_id: str) -> None:
        if record_id:
            self.accept()
            self.chosen.emit(record_id)

    def _on_new(self) -> None:
        self.reject()
        self.new_asked.emit(self.page.search.text().strip())
