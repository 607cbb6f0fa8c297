"""Somebody from elsewhere moves in: registered with the house, and the house counts one more."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from app.models import clock
from app.models.registers import House, Person, Residence
from demo import forms
from demo.eyes import until
from demo.promises import promised
from demo.stage import Stage

_SINCE = timedelta(days=200)


def lodge(stage: Stage) -> dict[str, Any]:
    """流动人口, Ctrl+N, the person by name, the house by its address; who may apply for a permit is said at once."""
    hands, reader = stage.hands, stage.office.reader
    person, house = _newcomer(stage), next(one for one in reader.all("house") if isinstance(one, House))
    before, lived = hands.strokes, len(reader.find("residence", "house", house.id))
    stage.open_page("流动人口")
    host = stage.desk.registers.host("residence")
    until(lambda: host.page.model.rowCount() > 0, "流动人口列表")
    stage.take("residences")
    hands.press("Ctrl+N")
    form = forms.new_form(host)
    arrived_on = clock.today() - _SINCE
    forms.fill(
        hands,
        forms.Sheet(
            {
                "姓名": person.full_name,
                "所在村（社区）": reader.titles("place", [house.place or ""])[house.place or ""],
                "现住地址": house.exact_address,
                "居住处所": "租赁房屋",
                "租赁房屋": house.exact_address,
                "入住日期": f"{arrived_on:%Y%m%d}",
                "居住事由": "务工",
            }
        ),
    )
    hands.press("Ctrl+S")
    until(lambda: form.record is not None and not form.is_dirty, "居住登记已保存")
    saved = reader.get("residence", form.record_id)
    promised(isinstance(saved, Residence) and saved.house == house.id, "居住登记里应有那处房屋")
    said = [one.sentence for one in stage.office.check(saved)] if saved else []
    promised(any("住满半年" in one for one in said), "住满半年的应提醒申领居住证")
    stage.take("residence-form")
    strokes = hands.strokes - before
    forms.close(hands, host)
    _see_house(stage)
    now = len(reader.find("residence", "house", house.id))
    promised(now == lived + 1, "房屋的居住人数应多一人")
    return {"name": person.full_name, "address": house.exact_address, "strokes": strokes}


def _newcomer(stage: Stage) -> Person:
    """A grown person whose name nobody shares and who has no stay yet."""
    reader = stage.office.reader
    people = [one for one in reader.all("person") if isinstance(one, Person)]
    names = Counter(one.full_name for one in people)
    return next(
        one
        for one in people
        if one.occupation == "务工" and names[one.full_name] == 1 and not reader.find("residence", "person", one.id)
    )


def _see_house(stage: Stage) -> None:
    stage.open_page("租赁房屋")
    host = stage.desk.registers.host("house")
    until(lambda: host.page.model.rowCount() > 0, "租赁房屋列表")
    stage.take("houses")
