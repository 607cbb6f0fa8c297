"""A layout that puts children side by side and begins a new line when the width is used up (chips, entries)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from app.ui.look import tokens


class FlowLayout(QLayout):
    """Children keep their own size; ``even`` gives all of a line the same width and fills the line."""

    def __init__(self, parent: QWidget | None = None, *, gap: int | None = None, even: bool = False) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = tokens().sizes.space_s if gap is None else gap
        self._even = even
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]  # Qt's own None
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """Place the children (or only measure) and return the height used."""
        shown = [item for item in self._items if not item.isEmpty()]
        if self._even:
            return self._arrange_even(shown, rect, move=move)
        x, y, line = rect.x(), rect.y(), 0
        for item in shown:
            size = item.sizeHint()
            if line and x + size.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size.boundedTo(QSize(rect.width(), size.height()))))
            x += size.width() + self._gap
            line = max(line, size.height())
        return y + line - rect.y()

    def _arrange_even(self, shown: list[QLayoutItem], rect: QRect, *, move: bool) -> int:
        if not shown:
            return 0
        widest = max(max(item.sizeHint().width(), item.minimumSize().width()) for item in shown)
        fitting = max(1, min(len(shown), (rect.width() + self._gap) // (widest + self._gap)))
        lines = -(-len(shown) // fitting)
        across = -(-len(shown) // lines)
        width = (rect.width() - self._gap * (across - 1)) // across
        height = max(item.sizeHint().height() for item in shown)
        for place, item in enumerate(shown):
            if move:
                left = rect.x() + (place % across) * (width + self._gap)
                top = rect.y() + (place // across) * (height + self._gap)
                item.setGeometry(QRect(left, top, width, height))
        return lines * height + (lines - 1) * self._gap


class Flow(QWidget):
    """A widget holding a FlowLayout, for use inside other layouts."""

    def __init__(self, *children: QWidget, gap: int | None = None, even: bool = False) -> None:
        super().__init__()
        layout = FlowLayout(self, gap=gap, even=even)
        for child in children:
            layout.addWidget(child)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
