"""People: a township's settled in bulk, and one found by the first letters of a rare name."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.models.names import name_keys
from app.practice.ledger import messy_ledger
from app.practice.records import Township
from app.practice.township import make_township
from app.services import practising
from app.services.office import Office
from app.ui import work
from app.ui.registers.history_dialog import HistoryDialog
from app.ui.registers.record_form import RecordForm
from demo import forms
from demo.eyes import is_gone, the, until, until_quiet
from demo.promises import promised
from demo.stage import Stage

_MOST_S = 300.0


def settle(stage: Stage, *, people: int, seed: int, today: str, ledger: str) -> dict[str, Any]:
    """Write the practice township's records in bulk while the window stays open, and its messy ledger as a file."""
    township = make_township(people, seed, today=date.fromisoformat(today))
    facts = messy_ledger(township, Path(ledger))
    office = stage.office
    done: list[object] = []
    began = time.monotonic()
    work.run(lambda: _settled(office, township), then=done.append, owner=stage.window)
    until(lambda: done, "练习用的人口写完", limit=_MOST_S)
    stage.window.refresh_current()
    stage.take("workbench")
    return {
        "people": office.reader.count("person"),
        "households": office.reader.count("household"),
        "organisations": office.reader.count("organisation"),
        "places": office.reader.count("place"),
        "residences": office.reader.count("residence"),
        "houses": office.reader.count("house"),
        "hazards": [one.name for one in township.hazards],
        "seconds": time.monotonic() - began,
        "ledger_rows": facts.rows,
        "newcomers": facts.newcomers,
    }


def _settled(office: Office, township: Township) -> practising.Settling:
    settling = practising.settle(office, township)
    practising.attach_drawings(office, settling)
    return settling


def rare_name(stage: Stage) -> tuple[str, str]:
    """A registered person with a character beyond the first 65,536, and the first letters of the whole name."""
    for record in stage.office.reader.all("person"):
        name = record.title()
        initials = min((key for key in name_keys(name) if key.isascii() and len(key) == len(name)), default="")
        if any(ord(each) > 0xFFFF for each in name) and len(name) > 2 and initials:
            return name, initials
    return "", ""


def find(stage: Stage) -> dict[str, Any]:
    """Ctrl+K and the first letters of a name with a rare character: found while typing."""
    hands, box = stage.hands, stage.window.palette_box
    name, letters = rare_name(stage)
    promised(name, "练习乡镇里应有带生僻字的姓名")
    hands.press("Ctrl+K")
    until(box.isVisible, "搜索框")
    before = hands.strokes
    hands.type(letters)
    until(lambda: name in box.titles(), f"用首字母 {letters} 找到 {name}")
    stage.take("search")
    hits = len(box.titles())
    hands.press("Down", times=box.titles().index(name))
    hands.press("Enter")
    strokes = hands.strokes - before
    _open_form(stage, name)
    stage.take("person")
    forms.close(hands, stage.desk.registers.host("person"))
    return {"name": name, "letters": letters, "strokes": strokes, "hits": hits}


def edit(stage: Stage, *, name: str, texts: dict[str, str], picture: str = "") -> dict[str, Any]:
    """Find somebody by name, change some fields, save."""
    hands = stage.hands
    before = hands.strokes
    stage.find_and_open(name)
    form = _open_form(stage, name)
    forms.fill(hands, forms.Sheet(texts))
    if picture:
        stage.take(picture)
    hands.press("Ctrl+S")
    until(lambda: not form.is_dirty, "修改已保存")
    strokes = hands.strokes - before
    forms.close(hands, stage.desk.registers.host("person"))
    return {"strokes": strokes}


def person(stage: Stage, *, name: str) -> dict[str, Any]:
    """What the register says of somebody now: text by label; for checking."""
    reader = stage.office.reader
    found = next(one for one in reader.all("person") if one.title() == name)
    return {
        "values": {spec.label: reader.show(spec, getattr(found, spec.name)) for spec in found.definition.fields},
    }


def history(stage: Stage, *, name: str) -> dict[str, Any]:
    """The list, Ctrl+F, the name, Ctrl+H: who changed what."""
    hands = stage.hands
    stage.open_page("人口")
    page = stage.desk.registers.host("person").page
    hands.press("Ctrl+F")
    hands.type(name)
    until(lambda: page.model.rowCount() == 1, f"列表里只剩 {name}")
    until_quiet()
    hands.press("Down")
    hands.press("Ctrl+H")
    dialog = the(HistoryDialog)
    until(lambda: dialog.table.source.lines, "历史列出来")
    stage.take("history", dialog)
    entries = len(dialog.table.source.lines)
    hands.press("Esc")
    until(lambda: is_gone(dialog), "历史窗口关闭")
    page.search.setFocus()
    hands.press("Esc")
    return {"entries": entries}


def household(stage: Stage) -> dict[str, Any]:
    """The first household, its members in it."""
    stage.open_page("户")
    host = stage.desk.registers.host("household")
    until(lambda: host.page.model.rowCount() > 0, "户的列表")
    until_quiet()
    stage.hands.press("Enter")
    until(lambda: host.form is not None and host.form.isVisible(), "户的表单")
    stage.take("household")
    forms.close(stage.hands, host)
    return {}


def _open_form(stage: Stage, name: str) -> RecordForm:
    """The form of a person in front, the cursor in it."""
    host = stage.desk.registers.host("person")
    until(
        lambda: host.form is not None and host.form.record is not None and host.form.record.title() == name,
        f"{name} 的表单",
    )
    form = host.form
    assert form is not None
    until(lambda: form.isAncestorOf(QApplication.focusWidget() or host), "光标在表单里")
    until_quiet()
    return form
