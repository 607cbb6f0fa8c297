"""Invented people from elsewhere who live in the township, the houses let to them, and what visits to these found.

Shares as in a township of the west: about four in a hundred live away from home, most of them in the seat.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from app.models.days import age_on
from app.practice.families import HOMES, OTHER_REGIONS
from app.practice.naming import MAN, WOMAN, Namer, Numbers, weighted
from app.practice.records import House, Household, Inspection, Person, Place, Residence, Township

_TENANTS_IN_A_THOUSAND: Final = 32
_SEAT_SHARE = 0.45
_PARTIES: Final = (("single", 40), ("couple", 34), ("family", 26))
"""Who rents together, and how often."""

_INSPECTOR = "陈志强"
_LEARNS, _HAS_PHONE, _WORKS, _LETS_FROM = 6, 14, 18, 30
"""From which age."""

_HALF_YEAR, _YEAR = 183, 365
_REASONS = (("work", "务工"), ("trade", "个体经营"), ("service", "厨师"), ("work", "瓦工"), ("work", "司机"))
_VISITS = (
    ("未发现问题", None),
    ("电线从窗户拉到楼下给电动车充电", "已当场收起，告知到集中充电点充电"),
    ("灭火器过期", "房东三日内更换，复查已换"),
    ("楼道堆放杂物", "已清走"),
)


@dataclass(frozen=True, slots=True)
class Dwellings:
    """People from elsewhere, the houses let, and who lives where since when."""

    tenants: tuple[Person, ...]
    houses: tuple[House, ...]
    residences: tuple[Residence, ...]


@dataclass(frozen=True, slots=True)
class _Come:
    """Where a party lives here, and where it is from."""

    village: Place
    address: str
    home: str
    region: str
    ethnicity: str


@dataclass
class _Letting:
    """Makes houses with tenants until enough people from elsewhere live in the township."""

    rng: Random
    today: date
    namer: Namer
    numbers: Numbers
    tenants: list[Person] = field(default_factory=list)
    houses: list[House] = field(default_factory=list)
    residences: list[Residence] = field(default_factory=list)
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def let(self, village: Place, owner: Household, landlord: Person) -> None:
        """One house of a villager, let to one party."""
        party = self.rng.choices([kind for kind, _ in _PARTIES], [weight for _, weight in _PARTIES])[0]
        moved_in = self.today - timedelta(days=self.rng.randint(12, 900))
        people = list(self._party(party, village, owner.address))
        house = self._house(village, owner, landlord, moved_in, len(people))
        self.houses.append(house)
        self.tenants += people
        gone_on = moved_in + timedelta(days=self.rng.randint(60, 400)) if self.rng.random() < 0.1 else None
        for person in people:
            self.residences.append(self.stay(person, moved_in, "rental", house=house, gone_on=gone_on))

    def stay(
        self,
        person: Person,
        arrived_on: date,
        dwelling: str,
        *,
        house: House | None = None,
        gone_on: date | None = None,
    ) -> Residence:
        """Somebody's stay: registered within days, with a permit after half a year, endorsed every year."""
        reason, _ = _REASONS[len(self.residences) % len(_REASONS)]
        is_child = age_on(person.birth_on, self.today) < 16
        has_left = gone_on is not None and gone_on <= self.today
        permit_on = arrived_on + timedelta(days=_HALF_YEAR + self.rng.randint(5, 60))
        has_permit = permit_on < self.today and not has_left and not is_child and self.rng.random() < 0.7
        return Residence(
            key=f"residence-{len(self.residences) + 1}",
            person=person.key,
            place=person.place,
            address=house.exact_address if house else person.live_address,
            dwelling_kind=dwelling,
            house=house.key if house else None,
            stay_reason="join_family" if is_child else reason,
            arrived_on=arrived_on,
            registered_on=min(self.today, arrived_on + timedelta(days=self.rng.choice((0, 1, 1, 2, 3, 3, 9)))),
            declare_way="guardian" if is_child else self.rng.choice(("self", "self", "landlord", "visit")),
            permit_on=permit_on if has_permit else None,
            endorse_by=self._endorse_by(permit_on) if has_permit else None,
            cancelled_on=gone_on if has_left else None,
            cancel_reason="left" if has_left else None,
        )

    def _endorse_by(self, permit_on: date) -> date:
        """The next day the year is full; for one in twenty the last one, which was forgotten."""
        by = permit_on + timedelta(days=_YEAR)
        while by < self.today:
            by += timedelta(days=_YEAR)
        was = by - timedelta(days=_YEAR)
        return was if was > permit_on and self.rng.random() < 0.05 else by

    def _party(self, party: str, village: Place, address: str) -> Iterator[Person]:
        ethnicity = weighted(self.rng, "peoples")
        home = f"{self.rng.choice(HOMES)}{self.rng.randint(1, 60)}号"
        come = _Come(village, address, home, self.rng.choice(OTHER_REGIONS), ethnicity)
        family, age = self.namer.family_name(ethnicity), self.rng.randint(20, 50)
        yield self._person(come, self.rng.choice((MAN, WOMAN)) if party == "single" else MAN, age, family)
        if party == "single":
            return
        yield self._person(come, WOMAN, max(20, age - 2), self.namer.family_name(ethnicity))
        if party == "family":
            child = self.rng.randint(1, max(1, min(15, age - 21)))
            yield self._person(come, self.rng.choice((MAN, WOMAN)), child, family)

    def _person(self, come: _Come, sex: str, age: int, family: str) -> Person:
        birth_on = self.today - timedelta(days=age * 1461 // 4 + self.rng.randint(1, 364))
        return Person(
            key=f"tenant-{next(self._count)}",
            full_name=self.namer.name(come.ethnicity, sex, birth_on.year, family=family),
            sex=sex,
            ethnicity=come.ethnicity,
            birth_on=birth_on,
            document_kind="111",
            id_number=self.numbers.id_number(come.region, birth_on, sex),
            phone=self.numbers.phone() if age >= _HAS_PHONE else None,
            occupation=self.rng.choice(_REASONS)[1] if age >= _WORKS else "学生" if age >= _LEARNS else None,
            place=come.village.key,
            group="",
            live_address=come.address,
            registered_address=come.home,
            residence_kind="02",
        )

    def _house(self, village: Place, owner: Household, landlord: Person, since: date, people: int) -> House:
        number = len(self.houses) + 1
        whole = self.rng.random() < 0.3
        area = Decimal(people * self.rng.randint(90, 320)) / 10
        if number % 25 == 0:
            area = Decimal(people * 4)  # now and then too small a room: the list says so
        listed_on = min(self.today, since + timedelta(days=self.rng.randint(0, 10)))
        return House(
            key=f"house-{number}",
            exact_address=f"{owner.address}{'' if whole else self.rng.choice(('二楼', '东侧一楼', '后院'))}",
            number=f"{village.code}F{number:04d}",
            place=village.key,
            kind=self.rng.choices(("bungalow", "whole", "flat"), (40, 40, 20))[0],
            structure=self.rng.choices(("mixed", "brick_wood", "concrete"), (60, 20, 20))[0],
            area=area,
            rooms=max(1, people // 2),
            use="dwelling",
            spaces=("whole",) if whole else ("room",),
            landlord_kind="person",
            landlord_person=landlord.key,
            landlord_name=landlord.full_name,
            landlord_phone=landlord.phone,
            landlord_address=landlord.live_address,
            listed_on=listed_on,
            let_since=since,
            pledge_signed=self.rng.random() < 0.85,
            has_exit=self.rng.random() < 0.95,
            has_fire_lane=self.rng.random() < 0.9,
            inspections=tuple(self._visits(listed_on)),
        )

    def _visits(self, listed_on: date) -> Iterator[Inspection]:
        """A visit every few months, the last ones of this year."""
        on = listed_on + timedelta(days=self.rng.randint(10, 90))
        while on <= self.today:
            found, rectified = self.rng.choices(_VISITS, (70, 10, 12, 8))[0]
            yield Inspection(inspected_on=on, inspector=_INSPECTOR, found=found, rectified=rectified)
            on += timedelta(days=self.rng.randint(120, 260))


def settle_from_elsewhere(rng: Random, township: Township, namer: Namer, numbers: Numbers) -> Dwellings:
    """Tenants with their houses, and the stays of everybody in a dormitory who is registered elsewhere."""
    letting = _Letting(rng, township.today, namer, numbers)
    owners = _owners(township, rng)
    wanted = max(6, len(township.people) * _TENANTS_IN_A_THOUSAND // 1_000)
    while len(letting.tenants) < wanted:
        village = township.villages[0] if rng.random() < _SEAT_SHARE else rng.choice(township.villages)
        if owners[village.key]:
            owner = owners[village.key].pop()
            letting.let(village, owner, township.head(owner))
    for person in township.people:
        if person.registered_address.startswith(HOMES):
            arrived_on = township.today - timedelta(days=rng.randint(12, 700))
            letting.residences.append(letting.stay(person, arrived_on, rng.choice(("unit", "unit", "site"))))
    return Dwellings(tuple(letting.tenants), tuple(letting.houses), tuple(letting.residences))


def _owners(township: Township, rng: Random) -> dict[str, list[Household]]:
    """By village, the families that may have rooms to let, in any order."""
    owners: dict[str, list[Household]] = {village.key: [] for village in township.villages}
    for household in township.households:
        head = township.head(household)
        if household.kind == "family" and head.phone and age_on(head.birth_on, township.today) >= _LETS_FROM:
            owners[household.place].append(household)
    for each in owners.values():
        rng.shuffle(each)
    return owners
