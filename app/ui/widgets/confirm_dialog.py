"""Asks once more before an act that removes or overrides something, with the reason that will be kept."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from app.ui.look import pixmap, tokens
from app.ui.widgets.enter_moves import EnterMoves
from app.ui.widgets.parts import button, column, hide_if, label, row


class ConfirmDialog(QDialog):
    """``reason_label`` asks for a reason, without which the act cannot go on; the safe answer has the focus."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        sentence: str,
        *,
        confirm: str,
        reason_label: str = "",
        is_danger: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        sizes = tokens().sizes
        self.setMinimumWidth(sizes.em * 28)
        picture = label()
        name, tone = ("triangle-alert", "danger") if is_danger else ("circle-question-mark", "accent")
        picture.setPixmap(pixmap(name, sizes.space_xl, tone, ratio=self.devicePixelRatioF()))  # type: ignore[arg-type]  # one of the tones
        self.reason_edit = QPlainTextEdit()
        self.reason_edit.setAccessibleName(reason_label or "理由")
        self.reason_edit.setTabChangesFocus(True)
        self.reason_edit.setFixedHeight(sizes.control * 2)
        asks = label(reason_label, "soft")
        hide_if(not reason_label, asks, self.reason_edit)
        asks.setBuddy(self.reason_edit)
        self.confirm_button = button(confirm, "danger" if is_danger else "primary", on_click=self.accept)
        self.cancel_button = button("取消", on_click=self.reject)
        words = column(label(title, "lead", wrap=True), label(sentence, "soft", wrap=True), sizes.space_xs)
        words.addWidget(asks)
        words.addWidget(self.reason_edit)
        head = row(picture, gap=sizes.space_m)
        head.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        body = column(
            head, row(None, self.cancel_button, self.confirm_button), gap=sizes.space_l, margin=sizes.space_xl
        )
        self.setLayout(body)
        self._needs_reason = bool(reason_label)
        self.reason_edit.textChanged.connect(self._on_reason_changed)
        self._on_reason_changed()
        self._enter = EnterMoves(self)
        self._enter.finished.connect(self.confirm_button.setFocus)
        (self.reason_edit if self._needs_reason else self.cancel_button).setFocus()

    def reason(self) -> str:
        """What the user wrote, without blanks around it."""
        return self.reason_edit.toPlainText().strip()

    def _on_reason_changed(self) -> None:
        self.confirm_button.setEnabled(bool(self.reason()) or not self._needs_reason)


def ask(parent: QWidget | None, title: str, sentence: str, *, confirm: str, reason_label: str = "") -> str | None:
    """Ask and wait: None when the user stays away from it, else the reason (empty when none was asked for)."""
    dialog = ConfirmDialog(parent, title, sentence, confirm=confirm, reason_label=reason_label)
    answer = dialog.exec()
    reason = dialog.reason()
    dialog.deleteLater()
    return reason if answer == QDialog.DialogCode.Accepted else None
