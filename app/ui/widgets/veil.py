"""A veil over a part of the window while something must finish first; the window itself stays alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QProgressBar, QVBoxLayout, QWidget

from app.ui.look import tokens
from app.ui.widgets.parts import label

if TYPE_CHECKING:
    from app.ui.work import Job


class Veil(QFrame):
    """Covers ``over`` from ``follow(job, sentence)`` until the job has ended, or between ``show_over`` and ``lift``."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("Veil")
        self._over = over
        self._had_focus: QWidget | None = None
        self.sentence = label("", "strong")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(tokens().sizes.field // 2)
        lines = QVBoxLayout(self)
        lines.addStretch(1)
        lines.addWidget(self.sentence)
        lines.addWidget(bar, alignment=Qt.AlignmentFlag.AlignHCenter)
        lines.addStretch(1)
        over.installEventFilter(self)
        self.hide()

    def follow(self, job: Job, sentence: str) -> None:
        """Cover until the job has ended."""
        job.ended.connect(self.lift)
        self.show_over(sentence)

    def show_over(self, sentence: str) -> None:
        """Cover now; keys and mouse no longer reach what lies below."""
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self._had_focus = self._over.focusWidget()
        self.setGeometry(self._over.rect())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show()
        self.raise_()
        self.setFocus()

    def lift(self) -> None:
        """Uncover and give the focus back."""
        self.hide()
        if self._had_focus is not None:
            self._had_focus.setFocus()
            self._had_focus = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._over:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)
