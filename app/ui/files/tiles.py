"""Attachments as tiles: pictures as small pictures side by side, everything else as a line of its own below them.

Shows what it is given and says by signals what was asked for; knows neither office nor store.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui import work
from app.ui.files.tile import Tile, paint_tile
from app.ui.look import tokens

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
TILE = Qt.ItemDataRole.UserRole
TILE_EM, MOST_EM = 12, 28
PICTURE_SHAPE = 0.68
"""Height of a small picture for its width."""


class TilesModel(QAbstractListModel):
    """The tiles for Qt."""

    def __init__(self) -> None:
        super().__init__()
        self.tiles: list[Tile] = []

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Replace all."""
        self.beginResetModel()
        self.tiles = list(tiles)
        self.endResetModel()

    def change(self, tile: Tile) -> None:
        """Show one tile otherwise (its picture came, it was renamed)."""
        for at, known in enumerate(self.tiles):
            if known.key == tile.key:
                self.tiles[at] = tile
                self.dataChanged.emit(self.index(at), self.index(at))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        tile = self.tiles[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return tile.name
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return tile.words()
        return tile if role == TILE else None


class TilesView(QListView):
    """Arrow keys move, Enter or a double click opens, Delete takes away, F2 is for the words of one."""

    opened = Signal()
    remove_asked = Signal()
    edit_asked = Signal()
    marked = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.source = TilesModel()
        self.setModel(self.source)
        self.setItemDelegate(_TileDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(tokens().sizes.space_xs)
        self.setTabKeyNavigation(False)
        self.setObjectName("Tiles")
        self.setAccessibleName(name)
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        self.selectionModel().currentChanged.connect(lambda _now, _was: self.marked.emit())

    # ---- content

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Replace all; as high as they need, then it scrolls."""
        self.source.show_tiles(tiles)
        self._fit()

    def current_key(self) -> str:
        """Key of the marked tile; empty without one."""
        at = self.currentIndex().row()
        return self.source.tiles[at].key if 0 <= at < len(self.source.tiles) else ""

    def mark_key(self, key: str) -> None:
        """Mark the tile of that key, else the first."""
        at = next((at for at, tile in enumerate(self.source.tiles) if tile.key == key), 0)
        self.setCurrentIndex(self.source.index(at))
        self.scrollTo(self.currentIndex())

    # ---- measures

    def room(self) -> int:
        """Width for tiles, the gaps around them included; the bar that scrolls has its place kept."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) if self._wanted() > self._most() else 0
        return max(self._tile_room(), self.width() - 2 * self.frameWidth() - bar)

    def tile_size(self) -> QSize:
        """Of one picture's tile: as many side by side as fit, all the same."""
        return self._tile_size(self.room())

    def row_size(self) -> QSize:
        """Of the line of anything else."""
        return QSize(self.room() - 2 * self.spacing() - 1, self._row_height())

    def _row_height(self) -> int:
        return 2 * QFontMetrics(self.font()).height() + tokens().sizes.space_m

    def _tile_room(self) -> int:
        return tokens().sizes.em * TILE_EM

    def _across(self, room: int) -> int:
        return max(1, (room - self.spacing()) // (self._tile_room() + self.spacing()))

    def _tile_size(self, room: int) -> QSize:
        across = self._across(room)
        width = (room - (across + 1) * self.spacing() - 1) // across
        width = min(width, round(self._tile_room() * 1.5))
        words = 2 * QFontMetrics(self.font()).height() + 2 * tokens().sizes.space_s
        return QSize(width, round(width * PICTURE_SHAPE) + words)

    def _wanted(self) -> int:
        """Height all tiles need, without a bar."""
        room = self.width() - 2 * self.frameWidth()
        pictures = sum(1 for tile in self.source.tiles if tile.is_picture)
        lines = -(-pictures // self._across(room))
        gap = self.spacing()
        rows = len(self.source.tiles) - pictures
        high = lines * (self._tile_size(room).height() + gap) + rows * (self._row_height() + gap)
        return high + gap + 2 * self.frameWidth()

    def _most(self) -> int:
        return tokens().sizes.em * MOST_EM

    def _fit(self) -> None:
        wanted, most = self._wanted(), self._most()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if wanted > most else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.setFixedHeight(min(wanted, most))
        self.doItemsLayout()  # now, not later: a mark set next must find its place
        self.scrollTo(self.currentIndex())

    # ---- what happens

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts = {
            Qt.Key.Key_Return: self.opened,
            Qt.Key.Key_Enter: self.opened,
            Qt.Key.Key_Delete: self.remove_asked,
            Qt.Key.Key_F2: self.edit_asked,
        }
        is_plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if is_plain and Qt.Key(event.key()) in acts and self.current_key():
            acts[Qt.Key(event.key())].emit()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # pasting is the panel's
        else:
            super().keyPressEvent(event)


class _TileDelegate(QStyledItemDelegate):
    """Paints a tile; nothing may be raised while Qt paints (decision 0055)."""

    def __init__(self, view: TilesView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        tile = index.data(TILE)
        is_picture = isinstance(tile, Tile) and tile.is_picture
        return self._view.tile_size() if is_picture else self._view.row_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        work.painted(lambda: self._paint(painter, option, index), otherwise=None)

    def _paint(self, painter: QPainter, option: Any, index: Index) -> None:
        tile = index.data(TILE)
        if not isinstance(tile, Tile):
            return
        is_marked = bool(option.state & QStyle.StateFlag.State_Selected)
        has_cursor = is_marked and self._view.hasFocus()
        paint_tile(painter, option.rect, tile, is_marked=is_marked, has_cursor=has_cursor)
