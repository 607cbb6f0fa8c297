"""The form of any register: header, fields, lines, findings at their fields, drafts, saving. Built from a declaration.

Knows no register and no rule; the office judges and stores. What two people wrote at once is merged or asked about,
never overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import cast

from PySide6.QtCore import QKeyCombination, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.errors import AppError, Finding, UserError
from app.models import clock
from app.models.drafts import Draft
from app.models.findings import place as words_of
from app.models.policy import Act
from app.models.register import Definition, Line, Record, new_id
from app.ui import work
from app.ui.editors.base import Desk
from app.ui.editors.raw import Raw, shown
from app.ui.look import tokens
from app.ui.registers import prefill
from app.ui.registers.clash_panel import Clash, ClashPanel
from app.ui.registers.form_actions import FormAction
from app.ui.registers.form_drafts import DraftKeeper, Kept, kept_in, refused_values
from app.ui.registers.form_findings import FormFindings, Place, place_of
from app.ui.registers.form_saving import Author, MovedError, author_of, store
from app.ui.registers.lines_panel import LineKeys, LinesPanel
from app.ui.registers.panel import FieldsPanel
from app.ui.registers.state import LineState, Path, Rebased, State, assemble, empty_state, rebase, state_of
from app.ui.spoken import moment
from app.ui.widgets import (
    Banner,
    BannerArea,
    EnterMoves,
    PageHeader,
    ScrollPage,
    button,
    column,
    elided,
    icon_button,
    row,
    rule,
)
from app.ui.widgets.banner import Action

__all__ = ["FormAction", "RecordForm"]

WIDEST_EM = 84
ADD_KEY = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Insert).toCombined()
REMOVE_KEY = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Delete).toCombined()
UP_KEY = QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Up).toCombined()
DOWN_KEY = QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Down).toCombined()

Next = Callable[[], object]


class RecordForm(QWidget):
    """One record being written or read.

    ``saved`` carries the record as stored; ``closed`` asks the host to take the form away (content is kept as a draft);
    ``told`` carries a sentence for the window's toast; ``history_asked`` the record's id.
    """

    saved = Signal(object)
    closed = Signal()
    dirty_changed = Signal(bool)
    told = Signal(str)
    history_asked = Signal(str)

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
        self.findings = FormFindings(definition)
        self.may_write = self.office.may(Act.WRITE, definition.name, record)
        self._actions = tuple(actions)
        self._base: State | None = None
        self._start = empty_state(definition)
        self._is_setting = False
        self._is_saving = False
        self._is_closing = False
        self._was_dirty = False
        self._clashes: ClashPanel | None = None
        self.panel = FieldsPanel(definition, desk)
        self.lines = {child.name: LinesPanel(child, desk) for child in definition.children}
        self._drafts = DraftKeeper(self, self.office, definition.name, self._to_keep)
        self._make_parts()
        self._put_together()
        self._connect()
        self._begin(record)
        self._offer_draft(draft)
        if typed and record is None:
            self.panel.put({definition.fields[0].name: typed})
        self._say_state()

    # ---- parts

    def _make_parts(self) -> None:
        self.back_button = icon_button("arrow-left", "返回（Esc）", on_click=self.request_close)
        self.back_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        buttons = [self._button_of(one) for one in self._actions if not one.line]
        self.history_button = button("历史", icon_name="history", on_click=self._on_history)
        self.header = PageHeader("", " ", *buttons, self.history_button)
        for made in (*buttons, self.history_button):
            made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for one in self._actions:
            if one.line in self.lines:
                self._add_line_action(self.lines[one.line], one)
        self.banners = BannerArea()
        self.state_words = elided("", "faint")
        self.open_button = button("", "link", icon_name="triangle-alert", on_click=self.go_to_open)
        self.open_button.hide()
        self.save_button = button("保存", "primary", icon_name="save", on_click=self.save)
        self.save_button.setToolTip("Ctrl+S")
        self.next_button = button("保存并新增", on_click=self.save_and_new)
        self.next_button.setToolTip("Ctrl+N")
        self.close_button = button("关闭", on_click=self.request_close)
        self.close_button.setToolTip("Esc，没保存的内容会留作草稿")

    def _button_of(self, action: FormAction) -> QPushButton:
        made = button(action.title, icon_name=action.icon, on_click=partial(self.act, action))
        if action.shortcut:
            made.setToolTip(QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText))
        return made

    def _add_line_action(self, lines: LinesPanel, action: FormAction) -> None:
        made = button(action.title, "small", icon_name=action.icon, on_click=partial(self.act, action))
        lines.add_action(made)
        lines.chosen.connect(lambda _line: self.act(action))

    def _put_together(self) -> None:
        sizes = tokens().sizes
        side = sizes.space_xl
        head = row(self.back_button, gap=sizes.space_s)
        head.addWidget(self.header, 1)
        head.setContentsMargins(side - sizes.space_s, sizes.space_m, side, sizes.space_s)
        bars = column(self.banners)
        bars.setContentsMargins(side, 0, side, 0)
        self._bars = bars
        body = QWidget()
        body.setMaximumWidth(sizes.em * WIDEST_EM)
        inside = column(self.panel, *self.lines.values(), gap=sizes.space_l)
        body.setLayout(inside)
        ground = QHBoxLayout()
        ground.setContentsMargins(side, sizes.space_xs, side, sizes.space_l)
        ground.addWidget(body, 1)
        ground.addStretch(0)
        whole = QVBoxLayout()
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(ground)
        whole.addStretch(1)
        self.area = ScrollPage(whole)
        foot = row(self.open_button, self.state_words, None, self.close_button, self.next_button, self.save_button)
        foot.setContentsMargins(side, sizes.space_s, side, sizes.space_s)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(head)
        page.addLayout(bars)
        page.addWidget(self.area, 1)
        page.addWidget(rule())
        page.addLayout(foot)

    def _connect(self) -> None:
        self.panel.edited.connect(lambda name: self._on_edited((name,)))
        self.panel.left.connect(lambda _name: self._renew())
        self.panel.reasoned.connect(self._on_reasoned)
        for lines in self.lines.values():
            lines.edited.connect(self._on_edited)
            lines.left.connect(lambda _place: self._renew())
            lines.reasoned.connect(self._on_reasoned)
            lines.removed.connect(self._on_removed)
            lines.added.connect(partial(self._bring_later, lines.frame))
        self._keys()
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._on_cursor)
        self._enter = EnterMoves(self)
        self._enter.finished.connect(lambda: self.save_button.setFocus(Qt.FocusReason.TabFocusReason))

    def _keys(self) -> None:
        for keys, act in (("Ctrl+S", self.save), ("Ctrl+N", self.save_and_new), ("Esc", self.request_close)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        for action in self._actions:
            if action.shortcut:
                QShortcut(QKeySequence(action.shortcut), self).activated.connect(partial(self.act, action))
        written = [lines for lines in self.lines.values() if not lines.is_fixed]
        for lines in written:
            acts: dict[int, Next] = {
                ADD_KEY: lines.add,
                REMOVE_KEY: lines.remove,
                UP_KEY: partial(lines.move_line, -1),
                DOWN_KEY: partial(lines.move_line, 1),
            }
            LineKeys(self, acts).watch(lines.stops())
        if written:
            LineKeys(self, {ADD_KEY: written[0].add}).watch(self.panel.stops())

    # ---- content

    @property
    def record_id(self) -> str:
        """Id of the record, also before it is first saved."""
        return self._start.id if self._base is None else self._base.id

    def state(self) -> State:
        """What stands in the editors."""
        held = {
            name: [LineState(one.id, one.position, dict(one.values)) for one in lines.lines()]
            for name, lines in self.lines.items()
        }
        return State(self.record_id, self.panel.values(), held)

    def assembled(self) -> Record | None:
        """The record as it stands in the editors; None while something cannot be a record yet."""
        return assemble(self.definition, self.state())[0]

    @property
    def is_dirty(self) -> bool:
        """True when something stands here that is not saved."""
        return self.may_write and self.state() != (self._base or self._start)

    def chosen_line(self, collection: str) -> Line | None:
        """The line marked in a collection, as it is stored; None when there is none."""
        line = self.lines[collection].current()
        held: Sequence[Line] = getattr(self.record, collection, ()) if self.record is not None else ()
        return next((one for one in held if line is not None and one.id == line.id), None)

    def _begin(self, record: Record | None) -> None:
        """Show a stored record, or an empty form with what is known already."""
        self.record = record
        self._base = state_of(record) if record is not None else None
        if record is None:
            self._start = empty_state(self.definition)
            self._start.values |= prefill.at_the_start(self.definition, self.office)
        self.findings.forget()
        self._set_state(self._base or self._start)
        self._renew()
        self._lock()
        if record is not None:
            self._look_at_stored(record)

    def _look_at_stored(self, record: Record) -> None:
        """Doubts the record has had before are shown, with the reason that it is left as it was."""
        base = self._base

        def known(found: list[Finding]) -> None:
            if self._base is base and base is not None:
                self.findings.told([one for one in found if one.level.value == "doubt"], base, is_old=True)
                self._renew()

        work.run(partial(self.office.check, record), then=known, owner=self)

    def _set_state(self, state: State) -> None:
        self._is_setting = True
        self.panel.set_values(state.values)
        for name, lines in self.lines.items():
            held = state.lines.get(name, [])
            lines.set_lines([LineState(one.id, one.position, dict(one.values)) for one in held])
        self._is_setting = False

    def _lock(self) -> None:
        self.panel.set_read_only(read_only=not self.may_write)
        for lines in self.lines.values():
            lines.set_read_only(read_only=not self.may_write)
        for one in (self.save_button, self.next_button):
            one.setVisible(self.may_write)
        self.history_button.setEnabled(self.record is not None)

    # ---- what the user does

    def _on_edited(self, place: Place) -> None:
        if self._is_setting:
            return
        self.findings.edited(place)
        self._drafts.touched()
        self._say_state()

    def _on_reasoned(self, sentence: str, reason: str) -> None:
        self.findings.reasons[sentence] = reason
        self._drafts.touched()
        self._say_state()

    def _on_removed(self, collection: str, at: int, line: LineState) -> None:
        lines = self.lines[collection]

        def undo() -> None:
            lines.put_back(at, line)
            self.banners.take_down("removed")

        banner = Banner(f"已删除一条{lines.child.label}", "保存后生效", action=("撤销", undo))
        self.banners.show_banner(banner, key="removed")
        self._renew()

    def _on_history(self) -> None:
        self.history_asked.emit(self.record_id)

    def act(self, action: FormAction) -> None:
        """Carry out an act of the form; unsaved content is saved first where the act needs it."""
        if action.needs_saved and (self.is_dirty or self.record is None):
            self.save(partial(action.run, self))
        else:
            action.run(self)

    # ---- findings

    def _renew(self) -> None:
        """Judge again and show it."""
        if self._is_setting:
            return
        self.findings.renew(self.state())
        self._show_findings()

    def _show_findings(self) -> None:
        own = {place[0]: held for place, held in self.findings.at.items() if len(place) == 1}
        self.panel.show_findings(own, self.findings.reasons)
        for lines in self.lines.values():
            lines.show_findings(self.findings.at, self.findings.reasons)
        self._say_state()

    def complain(self, findings: Sequence[Finding], sentence: str) -> None:
        """Show what an act (printing, filing) still asks for, at its places; saving stays possible."""
        self.findings.demand(findings, self.state())
        self._renew()
        banner = Banner(sentence, "要补的地方已用红字标出，补好后保存再办", weight="warn")
        self.banners.show_banner(banner, key="demanded")
        self._go_to(self._in_order(self.findings.demanded_places()))

    def open_places(self) -> list[Place]:
        """What still stops a save, in the order of the form."""
        return self._in_order(self.findings.open_places())

    def go_to_open(self) -> None:
        """The cursor to the first place that needs something, brought into sight."""
        if self._clashes is not None and not self._clashes.is_done:
            self._clashes.take_focus()
        else:
            self._go_to(self.open_places())

    def _in_order(self, places: Sequence[Place]) -> list[Place]:
        names = [name for section in self.panel.sections for name in section.fields]
        rank = {name: at for at, name in enumerate([*names, *self.lines])}
        lines = {one.id: at for panel in self.lines.values() for at, one in enumerate(panel.lines())}
        return sorted(places, key=lambda place: (rank.get(place[0], -1), lines.get("".join(place[1:2]), -1)))

    def _go_to(self, places: Sequence[Place]) -> None:
        for place in places[:1]:
            panel = self.lines.get(place[0])
            self._bring_later(panel.focus_place(place) if panel else self.panel.focus_field(place[0]))

    def _on_cursor(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self.area.isAncestorOf(new):
            self._bring_later(new)

    def _bring_later(self, widget: QWidget | None) -> None:
        """Bring into sight what the cursor went to, once it has its place."""
        if widget is not None:
            QTimer.singleShot(0, widget, lambda: self._bring(widget))

    def _bring(self, widget: QWidget) -> None:
        if widget.isVisible():
            self.area.ensureWidgetVisible(widget, 0, tokens().sizes.space_l)

    # ---- saving

    def save(self, then: Next | None = None) -> None:
        """Save what stands here; ``then`` is called after that succeeded."""
        if self._is_saving or not self.may_write:
            return
        self._settle()
        self.findings.tried()
        self._renew()
        state = self.state()
        record, _ = assemble(self.definition, state)
        if record is None or self.open_places() or (self._clashes is not None and not self._clashes.is_done):
            self.go_to_open()
            return
        if self._base is not None and state == self._base:
            self._done(then, "没有改动")
            return
        self._set_saving(is_saving=True)
        base, reasons = self._base, self.findings.answers()
        work.run(
            lambda: store(self.office, record, base, reasons),
            then=lambda stored: self._on_stored(stored, state, then),
            failed=lambda error: self._on_refused(error, then),
            owner=self,
        )

    def save_and_new(self) -> None:
        """Save, then an empty form for the next one."""
        if not self.may_write:
            return
        if self.record is None and not self.is_dirty:
            self.focus_first()
            return
        self.save(self.start_new)

    def start_new(self) -> None:
        """An empty form."""
        self._drafts.keep()
        self._drafts.draft_id = None
        self.banners.clear()
        self._begin(None)
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
        self._say_state()

    def _on_stored(self, stored: Record, sent: State, then: Next | None) -> None:
        now = state_of(stored)
        after = rebase(sent, self.state(), now).state
        self.record, self._base = stored, now
        self.findings.forget()
        self._end_clashes()
        self._set_saving(is_saving=False)
        self.banners.clear()
        self._set_state(after)
        self.history_button.setEnabled(True)
        self._renew()
        if self.is_dirty:
            self._drafts.touched()
        else:
            self._drafts.drop()
        self._look_at_stored(stored)
        self.saved.emit(stored)
        self._done(then, f"已保存：{stored.title()}")
        if self._is_closing:
            self.request_close()

    def _done(self, then: Next | None, sentence: str) -> None:
        self._say_state()
        self.told.emit(sentence)
        if then is not None:
            then()

    def _on_refused(self, error: AppError, then: Next | None) -> None:
        self._set_saving(is_saving=False)
        self._is_closing = False
        if isinstance(error, MovedError):
            self._on_moved(error, then)
        elif isinstance(error, UserError) and error.findings:
            self.findings.told(error.findings, self.state())
            self._renew()
            self.go_to_open()
        else:
            self.banners.show_banner(Banner.from_error(error), key="refused")
            self._drafts.keep()

    # ---- two at once

    def show_stored(self, stored: Record) -> None:
        """The record changed elsewhere (a paper was numbered, a colleague saved): follow it, my edits on top.

        Where both sides wrote, nothing moves until saving asks.
        """
        now = state_of(stored)
        if self._is_saving or self._base is None or stored.id != self.record_id or now == self._base:
            return
        mine = self.state()
        if mine == self._base:
            self._begin(stored)
            return
        rebased = rebase(self._base, mine, now)
        if rebased.clashes or rebased.came_back:
            banner = Banner("这条记录刚在别处改过，有的地方与您填的不一样", "保存时会请您逐项选择")
            self.banners.show_banner(banner, key="moved")
        else:
            self._take(stored, rebased, None)

    def _on_moved(self, moved: MovedError, then: Next | None) -> None:
        if moved.current is None:
            self._on_deleted(then)
            return
        mine = self.state()
        rebased = rebase(self._base or mine, mine, state_of(moved.current))
        self._take(moved.current, rebased, moved.author)
        if not rebased.clashes and not rebased.came_back:
            self.save(then)

    def _take(self, current: Record, rebased: Rebased, author: Author | None) -> None:
        """Go on from what is stored now, with my edits on top; ask where both sides wrote."""
        self.record, self._base = current, state_of(current)
        self.banners.take_down("removed")
        self._set_state(rebased.state)
        self._renew()
        who = _who(author)
        if rebased.clashes:
            self._ask(who, rebased)
            return
        banner = Banner(f"{who}，已并入本页", "您填的内容都在", weight="info")
        if rebased.came_back:
            banner = Banner(
                f"{who}：您删除的 {rebased.came_back} 条又有新内容，已放回", "请看过后再保存", weight="warn"
            )
        self.banners.show_banner(banner, key="moved")

    def _ask(self, who: str, rebased: Rebased) -> None:
        self._end_clashes()
        base = self._base
        assert base is not None  # noqa: S101 - only a stored record can have moved
        clashes = [self._clash(path, rebased.state, base) for path in rebased.clashes]
        self._clashes = ClashPanel(who, clashes)
        self._clashes.decided.connect(self._on_decided)
        self._bars.addWidget(self._clashes)
        self._say_state()
        self._clashes.take_focus()

    def _clash(self, path: Path, mine: State, theirs: State) -> Clash:
        place = place_of(path, mine)
        where = words_of(self.definition, path)
        if len(place) == 1:
            spec = self.definition.by_name[place[0]]
            ours, other = mine.values.get(place[0]), theirs.values.get(place[0])
        else:
            spec = self.definition.child(place[0]).line.definition.by_name[place[2]]
            ours, other = (_line_value(state, place) for state in (mine, theirs))
        reader = self.office.reader

        def words(raw: Raw) -> str:
            return reader.show(spec, raw) if spec.target else shown(spec.kind, raw)

        return Clash(place, where, words(ours), words(other), other)

    def _on_decided(self, clash: Clash, mine_stays: bool) -> None:
        if not mine_stays:
            self._put(clash.place, clash.their_raw)
        self._drafts.touched()
        self._renew()

    def _put(self, place: Place, raw: Raw) -> None:
        state = self.state()
        if len(place) == 1:
            state.values[place[0]] = raw
        else:
            for line in state.lines[place[0]]:
                if line.id == place[1]:
                    line.values[place[2]] = raw
        self._set_state(state)

    def _end_clashes(self) -> None:
        if self._clashes is not None:
            self._bars.removeWidget(self._clashes)
            self._clashes.hide()
            self._clashes.deleteLater()
            self._clashes = None

    def _on_deleted(self, then: Next | None) -> None:
        def bring_back() -> None:
            self.banners.take_down("deleted")
            work.run(
                lambda: self.office.restore(self.definition.name, self.record_id, reason="保存时恢复"),
                then=lambda _: self.save(then),
                failed=lambda error: self._on_refused(error, then),
                owner=self,
            )

        can = self.office.may(Act.DELETE, self.definition.name)
        action: Action | None = ("恢复并保存", bring_back) if can else None
        banner = Banner("这条记录刚被删除", "您填的内容还在，已留作草稿", weight="warn", action=action)
        self.banners.show_banner(banner, key="deleted")
        self._drafts.keep()

    # ---- drafts

    def _to_keep(self) -> Kept | None:
        return Kept(self.state(), self._base, dict(self.findings.reasons)) if self.is_dirty else None

    def keep_draft(self) -> bool:
        """Write what is not saved as a draft now; True when there was something."""
        return self._drafts.keep()

    def _offer_draft(self, draft: Draft | None) -> None:
        if not self.may_write:
            return
        if draft is not None:
            self.restore(draft)
        elif self.record is not None:
            mine = (one for one in self.office.drafts() if one.record_id == self.record_id and not one.note)
            found = next(mine, None)
            if found is not None:
                self._ask_for(found)

    def _ask_for(self, draft: Draft) -> None:
        def go_on() -> None:
            self.banners.take_down("draft")
            self.restore(draft)

        banner = Banner(
            f"这条记录有{_when(draft)}没保存的内容",
            "不接着填的话可以丢弃",
            action=("接着上次没保存的内容", go_on),
            closable=False,
        )
        self._add_drop(banner, draft.id)
        self.banners.show_banner(banner, key="draft")

    def _add_drop(self, banner: Banner, draft_id: str) -> None:
        def drop() -> None:
            self.banners.take_down("draft")
            self.office.drop_draft(draft_id)
            if self._drafts.draft_id == draft_id:
                self._drafts.draft_id = None
                self._drafts.drop()
                self._begin(self.record)

        layout = banner.layout()
        assert layout is not None  # noqa: S101 - a banner has its line
        layout.addWidget(button("丢弃", "small", on_click=drop))

    def restore(self, draft: Draft) -> None:
        """Put back what stood in the editors; what was changed in the record since is merged or asked about."""
        kept = kept_in(draft)
        if kept is None:
            self._restore_refused(draft)
            return
        self._drafts.draft_id = draft.id
        self.findings.reasons |= kept.reasons
        if self.record is None or self._base is None:
            self._start.id = kept.mine.id
            self._set_state(self._fitting(kept.mine))
        else:
            base = kept.base or self._base
            rebased = rebase(self._fitting(base), self._fitting(kept.mine), self._base)
            if base == self._base:
                self._set_state(rebased.state)
            else:
                self._take(self.record, rebased, author_of(self.office, self.record_id))
        self._renew()
        if not self.is_dirty:
            self._drafts.drop()
            return
        banner = Banner(f"这是{_when(draft)}没保存的内容", "核对后请保存", closable=True)
        self._add_drop(banner, draft.id)
        self.banners.show_banner(banner, key="draft")
        self._say_state()

    def _restore_refused(self, draft: Draft) -> None:
        self._drafts.draft_id = draft.id
        if draft.register == self.definition.name:
            self.panel.put(refused_values(self.definition, draft.content))
        banner = Banner(f"县里退回了这处改动：{draft.note}", "改好后保存，即重新上报", weight="warn")
        self.banners.show_banner(banner, key="draft")

    def _fitting(self, state: State) -> State:
        """A state with exactly the fields of this program's declaration (a draft may come from an older one)."""
        whole = empty_state(self.definition)
        values = {name: state.values.get(name, default) for name, default in whole.values.items()}
        return State(state.id or new_id(), values, {name: state.lines.get(name, []) for name in whole.lines})

    def request_close(self) -> None:
        """Leave: what is not saved stays as a draft, and that is said."""
        if self._is_saving:
            self._is_closing = True
            return
        self._settle()
        if self.keep_draft():
            self.told.emit("没保存的内容已留作草稿，下次打开时可以接着填")
        self.closed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._drafts.is_waiting:
            self._drafts.keep()

    # ---- keyboard and words

    def focus_first(self) -> None:
        """The cursor into the first field."""
        self.panel.focus_first()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._order_tabs()

    def _order_tabs(self) -> None:
        for first, second in pairwise(self._stops()):
            QWidget.setTabOrder(first, second)

    def _stops(self) -> Iterator[QWidget]:
        yield from self.panel.stops()
        for lines in self.lines.values():
            yield from lines.stops()
        yield from (self.save_button, self.next_button, self.close_button)

    def _say_state(self) -> None:
        label = self.definition.label
        self.header.title.setText(self.record.title() if self.record is not None else f"新增{label}")
        facts = self.record.subtitle() if self.record is not None else ""
        self.header.set_subtitle("　".join(one for one in (label if self.record is not None else "", facts) if one))
        open_ones = len(self.open_places()) + (self._clashes is not None and not self._clashes.is_done)
        self.open_button.setText(f"有 {open_ones} 处需要处理")
        self.open_button.setVisible(bool(open_ones))
        dirty = self.is_dirty
        words = "正在保存…" if self._is_saving else "有改动，还没有保存" if dirty else ""
        self.state_words.setText("" if self.may_write else "您的账号只能查看")
        if self.may_write:
            self.state_words.setText(words)
        if dirty != self._was_dirty:
            self._was_dirty = dirty
            self.dirty_changed.emit(dirty)


def _line_value(state: State, place: Place) -> Raw:
    line = next((one for one in state.lines[place[0]] if one.id == place[1]), None)
    return line.values.get(place[2]) if line is not None else None


def _who(author: Author | None) -> str:
    if author is None:
        return "这条记录刚在别处改过"
    when = moment(datetime.fromisoformat(author.at), clock.now())
    return f"{author.name} {when} 改过这条记录"


def _when(draft: Draft) -> str:
    return moment(datetime.fromisoformat(draft.saved_at), clock.now()) if draft.saved_at else "上次"
