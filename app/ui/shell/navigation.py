"""The left navigation: icons and words under captions; icons only when the window is narrow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.ui.look import icon, tokens
from app.ui.widgets.parts import label, rule

if TYPE_CHECKING:
    from app.ui.shell.page import Page


_NARROW_EDGE = 3
"""Above and below the icon of a narrow entry together, where the window is low."""


class NavItem(QPushButton):
    """One entry; its badge counts what waits there."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.title)
        self.setObjectName("NavItem")
        self.key = page.key
        self.words = page.title
        self._badge = 0
        self._is_narrow = False
        self.setCheckable(True)
        self.setAutoDefault(True)
        self.setIcon(icon(page.icon, "text_soft", "accent"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._name()

    def set_badge(self, number: int) -> None:
        """Show a number at the right; 0 shows none."""
        self._badge = number
        self._name()
        self.update()

    def set_narrow(self, *, narrow: bool) -> None:
        """Icon only, with the words as a tooltip."""
        self._is_narrow = narrow
        sizes = tokens().sizes
        self.setIconSize(QSize(sizes.icon_m + (0 if narrow else sizes.space_s - 2), sizes.icon_m))
        self.setText("" if narrow else self.words)
        self.setToolTip(self.words if narrow else "")

    def _name(self) -> None:
        self.setAccessibleName(f"{self.words} {self._badge}" if self._badge else self.words)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._badge:
            return
        colours, sizes = tokens().colours, tokens().sizes
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._is_narrow:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.danger)
            painter.drawEllipse(self.width() - sizes.space_m, sizes.space_xs, sizes.space_s, sizes.space_s)
            return
        font = self.font()
        font.setPointSizeF(sizes.small)
        painter.setFont(font)
        painter.setPen(colours.text_faint)
        area = self.rect().adjusted(0, 0, -sizes.space_s, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{self._badge:,}")


class Navigation(QFrame):
    """``chosen`` carries the key of the page the user wants."""

    chosen = Signal(str)

    def __init__(self, pages: Iterable[Page]) -> None:
        super().__init__()
        self.setObjectName("Navigation")
        self.setAccessibleName("导航")
        sizes = tokens().sizes
        self.items: dict[str, NavItem] = {}
        self._captions: list[tuple[QLabel, QFrame]] = []
        self._one = QButtonGroup(self)
        self._inside = QWidget()
        self._lines = QVBoxLayout(self._inside)
        self._lines.setContentsMargins(sizes.space_s, sizes.space_s, sizes.space_s, sizes.space_s)
        self._lines.setSpacing(1)
        group: str | None = None
        for page in pages:
            if page.group != group:
                self._add_caption(page.group, is_first=group is None)
                group = page.group
            self._add_item(page)
        self._lines.addStretch(1)
        area = self._area = QScrollArea()
        area.setWidget(self._inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._is_narrow = False
        self.set_narrow(narrow=False)

    @property
    def is_narrow(self) -> bool:
        """True when only icons show."""
        return self._is_narrow

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons only, or icons and words."""
        self._is_narrow = narrow
        sizes = tokens().sizes
        self.setFixedWidth(sizes.nav_narrow if narrow else sizes.nav_wide)
        for item in self.items.values():
            item.set_narrow(narrow=narrow)
        self._fit()

    def set_current(self, key: str) -> None:
        """Mark the page that is open."""
        if key in self.items:
            self.items[key].setChecked(True)
            self._area.ensureWidgetVisible(self.items[key], 0, tokens().sizes.space_s)

    def _add_caption(self, words: str, *, is_first: bool) -> None:
        caption, line = label(words), rule()
        caption.setObjectName("NavCaption")
        caption.setContentsMargins(tokens().sizes.space_s, 0, 0, 0)
        caption.setAlignment(Qt.AlignmentFlag.AlignBottom)
        self._lines.addWidget(caption)
        self._lines.addWidget(line)
        caption.setProperty("words", bool(words))
        line.setProperty("first", is_first)
        self._captions.append((caption, line))

    def _add_item(self, page: Page) -> None:
        item = NavItem(page)
        item.clicked.connect(lambda: self.chosen.emit(item.key))
        self._one.addButton(item)
        self._lines.addWidget(item)
        self.items[page.key] = item

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Rows as high as the window allows, so that the last entry is seen at 150 % too."""
        sizes = tokens().sizes
        for caption, line in self._captions:
            has_words = bool(caption.property("words")) and not self._is_narrow
            caption.setVisible(has_words)
            line.setVisible(not has_words and not line.property("first"))
        caption_height = self._caption_height()
        room = self.height() - 2 * sizes.space_s - caption_height - len(self.items) - 2 * len(self._captions)
        least = sizes.icon + _NARROW_EDGE if self._is_narrow else sizes.control_s - 2
        each = max(least, min(sizes.control + 2, room // max(1, len(self.items))))
        for item in self.items.values():
            item.setFixedHeight(each)

    def _caption_height(self) -> int:
        sizes, total = tokens().sizes, 0
        roomy = self.height() > len(self.items) * sizes.control + len(self._captions) * sizes.control
        for caption, line in self._captions:
            high = sizes.control if roomy else sizes.control_s - sizes.space_xs
            caption.setFixedHeight(high)
            total += high if not caption.isHidden() else (0 if line.isHidden() else 1)
        return total

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = list(self.items.values())
        at = next((place for place, item in enumerate(keys) if item.hasFocus()), None)
        step = {Qt.Key.Key_Down.value: 1, Qt.Key.Key_Up.value: -1}.get(event.key())
        if at is None or step is None:
            super().keyPressEvent(event)
        else:
            keys[(at + step) % len(keys)].setFocus(Qt.FocusReason.TabFocusReason)
