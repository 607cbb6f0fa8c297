"""The form of any register: fields, lines, findings at their place, drafts, saving. Built from a declaration.

Knows no register and no rule; the office judges and stores. What two people wrote at once is merged or asked about,
never overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.errors import AppError, Finding, Level, UserError
from app.models.drafts import Draft
from app.models.policy import Act
from app.models.register import Definition, Line, Record
from app.ui import work
from app.ui.editors.base import Desk
from app.ui.editors.raw import Raw
from app.ui.registers import form_restoring, prefill
from app.ui.registers.collections import panel_for
from app.ui.registers.form_actions import FormAction
from app.ui.registers.form_drafts import DraftKeeper, Kept
from app.ui.registers.form_findings import FormFindings, Place
from app.ui.registers.form_merging import Merging
from app.ui.registers.form_page import FormPage
from app.ui.registers.form_saving import MovedError, store
from app.ui.registers.form_waiting import Waiting
from app.ui.registers.line_keys import ADD_KEY, LineKeys
from app.ui.registers.panel import FieldsPanel
from app.ui.registers.state import LineState, State, assemble, empty_state, rebase, state_of
from app.ui.widgets import Banner, EnterMoves, button

__all__ = ["FormAction", "RecordForm"]

Next = Callable[[], object]


class RecordForm(FormPage):
    """One record being written or read.

    ``saved`` carries the record as stored; ``closed`` asks the host to take the form away (content is kept as a draft);
    ``told`` carries a sentence for the window's toast; ``history_asked`` the record's id. ``rested`` carries the record
    as it is stored now, whenever the form comes to stand on it.
    """

    saved = Signal(object)
    closed = Signal()
    dirty_changed = Signal(bool)
    told = Signal(str)
    history_asked = Signal(str)
    rested = Signal(object)

    def __init__(
        self,
        definition: Definition,
        desk: Desk,
        record: Record | None,
        *,
        draft: Draft | None = None,
        actions: Sequence[FormAction] = (),
        typed: str = "",
    ) -> None:
        super().__init__()
        self.definition = definition
        self.desk = desk
        self.office = desk.office
        self.record = record
        self.base: State | None = None
        self.may_write = self.office.may(Act.WRITE, definition.name, record)
        self.findings = FormFindings(definition)
        self.merging = Merging(self)
        self.drafts = DraftKeeper(self, self.office, definition.name, self._to_keep)
        self._actions = tuple(actions)
        self._start = empty_state(definition)
        self._is_setting = self._is_saving = self._is_closing = self._was_dirty = False
        self.panel = FieldsPanel(definition, desk)
        self.lines = {child.name: panel_for(child, desk) for child in definition.children}
        self.waiting = Waiting(self.lines.values())
        self.put_together(list(self._act_buttons()), [self.panel, *self.lines.values()])
        self._connect()
        self._keys()
        self.begin(record)
        self._bring_drafts(draft)
        if typed and record is None:
            self.panel.put({definition.fields[0].name: typed})

    # ---- put together

    def _act_buttons(self) -> Iterator[QPushButton]:
        for action in self._actions:
            if not action.line:
                made = button(action.title, icon_name=action.icon, on_click=partial(self.act, action))
                made.setToolTip(QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText))
                yield made
            elif action.line in self.lines:
                small = button(action.title, "small", icon_name=action.icon, on_click=partial(self.act, action))
                self.lines[action.line].add_action(small)
                self.lines[action.line].chosen.connect(lambda _line, act=action: self.act(act))

    def _connect(self) -> None:
        self.panel.edited.connect(lambda name: self._on_edited((name,)))
        self.panel.left.connect(lambda _name: self._renew())
        self.panel.reasoned.connect(self._on_reasoned)
        for lines in self.lines.values():
            lines.edited.connect(self._on_edited)
            lines.left.connect(lambda _place: self._renew())
            lines.reasoned.connect(self._on_reasoned)
            lines.removed.connect(self._on_removed)
            lines.added.connect(self.bring_later)

    def _keys(self) -> None:
        for keys, act in (("Ctrl+S", self.save), ("Ctrl+N", self.save_and_new), ("Esc", self.request_close)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        for action in self._actions:
            if action.shortcut:
                QShortcut(QKeySequence(action.shortcut), self).activated.connect(partial(self.act, action))
        written = [lines for lines in self.lines.values() if not lines.is_fixed]
        for lines in written:
            LineKeys(self, lines.keys()).watch(lines.stops())
        if written:
            LineKeys(self, {ADD_KEY: written[0].add}).watch(self.panel.stops())
        self._enter = EnterMoves(self)
        self._enter.finished.connect(lambda: self.save_button.setFocus(Qt.FocusReason.TabFocusReason))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for first, second in pairwise(self._stops()):
            QWidget.setTabOrder(first, second)

    def _stops(self) -> Iterator[QWidget]:
        yield from self.panel.stops()
        for lines in self.lines.values():
            yield from lines.stops()
        yield from (self.save_button, self.next_button, self.close_button)

    # ---- content

    @property
    def record_id(self) -> str:
        """Id of the record, also before it is first saved."""
        return self._start.id if self.base is None else self.base.id

    @property
    def is_dirty(self) -> bool:
        """True when something stands here that is not saved."""
        return self.may_write and self.state() != (self.base or self._start)

    def state(self) -> State:
        """What stands in the editors."""
        held = {name: [one.copied() for one in lines.lines()] for name, lines in self.lines.items()}
        return State(self.record_id, self.panel.values(), held)

    def assembled(self) -> Record | None:
        """The record as it stands in the editors; None while something cannot be a record yet."""
        return assemble(self.definition, self.state())[0]

    def chosen_line(self, collection: str) -> Line | None:
        """The line marked in a collection, as it is stored; None when there is none."""
        line = self.lines[collection].current()
        held: Sequence[Line] = getattr(self.record, collection, ()) if self.record is not None else ()
        return next((one for one in held if line is not None and one.id == line.id), None)

    def begin(self, record: Record | None) -> None:
        """Show a stored record, or an empty form with what is known already."""
        self.findings.forget()
        self.merging.end()
        if record is not None:
            self.rest_on(record, state_of(record))
        else:
            self.record = self.base = None
            self._start = empty_state(self.definition)
            self._start.values |= prefill.at_the_start(self.definition, self.office)
            self.show_state(self._start)
        self._lock()

    def begin_as(self, state: State) -> None:
        """An empty form that holds what was typed into another one (a draft of a record never saved)."""
        self._start.id = state.id
        self.show_state(state)

    def rest_on(self, record: Record, state: State) -> None:
        """Take ``record`` as what is stored, and show ``state`` as what stands on it."""
        self.record, self.base = record, state_of(record)
        self.history_button.setEnabled(True)
        self.show_state(state)
        self.rested.emit(record)
        self._look_at_stored(record)

    def show_state(self, state: State) -> None:
        """Show other content; fields that hold it already keep their cursor."""
        self._is_setting = True
        self.panel.set_values(state.values)
        for name, lines in self.lines.items():
            lines.set_lines([one.copied() for one in state.lines.get(name, [])])
        self._is_setting = False
        self._renew()

    def put(self, place: Place, raw: Raw) -> None:
        """Write into one field, of the record or of a line."""
        state = self.state()
        if len(place) == 1:
            state.values[place[0]] = raw
        for line in state.lines.get(place[0], ()):
            if line.id == place[1]:
                line.values[place[2]] = raw
        self.show_state(state)

    def show_stored(self, stored: Record) -> None:
        """The record changed elsewhere (a paper was numbered, a colleague saved): follow it, my edits on top."""
        if self._is_saving or self.base is None or stored.id != self.record_id or state_of(stored) == self.base:
            return
        if self.is_dirty:
            self.merging.follow(stored)
        else:
            self.begin(stored)

    def _look_at_stored(self, record: Record) -> None:
        """Doubts the record has had before are shown, with the reason that it is left as it was."""
        base = self.base

        def known(found: list[Finding]) -> None:
            if base is not None and self.base is base:
                self.findings.told([one for one in found if one.level is Level.DOUBT], base, is_old=True)
                self._renew()

        work.run(partial(self.office.check, record), then=known, owner=self)

    def _lock(self) -> None:
        self.panel.set_read_only(read_only=not self.may_write)
        for lines in self.lines.values():
            lines.set_read_only(read_only=not self.may_write)
        for one in (self.save_button, self.next_button):
            one.setVisible(self.may_write)
        self.history_button.setEnabled(self.record is not None)

    # ---- what the user does

    def focus_first(self) -> None:
        """The cursor into the first field."""
        self.panel.focus_first()

    def show_history(self) -> None:
        """Ask the host for who changed this record."""
        self.history_asked.emit(self.record_id)

    def act(self, action: FormAction) -> None:
        """Carry out an act of the form; unsaved content is saved first where the act needs it."""
        if action.needs_saved and self.may_write and (self.is_dirty or self.record is None):
            self.save(partial(action.run, self))
        else:
            action.run(self)

    def _on_edited(self, place: Place) -> None:
        if not self._is_setting:
            self.findings.edited(place)
            self.drafts.touched()
            self.say_state()

    def _on_reasoned(self, sentence: str, reason: str) -> None:
        self.findings.reasons[sentence] = reason
        self.drafts.touched()
        self.say_state()

    def _on_removed(self, collection: str, at: int, line: LineState) -> None:
        lines = self.lines[collection]

        def undo() -> None:
            self.banners.take_down("removed")
            lines.put_back(at, line)
            self._renew()

        banner = Banner(f"已删除{lines.name_of(line)}", "保存后生效", action=("撤销", undo))
        self.banners.show_banner(banner, key="removed")
        self._renew()

    # ---- findings

    def _renew(self) -> None:
        """Judge the content as it stands, and show it."""
        if self._is_setting:
            return
        self.findings.renew(self.state())
        own = {place[0]: held for place, held in self.findings.at.items() if len(place) == 1}
        self.panel.show_findings(own, self.findings.reasons)
        for lines in self.lines.values():
            lines.show_findings(self.findings.at, self.findings.reasons)
        self.say_state()

    def complain(self, findings: Sequence[Finding], sentence: str) -> None:
        """Show what an act (printing, filing) still asks for, at its places; saving stays possible."""
        self.findings.demand(findings, self.state())
        self._renew()
        banner = Banner(sentence, "要补的地方已用红字标出，补好后保存再办", weight="warn")
        self.banners.show_banner(banner, key="demanded")
        self._go_to(self.findings.demanded_places())

    def go_to_open(self) -> None:
        """The cursor to the first place that needs something, brought into sight."""
        if self.merging.panel is not None and self.merging.left:
            self.merging.panel.take_focus()
        else:
            self._go_to(self.findings.open_places())

    def _go_to(self, places: Sequence[Place]) -> None:
        """To the first of these places in the order of the form."""
        names = [name for section in self.panel.sections for name in section.fields]
        rank = {name: at for at, name in enumerate([*names, *self.lines])}
        lines = {one.id: at for panel in self.lines.values() for at, one in enumerate(panel.lines())}
        ordered = sorted(places, key=lambda place: (rank.get(place[0], -1), lines.get("".join(place[1:2]), -1)))
        for place in ordered[:1]:
            panel = self.lines.get(place[0])
            self.bring_later(panel.focus_place(place) if panel else self.panel.focus_field(place[0]))

    # ---- saving

    def save(self, then: Next | None = None) -> None:
        """Save what stands here; ``then`` is called after that succeeded. Waits for files that are still coming in."""
        if self._is_saving or not self.may_write:
            return
        if self.waiting.hold(partial(self.save, then)):
            self.say_state()
            return
        self._settle()
        self.findings.tried()
        self._renew()
        state = self.state()
        record, _ = assemble(self.definition, state)
        if record is None or self.findings.open_places() or self.merging.left:
            self.go_to_open()
        elif state == self.base:
            self._done(then, "没有改动")
        else:
            self._set_saving(is_saving=True)
            base, reasons = self.base, self.findings.answers()
            work.run(
                lambda: store(self.office, record, base, reasons),
                then=lambda stored: self._on_stored(stored, state, then),
                failed=lambda error: self.on_refused(error, then),
                owner=self,
            )

    def save_and_new(self) -> None:
        """Save, then an empty form for the next one."""
        if self.record is None and not self.is_dirty:
            self.focus_first()
        else:
            self.save(self._start_next)

    def _start_next(self) -> None:
        self.banners.clear()
        self.begin(None)
        self.area.verticalScrollBar().setValue(0)
        self.focus_first()

    def _settle(self) -> None:
        """Let the field with the cursor finish what was typed, as if it were left."""
        cursor = QApplication.focusWidget()
        if cursor is not None and self.isAncestorOf(cursor):
            self.setFocus(Qt.FocusReason.TabFocusReason)
            cursor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_saving(self, *, is_saving: bool) -> None:
        self._is_saving = is_saving
        for one in (self.save_button, self.next_button):
            one.setEnabled(not is_saving)
        self.say_state()

    def _on_stored(self, stored: Record, sent: State, then: Next | None) -> None:
        typed_since = rebase(sent, self.state(), state_of(stored)).state
        self._set_saving(is_saving=False)
        self.findings.forget()
        self.merging.end()
        self.banners.clear()
        self.rest_on(stored, typed_since)
        if self.is_dirty:
            self.drafts.touched()
        else:
            self.drafts.drop()
        self.saved.emit(stored)
        self._done(then, f"已保存：{stored.spoken_title(self.office.reader)}")

    def _done(self, then: Next | None, sentence: str) -> None:
        self.told.emit(sentence)
        if then is not None:
            then()
        if self._is_closing:
            self.request_close()

    def on_refused(self, error: AppError, then: Next | None) -> None:
        """A save was refused: say it where it belongs; everything stays in the editors."""
        self._set_saving(is_saving=False)
        self._is_closing = False
        if isinstance(error, MovedError):
            self.merging.on_moved(error, then)
        elif isinstance(error, UserError) and error.findings:
            self.findings.told(error.findings, self.state())
            self._renew()
            self.go_to_open()
        else:
            self.banners.show_banner(Banner.from_error(error), key="refused")
            self.drafts.keep()

    # ---- drafts and leaving

    def keep_draft(self) -> bool:
        """Write what is not saved as a draft now; True when there was something."""
        return self.drafts.keep()

    def restore(self, draft: Draft) -> None:
        """Put back what stood in the editors; what was changed in the record since is merged or asked about."""
        form_restoring.restore(self, draft)

    def request_close(self) -> None:
        """Leave: what is not saved stays as a draft, and that is said. Waits for what is under way."""
        self._is_closing = self._is_saving
        if self._is_saving or self.waiting.hold(self.request_close):
            return
        self._settle()
        if self.keep_draft():
            self.told.emit("没保存的内容已留作草稿，下次打开时可以接着填")
        self.closed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.drafts.is_waiting:
            self.drafts.keep()

    def _to_keep(self) -> Kept | None:
        return Kept(self.state(), self.base, dict(self.findings.reasons)) if self.is_dirty else None

    def _bring_drafts(self, draft: Draft | None) -> None:
        if self.may_write and draft is not None:
            self.restore(draft)
        elif self.may_write and self.record is not None:
            form_restoring.offer(self)

    # ---- words

    def say_state(self) -> None:
        """Title, what is open, whether something is not saved yet."""
        label, record = self.definition.label, self.record
        self.header.title.setText(record.spoken_title(self.office.reader) if record is not None else f"新增{label}")
        facts = (label, record.subtitle()) if record is not None else ()
        self.header.set_subtitle("　".join(one for one in facts if one))
        open_ones = len(self.findings.open_places()) + self.merging.left
        self.open_button.setText(f"有 {open_ones} 处需要处理")
        self.open_button.setVisible(bool(open_ones))
        dirty = self.is_dirty
        is_saving = self._is_saving or self.waiting.is_holding
        words = "正在保存…" if is_saving else "有改动，还没有保存" if dirty else ""
        self.state_words.setText(words if self.may_write else "您的账号只能查看")
        if dirty != self._was_dirty:
            self._was_dirty = dirty
            self.dirty_changed.emit(dirty)
