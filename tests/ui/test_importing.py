"""The import window, by keyboard and by mouse: choose, look, let it happen, keep the report, take it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.models.policy import User
from app.models.registers import Person, Place
from app.models.store import Store
from app.services.office import Office
from app.ui.importing import ImportWindow
from app.ui.widgets import ConfirmDialog
from tests.exchange.tables import GOOD_NUMBERS, rows_of, workbook
from tests.ui.cut import cut_words
from tests.ui.keys import show_active, type_text

ROWS = [
    ("红旗村人口台账", None, None, None),
    ("姓名", "身份证号", "民族", "住所地"),
    ("张三", GOOD_NUMBERS[0], "汉", "红旗村一组"),
    ("李四", 110105194912310021, "汉", None),
    ("王五", GOOD_NUMBERS[2], "本地", None),
    ("赵六", GOOD_NUMBERS[1][:-1] + "0", None, None),
]


@pytest.fixture
def desk(store: Store) -> Office:
    return Office(store, User("u1", "李干事", "clerk"))


@pytest.fixture
def window(desk: Office, qtbot: QtBot) -> ImportWindow:
    made = ImportWindow(None, desk, "person")
    show_active(qtbot, made)
    return made


def idle(window: ImportWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window._job is None)


def looked_through(window: ImportWindow, qtbot: QtBot, path: Path) -> None:
    """Type the path and press Enter, as a clerk who pasted it would."""
    window.choosing.place.clear()
    type_text(window.choosing.place, str(path))
    qtbot.keyClick(window.choosing.place, Qt.Key.Key_Return)
    idle(window, qtbot)


def chosen(box: QComboBox, words: str) -> None:
    assert box.findText(words) >= 0
    box.setCurrentIndex(box.findText(words))
    box.activated.emit(box.currentIndex())


def box(window: ImportWindow, name: str) -> QComboBox:
    return next(one for one in window.previewing.panel.findChildren(QComboBox) if one.accessibleName() == name)


def shown(window: ImportWindow) -> list[tuple[int, str]]:
    return [(one.planned.number, str(one.outcome)) for one in window.previewing.current()]


def test_by_keys_alone_from_the_file_to_the_records(
    window: ImportWindow, desk: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    looked_through(window, qtbot, workbook(tmp_path / "台账.xlsx", ROWS))
    assert window.stack.currentWidget() is window.previewing
    assert shown(window) == [(4, "有误"), (5, "有误")]
    assert window.previewing.go.text() == "导入 2 条"
    assert window.previewing.go.hasFocus()
    qtbot.keyClick(window.previewing.go, Qt.Key.Key_Return)
    idle(window, qtbot)
    assert window.stack.currentWidget() is window.reporting
    assert "新增 2，有误 2" in window.reporting.banners.banners()[0].sentence.text()
    assert desk.reader.count("person") == 2
    qtbot.waitUntil(lambda: len(desk.reader.search("张三")) == 1)
    qtbot.keyClick(window.reporting.close_button, Qt.Key.Key_Return)
    assert not window.isVisible()


def test_a_decision_about_a_word_or_a_column_looks_the_file_through_again(
    window: ImportWindow, desk: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    village = Place(name="红旗村", kind="village")
    desk.store.write("t", lambda unit: unit.save(village))
    looked_through(window, qtbot, workbook(tmp_path / "a.xlsx", ROWS))
    chosen(box(window, "民族“本地”"), "汉")
    idle(window, qtbot)
    assert window.previewing.go.text() == "导入 3 条"
    chosen(box(window, "“住所地”列"), "现住地址")
    idle(window, qtbot)
    chosen(box(window, "所在村（社区）（整表）"), "红旗村")
    idle(window, qtbot)
    window.previewing.panel.keeps_partial.click()
    assert window.previewing.go.text() == "导入 4 条"
    window.previewing.panel.takes_doubts.click()
    assert window.previewing.go.text() == "导入 3 条"
    window.previewing.go.click()
    idle(window, qtbot)
    people = {one.full_name: one for one in desk.reader.all("person") if isinstance(one, Person)}
    assert (people["王五"].ethnicity, people["张三"].live_address, people["李四"].id_number) == (
        "01",
        "红旗村一组",
        None,
    )
    assert {one.place for one in people.values()} == {village.id}


def test_a_file_let_fall_on_the_window_is_looked_through(window: ImportWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ROWS)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.choosing.dropEvent(event)
    idle(window, qtbot)
    assert window.stack.currentWidget() is window.previewing


def test_a_file_that_is_none_says_so_and_another_can_be_chosen(
    window: ImportWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    pdf = tmp_path / "a.xlsx"
    pdf.write_bytes(b"%PDF-1.7")
    looked_through(window, qtbot, pdf)
    assert "PDF" in window.banners.banners()[0].sentence.text()
    assert window.stack.currentWidget() is window.choosing
    looked_through(window, qtbot, workbook(tmp_path / "b.xlsx", ROWS))
    assert window.banners.banners() == []
    assert window.stack.currentWidget() is window.previewing


def test_report_and_bad_rows_are_kept_and_the_whole_is_taken_back(
    window: ImportWindow, desk: Office, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_through(window, qtbot, workbook(tmp_path / "台账.xlsx", ROWS))
    window.previewing.go.click()
    idle(window, qtbot)
    asked: list[str] = []

    def answer(_parent: object, _title: str, name: str, _pattern: str) -> tuple[str, str]:
        asked.append(Path(name).name)
        return str(tmp_path / Path(name).name), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    for press in (window.reporting.save_report, window.reporting.save_bad):
        press.click()
        idle(window, qtbot)
    assert asked == ["台账-导入报告.xlsx", "台账-有误的行.xlsx"]
    assert len(rows_of(tmp_path / asked[0])) == 5
    assert len(rows_of(tmp_path / asked[1])) == 3

    pressed: list[str] = []

    def agree() -> None:
        dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, ConfirmDialog))
        pressed.append(dialog.windowTitle())
        dialog.confirm_button.click()

    later(qtbot, agree)
    window.reporting.undo.click()
    idle(window, qtbot)
    assert pressed == ["撤销整次导入？"]
    assert desk.reader.count("person") == 0
    assert "已撤销" in window.reporting.banners.banners()[0].sentence.text()


def later(qtbot: QtBot, act: Callable[[], None]) -> None:
    """Do something while a dialog waits for its answer."""
    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, act)


@pytest.mark.parametrize("size", [(1130, 640), (870, 470)])
def test_nothing_is_cut_in_any_step(size: tuple[int, int], window: ImportWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.resize(*size)
    assert cut_words(window) == []
    looked_through(window, qtbot, workbook(tmp_path / "a.xlsx", ROWS))
    assert cut_words(window) == []
    window.previewing.go.click()
    idle(window, qtbot)
    assert cut_words(window) == []
    names = [one.accessibleName() for one in window.findChildren(QPushButton)]
    assert all(names)
