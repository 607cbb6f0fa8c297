"""比对平台导出表: a platform's own table beside our records, in groups; numbers we lack are filled in when asked to.

Reading and comparing run off the screen's thread. Nothing of ours is ever overwritten from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QLineEdit, QPushButton, QStackedWidget, QWidget

from app.errors import AppError
from app.exchange.comparing import Comparison, Ours, Pair, Row
from app.models.history import Kept
from app.services.comparing import Filled, PlatformComparing
from app.services.platforms import Count
from app.ui import work
from app.ui.importing.choosing import PATTERN
from app.ui.look import tokens
from app.ui.platforms.columns import ColumnsDialog
from app.ui.saving import XLSX, ask_where, write_file
from app.ui.widgets import (
    Banner,
    BannerArea,
    Column,
    EmptyState,
    FormRow,
    ProgressStrip,
    SimpleTable,
    ask,
    button,
    column,
    label,
    row,
)

T = TypeVar("T")

DIFFERENT, SUGGESTED, ONLY_THERE, ONLY_HERE, SAME = range(5)
_GROUPS = ("有差异", "疑似同一件", "平台有本机没有", "本机有平台没有", "一致")
_HINTS = (
    "案号或事项码对得上，内容不一样。这里只列出来，本机和平台都不改；要改的请打开那一条自己改。",
    "只有名称和日期一样，请逐件看。按空格勾上“是”，补案号时才会一起补。",
    "平台上有、本机没有登记的。重复的行也列在这里。",
    "本机登记着、这份表里没有的：还没有录，或者表的范围不包括它。",
    "两边一样的。",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a group."""

    number: str
    name: str
    what: str = ""
    ours: str = ""
    theirs: str = ""
    id: str = ""
    pair: Pair | None = None
    is_taken: bool = False


class ResultTable(SimpleTable[Line]):
    """Space ticks a suggestion."""

    ticked = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.ticked.emit()
        else:
            super().keyPressEvent(event)


class ComparingWindow(QDialog):
    """``filled`` when numbers were written; ``open_record`` opens one of ours (register, id)."""

    filled = Signal()

    def __init__(
        self,
        parent: QWidget | None,
        service: PlatformComparing,
        count: Count,
        open_record: Callable[[str, str], object],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"比对平台导出表：{count.platform.called()} · {service.definition.label}")
        self.setAccessibleName(self.windowTitle())
        self.setAcceptDrops(True)
        self._service, self._open_record = service, open_record
        self._path: Path | None = None
        self._job: work.Job | None = None
        self.found: Comparison | None = None
        self.last: Filled | None = None
        self.groups: list[list[Line]] = [[] for _ in _GROUPS]
        self._build()
        self._put_together()
        self.resize(self.sizeHint())
        self.place.setFocus()

    def sizeHint(self) -> QSize:
        em, room = tokens().sizes.em, self.screen().availableSize()
        return QSize(min(em * 80, room.width() - em * 4), min(em * 46, room.height() - em * 4))

    def _build(self) -> None:
        self.place = QLineEdit()
        self.place.setPlaceholderText("把平台导出的表拖到这里，或写上文件的位置")
        self.place.returnPressed.connect(self.take)
        self.browse = button("浏览…", icon_name="folder-open", on_click=self._look_for)
        self.go_button = button("比对", "primary", icon_name="git-compare", on_click=self.take)
        self.banners = BannerArea()
        self.sentence = label("", "strong", wrap=True)
        self.which = QComboBox()
        self.which.setAccessibleName("看哪一组")
        self.which.setMinimumWidth(tokens().sizes.em * 14)
        self.which.activated.connect(self._show_group)
        self.hint = label("", "faint", wrap=True)
        self.columns_button = button("哪一列是什么…", "link", icon_name="columns-2", on_click=self._ask_columns)
        self.table = ResultTable(
            "比对结果",
            [
                Column(title="平台案号", text=lambda one: one.number, em=11),
                Column(title="名称", text=lambda one: one.name),
                Column(title="栏目", text=lambda one: one.what, em=6),
                Column(title="本机", text=lambda one: one.ours, em=9),
                Column(title="平台", text=lambda one: one.theirs, em=9),
            ],
        )
        self.table.chosen.connect(self._on_chosen)
        self.table.ticked.connect(self._tick)
        self.fill_button = button("补入案号", "primary", icon_name="check", on_click=self._fill)
        self.report_button = button("保存结果…", icon_name="download", on_click=self._save_report)
        self.close_button = button("关闭", on_click=self.reject)
        self.progress = ProgressStrip()

    def _put_together(self) -> None:
        sizes = tokens().sizes
        result = QWidget()
        top, chooser = row(self.sentence, self.columns_button), row(self.which, self.hint, gap=sizes.space_m)
        top.setStretch(0, 1)
        chooser.setStretch(1, 1)
        inside = column(top, chooser, self.table, gap=sizes.space_s)
        result.setLayout(inside)
        words = "比对只看不写。案号对得上的逐栏比；本机还没有案号的，确认以后可以一次补入，补错了可以整次撤销。"
        self.stack = QStackedWidget()
        self.stack.addWidget(EmptyState("file-spreadsheet", "选一份平台导出的表", words))
        self.stack.addWidget(result)
        file = FormRow("导出表", self.place)
        head = row(file, self.browse, self.go_button)
        head.setStretch(0, 1)
        foot = row(self.report_button, None, self.close_button, self.fill_button)
        lines = column(head, self.banners, self.stack, self.progress, foot, gap=sizes.space_m, margin=sizes.space_l)
        lines.setStretch(2, 1)
        self.setLayout(lines)
        for one in (self.fill_button, self.report_button):
            one.setEnabled(False)

    # -- comparing -----------------------------------------------------------------------------------------------

    def _look_for(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, "选择平台导出的表", self.place.text(), PATTERN)
        if found:
            self.place.setText(found)
            self.take()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        local = [url for url in event.mimeData().urls() if url.isLocalFile()]
        if local:
            self.place.setText(local[0].toLocalFile())
            self.take()

    def take(self) -> None:
        """Compare with the file that is written in the field."""
        text = self.place.text().strip().strip('"')
        if not text or self._job is not None:
            self.place.setFocus()
            return
        path, service = Path(text), self._service
        self._path = path
        self._start(
            lambda job: service.compare(path, progress=job.report, cancelled=lambda: job.is_cancelled),
            self._show,
            "正在读取和比对",
        )

    def _show(self, found: Comparison) -> None:
        self.found = found
        self.groups = [list(lines) for lines in _lines_of(found)]
        self.sentence.setText(f"{self._path.name if self._path else ''}　" + found.sentence)
        self.which.clear()
        for name, lines in zip(_GROUPS, _counts(found), strict=True):
            self.which.addItem(f"{name}　{lines:,}")
        first = next((at for at, lines in enumerate(self.groups) if lines), SAME)
        self.which.setCurrentIndex(first)
        self.stack.setCurrentIndex(1)
        self.report_button.setEnabled(True)
        self._show_group(first)
        self.table.setFocus()

    def _show_group(self, at: int) -> None:
        self.hint.setText(_HINTS[at])
        self.table.setColumnHidden(2, at in (ONLY_THERE, ONLY_HERE, SAME))
        self.table.setColumnHidden(3, at in (ONLY_THERE, SAME))
        self.table.setColumnHidden(4, at in (ONLY_HERE, SAME))
        self.table.show_lines(self.groups[at])
        self._say_fill()

    def to_fill(self) -> list[Pair]:
        """Certain pairs without a number here, and the suggestions somebody ticked."""
        taken = {line.pair.ours.id: line.pair for line in self.groups[SUGGESTED] if line.is_taken and line.pair}
        return [*(self.found.fillable if self.found else ()), *taken.values()]

    def _say_fill(self) -> None:
        number = len(self.to_fill())
        self.fill_button.setText(f"补入 {number} 个案号…" if number else "没有要补的案号")
        self.fill_button.setEnabled(bool(number))

    def _tick(self) -> None:
        line, at = self.table.current_line(), self.which.currentIndex()
        if at != SUGGESTED or line is None or line.pair is None:
            return
        here, taken, mine = self.table.currentIndex().row(), not line.is_taken, line.pair.ours.id
        self.groups[at] = [
            replace(one, is_taken=taken, what=_TICKED[taken]) if one.pair and one.pair.ours.id == mine else one
            for one in self.groups[at]
        ]
        self.table.show_lines(self.groups[at])
        self.table.selectRow(here)
        self._say_fill()

    def _on_chosen(self, line: Line) -> None:
        if line.id:
            self._open_record(self._service.register, line.id)

    def _ask_columns(self) -> None:
        if self.found is None:
            return
        dialog = ColumnsDialog(self, self.found.layout.columns, self._service.meanings())
        dialog.decided.connect(self._decide)
        dialog.open()

    def _decide(self, decided: dict[str, str]) -> None:
        self._service.decide(decided)
        self.take()

    # -- filling in ----------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        pairs, service = self.to_fill(), self._service
        sentence = f"给 {len(pairs)} 件补上平台案号和录入日期。本机已经有的内容一个字都不改；可以整次撤销。"
        if pairs and ask(self, "补入案号？", sentence, confirm="补入") is not None:
            self._start(lambda job: service.fill(pairs, progress=job.report), self._on_filled, "正在补入案号")

    def _on_filled(self, filled: Filled) -> None:
        self.last = filled
        left = "；".join(f"{title}：{why}" for title, why in filled.left[:5])
        banner = Banner(
            f"已补入 {filled.count} 个案号", left, weight="warn" if left else "ok", action=("撤销", self.undo)
        )
        self.filled.emit()
        self._then = lambda: self.banners.show_banner(banner, key="filled")
        self.take_again()

    def take_again(self) -> None:
        """Compare once more when the work under way has ended."""
        job = self._job
        if job is not None:
            job.ended.connect(self._again)
        else:
            self._again()

    def _again(self) -> None:
        then = self._then
        self.take()
        if self._job is not None and then is not None:
            self._job.ended.connect(then)
            self._then = None

    _then: Callable[[], object] | None = None

    def undo(self) -> None:
        """Take the filling back."""
        last, service = self.last, self._service
        if last is not None:
            self.last = None
            self._start(lambda _: service.undo(last), self._on_undone, "正在撤销")

    def _on_undone(self, kept: list[Kept]) -> None:
        words = f"有 {len(kept)} 处后来又改过，没有动" if kept else ""
        self.filled.emit()
        self._then = lambda: self.banners.show_banner(Banner("已撤销补入的案号", words), key="undone")
        self.take_again()

    # -- work and files ------------------------------------------------------------------------------------------

    def _start(self, steps: Callable[[work.Job], T], then: Callable[[T], None], what: str) -> None:
        self.banners.clear()
        self._job = work.run_steps(steps, then=then, failed=self._failed, owner=self)
        self._job.ended.connect(self._ended)
        self.progress.follow(self._job, what)

    def _ended(self) -> None:
        self._job = None

    def _failed(self, error: AppError) -> None:
        self.banners.show_error(error)

    def _save_report(self) -> None:
        found, service = self.found, self._service
        if found is None:
            return
        stem = self._path.stem if self._path else "平台"
        beside = str(self._path.with_name(f"{stem}-比对结果.xlsx")) if self._path else ""
        path = ask_where(self, beside, XLSX)
        if path is not None:
            self._start(lambda _: write_file(path, service.report_xlsx(found)), self._on_written, "正在保存")

    def _on_written(self, path: Path) -> None:
        self.banners.show_banner(Banner(f"已保存：{path}", weight="ok"), key="written")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field is the field's: Qt would press whichever button it holds for the usual one."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if not is_enter or isinstance(self.focusWidget(), QPushButton):
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Esc stops the work first."""
        if self._job is not None:
            self._job.cancel()
            return
        super().reject()


_TICKED = {True: "☑ 是", False: "☐ 不确定"}


def _counts(found: Comparison) -> tuple[int, ...]:
    there = len(found.only_there) + len(found.repeated)
    return len(found.different), len(found.suggested), there, len(found.only_here), len(found.same)


def _lines_of(found: Comparison) -> Iterator[Iterator[Line]]:
    yield (
        Line(
            pair.row.number,
            pair.ours.title,
            one.label,
            one.ours or "（空）",
            one.theirs or "（空）",
            pair.ours.id,
            pair,
        )
        for pair in found.different
        for one in pair.differences
    )
    yield (
        Line(pair.row.number, pair.ours.title, _TICKED[False], *_days(pair.ours, pair.row), pair.ours.id, pair)
        for pair in found.suggested
    )
    yield (
        Line(one.number, one.name, theirs=f"表中第 {one.row} 行" + ("，重复" if one in found.repeated else ""))
        for one in (*found.only_there, *found.repeated)
    )
    yield (
        Line(one.number, one.title, ours="记着已录" if one.has_entry else "还没有录", id=one.id)
        for one in found.only_here
    )
    yield (Line(pair.row.number, pair.ours.title, id=pair.ours.id, pair=pair) for pair in found.same)


def _days(ours: Ours, theirs: Row) -> tuple[str, str]:
    return f"{ours.code} {ours.on or ''}".strip(), str(theirs.on or "")
