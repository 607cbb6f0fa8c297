"""What was found about a collection of lines as a whole, with the reason that lets a doubt pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.errors import Finding, Level
from app.ui.look import tokens
from app.ui.registers.field_row import REASON_ASKED
from app.ui.widgets import column, label, set_tone
from app.ui.widgets.form_row import TONE, WEIGHT


class CollectionNote(QWidget):
    """``reasoned`` carries a doubt's sentence and the reason written for it."""

    reasoned = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._doubts: list[str] = []
        self.words = label("", "small", wrap=True)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(REASON_ASKED)
        self.reason.setAccessibleName("保留的原因")
        set_tone(self.reason, "warn")
        self.reason.textEdited.connect(self._on_edited)
        lines = column(self.words, self.reason, gap=tokens().sizes.space_xs)
        self.setLayout(lines)
        self.hide()

    def show_findings(self, findings: Sequence[Finding], reasons: Mapping[str, str]) -> None:
        """Gravest first; nothing hides all."""
        ordered = sorted(findings, key=lambda one: WEIGHT[one.level])
        self._doubts = [one.sentence for one in ordered if one.level is Level.DOUBT]
        self.words.setText(
            "\n".join(one.sentence + (f"（{one.next_step}）" if one.next_step else "") for one in ordered)
        )
        set_tone(self.words, TONE[ordered[0].level] if ordered else "")
        given = next((reasons[one] for one in self._doubts if reasons.get(one)), "")
        if self.reason.text() != given and not self.reason.hasFocus():
            self.reason.setText(given)
        self.reason.setVisible(bool(self._doubts))
        self.setVisible(bool(ordered))

    def take_focus(self) -> QWidget | None:
        """The cursor into the reason, when one is asked for."""
        if not self._doubts:
            return None
        self.reason.setFocus(Qt.FocusReason.TabFocusReason)
        return self

    def _on_edited(self, text: str) -> None:
        for sentence in self._doubts:
            self.reasoned.emit(sentence, text)
