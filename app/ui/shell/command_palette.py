"""Ctrl+K: one box that finds people, households, disputes and operations, by keyboard only.

Providers are asked off the screen's thread at every change of the text; an answer to an older text is dropped. What a
hit shows is already masked by its provider; nothing here knows a register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from app.ui import work
from app.ui.look import tokens
from app.ui.shell.hit_delegate import HIT, HitDelegate
from app.ui.widgets.parts import label, row

if TYPE_CHECKING:
    from app.ui.shell.page import Command

GROUPS = ("人口", "户", "单位", "纠纷", "巡逻", "地点", "操作")
PER_GROUP = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One thing found: ``facts`` (masked) tell two of the same name apart; ``open`` goes there."""

    group: str
    title: str
    facts: str = ""
    icon: str = "arrow-right"
    shortcut: str = ""
    open: Callable[[], object]


Provider = Callable[[str], Sequence[Hit]]


class CommandPalette(QWidget):
    """Lies over ``over`` (the main window's content) while it is open."""

    def __init__(self, over: QWidget, providers: Sequence[Provider], commands: Sequence[Command] = ()) -> None:
        super().__init__(over)
        self._over = over
        self._providers = tuple(providers)
        self._commands = tuple(commands)
        self._asked = 0
        self._answers: dict[int, Sequence[Hit]] = {}
        self._had_focus: QWidget | None = None
        self.setAccessibleName("搜索一切")
        self.box = QLineEdit()
        self.box.setObjectName("PaletteBox")
        self.box.setPlaceholderText("姓名、拼音首字母、证件号片段、电话、地址，或要做的事")
        self.box.setAccessibleName("搜索一切")
        self.box.installEventFilter(self)
        self.box.textChanged.connect(self._ask)
        self.model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setObjectName("PaletteList")
        self.list.setAccessibleName("找到的")
        self.list.setModel(self.model)
        self.list.setItemDelegate(HitDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setUniformItemSizes(False)
        self.list.setMouseTracking(True)
        self.list.clicked.connect(lambda index: self._take(index.row()))
        self.hint = label("", "faint")
        self._panel = self._make_panel()
        over.installEventFilter(self)
        self.hide()

    def _make_panel(self) -> QFrame:
        sizes = tokens().sizes
        panel = QFrame(self)
        panel.setObjectName("Palette")
        lines = QVBoxLayout(panel)
        lines.setContentsMargins(1, sizes.space_xs, 1, sizes.space_xs)
        lines.setSpacing(sizes.space_xs)
        lines.addWidget(self.box)
        lines.addWidget(self.list, 1)
        foot = row(self.hint, None, gap=sizes.space_s)
        for keys, words in (("↑↓", "选择"), ("Enter", "打开"), ("Esc", "关闭")):
            foot.addWidget(label(keys, "key"))
            foot.addWidget(label(words, "small"))
        foot.setContentsMargins(sizes.space_m, sizes.space_xs, sizes.space_m, sizes.space_xs)
        lines.addLayout(foot)
        return panel

    def open(self, text: str = "") -> None:
        """Open over the window, with the cursor in the box."""
        self._had_focus = self._over.window().focusWidget()
        self._place()
        self.box.setText(text)
        self._ask(text)
        self.show()
        self.raise_()
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def close_palette(self) -> None:
        """Close and give the focus back to where it was."""
        self.hide()
        if self._had_focus is not None and self._had_focus.isVisible():
            self._had_focus.setFocus()
        self._had_focus = None

    def titles(self) -> list[str]:
        """What is listed, without the captions, in order."""
        rows = (self.model.item(place) for place in range(self.model.rowCount()))
        return [item.text() for item in rows if item.data(HIT) is not None]

    def _ask(self, text: str) -> None:
        self._asked += 1
        asked, wanted = self._asked, text.strip()
        self._answers = {len(self._providers): self._matching_commands(wanted)}
        if not wanted or not self._providers:
            self._show_answers(is_complete=True)
            return
        self._note_waiting()
        for place, provider in enumerate(self._providers):
            work.run(
                lambda provider=provider: provider(wanted) if asked == self._asked else (),  # type: ignore[misc]  # a default of a lambda
                then=lambda hits, place=place: self._on_answer(asked, place, hits),  # type: ignore[misc]  # a default of a lambda
                owner=self,
            )

    def _on_answer(self, asked: int, place: int, hits: Sequence[Hit]) -> None:
        if asked != self._asked:
            return
        self._answers[place] = hits
        self._show_answers(is_complete=len(self._answers) == len(self._providers) + 1)

    def _matching_commands(self, text: str) -> list[Hit]:
        wanted = text.lower()
        return [
            Hit(group=one.group, title=one.title, icon=one.icon, shortcut=one.shortcut, open=one.run)
            for one in self._commands
            if wanted in f"{one.title} {one.words}".lower()
        ]

    def _note_waiting(self) -> None:
        self.hint.setText("正在找…")

    def _show_answers(self, *, is_complete: bool) -> None:
        self.model.clear()
        found = 0
        hits = [hit for place in sorted(self._answers) for hit in self._answers[place]]
        for group, of_group in _grouped(hits):
            caption = QStandardItem(group)
            caption.setFlags(Qt.ItemFlag.NoItemFlags)
            self.model.appendRow(caption)
            for hit in of_group[: PER_GROUP if self.box.text().strip() else None]:
                item = QStandardItem(hit.title)
                item.setData(hit, HIT)
                item.setToolTip(hit.facts)
                item.setData(f"{group} {hit.title} {hit.facts}", Qt.ItemDataRole.AccessibleTextRole)
                self.model.appendRow(item)
                found += 1
        if is_complete:
            self.hint.setText("" if found else "没有找到。换一个字、拼音首字母或证件号的几位试试。")
        self._step(1, begin=True)
        self._place()

    def _step(self, by: int, *, begin: bool = False) -> None:
        """Move the mark to the next hit, over the captions, round at the ends."""
        places = [place for place in range(self.model.rowCount()) if self.model.item(place).data(HIT) is not None]
        if not places:
            return
        current = self.list.currentIndex().row()
        at = places.index(current) if current in places and not begin else (-1 if by > 0 else 0)
        target = places[(at + by) % len(places)]
        self.list.setCurrentIndex(self.model.index(target, 0))
        self.list.scrollTo(self.model.index(max(0, target - 1), 0))
        self.list.scrollTo(self.model.index(target, 0))

    def _take(self, place: int) -> None:
        item = self.model.item(place) if place >= 0 else None
        hit = item.data(HIT) if item is not None else None
        if isinstance(hit, Hit):
            self.close_palette()
            hit.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self.box and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in {Qt.Key.Key_Down, Qt.Key.Key_Tab}:
            self._step(1)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Backtab}:
            self._step(-1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self.list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def _place(self) -> None:
        sizes = tokens().sizes
        self.setGeometry(self._over.rect())
        width = min(self.width() - 2 * sizes.space_xl, sizes.em * 48)
        rows = sum(self.list.sizeHintForRow(place) for place in range(self.model.rowCount()))
        most = self.height() - sizes.bar - sizes.space_xl
        height = min(most, max(sizes.control * 7, rows + sizes.control * 4))
        self._panel.setGeometry((self.width() - width) // 2, sizes.bar - sizes.space_s, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shade = QColor(tokens().colours.shade)
        shade.setAlpha(72)
        painter.fillRect(self.rect(), shade)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.close_palette()


def _grouped(hits: Iterable[Hit]) -> list[tuple[str, list[Hit]]]:
    """Hits by group, in the order of GROUPS, unknown groups last."""
    by_group: dict[str, list[Hit]] = {}
    for hit in hits:
        by_group.setdefault(hit.group, []).append(hit)
    order = {name: place for place, name in enumerate(GROUPS)}
    return sorted(by_group.items(), key=lambda pair: order.get(pair[0], len(order)))
