"""待核: fields two people changed at once, side by side for a decision; and records a merge made invalid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QStackedWidget, QVBoxLayout, QWidget

from app.errors import AppError
from app.models.clock import show_moment
from app.models.kinds import wire_value
from app.models.policy import Act
from app.models.reviewing import Review
from app.services.office import Office, OpenConflict, Side
from app.sync.canonical import Wire
from app.ui import work
from app.ui.editors.base import Desk, Editor
from app.ui.editors.raw import value_of_raw
from app.ui.kinds import make_editor
from app.ui.look import tokens
from app.ui.widgets import (
    Banner,
    BannerArea,
    Card,
    Column,
    EmptyState,
    FormRow,
    MarkedLabel,
    PageHeader,
    SimpleTable,
    button,
    column,
    label,
    row,
)


@dataclass(frozen=True, slots=True)
class Open:
    """One line of the page: a conflict to decide, or a record to put right."""

    what: str
    where: str
    why: str
    conflict: OpenConflict | None = None
    review: Review | None = None


class ConflictPage(QWidget):
    """``open_record`` opens a record (register, id); decisions go through the office."""

    def __init__(self, office: Office, open_record: Callable[[str, str], object]) -> None:
        super().__init__()
        self.setAccessibleName("待核")
        self._office, self._open_record = office, open_record
        sizes = tokens().sizes
        self.header = PageHeader("待核", "")
        self.banners = BannerArea()
        self.table: SimpleTable[Open] = SimpleTable(
            "待核",
            [
                Column(title="记录", text=lambda one: one.what),
                Column(title="栏目", text=lambda one: one.where, em=9),
                Column(title="为什么", text=lambda one: one.why),
            ],
        )
        self.table.setMaximumHeight(sizes.row * 7)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_current())
        self.table.chosen.connect(self._on_chosen)
        self.decision = QWidget()
        self.stack = QStackedWidget()
        self.full = QWidget()
        lines = self._full_lines = QVBoxLayout(self.full)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(sizes.space_m)
        lines.addWidget(self.table)
        lines.addWidget(self.decision)
        lines.addStretch(1)
        self.stack.addWidget(self.full)
        empty = EmptyState(
            "circle-check-big", "没有待核的内容", "两台电脑改了同一栏，或合并后有不合规则的记录时，会列在这里由人来定。"
        )
        self.stack.addWidget(empty)
        self.setLayout(column(self.header, self.banners, self.stack, gap=sizes.space_m, margin=sizes.space_xl))

    def refresh(self) -> None:
        """Ask again for everything open."""
        work.run(self._load, then=self._show, owner=self)

    def _load(self) -> list[Open]:
        office = self._office
        found = [
            Open(one.title or "（未同步的记录）", one.label, "两个人改了同一栏", conflict=one)
            for one in office.conflicts()
        ]
        for review in office.reviews():
            title = office.reader.titles(review.register, [review.root]).get(review.root, "")
            found.append(Open(title, "", review.sentence, review=review))
        return found

    def _show(self, lines: list[Open]) -> None:
        current = self.table.current_line()
        self.header.set_subtitle(f"{len(lines)} 项" if lines else "")
        self.stack.setCurrentIndex(0 if lines else 1)
        if lines == self.table.source.lines and lines:
            return
        self.table.show_lines(lines)
        if current in lines:
            self.table.selectRow(lines.index(current))
        self._show_current()

    def _on_chosen(self, one: Open) -> None:
        if one.review is not None:
            self._open_record(one.review.register, one.review.root)
        elif isinstance(self.decision, Decision):
            self.decision.focus_first()

    def _show_current(self) -> None:
        one = self.table.current_line()
        old, self.decision = self.decision, QWidget()
        if one is not None and one.conflict is not None:
            may = self._office.may(Act.DECIDE, one.conflict.register)
            self.decision = Decision(self._office, one.conflict, self._decide, may_decide=may)
        elif one is not None and one.review is not None:
            review = one.review
            go = button("打开这条记录", "primary", on_click=lambda: self._open_record(review.register, review.root))
            card = Card("合并后不合规则")
            card.body.addWidget(label(f"{review.sentence}。改好保存后，这一项自动消失。", "body", wrap=True))
            card.body.addLayout(row(go, None))
            self.decision = card
        self._full_lines.replaceWidget(old, self.decision)
        self.decision.show()
        old.hide()
        old.deleteLater()

    def _decide(self, conflict: OpenConflict, wire: Wire, reason: str) -> None:
        office = self._office
        work.run(
            lambda: office.decide(conflict, wire, reason=reason),
            then=lambda _: self._decided(),
            failed=self._failed,
            owner=self,
        )

    def _decided(self) -> None:
        self.banners.show_banner(Banner("已记下决定", "其他电脑同步后也会照此更正。", weight="info"), key="decided")
        self.refresh()
        self.table.setFocus()

    def _failed(self, error: AppError) -> None:
        self.banners.show_error(error)


class SideChoice(QRadioButton):
    """One side; the arrow keys go to its neighbour, though that stands in a card of its own."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Right, Qt.Key.Key_Down}:
            self.moved.emit(1)
        elif event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Up}:
            self.moved.emit(-1)
        else:
            super().keyPressEvent(event)


class Decision(QWidget):
    """The values side by side; one is chosen, or another typed, with a reason."""

    def __init__(
        self,
        office: Office,
        conflict: OpenConflict,
        decide: Callable[[OpenConflict, Wire, str], object],
        *,
        may_decide: bool,
    ) -> None:
        super().__init__()
        self._conflict, self._decide_by, self._office = conflict, decide, office
        sizes = tokens().sizes
        self._group = QButtonGroup(self)
        self.choices: list[SideChoice] = []
        self._wires: list[Wire] = []
        cards = row(gap=sizes.space_m)
        self._sides = (conflict.current, *conflict.others)
        standing = "现在的值" if conflict.current.user else "原来的值"
        for title, side in [(standing, conflict.current), *(("另一个值", one) for one in conflict.others)]:
            cards.addWidget(self._side(title, side), 1)
        self._editor = self._editor_of_another()
        self.other = self._editor.widget if self._editor is not None else QWidget()
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("例如：电话核实、以证件为准")
        self.go_button = button("就这样定", "primary", on_click=self.go_on)
        card = Card(f"{conflict.title}　{conflict.label}")
        card.body.addLayout(cards)
        if self._editor is not None:
            card.body.addWidget(FormRow("另填", self.other, note="两个都不对时，在这里另填"))
        card.body.addWidget(FormRow("理由", self.reason, is_needed=True))
        self.note = label("", "small", tone="danger")
        card.body.addLayout(row(self.note, None, self.go_button))
        self.go_button.setEnabled(may_decide)
        self.setLayout(column(card))

    def _editor_of_another(self) -> Editor | None:
        """An editor of the field's kind for a value that is none of these; None where there is nothing to type."""
        definition = self._office.registry.find(self._conflict.register)
        spec = definition.by_name.get(self._conflict.field) if definition else None
        if spec is None or spec.read_only or spec.kind.name == "flag":
            return None
        editor = make_editor(spec, Desk(self._office))
        editor.widget.setAccessibleName("另填一个值")
        return editor

    def _side(self, title: str, side: Side) -> QWidget:
        card = Card(tight=False)
        choice = SideChoice(f"{title}：采用这个")
        place = len(self.choices)
        choice.moved.connect(lambda step: self._choose(place + step))
        self._group.addButton(choice, place)
        self.choices.append(choice)
        self._wires.append(side.wire)
        when = show_moment(datetime.fromisoformat(side.at)) if side.at else ""
        card.body.addWidget(choice)
        card.body.addWidget(MarkedLabel(side.value or "（空）", [one.value for one in self._sides if one is not side]))
        card.body.addWidget(label("　".join(part for part in (side.user, when, self._where(side)) if part), "faint"))
        card.body.addStretch(1)
        return card

    def _where(self, side: Side) -> str:
        """Which PC; the others' numbers would tell nobody anything."""
        if not side.device:
            return ""
        return "在本机改的" if side.device == self._office.store.identity.device else "在另一台电脑上改的"

    def _choose(self, place: int) -> None:
        chosen = self.choices[place % len(self.choices)]
        chosen.setFocus(Qt.FocusReason.TabFocusReason)
        chosen.setChecked(True)

    def focus_first(self) -> None:
        """Go to the first choice."""
        self.choices[0].setFocus()

    def go_on(self) -> None:
        """Hand over the choice; says what is missing."""
        wire = self._chosen()
        if wire is _NOTHING:
            return
        if not self.reason.text().strip():
            self.note.setText("请写明理由，历史记录要用")
            self.reason.setFocus()
            return
        self._decide_by(self._conflict, wire, self.reason.text().strip())

    def _chosen(self) -> Wire:
        if self._editor is not None and not self._editor.is_empty:
            kind = self._editor.spec.kind
            try:
                return wire_value(kind, kind.check(value_of_raw(self._editor.value())))
            except ValueError as error:
                self.note.setText(str(error))
                return _NOTHING
        place = self._group.checkedId()
        if place < 0:
            self.note.setText("请先选一个值，或另填一个")
            return _NOTHING
        return self._wires[place]


_NOTHING: Wire = {"$nothing": True}
