"""The ground of a page that may be higher than the window: scrolls up and down, never sideways."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


class _Body(QWidget):
    """Asks for its width only if children wrap: Qt would reckon their height at the narrowest, not at the width."""

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        return QSize(least.width(), 0) if self.hasHeightForWidth() else least


class ScrollPage(QScrollArea):
    """``ScrollPage(column(…))``: as high as the content needs at the width there is."""

    def __init__(self, content: QLayout) -> None:
        super().__init__()
        body = _Body()
        body.setLayout(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)
