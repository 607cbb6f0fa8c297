"""Every register that is a matter keeps what that promises: one set of tests over all that declare it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import pytest
from sqlite_utils import Database, Migrations

from app.models import clock, migrations
from app.models.kinds import HeldBy, Holder, Moment, NumberText, Text, coded
from app.models.kinds.holders import ACCOUNT
from app.models.matter_reading import OpenMatter, View, count, open_matters
from app.models.policy import User
from app.models.reading import Reader
from app.models.register import Column, Definition, Reach, Record, children, field
from app.models.registers import REGISTERS, REGISTRY
from app.models.registers.basis import CONTACT
from app.models.registers.matter import (
    Handover,
    Matter,
    Question,
    Reminder,
    called,
    declare,
    first_held,
    handovers,
    holder_of,
    matter_of,
    open_handover,
)
from app.models.registry import Registry
from app.models.schema import statements
from app.models.store import Store
from app.services import handing, matters
from app.services.handing import Given
from app.services.office import Office
from tests.conftest import KEY, TOWNSHIP_KEY
from tests.samples import Samples

MATTERS = [definition for definition in REGISTRY if matter_of(definition) is not None]
ME = Holder(ACCOUNT, "a" * 32, "王主任")
EACH = 24


def name_of(definition: Definition) -> str:
    return definition.name


def matter(definition: Definition) -> Matter:
    found = matter_of(definition)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Matters of every register, the codes of their fields all different; some held by me."""
    with Store.create(
        tmp_path_factory.mktemp("matters") / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY
    ) as made:
        samples = Samples(REGISTRY)
        for definition in MATTERS:
            for number in range(EACH):
                given: dict[str, object] = {"holder": ME.wire if number % 3 == 0 else None}
                if number % 4:
                    given |= {"rechecks": (), "handed_on": None}  # else every sample of a hazard has ended
                known = {name: value for name, value in given.items() if name in definition.cls.model_fields}
                samples.record(definition.name, lines=number % 3, given=known)
                if number % 5 == 0:
                    samples.record(definition.name, is_typed=True, lines=0)
        samples.save_all(made)
        yield made


def rows(store: Store, definition: Definition, view: View) -> dict[str, OpenMatter]:
    return {one.id: one for one in open_matters(store.conn, [definition], view, ME)}


def records(store: Store, definition: Definition) -> dict[str, Record]:
    return {one.id: one for one in Reader(REGISTRY, store.conn).all(definition.name)}


def test_disputes_and_hazards_are_matters() -> None:
    assert {definition.name for definition in MATTERS} >= {"dispute", "hazard"}
    assert len({matter(definition).prefix for definition in MATTERS}) == len(MATTERS)


@pytest.mark.parametrize("definition", MATTERS, ids=name_of)
def test_open_and_running_are_the_same_in_sql_and_in_python(definition: Definition, store: Store) -> None:
    declared, held = matter(definition), records(store, definition)
    for question in (declared.is_open, declared.is_running):
        found = dict(store.conn.execute(f"SELECT t.id, ({question.sql}) FROM {definition.name} t WHERE t.deleted = 0"))
        assert {key: bool(value) for key, value in found.items()} == {
            key: question.python(one) for key, one in held.items()
        }
    assert {declared.is_open.python(one) for one in held.values()} == {True, False}, "the samples know only one side"


@pytest.mark.parametrize("definition", MATTERS, ids=name_of)
def test_a_clock_runs_only_while_a_matter_is_open(definition: Definition, store: Store) -> None:
    declared = matter(definition)
    for one in records(store, definition).values():
        assert declared.is_open.python(one) or not declared.is_running.python(one)


@pytest.mark.parametrize("definition", MATTERS, ids=name_of)
def test_the_list_says_of_a_matter_what_its_record_says(definition: Definition, store: Store) -> None:
    declared = matter(definition)
    found = rows(store, definition, View.ALL)
    wanted = {key: one for key, one in records(store, definition).items() if declared.is_open.python(one)}
    assert found.keys() == wanted.keys()
    reader = Reader(REGISTRY, store.conn)
    stage = definition.column(declared.stage)
    for key, record in wanted.items():
        row, waiting = found[key], open_handover(record)
        assert row.deadline == declared.deadline(record)
        assert row.holder == holder_of(record)
        assert (row.waiting.id if row.waiting else None) == (waiting.id if waiting else None)
        assert row.reminders == len(getattr(record, "reminders", ()))
        shown = (
            stage.python(record, reader)
            if isinstance(stage, Column)
            else reader.show(stage, getattr(record, declared.stage))
        )
        assert row.stage == shown


@pytest.mark.parametrize("definition", MATTERS, ids=name_of)
@pytest.mark.parametrize("view", View)
def test_the_number_beside_a_view_is_its_length(definition: Definition, view: View, store: Store) -> None:
    assert count(store.conn, [definition], view, ME) == len(rows(store, definition, view))


@pytest.mark.parametrize("definition", MATTERS, ids=name_of)
def test_mine_are_those_i_hold_also_under_an_earlier_name(definition: Definition, store: Store) -> None:
    everything = rows(store, definition, View.ALL)
    mine = {key for key, one in everything.items() if ME.is_same(one.holder)}
    assert mine
    assert rows(store, definition, View.MINE).keys() == mine
    renamed = Holder(ACCOUNT, ME.id, "王副镇长")
    assert {one.id for one in open_matters(store.conn, [definition], View.MINE, renamed)} == mine
    nobody = Holder(ACCOUNT, "b" * 32, "王主任")
    assert open_matters(store.conn, [definition], View.MINE, nobody) == []


@pytest.mark.parametrize("definition", MATTERS, ids=name_of)
def test_every_matter_bears_its_code_and_its_law(definition: Definition, store: Store) -> None:
    declared = matter(definition)
    assert declared.period.law
    for record in records(store, definition).values():
        completed = record.model_copy(update={"matter_code": None}).completed()
        assert str(getattr(completed, "matter_code", "")).startswith(f"{declared.prefix}-")
    fresh = first_held(next(iter(records(store, definition).values())).model_copy(update={"holder": None}), ME)
    assert holder_of(fresh) == ME


@pytest.mark.parametrize("definition", MATTERS, ids=name_of)
def test_what_is_said_in_a_hand_over_ends_at_the_township(definition: Definition) -> None:
    for line in (matter(definition).handover, matter(definition).reminder):
        for spec in line.definition.fields:
            is_words = spec.kind.name in ("long_text", "person_name")
            assert spec.reach.is_sealed == is_words, spec.name


# -- one declaration makes a register a matter; this is it -------------------------------------------------------------

State = Annotated[str, coded("handover_state")]


class ToyHandover(Handover, table="toy_handover", label="交办", reach=Reach.COUNTY, basis=CONTACT):
    """A toy handed over."""


class ToyReminder(Reminder, table="toy_reminder", label="催办", reach=Reach.COUNTY, basis=CONTACT):
    """A toy asked after."""


class Toy(Record, table="toy", label="诉求", stream="safety", reach=Reach.COUNTY, basis=CONTACT):
    """A request as a later release may have it, with a clock in hours."""

    matter_code: NumberText | None = field("事项码", default=None, read_only=True)
    name: Text = field("名称")
    state: State = field("进展", default="waiting")
    received_at: Moment | None = field("收到时间", default=None)
    holder: HeldBy | None = field("承办", default=None, read_only=True)
    handovers: tuple[ToyHandover, ...] = children("交办", default=())
    reminders: tuple[ToyReminder, ...] = children("催办", default=())


TOY = Matter(
    register="toy",
    prefix="SQ",
    stage="state",
    clock="request_simple",
    starts="received_at",
    is_open=Question.field_not_in("state", "accepted"),
    is_running=Question.field_in("state", "waiting"),
    handover=ToyHandover,
    reminder=ToyReminder,
)


def with_toys() -> Migrations:
    """The program's migrations and one more."""
    own = Migrations("township")
    for migration in migrations.SET.pending(Database(memory=True)):
        own(name=migration.name)(migration.fn)

    @own(name="m9999_toy")
    def _toy(db: Database) -> None:
        for one in (Toy, ToyHandover, ToyReminder):
            for statement in statements(one.definition):
                db.execute(statement)

    return own


def test_a_new_matter_is_one_declaration(tmp_path: Path) -> None:
    declare(Toy, TOY)
    registry = Registry((*REGISTERS, Toy))
    with Store.create(tmp_path / "data", KEY, registry=registry, township_key=TOWNSHIP_KEY, shape=with_toys()) as store:
        office = Office(store, User("c" * 32, "王主任", "administrator"))
        toy = Toy(name="路灯不亮", received_at=datetime.fromisoformat("2026-11-23T20:00:00+00:00"))
        office.save(toy)
        with clock.day_set_to(date(2026, 11, 24)):
            (row,) = matters.matters(office)
            assert row.deadline is not None
            assert (row.deadline.on, row.days_left(clock.today())) == (date(2026, 11, 25), 1)
        handing.hand_over(office, "toy", toy.id, Given(to=Holder.department("供电所"), way="phone"))
        stored = office.reader.get("toy", toy.id)
        assert stored is not None
        assert [called(one.receiver) for one in handovers(stored)] == ["供电所"]


def test_a_register_that_lacks_a_part_is_told_at_import() -> None:
    class Half(Record, table="half", label="半", stream="safety", reach=Reach.COUNTY, basis=CONTACT):
        name: Text = field("名称")

    with pytest.raises(TypeError, match="Half is no matter yet: it lacks handovers, holder, matter_code, reminders"):
        declare(Half, TOY)
