"""统计 on the screen: chosen by keys, follows its choices, leads to Excel and paper."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.registers import Person
from app.services.office import Office
from app.services.statistics import Ask
from app.ui import work
from app.ui.pages.statistics import StatisticsPage, period


def settled(qtbot: QtBot) -> None:
    qtbot.waitUntil(work.is_idle, timeout=5000)


def _text(page: StatisticsPage, at: int, place: int) -> str:
    item = page.table.item(at, place)
    assert item is not None
    return item.text()


def test_a_table_follows_what_is_chosen_by_keys(qtbot: QtBot, office: Office) -> None:
    for number in range(3):
        office.save(Person.model_validate({"full_name": f"张{'甲乙丙'[number]}", "sex": "12"[number % 2]}))
    asked: list[Ask] = []
    page = StatisticsPage(office, export=asked.append, show_paper=asked.append)
    qtbot.addWidget(page)
    page.show()
    page.choose("person", "sex")
    settled(qtbot)
    shown = [[_text(page, at, place) for place in range(2)] for at in range(page.table.rowCount())]
    assert shown == [["男性", "2"], ["女性", "1"], ["合计", "3"]]
    page.across.setFocus()
    before = page.table.columnCount()
    qtbot.keyClick(page.across, Qt.Key.Key_Down)
    settled(qtbot)
    assert page.table.columnCount() != before
    page.excel_button.click()
    assert (asked[0].register, asked[0].by) == ("person", "sex")
    page.register.setCurrentIndex(page.register.findData("dispute"))
    settled(qtbot)
    assert page.stack.currentIndex() == 1, "nothing to count is said, not an empty table"
    page.span.setCurrentText("上月")
    settled(qtbot)
    ask = page.ask()
    assert ask is not None
    assert (ask.day, ask.first[8:]) == ("accepted_on", "01")


def test_periods_have_calendar_ends() -> None:
    today = date(2026, 3, 15)
    assert (period("上月", today).first, period("上月", today).last) == ("2026-02-01", "2026-02-28")
    assert (period("上年", today).first, period("上年", today).last) == ("2025-01-01", "2025-12-31")
    assert (period("本月", today).first, period("全部", today).first) == ("2026-03-01", "")
