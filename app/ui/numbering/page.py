"""编号: who numbers, how far each book is, blocks on other PCs, and what waits for its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.errors import AppError, UserError
from app.services.number_books import BookLine, NumberBooks, Unnumbered
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import BannerArea, Column, PageHeader, SimpleTable, button, column, hide_if, label, row


@dataclass(frozen=True, slots=True)
class NumberActs:
    """What the page asks the desk for; each gets the book in front."""

    sheet: Callable[[BookLine], object]
    workbook: Callable[[BookLine], object]
    block: Callable[[BookLine], object]
    void: Callable[[BookLine], object]
    close: Callable[[BookLine], object]
    move: Callable[[BookLine], object]
    open_dispute: Callable[[str], object]


@dataclass(frozen=True, slots=True)
class _Facts:
    lines: Sequence[BookLine]
    waiting: Sequence[Unnumbered]
    troubles: Sequence[str]
    here: str
    is_unsure: bool


class NumberPage(QWidget):
    """``refresh`` asks again and keeps the marked book."""

    def __init__(self, books: NumberBooks, acts: NumberActs) -> None:
        super().__init__()
        self.setAccessibleName("编号")
        self._books, self._acts = books, acts
        sizes = tokens().sizes
        self.sheet_button = button("年终清单…", "primary", icon_name="file-text", on_click=self._with(acts.sheet))
        self.sheet_button.setToolTip("回车；每个号已用、作废、未用，预览后打印")
        self.workbook_button = button("清单存为 Excel…", icon_name="download", on_click=self._with(acts.workbook))
        self.header = PageHeader("编号", "", self.sheet_button, self.workbook_button)
        self.banners = BannerArea()
        self.block_button = button("给另一台电脑一段号…", icon_name="send", on_click=self._with(acts.block))
        self.void_button = button("作废…", icon_name="x", on_click=self._with(acts.void))
        self.close_button = button("关闭年度…", icon_name="lock", on_click=self._with(acts.close))
        self.move_button = button("移交…", icon_name="arrow-right", on_click=self._with(acts.move))
        hide_if(not books.may_manage(), self.close_button, self.move_button)
        self.table: SimpleTable[BookLine] = SimpleTable(
            "编号簿",
            [
                Column(title="调委会", text=lambda one: one.committee.name),
                Column(title="编号", text=_called, em=8),
                Column(title="由谁编号", text=_holder, em=9),
                Column(title="编到", text=lambda one: one.last or "还没有编号", em=14),
                Column(title="号段", text=_blocks, em=7),
            ],
            wrap=True,
        )
        self.table.chosen.connect(acts.sheet)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._follow())
        self.waiting: SimpleTable[Unnumbered] = SimpleTable(
            "印了“编号待编”的",
            [
                Column(title="签订日期", text=lambda one: one.signed_on, em=7),
                Column(title="纠纷", text=lambda one: one.name),
                Column(title="事项码", text=lambda one: one.matter, em=13),
            ],
        )
        self.waiting.chosen.connect(lambda one: acts.open_dispute(one.dispute))
        self.waiting_words = label("", "soft", wrap=True)
        tools = row(self.block_button, self.void_button, self.close_button, self.move_button, None, gap=sizes.space_s)
        lines = column(
            self.header, self.banners, tools, self.table, self.waiting_words, self.waiting, gap=sizes.space_m,
            margin=sizes.space_xl,
        )  # fmt: skip
        lines.setStretch(3, 3)
        lines.setStretch(5, 2)
        self.setLayout(lines)
        hide_if(True, self.waiting_words, self.waiting)
        self.is_unsure = False

    def refresh(self) -> None:
        """Ask for the books again."""
        books = self._books

        def ask() -> _Facts:
            return _Facts(books.lines(), books.unnumbered(), books.troubles(), books.this_pc().name, books.is_unsure())

        work.run(ask, then=self._show, failed=self._failed, owner=self)

    def current(self) -> BookLine | None:
        """The book in front."""
        return self.table.current_line()

    def _show(self, facts: _Facts) -> None:
        before = self.current()
        self.is_unsure = facts.is_unsure
        self.header.set_subtitle(f"本机：{facts.here}")
        self.table.show_lines(facts.lines)
        keys = [one.key for one in facts.lines]
        if before is not None and before.key in keys:
            self.table.selectRow(keys.index(before.key))
        self.banners.clear()
        if facts.troubles:
            first, *rest = facts.troubles
            more = f"（另有 {len(rest)} 处，用命令 numbers 列出全部）" if len(rest) > 1 else "".join(rest)
            self.banners.show_error(UserError(first, more))
        self.waiting.show_lines(facts.waiting)
        self.waiting_words.setText(
            f"有 {len(facts.waiting)} 件印出时“编号待编”：在编号的电脑上打开，按“补编号”只编号，或“定稿并打印”连纸一起"
        )
        for part in (self.waiting_words, self.waiting):
            part.setVisible(bool(facts.waiting))
        self._follow()

    def _follow(self) -> None:
        """What can be done with the book in front."""
        line = self.current()
        is_here = line is not None and line.is_here
        is_open = line is not None and not line.is_closed
        for press in (self.sheet_button, self.workbook_button, self.void_button):
            press.setEnabled(line is not None)
        self.block_button.setEnabled(is_here and is_open)
        self.close_button.setEnabled(is_here and is_open)
        self.move_button.setEnabled(line is not None)
        self.move_button.setText("恢复后继续编号…" if self.is_unsure else "移交…" if is_here else "接管…")

    def _with(self, act: Callable[[BookLine], object]) -> Callable[[], None]:
        def run() -> None:
            line = self.current()
            if line is not None:
                act(line)

        return run

    def _failed(self, error: AppError) -> None:
        self.banners.show_error(error)


def _called(one: BookLine) -> str:
    return f"{one.year} 年{one.kind_label}" if one.year else one.kind_label


def _holder(one: BookLine) -> str:
    return f"本机 {one.holder}" if one.is_here else one.holder


def _blocks(one: BookLine) -> str:
    if one.is_closed:
        return "年度已关闭"
    held = [f"{block.first}—{block.last} 剩 {block.left}" for block in one.blocks if block.left]
    return "；".join(held)
