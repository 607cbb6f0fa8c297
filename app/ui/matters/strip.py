"""The strip on a matter's form: its 事项码, who holds it, until when and by which law, and what may be done now."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.models import clock
from app.models.clock import show_moment
from app.models.register import Record
from app.models.registers.matter import Handover, called
from app.services import matters
from app.services.matters import Standing, Step
from app.services.office import Office
from app.ui import work
from app.ui.look import tokens
from app.ui.matters.acts import WORDS, MatterActs
from app.ui.matters.words import holder_words, left_words
from app.ui.widgets import button, elided, icon_button, label, row, set_tone


class MatterStrip(QFrame):
    """Follows one record; an act saves nothing of the form, it only asks about the matter as it is stored."""

    def __init__(self, office: Office, acts: MatterActs, form: QWidget) -> None:
        super().__init__()
        self.setObjectName("Card")
        self.setAccessibleName("事项")
        self._office, self._acts = office, acts
        self._standing: Standing | None = None
        sizes = tokens().sizes
        self.code = label("", "strong", copy=True)
        self.copy_button = icon_button("copy", "复制事项码", on_click=self._copy)
        self.copy_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.holder, self.due = elided("", "body"), elided("", "body")
        self.law, self.note = elided("", "small"), label("", "small", wrap=True)
        self.buttons: dict[Step, QPushButton] = {}
        for step, (words, _, keys) in WORDS.items():
            press = button(words, "small", on_click=partial(self.do, step))
            native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            press.setToolTip(f"{words.rstrip('…')}（{native}）" if keys else words)
            press.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab walks the fields; the acts have keys
            press.hide()
            self.buttons[step] = press
            if keys:
                QShortcut(QKeySequence(keys), form).activated.connect(partial(self.do, step))
        facts = row(self.code, self.copy_button, sizes.space_m, self.holder, sizes.space_l, self.due, None, gap=0)
        line = row(facts, *self.buttons.values())
        lines = QVBoxLayout(self)
        lines.setContentsMargins(sizes.space_m, sizes.space_xs, sizes.space_s, sizes.space_xs)
        lines.setSpacing(0)
        lines.addLayout(line)
        lines.addWidget(self.law)
        lines.addWidget(self.note)
        self.hide()

    def follow(self, record: Record | None) -> None:
        """Show where this matter stands; nothing for one that is not saved yet."""
        if record is None:
            self._standing = None
            self.hide()
            return
        office = self._office
        work.run(lambda: matters.standing(office, record), then=self.show_standing, owner=self)

    def show_standing(self, at: Standing) -> None:
        """Show it."""
        self._standing = at
        self.code.setText(at.code)
        self.holder.setText(f"承办：{holder_words(at.holder)}")
        set_tone(self.holder, "" if at.holder else "warn")
        words, tone = left_words(at.deadline, clock.today()) if at.is_open else ("已办结", "ok")
        self.due.setText(f"期限：{words}")
        set_tone(self.due, tone if tone in ("danger", "warn", "ok") else "")
        note = at.deadline.note if at.deadline else ""
        law = f"{at.period}：{at.law}" + (f"；{note}" if note else "")
        self.law.setText(law if at.is_open else "")
        self.law.setVisible(at.is_open)
        said = _said(at)
        self.note.setText(said)
        self.note.setVisible(bool(said))
        set_tone(self.note, "warn" if said else "")
        for step, press in self.buttons.items():
            press.setVisible(step in at.may)
        self.show()

    def do(self, step: Step) -> None:
        """Begin an act, where it may be done."""
        if self._standing is not None and step in self._standing.may:
            self._acts.do(step, self._standing)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.text())


def _said(at: Standing) -> str:
    """What waits, or why it came back."""
    if at.waiting is not None:
        return f"{_when(at.waiting.handed_at)} 交给{called(at.waiting.receiver)}，还没有接收" + _demand(at.waiting)
    if at.returned is not None:
        reason = at.returned.reason or "没有写明原因"
        return f"{_when(at.returned.answered_at)} {called(at.returned.receiver)}退回：{reason}"
    return ""


def _demand(waiting: Handover) -> str:
    return f"。要求：{waiting.demand}" if waiting.demand else ""


def _when(value: object) -> str:
    return show_moment(value) if isinstance(value, datetime) else ""
