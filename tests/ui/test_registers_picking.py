"""Choosing the record a field refers to: while typing, from its list by F4, or made on the spot."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.models.registers import Committee, Person
from app.services.office import Office
from app.ui import work
from app.ui.editors.refs import RefEditor
from app.ui.registers.desk import RegisterActs, RegisterDesk
from app.ui.registers.picker import RecordPicker
from app.ui.registers.record_form import RecordForm
from tests.ui.keys import show_active, type_text

ZHANG = Person(full_name="张三", id_number="11010519491231002X", live_address="红旗村一组 1 号")
OTHERS = [Person(full_name="张山"), Person(full_name="李𬱖")]


def settled(qtbot: QtBot) -> None:
    qtbot.waitUntil(work.is_idle, timeout=5000)
    QApplication.processEvents()
    qtbot.waitUntil(work.is_idle, timeout=5000)


@pytest.fixture
def member(office: Office, qtbot: QtBot) -> RefEditor:
    """The field 成员 of the first line of an empty household form."""
    for person in (ZHANG, *OTHERS):
        office.save(person)
    form = RecordForm(office.registry.get("household"), RegisterDesk(office, RegisterActs()).editing, None)
    form.resize(1190, 692)
    show_active(qtbot, form)
    form.lines["members"].add()
    editor = form.lines["members"].panel.editors["person"]
    assert isinstance(editor, RefEditor)
    editor.take_focus()
    settled(qtbot)
    return editor


def standing(kind: type[QDialog]) -> QDialog:
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())


def active(qtbot: QtBot, kind: type[QDialog]) -> QDialog:
    dialog = standing(kind)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    settled(qtbot)
    return dialog


@pytest.mark.parametrize("typed", ["zs", "zhangsan", "张三", "19491231"])
def test_typing_offers_and_enter_takes_and_goes_on(member: RefEditor, typed: str, qtbot: QtBot) -> None:
    type_text(member.box, typed)
    qtbot.waitUntil(lambda: member.box.marked() is not None)
    assert member.box.offered()[0].facts.startswith("110105")
    assert "19491231" not in member.box.offered()[0].facts
    QTest.keyClick(member.box, Qt.Key.Key_Return)
    assert member.value() == ZHANG.id
    assert (member.box.text(), member.box.hasFocus()) == ("张三", False)


def test_what_was_offered_for_an_older_text_is_never_taken(member: RefEditor, qtbot: QtBot) -> None:
    type_text(member.box, "z")
    qtbot.waitUntil(lambda: member.box.marked() is not None)
    QTest.keyClicks(member.box, "q")
    QTest.keyClick(member.box, Qt.Key.Key_Return)
    settled(qtbot)
    assert member.value() == "zq"


def test_esc_closes_the_offer_and_leaves_the_text_which_is_no_record(member: RefEditor, qtbot: QtBot) -> None:
    type_text(member.box, "zs")
    qtbot.waitUntil(lambda: member.box.is_open)
    QTest.keyClick(member.box, Qt.Key.Key_Escape)
    assert not member.box.is_open
    assert member.value() == "zs"
    assert member.box.window().isVisible()


def test_a_full_name_left_before_the_offer_came_is_taken_when_it_is_the_only_one(
    member: RefEditor, qtbot: QtBot
) -> None:
    type_text(member.box, "张三")
    QTest.keyClick(member.box, Qt.Key.Key_Tab)
    settled(qtbot)
    assert member.value() == ZHANG.id


def test_f4_opens_the_list_where_enter_takes(member: RefEditor, qtbot: QtBot) -> None:
    QTest.keyClick(member.box, Qt.Key.Key_F4)
    picker = active(qtbot, RecordPicker)
    assert isinstance(picker, RecordPicker)
    type_text(picker.page.search, "zs")
    qtbot.waitUntil(lambda: picker.page.model.rowCount() == 2, timeout=5000)
    QTest.keyClick(picker.page.search, Qt.Key.Key_Down)
    QTest.keyClick(picker.page.table, Qt.Key.Key_End)
    wanted = picker.page.current_id()
    QTest.keyClick(picker.page.table, Qt.Key.Key_Return)
    assert not picker.isVisible()
    assert member.value() == wanted


def test_delete_in_the_picker_deletes_nobody(member: RefEditor, qtbot: QtBot, office: Office) -> None:
    QTest.keyClick(member.box, Qt.Key.Key_F4)
    picker = active(qtbot, RecordPicker)
    assert isinstance(picker, RecordPicker)
    QTest.keyClick(picker.page.table, Qt.Key.Key_Delete)
    settled(qtbot)
    assert office.reader.count("person") == 3
    QTest.keyClick(picker, Qt.Key.Key_Escape)
    assert member.is_empty


def test_who_is_not_registered_is_made_on_the_spot(
    member: RefEditor, qtbot: QtBot, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_text(member.box, "阿依古丽")
    qtbot.waitUntil(lambda: member.box.is_open)
    assert [one.title for one in member.box.offered()] == ["新建人口“阿依古丽”"]
    QTest.keyClick(member.box, Qt.Key.Key_Down)
    QTest.keyClick(member.box, Qt.Key.Key_Return)
    dialog = active(qtbot, QDialog)
    form = dialog.findChild(RecordForm)
    assert form is not None
    assert form.panel.editors["full_name"].value() == "阿依古丽"
    assert not (form.next_button.isVisible())
    assert not (form.history_button.isVisible())
    QTest.keySequence(form.panel.editors["full_name"].widget, "Ctrl+S")
    wait_for(qtbot, lambda: office.reader.count("person") == 4)
    settled(qtbot)
    assert not dialog.isVisible()
    assert office.reader.titles("person", [str(member.value())]) == {str(member.value()): "阿依古丽"}


def test_the_township_s_committee_is_offered_before_those_of_its_villages(office: Office, qtbot: QtBot) -> None:
    names = [f"青山县青石镇{village}人民调解委员会" for village in ("河湾村", "石桥村", "")]
    for name in names:
        office.save(Committee(name=name))
    form = RecordForm(office.registry.get("dispute"), RegisterDesk(office, RegisterActs()).editing, None)
    show_active(qtbot, form)
    editor = form.panel.editors["committee"]
    assert isinstance(editor, RefEditor)
    editor.take_focus()
    type_text(editor.box, "青石镇")
    qtbot.waitUntil(lambda: len(editor.box.offered()) > 1)
    assert editor.box.offered()[0].title == names[-1]


def wait_for(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=5000)
