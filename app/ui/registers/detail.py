"""The pane beside a list: one record to read, numbers masked, its lines counted and named. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.models.files import FileLine
from app.models.kinds import Unreadable
from app.models.register import Record
from app.services.office import Office
from app.ui import work
from app.ui.files.words import size_words
from app.ui.look import tokens
from app.ui.widgets import button, column, label, row

_LINES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """One field as it is read: its words, and the field's name when there is a number behind a mask."""

    label: str
    text: str
    masked_field: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A record prepared for the pane, off the screen's thread."""

    register: str
    record_id: str
    title: str
    sections: tuple[tuple[str, tuple[Fact, ...]], ...]
    lines: tuple[tuple[str, int, tuple[str, ...]], ...]


def read(office: Office, record: Record) -> Reading:
    """What the pane shows of a record: filled fields by section, then its lines in short."""
    definition, reader = record.definition, office.reader
    sections = []
    for section in definition.layout:
        facts = []
        for name in section.fields:
            spec, value = definition.by_name[name], getattr(record, name)
            if value is None:
                continue
            is_hidden = spec.masked and not isinstance(value, Unreadable)
            facts.append(Fact(spec.label, reader.show(spec, value, masked=spec.masked), name if is_hidden else ""))
        if facts:
            sections.append((section.title, tuple(facts)))
    lines = []
    for child in definition.children:
        held = getattr(record, child.name)
        if held:
            shown = tuple(_line_in_short(office, line) for line in held[:_LINES_SHOWN])
            lines.append((child.label, len(held), shown))
    return Reading(definition.name, record.id, record.spoken_title(reader), tuple(sections), tuple(lines))


def _line_in_short(office: Office, line: Record) -> str:
    if isinstance(line, FileLine):
        return "　".join((str(line.name), size_words(line.size)))
    words = []
    definition = line.definition
    for spec in [definition.by_name[name] for name in definition.columns if name in definition.by_name]:
        value = getattr(line, spec.name)
        if value is None or spec.kind.name in ("long_text", "flag", "frozen") or spec.masked:
            continue
        if spec.target is not None and "name" in definition.by_name:
            continue
        words.append(office.reader.show(spec, value))
        if len(words) == 3:
            break
    return "　".join(words)


class DetailPane(QScrollArea):
    """Shows one :class:`Reading`; ``reveal`` is asked for the number behind a mask, and who asked is journalled."""

    def __init__(self, reveal: Callable[[str, str, str], str]) -> None:
        super().__init__()
        self.setAccessibleName("详情")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._reveal = reveal
        self.show_nothing()

    def show_nothing(self) -> None:
        """No record is marked."""
        inside = QWidget()
        words = label("选中一行，这里显示详情。", "faint", wrap=True)
        inside.setLayout(column(words, None, margin=tokens().sizes.space_l))
        self.setWidget(inside)

    def show_reading(self, reading: Reading) -> None:
        """Show a record."""
        sizes = tokens().sizes
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(sizes.space_l, sizes.space_m, sizes.space_l, sizes.space_l)
        lines.setSpacing(sizes.space_s)
        lines.addWidget(label(reading.title, "lead", wrap=True))
        for title, facts in reading.sections:
            if len(reading.sections) > 1:
                lines.addSpacing(sizes.space_xs)
                lines.addWidget(label(title, "faint"))
            lines.addLayout(self._facts(reading, facts))
        for title, count, shown in reading.lines:
            lines.addSpacing(sizes.space_xs)
            lines.addWidget(label(f"{title}　{count}", "faint"))
            for words in shown:
                lines.addWidget(label(words, "body", wrap=True))
            if count > len(shown):
                lines.addWidget(label(f"另有 {count - len(shown)} 行，打开后可见", "faint"))
        lines.addStretch(1)
        self.setWidget(inside)

    def _facts(self, reading: Reading, facts: tuple[Fact, ...]) -> QGridLayout:
        sizes = tokens().sizes
        grid = QGridLayout()
        grid.setHorizontalSpacing(sizes.space_m)
        grid.setVerticalSpacing(sizes.space_xs)
        grid.setColumnStretch(1, 1)
        for place, fact in enumerate(facts):
            grid.addWidget(label(fact.label, "soft", wrap=True), place, 0, Qt.AlignmentFlag.AlignTop)
            shown = label(fact.text, "body", wrap=True, copy=True)
            if not fact.masked_field:
                grid.addWidget(shown, place, 1)
                continue
            press = button("显示", "link")
            press.setAccessibleName(f"显示完整的{fact.label}")
            press.clicked.connect(
                lambda _, fact=fact, shown=shown, press=press: self._show(reading, fact, shown, press)
            )
            grid.addLayout(row(shown, press, None), place, 1)
        grid.setColumnMinimumWidth(0, sizes.em * 6)
        return grid

    def _show(self, reading: Reading, fact: Fact, shown: QWidget, press: QWidget) -> None:
        def put(text: str) -> None:
            shown.setText(text)  # type: ignore[attr-defined]  # label() gives a QLabel
            press.hide()

        work.run(lambda: self._reveal(reading.register, reading.record_id, fact.masked_field), then=put, owner=shown)
