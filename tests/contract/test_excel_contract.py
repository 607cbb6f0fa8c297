"""Every register goes through Excel and comes back equal: template out, filled with another program, imported."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app.exchange.exporting import Stamp, export, template
from app.exchange.fields import importable, importable_children
from app.exchange.headings import EXAMPLE, NUMBER, OWNER
from app.exchange.importing import plan_import
from app.exchange.plan import ImportChoices, ImportPlan, OnTwin, Outcome
from app.exchange.running import ImportReport, run_import
from app.exchange.sheets import read_workbook
from app.models import clock
from app.models.kinds import show_value
from app.models.reading import Reader
from app.models.register import Definition, FieldSpec, Record
from app.models.registers import REGISTRY
from app.models.store import Store
from tests.samples import Samples

Called = dict[str, str]
"""Title by id."""

TOP = [definition.name for definition in REGISTRY if importable(definition)]
"""A register the program alone writes (编号簿) is exported, never imported."""


def reader_of(store: Store) -> Reader:
    return Reader(store.registry, store.conn)


def planned(store: Store, register: str, path: Path) -> ImportPlan:
    return plan_import(store.registry, reader_of(store), store.registry.get(register), read_workbook(path))


def imported(store: Store, register: str, path: Path) -> tuple[ImportReport, list[Record]]:
    report = run_import(store, planned(store, register, path), ImportChoices(), user="tester")
    ids = [row.planned.record_id for row in report.rows if row.outcome is Outcome.CREATED and not row.planned.is_line]
    found = [reader_of(store).get(register, record_id) for record_id in ids]
    return report, [record for record in found if record is not None]


def content(record: Record, called: Called) -> dict[str, object]:
    """What people filled in, lines included: without ids and positions, what it refers to by name."""
    values: dict[str, object] = {}
    for spec in importable(record.definition):
        value = getattr(record, spec.name)
        values[spec.name] = called.get(value, value) if spec.target else value
    for child in importable_children(record.definition):
        values[child.name] = [content(line, called) for line in getattr(record, child.name)]
    return values


def fill(body: bytes, path: Path, records: list[Record], called: Called) -> None:
    """Type the records into a template as a clerk would, with another program than the one that wrote it."""
    path.write_bytes(body)
    book = openpyxl.load_workbook(path)
    definition = records[0].definition
    type_rows(book[definition.label], definition, list(enumerate(records, 1)), called)
    for child in importable_children(definition):
        lines = [(number, line) for number, one in enumerate(records, 1) for line in getattr(one, child.name)]
        type_rows(book[child.label], child.line.definition, lines, called)
    book.save(path)


def type_rows(page: Worksheet, definition: Definition, records: list[tuple[int, Record]], called: Called) -> None:
    headings = {str(cell.value).rstrip("*"): cell.column or 0 for cell in page[1] if cell.value}
    number = headings.get(OWNER) or headings[NUMBER]
    assert page.cell(2, 1).value == EXAMPLE
    for row, (owner, record) in enumerate(records, start=3):
        page.cell(row, number).value = str(owner)
        for spec in importable(definition):
            page.cell(row, headings[spec.label]).value = typed(spec, getattr(record, spec.name), called)


def typed(spec: FieldSpec, value: object, called: Called) -> str | date | None:
    """What a clerk types: days as days, everything else as words."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if spec.target and isinstance(value, str):
        return called[value]
    return show_value(spec.kind, value) or None


@pytest.mark.parametrize("register", TOP)
def test_a_template_filled_in_is_imported_equal(register: str, store: Store, tmp_path: Path) -> None:
    samples = Samples(REGISTRY)
    records = samples.records(register, 4, is_typed=True)
    called = {record.id: record.title() for record in samples.made}
    samples.made = [record for record in samples.made if record not in records]
    samples.save_all(store)
    path = tmp_path / "filled.xlsx"
    fill(template(REGISTRY, REGISTRY.get(register), reader_of(store)), path, records, called)
    report, found = imported(store, register, path)
    assert [str(one) for one in report.plan.findings if one.level == "stop"] == []
    called |= {record.id: record.title() for record in found}
    assert [content(one, called) for one in found] == [content(one, called) for one in records]
    assert report.plan.unknown_columns == ()
    assert report.plan.unread_sheets == ()


@pytest.mark.parametrize("register", TOP)
def test_an_export_is_read_back_as_what_stands_here_already(register: str, store: Store, tmp_path: Path) -> None:
    samples = Samples(REGISTRY)
    records = samples.records(register, 3, is_typed=True)
    samples.save_all(store)
    path = tmp_path / "export.xlsx"
    ids = [record.id for record in records]
    path.write_bytes(export(reader_of(store), REGISTRY.get(register), ids, stamp=Stamp("李干事", clock.now())))
    plan = planned(store, register, path)
    choices = ImportChoices(twins=OnTwin.COMPARE)
    report = run_import(store, plan, choices, user="tester")
    assert report.counts == {Outcome.SKIPPED: 4}  # three records, and the line that says who exported
    twins = [row.planned.twin.record_id for row in report.rows if row.planned.twin]
    assert twins == ids
    said = [sentence for row in report.rows for sentence in row.sentences if "登记为" in sentence]
    assert said == []


@pytest.mark.parametrize("register", TOP)
def test_the_example_of_a_template_is_not_imported(register: str, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.write_bytes(template(REGISTRY, REGISTRY.get(register)))
    assert planned(store, register, path).rows == []


@pytest.mark.parametrize("register", TOP)
def test_a_template_offers_every_code_in_a_list_and_keeps_numbers_as_text(register: str, tmp_path: Path) -> None:
    definition = REGISTRY.get(register)
    path = tmp_path / "template.xlsx"
    path.write_bytes(template(REGISTRY, definition))
    page = openpyxl.load_workbook(path)[definition.label]
    headings = {str(cell.value).rstrip("*"): cell for cell in page[1] if cell.value}
    listed = {str(one.sqref).split(":")[0].rstrip("0123456789") for one in page.data_validations.dataValidation}
    for spec in importable(definition):
        cell = headings[spec.label]
        assert str(cell.value).endswith("*") == spec.required
        if spec.kind.name in ("code", "flag"):
            assert cell.column_letter in listed, spec.label
        if spec.kind.name in ("id_number", "phone", "number_text", "credit_code"):
            assert column_format(page, cell.column) == "@", spec.label


def column_format(page: Worksheet, column: int) -> str:
    """Neighbours with one look are written as one range."""
    groups = [one for one in page.column_dimensions.values() if (one.min or 0) <= column <= (one.max or 0)]
    return str(groups[0].number_format)
