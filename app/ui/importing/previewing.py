"""Step two: what each row would become, and the decisions that change it. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QWidget

from app.errors import Level
from app.exchange.plan import ImportChoices, ImportPlan, Outcome, PlannedRow
from app.models.reading import Reader
from app.ui.importing.deciding import DecidingPanel
from app.ui.look import tokens
from app.ui.widgets import Banner, BannerArea, Column, FilterChip, Flow, SimpleTable, button, column, label, row

MOST_ROWS = 300
"""Rows shown; the report has them all."""

TONES = {Outcome.BAD: "danger", Outcome.SKIPPED: "text_faint", Outcome.CREATED: "ok", Outcome.UPDATED: "accent"}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the file as the preview shows it."""

    planned: PlannedRow
    outcome: Outcome
    why: str

    @property
    def is_doubted(self) -> bool:
        """True when it would come in with a doubt."""
        comes_in = self.outcome in {Outcome.CREATED, Outcome.UPDATED}
        return comes_in and any(one.level is not Level.HINT for one in self.planned.findings)

    @property
    def place(self) -> str:
        """Row number, for a line with the sheet's name."""
        return f"{self.planned.sheet} {self.planned.number}" if self.planned.is_line else str(self.planned.number)

    @property
    def said(self) -> str:
        """Everything there is to say about it."""
        return "\n".join((*map(str, self.planned.findings), *([self.why] if self.why else [])))


_KINDS: tuple[tuple[str, Callable[[ShownRow], bool]], ...] = (
    ("有误", lambda one: one.outcome is Outcome.BAD),
    ("有疑点", lambda one: one.is_doubted),
    ("跳过", lambda one: one.outcome is Outcome.SKIPPED),
    ("更新", lambda one: one.outcome is Outcome.UPDATED),
    ("新增", lambda one: one.outcome is Outcome.CREATED),
)


def shown_rows(plan: ImportPlan, choices: ImportChoices) -> list[ShownRow]:
    """Every row with what the choices make of it; lines follow their record."""
    outcomes = {planned.record_id: planned.decide(choices) for planned in plan.main_rows}
    bad = (Outcome.BAD, "")
    return [ShownRow(planned, *outcomes.get(planned.owner or planned.record_id, bad)) for planned in plan.rows]


def rows_table(name: str) -> SimpleTable[ShownRow]:
    """Row, name, outcome and sentences."""
    return SimpleTable(
        name,
        [
            Column(title="行", text=lambda one: one.place, em=4),
            Column(title="名称", text=lambda one: one.planned.name, em=8),
            Column(title="结果", text=lambda one: str(one.outcome), tone=lambda one: TONES.get(one.outcome, ""), em=3),
            Column(title="说明", text=lambda one: one.said),
        ],
        wrap=True,
    )


class PreviewingStep(QWidget):
    """``go_asked`` when the user lets it happen, ``back_asked`` for another file, ``replan_asked`` after a decision."""

    go_asked = Signal()
    back_asked = Signal()
    replan_asked = Signal()

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        sizes = tokens().sizes
        self._rows: list[ShownRow] = []
        self.plan: ImportPlan | None = None
        self.banners = BannerArea()
        self.chips = {words: FilterChip(words) for words, _ in _KINDS}
        group = QButtonGroup(self)
        for chip in self.chips.values():
            group.addButton(chip)
            chip.clicked.connect(lambda _=False: self._show_chosen())
        self.table = rows_table("逐行核对结果")
        self.more = label("", "faint", wrap=True)
        self.panel = DecidingPanel(reader)
        self.panel.setMinimumWidth(sizes.em * 18)
        self.panel.setMaximumWidth(sizes.em * 21)
        self.panel.choices_changed.connect(self._recount)
        self.panel.decisions_changed.connect(self.replan_asked.emit)
        self.back = button("换一个文件", icon_name="arrow-left", on_click=self.back_asked.emit)
        self.go = button("导入", "primary", icon_name="upload", on_click=self.go_asked.emit, shortcut="Ctrl+Return")
        card = QFrame()
        card.setObjectName("Card")
        left = column(Flow(*self.chips.values()), self.table, self.more)
        left.setContentsMargins(sizes.space_m, sizes.space_m, sizes.space_m, sizes.space_m)
        card.setLayout(left)
        halves = QHBoxLayout()
        halves.setSpacing(sizes.space_l)
        halves.addWidget(card, 5)
        halves.addWidget(self.panel, 2)
        lines = column(self.banners)
        lines.addLayout(halves, 1)
        lines.addLayout(row(self.back, None, self.go))
        self.setLayout(lines)

    def show_plan(self, plan: ImportPlan) -> None:
        """Show what a plan would do; opens at the gravest kind of row there is."""
        is_new = self.plan is None or self.plan.workbook.sha256 != plan.workbook.sha256
        self.plan = plan
        self.panel.ask_about(plan)
        self._say_of_file(plan)
        self._recount()
        if is_new:
            first = next((chip for chip in self.chips.values() if chip.isVisibleTo(self)), None)
            if first is not None:
                first.setChecked(True)
        self._show_chosen()
        self.go.setFocus()

    def _say_of_file(self, plan: ImportPlan) -> None:
        self.banners.clear()
        if plan.missing:
            labels = "、".join(spec.label for spec in plan.missing)
            step = "在右边“不导入的列”里指定哪一列是它；或在表里补上这一列"
            self.banners.show_banner(Banner(f"表里没有必填的“{labels}”一列", step, weight="danger", closable=False))
        if plan.unread_sheets:
            names = "、".join(plan.unread_sheets)
            self.banners.show_banner(
                Banner(f"这些工作表里没有{plan.definition.label}的表头，不导入：{names}", weight="info")
            )
        if plan.is_resumed:
            sentence = "这个文件上次导入到一半停下了"
            self.banners.show_banner(Banner(sentence, "再按“导入”会从停下的地方接着做，不会重复", weight="warn"))

    def _recount(self) -> None:
        if self.plan is None:
            return
        self._rows = shown_rows(self.plan, self.panel.choices())
        counts = Counter(words for words, belongs in _KINDS for one in self._rows if belongs(one))
        for words, chip in self.chips.items():
            chip.set_count(counts[words])
            chip.setVisible(counts[words] > 0)
        checked = next((chip for chip in self.chips.values() if chip.isChecked()), None)
        if checked is None or not checked.isVisibleTo(self):
            first = next((chip for words, chip in self.chips.items() if counts[words]), None)
            if first is not None:
                first.setChecked(True)
        expected = self.plan.expected(self.panel.choices())
        coming = expected[Outcome.CREATED] + expected[Outcome.UPDATED]
        self.go.setText(f"导入 {coming:,} 条")
        self.go.setEnabled(coming > 0)
        self._show_chosen()

    def _show_chosen(self) -> None:
        words = next((words for words, chip in self.chips.items() if chip.isChecked()), "")
        belongs = dict(_KINDS).get(words)
        chosen = [one for one in self._rows if belongs is not None and belongs(one)]
        self.table.show_lines(chosen[:MOST_ROWS])
        left = len(chosen) - MOST_ROWS
        self.more.setText(f"只显示前 {MOST_ROWS} 行，还有 {left:,} 行；导入报告里会有全部。" if left > 0 else "")
        self.more.setVisible(left > 0)

    def current(self) -> Sequence[ShownRow]:
        """The rows in front (for the tests)."""
        return self.table.source.lines
