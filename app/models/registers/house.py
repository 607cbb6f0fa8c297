"""租赁房屋: a let house or flat, who lets it, and what inspections found. Who lives there is counted from residences.

No group or grade is put on a house or its tenants; what is dangerous about it is a hazard with its own register.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from app.errors import Finding, Level
from app.models.codes import code_list
from app.models.files import FileLine
from app.models.kinds import (
    Address,
    Area,
    Count,
    Day,
    Flag,
    LongText,
    Name,
    NumberText,
    PersonName,
    Phone,
    coded,
    coded_many,
    ref,
)
from app.models.limits import limit_called
from app.models.register import Column, Line, Lookup, Reach, Record, Section, children, field
from app.models.registers.basis import RENTAL, STAFF
from app.models.registers.person import PersonRef
from app.models.registers.place import PlaceRef

HouseRef = Annotated[str, ref("house")]
OrganisationRef = Annotated[str, ref("organisation")]
HouseKind = Annotated[str, coded("house_kind")]
Structure = Annotated[str, coded("house_structure")]
Use = Annotated[str, coded("house_use")]
Spaces = Annotated[tuple[str, ...], coded_many("house_space")]
LandlordKind = Annotated[str, coded("party_kind")]

_EVERYBODY = 1_000_000
_LIVING = "FROM residence r WHERE r.house = t.id AND r.deleted = 0 AND r.cancelled_on IS NULL"
_SMALL = " 偏小"


class Inspection(Line, table="house_inspection", label="检查记录", reach=Reach.TOWNSHIP, basis=RENTAL):
    """One visit to the house: what was seen, and what became of it."""

    inspected_on: Day = field("检查日期", starts_today=True)
    inspector: PersonName | None = field("检查人", default=None, search=False, basis=STAFF)
    found: LongText | None = field("检查情况", default=None, hint="没有问题写“未发现问题”")
    rectified: LongText | None = field("整改情况", default=None)

    columns = ("inspected_on", "inspector", "found", "rectified")


class HouseFile(FileLine, table="house_file", label="附件", reach=Reach.TOWNSHIP, basis=RENTAL):
    """The signed pledge, the contract, pictures of exits and fire lanes; never of a person's document."""


def residents(house: House, lookup: Lookup) -> int:
    """How many live there now by the residence register."""
    found = (lookup.get("residence", one) for one in lookup.find("residence", "house", house.id, cap=_EVERYBODY))
    return sum(one is not None and getattr(one, "cancelled_on", None) is None for one in found)


def _resident_count(house: House, lookup: Lookup) -> str:
    return str(residents(house, lookup))


def _area_each(house: House, lookup: Lookup) -> str:
    number = residents(house, lookup)
    if not number or not isinstance(house.area, Decimal):
        return ""
    tenths = int(house.area * 100) // (number * 10)
    return f"{tenths // 10}.{tenths % 10}" + (_SMALL if tenths < _least_tenths() else "")


def _least_tenths() -> int:
    return limit_called("area_each").value * 10


_TENTHS = f"(t.area / (10 * (SELECT count(*) {_LIVING})))"
_AREA_EACH = (
    f"CASE WHEN typeof(t.area) = 'integer' AND EXISTS (SELECT 1 {_LIVING})"
    f" THEN ({_TENTHS} / 10) || '.' || ({_TENTHS} % 10)"
    f" || CASE WHEN {_TENTHS} < {_least_tenths()} THEN '{_SMALL}' ELSE '' END ELSE '' END"
)


class House(Record, table="house", label="租赁房屋", stream="safety", reach=Reach.COUNTY, basis=RENTAL):
    """A house, flat or rooms let to others (住房租赁条例; 租赁房屋治安管理规定)."""

    exact_address: Address = field("房屋准确地址", width=18, hint="实际地址，不是房产证上的地址")
    number: NumberText | None = field("房屋编号", default=None, width=8)
    place: PlaceRef | None = field("所在村（社区）", default=None)
    kind: HouseKind | None = field("房屋类别", default=None, width=5)
    structure: Structure | None = field("房屋结构", default=None, width=6)
    area: Area | None = field("建筑面积（平方米）", default=None)
    rooms: Count | None = field("出租间数", default=None)
    use: Use = field("出租用途", default="dwelling", width=5)
    spaces: Spaces | None = field("出租部位", default=None, hint="整套出租只选“整套”")
    landlord_kind: LandlordKind = field("出租人类别", default="person", width=6)
    landlord_person: PersonRef | None = field("人口登记", default=None, hint="没有登记的可直接填姓名")
    landlord_organisation: OrganisationRef | None = field("单位登记", default=None)
    landlord_name: Name | None = field("出租人", default=None, width=8)
    landlord_phone: Phone | None = field("出租人电话", default=None)
    landlord_address: Address | None = field("出租人住址", default=None, search=False)
    agent_name: PersonName | None = field("代管人", default=None, search=False, hint="出租人委托他人管理的填写")
    agent_phone: Phone | None = field("代管人电话", default=None, search=False)
    listed_on: Day | None = field("登记日期", default=None, starts_today=True)
    let_since: Day | None = field("开始出租日期", default=None)
    filing_number: NumberText | None = field("租赁备案证号", default=None)
    pledge_signed: Flag | None = field("已签治安责任保证书", default=None)
    has_exit: Flag | None = field("安全通道畅通", default=None)
    has_fire_lane: Flag | None = field("消防通道畅通", default=None)
    ended_on: Day | None = field("停租日期", default=None, hint="停止出租后填写；登记保留")
    inspections: tuple[Inspection, ...] = children("检查记录", default=())
    files: tuple[HouseFile, ...] = children("附件", default=())

    columns = (
        "exact_address",
        "place",
        "landlord_name",
        "landlord_phone",
        "resident_count",
        "area_each",
        "use",
        "kind",
    )
    filters = ("place", "use", "kind")
    layout = (
        Section("房屋", ("exact_address", "place", "number", "kind", "structure", "area", "rooms", "use", "spaces")),
        Section(
            "出租人",
            (
                "landlord_kind",
                "landlord_person",
                "landlord_organisation",
                "landlord_name",
                "landlord_phone",
                "landlord_address",
                "agent_name",
                "agent_phone",
            ),
        ),
        Section("登记与安全", ("listed_on", "let_since", "filing_number", "pledge_signed")),
        Section("通道与停租", ("has_exit", "has_fire_lane", "ended_on")),
    )
    computed = (
        Column(
            "resident_count",
            "居住人数",
            f"CAST((SELECT count(*) {_LIVING}) AS TEXT)",
            _resident_count,
            7,
            refers="residence",
        ),
        Column("area_each", "人均面积", _AREA_EACH, _area_each, 8, refers="residence"),
    )

    def title(self) -> str:
        """Its exact address."""
        return str(self.exact_address)

    def subtitle(self) -> str:
        """Who lets it."""
        return self.landlord_name or ""


@House.rule()
def rooms_to_live_in(house: House) -> Iterator[Finding]:
    """住房租赁条例: kitchens, bathrooms, balconies, passages, cellars and garages are not let alone to live in."""
    if house.use not in ("dwelling", "dormitory") or not isinstance(house.spaces, tuple):
        return
    codes = code_list("house_space")
    items = [item for code in house.spaces if (item := codes.item(code))]
    barred = [item.label for item in items if "not_to_live_in" in item.flags]
    if barred and len(barred) == len(items):
        words = f"{'、'.join(barred)}不得单独出租用于居住"
        yield Finding(("spaces",), words, Level.DOUBT, "请核对出租部位；确实如此请写明已如何告知出租人")


@House.rule()
def somebody_lets_it(house: House) -> Iterator[Finding]:
    """A landlord is a person, an organisation or free text; a name at the least."""
    if not house.landlord_name:
        yield Finding(("landlord_name",), "还没有填写出租人", Level.HINT, "可以以后补上")


@House.rule()
def landlord_is_of_one_kind(house: House) -> Iterator[Finding]:
    """A person's and an organisation's record do not both let one house."""
    if house.landlord_kind == "person" and house.landlord_organisation and not house.landlord_person:
        yield Finding(("landlord_kind",), "选了出租单位，类别却是自然人", Level.DOUBT, "请核对出租人类别")


@House.rule()
def ends_after_it_began(house: House) -> Iterator[Finding]:
    """Letting ends after it began."""
    if house.let_since and house.ended_on and house.ended_on < house.let_since:
        yield Finding(("ended_on",), "停租日期早于开始出租日期", Level.DOUBT, "请核对两个日期")
