"""Invented hazards of things and places, one at every stage from found to closed or handed over; some from patrols."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.practice.records import Hazard, House, Patrol, Recheck, Township
from app.resources import resource_path


def hazards(township: Township) -> tuple[Hazard, ...]:
    """One hazard per story of ``resources/practice/hazards.json``; a story of a patrol is told where that went."""
    told = json.loads(resource_path("practice/hazards.json").read_text(encoding="utf-8"))["hazards"]
    return tuple(_hazard(township, number, raw) for number, raw in enumerate(told, start=1))


def _hazard(township: Township, number: int, raw: Mapping[str, Any]) -> Hazard:
    villages = township.villages
    patrol = next((one for one in township.patrols if one.key == raw.get("patrol")), None)
    house = township.houses[raw["house"] % len(township.houses)] if "house" in raw else None
    place = _place(patrol, house)
    if place is None or "village" in raw:
        place = villages[raw.get("village", number) % len(villages)].key
    names = {
        "village": next(one.name for one in villages if one.key == place),
        "seat": villages[0].name,
        "township": township.name,
        "address": house.exact_address if house else "",
        "year": str(township.today.year),
    }
    found_on = patrol.patrolled_on if patrol else township.today - timedelta(days=raw["found"])
    texts = {name: raw[name].format_map(names) for name in _TEXTS if raw.get(name)}
    days = {name: township.today - timedelta(days=raw[ago]) for name, ago in _DAYS.items() if raw.get(ago) is not None}
    return Hazard(
        key=f"hazard-{number}",
        name=texts["name"],
        kind=raw["kind"],
        level=raw.get("level", "common"),
        source=raw["source"],
        patrol=patrol.key if patrol else None,
        place=place,
        location=texts["location"],
        house=house.key if house else None,
        found_on=found_on,
        description=texts["description"],
        responsible_name=texts.get("responsible"),
        demand=texts.get("demand"),
        due_on=days.get("due_on"),
        measures=texts.get("measures"),
        rectified_on=days.get("rectified_on"),
        handed_to=texts.get("handed_to"),
        handed_on=days.get("handed_on"),
        letter_number=texts.get("letter"),
        rechecks=tuple(
            Recheck(township.today - timedelta(days=one["day"]), one["by"], one["result"], one["remark"])
            for one in raw.get("rechecks", ())
        ),
        files=tuple(raw.get("files", {}).items()),
    )


def _place(patrol: Patrol | None, house: House | None) -> str | None:
    return house.place if house else patrol.place if patrol else None


_TEXTS = ("name", "location", "description", "responsible", "demand", "measures", "handed_to", "letter")
_DAYS = {"due_on": "due", "rectified_on": "rectified", "handed_on": "handed"}
"""Fields that are days, by how many days ago (below nought: days to come) the story says."""
