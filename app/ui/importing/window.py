"""The import window: three steps, one after the other, the work off the screen's thread.

Everything goes through :class:`app.services.exchange.ImportService`; nothing here reads a file or a store by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QLabel, QStackedWidget, QWidget

from app.errors import AppError
from app.exchange.plan import ImportPlan
from app.exchange.running import ImportReport
from app.models.history import Kept
from app.services.exchange import ImportService
from app.services.office import Office
from app.ui import work
from app.ui.importing.choosing import ChoosingStep
from app.ui.importing.previewing import PreviewingStep
from app.ui.importing.reporting import ReportingStep
from app.ui.look import tokens
from app.ui.saving import XLSX, ask_where, write_file
from app.ui.widgets import BannerArea, ProgressStrip, Toast, ask, column, label, row, set_tone

T = TypeVar("T")

_STEPS = ("选文件", "核对", "导入结果")


class ImportWindow(QDialog):
    """``take_file`` begins with a file, as dropping one does."""

    def __init__(self, parent: QWidget | None, office: Office, register: str) -> None:
        super().__init__(parent)
        self.definition = office.registry.get(register)
        self.setWindowTitle(f"导入{self.definition.label}")
        self.setAccessibleName(self.windowTitle())
        self._office, self._service = office, ImportService(office)
        self._path: Path | None = None
        self._job: work.Job | None = None
        self.report: ImportReport | None = None
        self.banners = BannerArea()
        self.heading = label(self.windowTitle(), "title")
        self.file_name = label("", "faint")
        self._marks = [label(f"{place} {words}", "soft") for place, words in enumerate(_STEPS, start=1)]
        self.choosing = ChoosingStep(self.definition.label)
        self.previewing = PreviewingStep(office.reader)
        self.reporting = ReportingStep()
        self.stack = QStackedWidget()
        for step in (self.choosing, self.previewing, self.reporting):
            self.stack.addWidget(step)
        self.progress = ProgressStrip()
        self._put_together()
        self._connect()
        self._go_to(self.choosing)
        self.resize(self.sizeHint())  # or Qt takes two thirds of the screen at most

    def sizeHint(self) -> QSize:
        em = tokens().sizes.em
        room = self.screen().availableSize()
        return QSize(min(em * 84, room.width() - em * 4), min(em * 48, room.height() - em * 4))

    def _put_together(self) -> None:
        sizes = tokens().sizes
        marks: list[QLabel | None] = [None, *self._marks]
        head = row(self.heading, self.file_name, *marks, gap=sizes.space_l)
        lines = column(gap=sizes.space_m, margin=sizes.space_l)
        lines.addLayout(head)
        lines.addWidget(self.banners)
        lines.addWidget(self.stack, 1)
        lines.addWidget(self.progress)
        self.setLayout(lines)

    def _connect(self) -> None:
        self.choosing.chosen.connect(self.take_file)
        self.choosing.template_asked.connect(self._save_template)
        self.previewing.back_asked.connect(self._begin)
        self.previewing.replan_asked.connect(self._plan)
        self.previewing.go_asked.connect(self._run)
        self.reporting.report_asked.connect(self._save_report)
        self.reporting.bad_rows_asked.connect(self._save_bad_rows)
        self.reporting.undo_asked.connect(self._undo)
        self.reporting.again_asked.connect(self._begin)
        self.reporting.done.connect(self.accept)

    # -- steps -------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._path, self.report = None, None
        self.file_name.setText("")
        self.previewing.panel.forget()
        self.previewing.plan = None
        self._go_to(self.choosing)

    def _go_to(self, step: QWidget) -> None:
        self.stack.setCurrentWidget(step)
        for place, mark in enumerate(self._marks):
            is_here = place == self.stack.currentIndex()
            mark.setProperty("role", "strong" if is_here else "faint")
            set_tone(mark, "accent" if is_here else "off")
        if step is self.choosing:
            self.choosing.place.setFocus()

    def take_file(self, path: Path) -> None:
        """Look a file through; it is shown, or a sentence says why not."""
        self._path = path
        self.file_name.setText(path.name)
        self._plan()

    def _plan(self) -> None:
        path, service, register = self._path, self._service, self.definition.name
        if path is None or self._job is not None:
            return
        decisions = self.previewing.panel.decisions()

        def look_through(job: work.Job) -> ImportPlan:
            return service.plan_import(
                path, register, decisions=decisions, progress=job.report, cancelled=lambda: job.is_cancelled
            )

        self._start(look_through, self._planned, what="正在读取和核对")

    def _planned(self, plan: ImportPlan) -> None:
        self.previewing.show_plan(plan)
        self._go_to(self.previewing)

    def _run(self) -> None:
        plan, service, choices = self.previewing.plan, self._service, self.previewing.panel.choices()
        if plan is None:
            return

        def write(job: work.Job) -> ImportReport:
            return service.run_import(plan, choices, progress=job.report, cancelled=lambda: job.is_cancelled)

        self._start(write, self._reported, what="正在写入")

    def _reported(self, report: ImportReport) -> None:
        self.report = report
        self.reporting.show_report(report)
        self._go_to(self.reporting)
        work.run(self._office.store.index_rest)

    def _undo(self) -> None:
        report, service = self.report, self._service
        if report is None:
            return
        sentence = "这次导入新增的登记会删除，补上的栏会清空；后来又改过的不动。撤销也记入历史。"
        if ask(self, "撤销整次导入？", sentence, confirm="撤销") is not None:
            self._start(lambda job: service.undo(report, progress=job.report), self._undone, what="正在撤销")

    def _undone(self, kept: list[Kept]) -> None:
        self.reporting.show_undone(kept)
        work.run(self._office.store.index_rest)

    # -- work --------------------------------------------------------------------------------------------------------

    def _start(self, steps: Callable[[work.Job], T], then: Callable[[T], None], *, what: str) -> None:
        self.banners.clear()
        self.stack.setEnabled(False)
        self._job = work.run_steps(steps, then=then, failed=self._failed, owner=self)
        self._job.ended.connect(self._ended)
        self.progress.follow(self._job, what)

    def _ended(self) -> None:
        self._job = None
        self.stack.setEnabled(True)
        if self.stack.currentWidget() is self.previewing:
            self.previewing.go.setFocus()
        elif self.stack.currentWidget() is self.reporting:
            self.reporting.close_button.setFocus()

    def _failed(self, error: AppError) -> None:
        self.banners.show_error(error)

    def reject(self) -> None:
        """Esc and the window's cross stop the work first; what is written stays."""
        if self._job is not None:
            self._job.cancel()
            return
        super().reject()

    # -- files -------------------------------------------------------------------------------------------------------

    def _save_template(self) -> None:
        service, register = self._service, self.definition.name
        self._save(f"{self.definition.label}导入模板.xlsx", lambda: service.template_xlsx(register))

    def _save_report(self) -> None:
        report, service = self.report, self._service
        if report is not None:
            self._save(f"{self._stem()}导入报告.xlsx", lambda: service.report_xlsx(report))

    def _save_bad_rows(self) -> None:
        report, service = self.report, self._service
        if report is not None:
            self._save(f"{self._stem()}有误的行.xlsx", lambda: service.bad_rows_xlsx(report))

    def _stem(self) -> str:
        return f"{self._path.stem}-" if self._path else ""

    def _save(self, name: str, make: Callable[[], bytes]) -> None:
        beside = str(self._path.with_name(name)) if self._path else name
        path = ask_where(self, beside, XLSX)
        if path is not None:
            self._start(lambda _: write_file(path, make()), self._saved, what="正在保存")

    def _saved(self, path: Path) -> None:
        Toast(self, f"已保存：{path}").show()
