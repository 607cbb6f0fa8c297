"""Editors by kind, by keys: what people type, what is kept of it, and what nobody could read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.models.clock import day_set_to
from app.models.kinds import Unreadable
from app.models.register import FieldSpec
from app.models.registers import REGISTRY, Person
from app.services.office import Office
from app.ui.editors.base import Desk, Editor
from app.ui.editors.choice import CodeEditor
from app.ui.editors.days import CalendarPopup, DayEditor
from app.ui.editors.lines import IdNumberEditor
from app.ui.editors.usual import usual_codes
from app.ui.kinds import make_editor
from tests.ui.keys import compose, show_active, type_text

Open = Callable[[str, str], Editor]
TODAY = date(2026, 11, 23)


@pytest.fixture
def opened(office: Office, qtbot: QtBot) -> Open:
    """One editor in a window with something after it to go to."""
    kept: list[object] = []

    def open_editor(register: str, name: str, desk: Desk | None = None) -> Editor:
        editor = make_editor(spec(register, name), desk or Desk(office))
        window = QWidget()
        window.resize(600, 500)
        lines = QVBoxLayout(window)
        lines.addWidget(editor.widget)
        lines.addWidget(QLineEdit())
        lines.addStretch(1)
        kept.extend((window, editor))
        show_active(qtbot, window)
        editor.take_focus()
        return editor

    return open_editor


def spec(register: str, name: str) -> FieldSpec:
    return REGISTRY.get(register).field(name)


def typed(editor: Editor, text: str) -> object:
    """What the editor holds after this was typed and the cursor went on."""
    editor.take_focus()
    if isinstance(editor.widget, QLineEdit):
        editor.widget.selectAll()
    type_text(editor.widget, text)
    QTest.keyClick(editor.widget, Qt.Key.Key_Tab)
    return editor.value()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20240315", "2024-03-15"),
        ("0315", "2026-03-15"),
        ("3-15", "2026-03-15"),
        ("2024.3.5", "2024-03-05"),
        ("2024年3月5日", "2024-03-05"),
        ("31-12", "31-12"),
    ],
)
def test_days_are_typed_as_people_write_them(opened: Open, text: str, day: str) -> None:
    with day_set_to(TODAY):
        assert typed(opened("person", "birth_on"), text) == day


def test_a_moment_is_a_day_with_a_time(opened: Open) -> None:
    with day_set_to(TODAY):
        assert typed(opened("patrol", "started_at"), "11-22 20:05") == "2026-11-22 20:05"


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform cannot, real ones do
def test_f4_opens_a_month_and_enter_takes_the_day(opened: Open, qtbot: QtBot) -> None:
    editor = opened("person", "birth_on")
    assert isinstance(editor, DayEditor)
    editor.set_value(date(2024, 3, 15))
    QTest.keyClick(editor.box, Qt.Key.Key_F4)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, CalendarPopup)
    popup.calendar.setSelectedDate(QDate(2024, 3, 20))
    popup.calendar.activated.emit(popup.calendar.selectedDate())
    assert editor.value() == "2024-03-20"
    assert editor.box.hasFocus()


@pytest.mark.parametrize(
    ("register", "name", "text", "code"),
    [
        ("person", "sex", "男", "1"),
        ("person", "sex", "nx", "1"),
        ("person", "sex", "2", "2"),
        ("person", "ethnicity", "yz", "07"),
        ("person", "ethnicity", "维吾尔", "05"),
        ("household", "kind", "jt", "family"),
    ],
)
def test_a_code_is_meant_by_its_word_its_number_or_its_initials(
    opened: Open, register: str, name: str, text: str, code: str
) -> None:
    assert typed(opened(register, name), text) == code


def test_what_means_no_code_stays_as_typed_to_be_refused(opened: Open) -> None:
    editor = opened("person", "sex")
    assert typed(editor, "不男不女") == "不男不女"
    with pytest.raises(ValueError, match="不在选项中，可填"):
        editor.spec.kind.check(editor.value())


def test_the_list_of_codes_is_walked_by_arrows_and_closed_by_esc(opened: Open) -> None:
    editor = opened("person", "sex")
    assert isinstance(editor, CodeEditor)
    QTest.keyClick(editor.box, Qt.Key.Key_Down)
    assert [one.title for one in editor.box.offered()][:2] == ["男性", "女性"]
    QTest.keyClick(editor.box, Qt.Key.Key_Escape)
    assert editor.is_empty
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(editor.box, key)
    assert (editor.value(), editor.box.text()) == ("2", "女性")


def test_the_codes_used_most_here_stand_first_in_a_long_list(
    office: Office, opened: Callable[[str, str, Desk], Editor]
) -> None:
    for name, code in zip("甲乙丙丁戊己", ("07", "07", "07", "04", "01", "01"), strict=True):
        office.save(Person(full_name=f"张{name}", ethnicity=code))
    desk = Desk(office, usual=usual_codes(office.registry, office.reader))
    peoples, sexes = opened("person", "ethnicity", desk), opened("person", "sex", desk)
    assert isinstance(peoples, CodeEditor)
    assert isinstance(sexes, CodeEditor)
    assert [item.code for item in peoples.items()][:4] == ["07", "01", "04", "02"]
    assert len(peoples.items()) == len(peoples.codes.offered)
    assert sexes.items() == sexes.codes.offered


def test_space_turns_a_flag_and_one_nobody_can_read_is_shown_until_then(opened: Open) -> None:
    editor = opened("dispute", "may_escalate")
    editor.set_value(False)
    QTest.keyClick(editor.widget, Qt.Key.Key_Space)
    assert editor.value() is True
    editor.set_value(Unreadable("perhaps"))
    assert editor.value() == {"$unreadable": "perhaps"}
    QTest.keyClick(editor.widget, Qt.Key.Key_Space)
    assert editor.value() in {True, False}


def test_money_is_written_out_when_the_cursor_leaves(opened: Open) -> None:
    editor = opened("dispute_agreement", "amount")
    assert typed(editor, "12500.5") == "12,500.50"
    assert typed(editor, "一万") == "一万"


def test_a_number_says_what_it_tells_and_nothing_while_it_is_half(opened: Open) -> None:
    editor = opened("person", "id_number")
    assert isinstance(editor, IdNumberEditor)
    with day_set_to(TODAY):
        type_text(editor.widget, "1101051949123100")
        assert editor.hint() == ""
        type_text(editor.widget, "2x")
        assert editor.hint() == "女性　1949-12-31　76 岁　北京市签发"
        QTest.keyClick(editor.widget, Qt.Key.Key_Tab)
    assert editor.value() == "11010519491231002X"


def test_a_text_grows_with_what_is_written_and_no_further(opened: Open) -> None:
    editor = opened("dispute", "story")
    small = editor.widget.height()
    editor.set_value("\n".join("一二三四五六七八九十"))
    assert editor.widget.minimumHeight() > small
    editor.set_value("\n".join("一" * 200))
    assert editor.widget.minimumHeight() < 600


def test_a_name_is_composed_and_kept_whole(opened: Open) -> None:
    editor = opened("person", "full_name")
    compose(editor.widget, "dan", "单𬱖")
    QTest.keyClick(editor.widget, Qt.Key.Key_Tab)
    assert editor.value() == "单𬱖"


@pytest.mark.parametrize("name", ["full_name", "birth_on", "sex", "place", "live_address", "id_number"])
def test_what_nobody_can_read_is_shown_and_kept_until_it_is_edited(opened: Open, name: str) -> None:
    editor = opened("person", name)
    editor.set_value(Unreadable({"new": 1}))
    assert isinstance(editor.widget, QLineEdit)
    assert "无法识别" in editor.widget.text()
    QTest.keyClick(editor.widget, Qt.Key.Key_Tab)
    assert editor.value() == {"$unreadable": {"new": 1}}


def test_a_code_of_a_newer_program_is_shown_as_it_came_and_kept(opened: Open) -> None:
    editor = opened("person", "ethnicity")
    editor.set_value("99x")
    QTest.keyClick(editor.widget, Qt.Key.Key_Tab)
    assert editor.value() == "99x"


def test_a_reference_to_what_is_not_here_says_so_and_stays(opened: Open) -> None:
    editor = opened("person", "place")
    editor.set_value("0" * 32)
    assert isinstance(editor.widget, QLineEdit)
    assert editor.widget.text() == "（未同步）"
    assert editor.value() == "0" * 32
