"""Step three: what became of it, the report to keep, the rows to correct, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from app.exchange.plan import Outcome
from app.exchange.running import ImportReport
from app.models.history import Kept
from app.ui.importing.previewing import MOST_ROWS, ShownRow, rows_table
from app.ui.look import tokens
from app.ui.widgets import Banner, BannerArea, EmptyState, button, column, hide_if, row
from app.ui.widgets.banner import Weight

_SAVE = "保存报告…"


class ReportingStep(QWidget):
    """The signals ask the window to do what the buttons say."""

    report_asked = Signal()
    bad_rows_asked = Signal()
    undo_asked = Signal()
    again_asked = Signal()
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        sizes = tokens().sizes
        self.banners = BannerArea()
        self.table = rows_table("没有导入的行")
        self.all_in = EmptyState("circle-check-big", "全部导入，没有剩下的行", "需要留底的话，可以把报告保存下来。")
        self.save_report = button(_SAVE, icon_name="save", on_click=self.report_asked.emit)
        self.save_bad = button("保存有误的行…", icon_name="file-pen", on_click=self.bad_rows_asked.emit)
        self.undo = button("撤销整次导入", "danger", icon_name="undo-2", on_click=self.undo_asked.emit)
        self.again = button("再导入一个文件", on_click=self.again_asked.emit)
        self.close_button = button("完成", "primary", on_click=self.done.emit)
        self.card = QFrame()
        self.card.setObjectName("Card")
        inner = column(self.table, self.all_in)
        inner.setContentsMargins(sizes.space_m, sizes.space_m, sizes.space_m, sizes.space_m)
        self.card.setLayout(inner)
        lines = column(self.banners)
        lines.addWidget(self.card, 1)
        lines.addLayout(row(self.undo, self.save_bad, self.save_report, None, self.again, self.close_button))
        self.setLayout(lines)

    def show_report(self, report: ImportReport) -> None:
        """The sums, and every row that did not simply come in."""
        self.banners.clear()
        bad = report.counts[Outcome.BAD]
        if report.is_cancelled:
            sentence, step = f"已停止：{report.sentence}", "再导入同一个文件会接着做；或者现在整次撤销"
        elif bad:
            sentence = f"导入完成：{report.sentence}"
            step = f"有误的 {bad:,} 条可以“保存有误的行”，在 Excel 里改好标红的格子后再导入一次"
        else:
            sentence, step = f"导入完成：{report.sentence}", ""
        weight: Weight = "warn" if bad or report.is_cancelled else "ok"
        self.banners.show_banner(Banner(sentence, step, weight=weight, closable=False))
        left = [
            ShownRow(one.planned, one.outcome, "\n".join(one.sentences[len(one.planned.findings) :]))
            for one in report.rows
            if one.outcome not in {Outcome.CREATED, Outcome.UPDATED}
        ]
        self.table.show_lines(left[:MOST_ROWS])
        self.table.setVisible(bool(left))
        self.all_in.setVisible(not left)
        self.save_bad.setVisible(bad > 0)
        self.undo.setVisible(bool(report.counts[Outcome.CREATED] + report.counts[Outcome.UPDATED]))
        self.close_button.setFocus()

    def show_undone(self, kept: list[Kept]) -> None:
        """The import is taken back."""
        self.banners.clear()
        records = len({one.record_id for one in kept})
        step = f"有 {records:,} 条后来改过，没有动，请在它们的历史里核对" if kept else ""
        self.banners.show_banner(Banner("整次导入已撤销", step, weight="info", closable=False), key="undone")
        hide_if(True, self.undo)
        self.close_button.setFocus()
