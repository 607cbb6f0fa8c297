"""Every register counts by each of its sides: the sums are the living records, and nothing singles out a person."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from app.models import tallying
from app.models.registers import REGISTRY
from app.models.tallying import Ask, By
from app.services.office import Office
from app.sync.streams import CHOOSABLE
from tests.samples import Samples

TODAY = date(2026, 11, 24)
COUNTED = [one.name for one in REGISTRY if not one.is_line and one.stream in CHOOSABLE]


@pytest.mark.parametrize("register", COUNTED)
def test_each_side_counts_every_living_record_once(office: Office, register: str) -> None:
    definition = REGISTRY.get(register)
    samples = Samples(REGISTRY)
    made = [samples.record(register) for _ in range(12)]
    samples.save_all(office.store)
    office.store.write("t", lambda unit: unit.delete(register, made[0].id, reason="重复"))
    living = office.reader.count(register)
    for side in tallying.sides(definition):
        tally = tallying.tally(REGISTRY, office.store.conn, Ask(register, side.name), today=TODAY)
        assert tally.total == living, side.label
        if side.by is By.CODE:
            found = Counter(getattr(one, side.name) for one in office.reader.all(register))
            assert sorted(tally.row_sum(row) for row in tally.rows) == sorted(found.values()), side.label
    first, second = (*tallying.sides(definition), tallying.sides(definition)[0])[:2]
    both = tallying.tally(REGISTRY, office.store.conn, Ask(register, first.name, second.name), today=TODAY)
    assert both.total == living == sum(both.row_sum(row) for row in both.rows)


@pytest.mark.parametrize("register", COUNTED)
def test_nothing_that_names_a_person_can_be_counted_by(register: str) -> None:
    definition = REGISTRY.get(register)
    for side in tallying.sides(definition):
        if side.by in (By.CHOICE, By.MONTH, By.YEAR):
            continue
        spec = definition.field(side.name)
        assert spec.kind.name in {"code", "flag", "ref", "day"}
        assert spec.target in {None, "place", "committee"}
