"""Sentences to the user inside the page: what happened, what to do, one action. Used instead of message boxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app.ui.look import Tone, pixmap, tokens
from app.ui.widgets.parts import button, column, hide_if, icon_button, label, row, set_tone

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from app.errors import AppError

Weight = Literal["info", "ok", "warn", "danger"]
PICTURES: dict[Weight, tuple[str, Tone]] = {
    "info": ("info", "accent"),
    "ok": ("circle-check", "ok"),
    "warn": ("triangle-alert", "warn"),
    "danger": ("circle-alert", "danger"),
}
Action = tuple[str, Callable[[], object]]


class Banner(QFrame):
    """One sentence with its next step; ``closed`` is emitted when the user puts it away."""

    closed = Signal()

    def __init__(
        self,
        sentence: str,
        next_step: str = "",
        *,
        weight: Weight = "info",
        action: Action | None = None,
        closable: bool = True,
    ) -> None:
        super().__init__()
        self.setObjectName("Banner")
        sizes = tokens().sizes
        name, tone = PICTURES[weight]
        set_tone(self, {"info": ""}.get(weight, weight))
        self.sentence = label(sentence, "strong", wrap=True, copy=True)
        self.next_step = label(next_step, "soft", wrap=True, copy=True)
        hide_if(not next_step, self.next_step)
        picture = label()
        picture.setPixmap(pixmap(name, sizes.icon_m, tone, ratio=self.devicePixelRatioF()))
        line = row(picture, gap=sizes.space_s + sizes.space_xs)
        line.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
        line.addLayout(column(self.sentence, self.next_step, gap=0), 1)
        line.setContentsMargins(sizes.space_m, sizes.space_s, sizes.space_s, sizes.space_s)
        if action is not None:
            line.addWidget(button(action[0], "small", on_click=action[1]))
        if closable:
            line.addWidget(icon_button("x", "关闭提示", on_click=self.close_by_user))
        self.setLayout(line)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(sentence)
        self.setAccessibleDescription(next_step)

    @classmethod
    def from_error(cls, error: AppError, *, action: Action | None = None, closable: bool = True) -> Banner:
        """The banner for a refusal of the program."""
        return cls(error.sentence, error.next_step, weight="danger", action=action, closable=closable)

    def close_by_user(self) -> None:
        """Put the banner away."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_by_user()
        else:
            super().keyPressEvent(event)


class BannerArea(QWidget):
    """Where a page keeps its banners: newest on top, one per ``key``, at most three; takes no room when empty."""

    MOST = 3

    def __init__(self) -> None:
        super().__init__()
        self._by_key: dict[str, Banner] = {}
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(tokens().sizes.space_s)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_banner(self, banner: Banner, *, key: str = "") -> Banner:
        """Put up a banner; one with the same key (or the same sentence) is replaced."""
        key = key or banner.sentence.text()
        self.take_down(key)
        self._by_key[key] = banner
        self._lines.insertWidget(0, banner)
        banner.closed.connect(lambda: self.take_down(key))
        while len(self._by_key) > self.MOST:
            self.take_down(next(iter(self._by_key)))
        self._appear()
        return banner

    def show_error(self, error: AppError, *, action: Action | None = None) -> Banner:
        """Put up a refusal of the program as a banner."""
        return self.show_banner(Banner.from_error(error, action=action))

    def banners(self) -> list[Banner]:
        """Those standing, oldest first."""
        return list(self._by_key.values())

    def take_down(self, key: str) -> None:
        """Remove the banner of that key, if it stands."""
        banner = self._by_key.pop(key, None)
        if banner is not None:
            self._lines.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self._appear()

    def _appear(self) -> None:
        """Take room only for banners, and only inside a page: alone this would be a window of its own."""
        self.setVisible(bool(self._by_key) and self.parentWidget() is not None)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ParentChange:
            self._appear()

    def clear(self) -> None:
        """Remove all."""
        for key in list(self._by_key):
            self.take_down(key)
