"""The list of a register for Qt: an array of keys first, pages of rows when they come into sight.

A million records scroll as one does; nothing here writes or knows which register it shows.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.models.reading import ListRow
from app.models.register import Definition
from app.ui import work

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
PAGE = 200
PAGES_KEPT = 20

Fetch = Callable[[Sequence[int]], list[ListRow]]


class RegisterModel(QAbstractTableModel):
    """Rows by position; ``fetch`` gives the rows of some keys, in their order, those that are gone left out."""

    def __init__(self, definition: Definition, fetch: Fetch) -> None:
        super().__init__()
        self._definition = definition
        self._columns = [definition.column(name) for name in definition.columns]
        self._fetch = fetch
        self._keys: Sequence[int] = ()
        self._pages: OrderedDict[int, dict[int, ListRow]] = OrderedDict()

    def show_keys(self, keys: Sequence[int]) -> None:
        """Replace the whole list."""
        self.beginResetModel()
        self._keys = keys
        self._pages.clear()
        self.endResetModel()

    def row_at(self, place: int) -> ListRow | None:
        """The row at a position; None when it is gone meanwhile."""
        if not 0 <= place < len(self._keys):
            return None
        return self._page(place // PAGE).get(self._keys[place])

    def id_at(self, place: int) -> str:
        """The record at a position, "" when there is none."""
        row = self.row_at(place)
        return row.id if row else ""

    def place_of(self, record_id: str, *, near: int = 0) -> int:
        """Where a record stands, looked for on the pages read so far; ``near`` when it is not there."""
        for number, page in self._pages.items():
            for offset, key in enumerate(self._keys[number * PAGE : (number + 1) * PAGE]):
                if key in page and page[key].id == record_id:
                    return number * PAGE + offset
        return min(near, len(self._keys) - 1)

    def _page(self, number: int) -> dict[int, ListRow]:
        if number in self._pages:
            self._pages.move_to_end(number)
            return self._pages[number]
        keys = self._keys[number * PAGE : (number + 1) * PAGE]
        nothing: list[ListRow] = []
        page = {row.n: row for row in work.painted(lambda: self._fetch(keys), otherwise=nothing)}
        self._pages[number] = page
        if len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return page

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        row = self.row_at(index.row())
        return row.cells[index.column()] if row else ""

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | int | None:
        if orientation != Qt.Orientation.Horizontal:
            return None
        label = self._columns[section].label
        return {Qt.ItemDataRole.DisplayRole: short_label(label), Qt.ItemDataRole.ToolTipRole: label}.get(
            Qt.ItemDataRole(role)
        )


def short_label(words: str) -> str:
    """A label without an explanation in brackets, for headings and filters; a unit in brackets stays."""
    return re.sub(r"（[^）]{2,}）", "", words)
