"""The practice township fits the registers: same field names, and nothing for their rules to complain of."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from app.errors import Level
from app.models import clock, registers
from app.models.findings import examine
from app.models.register import Record, Stage
from app.practice.township import PRACTICE_DAY, make_township

REFERENCES = (
    "place", "parent_place", "person", "organisation", "committee", "house", "landlord_person", "patrol",
)  # fmt: skip


def filled(cls: type[Any], shape: Any, **children: object) -> Any:
    """A register's record from a practice shape: fields of the same name, references as ids."""
    values = {field.name: getattr(shape, field.name) for field in dataclasses.fields(shape)}
    values |= {name: uuid5(NAMESPACE_OID, values[name]).hex for name in REFERENCES if values.get(name)}
    values |= children
    return cls(**{name: values[name] for name in cls.model_fields if values.get(name) is not None})


def records() -> Iterator[Record]:
    township = make_township(600, 5)
    yield from (filled(registers.Place, place) for place in township.places)
    yield from (
        filled(registers.Person, person) for person in (*township.people, *township.tenants, *township.newcomers)
    )
    yield from (filled(registers.Organisation, body) for body in township.organisations)
    for household in township.households:
        members = tuple(filled(registers.Member, line) for line in household.members)
        yield filled(registers.Household, household, members=members)
    for committee in township.committees:
        mediators = tuple(filled(registers.Mediator, line) for line in committee.mediators)
        yield filled(registers.Committee, committee, mediators=mediators)
    for patrol in township.patrols:
        findings = tuple(filled(registers.PatrolFinding, line) for line in patrol.findings)
        yield filled(registers.Patrol, patrol, findings=findings)
    for house in township.houses:
        inspections = tuple(filled(registers.Inspection, line) for line in house.inspections)
        yield filled(registers.House, house, inspections=inspections)
    yield from (filled(registers.Residence, residence) for residence in township.residences)
    for hazard in township.hazards:
        rechecks = tuple(filled(registers.Recheck, line) for line in hazard.rechecks)
        yield filled(registers.Hazard, hazard, rechecks=rechecks, files=())
    for dispute in township.disputes:
        agreed = dispute.agreement
        yield filled(
            registers.Dispute,
            dispute,
            parties=tuple(filled(registers.Party, line) for line in dispute.parties),
            sessions=tuple(filled(registers.Session, line) for line in dispute.sessions),
            agreements=(filled(registers.Agreement, agreed, clauses="\n".join(agreed.clauses)),) if agreed else (),
        )


def test_the_registers_take_the_whole_township_without_a_doubt() -> None:
    with clock.day_set_to(PRACTICE_DAY):
        found = [
            (type(record).__name__, [str(each) for each in examine(record, Stage.SAVE) if each.level is not Level.HINT])
            for record in records()
        ]
    assert {name for name, _ in found} == {
        "Place", "Person", "Organisation", "Household", "Committee", "Patrol", "Dispute",
        "House", "Residence", "Hazard",
    }  # fmt: skip
    assert [findings for _, findings in found if findings] == []
