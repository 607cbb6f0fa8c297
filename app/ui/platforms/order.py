"""誊录顺序: the boxes of one page of a platform's form, put in order here, seen with a real record beside them.

Works on plain steps until 保存; the order is a record like any other and travels to the township's other PCs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.errors import AppError, UserError
from app.models.codes import code_list
from app.models.reading import Query
from app.models.register import Record
from app.models.registers.platform import Platform, TranscriptionOrder, TranscriptionStep
from app.services import transcribing
from app.services.platforms import Platforms
from app.services.transcribing import Box, Source
from app.ui import work
from app.ui.look import tokens
from app.ui.platforms.step_panel import StepPanel
from app.ui.widgets import Banner, BannerArea, Column, SimpleTable, button, column, label, row

FIXED = "fixed"
_LOOK_AT = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One step as the table shows it: with what a real record would put there."""

    number: int
    step: TranscriptionStep
    seen: str


class SourceTable(SimpleTable[Source]):
    """Enter or Insert takes the marked field over."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.current_line()
        if event.key() == Qt.Key.Key_Insert and line is not None:
            self.chosen.emit(line)
        else:
            super().keyPressEvent(event)


class OrderWindow(QDialog):
    """``saved`` when an order was kept."""

    saved = Signal()

    def __init__(self, parent: QWidget | None, platforms: Platforms, platform: Platform, register: str) -> None:
        super().__init__(parent)
        self._platforms, self._platform, self._register = platforms, platform, register
        self.setWindowTitle(f"誊录顺序：{platform.called()} · {platforms.office.registry.get(register).label}")
        self.setAccessibleName(self.windowTitle())
        self._sources = transcribing.offered(platforms.office.registry, register)
        self._orders: list[TranscriptionOrder] = []
        self.order = self._new_order()
        self.steps: list[TranscriptionStep] = []
        self._record: Record | None = None
        self._is_dirty = False
        self._was_warned = False
        self._build()
        self._put_together()
        self._connect()
        self.resize(self.sizeHint())
        self.refresh()

    def sizeHint(self) -> QSize:
        em, room = tokens().sizes.em, self.screen().availableSize()
        return QSize(min(em * 84, room.width() - em * 2), min(em * 46, room.height() - em * 3))

    # -- building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.which = QComboBox()
        self.which.setAccessibleName("平台的哪一页")
        self.name = QLineEdit()
        self.name.setAccessibleName("这一页叫什么")
        self.name.setPlaceholderText("这一页叫什么，例如 登记受理页")
        self.copy_from = QComboBox()
        self.copy_from.setAccessibleName("照着另一页排")
        self.banners = BannerArea()
        self.search = QLineEdit()
        self.search.setPlaceholderText("找本机的栏，例如 当事人 姓名")
        self.search.setAccessibleName("找本机的栏")
        self.search.setClearButtonEnabled(True)
        self.sources = SourceTable(
            "本机的栏",
            [
                Column(title="本机的栏", text=lambda one: one.label),
                Column(title="在哪里", text=lambda one: one.group.replace("（逐个）", ""), em=7),
            ],
        )
        forms = code_list("value_form")
        self.table: SimpleTable[Line] = SimpleTable(
            "平台的栏，从上到下",
            [
                Column(title="", text=lambda one: str(one.number), em=1.6),
                Column(title="平台栏名", text=lambda one: one.step.label, em=8),
                Column(title="填本机的", text=lambda one: one.step.what, em=9),
                Column(title="写法", text=lambda one: forms.label(one.step.form), em=7),
                Column(title="这样填", text=lambda one: one.seen),
            ],
        )
        self.panel = StepPanel()
        self.add_button = button("加到右边", icon_name="arrow-right", on_click=self.add_source)
        self.fixed_button = button("加一栏固定文字", icon_name="plus", on_click=self.add_fixed)
        self.propose_button = button("照本机登记表排", icon_name="list", on_click=self.propose)
        self.up_button = button("上移", icon_name="arrow-up", on_click=lambda: self.move_step(-1))
        self.down_button = button("下移", icon_name="arrow-down", on_click=lambda: self.move_step(1))
        self.remove_button = button("去掉", icon_name="trash-2", on_click=self.remove_step)
        self.up_button.setToolTip("Alt+↑")
        self.down_button.setToolTip("Alt+↓")
        self.remove_button.setToolTip("Delete")
        self.save_button = button("保存", "primary", icon_name="save", on_click=self.save)
        self.save_button.setToolTip("Ctrl+S")
        self.close_button = button("关闭", on_click=self.reject)

    def _put_together(self) -> None:
        sizes = tokens().sizes
        left = column(self.search, self.sources, row(self.add_button, None), gap=sizes.space_s)
        right = column(
            self.table, row(self.up_button, self.down_button, self.remove_button, None, self.fixed_button),
            gap=sizes.space_s,
        )  # fmt: skip
        halves = QHBoxLayout()
        halves.setSpacing(sizes.space_l)
        halves.addLayout(left, 3)
        halves.addLayout(right, 8)
        head = row(self.which, self.name, self.copy_from, self.propose_button, gap=sizes.space_m)
        head.setStretch(1, 1)
        words = label(
            "照平台那一页从上到下的顺序排；当事人各栏连着排在一起，有几个人就自动重复几遍。", "faint", wrap=True
        )
        lines = column(head, words, self.banners, gap=sizes.space_s, margin=sizes.space_l)
        lines.addLayout(halves, 1)
        lines.addWidget(self.panel)
        lines.addLayout(row(None, self.close_button, self.save_button))
        self.setLayout(lines)

    def _connect(self) -> None:
        self.which.activated.connect(self._on_which)
        self.copy_from.activated.connect(self._on_copy)
        self.name.textEdited.connect(lambda _: self._touched())
        self.search.textChanged.connect(lambda _: self._show_sources())
        self.search.returnPressed.connect(self.add_source)
        self.sources.chosen.connect(lambda _: self.add_source())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_step())
        self.table.chosen.connect(lambda _: self.panel.label_edit.setFocus())
        self.panel.changed.connect(self._on_step)
        for keys, act, where in (
            ("Ctrl+S", self.save, self),
            ("Alt+Up", lambda: self.move_step(-1), self),
            ("Alt+Down", lambda: self.move_step(1), self),
            ("Delete", self.remove_step, self.table),
        ):
            shortcut = QShortcut(QKeySequence(keys), where)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        for one in (self.up_button, self.down_button, self.remove_button, self.add_button):
            one.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    # -- content -------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the orders there are, and a record to look at: of the newest the one with most in it."""
        office, register = self._platforms.office, self._register
        self._orders = self._platforms.orders(self._platform, register)
        reader = office.reader
        newest = reader.page(register, reader.keys(Query(register))[:_LOOK_AT])
        found = [record for row in newest if (record := reader.get(register, row.id)) is not None]
        self._record = max(found, key=_fullness, default=None)
        self.which.clear()
        for one in self._orders:
            self.which.addItem(one.name)
        self.which.addItem("＋ 另排一页")
        self.copy_from.clear()
        self.copy_from.addItem("照着另一页排…")
        for one in self._others():
            self.copy_from.addItem(f"{self._title_of(one)} · {one.name}", one.id)
        self.copy_from.setVisible(self.copy_from.count() > 1)
        held = [one.id for one in self._orders]
        at = held.index(self.order.id) if self.order.id in held else 0
        self.which.setCurrentIndex(at)
        self._show_sources()
        self._on_which(at)

    def _others(self) -> list[TranscriptionOrder]:
        found = self._platforms.office.reader.all("transcription_order")
        return [one for one in found if isinstance(one, TranscriptionOrder) and one.for_register == self._register]

    def _title_of(self, order: TranscriptionOrder) -> str:
        return self._platforms.office.reader.titles("platform", [order.platform]).get(order.platform, "")

    def _new_order(self) -> TranscriptionOrder:
        return TranscriptionOrder(name="登记页", platform=self._platform.id, for_register=self._register)

    def _on_which(self, at: int) -> None:
        self.order = self._orders[at] if at < len(self._orders) else self._new_order()
        self.name.setText(self.order.name)
        steps = list(self.order.steps)
        if at >= len(self._orders) and not self._orders:
            steps = list(transcribing.proposal(self._platforms.office.registry, self._register))
        self._show_steps(steps, at=0)
        self._is_dirty = False

    def _on_copy(self, at: int) -> None:
        other = next((one for one in self._others() if one.id == self.copy_from.itemData(at)), None)
        self.copy_from.setCurrentIndex(0)
        if other is not None:
            self._show_steps(list(self._platforms.copied(other)), at=0)
            self._touched()

    def _show_sources(self) -> None:
        words = self.search.text().split()
        found = [one for one in self._sources if all(word in one.group + one.label for word in words)]
        self.sources.show_lines(found)

    def _show_steps(self, steps: Sequence[TranscriptionStep], *, at: int) -> None:
        self.steps = list(steps)
        seen = self._seen()
        self.table.show_lines([Line(n + 1, one, seen.get(one.id, "")) for n, one in enumerate(self.steps)])
        if self.steps:
            self.table.selectRow(min(max(0, at), len(self.steps) - 1))
        self._show_step()

    def _seen(self) -> dict[str, str]:
        """What the record to look at puts into each box: the first line's where lines repeat."""
        if self._record is None:
            return {}
        found: dict[str, str] = {}
        for one in self.steps:
            alone = self.order.model_copy(update={"steps": (one,)})
            boxes: list[Box] = self._platforms.preview(self._record, alone, self._platform)
            shown = [" ".join(box.shown.split()) for box in boxes]
            notes = [box.note for box in boxes if box.note]
            found[one.id] = "；".join(text for text in shown if text)[:80] + (f"（{notes[0]}）" if notes else "")
        return found

    def _at(self) -> int:
        return self.table.currentIndex().row()

    def _show_step(self) -> None:
        line = self.table.current_line()
        step = line.step if line else None
        registry = self._platforms.office.registry
        variants = transcribing.variants(registry, self._register, step.source) if step and step.form != FIXED else []
        self.panel.show_step(step, variants)

    # -- what the user does --------------------------------------------------------------------------------------

    def add_source(self) -> None:
        """Put the marked field of ours after the marked box."""
        source = self.sources.current_line()
        if source is not None:
            self._insert(transcribing.step_of(source))

    def add_fixed(self) -> None:
        """A box that is always filled with the same words."""
        self._insert(TranscriptionStep(label="固定文字", source=FIXED, what="固定文字", form=FIXED))
        self.panel.label_edit.setFocus()
        self.panel.label_edit.selectAll()

    def propose(self) -> None:
        """Begin again with the order of our own form."""
        self._show_steps(transcribing.proposal(self._platforms.office.registry, self._register), at=0)
        self._touched()

    def move_step(self, by: int) -> None:
        """Move the marked box up or down."""
        at, to = self._at(), self._at() + by
        if 0 <= at < len(self.steps) and 0 <= to < len(self.steps):
            steps = list(self.steps)
            steps.insert(to, steps.pop(at))
            self._show_steps(steps, at=to)
            self._touched()

    def remove_step(self) -> None:
        """Take the marked box away."""
        at = self._at()
        if 0 <= at < len(self.steps):
            gone, steps = self.steps[at], [one for one in self.steps if one is not self.steps[at]]
            self._show_steps(steps, at=at)
            self._touched()
            undo = ("放回", lambda: self._put_back(at, gone))
            self.banners.show_banner(Banner(f"去掉了“{gone.label}”", action=undo), key="removed")

    def _put_back(self, at: int, step: TranscriptionStep) -> None:
        self.banners.take_down("removed")
        steps = list(self.steps)
        steps.insert(at, step)
        self._show_steps(steps, at=at)

    def _insert(self, step: TranscriptionStep) -> None:
        steps, at = list(self.steps), self._at() + 1
        steps.insert(at, step)
        self._show_steps(steps, at=at)
        self._touched()

    def _on_step(self, step: TranscriptionStep) -> None:
        at = self._at()
        if not 0 <= at < len(self.steps):
            return
        has_moved = self.steps[at].source != step.source
        self.steps[at] = step
        self.table.source.lines[at] = Line(at + 1, step, self._seen().get(step.id, ""))
        self.table.source.layoutChanged.emit()
        if has_moved:
            self._show_step()
        self._touched()

    def _touched(self) -> None:
        self._is_dirty, self._was_warned = True, False

    def save(self) -> None:
        """Keep the order."""
        unnamed = next((at for at, one in enumerate(self.steps) if not one.label.strip()), None)
        if not self.name.text().strip() or unnamed is not None or not self.steps:
            what = "每一栏都要写平台栏名" if unnamed is not None else "这一页要有名称，并且至少排一栏"
            self.banners.show_error(UserError(what, "补上后再保存"))
            (self.name if unnamed is None else self.panel.label_edit).setFocus()
            if unnamed is not None:
                self.table.selectRow(unnamed)
            return
        order = self.order.model_copy(update={"name": self.name.text().strip()})
        steps, platforms = tuple(self.steps), self._platforms
        self.save_button.setEnabled(False)
        work.run(
            lambda: platforms.save_order(order, steps),
            then=lambda _: self._on_saved(order),
            failed=self._failed,
            owner=self,
        )

    def _on_saved(self, order: TranscriptionOrder) -> None:
        self.save_button.setEnabled(True)
        at = self._at()
        self.order, self._is_dirty = order, False
        self.refresh()
        self.table.selectRow(max(0, at))
        self.banners.show_banner(Banner("已保存，誊录时就按这个顺序", weight="ok"), key="saved")
        self.saved.emit()

    def _failed(self, error: AppError) -> None:
        self.save_button.setEnabled(True)
        self.banners.show_error(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field is the field's: Qt would press whichever button it holds for the usual one."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if not is_enter or isinstance(self.focusWidget(), QPushButton):
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Esc: what is not saved is said once before it goes."""
        if self._is_dirty and not self._was_warned:
            self._was_warned = True
            banner = Banner("改动还没有保存", "Ctrl+S 保存；再关一次就不要这些改动了", weight="warn")
            self.banners.show_banner(banner, key="unsaved")
            return
        super().reject()


def _fullness(record: Record) -> int:
    definition = record.definition
    lines = sum(len(getattr(record, child.name)) for child in definition.children)
    return 3 * lines + sum(getattr(record, spec.name) is not None for spec in definition.fields)
