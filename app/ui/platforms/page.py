"""平台誊录: what is not in the outside platforms yet, and the ways to bring it there.

Lists through the service; the panel, the orders, the words and the comparing have windows of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QStackedWidget, QWidget

from app.errors import AppError
from app.models import clock
from app.models.platforms import Lacking
from app.services.platforms import Count, Platforms
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import (
    BannerArea,
    Column,
    EmptyState,
    PageHeader,
    SimpleTable,
    button,
    column,
    hide_if,
    label,
    row,
)

_AGES = (("全部", 0), ("等了 3 天以上", 3), ("等了 7 天以上", 7), ("等了 30 天以上", 30))


@dataclass(frozen=True, slots=True)
class PageActs:
    """What the page asks the desk for. Each gets the platform and register in front, and the record where one is."""

    transcribe: Callable[[Count, str], object]
    open_record: Callable[[str, str], object]
    compare: Callable[[Count], object]
    order: Callable[[Count], object]
    words: Callable[[Count], object]
    show_list: Callable[[str], object]
    new_platform: Callable[[], object] | None = None


class PlatformPage(QWidget):
    """``refresh`` asks again; the first choice is the one with the most waiting."""

    def __init__(self, platforms: Platforms, acts: PageActs, *, may_change: bool) -> None:
        super().__init__()
        self.setAccessibleName("平台誊录")
        self._platforms, self._acts = platforms, acts
        self._counts: list[Count] = []
        self._chosen: tuple[str, str] = ("", "")
        sizes = tokens().sizes
        self.go_button = button("开始誊录", "primary", icon_name="copy", on_click=self._transcribe)
        self.go_button.setToolTip("回车；打开总在最前的小窗口，一键一栏复制到平台")
        self.compare_button = button("比对平台导出表…", icon_name="git-compare", on_click=self._with(acts.compare))
        self.order_button = button("誊录顺序…", icon_name="list", on_click=self._with(acts.order))
        self.words_button = button("平台用词…", icon_name="languages", on_click=self._with(acts.words))
        hide_if(not may_change, self.order_button, self.words_button)
        self.header = PageHeader(
            "平台誊录", "", self.go_button, self.compare_button, self.order_button, self.words_button
        )
        self.banners = BannerArea()
        self.which = QComboBox()
        self.which.setAccessibleName("平台和登记")
        self.which.setMinimumWidth(sizes.em * 20)
        self.which.activated.connect(self._on_which)
        self.age = QComboBox()
        self.age.setAccessibleName("等了多久")
        for words, days in _AGES:
            self.age.addItem(words, days)
        self.age.activated.connect(lambda _: self._load())
        self.list_button = button("到列表里打印、导出", "link", icon_name="printer", on_click=self._show_list)
        self.table: SimpleTable[Lacking] = SimpleTable(
            "没有录到平台的",
            [
                Column(title="日期", text=lambda one: one.on or "（没填）", em=7),
                Column(title="名称", text=lambda one: one.name),
                Column(title="事项码", text=lambda one: one.code, em=13),
                Column(title="进展", text=lambda one: one.progress, em=8),
                Column(title="等了", text=_waited, tone=_waiting_tone, em=6),
            ],
        )
        self.table.chosen.connect(lambda _: self._transcribe())
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.done = EmptyState("circle-check-big", "都录到平台了", "新的事项登记以后会列在这里，等着录到平台。")
        self.stack.addWidget(self.done)
        self.stack.addWidget(self._nothing_yet())
        self.tools = QWidget()
        self.tools.setLayout(row(label("平台", "soft"), self.which, label("只看", "soft"), self.age, None,
                                 self.list_button))  # fmt: skip
        lines = column(self.header, self.banners, self.tools, self.stack, gap=sizes.space_m, margin=sizes.space_xl)
        lines.setStretch(3, 1)
        self.setLayout(lines)

    def _nothing_yet(self) -> EmptyState:
        acts: list[object] = []
        new = self._acts.new_platform
        press = button("新增外部平台", "primary", icon_name="plus", on_click=new) if new is not None else None
        del acts
        words = (
            "省里、部里的平台要求每一件再录一遍的，先在这里登记这个平台。"
            "登记以后，没录的会列出来，录的时候一键复制一栏，录完记下平台案号。"
        )
        return EmptyState("server", "还没有登记外部平台", words, *([press] if press is not None else []))

    def _with(self, act: Callable[[Count], object]) -> Callable[[], None]:
        def run() -> None:
            count = self.current()
            if count is not None:
                act(count)

        return run

    # -- content -------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask for the counts again, and for the list in front."""
        work.run(self._platforms.counts, then=self._show_counts, failed=self._failed, owner=self)

    def current(self) -> Count | None:
        """The platform and register in front."""
        at = self.which.currentIndex()
        return self._counts[at] if 0 <= at < len(self._counts) else None

    def _show_counts(self, counts: list[Count]) -> None:
        self._counts = counts
        total = sum(one.number for one in counts)
        self.header.set_subtitle(f"还有 {total:,} 件没有录到平台" if total else "")
        self.which.clear()
        for one in counts:
            self.which.addItem(f"{one.platform.called()} · {self._called(one.register)}（未录 {one.number:,}）")
        for part in (self.tools, self.go_button, self.compare_button, self.order_button, self.words_button):
            part.setEnabled(bool(counts))
        if not counts:
            self.stack.setCurrentIndex(2)
            return
        keys = [(one.platform.id, one.register) for one in counts]
        most = max(range(len(counts)), key=lambda at: counts[at].number)
        self.which.setCurrentIndex(keys.index(self._chosen) if self._chosen in keys else most)
        self._load()

    def _called(self, register: str) -> str:
        return self._platforms.office.registry.get(register).label

    def _on_which(self, _at: int) -> None:
        count = self.current()
        if count is not None:
            self._chosen = (count.platform.id, count.register)
        self._load()

    def _load(self) -> None:
        count, days = self.current(), int(self.age.currentData() or 0)
        if count is None:
            return
        platform, register = count.platform, count.register
        work.run(
            lambda: self._platforms.missing(platform, register, for_days=days),
            then=lambda found: self._show_lines(count, found),
            failed=self._failed,
            owner=self,
        )

    def _show_lines(self, count: Count, lines: Sequence[Lacking]) -> None:
        if count is not self.current():
            return
        before = self.table.current_line()
        self.table.setColumnHidden(2, all(not one.code for one in lines))
        self.table.show_lines(lines)
        self.go_button.setEnabled(bool(lines))
        self.stack.setCurrentIndex(0 if lines else 1)
        ids = [one.id for one in lines]
        if before is not None and before.id in ids:
            self.table.selectRow(ids.index(before.id))
        if lines and self.isVisible() and not self.tools.isAncestorOf(QApplication.focusWidget() or self):
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: AppError) -> None:
        self.banners.show_error(error)

    # -- acts ----------------------------------------------------------------------------------------------------

    def _transcribe(self) -> None:
        count, line = self.current(), self.table.current_line()
        if count is not None and line is not None:
            self._acts.transcribe(count, line.id)

    def _show_list(self) -> None:
        count = self.current()
        if count is not None:
            self._acts.show_list(count.register)


def _days(one: Lacking) -> int | None:
    try:
        return (clock.today() - date.fromisoformat(one.on)).days if one.on else None
    except ValueError:
        return None


def _waited(one: Lacking) -> str:
    waited = _days(one)
    return "" if waited is None else "今天" if waited <= 0 else f"{waited} 天"


def _waiting_tone(one: Lacking) -> str:
    waited = _days(one) or 0
    return "danger" if waited > 30 else "warn" if waited > 7 else ""
