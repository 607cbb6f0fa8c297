"""An outside platform: one matter copied box after box by one key, its number written down, its table compared."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from PySide6.QtGui import QGuiApplication

from app.models import clock
from app.models.registers import Dispute, Platform
from app.services.platforms import Platforms
from app.ui.platforms.comparing import ComparingWindow
from app.ui.platforms.page import PlatformPage
from app.ui.platforms.panel import TranscriptionPanel
from demo.eyes import is_gone, the, until
from demo.promises import promised
from demo.scenes.matters import opened
from demo.stage import Stage

NAME, NUMBER = "省综治平台", "ZZ2026-000118"
_BOXES, _MOST_KEYS = 14, 60


def register_platform(stage: Stage) -> dict[str, Any]:
    """The administrator has entered the platform and the order of its form; here by the service."""
    office = stage.office
    platform = Platform(name=NAME, short_name="综治", registers=("dispute", "hazard"), example=NUMBER)
    office.save(platform)
    platforms = Platforms(office)
    order = platforms.proposal(platform, "dispute")
    platforms.save_order(order.model_copy(update={"name": "登记页"}), order.steps[:_BOXES])
    return {"missing": sum(one.number for one in platforms.counts())}


def transcribe(stage: Stage, *, title: str) -> dict[str, Any]:
    """Ctrl+Shift+Y on the form, Space for every box, then the number the platform gave."""
    hands = stage.hands
    form = opened(stage, "dispute", title)
    hands.press("Ctrl+Shift+Y")
    panel = the(TranscriptionPanel)
    until(panel.isActiveWindow, "誊录小窗口得到键盘")
    copied: list[str] = []
    for _ in range(_MOST_KEYS):
        hands.press("Space")
        if panel.stack.currentWidget() is panel.entering:
            break
        copied.append(QGuiApplication.clipboard().text())
        if len(copied) == 3:
            stage.take("transcription", panel)
    promised(panel.stack.currentWidget() is panel.entering, "栏目都复制完，应问平台案号")
    promised(title in copied, "复制的第一栏应有纠纷名称")
    promised(not QGuiApplication.clipboard().text(), "复制完剪贴板应清空")
    hands.type(NUMBER)
    for _ in range(3):
        hands.press("Enter")
    until(lambda: is_gone(panel), "案号记下，小窗口关闭")
    found = stage.office.reader.get("dispute", form.record_id)
    promised(isinstance(found, Dispute) and found.platform_entries[0].number == NUMBER, "纠纷里应记着平台案号")
    stage.window.activateWindow()
    host = stage.desk.registers.host("dispute")
    hands.press("Esc")
    until(lambda: host.form is None, "纠纷表单关闭")
    return {"boxes": len(copied), "number": NUMBER}


def compare(stage: Stage, *, title: str, path: str) -> dict[str, Any]:
    """平台誊录 › 比对平台导出表: what differs, what only one of the two has."""
    hands = stage.hands
    _export(Path(path), title)
    stage.open_page("平台誊录")
    page = stage.window.stack.currentWidget()
    assert isinstance(page, PlatformPage)
    until(lambda: page.current() is not None, "平台和登记")
    stage.take("platform-page")
    while (count := page.current()) is not None and count.register != "dispute":
        hands.tab_to(page.which)
        hands.press("Down" if page.which.currentIndex() == 0 else "Up")
        page.which.activated.emit(page.which.currentIndex())
    hands.tab_to(page.compare_button)
    hands.press("Space")
    window = the(ComparingWindow)
    hands.type(path)
    hands.press("Enter")
    until(lambda: window.found is not None, "比对结果")
    stage.take("platform-compare", window)
    found = window.found
    assert found is not None
    promised(found.different and found.only_there, "差异和平台独有的都应列出来")
    hands.press("Esc")
    until(lambda: is_gone(window), "比对窗口关闭")
    return {"sentence": found.sentence}


def _export(path: Path, title: str) -> None:
    """What the platform exports: our matter with another day, and one we have not got."""
    today = clock.today()
    rows = (
        ("案件编号", "案件名称", "受理日期", "纠纷类型"),
        (NUMBER, title, f"{today - timedelta(days=1):%Y-%m-%d}", "邻里纠纷"),
        ("ZZ2026-000119", "高山与流水林地边界纠纷", f"{today - timedelta(days=9):%Y-%m-%d}", "山林土地纠纷"),
    )
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        sheet = book.add_worksheet("案件列表")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
