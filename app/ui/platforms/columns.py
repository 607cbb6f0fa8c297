"""Which column of a platform's table means what: guessed from the headings, put right here, remembered."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from app.exchange.comparing import Column
from app.ui.look import tokens
from app.ui.widgets import FormRow, ScrollPage, button, column, label, row

NOT_USED = "不比对"


class ColumnsDialog(QDialog):
    """``decided`` carries ``{heading: meaning}`` for what was changed; "" leaves a column out."""

    decided = Signal(object)

    def __init__(self, parent: QWidget, columns: Sequence[Column], meanings: Sequence[tuple[str, str]]) -> None:
        super().__init__(parent)
        self.setWindowTitle("哪一列是什么")
        self.setAccessibleName(self.windowTitle())
        self._columns = columns
        self.boxes: list[QComboBox] = []
        rows: list[QWidget] = []
        sizes = tokens().sizes
        for one in columns:
            box = QComboBox()
            box.addItem(NOT_USED, "")
            for meaning, words in meanings:
                box.addItem(words, meaning)
            box.setCurrentIndex(max(0, box.findData(one.meaning)))
            box.setMaxVisibleItems(16)
            self.boxes.append(box)
            rows.append(FormRow(one.heading, box, note=f"例如 {'、'.join(one.samples)}" if one.samples else ""))
        words = "程序按列名猜；猜错的在这里改。这个平台的下一份表会照此认。"
        go = button("按这样重新比对", "primary", on_click=self._go)
        go.setDefault(True)
        lines = column(
            label(words, "soft", wrap=True),
            ScrollPage(column(*rows, None)),
            row(None, button("取消", on_click=self.reject), go),
            gap=sizes.space_m,
            margin=sizes.space_l,
        )
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self.resize(sizes.em * 36, sizes.em * 32)

    def _go(self) -> None:
        changed = {
            one.heading: str(box.currentData() or "")
            for one, box in zip(self._columns, self.boxes, strict=True)
            if str(box.currentData() or "") != one.meaning
        }
        self.accept()
        if changed:
            self.decided.emit(changed)
