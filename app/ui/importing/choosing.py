"""Step one: which file. Dropped here, typed, or looked for; and the imports of this PC that were cut short."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QWidget

from app.ui.look import pixmap, tokens
from app.ui.widgets import FormRow, button, column, label, row, set_tone

PATTERN = "表格 (*.xlsx *.xls *.et *.ods *.csv *.txt);;所有文件 (*)"


class ChoosingStep(QWidget):
    """``chosen`` carries the path; ``template_asked`` nothing."""

    chosen = Signal(Path)
    template_asked = Signal()

    def __init__(self, register_label: str) -> None:
        super().__init__()
        sizes = tokens().sizes
        self.setAcceptDrops(True)
        self.place = QLineEdit()
        self.place.setPlaceholderText("把文件拖到这个窗口，或在这里写上文件的位置")
        self.place.returnPressed.connect(self.take)
        self.browse = button("浏览…", icon_name="folder-open", on_click=self.look_for)
        self.go_on = button("开始核对", "primary", on_click=self.take)
        self.ground = QFrame()
        self.ground.setObjectName("Card")
        picture = label()
        picture.setPixmap(pixmap("file-spreadsheet", sizes.icon_l, "accent", ratio=self.devicePixelRatioF()))
        head = label(f"选择一份{register_label}表格", "lead")
        advice = label(
            "Excel、WPS 和 csv 都可以。表头上面有标题、列的先后不同、日期写法不一，都不要紧。", "faint", wrap=True
        )
        for part in (picture, head, advice):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        field = FormRow("文件", self.place, side="top")
        line = row(gap=sizes.space_s)
        line.addWidget(field, 1)
        line.addWidget(self.browse, 0, Qt.AlignmentFlag.AlignBottom)
        template = button("下载填写模板…", "link", icon_name="download", on_click=self.template_asked.emit)
        promise = label("核对时不会写入任何内容；导入以后也可以整次撤销。", "faint")
        promise.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        middle = QWidget()
        middle.setMaximumWidth(sizes.em * 46)
        middle.setLayout(
            column(picture, head, advice, sizes.space_m, line, row(template, None, self.go_on), gap=sizes.space_s)
        )
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addWidget(middle, 6)
        centred.addStretch(1)
        inner = column(None)
        inner.addLayout(centred)
        inner.addStretch(1)
        inner.addWidget(promise)
        inner.setContentsMargins(sizes.space_l, sizes.space_l, sizes.space_l, sizes.space_l)
        self.ground.setLayout(inner)
        self.setLayout(column(self.ground))

    def take(self) -> None:
        """Go on with the file that is written in the field."""
        text = self.place.text().strip().strip('"')
        if text:
            self.chosen.emit(Path(text))
        else:
            self.place.setFocus()

    def look_for(self) -> None:
        """Ask the system's file window."""
        found, _ = QFileDialog.getOpenFileName(self, "选择要导入的表格", self.place.text(), PATTERN)
        if found:
            self.place.setText(found)
            self.take()

    # -- a file let fall ---------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            set_tone(self.ground, "accent")
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        set_tone(self.ground, "")

    def dropEvent(self, event: QDropEvent) -> None:
        set_tone(self.ground, "")
        urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
        if urls:
            self.place.setText(urls[0].toLocalFile())
            self.take()
