"""The quiet ground of everything before the main window: a card in the middle, the program's name above."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.errors import AppError
from app.ui.look import icon, pixmap, tokens
from app.ui.widgets.banner import Action, BannerArea
from app.ui.widgets.parts import button, label, row
from app.ui.widgets.veil import Veil

PROGRAM = "乡镇社管通"


class EntryFrame(QWidget):
    """``body`` is the column inside the card, ``em_wide`` characters wide; ``problems`` takes the banners."""

    def __init__(self, title: str, *, em_wide: int) -> None:
        super().__init__()
        self.setObjectName("Entry")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setWindowTitle(f"{title} · {PROGRAM}")
        self.setWindowIcon(icon("handshake", "accent"))
        self.setAccessibleName(title)
        sizes = tokens().sizes
        self.setMinimumSize(sizes.em * 50, sizes.em * 34)
        mark = label()
        mark.setPixmap(pixmap("handshake", sizes.space_xl, "accent", ratio=self.devicePixelRatioF()))
        self.card = QFrame()
        self.card.setObjectName("Card")
        self.card.setFixedWidth(sizes.em * em_wide)
        self.problems = BannerArea()
        self.body = QVBoxLayout(self.card)
        self.body.setContentsMargins(sizes.space_xl, sizes.space_l, sizes.space_xl, sizes.space_l)
        self.body.setSpacing(sizes.space_s)
        self.body.addWidget(self.problems)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(sizes.space_l, sizes.space_s, sizes.space_l, sizes.space_s)
        outer.setSpacing(sizes.space_m)
        outer.addStretch(2)
        outer.addLayout(row(None, mark, label(PROGRAM, "lead"), None))
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.card)
        middle.addStretch(1)
        outer.addLayout(middle)
        self.offers = row(None, None, gap=sizes.space_l)
        outer.addLayout(self.offers)
        outer.addStretch(3)
        self.veil = Veil(self.card)

    def offer(self, words: str, act: Callable[[], object]) -> QPushButton:
        """A quiet way elsewhere, under the card."""
        made = button(words, "link", on_click=act)
        self.offers.insertWidget(self.offers.count() - 1, made)
        return made

    def show_problem(self, error: AppError, *, action: Action | None = None) -> None:
        """Say what was refused, inside the card; what was typed stays."""
        self.veil.lift()
        self.problems.show_error(error, action=action)
