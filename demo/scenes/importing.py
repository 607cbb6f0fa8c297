"""The village's messy ledger: looked through, imported, reported row by row; the way back is there to see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.exchange.plan import Outcome
from app.ui.importing import ImportWindow
from app.ui.registers.list_page import ListPage
from demo.eyes import is_gone, the, until
from demo.promises import promised
from demo.stage import Stage


def import_ledger(stage: Stage, *, path: str) -> dict[str, Any]:
    """人口 › 导入: type the file's place, look at what was found, let it happen, keep the report."""
    hands = stage.hands
    page = people_page(stage)
    stage.take("people")
    before = stage.office.reader.count("person")
    hands.tab_to(page.act_buttons["导入"])
    hands.press("Space")
    window = the(ImportWindow)
    hands.type(path)
    hands.press("Enter")
    until(lambda: window.stack.currentWidget() is window.previewing, "核对结果", limit=60)
    found = {words: chip.text() for words, chip in window.previewing.chips.items() if chip.isVisible()}
    promised("有误" in found, "有毛病的台账应查出有误的行")
    promised(stage.office.reader.count("person") == before, "核对时不应写入任何内容")
    stage.take("import-preview", window)
    promised(window.previewing.go.hasFocus(), "核对完回车就应能导入")
    hands.press("Enter")
    until(lambda: window.stack.currentWidget() is window.reporting, "导入结果", limit=60)
    report = window.report
    promised(report is not None, "应有导入报告")
    assert report is not None
    kept = stage.output / "导入报告.xlsx"
    hands.click_and_choose(window.reporting.save_report, kept)
    until(kept.exists, "导入报告存下")
    bad = stage.output / "有误的行.xlsx"
    hands.click_and_choose(window.reporting.save_bad, bad)
    until(bad.exists, "有误的行存下")
    promised(window.reporting.undo.isVisible(), "导入以后应能整次撤销")
    stage.take("import-done", window)
    window.reporting.close_button.setFocus()
    hands.press("Enter")
    until(lambda: is_gone(window), "导入窗口关闭")
    added = stage.office.reader.count("person") - before
    promised(
        added == report.counts[Outcome.CREATED], f"报告说新增 {report.counts[Outcome.CREATED]} 人，实增 {added} 人"
    )
    return {
        "rows": len(report.rows),
        "created": added,
        "updated": report.counts[Outcome.UPDATED],
        "skipped": report.counts[Outcome.SKIPPED],
        "bad": report.counts[Outcome.BAD],
        "sentence": report.sentence,
        "file": Path(kept).name,
    }


def people_page(stage: Stage) -> ListPage:
    """The list of people, opened by Ctrl+K."""
    stage.open_page("人口")
    page = stage.desk.registers.host("person").page
    until(lambda: page.model.rowCount() > 0, "人口列表")
    return page
