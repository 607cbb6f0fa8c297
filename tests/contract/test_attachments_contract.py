"""Every register that keeps attachments keeps what that promises; one set of tests over all of them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.exchange.exporting import template_layout
from app.models.files import FILES, FileLine, files_child
from app.models.policy import User
from app.models.register import Reach
from app.models.registers import REGISTRY
from app.models.store import Store
from app.services import takeout
from app.services.attachments import Attachments, State
from app.services.exchange import ExportService
from app.services.office import Office
from tests.conftest import KEY
from tests.samples import Samples

WITH_FILES = [one.name for one in REGISTRY if files_child(one)]


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store, User("a" * 32, "王主任", "administrator"))


def test_the_registers_with_attachments_are_these_and_people_are_not_among_them() -> None:
    assert WITH_FILES == ["residence", "house", "dispute", "patrol", "hazard"]


@pytest.mark.parametrize("register", WITH_FILES)
def test_all_that_attachments_say_ends_at_the_township(register: str) -> None:
    child = files_child(REGISTRY.get(register))
    assert child is not None
    assert child.name == FILES
    assert {spec.reach for spec in child.line.definition.fields} == {Reach.TOWNSHIP}
    assert FILES not in template_layout(REGISTRY.get(register)).lines


@pytest.mark.parametrize("register", WITH_FILES)
def test_a_file_is_attached_opened_after_starting_again_exported_taken_out_and_undone(
    register: str, office: Office, tmp_path: Path
) -> None:
    samples = Samples(REGISTRY)
    record = samples.record(register, lines=0, is_typed=True)
    samples.save_all(office.store)
    first = Attachments(office)
    made = first.prepare("情况说明.txt", "经核实，情况属实。".encode())
    line = first.attach(register, record.id, made, kind="evidence", remark="原件存档")
    act = office.store.conn.execute("SELECT act_id FROM journal WHERE record_id = ?", (line.id,)).fetchone()[0]
    folder = office.store.folder
    office.store.close()

    with Store(folder, KEY, registry=REGISTRY) as again:
        office = Office(again, office.user)
        attachments = Attachments(office)
        stored = office.reader.get(register, record.id)
        assert stored is not None
        (found,) = attachments.of(stored)
        assert isinstance(found, FileLine)
        assert (found.name, found.kind, found.remark) == ("情况说明.txt", "evidence", "原件存档")
        assert attachments.open(found) == made.body
        assert attachments.missing() == []

        book = load_workbook(io.BytesIO(ExportService(office).export_xlsx(register)))
        cells = [str(cell) for row in book["附件"].iter_rows(values_only=True) for cell in row if cell is not None]
        assert "情况说明.txt" in cells
        assert str(made.size) in cells
        assert found.file not in " ".join(cells)

        taken = takeout.take_out(office, tmp_path / "out")
        assert (taken.attachments, taken.not_here) == (1, 0)
        (path,) = (tmp_path / "out" / "附件" / REGISTRY.get(register).label).rglob("情况说明.txt")
        assert path.read_bytes() == made.body

        office.undo(act, reason="加错了")
        stored = office.reader.get(register, record.id)
        assert stored is not None
        assert attachments.of(stored) == ()
        assert attachments.state(found) is State.HERE, "undo may be undone"
        assert office.doctor().is_sound
