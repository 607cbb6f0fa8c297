"""What stood in editors when the program ended, or came back refused: go on with it, or throw it away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from app.models.clock import show_moment
from app.models.drafts import Draft
from app.services.office import Office
from app.ui.look import tokens
from app.ui.widgets import Column, SimpleTable, button, column, label, row


class DraftsDialog(QDialog):
    """``chosen`` carries the draft to go on with."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None, office: Office, drafts: Sequence[Draft]) -> None:
        super().__init__(parent)
        self.setWindowTitle("没有保存的内容")
        self._office = office
        sizes = tokens().sizes
        self.table: SimpleTable[Draft] = SimpleTable(
            "没有保存的内容",
            [
                Column(title="是什么", text=self._what),
                Column(title="时间", text=lambda one: show_moment(datetime.fromisoformat(one.saved_at)), em=10),
                Column(title="说明", text=lambda one: f"县里退回：{one.note}" if one.note else "上次没有保存"),
            ],
        )
        self.table.chosen.connect(self._go_on)
        self.table.show_lines(list(drafts))
        go = button("接着填", "primary", on_click=lambda: self._go_on(self.table.current_line()))
        drop = button("丢弃这一份", icon_name="trash-2", on_click=self._drop)
        close = button("以后再说", on_click=self.reject)
        self.setLayout(
            column(
                label("这些内容在关闭程序前没有保存，或保存后被县里退回。", "soft", wrap=True),
                self.table,
                row(drop, None, close, go),
                gap=sizes.space_m,
                margin=sizes.space_l,
            )
        )
        self.resize(sizes.em * 46, sizes.em * 26)

    def _what(self, draft: Draft) -> str:
        register, record_id = self._office.draft_place(draft)
        definition = self._office.registry.find(register)
        if definition is None:
            return "新版本程序的记录"
        title = self._office.reader.titles(register, [record_id]).get(record_id, "")
        return f"{definition.label}“{title}”" if title else f"新的{definition.label}"

    def _go_on(self, draft: Draft | None) -> None:
        if draft is not None:
            self.accept()
            self.chosen.emit(draft)

    def _drop(self) -> None:
        draft = self.table.current_line()
        if draft is None:
            return
        self._office.drop_draft(draft.id)
        left = [one for one in self.table.source.lines if one is not draft]
        self.table.show_lines(left)
        if not left:
            self.reject()
