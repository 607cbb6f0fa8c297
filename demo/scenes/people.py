"""People: two thousand settled in bulk, and one found by the first letters of a rare name."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

from app.models.names import name_keys
from app.practice.ledger import messy_ledger
from app.practice.township import make_township
from app.services import practising
from app.ui import work
from demo.eyes import until
from demo.promises import promised
from demo.stage import Stage


def settle(stage: Stage, *, people: int, seed: int, today: str, ledger: str) -> dict[str, Any]:
    """Write the practice township's records in bulk while the window stays open, and its messy ledger as a file."""
    township = make_township(people, seed, today=date.fromisoformat(today))
    facts = messy_ledger(township, Path(ledger))
    office = stage.office
    done: list[object] = []
    began = time.monotonic()
    work.run(lambda: practising.settle(office, township), then=done.append, owner=stage.window)
    until(lambda: done, "练习用的人口写完", limit=120)
    stage.window.refresh_current()
    stage.take("workbench")
    return {
        "people": office.reader.count("person"),
        "households": office.reader.count("household"),
        "organisations": office.reader.count("organisation"),
        "places": office.reader.count("place"),
        "seconds": time.monotonic() - began,
        "ledger_rows": facts.rows,
        "newcomers": facts.newcomers,
    }


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
    place = box.titles().index(name)
    hands.press("Down", times=place)
    hands.press("Enter")
    return {"name": name, "letters": letters, "strokes": hands.strokes - before, "hits": len(box.titles())}
