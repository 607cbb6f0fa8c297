"""A township of invented people as records: to learn in, to show, to measure with. Never mixed with a real one."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.models.register import Record, new_id
from app.models.registers import (
    Agreement,
    Committee,
    Dispute,
    Hazard,
    House,
    Household,
    Inspection,
    Mediator,
    Member,
    Organisation,
    Party,
    Patrol,
    PatrolFinding,
    Person,
    Place,
    Recheck,
    Residence,
    Session,
)
from app.models.registers.matter import first_held
from app.models.store import Priority, set_meta
from app.models.unit import UnitOfWork
from app.resources import resource_path
from app.services import practising_work, setup
from app.services.office import PRACTICE, Office

if TYPE_CHECKING:
    from app.practice import records as practice

NAME: Final = "练习员"
COLLEAGUE: Final = "王秀兰（练习）"
PASSWORD: Final = "lianxi-123"  # noqa: S105 - told to everybody on the screen; what it opens is invented
PEOPLE: Final = 400
_SEED: Final = 20260315
_READY: Final = "practice_ready"
_SLICE = 200
_REFERENCES: Final = ("place", "person", "organisation", "committee", "house", "landlord_person", "patrol")


class Settling:
    """Turns a practice township into records; keys of the practice data become ids."""

    def __init__(self, township: practice.Township) -> None:
        self._township = township
        self._ids: dict[str, str] = {}

    def id_of(self, key: str) -> str:
        """The record id standing for a practice key, the same each time."""
        return self._ids.setdefault(key, new_id())

    def stand_for(self, key: str, record_id: str) -> None:
        """Let an existing record stand for a practice key (the township made at first start)."""
        self._ids[key] = record_id

    def places(self) -> list[Record]:
        """Villages and groups; what already stands for a key is left out."""
        return [
            Place(
                id=self.id_of(one.key),
                name=one.name,
                kind=one.kind,
                parent_place=self.id_of(one.parent_place) if one.parent_place else None,
                code=one.code,
            )
            for one in self._township.places
            if one.key not in self._ids or one.kind in ("village", "group")
        ]

    def people(self) -> list[Record]:
        """Everybody, with the village they live in."""
        return [self.person(one) for one in (*self._township.people, *self._township.tenants)]

    def person(self, one: practice.Person) -> Person:
        """One invented person."""
        return Person(
            id=self.id_of(one.key),
            full_name=one.full_name,
            sex=one.sex,
            ethnicity=one.ethnicity,
            birth_on=one.birth_on,
            document_kind=one.document_kind,
            id_number=one.id_number,
            phone=one.phone,
            occupation=one.occupation,
            place=self.id_of(one.place),
            live_address=one.live_address,
            registered_address=one.registered_address,
            residence_kind=one.residence_kind,
        )

    def households(self) -> list[Record]:
        """Households with their members."""
        return [
            Household(
                id=self.id_of(one.key),
                number=one.number,
                kind=one.kind,
                place=self.id_of(one.place),
                address=one.address,
                opened_on=one.opened_on,
                members=tuple(Member(person=self.id_of(each.person), relation=each.relation) for each in one.members),
            )
            for one in self._township.households
        ]

    def organisations(self) -> list[Record]:
        """Cooperatives, the school, the hospital."""
        return [
            Organisation(
                id=self.id_of(one.key),
                name=one.name,
                kind=one.kind,
                credit_code=one.credit_code,
                head_name=one.head_name,
                head_duty=one.head_duty,
                phone=one.phone,
                place=self.id_of(one.place),
                address=one.address,
            )
            for one in self._township.organisations
        ]

    def committees(self) -> list[Record]:
        """The villages' committees; the township's was made at first start."""
        return [
            Committee(
                id=self.id_of(one.key),
                name=one.name,
                kind=one.kind,
                place=self.id_of(one.place),
                abbreviation=one.abbreviation,
                address=one.address,
                phone=one.phone,
                mediators=tuple(
                    Mediator(name=each.name, duty=each.duty, phone=each.phone, appointed_on=each.appointed_on)
                    for each in one.mediators
                ),
            )
            for one in self._township.committees
            if one.key not in self._ids
        ]

    def disputes(self) -> list[Record]:
        """Disputes with parties, sessions and agreements."""
        return [
            self._filled(
                Dispute,
                one,
                id=self.id_of(one.key),
                parties=tuple(self._filled(Party, line) for line in one.parties),
                sessions=tuple(self._filled(Session, line) for line in one.sessions),
                agreements=(self._filled(Agreement, one.agreement, clauses="\n".join(one.agreement.clauses)),)
                if one.agreement
                else (),
            ).completed()
            for one in self._township.disputes
        ]

    def patrols(self) -> list[Record]:
        """Patrols with what they found."""
        return [
            self._filled(
                Patrol,
                one,
                id=self.id_of(one.key),
                findings=tuple(self._filled(PatrolFinding, line) for line in one.findings),
            )
            for one in self._township.patrols
        ]

    def houses(self) -> list[Record]:
        """Houses that are let, with what visits found."""
        return [
            self._filled(
                House,
                one,
                id=self.id_of(one.key),
                inspections=tuple(self._filled(Inspection, line) for line in one.inspections),
            )
            for one in self._township.houses
        ]

    def residences(self) -> list[Record]:
        """Who lives in the township away from home."""
        return [self._filled(Residence, one, id=self.id_of(one.key)) for one in self._township.residences]

    def hazards(self) -> list[Record]:
        """Hazards at every stage; their attachments come afterwards (:func:`attach_drawings`)."""
        return [
            self._filled(
                Hazard,
                one,
                id=self.id_of(one.key),
                rechecks=tuple(self._filled(Recheck, line) for line in one.rechecks),
                files=(),
            ).completed()
            for one in self._township.hazards
        ]

    def drawings(self) -> Iterator[tuple[str, str, str]]:
        """Hazard, name of the attachment, drawing in ``resources/practice``."""
        for one in self._township.hazards:
            for name, drawing in one.files:
                yield self.id_of(one.key), name, drawing

    def _filled(self, cls: type[Any], shape: Any, **given: object) -> Any:
        """A record from a practice shape: fields of the same name, references as ids."""
        values = {field.name: getattr(shape, field.name) for field in dataclasses.fields(shape)}
        values |= {name: self.id_of(values[name]) for name in _REFERENCES if values.get(name)}
        values |= given
        return cls(**{name: values[name] for name in cls.model_fields if values.get(name) is not None})


def practice_folder(data: Path) -> Path:
    """Where the township to learn in lies: beside the real one, never inside."""
    return data.with_name(f"{data.name}-practice")


def open_practice(data: Path) -> Office:
    """The township to learn in, made when there is none (or a kill left half of one). Takes some seconds then."""
    folder = practice_folder(data)
    if setup.is_set_up(folder):
        office = setup.sign_in(folder, setup.known_accounts(folder)[0].id, PASSWORD)
        if office.store.meta(_READY):
            return office
        office.store.close()
    return reset_practice(data)


def reset_practice(data: Path) -> Office:
    """Throw the township to learn in away and make a fresh one. It must be closed."""
    folder = practice_folder(data)
    shutil.rmtree(folder, ignore_errors=True)
    from app.practice.township import make_township  # not needed to open the window

    township = make_township(PEOPLE, _SEED)
    new = setup.NewTownship(
        f"{township.place.name}（练习）", setup.NewAccount(NAME, PASSWORD), township.county.name,
        committee=f"{township.county.name}{township.place.name}人民调解委员会",
        others=(setup.NewAccount(COLLEAGUE, PASSWORD),),
    )  # fmt: skip
    office, _ = setup.create_township(folder, new)
    try:
        office.store.submit(lambda conn: set_meta(conn, PRACTICE, "1")).result()
        settling = settle(office, township)
        _write(office, settling.disputes())
        attach_drawings(office, settling)
        practising_work.begin(office, [one.id for one in settling.hazards()])
        office.store.index_rest()
        office.store.submit(lambda conn: set_meta(conn, _READY, "1")).result()
    except BaseException:
        office.store.close()
        raise
    return office


def settle(office: Office, township: practice.Township) -> Settling:
    """Write the township's records in bulk; returns what practice keys became."""
    settling = Settling(township)
    _recognise(office, township, settling)
    for batch in (
        settling.places(),
        settling.committees(),
        settling.people(),
        settling.households(),
        settling.organisations(),
        settling.houses(),
        settling.residences(),
        settling.patrols(),
        settling.hazards(),
    ):
        _write(office, batch)
    office.store.index_rest()
    return settling


def attach_drawings(office: Office, settling: Settling) -> None:
    """Give the hazards their drawn photos and letters, as a clerk would: made fit, encrypted, named by the record."""
    from app.services.attachments import Attachments  # pictures are not needed to open the window

    attachments = Attachments(office)
    for hazard, name, drawing in settling.drawings():
        prepared = attachments.prepare(name, resource_path(f"practice/{drawing}"))
        attachments.attach("hazard", hazard, prepared, remark="练习用的示意图")


def _write(office: Office, batch: list[Record]) -> None:
    for start in range(0, len(batch), _SLICE):
        part = [first_held(one, office.me) for one in batch[start : start + _SLICE]]
        create = partial(UnitOfWork.create_many, records=part)
        office.store.write(office.user.id, create, priority=Priority.BACKGROUND)


def _recognise(office: Office, township: practice.Township, settling: Settling) -> None:
    """What the first start made already stands for the same practice records."""
    by_name = {record.title(): record.id for record in office.reader.all("place")}
    for place in township.places:
        if place.kind in ("county", "township") and place.name in by_name:
            settling.stand_for(place.key, by_name[place.name])
    committees = {record.title(): record.id for record in office.reader.all("committee")}
    for committee in township.committees:
        if committee.name in committees:
            settling.stand_for(committee.key, committees[committee.name])
