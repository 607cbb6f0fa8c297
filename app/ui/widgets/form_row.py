"""One field of a form: its label, its editor, and what is to be said about the value right under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from app.errors import Finding, Level
from app.ui.look import tokens
from app.ui.widgets.parts import hide_if, label, set_tone

TONE = {Level.STOP: "danger", Level.DOUBT: "warn", Level.HINT: ""}
WEIGHT = {Level.STOP: 0, Level.DOUBT: 1, Level.HINT: 2}


class FormRow(QWidget):
    """``side`` puts the label left of the editor (dense pages) or above it (several fields in a line)."""

    def __init__(
        self,
        words: str,
        editor: QWidget,
        *,
        note: str = "",
        is_needed: bool = False,
        side: Literal["left", "top"] = "left",
    ) -> None:
        super().__init__()
        sizes = tokens().sizes
        self.editor = editor
        self.label = label(words, "soft", wrap=side == "left")
        self.label.setBuddy(editor)
        self.star = label("*" if is_needed else "", tone="danger")
        self.star.setToolTip("保存前须填写")
        self._note = note
        self.finding = label(note, "small", wrap=True)
        hide_if(not note, self.finding)
        if not editor.accessibleName():
            editor.setAccessibleName(words)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(sizes.space_xs)
        grid.setVerticalSpacing(sizes.space_xs // 2)
        self._place(grid, side)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _place(self, grid: QGridLayout, side: str) -> None:
        sizes = tokens().sizes
        if side == "top":
            grid.addWidget(self.label, 0, 0)
            grid.addWidget(self.star, 0, 1)
            grid.setColumnStretch(2, 1)
            grid.addLayout(self._held(), 1, 0, 1, 3)
            grid.addWidget(self.finding, 2, 0, 1, 3)
            return
        self.label.setFixedWidth(sizes.em * 7)
        self.label.setMinimumHeight(sizes.control)
        self.label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.star.setFixedWidth(sizes.space_m)
        self.star.setFixedHeight(sizes.control)
        grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.star, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(self._held(), 0, 2)
        grid.addWidget(self.finding, 1, 2)
        grid.setColumnStretch(2, 1)

    def _held(self) -> QHBoxLayout:
        """The editor with what is left over beside it, so that a narrow editor does not pull the columns apart."""
        line = QHBoxLayout()
        line.addWidget(self.editor, 1)
        line.addStretch(0)
        return line

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Say what was found about this field, gravest first; an empty list brings the note back."""
        ordered = sorted(findings, key=lambda one: WEIGHT[one.level])
        tone = TONE[ordered[0].level] if ordered else ""
        words = "\n".join(one.sentence + (f"（{one.next_step}）" if one.next_step else "") for one in ordered)
        self.finding.setText(words or self._note)
        self.finding.setVisible(bool(words or self._note))
        set_tone(self.finding, tone)
        set_tone(self.editor, tone)
        self.editor.setAccessibleDescription(words)
