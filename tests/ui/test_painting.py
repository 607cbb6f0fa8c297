"""An error while Qt paints a table becomes a report afterwards; it never ends the program."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.errors import AppError, StoreError
from app.models.registers import Person
from app.ui import work
from app.ui.registers.table_model import RegisterModel
from app.ui.widgets import Column, SimpleTable
from tests.ui.keys import show_active


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[AppError]:
    heard: list[AppError] = []
    monkeypatch.setattr(work.border, "problem", heard.append)
    return heard


def failing(_: object) -> str:
    raise StoreError("读不出来了")


def test_a_cell_that_cannot_be_read_is_empty_and_said_once(qtbot: QtBot, told: list[AppError]) -> None:
    table: SimpleTable[int] = SimpleTable("一", [Column(title="栏", text=failing), Column(title="号", text=str)])
    show_active(qtbot, table)
    table.show_lines([1, 2, 3])
    qtbot.waitUntil(lambda: len(told) > 0)
    table.viewport().repaint()
    assert [str(one) for one in told] == ["读不出来了"]
    assert table.source.index(2, 1).data() == "3"


def test_a_page_of_a_list_that_cannot_be_read_leaves_the_list_standing(qtbot: QtBot, told: list[AppError]) -> None:
    def fetch(_: object) -> list[object]:
        raise StoreError("这一页读不出来")

    model = RegisterModel(Person.definition, fetch)  # type: ignore[arg-type]
    model.show_keys(range(1000))
    assert model.index(500, 0).data() == ""
    qtbot.waitUntil(lambda: len(told) == 1)
