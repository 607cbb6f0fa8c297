"""Progress of a long act at the foot of a page: what, how far, and a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QProgressBar

from app.ui.look import tokens
from app.ui.widgets.parts import button, column, label, row

if TYPE_CHECKING:
    from app.ui.work import Job


class ProgressStrip(QFrame):
    """Follows one job at a time; hidden when there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ProgressStrip")
        self._job: Job | None = None
        self.sentence = label("", "soft")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("进度")
        self.cancel = button("停止", "small", on_click=self._on_cancel)
        sizes = tokens().sizes
        line = row(gap=sizes.space_m)
        line.addLayout(column(self.sentence, self.bar, gap=sizes.space_xs), 1)
        line.addWidget(self.cancel)
        line.setContentsMargins(sizes.space_m, sizes.space_s, sizes.space_s, sizes.space_s)
        self.setLayout(line)
        self.setAccessibleName("正在处理")
        self.hide()

    def follow(self, job: Job, what: str, *, stop_word: str = "停止") -> None:
        """Show the job until it ends; ``what`` is said while it has not reported yet."""
        self._job = job
        self.sentence.setText(what)
        self.cancel.setText(stop_word)
        self.cancel.setEnabled(True)
        self.bar.setRange(0, 0)
        job.progressed.connect(self._on_progressed)
        job.ended.connect(self.hide)
        self.show()

    def _on_progressed(self, done: int, total: int, sentence: str) -> None:
        self.bar.setRange(0, max(0, total))
        self.bar.setValue(done)
        if sentence:
            self.sentence.setText(f"{sentence}　{done:,} / {total:,}" if total else sentence)

    def _on_cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self.cancel.setEnabled(False)
        self.sentence.setText("正在停止，已完成的部分会保留…")
