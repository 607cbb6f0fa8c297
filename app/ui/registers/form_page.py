"""The outside of a form: header with acts, banners, the ground that scrolls, the line of buttons at the foot.

Lays out and brings the cursor into sight; knows neither record nor office.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.look import tokens
from app.ui.widgets import BannerArea, PageHeader, ScrollPage, button, column, elided, icon_button, row, rule

WIDEST_EM = 84
"""Wider than this a line of fields is hard to read across."""


class FormPage(QWidget):
    """``put_together`` is called once, with the acts of the header and the parts of the form from top to bottom."""

    def __init__(self) -> None:
        super().__init__()
        self.back_button = icon_button("arrow-left", "返回（Esc）", on_click=self.request_close)
        self.back_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.history_button = button("历史", icon_name="history", on_click=self.show_history)
        self.banners = BannerArea()
        self.open_button = button("", "link", icon_name="triangle-alert", on_click=self.go_to_open)
        self.open_button.hide()
        self.state_words = elided("", "faint")
        self.close_button = button("关闭", on_click=self.request_close)
        self.close_button.setToolTip("Esc，没保存的内容会留作草稿")
        self.next_button = button("保存并新增", on_click=self.save_and_new)
        self.next_button.setToolTip("Ctrl+N")
        self.save_button = button("保存", "primary", icon_name="save", on_click=self.save)
        self.save_button.setToolTip("Ctrl+S")

    def put_together(self, acts: Sequence[QPushButton], parts: Sequence[QWidget]) -> None:
        """Lay everything out."""
        sizes = tokens().sizes
        side = sizes.space_xl
        for one in (*acts, self.history_button):
            one.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.header = PageHeader("", "", *acts, self.history_button)
        head = row(self.back_button, gap=sizes.space_s)
        head.addWidget(self.header, 1)
        head.setContentsMargins(side - sizes.space_s, sizes.space_m, side, sizes.space_xs)
        self.bars = column(self.banners)
        self.bars.setContentsMargins(side, 0, side, sizes.space_xs)
        self.area = ScrollPage(_ground(parts))
        foot = row(self.open_button, self.state_words, None, self.close_button, self.next_button, self.save_button)
        foot.setContentsMargins(side, sizes.space_s, side, sizes.space_s)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(head)
        page.addLayout(self.bars)
        page.addWidget(self.area, 1)
        page.addWidget(rule())
        page.addLayout(foot)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._on_cursor)

    def stand_alone(self) -> None:
        """One record is wanted and nothing after it: no 保存并新增, no history of what is not there yet."""
        self.next_button.hide()
        self.header.action_row.hide()

    def add_head(self, head: QWidget | None) -> None:
        """Put something above the fields that stays in sight while they scroll; None for nothing."""
        if head is not None:
            self.bars.insertWidget(self.bars.count() - 1, head)

    # ---- what a form does

    def save(self) -> None:
        """保存 was pressed."""
        raise NotImplementedError

    def save_and_new(self) -> None:
        """保存并新增 was pressed."""
        raise NotImplementedError

    def request_close(self) -> None:
        """关闭 or 返回 was pressed."""
        raise NotImplementedError

    def show_history(self) -> None:
        """历史 was pressed."""
        raise NotImplementedError

    def go_to_open(self) -> None:
        """The words that count what is open were pressed."""
        raise NotImplementedError

    # ---- into sight

    def bring_later(self, widget: QWidget | None) -> None:
        """Bring into sight what the cursor went to, once it has its place."""
        if widget is not None:
            QTimer.singleShot(0, widget, lambda: self._bring(widget))

    def _on_cursor(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.area.isAncestorOf(new):
            self.bring_later(new)

    def _bring(self, widget: QWidget) -> None:
        if widget.isVisible():
            self.area.ensureWidgetVisible(widget, 0, tokens().sizes.space_l)


def _ground(parts: Sequence[QWidget]) -> QLayout:
    """The parts one under the other, no wider than is good to read, at the top left."""
    sizes = tokens().sizes
    body = QWidget()
    body.setMaximumWidth(sizes.em * WIDEST_EM)
    body.setLayout(column(*parts, gap=sizes.space_l))
    beside = QHBoxLayout()
    beside.setContentsMargins(sizes.space_xl, sizes.space_xs, sizes.space_xl, sizes.space_l)
    beside.addWidget(body, 1)
    beside.addStretch(0)
    return column(beside, None, gap=0)
