"""Invented disputes and patrols: ready-made stories told about the people of the practice township."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, Final

from app.models.days import BEIJING, age_on
from app.practice.naming import MAN, WOMAN
from app.practice.records import (
    Agreement,
    Committee,
    Dispute,
    Finding,
    Household,
    Organisation,
    Party,
    Patrol,
    Person,
    Place,
    Session,
)
from app.resources import resource_path

_PATROL_DAYS: Final = 12
# Relations by GB/T 4761: sons, daughters, and the mother of the head's children or the head herself.
_SONS: Final = frozenset({"20", "21", "22", "23", "24"})
_DAUGHTERS: Final = frozenset({"30", "31", "32", "33", "34"})
_MOTHERS: Final = frozenset({"02", "12"})


@cache
def _told(name: str) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(resource_path(f"practice/{name}.json").read_text(encoding="utf-8"))
    return raw


@dataclass(frozen=True, slots=True)
class Stage:
    """Everybody and every place the stories may speak of."""

    today: date
    township: Place
    villages: tuple[Place, ...]
    committees: tuple[Committee, ...]
    organisations: tuple[Organisation, ...]
    households: tuple[Household, ...]
    people: Mapping[str, Person]

    def age(self, person: Person) -> int:
        """Age in full years."""
        return age_on(person.birth_on, self.today)

    def mediators(self) -> frozenset[str]:
        """Names of all mediators: they stay out of the disputes."""
        return frozenset(mediator.name for committee in self.committees for mediator in committee.mediators)

    def adults(self, village: Place, sex: str, ages: range) -> list[Person]:
        """People of a village with papers, a telephone and that sex and age, no mediators."""
        mediators = self.mediators()
        return [
            person
            for person in self.people.values()
            if person.place == village.key
            and person.sex == sex
            and person.id_number
            and person.phone
            and person.full_name not in mediators
            and self.age(person) in ages
        ]

    def children_at_school(self, village: Place) -> Iterator[tuple[Person, Person]]:
        """A child between 8 and 14 and the head of its household, who is its parent."""
        for lines in self._lines(village):
            for person, relation in lines[1:]:
                if relation in _SONS | _DAUGHTERS and 8 <= self.age(person) <= 14:
                    yield person, lines[0][0]

    def mothers_with_sons(self, village: Place) -> Iterator[tuple[Person, Person]]:
        """A mother of sixty or more and the grown son she lives with."""
        for lines in self._lines(village):
            sons = [person for person, relation in lines if relation in _SONS and self.age(person) >= 25]
            for person, relation in lines:
                if person.sex == WOMAN and self.age(person) >= 60 and relation in _MOTHERS and sons:
                    yield person, sons[0]

    def _lines(self, village: Place) -> Iterator[list[tuple[Person, str]]]:
        """The members of each household of a village with their relation, the head first."""
        for household in self.households:
            if household.place == village.key:
                yield [(self.people[member.person], member.relation) for member in household.members]


def disputes(stage: Stage, rng: Random) -> tuple[Dispute, ...]:
    """One dispute per story, each in another village where there are enough."""
    villages = stage.villages[1:] or stage.villages
    return tuple(
        _Teller(stage, rng, villages[index % len(villages)], raw).dispute()
        for index, raw in enumerate(_told("stories")["disputes"])
    )


_WANTED: Final = {"man": (MAN, range(28, 64)), "woman": (WOMAN, range(26, 60))}


class _Teller:
    """Puts people and places into one story."""

    def __init__(self, stage: Stage, rng: Random, village: Place, raw: Mapping[str, Any], /) -> None:
        self.stage, self.rng, self.village, self.raw = stage, rng, village, raw
        self.cast: dict[str, Person] = {}
        self.organisation = next((each for each in stage.organisations if each.key == raw.get("organisation")), None)
        self._cast()
        lead = self.cast.get("a") or next(iter(self.cast.values()))
        self.names = {role: person.full_name for role, person in self.cast.items()} | {
            "village": village.name,
            "township": stage.township.name,
            "group": lead.group.rpartition(" ")[2],
            "from_month": _month(self._day(raw["happened"] + 75)),
            "to_month": _month(self._day(raw["happened"])),
            "org": self.organisation.name if self.organisation else "",
        }
        place = village if raw["committee"] == "village" else stage.township
        self.committee = next(each for each in stage.committees if each.place == place.key)
        self.mediators = "、".join(each.name for each in self.committee.mediators[:2])
        self.recorder = self.committee.mediators[-1].name

    def dispute(self) -> Dispute:
        """The story with names and days filled in."""
        raw = self.raw
        return Dispute(
            key=f"dispute-{raw['key']}",
            name=self._fill(raw["name"]),
            committee=self.committee.key,
            category=raw["category"],
            source=raw["source"],
            difficulty=raw["difficulty"],
            stage=raw["stage"],
            happened_on=self._day(raw["happened"]),
            accepted_on=self._day(raw["accepted"]),
            place=self.village.key,
            location=self._fill(raw["location"]),
            story=self._fill(raw["story"]),
            people_count=raw["people_count"],
            may_escalate=raw.get("may_escalate", False),
            reported_to=self._fill(raw["reported_to"]) if raw.get("reported_to") else None,
            parties=tuple(self._party(each) for each in raw["parties"]),
            sessions=tuple(self._session(each) for each in raw["sessions"]),
            agreement=self._agreement(raw["agreement"]) if raw["agreement"] else None,
        )

    def _cast(self) -> None:
        for role, wanted in self.raw["pick"].items():
            if wanted == "child":
                self.cast["child"], self.cast["a"] = self._pair(self.stage.children_at_school)
            elif wanted == "mother":
                self.cast["a"], self.cast["b"] = self._pair(self.stage.mothers_with_sons)
            else:
                self.cast[role] = self._one(*_WANTED[wanted])
        if "c" not in self.cast:
            self.cast["c"] = self._one(MAN, range(35, 70))

    def _pair(self, find: Callable[[Place], Iterator[tuple[Person, Person]]]) -> tuple[Person, Person]:
        """Two of one household, of this village if possible."""
        mediators = self.stage.mediators()
        for village in (self.village, *self.stage.villages):
            found = [pair for pair in find(village) if mediators.isdisjoint(person.full_name for person in pair)]
            if found:
                return self.rng.choice(found)
        raise ValueError("too few people for the stories")

    def _one(self, sex: str, ages: range) -> Person:
        """Somebody not yet in the story, of this village if possible."""
        taken = {person.key for person in self.cast.values()}
        for village in (self.village, *self.stage.villages):
            found = [person for person in self.stage.adults(village, sex, ages) if person.key not in taken]
            if found:
                return self.rng.choice(found)
        raise ValueError("too few people for the stories")

    def _fill(self, text: str) -> str:
        return text.format_map(self.names)

    def _day(self, days_ago: int) -> date:
        return self.stage.today - timedelta(days=days_ago)

    def _party(self, raw: Mapping[str, Any]) -> Party:
        if "text" in raw:
            return Party(role=raw["role"], kind="text", name=self._fill(raw["text"]))
        if raw["of"] == "org":
            return self._organisation_party(raw["role"])
        person = self.cast[raw["of"]]
        by = self.cast[raw["representative_of"]] if "representative_of" in raw else None
        return Party(
            role=raw["role"],
            kind="person",
            name=person.full_name,
            person=person.key,
            sex=person.sex,
            ethnicity=person.ethnicity,
            birth_on=person.birth_on,
            id_number=person.id_number,
            occupation=person.occupation,
            phone=person.phone or (by.phone if by else None),
            address=person.registered_address,
            representative_kind=raw.get("representative_kind"),
            representative_name=by.full_name if by else None,
            representative_phone=by.phone if by else None,
        )

    def _organisation_party(self, role: str) -> Party:
        if self.organisation is None:
            raise ValueError("the story names no organisation")
        body = self.organisation
        return Party(
            role=role,
            kind="organisation",
            name=body.name,
            organisation=body.key,
            id_number=body.credit_code,
            phone=body.phone,
            address=body.address,
            representative_kind="head",
            representative_name=body.head_name,
            representative_phone=body.phone,
        )

    def _session(self, raw: Mapping[str, Any]) -> Session:
        return Session(
            held_at=datetime.combine(self._day(raw["day"]), time(raw["hour"], raw["minute"]), BEIJING),
            location=self._fill(raw["location"]),
            mediators=self.mediators,
            recorder=self.recorder,
            content=self._fill(raw["content"]),
            result=raw["result"],
            invited=self._fill(raw["invited"]) if raw.get("invited") else None,
        )

    def _agreement(self, raw: Mapping[str, Any]) -> Agreement:
        return Agreement(
            form=raw["form"],
            facts=self._fill(raw["facts"]),
            clauses=tuple(self._fill(clause) for clause in raw["clauses"]),
            performance=self._fill(raw["performance"]),
            amount=Decimal(raw["amount"]),
            due_on=None if raw["due"] is None else self._day(raw["due"]),
            mediators=self.mediators,
            recorder=self.recorder,
            signed_on=self._day(raw["signed"]),
            performed=raw["performed"],
        )


def _month(day: date) -> str:
    return f"{day.year} 年 {day.month} 月"


def patrols(stage: Stage, rng: Random) -> tuple[Patrol, ...]:
    """One patrol a day for the last days, the teams in turn; every second one finds something."""
    return tuple(_patrol(stage, rng, number) for number in range(1, _PATROL_DAYS + 1))


def _patrol(stage: Stage, rng: Random, number: int) -> Patrol:
    told = _told("patrols")
    raw = told["teams"][number % len(told["teams"])]
    village = stage.villages[number % len(stage.villages)]
    names = {"village": village.name, "seat": stage.villages[0].name}
    day = stage.today - timedelta(days=_PATROL_DAYS + 1 - number)
    started_at = datetime.combine(day, time(*raw["start"]), BEIJING)
    ended_at = datetime.combine(day, time(*raw["end"]), BEIJING)
    if ended_at < started_at:
        ended_at += timedelta(days=1)
    nearby = itertools.chain.from_iterable(
        stage.adults(each, MAN, range(25, 62)) for each in (village, *stage.villages)
    )
    team = rng.sample(list(itertools.islice(nearby, 12)), 4)
    findings = (_finding(told["findings"][number % len(told["findings"])], names, started_at),) if number % 2 else ()
    return Patrol(
        key=f"patrol-{number}",
        patrolled_on=day,
        shift=raw["shift"],
        team_kind=raw["team_kind"],
        team_name=raw["team_name"].format_map(names),
        leader=team[0].full_name,
        officer=team[1].full_name if raw.get("officer") else None,
        members="、".join(person.full_name for person in team[2:]),
        way=raw["way"],
        weather=rng.choice(told["weather"].split()),
        place=village.key,
        route=raw["route"].format_map(names),
        started_at=started_at,
        ended_at=ended_at,
        summary="发现 1 处情况，已处置。" if findings else "无异常。",
        findings=findings,
    )


def _finding(raw: Mapping[str, Any], names: Mapping[str, str], started_at: datetime) -> Finding:
    return Finding(
        found_at=started_at + timedelta(minutes=40),
        location=raw["location"].format_map(names),
        kind=raw["kind"],
        description=raw["description"].format_map(names),
        disposal=raw["disposal"],
        handed_to=raw["handed_to"].format_map(names) if raw["handed_to"] else None,
    )
