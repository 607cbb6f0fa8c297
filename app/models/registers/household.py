"""户: a household and its members (户口登记条例 第五条). A working ledger, not a proof of 户籍."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from app.errors import Finding, Level
from app.models.kinds import Address, Day, NumberText, coded
from app.models.register import Column, Line, Lookup, Reach, Record, children, field
from app.models.registers.basis import RESIDENCE
from app.models.registers.person import PersonRef
from app.models.registers.place import PlaceRef

Relation = Annotated[str, coded("relation_to_head")]
HouseholdKind = Annotated[str, coded("household_kind")]

HEAD = "02"
"""Code of 户主 in GB/T 4761."""


class Member(Line, table="household_member", label="家庭成员", reach=Reach.COUNTY, basis=RESIDENCE):
    """One person of a household and the relation to its head (GB/T 4761-2008)."""

    person: PersonRef = field("成员", width=10)
    relation: Relation = field("与户主关系", width=8)
    joined_on: Day | None = field("入户日期", default=None)


def _head_name(household: Household, lookup: Lookup) -> str:
    for member in household.members:
        if member.relation == HEAD:
            person = lookup.get("person", member.person)
            return person.title() if person else ""
    return ""


def _member_count(household: Household, _: Lookup) -> str:
    return str(len(household.members))


class Household(Record, table="household", label="户", stream="people", reach=Reach.COUNTY, basis=RESIDENCE):
    """People who live together under one head; one person alone is a household too."""

    number: NumberText = field("户号", width=12)
    kind: HouseholdKind = field("户别", default="family", width=6)
    place: PlaceRef | None = field("所在村（社区）", default=None)
    address: Address | None = field("住址", default=None)
    opened_on: Day | None = field("立户日期", default=None)
    members: tuple[Member, ...] = children("家庭成员", default=())

    columns = ("number", "head_name", "member_count", "place", "address", "kind")
    filters = ("place", "kind")
    sort = "number"
    computed = (
        Column(
            "head_name",
            "户主",
            "coalesce((SELECT p.title FROM household_member m JOIN person p ON p.id = m.person AND p.deleted = 0"
            " WHERE m.parent = t.id AND m.deleted = 0 AND m.relation = '02' ORDER BY m.position, m.id LIMIT 1), '')",
            _head_name,
            8,
        ),
        Column(
            "member_count",
            "人数",
            "CAST((SELECT count(*) FROM household_member m WHERE m.parent = t.id AND m.deleted = 0) AS TEXT)",
            _member_count,
            4,
        ),
    )

    def title(self) -> str:
        """户号 and address."""
        return f"{self.number} 户"

    def spoken_title(self, lookup: Lookup) -> str:
        """By its head, as everybody calls it; by its number when there is none."""
        head = _head_name(self, lookup)
        return f"{head}户" if head else self.title()

    def subtitle(self) -> str:
        """Where it is."""
        return self.address or ""


@Household.rule()
def one_head(household: Household) -> Iterator[Finding]:
    """One household, one head; asked again after every merge."""
    heads = [index for index, member in enumerate(household.members) if member.relation == HEAD]
    if len(heads) > 1:
        for index in heads[1:]:
            yield Finding(("members", index, "relation"), "一户只能有一个户主", Level.STOP, "请改为与户主的关系")
    elif household.members and not heads:
        yield Finding(("members",), "还没有户主", Level.DOUBT, "请把一位成员的关系选为“户主”")


@Household.rule()
def nobody_twice(household: Household) -> Iterator[Finding]:
    """The same person stands once in a household."""
    seen: set[str] = set()
    for index, member in enumerate(household.members):
        if member.person in seen:
            yield Finding(("members", index, "person"), "这个人在本户中已有一行", Level.STOP, "请删除重复的一行")
        seen.add(member.person)
