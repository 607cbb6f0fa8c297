"""Lists of registers: found, narrowed, sorted, read beside the list, deleted with a reason; a million rows or none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from app.models import journal
from app.models.registers import Dispute, Household, Member, Person, Place
from app.services.office import Office
from app.ui import work
from app.ui.registers.history_dialog import HistoryDialog
from app.ui.registers.list_page import ListActs, ListPage
from app.ui.registers.table_model import PAGE, RegisterModel
from tests.ui.keys import show_active, type_text

PEOPLE = [
    Person(full_name="张三", id_number="11010519491231002X", phone="13900000001"),
    Person(full_name="李𬱖", sex="2"),
    Person(full_name="王五", sex="1"),
]


@pytest.fixture
def filled(office: Office) -> Office:
    for person in PEOPLE:
        office.save(person)
    return office


@pytest.fixture
def opened(qtbot: QtBot, filled: Office) -> Callable[..., ListPage]:
    def open_page(register: str = "person", acts: ListActs | None = None) -> ListPage:
        page = ListPage(filled, filled.registry.get(register), acts or ListActs(), icon_name="users")
        page.resize(1200, 640)
        show_active(qtbot, page)
        page.refresh()
        settled(qtbot)
        return page

    return open_page


def settled(qtbot: QtBot) -> None:
    qtbot.waitUntil(work.is_idle, timeout=5000)


def names(page: ListPage) -> list[str]:
    return [str(page.model.index(place, 0).data()) for place in range(page.model.rowCount())]


def words(page: ListPage) -> str:
    return " ".join(shown.text() for shown in page.detail.widget().findChildren(QLabel))


def test_names_stand_in_the_order_of_their_sound(opened: Callable[..., ListPage]) -> None:
    page = opened()
    assert names(page) == ["李𬱖", "王五", "张三"]
    assert "共 3 条" in " ".join(shown.text() for shown in page.header.findChildren(QLabel))


def test_typing_pinyin_narrows_the_list(qtbot: QtBot, opened: Callable[..., ListPage]) -> None:
    page = opened()
    QTest.keyClick(page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.search.hasFocus()
    type_text(page.search, "zs")
    qtbot.waitUntil(lambda: names(page) == ["张三"], timeout=3000)
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(names(page)) == 3, timeout=3000)


def test_a_filter_narrows_and_nothing_left_says_what_to_do(qtbot: QtBot, opened: Callable[..., ListPage]) -> None:
    page = opened()
    box: QComboBox = page.filters["sex"]
    box.setCurrentIndex(box.findData("2"))
    qtbot.waitUntil(lambda: names(page) == ["李𬱖"], timeout=3000)
    type_text(page.search, "张三")
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty, timeout=3000)
    page.clear_query()
    qtbot.waitUntil(lambda: len(names(page)) == 3, timeout=3000)


def test_a_heading_sorts_and_sorts_back(qtbot: QtBot, opened: Callable[..., ListPage]) -> None:
    page = opened()
    page.table.horizontalHeader().sectionClicked.emit(0)
    qtbot.waitUntil(lambda: names(page) == ["李𬱖", "王五", "张三"], timeout=3000)
    page.table.horizontalHeader().sectionClicked.emit(0)
    qtbot.waitUntil(lambda: names(page) == ["张三", "王五", "李𬱖"], timeout=3000)


def test_the_record_beside_the_list_is_masked_until_asked(qtbot: QtBot, opened: Callable[..., ListPage]) -> None:
    page = opened()
    page.table.selectRow(2)
    qtbot.waitUntil(lambda: "张三" in words(page), timeout=3000)
    assert "11010519491231002X" not in words(page)
    assert "110105********002X" in words(page)
    from PySide6.QtWidgets import QPushButton

    press = next(one for one in page.detail.findChildren(QPushButton) if "证件号码" in one.accessibleName())
    QTest.mouseClick(press, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "11010519491231002X" in words(page), timeout=3000)
    seen = [op.content() for op in journal.select(page._office.store.conn, "kind = 'access'")]
    assert seen[-1]["what"] == "reveal"


def test_enter_opens_and_ctrl_n_makes_a_new_one(qtbot: QtBot, opened: Callable[..., ListPage]) -> None:
    page = opened()
    page.table.selectRow(1)
    with qtbot.waitSignal(page.open_asked) as asked:
        QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert asked.args == [PEOPLE[2].id]
    with qtbot.waitSignal(page.new_asked):
        QTest.keyClick(page.table, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)


def test_the_marked_record_stays_marked_when_the_list_changes(
    qtbot: QtBot, opened: Callable[..., ListPage], filled: Office
) -> None:
    page = opened()
    page.table.selectRow(2)
    filled.save(Person(full_name="阿依"))
    page.reload()
    settled(qtbot)
    assert names(page)[0] == "阿依"
    assert page.current_id() == PEOPLE[0].id


def test_references_and_computed_columns_are_shown_by_name(
    qtbot: QtBot, opened: Callable[..., ListPage], filled: Office
) -> None:
    village = Place(name="龙泉村", kind="village")
    filled.save(village)
    filled.save(Household(number="7", place=village.id, members=(Member(person=PEOPLE[0].id, relation="02"),)))
    page = opened("household")
    row = page.model.row_at(0)
    assert row is not None
    assert row.cells[:4] == ("7", "张三", "1", "龙泉村")
    box = page.filters["place"]
    assert box.findText("龙泉村") > 0


def test_an_empty_register_says_how_to_begin(opened: Callable[..., ListPage]) -> None:
    page = opened("patrol", ListActs(import_file=lambda: None))
    said = " ".join(shown.text() for shown in page.empty.findChildren(QLabel))
    assert "还没有巡逻" in said


def test_history_is_told_and_an_act_taken_back(qtbot: QtBot, filled: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    dispute = Dispute(name="争水")
    filled.save(dispute)
    filled.save(dispute.model_copy(update={"story": "改动"}))
    dialog = HistoryDialog(None, filled, record_id=dispute.id, title="争水")
    show_active(qtbot, dialog)
    qtbot.waitUntil(lambda: len(dialog.table.source.lines) == 2, timeout=3000)
    monkeypatch.setattr("app.ui.registers.history_dialog.ask", lambda *_, **__: "误改")
    dialog.table.selectRow(0)
    dialog.undo()
    qtbot.waitUntil(lambda: len(dialog.table.source.lines) == 3, timeout=3000)
    again = filled.reader.get("dispute", dispute.id)
    assert isinstance(again, Dispute)
    assert again.story is None


def test_deleting_asks_for_a_reason(
    qtbot: QtBot, opened: Callable[..., ListPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened()
    answers = iter([None, "重复登记"])
    monkeypatch.setattr("app.ui.registers.list_page.ask", lambda *_, **__: next(answers))
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    settled(qtbot)
    assert len(names(page)) == 3, "thought better of it"
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(page) == ["王五", "张三"], timeout=3000)


def test_only_the_pages_in_sight_are_read(filled: Office, qtbot: QtBot) -> None:
    from app.models.reading import ListRow

    asked: list[int] = []

    def fetch(keys: object) -> list[ListRow]:
        wanted = list(keys)  # type: ignore[call-overload]
        asked.append(len(wanted))
        return [ListRow(f"{key:032x}", (str(key),) * 7, key) for key in wanted]

    model = RegisterModel(filled.registry.get("person"), fetch)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    asked.clear()
    model.show_keys(range(1_000_000))
    assert model.rowCount() == 1_000_000
    assert model.index(999_999, 0).data() == "999999"
    assert sum(asked) <= 3 * PAGE
