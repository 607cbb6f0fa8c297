"""A field of a form: label at the right, editor, what was found about it, and the reason that lets a doubt pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy

from app.errors import Finding, Level
from app.models.register import Stage
from app.ui.editors.base import Editor
from app.ui.widgets import FormRow, set_tone
from app.ui.widgets.form_row import TONE, WEIGHT

NO_REASONS: Mapping[str, str] = MappingProxyType({})
REASON_ASKED = "核对无误的，请写明原因"
NEEDED_LATER = {Stage.PRINT: "打印前须填写", Stage.FILE: "归卷前须填写"}


def as_high_as_wide_needs() -> QSizePolicy:
    """No cap at the height of the preferred width: wrapped words of a narrow field need more."""
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    return policy


class FieldRow(FormRow):
    """``reasoned`` carries the sentence of a doubt and its reason, whenever the reason is edited."""

    reasoned = Signal(str, str)

    def __init__(self, editor: Editor, *, is_needed: bool) -> None:
        spec = editor.spec
        super().__init__(spec.label, editor.widget, note=spec.hint, is_needed=is_needed)
        self.setSizePolicy(as_high_as_wide_needs())
        self.field = editor
        self.findings: list[Finding] = []
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(REASON_ASKED)
        self.reason.setAccessibleName(f"{spec.label}：保留的原因")
        self.reason.setProperty("tone", "warn")
        self.reason.hide()
        self.reason.textEdited.connect(self._on_reasoned)
        grid = self.layout()
        assert isinstance(grid, QGridLayout)  # noqa: S101 - FormRow lays itself out in a grid
        grid.addWidget(self.reason, 2, 2)
        if not is_needed and spec.needed in NEEDED_LATER:
            self.star.setText("*")
            self.star.setToolTip(NEEDED_LATER[spec.needed])
            set_tone(self.star, "")
            self.star.setProperty("role", "small")
            self.star.show()
        editor.changed.connect(self._on_changed)

    def set_label_width(self, width: int) -> None:
        """All labels of a form are equally wide, so that the fields stand in line."""
        self.label.setFixedWidth(width)

    def show_findings(self, findings: Sequence[Finding], reasons: Mapping[str, str] = NO_REASONS) -> None:
        """Say what was found; a doubt opens the line for its reason, with the one given before."""
        if list(findings) == self.findings and not findings:
            self._say_hint()
            return
        self.findings = list(findings)
        super().show_findings(findings)
        tones = {WEIGHT[one.level]: TONE[one.level] for one in findings}
        self.field.mark(tones[min(tones)] if tones else "", self.finding.text() if findings else "")
        doubts = [one.sentence for one in findings if one.level is Level.DOUBT]
        given = next((reasons[one] for one in doubts if reasons.get(one)), "")
        if self.reason.text() != given and not (doubts and self.reason.hasFocus()):
            self.reason.setText(given)
        self.reason.setVisible(bool(doubts))
        if not findings:
            self._say_hint()

    def take_focus(self) -> None:
        """The cursor into the field; into its reason when that alone is missing."""
        only_doubts = self.is_doubted and all(one.level is not Level.STOP for one in self.findings)
        if only_doubts and not self.reason.text().strip():
            self.reason.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.field.take_focus()

    @property
    def is_doubted(self) -> bool:
        """True when something here may be kept with a reason."""
        return any(one.level is Level.DOUBT for one in self.findings)

    def _on_reasoned(self, text: str) -> None:
        for one in self.findings:
            if one.level is Level.DOUBT:
                self.reasoned.emit(one.sentence, text)

    def _on_changed(self) -> None:
        if not self.findings:
            self._say_hint()

    def _say_hint(self) -> None:
        """What the content tells by itself, else the note of the declaration."""
        words = self.field.hint() or self._note
        self.finding.setText(words)
        self.finding.setVisible(bool(words))
