"""The first page: what is due, what waits, the quick ways in, and where work was left off.

Shows one ``WorkbenchModel`` given by a callable; it counts and lists matters, never persons' histories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui import work
from app.ui.look import Tone, pixmap, tokens
from app.ui.spoken import BEIJING, day, full_day, greeting
from app.ui.widgets.banner import BannerArea
from app.ui.widgets.card import Card, FramedButton, StatTile
from app.ui.widgets.empty_state import EmptyState
from app.ui.widgets.flow import Flow
from app.ui.widgets.parts import column, elided, label, pill, row, when_pressed
from app.ui.widgets.scroll_page import ScrollPage

MOST_LINES = 7
_TILES_IN_LINE, _FEW_EM = 4, 16
Go = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """Something with a day: what it is, the day, and a quiet line (parties, place)."""

    what: str
    on: date
    facts: str = ""
    open: Go | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A number of things that wait for someone: 待核, 冲突, 待上报, 草稿."""

    name: str
    number: int
    icon: str
    tone: Tone = "warn"
    open: Go | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentItem:
    """A record or paper last worked on."""

    what: str
    facts: str = ""
    when: str = ""
    icon: str = "file-text"
    open: Go | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickEntry:
    """A large quiet button for an everyday act; the key itself is the command's of the same act."""

    title: str
    note: str
    icon: str
    shortcut: str = ""
    run: Go


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbenchModel:
    """All the page shows; ``now`` is an aware instant, ``today`` the program's day in Beijing."""

    user: str
    now: datetime
    today: date | None = None
    due: Sequence[DueItem] = field(default_factory=tuple)
    waiting: Sequence[Waiting] = field(default_factory=tuple)
    recent: Sequence[RecentItem] = field(default_factory=tuple)


class Workbench(QWidget):
    """``load`` is called off the screen's thread at every ``refresh``."""

    def __init__(self, load: Callable[[], WorkbenchModel], entries: Sequence[QuickEntry]) -> None:
        super().__init__()
        self.setAccessibleName("工作台")
        self._load = load
        sizes = tokens().sizes
        self.hello = label("", "title")
        self.date = label("", "faint")
        self.due = Card("到期与逾期")
        self.recent = Card("最近办理")
        self.tiles = QWidget()
        self.tiles_line = QVBoxLayout(self.tiles)
        self.tiles_line.setContentsMargins(0, 0, 0, 0)
        self.entries = Flow(*(_entry_button(one) for one in entries), gap=sizes.space_m, even=True)
        left, right = column(self.due, None), column(self.recent, None)
        halves = QHBoxLayout()
        halves.setSpacing(sizes.space_l)
        halves.addLayout(left, 3)
        halves.addLayout(right, 2)
        self.banners = BannerArea()
        content = column(
            row(self.hello, None, self.date),
            self.banners,
            self.entries,
            self.tiles,
            halves,
            None,
            gap=sizes.space_l,
            margin=sizes.space_xl,
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ScrollPage(content))

    def refresh(self) -> None:
        """Ask for the model again and show it."""
        work.run(self._load, then=self.show_model, owner=self)

    def show_model(self, model: WorkbenchModel) -> None:
        """Show what is due, what waits and what was last worked on."""
        today = model.today or model.now.astimezone(BEIJING).date()
        self.hello.setText(f"{greeting(model.now)}，{model.user}")
        self.date.setText(full_day(today))
        self._show_waiting(model.waiting)
        self._show_due(model.due, today)
        self._show_recent(model.recent)

    def _show_waiting(self, waiting: Sequence[Waiting]) -> None:
        _empty(self.tiles_line)
        tiles = []
        for one in waiting:
            if not one.number:
                continue  # nothing waits there: the page speaks of what is to be done
            tile = StatTile(one.name, one.number, icon_name=one.icon, tone=one.tone)
            if one.open is not None:
                when_pressed(tile, one.open)
            tiles.append(tile)
        self.tiles.setVisible(bool(tiles))
        if tiles:
            few = len(tiles) < _TILES_IN_LINE  # one alone does not stretch from edge to edge
            for tile in tiles:
                tile.setMinimumWidth(tokens().sizes.em * (_FEW_EM if few else 0))
            self.tiles_line.addWidget(Flow(*tiles, gap=tokens().sizes.space_m, even=not few))

    def _show_due(self, due: Sequence[DueItem], today: date) -> None:
        lines = [
            _line("calendar-clock", one.what, one.facts, end=pill(*due_words(one.on, today)), go=one.open)
            for one in sorted(due, key=lambda item: item.on)
        ]
        _fill_card(
            self.due, lines, EmptyState("calendar-days", "近期没有到期的事项", "有期限的纠纷和整改会按日子排在这里。")
        )

    def _show_recent(self, recent: Sequence[RecentItem]) -> None:
        lines = [_line(one.icon, one.what, one.facts, end=label(one.when, "small"), go=one.open) for one in recent]
        _fill_card(self.recent, lines, EmptyState("history", "还没有办理过", "从上面的按钮开始登记第一件。"))


def due_words(on: date, today: date) -> tuple[str, str]:
    """How a due day is said, and its tone."""
    left = (on - today).days
    if left < 0:
        return f"逾期 {-left} 天", "danger"
    if left == 0:
        return "今天到期", "warn"
    return (f"还有 {left} 天", "warn") if left <= 3 else (day(on, today), "")


def _entry_button(entry: QuickEntry) -> FramedButton:
    sizes = tokens().sizes
    picture = label()
    picture.setPixmap(pixmap(entry.icon, sizes.space_xl, "accent", ratio=2.0))
    line = row(picture, gap=sizes.space_m)
    line.addLayout(column(label(entry.title, "strong"), label(entry.shortcut or entry.note, "small"), gap=0), 1)
    line.setContentsMargins(sizes.space_l, sizes.space_m, sizes.space_m, sizes.space_m)
    made = FramedButton(line, name="", words=entry.title)
    made.setProperty("kind", "entry")
    made.setAccessibleDescription(entry.note)
    made.setToolTip(entry.note)
    when_pressed(made, entry.run)
    return made


def _line(icon_name: str, what: str, facts: str, *, end: QWidget, go: Go | None) -> FramedButton:
    sizes = tokens().sizes
    picture = label()
    picture.setPixmap(pixmap(icon_name, sizes.icon, "text_faint", ratio=2.0))
    title, quiet = elided(what), elided(facts, "small")
    line = row(picture, gap=sizes.space_m)
    line.addLayout(column(title, quiet, gap=0) if facts else column(title, gap=0), 1)
    line.addWidget(end)
    line.setContentsMargins(sizes.space_s, sizes.space_xs, sizes.space_s, sizes.space_xs)
    made = FramedButton(line, name="RowButton", words=f"{what} {facts}".strip())
    if go is not None:
        when_pressed(made, go)
    return made


def _fill_card(card: Card, lines: Sequence[QWidget], empty: EmptyState) -> None:
    _empty(card.body, keep=1)
    if not lines:
        card.body.addWidget(empty)
    for line in lines[:MOST_LINES]:
        card.body.addWidget(line)
    if len(lines) > MOST_LINES:
        card.body.addWidget(label(f"还有 {len(lines) - MOST_LINES} 条", "small"))


def _empty(lines: QVBoxLayout, *, keep: int = 0) -> None:
    while lines.count() > keep:
        widget = lines.itemAt(lines.count() - 1).widget()
        lines.takeAt(lines.count() - 1)
        if widget is not None:
            widget.hide()
            widget.deleteLater()
