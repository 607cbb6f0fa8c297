"""Coming to a county: the first PC with the township's data, the second with nothing but two codes."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLabel

from app.ui.entry.first_start import FirstStartWizard
from app.ui.pages.settings import CodeDialog, SettingsPage, ShownCode
from demo.eyes import inside, is_gone, the, until
from demo.promises import promised
from demo.stage import Stage

_FIRST_S = 600.0
"""Everything a township holds goes to the county, or comes from it: minutes on a busy machine."""


def _settings(stage: Stage) -> SettingsPage:
    stage.open_page("设置")
    page = stage.window.stack.currentWidget()
    assert isinstance(page, SettingsPage)
    return page


def _press_button(stage: Stage, page: SettingsPage, title: str) -> None:
    """Tab to a button of the settings and press it."""
    stage.hands.tab_to(page.buttons[title])
    stage.hands.press("Space")


def join_county(stage: Stage, *, code: str) -> dict[str, Any]:
    """Settings, the county's one-time code; then everything recorded so far is pushed."""
    page = _settings(stage)
    stage.take("settings")
    _press_button(stage, page, "县服务器")
    dialog = the(CodeDialog)
    stage.hands.type(code)
    stage.take("join-county", dialog)
    stage.hands.press("Enter")
    until(lambda: is_gone(dialog), "入网码被接受", limit=60)
    status = stage.status_says("已同步", limit=_FIRST_S)
    stage.open_page("同步")
    stage.take("synced")
    return {"status": status, "operations": stage.office.doctor().operations}


def pairing_code(stage: Stage) -> dict[str, Any]:
    """The code for a second PC, as shown on the screen."""
    page = _settings(stage)
    _press_button(stage, page, "添加电脑")
    dialog = the(ShownCode)
    stage.take("pairing-code", dialog)
    codes = [one.text() for one in inside(dialog, QLabel) if one.property("role") == "title"]
    promised(codes, "配对码窗口里应有配对码")
    stage.hands.press("Esc")
    until(lambda: is_gone(dialog), "配对码窗口关闭")
    return {"code": codes[0]}


def join_township(stage: Stage, *, pairing: str, server: str, name: str, password: str) -> dict[str, Any]:
    """First start of the second PC: the way into a township that exists, then the first pull."""
    hands, wizard = stage.hands, stage.front
    assert isinstance(wizard, FirstStartWizard)
    stage.ready()
    hands.tab_to(wizard.join_button, most=10)
    hands.press("Space")
    for text in (pairing, server, name, password):
        hands.type(text)
        if text == password:
            stage.take("join-township")
        hands.press("Enter")
    stage.desk_opens()
    status = stage.status_says("已同步", limit=_FIRST_S)
    stage.window.refresh_current()
    stage.take("station-workbench")
    stage.open_page("人口")
    until(lambda: stage.desk.registers.host("person").page.model.rowCount() > 0, "派出所的人口列表")
    stage.take("station-people")
    return {"status": status, "people": stage.office.reader.count("person")}
