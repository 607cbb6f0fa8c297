"""A word of confirmation that goes by itself (已保存, with 撤销); never for something the user must act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.ui.look import pixmap, tokens
from app.ui.widgets.parts import button, label

if TYPE_CHECKING:
    from app.ui.widgets.banner import Action

STAYS_MS = 4_000
STAYS_WITH_ACTION_MS = 8_000


class Toast(QFrame):
    """Floats over the lower middle of ``over``; a new one replaces the old."""

    def __init__(self, over: QWidget, sentence: str, *, action: Action | None = None) -> None:
        super().__init__(over)
        self.setObjectName("Toast")
        self.setAccessibleName(sentence)
        sizes = tokens().sizes
        picture = label()
        picture.setPixmap(pixmap("circle-check", sizes.icon, "on_accent", ratio=self.devicePixelRatioF()))
        self.sentence = label(sentence)
        line = QHBoxLayout(self)
        line.setContentsMargins(sizes.space_m, sizes.space_s, sizes.space_m, sizes.space_s)
        line.addWidget(picture)
        line.addWidget(self.sentence)
        if action is not None:
            line.addWidget(button(action[0], "small", on_click=action[1]))
        for older in over.findChildren(Toast):
            if older is not self:
                older.hide()
                older.deleteLater()
        QTimer.singleShot(STAYS_MS if action is None else STAYS_WITH_ACTION_MS, self, self.deleteLater)
        self._over = over
        over.installEventFilter(self)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        room = tokens().sizes.bar + tokens().sizes.space_s
        self.move((self._over.width() - self.width()) // 2, self._over.height() - self.height() - room)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False
