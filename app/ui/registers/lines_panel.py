"""The lines of one collection inside the form of their parent: a small table, and the fields of the line marked in it.

Lines that are never edited (papers printed) are the table alone, with one act. Stores nothing; the form reads
``lines`` and says by ``show_findings`` what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.models.register import ChildSpec, new_id
from app.ui.editors.base import Desk
from app.ui.look import tokens
from app.ui.registers.collection_panel import CollectionPanel, take_cursor
from app.ui.registers.form_findings import Place
from app.ui.registers.line_columns import columns_of, summary
from app.ui.registers.panel import FieldsPanel
from app.ui.registers.state import LineState, empty_values
from app.ui.widgets import SimpleTable, button, column, icon_button, label, row
from app.ui.widgets.form_row import WEIGHT

MOST_ROWS = 6


class LinesPanel(CollectionPanel):
    """A table of the declared columns, and below it the fields of the line that is marked."""

    def __init__(self, child: ChildSpec, desk: Desk) -> None:
        super().__init__(child, desk)
        self._tones: dict[str, str] = {}
        self.is_fixed = all(spec.read_only for spec in self.definition.fields)
        columns = columns_of(self.definition, desk.office, lambda line: self._tones.get(line.id, ""))
        self.table: SimpleTable[LineState] = SimpleTable(child.label, columns)
        self.table.verticalHeader().setDefaultSectionSize(tokens().sizes.control_s + 2)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _was: self._on_marked())
        self.table.chosen.connect(self._on_chosen)
        self.panel = FieldsPanel(self.definition, desk, with_headings=False)
        self.panel.edited.connect(self._on_edited)
        self.panel.left.connect(self._on_left)
        self.panel.reasoned.connect(self.reasoned)
        self._make_buttons()
        self._put_together()
        self._show()

    def _make_buttons(self) -> None:
        words = self.child.label
        self.add_button = button(f"添加{words}", icon_name="plus", on_click=self.add)
        self.add_button.setProperty("enterField", "press")
        self.add_button.setToolTip("Ctrl+Insert")
        self.up_button = icon_button("arrow-up", "上移（Alt+↑）", on_click=lambda: self.move_line(-1))
        self.down_button = icon_button("arrow-down", "下移（Alt+↓）", on_click=lambda: self.move_line(1))
        self.remove_button = button("删除", "small", icon_name="trash-2", on_click=self.remove)
        self.remove_button.setToolTip(f"删除这一条{words}（Ctrl+Delete）")
        for each in (self.up_button, self.down_button, self.remove_button):
            each.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.place = label("", "strong")
        self.empty = label(f"还没有{words}", "faint")

    def _put_together(self) -> None:
        sizes = tokens().sizes
        self.frame = QFrame()
        self.frame.setObjectName("LineFrame")
        head = row(self.place, None, self.up_button, self.down_button, self.remove_button, gap=sizes.space_xs)
        inside = QVBoxLayout(self.frame)
        inside.setContentsMargins(sizes.space_m, sizes.space_s, sizes.space_m, sizes.space_m)
        inside.setSpacing(sizes.space_s)
        inside.addLayout(head)
        inside.addWidget(self.panel)
        foot = row(self.add_button, self.empty, None, gap=sizes.space_m)
        self.acts = QWidget()
        self._acts_line = row(None)
        self.acts.setLayout(self._acts_line)
        self.setLayout(column(self.heading, self.note, self.table, self.frame, self.acts, foot, gap=sizes.space_s))

    def add_action(self, act: QWidget) -> None:
        """A button for the marked line, under the table."""
        self._acts_line.insertWidget(0, act)

    # ---- content

    def current(self) -> LineState | None:
        """The line whose fields show."""
        return self.table.current_line()

    def mark(self, at: int) -> None:
        """Mark the line that stands there."""
        self.table.selectRow(at)

    def add(self) -> None:
        """A fresh line at the end, the cursor in its first field."""
        if not self.can_edit:
            return
        self.take(LineState(new_id(), 0, empty_values(self.definition)))
        self.added.emit(self.frame)
        self.panel.focus_first()

    def _after_removal(self) -> None:
        take_cursor(self.table if self.table.isVisible() else self.add_button)

    def _on_locked(self) -> None:
        self.panel.set_read_only(read_only=self._is_locked)
        self._show_what_matters()

    # ---- findings

    def _on_findings(self) -> None:
        self._tones = {}
        for place, held in self._findings.items():
            if len(place) > 1:
                known = [_GRAVE.index(self._tones[place[1]])] if place[1] in self._tones else []
                self._tones[place[1]] = _GRAVE[min([*known, *(WEIGHT[one.level] for one in held)])]
        self.table.viewport().update()
        self._show_line_findings()

    def _show_place(self, place: Place) -> QWidget:
        at = self.at(place[1])
        if at >= 0:
            self.table.selectRow(at)
        found = self.panel.focus_field(place[2]) if len(place) > 2 else None
        return found or self.table

    # ---- keyboard

    def stops(self) -> Iterator[QWidget]:
        """What the cursor visits here."""
        yield self.note.reason
        yield self.table
        if not self.is_fixed:
            yield from self.panel.stops()
            yield self.add_button

    # ---- inside

    def _show(self, *, mark: int = 0) -> None:
        self.table.show_lines(self._lines)
        if self._lines:
            self.table.selectRow(max(0, mark))
        self._on_marked()
        self._show_what_matters()

    def _show_what_matters(self) -> None:
        count = len(self._lines)
        self.heading.note.setText(f"共 {count} 条" if count else "")
        self.table.setVisible(bool(count) and (self.is_fixed or count > 1))
        header = self.table.horizontalHeader().sizeHint().height()
        lines = min(count, MOST_ROWS) * self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(header + lines + 2 * self.table.frameWidth() + 2)
        self.frame.setVisible(bool(count) and not self.is_fixed)
        self.empty.setVisible(not count)
        self.acts.setVisible(bool(count))  # nothing to look at yet
        self.add_button.setVisible(self.can_edit)
        for each in (self.up_button, self.down_button, self.remove_button):
            each.setVisible(self.can_edit)
        self.up_button.setEnabled(self.table.currentIndex().row() > 0)
        self.down_button.setEnabled(0 <= self.table.currentIndex().row() < count - 1)

    def _on_marked(self) -> None:
        line = self.current()
        if line is not None and not self.is_fixed:
            self.panel.set_values(line.values)
            self._show_line_findings()
            self._say_place()
        self.up_button.setEnabled(self.table.currentIndex().row() > 0)
        self.down_button.setEnabled(0 <= self.table.currentIndex().row() < len(self._lines) - 1)

    def _say_place(self) -> None:
        line = self.current()
        if line is None:
            return
        words = summary(self.definition, self._desk.office, line.values)
        number = f"第 {self._lines.index(line) + 1} 条"
        self.place.setText(number if len(words) > 40 or not words else f"{number}　{words}")

    def _show_line_findings(self) -> None:
        line = self.current()
        if line is None or self.is_fixed:
            return
        self.panel.show_findings(self.findings_of(line), self._reasons)

    def _on_edited(self, name: str) -> None:
        line = self.current()
        if line is None:
            return
        line.values[name] = self.panel.editors[name].value()
        self._tones.pop(line.id, None)
        self.table.viewport().update()
        self._say_place()
        self.edited.emit((self.child.name, line.id, name))

    def _on_left(self, name: str) -> None:
        line = self.current()
        if line is not None:
            self.left.emit((self.child.name, line.id, name))

    def _on_chosen(self, line: LineState) -> None:
        if self.is_fixed:
            self.chosen.emit(line)
        else:
            self.panel.focus_first()


_GRAVE = ("danger", "warn", "text_faint")
