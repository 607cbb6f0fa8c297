"""What the user sees when the program itself is at fault: work goes on, and there is something to hand to support."""

from __future__ import annotations

import traceback

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from app.ui.look import tokens
from app.ui.widgets.parts import button, column, label, row


class BugDialog(QDialog):
    """Names the error and offers its trace for copying; the trace holds code lines, no record's content."""

    def __init__(self, parent: QWidget | None, error: BaseException) -> None:
        super().__init__(parent)
        self.setWindowTitle("程序出错")
        self.setAccessibleName("程序出错")
        sizes = tokens().sizes
        self.setMinimumWidth(sizes.em * 36)
        frames = traceback.format_tb(error.__traceback__)
        self.details = QPlainTextEdit("".join(frames) + type(error).__name__)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("错误详情")
        self.details.setTabChangesFocus(True)
        self.details.setFixedHeight(sizes.control * 5)
        go_on = button("继续工作", "primary", on_click=self.accept)
        body = column(
            label("程序出了一个没有料到的错误", "lead"),
            label("已经保存的内容没有受影响，可以继续工作。刚才的操作可能没有完成，请核对一下。", "soft", wrap=True),
            label("如果反复出现，请把下面的文字复制给维护人员：", "soft", wrap=True),
            self.details,
            row(button("复制文字", icon_name="copy", on_click=self._copy), None, go_on),
            gap=sizes.space_m,
            margin=sizes.space_xl,
        )
        self.setLayout(body)
        go_on.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
