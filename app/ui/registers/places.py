"""Where each register stands in the navigation, with its icon and its way in from the first page. One list.

A register that is not named here still has its page, under 其他.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.ui.shell.page import UNLISTED

GROUPS: Final = ("", "人口与户", "办理", "其他", "组织", "系统", UNLISTED)
"""Captions of the navigation, from top to bottom; the first stands without words."""


@dataclass(frozen=True, slots=True)
class QuickWay:
    """A large button on the first page and a command: words, note, key, and the initials it is found by."""

    title: str
    note: str
    icon: str
    shortcut: str
    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """Caption and icon of one register."""

    group: str
    icon: str
    quick: QuickWay | None = None


PLACES: Final = {
    "dispute": Place(
        "办理",
        "handshake",
        QuickWay("登记纠纷", "受理、调解、打印协议书", "scale", "Ctrl+Shift+D", "djjf"),
    ),
    "person": Place("人口与户", "users", QuickWay("新增人口", "登记一个人", "user-plus", "Ctrl+Shift+P", "xzrk")),
    "household": Place("人口与户", "house", QuickWay("新增户", "立户和家庭成员", "house", "Ctrl+Shift+H", "xzh")),
    "residence": Place("人口与户", "id-card"),
    "house": Place("人口与户", "building"),
    "organisation": Place("人口与户", "building-2"),
    "patrol": Place(
        "办理", "footprints", QuickWay("登记巡逻", "一次巡逻和发现的情况", "footprints", "Ctrl+Shift+X", "djxl")
    ),
    "hazard": Place("办理", "triangle-alert"),
    "committee": Place("组织", "landmark"),
    "place": Place("组织", "map-pin"),
    "platform": Place(UNLISTED, "server"),
    "transcription_order": Place(UNLISTED, "list"),
    "local_code": Place(UNLISTED, "tags"),
    "number_entry": Place("系统", "notebook-pen"),
    "account": Place("系统", "user-cog"),
}
"""In the order of the navigation and of the first page's buttons."""

OWN_PAGES: Final = frozenset({"form_pack", "number_entry"})
"""Registers whose subject has a page of its own instead: nothing in them is typed."""

_ELSEWHERE: Final = Place("其他", "table-2")


def place_of(register: str) -> Place:
    """The register's place; 其他 for one that is not named."""
    return PLACES.get(register, _ELSEWHERE)
