"""What an empty page says: what belongs here and how to begin, never a blank area."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui.look import pixmap, tokens
from app.ui.widgets.parts import column, hide_if, label, row


class EmptyState(QWidget):
    """An icon, one sentence, what to do next, and the buttons that do it."""

    def __init__(self, icon_name: str, sentence: str, what_to_do: str = "", *actions: QPushButton) -> None:
        super().__init__()
        sizes = tokens().sizes
        picture = label()
        picture.setPixmap(pixmap(icon_name, sizes.icon_l, "text_off", ratio=self.devicePixelRatioF()))
        head = label(sentence, "lead", wrap=True)
        advice = label(what_to_do, "faint", wrap=True)
        hide_if(not what_to_do, advice)
        for part in (picture, head, advice):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        lines = column(None, picture, sizes.space_xs, head, advice, sizes.space_s)
        if actions:
            lines.addLayout(row(None, *actions, None))
        lines.addStretch(2)
        lines.setContentsMargins(sizes.space_xl, sizes.space_l, sizes.space_xl, sizes.space_l)
        self.setLayout(lines)
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(what_to_do)
