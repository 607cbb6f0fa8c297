"""县配置 on the desk: what the county set is listed with its basis, a lock is said where it holds, filters follow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.models.policy import User
from app.models.registers import LocalCode
from app.models.store import Store
from app.services.office import Office
from app.sync import countywide
from app.ui.desk import Desk
from app.ui.pages.configuration import ConfigurationPage
from app.ui.parts.configuration import PAGE
from app.ui.parts.settings import PAGE as SETTINGS
from app.ui.parts.settings import SettingsPart
from tests.models.test_configuration import LOCK, NEW_YEAR, ROAD, TERM, say, withdraw


@pytest.fixture
def desk(qtbot: QtBot, store: Store) -> Iterator[Desk]:
    made = Desk(Office(store, User("u1", "王主任", "administrator")))
    qtbot.addWidget(made.window)
    made.window.resize(1366, 768)
    made.window.show()
    made.start()
    yield made
    made.close()


def page_of(qtbot: QtBot, desk: Desk) -> ConfigurationPage:
    desk.go(PAGE)
    (page,) = desk.window.findChildren(ConfigurationPage)
    return page


def cells(page: ConfigurationPage) -> list[list[str]]:
    model = page.table.model()
    return [
        [str(model.index(line, place).data()) for place in range(model.columnCount())]
        for line in range(model.rowCount())
    ]


def test_what_the_county_set_is_listed_with_its_day_and_basis_and_appears_while_the_page_is_open(
    qtbot: QtBot, desk: Desk
) -> None:
    page = page_of(qtbot, desk)
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1)
    store = desk.office.store
    say(store, countywide.CODE, ROAD)
    say(store, countywide.CLOCK, {**TERM, "from_on": "2026-12-01"})
    say(store, countywide.YEAR, NEW_YEAR)
    qtbot.waitUntil(lambda: len(cells(page)) == 3)
    assert cells(page)[0] == ["期限", "调解期限 20 日（原为 30 日）", "2026-12-01 起", "青山县平安办〔2026〕3号"]
    assert cells(page)[1][1] == "增加“村道通行”，统计时算作“邻里”"
    assert cells(page)[2][:2] == ["放假安排", "2027 年：放假 3 天，周末上班 1 天"]
    assert page.banners.banners() == []


def test_what_could_not_be_taken_is_said_above(qtbot: QtBot, desk: Desk) -> None:
    say(desk.office.store, "county_weather_of_2030", {"sky": "blue"})
    page = page_of(qtbot, desk)
    qtbot.waitUntil(lambda: len(page.banners.banners()) == 1)
    assert page.stack.currentIndex() == 1


def test_a_locked_setting_is_disabled_and_says_who_set_it(qtbot: QtBot, desk: Desk) -> None:
    desk.go(SETTINGS)
    part = next(one for one in desk.parts if isinstance(one, SettingsPart))
    assert part.card is not None
    editor, told = part.card.editors["idle_lock_minutes"], part.card.sentences["idle_lock_minutes"]
    assert editor.isEnabled()
    record = say(desk.office.store, countywide.SETTING, LOCK)
    qtbot.waitUntil(lambda: not editor.isEnabled())
    assert isinstance(told, QLabel)
    assert told.text() == "由县里设定，本机不能改（依据：青山县平安办〔2026〕3号）"
    assert editor.text() == "5 分钟"
    withdraw(desk.office.store, countywide.SETTING, record)
    qtbot.waitUntil(editor.isEnabled)
    assert editor.text() == "10 分钟"


def test_a_word_of_the_township_s_own_can_be_filtered_by_as_soon_as_it_is_saved(qtbot: QtBot, desk: Desk) -> None:
    desk.go("dispute")
    box = desk.registers.host("dispute").page.filters["category"]
    before = [box.itemText(place) for place in range(box.count())]
    assert "灌溉用水" not in before
    desk.office.save(LocalCode(label="灌溉用水", standard="dispute_category/neighbour"))
    qtbot.waitUntil(lambda: "灌溉用水" in [box.itemText(place) for place in range(box.count())])
