"""县配置: what the county set for this township, since when and on what basis; what could not be taken, in sentences.

Shows what it is given; nothing here can be changed on a PC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QStackedWidget, QWidget

from app.models.clock import BEIJING
from app.models.configuration import Configuration, Entry
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import Banner, BannerArea, EmptyState, PageHeader, button, column, label, row
from app.ui.widgets.simple_table import Column, SimpleTable

_EMPTY = (
    "landmark",
    "县里没有另外规定",
    "现在用的是程序自带的国家标准代码、法定期限和放假安排。县里发布后同步一次就会出现在这里。",
)
_TOLD = "这些由县里规定，在本机只能查看。县里改动后同步一次即生效，已经登记的内容不受影响。"


def since_words(entry: Entry) -> str:
    """The day it holds from: the one the county named, else the day it was said."""
    return f"{entry.since or datetime.fromisoformat(entry.at).astimezone(BEIJING).date()} 起"


class ConfigurationPage(QWidget):
    """``ask`` is called off the screen's thread at every refresh; ``open_codes`` goes to the township's own codes."""

    def __init__(self, ask: Callable[[], Configuration], open_codes: Callable[[], object] | None) -> None:
        super().__init__()
        self.setAccessibleName("县配置")
        self._ask = ask
        sizes = tokens().sizes
        self.header = PageHeader("县配置")
        self.banners = BannerArea()
        self.codes_button = button("本镇代码…", on_click=open_codes)
        self.codes_button.setVisible(open_codes is not None)
        self.table: SimpleTable[Entry] = SimpleTable("县里的规定", _columns(), wrap=True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(EmptyState(*_EMPTY))
        told = row(label(_TOLD, "soft", wrap=True), self.codes_button, gap=sizes.space_l)
        told.setStretch(0, 1)
        self.setLayout(column(self.header, self.banners, told, self.stack, gap=sizes.space_m, margin=sizes.space_xl))

    def refresh(self) -> None:
        """Ask again."""
        work.run(self._ask, then=self.show_configuration, owner=self)

    def show_configuration(self, found: Configuration) -> None:
        """The entries, and above them what was left out."""
        self.banners.clear()
        for number, sentence in enumerate(found.problems):
            self.banners.show_banner(
                Banner(sentence, "本机照原来的办；请把这句话告诉县管理员。", weight="warn"), key=str(number)
            )
        self.table.show_lines(found.entries)
        self.stack.setCurrentIndex(0 if found.entries else 1)
        self.header.set_subtitle(f"{len(found.entries)} 项" if found.entries else "")


def _columns() -> list[Column[Entry]]:
    return [
        Column(title="类别", text=lambda one: one.subject, em=7),
        Column(title="县里的规定", text=lambda one: one.what),
        Column(title="何时起", text=since_words, em=9),
        Column(title="依据", text=lambda one: one.basis, em=20),
    ]
