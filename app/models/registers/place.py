"""地点: county → township → village → group; every address and scope hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from app.errors import Finding, Level
from app.models.kinds import Name, NumberText, coded, ref
from app.models.register import Reach, Record, field
from app.models.registers.basis import OFFICE

PlaceKind = Annotated[str, coded("place_kind")]
PlaceRef = Annotated[str, ref("place")]

_CODE_LENGTHS = {"county": 6, "township": 9, "village": 12}


class Place(Record, table="place", label="地点", stream="office", reach=Reach.COUNTY, basis=OFFICE):
    """A county, township, village or group. Codes: GB/T 2260 and 国家统计局 统计用区划代码."""

    name: Name = field("名称")
    kind: PlaceKind = field("级别")
    parent_place: PlaceRef | None = field("上级", default=None)
    code: NumberText | None = field("区划代码", default=None, hint="县 6 位、乡镇 9 位、村 12 位")

    columns = ("name", "kind", "parent_place", "code")
    filters = ("kind", "parent_place")
    sort = "code"


@Place.rule()
def code_has_its_length(place: Place) -> Iterator[Finding]:
    """GB/T 2260 (6), GB/T 10114 (9), statistical codes of villages (12)."""
    wanted = _CODE_LENGTHS.get(place.kind)
    if place.code and wanted and (len(place.code) != wanted or not place.code.isdigit()):
        yield Finding(("code",), f"这一级的区划代码一般为 {wanted} 位数字", Level.DOUBT)


@Place.rule()
def not_its_own_parent(place: Place) -> Iterator[Finding]:
    """A place inside itself would never end."""
    if place.parent_place == place.id:
        yield Finding(("parent_place",), "上级不能是它自己", Level.STOP, "请另选上级")
