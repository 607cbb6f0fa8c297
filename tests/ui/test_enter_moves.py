"""Enter goes on, but never while a name is being composed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDateEdit,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.ui.widgets import EnterMoves, ScrollPage, column
from tests.ui.keys import show_active


class Form(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.kind = QComboBox()
        self.kind.addItems(["邻里", "土地"])
        self.day = QDateEdit(QDate(2026, 11, 23))
        self.fixed = QLineEdit("自动")
        self.fixed.setReadOnly(True)
        self.story = QPlainTextEdit()
        self.place = QComboBox()
        self.place.setEditable(True)
        self.save = QPushButton("保存")
        lines = QVBoxLayout(self)
        for part in (self.name, self.kind, self.day, self.fixed, self.story, self.place, self.save):
            lines.addWidget(part)
        self.moves = EnterMoves(self)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    made = Form()
    show_active(qtbot, made)
    made.name.setFocus()
    qtbot.waitUntil(made.name.hasFocus)
    return made


def _compose(field: QWidget, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(field, event)


def test_enter_goes_through_all_fields_and_then_says_finished(form: Form, qtbot: QtBot) -> None:
    assert form.moves.fields() == [form.name, form.kind, form.day, form.story, form.place]
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    assert form.kind.hasFocus()
    qtbot.keyClick(form.kind, Qt.Key.Key_Enter)
    assert form.day.hasFocus()
    qtbot.keyClick(form.day, Qt.Key.Key_Return)
    assert form.story.hasFocus()
    qtbot.keyClick(form.story, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.place.hasFocus()
    with qtbot.waitSignal(form.moves.finished):
        qtbot.keyClick(form.place, Qt.Key.Key_Return)


def test_shift_enter_goes_back(form: Form, qtbot: QtBot) -> None:
    form.kind.setFocus()
    qtbot.keyClick(form.kind, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert form.name.hasFocus()


def test_enter_in_a_long_text_is_a_new_line(form: Form, qtbot: QtBot) -> None:
    form.story.setFocus()
    qtbot.keyClicks(form.story, "a")
    qtbot.keyClick(form.story, Qt.Key.Key_Return)
    qtbot.keyClicks(form.story, "b")
    assert form.story.toPlainText() == "a\nb"
    assert form.story.hasFocus()


def test_enter_stays_while_a_name_is_being_composed(form: Form, qtbot: QtBot) -> None:
    _compose(form.name, "zhang")
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    assert form.name.hasFocus()


def test_the_enter_that_commits_the_composition_stays(form: Form, qtbot: QtBot) -> None:
    _compose(form.name, "zhang")
    _compose(form.name, "", "张")
    qtbot.keyPress(form.name, Qt.Key.Key_Return)
    assert form.name.hasFocus()
    qtbot.keyRelease(form.name, Qt.Key.Key_Return)
    assert form.name.text() == "张"
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    assert form.kind.hasFocus()


def test_enter_goes_on_after_a_composition_committed_by_the_space_bar(form: Form, qtbot: QtBot) -> None:
    _compose(form.name, "zhang")
    _compose(form.name, "", "张")
    qtbot.keyRelease(form.name, Qt.Key.Key_Space)
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    assert form.kind.hasFocus()


def test_a_composition_given_up_lets_enter_go_on(form: Form, qtbot: QtBot) -> None:
    _compose(form.name, "zhang")
    qtbot.keyPress(form.name, Qt.Key.Key_Escape)
    _compose(form.name, "")
    qtbot.keyRelease(form.name, Qt.Key.Key_Escape)
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    assert form.kind.hasFocus()


def test_composing_in_a_date_or_an_editable_list_stays_too(form: Form, qtbot: QtBot) -> None:
    form.place.setFocus()
    inner = QApplication.focusWidget()
    assert inner is not None
    _compose(inner, "cun")
    with qtbot.assertNotEmitted(form.moves.finished):
        qtbot.keyClick(inner, Qt.Key.Key_Return)


def test_the_field_enter_goes_to_is_scrolled_into_sight(qtbot: QtBot) -> None:
    fields = [QLineEdit() for _ in range(30)]
    page = ScrollPage(column(*fields))
    moves = EnterMoves(page)
    page.resize(300, 200)
    show_active(qtbot, page)
    fields[0].setFocus()
    for field in fields[:-1]:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert fields[-1].hasFocus()
    assert page.viewport().rect().contains(fields[-1].mapTo(page.viewport(), fields[-1].rect().center()))
    assert moves.fields()[-1] is fields[-1]


def test_a_field_added_later_is_a_stop_as_well(form: Form, qtbot: QtBot) -> None:
    extra = QLineEdit()
    layout = form.layout()
    assert layout is not None
    layout.addWidget(extra)
    QWidget.setTabOrder(form.name, extra)
    extra.show()
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    assert extra.hasFocus()
