"""A table over a list of plain objects, for lists of tens or hundreds of lines (waiting changes, history, sheets).

For registers use the paged table over the store instead; this one holds all its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.ui import work
from app.ui.look import tokens

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[T]):
    """One column: its heading, its words, the tone they carry; ``em`` is its width in characters, 0 takes the rest."""

    title: str
    text: Callable[[T], str]
    tone: Callable[[T], str] | None = None
    em: float = 0


class SimpleModel(QAbstractTableModel, Generic[T]):
    """The lines and their columns for Qt."""

    def __init__(self, columns: Sequence[Column[T]]) -> None:
        super().__init__()
        self._columns = tuple(columns)
        self.lines: list[T] = []

    def show_lines(self, lines: Sequence[T]) -> None:
        """Replace all lines."""
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return work.painted(lambda: self._cell(index, role), otherwise=None) if index.isValid() else None

    def _cell(self, index: Index, role: int) -> Any:
        column, line = self._columns[index.column()], self.lines[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return column.text(line)
        if role == Qt.ItemDataRole.ForegroundRole and column.tone is not None:
            tone = column.tone(line)
            return QColor(getattr(tokens().colours, tone)) if tone else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | int | None:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int((Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter).value)
        return None


class ToneDelegate(QStyledItemDelegate):
    """Keeps the colour of a cell's words while its line is marked; leaves wrapped words the room they need."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Qt reckons the lines without the cell's padding, and the last one would end with …."""
        hint = super().sizeHint(option, index)
        wraps = QStyleOptionViewItem.ViewItemFeature.WrapText
        if not option.features & wraps or not option.rect.width():  # type: ignore[attr-defined]  # the stubs lack it
            return hint
        sizes = tokens().sizes
        room = QRect(0, 0, option.rect.width() - 2 * sizes.space_s - sizes.space_xs, 1 << 16)  # type: ignore[attr-defined]  # the stubs lack it
        words = str(index.data() or "")
        lines = option.fontMetrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap.value), words)  # type: ignore[attr-defined]  # the stubs lack it
        return QSize(hint.width(), max(hint.height(), lines.height() + sizes.space_m))

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        if isinstance(colour, QColor):
            palette: QPalette = option.palette  # type: ignore[attr-defined]  # the stubs lack it
            palette.setColor(QPalette.ColorRole.HighlightedText, colour)
            option.palette = palette  # type: ignore[attr-defined]  # the stubs lack it


class SimpleTable(QTableView, Generic[T]):
    """Whole lines are marked; Enter or a double click emits ``chosen`` with the line's object.

    ``wrap`` lets long words break into lines instead of ending with ….
    """

    chosen = Signal(object)

    def __init__(self, name: str, columns: Sequence[Column[T]], *, wrap: bool = False) -> None:
        super().__init__()
        dress_table(self)
        if wrap:
            self.setWordWrap(True)
            self.verticalHeader().setMinimumSectionSize(tokens().sizes.row)
            self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.setAccessibleName(name)
        self.source = SimpleModel(columns)
        self.setModel(self.source)
        self.setItemDelegate(ToneDelegate(self))
        header = self.horizontalHeader()
        for place, column in enumerate(columns):
            if column.em:
                header.resizeSection(place, round(column.em * tokens().sizes.em) + 2 * tokens().sizes.space_s)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(lambda index: self.chosen.emit(self.source.lines[index.row()]))

    def show_lines(self, lines: Sequence[T]) -> None:
        """Replace all lines and mark the first."""
        self.source.show_lines(lines)
        if lines:
            self.selectRow(0)

    def current_line(self) -> T | None:
        """The object of the marked line."""
        place = self.currentIndex().row()
        return self.source.lines[place] if 0 <= place < len(self.source.lines) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.current_line()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and line is not None:
            self.chosen.emit(line)
        else:
            super().keyPressEvent(event)


def dress_table(table: QTableView) -> None:
    """The manners every table of the program has: whole lines, no grid, Tab leaves, even heights."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setTextElideMode(Qt.TextElideMode.ElideRight)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setCornerButtonEnabled(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(tokens().sizes.row)
    table.verticalHeader().setMinimumSectionSize(tokens().sizes.control_s)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
