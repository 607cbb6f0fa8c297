"""The words of one attachment: its name, kind, day and remark, below the tiles while they are being edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from app.errors import Finding
from app.models.register import Definition, Section
from app.ui.editors.base import Desk
from app.ui.look import tokens
from app.ui.registers.panel import FieldsPanel
from app.ui.registers.state import Values
from app.ui.widgets import button, column, label, row


class Details(QFrame):
    """``panel`` holds the fields people write; what a file says of itself is not among them. ``done`` closes it."""

    done = Signal()

    def __init__(self, definition: Definition, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("LineFrame")
        sizes = tokens().sizes
        self.panel = FieldsPanel(_written(definition), desk, with_headings=False)
        self.heading = label("", "strong")
        self.done_button = button("完成", "small", on_click=self.done.emit)
        self.done_button.setToolTip("改好的内容随记录一起保存")
        self.done_button.setProperty("enterField", "press")
        head = row(self.heading, None, self.done_button, gap=sizes.space_xs)
        inside = column(head, self.panel, gap=sizes.space_s)
        inside.setContentsMargins(sizes.space_m, sizes.space_s, sizes.space_m, sizes.space_m)
        self.setLayout(inside)
        self.hide()

    def show_values(self, values: Values, words: str) -> None:
        """Show one attachment's words."""
        self.heading.setText(words)
        self.panel.set_values(values)

    def show_findings(self, findings: Mapping[str, Sequence[Finding]], reasons: Mapping[str, str]) -> None:
        """What was found about them."""
        self.panel.show_findings({name: held for name, held in findings.items() if name in self.panel.rows}, reasons)

    def take_cursor(self, field: str = "name") -> None:
        """The cursor into a field, marked to write over; of a file name without its ending."""
        self.panel.focus_field(field)
        editor = self.panel.editors.get(field)
        box = editor.widget if editor is not None else None
        if isinstance(box, QLineEdit):
            box.setSelection(0, len(box.text().rpartition(".")[0] or box.text()))


def _written(definition: Definition) -> Definition:
    """The part of a line's declaration that people write."""
    fields = tuple(spec for spec in definition.fields if not spec.read_only)
    names = tuple(spec.name for spec in fields)
    by_name = MappingProxyType({spec.name: spec for spec in fields})
    return replace(definition, fields=fields, by_name=by_name, layout=(Section(definition.label, names),))
