"""A field of a form: label at the right, editor, what was found about it, and the reason that lets a doubt pass."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit

from app.errors import Finding, Level
from app.models.register import Stage
from app.ui.editors.base import Editor
from app.ui.look import tokens
from app.ui.widgets import FormRow, set_tone

NEEDED_LATER = {Stage.PRINT: "打印前须填写", Stage.FILE: "归卷前须填写"}


class FieldRow(FormRow):
    """``reasoned`` fires when the reason for a doubt changes."""

    reasoned = Signal()

    def __init__(self, editor: Editor, *, is_needed: bool) -> None:
        spec = editor.spec
        super().__init__(spec.label, editor.widget, note=spec.hint, is_needed=is_needed)
        self.field = editor
        self.findings: list[Finding] = []
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("核对无误的，在这里写明原因就可以保存")
        self.reason.setAccessibleName(f"{spec.label}：保留的原因")
        self.reason.setProperty("tone", "warn")
        self.reason.hide()
        self.reason.textChanged.connect(self.reasoned)
        grid = self.layout()
        assert isinstance(grid, QGridLayout)  # noqa: S101 - FormRow lays itself out in a grid
        grid.addWidget(self.reason, 2, 2)
        if not is_needed and spec.needed in NEEDED_LATER:
            self.star.setText("○")
            self.star.setToolTip(NEEDED_LATER[spec.needed])
            set_tone(self.star, "")
            self.star.setProperty("role", "small")
            self.star.show()
        editor.changed.connect(self._on_changed)

    def set_label_width(self, width: int) -> None:
        """All labels of a form are equally wide, so that the fields stand in line."""
        self.label.setFixedWidth(width)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Say what was found; a doubt opens the line for its reason."""
        self.findings = list(findings)
        super().show_findings(findings)
        worst = min((one.level for one in findings), key=list(Level).index, default=None)
        tone = {Level.STOP: "danger", Level.DOUBT: "warn"}.get(worst) if worst else ""
        self.field.mark(tone or "", self.finding.text() if findings else "")
        self.reason.setVisible(self.is_doubted)
        if not findings:
            self._say_hint()

    @property
    def is_doubted(self) -> bool:
        """True when something here may be kept with a reason."""
        return any(one.level is Level.DOUBT for one in self.findings)

    def stretch_widths(self, *, max_width: int) -> None:
        """No wider than is good to read."""
        self.editor.setMaximumWidth(max_width)
        self.reason.setMaximumWidth(max_width)

    def _on_changed(self) -> None:
        if not self.findings:
            self._say_hint()

    def _say_hint(self) -> None:
        """What the content tells by itself, else the note of the declaration."""
        words = self.field.hint() or self._note
        self.finding.setText(words)
        self.finding.setVisible(bool(words))

    def field_height(self) -> int:
        """Height without what is said under the field."""
        return max(tokens().sizes.control, self.editor.sizeHint().height())
