"""A line that offers what it may mean while one types, in a list under it that never takes the focus.

The list is a part of the same window: no popup that swallows keys, so Enter accepts the marked line and goes on in one
stroke, and an input method composes undisturbed. What is offered comes from outside; this module knows no register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QFocusEvent, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.look import icon, tokens

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
MOST_LINES = 9
_LEAVING_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of the list; ``is_act`` is something to do rather than a value (新建…)."""

    key: str
    title: str
    facts: str = ""
    is_act: bool = False


class _Suggestions(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[Suggestion] = ()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return line
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{line.title} {line.facts}".strip()
        return None

    def show_lines(self, lines: Sequence[Suggestion]) -> None:
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()


class _LineDelegate(QStyledItemDelegate):
    """Title, then the quiet facts that tell two of the same name apart."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, tokens().sizes.control_s + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(Qt.ItemDataRole.UserRole)
        colours, sizes = tokens().colours, tokens().sizes
        chosen: QRect = option.rect  # type: ignore[attr-defined]  # the stubs lack it
        view = self.parent()
        if isinstance(view, QListView) and view.currentIndex().row() == index.row():
            painter.fillRect(chosen, colours.accent_soft)
        area = chosen.adjusted(sizes.space_s, 0, -sizes.space_s, 0)
        painter.save()
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        font = QFont(painter.font())
        painter.setPen(colours.accent if line.is_act else colours.text)
        title = QFontMetrics(font).elidedText(line.title, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, middle, title)
        used = QFontMetrics(font).horizontalAdvance(title) + sizes.space_m
        if line.facts and used < area.width():
            font.setPointSizeF(sizes.small)
            painter.setFont(font)
            painter.setPen(colours.text_faint)
            rest = area.adjusted(used, 0, 0, 0)
            painter.drawText(
                rest, middle, QFontMetrics(font).elidedText(line.facts, Qt.TextElideMode.ElideRight, rest.width())
            )
        painter.restore()


class SuggestList(QListView):
    """Lies over the window under (or above) its box."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("SuggestList")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.source = _Suggestions()
        self.setModel(self.source)
        self.setItemDelegate(_LineDelegate(self))
        self.setAccessibleName("可选项")
        self.hide()

    def place(self, box: QWidget) -> None:
        """As wide as the box or a little wider, under it, above it where there is no room below."""
        sizes = tokens().sizes
        window = self._window
        width = min(max(box.width(), sizes.em * 26), window.width() - 2 * sizes.space_s)
        lines = min(MOST_LINES, max(1, len(self.source.lines)))
        height = lines * (sizes.control_s + 2) + 2 * self.frameWidth() + 2
        corner = box.mapTo(window, QPoint(0, box.height() + 1))
        if corner.y() + height > window.height():
            corner.setY(max(0, box.mapTo(window, QPoint(0, 0)).y() - height - 1))
        corner.setX(max(0, min(corner.x(), window.width() - width - sizes.space_s)))
        self.setGeometry(QRect(corner, QSize(width, height)))


class SuggestBox(QLineEdit):
    """``asked`` carries the text to offer something for, ``chosen`` the line taken; ``committed`` fires on leaving."""

    asked = Signal(str)
    chosen = Signal(object)
    committed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._list: SuggestList | None = None
        self._facts = ""
        self._is_stale = False
        # Made here, not by addAction: of an action Qt made, PySide may forget that it lives on.
        self._arrow = QAction(icon("chevron-down", "text_faint"), "", self)
        self.addAction(self._arrow, QLineEdit.ActionPosition.TrailingPosition)
        self._arrow.triggered.connect(self._on_arrow)
        self.textEdited.connect(self._on_edited)

    # ---- offering

    def offer(self, lines: Sequence[Suggestion], *, mark: int = 0) -> None:
        """Show these lines under the box, the given one marked; none closes the list."""
        self._is_stale = False
        if not lines or not self.hasFocus():
            self.close_list()
            return
        popup = self._popup()
        popup.source.show_lines(lines)
        popup.setCurrentIndex(popup.source.index(mark) if 0 <= mark < len(lines) else NOWHERE)
        popup.place(self)
        popup.show()
        popup.raise_()
        if mark > 0:
            popup.scrollTo(popup.source.index(mark))

    def close_list(self) -> None:
        """Put the list away."""
        if self._list is not None:
            self._list.hide()

    @property
    def is_open(self) -> bool:
        """True while the list shows."""
        return self._list is not None and self._list.isVisible()

    def offered(self) -> list[Suggestion]:
        """The lines that show now."""
        return list(self._list.source.lines) if self._list is not None and self.is_open else []

    def marked(self) -> Suggestion | None:
        """The marked line of an open list; none while the list still answers an older text."""
        if self._list is None or not self.is_open or self._is_stale:
            return None
        place = self._list.currentIndex().row()
        return self._list.source.lines[place] if 0 <= place < len(self._list.source.lines) else None

    def take(self, line: Suggestion) -> None:
        """Take a line of the list, as Enter or a click does."""
        self.close_list()
        self.chosen.emit(line)

    def set_facts(self, text: str) -> None:
        """Quiet words after the text while the cursor is elsewhere."""
        self._facts = text
        self.setToolTip(f"{self.text()}　{text}" if text else "")
        self.update()

    def facts(self) -> str:
        """Those quiet words."""
        return self._facts

    def setReadOnly(self, read_only: bool) -> None:
        super().setReadOnly(read_only)
        self._arrow.setVisible(not read_only)

    # ---- inside

    def _popup(self) -> SuggestList:
        if self._list is None or self._list.parentWidget() is not self.window():
            self._list = SuggestList(self.window())
            self._list.clicked.connect(lambda index: self.take(index.data(Qt.ItemDataRole.UserRole)))
            self.window().installEventFilter(self)
            self._close_when_scrolled()
        return self._list

    def _close_when_scrolled(self) -> None:
        parent = self.parentWidget()
        while parent is not None:
            if isinstance(parent, QAbstractScrollArea):
                parent.verticalScrollBar().valueChanged.connect(lambda _value: self.close_list())
            parent = parent.parentWidget()

    def _on_edited(self, text: str) -> None:
        self._facts = ""
        self._is_stale = True
        self.asked.emit(text)

    def _on_arrow(self) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self.is_open:
            self.close_list()
        else:
            self.asked.emit("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self.close_list()
        return False

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.is_open
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.isReadOnly() or not self._on_key(event):
            super().keyPressEvent(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: MOST_LINES - 1,
            Qt.Key.Key_PageUp: 1 - MOST_LINES,
        }
        if key in steps and self.is_open:
            self._step(steps[Qt.Key(key)])
        elif key == Qt.Key.Key_Down:
            self.asked.emit("")
        elif key == Qt.Key.Key_Escape and self.is_open:
            self.close_list()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.marked() is not None:
            self._commit(by_key=True)
        else:
            return False
        return True

    def _step(self, by: int) -> None:
        popup = self._popup()
        last = len(popup.source.lines) - 1
        at = popup.currentIndex().row()
        target = (at + by) % (last + 1) if abs(by) == 1 else max(0, min(last, at + by))
        popup.setCurrentIndex(popup.source.index(target))
        self._is_stale = False  # a line gone to by the arrows has been seen

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self._commit(by_key=event.reason() in _LEAVING_BY_KEY)
        self.close_list()
        self.setCursorPosition(0)

    def _commit(self, *, by_key: bool) -> None:
        line = self.marked() if by_key else None
        if line is not None:
            self.take(line)
        self.committed.emit(by_key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self.isReadOnly() and not self.is_open and not self.text():
            self.asked.emit("")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._facts or self.hasFocus():
            return
        sizes = tokens().sizes
        font = QFont(self.font())
        used = QFontMetrics(font).horizontalAdvance(self.text()) + sizes.space_s + sizes.space_m
        area = self.rect().adjusted(used, 0, -sizes.space_xl - sizes.space_s, 0)
        if area.width() < sizes.em * 3:
            return
        font.setPointSizeF(sizes.small)
        painter = QPainter(self)
        painter.setFont(font)
        painter.setPen(tokens().colours.text_faint)
        words = QFontMetrics(font).elidedText(self._facts, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
