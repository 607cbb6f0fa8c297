"""我的事项: the open matters I hold, those waiting for me, those I gave away, everything open; due first in front.

Counts and lists matters, never parties. Loads off the screen's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QPushButton, QStackedWidget, QWidget

from app.models import clock
from app.models.names import name_keys, query_key
from app.services import matters
from app.services.matters import OpenMatter, Standing, Step, View
from app.services.office import Office
from app.ui import work
from app.ui.look import tokens
from app.ui.matters.acts import WORDS, MatterActs
from app.ui.matters.words import holder_words, last_words, left_words
from app.ui.widgets import BannerArea, Column, EmptyState, PageHeader, SimpleTable, button, column, row
from app.ui.widgets.search_box import FilterChip, SearchBox

TITLES = {
    View.MINE: "我承办的",
    View.WAITING: "等我接收",
    View.HANDED: "我交出的",
    View.ALL: "全部在办",
}
_EMPTY = {
    View.MINE: (
        "circle-check-big",
        "您手上没有在办的事项",
        "谁登记的由谁承办；别人交办的，接收以后由您承办。",
    ),
    View.WAITING: ("inbox", "没有等您接收的事项", "别人交给您的事项会列在这里，接收以后才由您承办。"),
    View.HANDED: ("send", "没有交出去的在办事项", "交给别人、村或单位的事项办结以前都列在这里。"),
    View.ALL: ("clipboard-list", "没有在办的事项", "登记的纠纷和隐患办结以前都列在这里。"),
}
_IN_FORM_ONLY = (Step.TAKE, Step.SLIP)
_WIDE_EM = 66
_ONLY_WIDE = ("类型", "最近一步")
"""Left out where there is no room: the code says the kind, the form the last step."""

_NOT_FOUND = ("search", "没有找到", "换个说法，或清空查找框看全部。")
MOST = 1_000
"""Lines shown; more than these nobody reads, and the chips still count all."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the page shows of one view, and how many the others have."""

    view: View
    lines: tuple[OpenMatter, ...]
    counts: dict[View, int]


class MattersPage(QWidget):
    """``open_record`` opens a matter's form (register, id)."""

    def __init__(self, office: Office, acts: MatterActs, open_record: Callable[[str, str], object]) -> None:
        super().__init__()
        self.setAccessibleName("我的事项")
        self._office, self._acts, self._open = office, acts, open_record
        self._view = View.MINE
        self._asked = 0
        self._standing: Standing | None = None
        sizes = tokens().sizes
        self.open_button = button("打开", "primary", icon_name="external-link", on_click=self._open_current)
        self.act_buttons: dict[Step, QPushButton] = {
            step: button(words, icon_name=icon, on_click=partial(self.do, step))
            for step, (words, icon, _) in WORDS.items()
            if step not in _IN_FORM_ONLY
        }
        self.header = PageHeader("我的事项", "", self.open_button, *self.act_buttons.values())
        self.banners = BannerArea()
        self.chips = self._chips()
        self.search = SearchBox("查找事项码、名称、承办", page=self)
        self.search.setMinimumWidth(sizes.em * 16)
        self.search.searched.connect(lambda _: self._narrow())
        self.search.left_down.connect(self._to_table)
        self._loaded = Loaded(self._view, (), {})
        self._shown_columns = self._columns()
        self.table: SimpleTable[OpenMatter] = SimpleTable("我的事项", self._shown_columns)
        self.table.chosen.connect(lambda one: self._open(one.register, one.id))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._on_row())
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self._keys()
        line = row(*self.chips.values(), sizes.space_s, self.search, None)
        self.setLayout(column(self.header, self.banners, line, self.stack, gap=sizes.space_m, margin=sizes.space_xl))
        self._show_acts(None)

    def _chips(self) -> dict[View, FilterChip]:
        group = QButtonGroup(self)
        made: dict[View, FilterChip] = {}
        for place, (view, words) in enumerate(TITLES.items(), start=1):
            chip = FilterChip(words)
            chip.setToolTip(f"Alt+{place}")
            chip.clicked.connect(partial(self._on_chip, view))
            group.addButton(chip)
            made[view] = chip
        made[self._view].setChecked(True)
        return made

    def _keys(self) -> None:
        acts: list[tuple[str, Callable[[], object]]] = [
            (f"Alt+{place}", partial(self.show_view, view)) for place, view in enumerate(TITLES, start=1)
        ]
        acts += [(keys, partial(self.do, step)) for step, (_, _, keys) in WORDS.items() if keys]
        for keys, act in acts:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        for step, press in self.act_buttons.items():
            words, _, keys = WORDS[step]
            native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            press.setToolTip(f"{words.rstrip('…')}（{native}）" if keys else words)

    def _columns(self) -> list[Column[OpenMatter]]:
        registry = self._office.registry
        return [
            Column(title="事项码", text=lambda one: one.code or "—", em=11),
            Column(title="名称", text=lambda one: one.title),
            Column(title="类型", text=lambda one: registry.get(one.register).label, em=3.5),
            Column(title="进展", text=lambda one: one.stage, em=6.5),
            Column(
                title="承办",
                text=lambda one: holder_words(one.holder),
                tone=lambda one: "" if one.holder else "warn",
                em=7,
            ),
            Column(
                title="期限",
                text=lambda one: left_words(one.deadline, clock.today())[0],
                tone=lambda one: left_words(one.deadline, clock.today())[1],
                em=11,
            ),
            Column(title="最近一步", text=lambda one: last_words(one, clock.now())),
        ]

    # ---- content

    def show_view(self, view: View) -> None:
        """Show another view; its number stays beside its name."""
        self._view = view
        self.chips[view].setChecked(True)
        self.refresh()
        self.table.setFocus()

    def _on_chip(self, view: View, _checked: bool = False) -> None:
        self.show_view(view)

    def refresh(self) -> None:
        """Ask again; the marked matter stays marked."""
        self._asked += 1
        asked, view, office = self._asked, self._view, self._office

        def load() -> Loaded:
            counts = {one: matters.count(office, one) for one in View}
            return Loaded(view, tuple(matters.matters(office, view)), counts)

        work.run(load, then=lambda loaded: self._show(asked, loaded), owner=self)

    def _show(self, asked: int, loaded: Loaded) -> None:
        if asked != self._asked:
            return
        for view, chip in self.chips.items():
            chip.set_count(loaded.counts[view])
        self._loaded = loaded
        self._narrow()

    def _to_table(self) -> None:
        self.table.setFocus()

    def _narrow(self) -> None:
        """Show what of the view answers the search; everything without one."""
        loaded, text = self._loaded, self.search.text().strip().casefold()
        marked = self.table.current_line()
        found = [one for one in loaded.lines if not text or _answers(one, text)]
        lines = found[:MOST]
        self.table.show_lines(lines)
        place = next((at for at, one in enumerate(lines) if marked is not None and one.id == marked.id), None)
        if place is not None:
            self.table.selectRow(place)
        self.header.set_subtitle(_subtitle(found))
        while self.stack.count() > 1:
            old = self.stack.widget(1)
            self.stack.removeWidget(old)
            old.deleteLater()
        if not lines:
            self.stack.addWidget(EmptyState(*(_NOT_FOUND if text else _EMPTY[loaded.view])))
            self.stack.setCurrentIndex(1)
        self._on_row()

    # ---- acts

    def _on_row(self) -> None:
        one = self.table.current_line()
        if one is None:
            self._show_acts(None)
            return
        office = self._office

        def load() -> Standing | None:
            record = office.reader.get(one.register, one.id)
            return matters.standing(office, record) if record is not None else None

        work.run(load, then=lambda found: self._show_acts(found, of=one), owner=self)

    def _show_acts(self, standing: Standing | None, of: OpenMatter | None = None) -> None:
        current = self.table.current_line()
        if of is not None and (current is None or current.id != of.id):
            return
        self._standing = standing
        self.open_button.setEnabled(current is not None)
        possible = standing.may if standing is not None else frozenset()
        for step, press in self.act_buttons.items():
            press.setEnabled(step in possible)
        takes = Step.TAKE in possible  # a matter without a holder is taken where others are accepted
        accept = self.act_buttons[Step.ACCEPT]
        accept.setText(WORDS[Step.TAKE if takes else Step.ACCEPT][0])
        accept.setAccessibleName(accept.text())
        accept.setEnabled(takes or Step.ACCEPT in possible)

    def do(self, step: Step) -> None:
        """Begin an act on the marked matter, where it may be done."""
        if self._standing is None:
            return
        if step is Step.ACCEPT and Step.TAKE in self._standing.may:
            step = Step.TAKE
        if step in self._standing.may:
            self._acts.do(step, self._standing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < tokens().sizes.em * _WIDE_EM
        for place, column_shown in enumerate(self._shown_columns):
            self.table.setColumnHidden(place, is_narrow and column_shown.title in _ONLY_WIDE)

    def _open_current(self) -> None:
        one = self.table.current_line()
        if one is not None:
            self._open(one.register, one.id)


def _answers(one: OpenMatter, text: str) -> bool:
    """True when the code holds the text, or name or holder are found by it: by characters, pinyin or initials."""
    if text in one.code.casefold():
        return True
    key = query_key(text)
    return any(found.startswith(key) for words in (one.title, holder_words(one.holder)) for found in name_keys(words))


def _subtitle(lines: Sequence[OpenMatter]) -> str:
    today = clock.today()
    late = sum(1 for one in lines if (left := one.days_left(today)) is not None and left < 0)
    soon = sum(1 for one in lines if one.days_left(today) in (0, 1))
    parts = [f"{len(lines)} 件"]
    parts += [f"逾期 {late} 件"] if late else []
    parts += [f"今明两天到期 {soon} 件"] if soon else []
    parts += [f"只显示前 {MOST} 件"] if len(lines) > MOST else []
    return "，".join(parts)
