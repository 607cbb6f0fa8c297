"""统计: a register counted by one or two of its sides, for a period; to Excel or paper. Numbers only.

Asks the service for everything; knows no register by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QTableWidget, QTableWidgetItem, QWidget

from app.errors import AppError
from app.models import clock, tallying
from app.services import statistics
from app.services.office import Office
from app.services.statistics import Ask, Tally
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import BannerArea, EmptyState, PageHeader, button, column, label, row

Act = Callable[[Ask], object]
PERIODS = ("全部", "本月", "上月", "本年", "上年")
_NONE = "（不再细分）"


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, ISO; empty means open."""

    first: str = ""
    last: str = ""


def period(words: str, today: date) -> Period:
    """The days a choice of :data:`PERIODS` stands for."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    year = today.year
    return {
        "本月": Period(month.isoformat(), today.isoformat()),
        "上月": Period(before.replace(day=1).isoformat(), before.isoformat()),
        "本年": Period(date(year, 1, 1).isoformat(), today.isoformat()),
        "上年": Period(date(year - 1, 1, 1).isoformat(), date(year - 1, 12, 31).isoformat()),
    }.get(words, Period())


class StatisticsPage(QWidget):
    """``export`` and ``show_paper`` are given what is asked for now; without a right their button is not there."""

    def __init__(self, office: Office, *, export: Act, show_paper: Act) -> None:
        super().__init__()
        self.setAccessibleName("统计")
        self._office = office
        self._asked = 0
        sizes = tokens().sizes
        self.excel_button = button("导出 Excel…", icon_name="file-spreadsheet", on_click=self._with(export))
        self.print_button = button("打印…", icon_name="printer", on_click=self._with(show_paper))
        self.header = PageHeader("统计", "只数条数，不列姓名", self.excel_button, self.print_button)
        self.banners = BannerArea()
        self.register = _box("登记")
        self.by = _box("按什么统计")
        self.across = _box("再按什么细分")
        self.day = _box("按哪个日期算期间")
        self.span = _box("期间")
        self.span.addItems(PERIODS)
        for name in statistics.countable(office):
            self.register.addItem(office.registry.get(name).label, name)
        self.register.currentIndexChanged.connect(lambda _: self._on_register())
        for box in (self.by, self.across, self.day, self.span):
            box.currentIndexChanged.connect(lambda _: self.refresh())
        self.table = QTableWidget()
        self.table.setAccessibleName("统计表")
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.basis = label("", "faint", wrap=True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(EmptyState("inbox", "没有可数的", "这个登记在这段期间里还没有记录。"))
        self.tools = QWidget()
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(sizes.space_s)
        for words, box in (("统计", self.register), ("按", self.by), ("再按", self.across)):
            tools.addLayout(row(label(words, "soft"), box, gap=sizes.space_xs))
        tools.addStretch(1)
        self.when = QWidget()
        self.when.setLayout(row(label("期间", "soft"), self.span, label("按", "soft"), self.day, None))
        lines = column(
            self.header, self.banners, self.tools, self.when, self.stack, self.basis, gap=sizes.space_m,
            margin=sizes.space_xl,
        )  # fmt: skip
        lines.setStretch(4, 1)
        self.setLayout(lines)
        self._on_register()

    def ask(self) -> Ask | None:
        """What is chosen now; None while there is nothing to choose."""
        if not self.by.currentData():
            return None
        span = period(self.span.currentText(), clock.today())
        day = str(self.day.currentData() or "") if self.span.currentIndex() else ""
        across = str(self.across.currentData() or "")
        by = str(self.by.currentData())
        return Ask(
            str(self.register.currentData()),
            by,
            across if across != by else "",
            day,
            span.first if day else "",
            span.last if day else "",
        )

    def choose(self, register: str, by: str, across: str = "") -> None:
        """Show this table."""
        self.register.setCurrentIndex(self.register.findData(register))
        self.by.setCurrentIndex(self.by.findData(by))
        self.across.setCurrentIndex(max(0, self.across.findData(across)))

    def refresh(self) -> None:
        """Count again."""
        ask = self.ask()
        if ask is None:
            return
        self._asked += 1
        number = self._asked
        work.run(
            lambda: self._counted(ask),
            then=lambda found: self._show(*found) if number == self._asked else None,
            failed=self._failed,
            owner=self,
        )

    # -- inside --------------------------------------------------------------------------------------------------

    def _on_register(self) -> None:
        """Offer the sides of the register in front."""
        name = self.register.currentData()
        if not name:
            return
        definition = self._office.registry.get(name)
        sides = tallying.sides(definition)
        for box in (self.by, self.across, self.day):
            box.blockSignals(True)
            box.clear()
        self.across.addItem(_NONE, "")
        for side in sides:
            self.by.addItem(side.label, side.name)
            self.across.addItem(side.label, side.name)
        for spec in tallying.days(definition):
            self.day.addItem(spec.label, spec.name)
        for box in (self.by, self.across, self.day):
            box.blockSignals(False)
        self.when.setVisible(self.day.count() > 0)
        self.refresh()

    def _counted(self, ask: Ask) -> tuple[Tally, str]:
        tally = statistics.count(self._office, ask)
        return tally, statistics.basis(self._office, ask, tally)

    def _show(self, tally: Tally, basis: str) -> None:
        headings, body = statistics.lines(tally)
        self.stack.setCurrentIndex(0 if tally.total else 1)
        self.basis.setText(basis)
        self.header.set_subtitle(f"共 {tally.total:,} 条；只数条数，不列姓名")
        _fill(self.table, headings, body)

    def _failed(self, error: AppError) -> None:
        self.banners.show_error(error)

    def _with(self, act: Act) -> Callable[[], None]:
        def run() -> None:
            ask = self.ask()
            if ask is not None:
                act(ask)

        return run


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setMaxVisibleItems(20)
    return box


def _fill(table: QTableWidget, headings: Sequence[str], body: Sequence[Sequence[str | int]]) -> None:
    """Numbers to the right, the last line and column (sums) in bold."""
    table.clear()
    table.setColumnCount(len(headings))
    table.setRowCount(len(body))
    table.setHorizontalHeaderLabels(list(headings))
    for at, line in enumerate(body):
        for place, value in enumerate(line):
            item = QTableWidgetItem(value if isinstance(value, str) else f"{value:,}")
            if not isinstance(value, str):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if at == len(body) - 1 or (place == len(line) - 1 and place > 1):
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            table.setItem(at, place, item)
    table.resizeColumnsToContents()
    wide = tokens().sizes.em * 6
    for place in range(1, len(headings)):
        table.setColumnWidth(place, max(wide, table.columnWidth(place)))
    table.setColumnWidth(0, max(wide * 2, table.columnWidth(0)))
