"""The conflict page: both values side by side, one chosen with a reason; and the record's history afterwards."""

from __future__ import annotations

from typing import Any

from app.ui.conflicts import ConflictPage, Decision
from demo.eyes import until
from demo.promises import promised
from demo.stage import Stage


def see_conflict(stage: Stage, *, picture: str = "conflict") -> dict[str, Any]:
    """The page 待核 shows the contested field with both values."""
    stage.open_page("待核")
    page = _page(stage)
    until(lambda: page.table.source.lines, "待核页列出冲突")
    stage.hands.tab_to(page.table)
    until(lambda: isinstance(page.decision, Decision), "两个值并排显示")
    stage.take(picture)
    conflict = stage.office.conflicts()[0]
    values = [conflict.current.value, *(one.value for one in conflict.others)]
    return {"title": conflict.title, "label": conflict.label, "values": values}


def decide(stage: Stage, *, value: str, reason: str) -> dict[str, Any]:
    """Choose a value by the arrow keys, give the reason, settle it."""
    hands, page = stage.hands, _page(stage)
    hands.tab_to(page.table)
    hands.press("Enter")
    decision = page.decision
    assert isinstance(decision, Decision)
    promised(decision.choices[0].hasFocus(), "回车应能从列表到选项")
    conflict = stage.office.conflicts()[0]
    values = [conflict.current.value, *(one.value for one in conflict.others)]
    hands.press("Space")
    hands.press("Right", times=values.index(value))
    promised(decision.choices[values.index(value)].isChecked(), f"方向键应能选中“{value}”")
    hands.tab_to(decision.reason)
    hands.type(reason)
    hands.tab_to(decision.go_button)
    hands.press("Space")
    until(lambda: not stage.office.conflicts(), "冲突已有决定")
    stage.take("conflict-decided")
    return {"value": value, "reason": reason}


def _page(stage: Stage) -> ConflictPage:
    page = stage.window.stack.currentWidget()
    assert isinstance(page, ConflictPage)
    return page
