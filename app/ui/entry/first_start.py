"""The first start: three small steps to a township that works, or the other way in with a pairing code.

It asks and hands over; the accounts, the key and the database are made by whoever hears ``finished``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget

from app.ui.entry.answers import FirstStart
from app.ui.entry.frame import EntryFrame
from app.ui.entry.steps import AccountsStep, JoinStep, RecoveryStep, Step, TownshipStep
from app.ui.look import tokens
from app.ui.widgets.parts import button, label, row, set_tone

STEPS = ("乡镇", "账号", "恢复密钥")


class FirstStartWizard(EntryFrame):
    """``finished`` carries a FirstStart, ``join_asked`` a JoinExisting; ``make_key`` gives the key as groups by ``-``.

    ``print_sheet(key)`` and ``save_sheet(key, path)`` make the paper with the recovery key; ``ask_group`` picks the
    group to type back out of so many.
    """

    finished = Signal(object)
    join_asked = Signal(object)

    def __init__(
        self,
        make_key: Callable[[], str],
        *,
        print_sheet: Callable[[str], object] | None = None,
        save_sheet: Callable[[str, Path], object] | None = None,
        ask_group: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        super().__init__("第一次使用", em_wide=50)
        key = make_key()
        self.township = TownshipStep()
        self.accounts = AccountsStep()
        self.recovery = RecoveryStep(
            key, ask_group=ask_group(len(key.split("-"))), print_sheet=print_sheet, save_sheet=save_sheet
        )
        self.join_step = JoinStep()
        self._steps: tuple[Step, ...] = (self.township, self.accounts, self.recovery)
        self._marks = [label(f"{place} {words}", "small") for place, words in enumerate(STEPS, start=1)]
        self._markers = row(gap=tokens().sizes.space_l)
        for mark in self._marks:
            self._markers.addWidget(mark)
        self._markers.addStretch(1)
        self.stack = QStackedWidget()
        for step in (*self._steps, self.join_step):
            self.stack.addWidget(step)
            step.changed.connect(self._update)
            step.finished.connect(self.go_on)
        self.join_button = button("加入已有的乡镇…", "link", on_click=self.open_join)
        self.back_button = button("上一步", on_click=self.go_back)
        self.next_button = button("下一步", "primary", on_click=self.go_on)
        self.body.addLayout(self._markers)
        self.body.addWidget(self.stack, 1)
        self.body.addLayout(row(self.join_button, None, self.back_button, self.next_button))
        QShortcut(QKeySequence("Alt+Left"), self).activated.connect(self.go_back)
        self._open(self.township)

    def step(self) -> Step:
        """The step in front."""
        front = self.stack.currentWidget()
        return next(one for one in (*self._steps, self.join_step) if one is front)

    def open_join(self) -> None:
        """Take the other way in."""
        self._open(self.join_step)

    def go_back(self) -> None:
        """One step back; nothing typed is lost."""
        step = self.step()
        if step in self._steps and step is not self.township:
            self._open(self._steps[self._steps.index(step) - 1])
        else:
            self._open(self.township)

    def go_on(self) -> None:
        """One step on, or hand over after the last; a step that is not ready keeps the cursor where it lacks."""
        step = self.step()
        if not step.is_ready():
            step.focus_first()
        elif step is self.join_step:
            self.join_asked.emit(self.join_step.answer())
        elif step is self.recovery:
            self.finished.emit(self.answer())
        else:
            self._open(self._steps[self._steps.index(step) + 1])

    def answer(self) -> FirstStart:
        """Everything typed, without blanks around names."""
        administrator, clerk = self.accounts.accounts()
        return FirstStart(
            township=self.township.township.text().strip(),
            county=self.township.county.text().strip(),
            committee=self.township.committee.text().strip(),
            administrator=administrator,
            clerk=clerk,
            recovery_key=self.recovery.key,
        )

    def _open(self, step: Step) -> None:
        self.problems.clear()
        self.stack.setCurrentWidget(step)
        joining = step is self.join_step
        for place, mark in enumerate(self._marks):
            mark.setVisible(not joining)
            set_tone(mark, "accent" if not joining and self._steps[place] is step else "")
        self.join_button.setVisible(step is self.township)
        self.back_button.setVisible(step is not self.township)
        last = {self.recovery: "完成，开始使用", self.join_step: "加入"}
        self.next_button.setText(last.get(step, "下一步"))
        self.next_button.setAccessibleName(self.next_button.text())
        self._update()
        step.focus_first()

    def _update(self) -> None:
        self.next_button.setEnabled(self.step().is_ready())
