"""Filling a form as a clerk does: Enter from field to field, typing where there is something to type.

What is to be typed is given by the labels on the screen, so a form that loses a field, or a cursor that goes astray, is
noticed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtWidgets import QApplication, QCheckBox, QPlainTextEdit, QWidget

from app.ui.editors.suggest import SuggestBox
from app.ui.registers.collection_panel import CollectionPanel
from app.ui.registers.desk import RegisterHost
from app.ui.registers.record_form import RecordForm
from demo.eyes import until, until_quiet
from demo.hands import Hands, focused
from demo.promises import BrokenPromiseError, promised

_MOST_STOPS = 250

Texts = Mapping[str, str]


@dataclass
class Sheet:
    """What a clerk has before them on paper: texts by label, and lines by the label of their collection."""

    fields: Texts
    lines: Mapping[str, Sequence[Texts]] = field(default_factory=dict)


class _Rest:
    """What is still to be typed."""

    def __init__(self, sheet: Sheet) -> None:
        self.fields = dict(sheet.fields)
        self.lines = {label: [dict(line) for line in lines] for label, lines in sheet.lines.items()}
        self.line: dict[str, str] = {}

    @property
    def is_done(self) -> bool:
        return not self.fields and not self.line and not any(self.lines.values())

    def next_line(self, collection: str) -> bool:
        """Begin the next line of a collection, if there is one."""
        if not self.lines.get(collection):
            return False
        self.line = self.lines[collection].pop(0)
        return True

    def text(self, collection: str, label: str) -> str | None:
        """What belongs into this field, once."""
        return (self.line if collection else self.fields).pop(label, None)

    def words(self) -> str:
        """What nobody found a field for."""
        return "、".join([*self.fields, *self.line, *(label for label, lines in self.lines.items() if lines)])


def new_form(host: RegisterHost) -> RecordForm:
    """The empty form in front, waited for, the cursor in it."""
    found: list[RecordForm] = []

    def is_there() -> bool:
        form = host.form
        has_cursor = form is not None and form.isAncestorOf(QApplication.focusWidget() or host)
        found[:] = [form] if form is not None and form.record is None and has_cursor else []
        return bool(found)

    until(is_there, "空白表单，光标在里面")
    return found[0]


def close(hands: Hands, host: RegisterHost) -> None:
    """Esc: back to the list."""
    hands.press("Esc")
    until(lambda: host.form is None, "表单关闭")


def fill(hands: Hands, sheet: Sheet) -> None:
    """From the field the cursor is in through the form, until everything on the sheet is typed."""
    rest = _Rest(sheet)
    for _ in range(_MOST_STOPS):
        if rest.is_done:
            return
        stop = focused()
        panel = _panel(stop)
        collection = panel.child.label if panel else ""
        if panel is not None and stop is panel.add_button:
            promised(not rest.line, f"“{collection}”里没有这些栏目：{'、'.join(rest.line)}")
            hands.press("Enter" if rest.next_line(collection) else "Tab")
            continue
        text = rest.text(collection, stop.accessibleName())
        if text is not None:
            _type(hands, stop, text)
        if not rest.is_done:
            hands.press("Ctrl+Return" if isinstance(stop, QPlainTextEdit) else "Enter")
    raise BrokenPromiseError(f"表单里走了 {_MOST_STOPS} 步，没有找到：{rest.words()}")


def _type(hands: Hands, stop: QWidget, text: str) -> None:
    """Type into a field; in one that offers, something must be offered; a box for yes is ticked."""
    if isinstance(stop, QCheckBox):
        if stop.isChecked() != (text == "是"):
            hands.press("Space")
        return
    if not isinstance(stop, QPlainTextEdit):
        hands.press("Ctrl+A")
    hands.type(text)
    until_quiet()
    if isinstance(stop, SuggestBox):
        promised(stop.marked(), f"“{stop.accessibleName()}”里输入“{text}”应有可选项")


def _panel(stop: QWidget) -> CollectionPanel | None:
    """The collection a field stands in."""
    parent: QWidget | None = stop
    while parent is not None:
        if isinstance(parent, CollectionPanel):
            return parent
        parent = parent.parentWidget()
    return None
