"""Editors of days and moments: typed as people write them (20240315, 0315, 3-15), or picked from a calendar with F4."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCalendarWidget, QFrame, QLineEdit, QVBoxLayout

from app.models import clock
from app.models.register import FieldSpec
from app.ui.editors.base import Desk
from app.ui.editors.lines import LineEditor
from app.ui.look import icon


class CalendarPopup(QFrame):
    """A month to pick from; Esc puts it away."""

    def __init__(self, box: QLineEdit) -> None:
        super().__init__(box, Qt.WindowType.Popup)
        self.calendar = QCalendarWidget()
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setAccessibleName("日历")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(1, 1, 1, 1)
        lines.addWidget(self.calendar)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


class DayEditor(LineEditor):
    """A calendar day, shown 2024-03-15."""

    placeholder: ClassVar[str] = "如 20240315 或 3-15"

    def __init__(self, spec: FieldSpec, desk: Desk) -> None:
        super().__init__(spec, desk)
        action = self.box.addAction(icon("calendar", "text_faint"), QLineEdit.ActionPosition.TrailingPosition)
        action.setToolTip("选日期（F4）")
        action.triggered.connect(self.open_calendar)
        shortcut = QShortcut(QKeySequence("F4"), self.box)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        shortcut.activated.connect(self.open_calendar)

    def set_read_only(self, *, read_only: bool) -> None:
        """The calendar goes too."""
        super().set_read_only(read_only=read_only)
        for action in self.box.actions():
            action.setVisible(not read_only)

    def day(self) -> date | None:
        """The day that stands there; None while it is none."""
        text = self.value()
        if not isinstance(text, str):
            return None
        try:
            moment = clock.parse_moment(text)
        except ValueError:
            return None
        return moment.date()

    def open_calendar(self) -> CalendarPopup | None:
        """A month under the field; what is picked replaces the text."""
        if self.box.isReadOnly():
            return None
        popup = CalendarPopup(self.box)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        start = self.day() or clock.today()
        popup.calendar.setSelectedDate(QDate(start.year, start.month, start.day))
        popup.calendar.activated.connect(lambda picked: self._on_picked(picked, popup))
        popup.calendar.clicked.connect(lambda picked: self._on_picked(picked, popup))
        popup.move(self.box.mapToGlobal(QPoint(0, self.box.height())))
        popup.show()
        popup.calendar.setFocus()
        return popup

    def _on_picked(self, picked: QDate, popup: CalendarPopup) -> None:
        self._put(date(picked.year(), picked.month(), picked.day()))
        popup.close()
        self.take_focus()

    def _put(self, picked: date) -> None:
        self.box.setText(picked.isoformat())


class MomentEditor(DayEditor):
    """A day with a time of day, Beijing."""

    placeholder: ClassVar[str] = "如 3-15 14:30"

    def _put(self, picked: date) -> None:
        kept = self.value()
        time = kept.split()[-1] if isinstance(kept, str) and ":" in kept else ""
        self.box.setText(f"{picked.isoformat()} {time}".strip())
        self.box.setCursorPosition(len(self.box.text()))
