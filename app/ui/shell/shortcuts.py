"""F1: every key of the program on one sheet, made from the declared commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QWidget

from app.ui.look import tokens
from app.ui.widgets.parts import button, column, label, row

if TYPE_CHECKING:
    from app.ui.shell.page import Command

EVERYWHERE = (
    ("Ctrl+K", "搜索一切：人、户、纠纷、操作"),
    ("Ctrl+F", "到本页的搜索框"),
    ("Ctrl+N", "新增一条"),
    ("Ctrl+S", "保存"),
    ("Ctrl+P", "打印"),
    ("Enter", "到下一个填写处"),
    ("Shift+Enter", "回到上一个填写处"),
    ("Ctrl+Enter", "在多行文字里到下一处"),
    ("Ctrl+Insert", "在当前的表里添加一行、一个文件"),
    ("F4", "打开日历，或从列表里挑选"),
    ("Ctrl+H", "列表里：这一条的历史"),
    ("Alt+1", "我的事项：我承办的（2 至 4 为其余三页）"),
    ("Ctrl+Shift+Y", "誊录这一条到外部平台"),
    ("F8", "誊录时：复制下一栏（Shift+F8 上一栏）"),
    ("Ctrl+G", "交办这件事项"),
    ("Ctrl+J", "接收交来的事项"),
    ("Ctrl+T", "退回交来的事项"),
    ("Ctrl+R", "催办这件事项"),
    ("Esc", "关闭或返回"),
    ("F6", "在导航与页面之间移动"),
    ("Ctrl+L", "锁定程序"),
    ("F1", "打开这张快捷键表"),
)


class ShortcutSheet(QDialog):
    """Two columns of keys; Esc closes."""

    def __init__(self, parent: QWidget | None, commands: Sequence[Command]) -> None:
        super().__init__(parent)
        self.setWindowTitle("快捷键一览")
        self.setAccessibleName("快捷键一览")
        sizes = tokens().sizes
        self.lines = [*EVERYWHERE, *((one.shortcut, one.title) for one in commands if one.shortcut)]
        known: dict[str, str] = {}
        for keys, words in self.lines:
            known.setdefault(keys, words)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(sizes.space_m)
        grid.setVerticalSpacing(sizes.space_s)
        half = -(-len(known) // 2)
        for place, (keys, words) in enumerate(known.items()):
            across, down = divmod(place, half)
            native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            grid.addWidget(label(native, "key"), down, across * 3, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label(words, "soft"), down, across * 3 + 1)
        grid.setColumnMinimumWidth(2, sizes.space_xl)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setMinimumWidth(inside.sizeHint().width() + sizes.space_xl)
        room = parent.window().height() - sizes.control * 5 if parent is not None else sizes.control * 11
        area.setMinimumHeight(min(inside.sizeHint().height() + sizes.space_s, max(room, sizes.control * 11)))
        done = button("知道了", "primary", on_click=self.accept)
        self.setLayout(
            column(label("快捷键一览", "title"), area, row(None, done), gap=sizes.space_m, margin=sizes.space_xl)
        )
        done.setFocus()
