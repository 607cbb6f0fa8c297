"""A register declared in one place gets everything; this file is that place (docs/add-a-register.md tells the steps).

The toy below is declared, migrated and used exactly as a real one would be.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import openpyxl
import pytest
from sqlite_utils import Database, Migrations

from app.errors import Finding, Level, UserError
from app.exchange.plan import ImportChoices, Outcome
from app.models import journal, migrations
from app.models.kinds import Address, Count, Day, PersonName, Phone, Text, coded
from app.models.policy import User
from app.models.reading import Query
from app.models.register import Column, Line, Lookup, Reach, Record, Section, children, field
from app.models.registers import REGISTERS
from app.models.registers.basis import CONTACT, OFFICE
from app.models.registers.place import PlaceRef
from app.models.registry import Registry
from app.models.schema import statements
from app.models.store import Store
from app.services.exchange import ExportService, ImportService
from app.services.office import Office
from app.sync.op import op_from_json, op_to_json
from tests.conftest import KEY, TOWNSHIP_KEY

Kind = Annotated[str, coded("organisation_kind")]

# -- the declaration: this is what goes into app/models/registers/well.py ----------------------------------------------


class Check(Line, table="well_check", label="水质检查", reach=Reach.TOWNSHIP, basis=OFFICE):
    """One test of the water."""

    checked_on: Day = field("检查日期")
    result: Text = field("结果")


def _check_count(well: Well, _: Lookup) -> str:
    return str(len(well.checks))


class Well(Record, table="well", label="水井", stream="safety", reach=Reach.COUNTY, basis=OFFICE):
    """A public well and who looks after it."""

    name: PersonName = field("井名", width=10)
    place: PlaceRef | None = field("所在村", default=None)
    location: Address | None = field("位置", default=None)
    keeper: PersonName | None = field("看护人", default=None, basis=CONTACT)
    phone: Phone | None = field("看护电话", default=None, basis=CONTACT)
    depth: Count | None = field("深度（米）", default=None)
    kind: Kind | None = field("管护单位类别", default=None)
    checks: tuple[Check, ...] = children("水质检查")

    columns = ("name", "place", "depth", "keeper", "phone", "check_count")
    filters = ("place", "kind")
    layout = (
        Section("水井", ("name", "place", "location", "depth")),
        Section("管护", ("keeper", "phone", "kind")),
    )
    computed = (
        Column(
            "check_count",
            "检查次数",
            "CAST((SELECT count(*) FROM well_check c WHERE c.parent = t.id AND c.deleted = 0) AS TEXT)",
            _check_count,
        ),
    )


@Well.rule()
def deep_wells_are_asked_about(well: Well) -> Iterator[Finding]:
    """Nobody digs so deep by hand."""
    if well.depth and well.depth > 100:
        yield Finding(("depth",), "深度超过 100 米", Level.DOUBT, "请核对单位")


# -- its line in registers/__init__.py and its migration ---------------------------------------------------------------

REGISTRY = Registry((*REGISTERS, Well))


def shape() -> Migrations:
    """The township's migrations and one more."""
    own = Migrations("township")
    for migration in migrations.SET.pending(Database(memory=True)):
        own(name=migration.name)(migration.fn)

    @own(name="m9999_well")
    def _well(db: Database) -> None:
        for definition in (Well.definition, Check.definition):
            for statement in statements(definition):
                db.execute(statement)

    return own


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Store.create(tmp_path / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY, shape=shape()) as store:
        yield Office(store, User("u1", "李干事", "administrator"))


def a_well(**values: object) -> Well:
    made = {"name": "老街井", "location": "红旗村二组", "keeper": "单𬱖", "phone": "13800000001", "depth": 12}
    return Well.model_validate({**made, "checks": ({"checked_on": "2026-03-05", "result": "合格"},), **values})


def test_it_has_a_table_a_list_and_its_filters(office: Office) -> None:
    well = a_well(kind="company")
    office.save(well)
    office.save(a_well(name="新井", depth=None, checks=()))
    rows = office.reader.page("well", office.reader.keys(Query("well", filters={"kind": "company"})))
    assert [row.cells for row in rows] == [("老街井", "", "12", "单𬱖", "138****0001", "1")]
    by_checks = office.reader.page("well", office.reader.keys(Query("well", sort="-check_count")))
    assert [row.cells[0] for row in by_checks] == ["老街井", "新井"]


def test_it_is_found_by_pinyin_and_by_its_place(office: Office) -> None:
    well = a_well()
    office.save(well)
    assert [hit.id for hit in office.reader.search("ljj")] == [well.id]
    assert [hit.id for hit in office.reader.search("红旗村二")] == [well.id]


def test_it_has_history_and_undo(office: Office) -> None:
    well = a_well()
    office.save(well)
    office.save(well.model_copy(update={"depth": 13}), act_id="act-2")
    newest = office.history(well.id)[0]
    assert [(change.label, change.was, change.new) for change in newest.changes] == [("深度（米）", "12", "13")]
    assert office.undo("act-2", reason="改错了") == []
    again = office.reader.get("well", well.id)
    assert isinstance(again, Well)
    assert again.depth == 12


def test_its_rules_are_asked_before_a_save(office: Office) -> None:
    with pytest.raises(UserError, match="深度超过 100 米"):
        office.save(a_well(depth=120))
    assert office.save(a_well(depth=120), reasons={"深度超过 100 米": "机井"})


def test_what_ends_at_the_township_travels_sealed(office: Office) -> None:
    well = a_well()
    office.save(well)
    ops = [op_from_json(json.loads(json.dumps(op_to_json(op)))) for op in journal.select(office.store.conn, "1 = 1")]
    sent = {op.register: op.payload or "" for op in ops}
    assert "老街井" in sent["well"]
    assert "合格" not in sent["well_check"]
    assert office.reader.get("well", well.id) is not None


def test_it_goes_out_to_excel_and_comes_in_again(office: Office, tmp_path: Path) -> None:
    excel = ImportService(office)
    path = tmp_path / "template.xlsx"
    path.write_bytes(excel.template_xlsx("well"))
    book = openpyxl.load_workbook(path)
    page, lines = book["水井"], book["水质检查"]
    headings = {str(cell.value).rstrip("*"): cell.column or 0 for cell in page[1]}
    typed = {
        "序号": "1",
        "井名": "东头井",
        "深度（米）": "9",
        "看护人": "阿依古丽",
        "看护电话": "１３８０００００００２",
    }
    for label, value in typed.items():
        page.cell(3, headings[label]).value = value
    for column, text in enumerate(("1", None, "2026年3月5日", "合格"), start=1):
        lines.cell(3, column).value = text
    book.save(path)
    report = excel.run_import(excel.plan_import(path, "well"), ImportChoices())
    assert report.counts == {Outcome.CREATED: 1}
    (well,) = office.reader.all("well")
    assert isinstance(well, Well)
    assert (well.name, well.depth, well.phone) == ("东头井", 9, "13800000002")
    assert [str(one.checked_on) for one in well.checks] == ["2026-03-05"]

    out = tmp_path / "out.xlsx"
    out.write_bytes(ExportService(office).export_xlsx("well"))
    exported = openpyxl.load_workbook(out)["水井"]
    assert [cell.value for cell in exported[1]][:3] == ["序号", "井名*", "所在村"]
    assert exported.cell(2, 2).value == "东头井"
    assert excel.undo(report) == []
    assert office.reader.count("well") == 0


def test_the_doctor_agrees(office: Office) -> None:
    well = a_well()
    office.save(well)
    office.save(well.model_copy(update={"checks": ()}))
    assert office.doctor().complaints == ()
