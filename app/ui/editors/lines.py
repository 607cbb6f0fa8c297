"""Editors of one line of text, and of several lines that grow with what is written."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from app.models import clock, days, id_number
from app.models.codes import code_list
from app.models.register import FieldSpec
from app.ui.editors.base import Desk, Editor
from app.ui.editors.raw import Raw, shown
from app.ui.look import tokens


class LineBox(QLineEdit):
    """A line edit that says when the cursor has left it."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class LineEditor(Editor):
    """One line: normalised as its kind does when the cursor leaves, kept as typed when the kind does not accept it."""

    placeholder: ClassVar[str] = ""

    def __init__(self, spec: FieldSpec, desk: Desk) -> None:
        super().__init__(spec, desk)
        self.box = self._make_box()
        self.box.setPlaceholderText(self.placeholder)
        self._given: Raw = None
        self._shown = ""
        self.box.textChanged.connect(lambda _text: self.changed.emit())

    def _make_box(self) -> QLineEdit:
        box = LineBox()
        box.left.connect(self._on_left)
        return box

    @property
    def widget(self) -> QWidget:
        """The line."""
        return self.box

    def value(self) -> Raw:
        """What was given, unless somebody typed; then the text."""
        text = self.box.text()
        if text == self._shown:
            return self._given
        return text if text.strip() else None

    def set_value(self, value: object) -> None:
        """Show a value, unreadable ones in quotes."""
        self._given = self._raw(value)
        self._shown = shown(self.spec.kind, self._given)
        self.box.setText(self._shown)
        self._shown = self.box.text()
        self.box.setCursorPosition(0)

    def set_read_only(self, *, read_only: bool) -> None:
        """Grey ground; can be marked and copied."""
        self.box.setReadOnly(read_only)

    def _on_left(self) -> None:
        self.tidy()
        self.left.emit()

    def tidy(self) -> None:
        """Write what was typed the way it will be stored, when it can be stored at all."""
        text = self.value()
        if not isinstance(text, str) or self.box.text() == self._shown:
            return
        try:
            neat = self.spec.kind.show(self.spec.kind.check(text))
        except ValueError:
            return
        if neat != self.box.text():
            self.box.setText(neat)


class IdNumberEditor(LineEditor):
    """A document number; says at once what a resident number tells."""

    document_kind = id_number.RESIDENT

    def facts(self) -> id_number.IdFacts:
        """What the number says by itself."""
        text = self.value()
        number = id_number.normalise(text) if isinstance(text, str) else ""
        if not number or id_number.shape_error(number, self.document_kind):
            return id_number.NOTHING
        return id_number.inspect(number, self.document_kind, today=clock.today())

    def hint(self) -> str:
        """Sex, birth day, age and province of issue."""
        facts = self.facts()
        if facts.birth_on is None:
            return ""
        words = [code_list("sex").label(facts.sex) if facts.sex else "", days.show_day(facts.birth_on)]
        words.append(f"{days.age_on(facts.birth_on, clock.today())} 岁")
        if facts.region:
            words.append(f"{code_list('province').short_label(facts.region)}签发")
        return "　".join(word for word in words if word)


class MoneyEditor(LineEditor):
    """Yuan; written with two places when the cursor leaves."""

    placeholder = "元，例如 1250.50"


class GrowingText(QPlainTextEdit):
    """Several lines; as high as its text needs between ``least`` and ``most`` lines."""

    left = Signal()

    def __init__(self, *, least: int = 3, most: int = 16) -> None:
        super().__init__()
        self._least, self._most = least, most
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())
        self._grow()

    def _grow(self) -> None:
        lines = round(self.document().size().height())
        wanted = max(self._least, min(self._most, lines))
        frame = round(2 * self.document().documentMargin()) + 2 * tokens().sizes.space_xs
        self.setFixedHeight(wanted * self.fontMetrics().lineSpacing() + frame)

    def sizeHint(self) -> QSize:
        return QSize(tokens().sizes.field, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class LongTextEditor(Editor):
    """Paragraphs; Enter begins a new line, Ctrl+Enter or Tab goes on."""

    def __init__(self, spec: FieldSpec, desk: Desk) -> None:
        super().__init__(spec, desk)
        self.box = GrowingText()
        self._given: Raw = None
        self._shown = ""
        self.box.textChanged.connect(self.changed)
        self.box.left.connect(self.left)

    @property
    def widget(self) -> QWidget:
        """The text field."""
        return self.box

    @property
    def wants_width(self) -> bool:
        """Text needs the whole width."""
        return True

    def value(self) -> Raw:
        """What was given, unless somebody typed; then the text."""
        text = self.box.toPlainText()
        if text == self._shown:
            return self._given
        return text if text.strip() else None

    def set_value(self, value: object) -> None:
        """Show a value."""
        self._given = self._raw(value)
        self.box.setPlainText(shown(self.spec.kind, self._given))
        self._shown = self.box.toPlainText()

    def set_read_only(self, *, read_only: bool) -> None:
        """Can be marked and copied."""
        self.box.setReadOnly(read_only)


class FrozenEditor(LongTextEditor):
    """Particulars as they stood at signing: never edited."""

    def __init__(self, spec: FieldSpec, desk: Desk) -> None:
        super().__init__(spec, desk)
        self.box.setReadOnly(True)

    def set_value(self, value: object) -> None:
        """Show the particulars."""
        self._given = self._raw(value)
        kept = self._given
        text = shown(self.spec.kind, kept) if kept else ""
        self.box.setPlainText(text)
        self._shown = self.box.toPlainText()

    def set_read_only(self, *, read_only: bool) -> None:
        """It always is."""
