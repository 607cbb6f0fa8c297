"""The police station records its round: two findings, by keys."""

from __future__ import annotations

from typing import Any

from app.models import clock
from app.models.registers import Patrol
from demo import cases, forms
from demo.eyes import until
from demo.promises import promised
from demo.stage import Stage


def patrol(stage: Stage) -> dict[str, Any]:
    """A patrol with two findings."""
    hands = stage.hands
    villages = [one for one in stage.office.reader.all("place") if getattr(one, "kind", "") == "village"]
    promised(villages, "派出所应已取回村的名单")
    before = hands.strokes
    hands.press("Ctrl+Shift+X")
    host = stage.desk.registers.host("patrol")
    form = forms.new_form(host)
    forms.fill(hands, cases.patrol(clock.today(), village=villages[1].title()))
    stage.take("patrol-form")
    hands.press("Ctrl+S")
    until(lambda: form.record is not None and not form.is_dirty, "巡逻已保存")
    saved = stage.office.reader.get("patrol", form.record_id)
    promised(isinstance(saved, Patrol) and len(saved.findings) == 2, "巡逻记录里应有两处情况")
    strokes = hands.strokes - before
    forms.close(hands, host)
    stage.take("patrols")
    return {"title": saved.title() if saved else "", "strokes": strokes}
