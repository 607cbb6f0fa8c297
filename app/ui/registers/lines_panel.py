"""The lines of one collection inside the form of their parent: a small table, and the fields of the line marked in it.

Lines that are never edited (papers printed) are the table alone, with one act. Stores nothing; the form reads
``lines`` and says by ``show_findings`` what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from app.errors import Finding, Level
from app.models.register import ChildSpec, new_id
from app.ui.editors.base import Desk
from app.ui.look import tokens
from app.ui.registers.field_row import REASON_ASKED
from app.ui.registers.form_findings import Place
from app.ui.registers.line_columns import columns_of, summary
from app.ui.registers.panel import FieldsPanel
from app.ui.registers.state import LineState, empty_values
from app.ui.widgets import SectionHeading, SimpleTable, button, column, icon_button, label, row, set_tone
from app.ui.widgets.form_row import TONE, WEIGHT

MOST_ROWS = 6


class LinesPanel(QWidget):
    """``edited`` and ``left`` carry the place of a field, ``reasoned`` a doubt's sentence and its reason."""

    edited = Signal(object)
    left = Signal(object)
    reasoned = Signal(str, str)
    added = Signal()
    removed = Signal(str, int, object)
    chosen = Signal(object)

    def __init__(self, child: ChildSpec, desk: Desk) -> None:
        super().__init__()
        self.child = child
        self.definition = child.line.definition
        self._desk = desk
        self._lines: list[LineState] = []
        self._tones: dict[str, str] = {}
        self._findings: Mapping[Place, Sequence[Finding]] = {}
        self._reasons: Mapping[str, str] = {}
        self._is_locked = False
        self.is_fixed = all(spec.read_only for spec in self.definition.fields)
        self.heading = SectionHeading(child.label)
        self.note = _CollectionNote()
        self.note.reasoned.connect(self.reasoned)
        self.table: SimpleTable[LineState] = SimpleTable(
            child.label, columns_of(self.definition, desk.office, lambda line: self._tones.get(line.id, ""))
        )
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

    def lines(self) -> list[LineState]:
        """What stands here, in order."""
        return self._lines

    def set_lines(self, lines: Sequence[LineState]) -> None:
        """Show other content; the line marked before stays marked when it is still there."""
        marked = self.current()
        self._lines = list(lines)
        at = next((place for place, line in enumerate(self._lines) if marked and line.id == marked.id), 0)
        self._show(mark=at)

    def current(self) -> LineState | None:
        """The line whose fields show."""
        return self.table.current_line()

    def add(self) -> None:
        """A fresh line at the end, the cursor in its first field."""
        if self._is_locked or self.is_fixed:
            return
        line = LineState(new_id(), 0, empty_values(self.definition))
        self._lines.append(line)
        self._show(mark=len(self._lines) - 1)
        self.edited.emit((self.child.name,))
        self.added.emit()
        self.panel.focus_first()

    def remove(self) -> None:
        """Take the marked line away; ``removed`` lets it be brought back."""
        line = self.current()
        if line is None or self._is_locked or self.is_fixed:
            return
        at = self._lines.index(line)
        self._lines.remove(line)
        self._show(mark=min(at, len(self._lines) - 1))
        self.edited.emit((self.child.name,))
        self.removed.emit(self.child.name, at, line)
        (self.table if self.table.isVisible() else self.add_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def put_back(self, at: int, line: LineState) -> None:
        """Bring a removed line back to its place."""
        self._lines.insert(at, line)
        self._show(mark=at)
        self.edited.emit((self.child.name,))

    def move_line(self, by: int) -> None:
        """Move the marked line up or down."""
        line = self.current()
        if line is None or self._is_locked:
            return
        at = self._lines.index(line)
        to = at + by
        if 0 <= to < len(self._lines):
            self._lines[at], self._lines[to] = self._lines[to], self._lines[at]
            self._show(mark=to)
            self.edited.emit((self.child.name,))

    def set_read_only(self, *, read_only: bool) -> None:
        """Only to be read."""
        self._is_locked = read_only
        self.panel.set_read_only(read_only=read_only)
        self._show_what_matters()

    # ---- findings

    def show_findings(self, findings: Mapping[Place, Sequence[Finding]], reasons: Mapping[str, str]) -> None:
        """All findings of the form; those of this collection are taken out of them."""
        name = self.child.name
        self._findings = {place: held for place, held in findings.items() if place[0] == name}
        self._reasons = reasons
        self._tones = {}
        for place, held in self._findings.items():
            if len(place) > 1:
                known = [_GRAVE.index(self._tones[place[1]])] if place[1] in self._tones else []
                self._tones[place[1]] = _GRAVE[min([*known, *(WEIGHT[one.level] for one in held)])]
        self.note.show_findings(self._findings.get((name,), ()), reasons)
        self.table.viewport().update()
        self._show_line_findings()

    def focus_place(self, place: Place) -> QWidget:
        """Put the cursor where a finding is; the widget to bring into sight."""
        if len(place) < 2:
            return self.note.take_focus() or self.heading
        at = next((at for at, line in enumerate(self._lines) if line.id == place[1]), None)
        if at is not None:
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
        can_edit = not self._is_locked and not self.is_fixed
        self.heading.note.setText(f"共 {count} 条" if count else "")
        self.table.setVisible(bool(count) and (self.is_fixed or count > 1))
        header = self.table.horizontalHeader().sizeHint().height()
        lines = min(count, MOST_ROWS) * self.table.verticalHeader().defaultSectionSize()
        self.table.setFixedHeight(header + lines + 2 * self.table.frameWidth() + 2)
        self.frame.setVisible(bool(count) and not self.is_fixed)
        self.empty.setVisible(not count)
        self.acts.setVisible(bool(count))  # nothing to look at yet
        self.add_button.setVisible(can_edit)
        for each in (self.up_button, self.down_button, self.remove_button):
            each.setVisible(can_edit)
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
        key = (self.child.name, line.id)
        of_fields = {place[2]: held for place, held in self._findings.items() if place[:2] == key and len(place) > 2}
        self.panel.show_findings(of_fields, self._reasons)

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


class _CollectionNote(QWidget):
    """What was found about a collection as a whole, with the reason for a doubt."""

    reasoned = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._doubts: list[str] = []
        self.words = label("", "small", wrap=True)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(REASON_ASKED)
        self.reason.setAccessibleName("保留的原因")
        set_tone(self.reason, "warn")
        self.reason.textEdited.connect(self._on_edited)
        lines = column(self.words, self.reason, gap=tokens().sizes.space_xs)
        self.setLayout(lines)
        self.hide()

    def show_findings(self, findings: Sequence[Finding], reasons: Mapping[str, str]) -> None:
        """Gravest first; nothing hides all."""
        ordered = sorted(findings, key=lambda one: WEIGHT[one.level])
        self._doubts = [one.sentence for one in ordered if one.level is Level.DOUBT]
        self.words.setText(
            "\n".join(one.sentence + (f"（{one.next_step}）" if one.next_step else "") for one in ordered)
        )
        set_tone(self.words, TONE[ordered[0].level] if ordered else "")
        given = next((reasons[one] for one in self._doubts if reasons.get(one)), "")
        if self.reason.text() != given and not self.reason.hasFocus():
            self.reason.setText(given)
        self.reason.setVisible(bool(self._doubts))
        self.setVisible(bool(ordered))

    def take_focus(self) -> QWidget | None:
        """The cursor into the reason, when one is asked for."""
        if not self._doubts:
            return None
        self.reason.setFocus(Qt.FocusReason.TabFocusReason)
        return self

    def _on_edited(self, text: str) -> None:
        for sentence in self._doubts:
            self.reasoned.emit(sentence, text)


class LineKeys(QObject):
    """Takes Ctrl+Insert, Ctrl+Delete and Alt+↑/↓ for the lines before a text field takes them for its text."""

    def __init__(self, parent: QObject, acts: Mapping[int, Callable[[], object]]) -> None:
        super().__init__(parent)
        self._acts = acts

    def watch(self, stops: Iterator[QWidget]) -> None:
        """Listen at these fields."""
        for one in stops:
            one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.keyCombination().toCombined() not in self._acts:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            self._acts[event.keyCombination().toCombined()]()
            return True
        return False
