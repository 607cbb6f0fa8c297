"""Every register keeps what a declaration promises: one set of tests over all that are declared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from app.models import doctor, folding, history, journal, rows
from app.models.kinds import CodeKind, sql_of_wire, wire_value
from app.models.reading import Query, Reader
from app.models.register import ChildSpec, Column, Definition, FieldSpec, Reach, Record
from app.models.registers import REGISTRY
from app.models.schema import RESERVED, statements
from app.models.store import Store
from app.models.unit import UnitOfWork
from app.sync.op import op_from_json, op_to_json
from tests.conftest import KEY, TOWNSHIP_KEY
from tests.samples import Samples, shuffled_edit

ALL = [definition.name for definition in REGISTRY.everything()]
TOP = [definition.name for definition in REGISTRY]
PAIRS = [(definition, spec) for definition in REGISTRY.everything() for spec in definition.fields]
EACH = 5


def called(part: Definition | FieldSpec) -> str:
    """Names of a test's cases."""
    return part.name


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, dict[str, list[Record]]]]:
    """A store with a few records of every register."""
    folder = tmp_path_factory.mktemp("contract") / "data"
    with Store.create(folder, KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store:
        samples = Samples(REGISTRY)
        made = {register: samples.records(register, EACH) for register in TOP}
        samples.save_all(store)
        yield store, made


def reader_of(store: Store) -> Reader:
    return Reader(store.registry, store.conn)


def unspaced(sql: str) -> str:
    """A statement however it is broken into lines: a column added later stands otherwise than one made at once."""
    return re.sub(r"\s*([(),])\s*", r"\1", " ".join(sql.split()))


def living(store: Store, register: str) -> dict[str, Record]:
    """Every record of a register by id, samples and what they refer to."""
    return {record.id: record for record in reader_of(store).all(register)}


# -- what is declared ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_the_migrated_file_has_the_shape_that_is_declared(
    name: str, filled: tuple[Store, dict[str, list[Record]]]
) -> None:
    found = filled[0].conn.execute("SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (name,))
    assert sorted(unspaced(row[0]) for row in found) == sorted(map(unspaced, statements(REGISTRY.get(name))))


@pytest.mark.parametrize(("definition", "spec"), PAIRS, ids=called)
def test_every_field_says_why_it_is_kept_and_how_far_it_goes(definition: Definition, spec: FieldSpec) -> None:
    assert spec.label.strip()
    assert spec.basis.purpose.strip()
    assert spec.basis.law.strip()
    assert spec.reach in Reach
    assert spec.name not in RESERVED, f"{definition.name}.{spec.name} is a column every table has"
    assert not spec.name.startswith("$")


@pytest.mark.parametrize("name", ALL)
def test_labels_are_unique_in_a_register(name: str) -> None:
    definition = REGISTRY.get(name)
    parts: tuple[FieldSpec | Column | ChildSpec, ...] = (
        *definition.fields,
        *definition.computed,
        *definition.children,
    )
    labels = [part.label for part in parts]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("definition", "spec"), [pair for pair in PAIRS if isinstance(pair[1].kind, CodeKind)], ids=called
)
def test_code_lists_exist_and_each_word_shown_is_understood_again(definition: Definition, spec: FieldSpec) -> None:
    assert isinstance(spec.kind, CodeKind)
    codes = spec.kind.codes
    assert codes.offered, definition.name
    assert [codes.find(item.short_label) for item in codes.offered] == [item.code for item in codes.offered]
    assert [codes.find(item.label) for item in codes.offered] == [item.code for item in codes.offered]
    if spec.default is not None:
        assert spec.default in codes


@pytest.mark.parametrize(("definition", "spec"), [pair for pair in PAIRS if pair[1].target], ids=called)
def test_references_point_to_a_register(definition: Definition, spec: FieldSpec) -> None:
    assert REGISTRY.find(str(spec.target)) is not None, definition.name


def test_a_person_is_asked_nothing_the_law_does_not_give_a_township() -> None:
    forbidden = ("宗教", "血型", "疾病", "病史", "婚育", "重点", "可疑", "等级", "评分", "标签", "前科", "黑名单")
    labels = [spec.label for definition in REGISTRY.everything() for spec in definition.fields]
    assert [label for label in labels if any(word in label for word in forbidden)] == []


# -- what is stored --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", TOP)
def test_a_saved_record_loads_equal(register: str, filled: tuple[Store, dict[str, list[Record]]]) -> None:
    store, made = filled
    for record in made[register]:
        loaded = reader_of(store).get(register, record.id)
        assert loaded is not None
        assert loaded == record.model_copy(
            update={
                child.name: tuple(
                    line.model_copy(update={"position": stored.position})
                    for line, stored in zip(getattr(record, child.name), getattr(loaded, child.name), strict=True)
                )
                for child in record.definition.children
            }
        )


@pytest.mark.parametrize("register", TOP)
def test_history_shows_the_save(register: str, filled: tuple[Store, dict[str, list[Record]]]) -> None:
    store, made = filled
    record = made[register][0]
    entries = history.history(REGISTRY, store.conn, store.box, record.id)
    assert {entry.verb for entry in entries} == {"新增"}
    shown = {change.label for entry in entries if entry.what == record.definition.label for change in entry.changes}
    assert shown == {spec.label for spec in record.definition.fields if getattr(record, spec.name) is not None}


@pytest.mark.parametrize("register", TOP)
def test_the_wire_form_rebuilds_the_record_elsewhere_and_keeps_fields_of_a_newer_program(
    register: str, filled: tuple[Store, dict[str, list[Record]]], tmp_path: Path
) -> None:
    store, made = filled
    record = made[register][1]
    store.write("newer", lambda unit: unit.set_fields(register, record.id, {"field_of_2030": "保留"}))
    sent = [json.dumps(op_to_json(op)) for op in journal.select(store.conn, "root = ?", (record.id,))]
    with Store.create(
        tmp_path / "other", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY, township=store.identity.township
    ) as other:
        received = [op_from_json(json.loads(line)) for line in sent]

        def take(unit: UnitOfWork) -> None:
            journal.append(unit.conn, received)
            folding.refold(REGISTRY, unit.conn, other.box, [op.record_id for op in received])

        other.write("sync", take)
        assert reader_of(other).get(register, record.id) == reader_of(store).get(register, record.id)
        edited = shuffled_edit(record.model_copy(), Samples(REGISTRY, count=500), Random(1))
        other.write("older", partial(UnitOfWork.save, record=edited))
        row = rows.read_row(other.conn, REGISTRY.get(register), record.id)
        assert row is not None
        assert row.values["field_of_2030"] == "保留"
        health = doctor.examine(REGISTRY, other.conn, other.identity, other.box)
        assert not [one for one in health.complaints if one.is_grave]


@pytest.mark.parametrize("register", TOP)
def test_the_doctor_finds_nothing_after_many_edits(register: str, tmp_path: Path) -> None:
    rng, samples = Random(register), Samples(REGISTRY)
    with Store.create(tmp_path / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store:
        records = {record.id: record for record in samples.records(register, 3)}
        samples.save_all(store)
        for _ in range(40):
            record = records[rng.choice(list(records))]
            if rng.random() < 0.1:
                store.write("tester", lambda unit, gone=record.id: unit.delete(register, gone, reason="重复"))  # type: ignore[misc]
                continue
            changed = shuffled_edit(record, samples, rng)
            samples.save_all(store)
            records[changed.id] = changed
            store.write("tester", partial(UnitOfWork.save, record=changed))
        health = doctor.examine(REGISTRY, store.conn, store.identity, store.box)
        assert health.complaints == ()


# -- lists -----------------------------------------------------------------------------------------------------------


def column_value(store: Store, definition: Definition, name: str, record: Record) -> object:
    """What a column holds for a record, through Python."""
    column = definition.column(name)
    if isinstance(column, Column):
        return column.python(record, reader_of(store))
    return sql_of_wire(wire_value(column.kind, getattr(record, name)))


@pytest.mark.parametrize("register", TOP)
def test_computed_columns_are_the_same_in_sql_and_in_python(
    register: str, filled: tuple[Store, dict[str, list[Record]]]
) -> None:
    store, _ = filled
    definition = REGISTRY.get(register)
    for column in definition.computed:
        found = dict(store.conn.execute(f"SELECT t.id, ({column.sql}) FROM {register} t WHERE t.deleted = 0"))
        assert found == {
            record.id: column.python(record, reader_of(store)) for record in living(store, register).values()
        }


@pytest.mark.parametrize("register", TOP)
def test_every_filter_finds_exactly_the_records_with_that_value(
    register: str, filled: tuple[Store, dict[str, list[Record]]]
) -> None:
    store, _ = filled
    definition, records = REGISTRY.get(register), living(store, register)
    for name in definition.filters:
        values = {column_value(store, definition, name, record) for record in records.values()} - {None}
        assert values, f"the samples never fill {name}"
        for value in values:
            keys = reader_of(store).keys(Query(register, filters={name: value}))  # type: ignore[dict-item]
            found = {row.id for row in reader_of(store).page(register, keys)}
            wanted = {key for key, one in records.items() if column_value(store, definition, name, one) == value}
            assert found == wanted, name


@pytest.mark.parametrize("register", TOP)
def test_every_column_sorts_both_ways_and_loses_nobody(
    register: str, filled: tuple[Store, dict[str, list[Record]]]
) -> None:
    store, _ = filled
    definition, reader = REGISTRY.get(register), reader_of(store)
    everybody = sorted(reader.keys(Query(register)))
    assert len(everybody) == reader.count(register) >= EACH
    for name in definition.columns:
        up = reader.keys(Query(register, sort=name))
        down = reader.keys(Query(register, sort=f"-{name}"))
        assert sorted(up) == sorted(down) == everybody, name
        column = definition.column(name)
        if isinstance(column, FieldSpec) and column.kind.name in ("day", "moment", "number_text", "count", "money"):
            shown = [row.cells[definition.columns.index(name)] for row in reader.page(register, up)]
            given = [text for text in shown if text]
            assert given == sorted(given), name


@pytest.mark.parametrize("register", TOP)
def test_a_list_page_shows_no_number_in_full(register: str, filled: tuple[Store, dict[str, list[Record]]]) -> None:
    store, _ = filled
    definition, reader = REGISTRY.get(register), reader_of(store)
    masked = [
        spec for name in definition.columns if isinstance(spec := definition.column(name), FieldSpec) and spec.masked
    ]
    shown = [cell for row in reader.page(register, reader.keys(Query(register))) for cell in row.cells]
    for record in living(store, register).values():
        for spec in masked:
            number = getattr(record, spec.name)
            assert number is None or spec.kind.show(number) not in shown


@pytest.mark.parametrize("register", TOP)
def test_search_finds_a_record_by_what_it_is_called(
    register: str, filled: tuple[Store, dict[str, list[Record]]]
) -> None:
    store, made = filled
    record = made[register][2]
    searched = [spec for spec in record.definition.fields if spec.search and getattr(record, spec.name)]
    for spec in searched:
        text = str(getattr(record, spec.name))
        if len(text) >= 3 or spec.search == "name":
            hits = {hit.id for hit in reader_of(store).search(text, registers=[register], cap=400)}
            assert record.id in hits, f"{spec.name}: {text}"
