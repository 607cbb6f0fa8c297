"""The fields of one record or line, laid out from its declaration: two columns where there is room, one where not.

Knows the declaration and its editors; nothing of saving, drafts or lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.errors import Finding
from app.models.register import Definition, FieldSpec, Record, Section
from app.ui.editors.base import Desk, Editor
from app.ui.editors.lines import IdNumberEditor
from app.ui.editors.raw import Raw, value_of_raw
from app.ui.kinds import make_editor
from app.ui.look import tokens
from app.ui.registers import prefill
from app.ui.registers.field_row import FieldRow, as_high_as_wide_needs
from app.ui.registers.state import Values, empty_values, may_be_empty
from app.ui.widgets import SectionHeading

WIDE_EM = 50
LEAST_LABEL_EM, MOST_LABEL_EM = 4, 9
LEFT_OVER = "其他"


class FieldsPanel(QWidget):
    """``edited`` names a field that was edited (also by prefilling), ``left`` the field the cursor has left.

    ``reasoned`` carries the sentence of a doubt and the reason written under it.
    """

    edited = Signal(str)
    left = Signal(str)
    reasoned = Signal(str, str)

    def __init__(self, definition: Definition, desk: Desk, *, with_headings: bool = True) -> None:
        super().__init__()
        self.definition = definition
        self._desk = desk
        self._defaults = empty_values(definition)
        self._filled: Values = {}
        self._is_setting = False
        self._columns = 0
        self.editors: dict[str, Editor] = {}
        self.rows: dict[str, FieldRow] = {}
        self.headings: dict[str, SectionHeading] = {}
        self.sections = tuple(_all_sections(definition))
        self._with_headings = with_headings and len(self.sections) > 1
        for section in self.sections:
            heading = self.headings[section.title] = SectionHeading(section.title)
            heading.setContentsMargins(0, tokens().sizes.space_s if len(self.headings) > 1 else 0, 0, 0)
            for name in section.fields:
                self._add(definition.by_name[name])
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(tokens().sizes.space_xl)
        self._grid.setVerticalSpacing(tokens().sizes.space_s)
        self.setSizePolicy(as_high_as_wide_needs())
        self._arrange(1)

    def _add(self, spec: FieldSpec) -> None:
        editor = make_editor(spec, self._desk)
        editor.set_value(self._defaults[spec.name])
        needed = not spec.read_only and not may_be_empty(self.definition, spec) and spec.kind.name != "flag"
        row = FieldRow(editor, is_needed=needed)
        row.setParent(self)
        row.reasoned.connect(self.reasoned)
        self.editors[spec.name], self.rows[spec.name] = editor, row
        editor.changed.connect(lambda: self._on_changed(spec.name))
        editor.left.connect(lambda: self.left.emit(spec.name))

    # ---- content

    def values(self) -> Values:
        """What stands in the editors."""
        return {name: editor.value() for name, editor in self.editors.items()}

    def set_values(self, values: Mapping[str, Raw]) -> None:
        """Show other content; does not count as an edit. Editors that hold it already keep their cursor."""
        self._is_setting = True
        self._filled = {}
        for name, editor in self.editors.items():
            if editor.value() != values.get(name):
                editor.set_value(value_of_raw(values.get(name)))
        self._is_setting = False
        self._note_document_kind()
        self.show_findings({}, {})

    def put(self, values: Mapping[str, Raw]) -> None:
        """Write into single fields as a person would."""
        for name, value in values.items():
            self._is_setting = True
            self.editors[name].set_value(value_of_raw(value))
            self._is_setting = False
            self._on_changed(name)

    def set_read_only(self, *, read_only: bool) -> None:
        """Let everything be read only, or as declared."""
        for editor in self.editors.values():
            editor.set_read_only(read_only=read_only or editor.spec.read_only)

    # ---- findings

    def show_findings(self, findings: Mapping[str, Sequence[Finding]], reasons: Mapping[str, str]) -> None:
        """Findings by field, and the reasons already given for doubts by their sentence."""
        for name, row in self.rows.items():
            row.show_findings(findings.get(name, ()), reasons)
        self._show_what_matters()

    # ---- keyboard

    def focus_field(self, name: str) -> QWidget | None:
        """Put the cursor into a field, or where the reason for its doubt is written; the row it stands in."""
        row = self.rows.get(name)
        if row is not None:
            row.take_focus()
        return row

    def focus_first(self) -> None:
        """Put the cursor into the first field that can be written."""
        for row in self._rows_in_order():
            if not row.field.spec.read_only and not row.isHidden():
                row.field.take_focus()
                return

    def stops(self) -> Iterator[QWidget]:
        """What the cursor visits, in the order of the form."""
        for row in self._rows_in_order():
            yield from row.field.stops()
            yield row.reason

    def _rows_in_order(self) -> Iterator[FieldRow]:
        for section in self.sections:
            for name in section.fields:
                yield self.rows[name]

    # ---- what happens by itself

    def _on_changed(self, name: str) -> None:
        if self._is_setting:
            return
        self._is_setting = True
        try:
            self._note_document_kind()
            filled = self._fill_from(name)
        finally:
            self._is_setting = False
        self._show_what_matters()
        for each in (name, *filled):
            self.rows[each].show_findings((), {})
            self.edited.emit(each)

    def _note_document_kind(self) -> None:
        kind = self.editors["document_kind"].value() if "document_kind" in self.editors else None
        for editor in self.editors.values():
            if isinstance(editor, IdNumberEditor) and isinstance(kind, str):
                editor.document_kind = kind

    def _fill_from(self, name: str) -> Values:
        spec = self.definition.by_name[name]
        offered: Values = {}
        if spec.kind.name == "id_number":
            offered = prefill.told_by_number(self.definition, self.values(), name)
        elif spec.target in prefill.PARTICULARS_OF:
            chosen = self._chosen(spec)
            offered = prefill.particulars(self.definition, chosen) if chosen is not None else {}
        offered.pop(name, None)
        fit = prefill.fitting(self.values(), offered, self._filled, self._defaults)
        for field_name, value in fit.items():
            self.editors[field_name].set_value(value)
        self._filled |= fit
        return fit

    def _chosen(self, spec: FieldSpec) -> Record | None:
        identifier = self.editors[spec.name].value()
        if not isinstance(identifier, str) or len(identifier) != 32 or spec.target is None:
            return None
        return self._desk.office.reader.get(spec.target, identifier)

    # ---- layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(2 if self.width() >= tokens().sizes.em * WIDE_EM else 1)

    def _align_labels(self, columns: Mapping[str, int]) -> None:
        """Labels of one column are equally wide, so that its fields stand in line."""
        metrics = QFontMetrics(self.font())
        sizes = tokens().sizes
        for column in set(columns.values()):
            rows = [self.rows[name] for name, at in columns.items() if at == column]
            widest = max(metrics.horizontalAdvance(row.field.spec.label) for row in rows)
            for row in rows:
                row.set_label_width(min(max(widest, sizes.em * LEAST_LABEL_EM), sizes.em * MOST_LABEL_EM) + 2)

    def _show_what_matters(self) -> None:
        """A field that is only read is shown when something stands in it."""
        for name, row in self.rows.items():
            editor = self.editors[name]
            if editor.spec.read_only:
                row.setVisible(not editor.is_empty)
        for section in self.sections:
            has_any = any(not self.rows[name].isHidden() for name in section.fields)
            self.headings[section.title].setVisible(self._with_headings and has_any)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for part in (*self.headings.values(), *self.rows.values()):
            self._grid.removeWidget(part)  # not takeAt: an item that lives on keeps the size of its widget stale
        line = 0
        places: dict[str, int] = {}
        for section in self.sections:
            self._grid.addWidget(self.headings[section.title], line, 0, 1, 2)
            line = self._arrange_section(section, line + 1, columns, places)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)
        self._grid.setRowStretch(line, 1)
        self._align_labels(places)
        self._show_what_matters()
        self._order_tabs()

    def _arrange_section(self, section: Section, line: int, columns: int, places: dict[str, int]) -> int:
        at = 0
        for name in section.fields:
            row = self.rows[name]
            if columns == 1 or row.field.wants_width:
                line, at = line + (1 if at else 0), 0
                self._grid.addWidget(row, line, 0, 1, 2)
                places[name] = 0
                line += 1
                continue
            self._grid.addWidget(row, line, at, Qt.AlignmentFlag.AlignTop)
            places[name] = at
            line, at = (line + 1, 0) if at else (line, 1)
        return line + (1 if at else 0)

    def _order_tabs(self) -> None:
        for first, second in pairwise(self.stops()):
            QWidget.setTabOrder(first, second)


def _all_sections(definition: Definition) -> Iterator[Section]:
    """The declared sections, and one for what the layout leaves out (shown when it holds something)."""
    yield from definition.layout
    named = {name for section in definition.layout for name in section.fields}
    rest = tuple(spec.name for spec in definition.fields if spec.name not in named)
    if rest:
        yield Section(LEFT_OVER, rest)
