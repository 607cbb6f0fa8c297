"""编号 by keyboard: a block for another PC, 作废, the year's list, handing over and taking over, 补编号 on the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.models import clock
from app.models.number_books import State
from app.models.registers import Agreement, Committee, Dispute, Party
from app.models.store import set_meta
from app.services import number_sheet, papers
from app.services.number_books import Device, NumberBooks
from app.services.numbers import HOLDS_BOOKS
from app.services.office import Office
from app.ui import work
from app.ui.desk import Desk
from app.ui.matters.dialogs import ActDialog
from app.ui.numbering.dialogs import BlockDialog, CloseDialog, HandOverDialog, TakeOverDialog, VoidDialog
from app.ui.numbering.page import NumberPage
from app.ui.papers import PaperWindow
from app.ui.parts.numbers import PAGE, NumberPart
from tests.ui.cut import cut_words
from tests.ui.keys import show_active, type_text

SMALL = QSize(859, 436)
NUMBER = "（2026）青溪镇人调字第{}号"
STATION = Device("b" * 32, "派出所电脑（BBBB）")


@pytest.fixture
def december(office: Office) -> Iterator[Office]:
    with clock.day_set_to(date(2026, 12, 31)):
        yield office


@pytest.fixture
def desk(qtbot: QtBot, december: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(NumberBooks, "devices", lambda _: [STATION])
    made = Desk(december)
    made.window.resize(1366, 768)
    show_active(qtbot, made.window)
    made.start()
    settle(qtbot)
    yield made
    settle(qtbot)
    made.close()


def settle(qtbot: QtBot) -> None:
    for _ in range(3):
        qtbot.waitUntil(work.is_idle, timeout=20_000)
        QApplication.processEvents()


def dispute(office: Office, name: str = "相邻用水纠纷") -> Dispute:
    committee = next(iter(office.reader.all("committee")))
    made = Dispute(
        name=name,
        committee=committee.id,
        accepted_on=date(2026, 11, 3),
        parties=(Party(name="张三", address="青溪村"), Party(name="李四", role="respondent", address="青溪村")),
        agreements=(
            Agreement(
                facts="因引水渠发生争执。", clauses="恢复原水渠。", performance="立即。", mediators="王主任",
                signed_on=date(2026, 11, 20),
            ),
        ),
    )  # fmt: skip
    office.save(made)
    return made


def page_of(qtbot: QtBot, desk: Desk) -> NumberPage:
    desk.go(PAGE)
    settle(qtbot)
    return next(part.page for part in desk.parts if isinstance(part, NumberPart))


def dialog(qtbot: QtBot, kind: type[ActDialog] | type[PaperWindow]) -> QWidget:
    def standing() -> list[QWidget]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]

    qtbot.waitUntil(lambda: bool(standing()), timeout=20_000)
    settle(qtbot)
    return standing()[0]


def press(qtbot: QtBot, button: QPushButton) -> None:
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    settle(qtbot)


def go_on(qtbot: QtBot, asked: QWidget) -> None:
    assert isinstance(asked, ActDialog)
    press(qtbot, asked.go_button)


def test_a_block_goes_to_another_pc_and_a_spoiled_number_is_voided(qtbot: QtBot, desk: Desk, december: Office) -> None:
    number = papers.print_agreement(december, dispute(december).id).number
    page = page_of(qtbot, desk)
    (line,) = page.table.source.lines
    assert (line.last, line.is_here) == (number, True)
    press(qtbot, page.block_button)
    asked = dialog(qtbot, BlockDialog)
    assert asked.findChildren(QComboBox)[0].currentText() == STATION.name
    go_on(qtbot, asked)
    (line,) = page.table.source.lines
    assert [(one.name, one.first, one.last) for one in line.blocks] == [(STATION.name, 2, 11)]
    press(qtbot, page.void_button)
    voiding = dialog(qtbot, VoidDialog)
    assert isinstance(voiding, VoidDialog)
    assert voiding.number.text() == number
    go_on(qtbot, voiding)
    assert voiding.isVisible()  # no reason yet: said in the window, nothing lost
    type_text(voiding.reason, "打印错误")
    go_on(qtbot, voiding)
    assert not voiding.isVisible()
    book = NumberBooks(december).ledger().book(line.key)
    assert book.number(1).state is State.VOID


def test_the_years_list_is_shown_and_saved_and_the_year_closed(
    qtbot: QtBot, desk: Desk, december: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers.print_agreement(december, dispute(december).id)
    page = page_of(qtbot, desk)
    NumberBooks(december).grant(page.table.source.lines[0].key, STATION)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    shown = dialog(qtbot, PaperWindow)
    assert isinstance(shown, PaperWindow)
    assert shown.body == number_sheet.sheet_pdf(december, page.table.source.lines[0].key)
    shown.close()
    target = tmp_path / "清单.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    press(qtbot, page.workbook_button)
    assert target.read_bytes()[:2] == b"PK"
    press(qtbot, page.close_button)
    asked = dialog(qtbot, CloseDialog)
    go_on(qtbot, asked)
    (line,) = page.table.source.lines
    assert line.is_closed
    assert not page.block_button.isEnabled()
    assert not page.close_button.isEnabled()


def test_the_books_are_handed_over_and_taken_back_with_a_gap(qtbot: QtBot, desk: Desk, december: Office) -> None:
    papers.print_agreement(december, dispute(december).id)
    page = page_of(qtbot, desk)
    assert page.move_button.text() == "移交…"
    press(qtbot, page.move_button)
    handing = dialog(qtbot, HandOverDialog)
    assert isinstance(handing, HandOverDialog)
    type_text(handing.reason, "换用新电脑")
    go_on(qtbot, handing)
    assert page.move_button.text() == "接管…"
    assert not page.block_button.isEnabled()
    press(qtbot, page.move_button)
    taking = dialog(qtbot, TakeOverDialog)
    assert isinstance(taking, TakeOverDialog)
    taking.gap.setText("许多")
    type_text(taking.reason, "那台坏了")
    go_on(qtbot, taking)
    assert taking.isVisible()
    taking.gap.setText("3")
    go_on(qtbot, taking)
    assert papers.print_agreement(december, dispute(december, "宅基地").id).number == NUMBER.format(5)


def test_what_was_printed_without_number_waits_on_the_page_and_is_numbered_from_its_form(
    qtbot: QtBot, desk: Desk, december: Office
) -> None:
    december.store.submit(lambda conn: set_meta(conn, HOLDS_BOOKS, "")).result()
    made = dispute(december)
    assert papers.print_agreement(december, made.id).number == ""
    december.store.submit(lambda conn: set_meta(conn, HOLDS_BOOKS, "1")).result()
    page = page_of(qtbot, desk)
    page.refresh()
    settle(qtbot)
    assert [one.dispute for one in page.waiting.source.lines] == [made.id]
    page.waiting.setFocus()
    QTest.keyClick(page.waiting, Qt.Key.Key_Return)
    settle(qtbot)
    form = desk.registers.host("dispute").form
    assert form is not None
    assert form.record is not None
    press_of = next(one for one in form.findChildren(QPushButton) if one.text() == "补编号")
    press(qtbot, press_of)
    stored = december.reader.get("dispute", made.id)
    assert isinstance(stored, Dispute)
    assert stored.agreements[0].number == NUMBER.format(1)
    assert stored.dossier_number == NUMBER.format(1)


@pytest.mark.parametrize("size", [QSize(1366, 768), SMALL])
def test_the_page_goes_on_a_small_screen(qtbot: QtBot, desk: Desk, december: Office, size: QSize) -> None:
    desk.window.resize(size)
    page = page_of(qtbot, desk)
    assert page.minimumSizeHint().width() <= size.width() - 200
    for press_of in page.findChildren(QPushButton):
        if press_of.isVisible():
            assert press_of.width() >= press_of.sizeHint().width(), press_of.text()
    assert cut_words(page) == []


def test_a_clerk_sees_no_button_to_close_or_hand_over(qtbot: QtBot, december: Office) -> None:
    from app.models.policy import User

    clerk = NumberBooks(Office(december.store, User("1" * 32, "李干事", "clerk")))
    assert not clerk.may_manage()
    committee = next(one for one in december.reader.all("committee") if isinstance(one, Committee))
    assert clerk.lines()[0].committee == committee
