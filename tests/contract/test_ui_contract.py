"""Every register gets a whole form from its declaration: an editor per field, and what is filled in is stored."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.files import FileLine
from app.models.kinds import Kind
from app.models.policy import Act, User, may
from app.models.register import Definition, Line, Record
from app.models.registers import REGISTRY
from app.models.store import Store
from app.services.office import Office
from app.ui import work
from app.ui.editors.base import Desk
from app.ui.kinds import EDITORS
from app.ui.registers.panel import FieldsPanel
from app.ui.registers.record_form import RecordForm
from app.ui.registers.state import Values, line_state_of, state_of
from tests.conftest import KEY, TOWNSHIP_KEY
from tests.samples import Samples
from tests.ui.conftest import _nothing_left_over, qapp

__all__ = ["_nothing_left_over", "qapp"]  # the look, offscreen; each test ends with no window standing

TOP = [definition.name for definition in REGISTRY]
ADMINISTRATOR = User("0" * 32, "王主任", "administrator")
ALL = [definition.name for definition in REGISTRY.everything()]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One store with a few records of every register."""
    folder = tmp_path_factory.mktemp("forms") / "data"
    with Store.create(folder, KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store:
        samples = Samples(REGISTRY)
        for register in TOP:
            samples.records(register, 2)
        samples.save_all(store)
        yield Office(store, ADMINISTRATOR)


def settle() -> None:
    while not work.is_idle():
        work.pool().waitForDone()
        QApplication.processEvents()


def kinds(of: type[Kind] = Kind) -> Iterator[type[Kind]]:
    yield of
    for below in of.__subclasses__():
        yield from kinds(below)


def test_every_kind_has_an_editor_and_no_editor_is_for_nothing() -> None:
    ours = {kind.name for kind in kinds() if kind is not Kind and kind.__module__.startswith("app.models.kinds")}
    assert set(EDITORS) == ours


@pytest.mark.parametrize("name", ALL)
def test_each_field_has_one_editor_with_its_label_and_a_name_for_screen_readers(
    name: str, office: Office, qtbot: QtBot
) -> None:
    definition = REGISTRY.get(name)
    panel = FieldsPanel(definition, Desk(office))
    qtbot.addWidget(panel)
    assert sorted(panel.editors) == sorted(spec.name for spec in definition.fields)
    for spec in definition.fields:
        assert panel.rows[spec.name].label.text() == spec.label
        assert panel.editors[spec.name].widget.accessibleName() == spec.label


@pytest.mark.parametrize("register", TOP)
def test_a_record_shown_in_its_form_is_unchanged(register: str, office: Office, qtbot: QtBot) -> None:
    for record in office.reader.all(register):
        form = RecordForm(REGISTRY.get(register), Desk(office), record)
        qtbot.addWidget(form)
        settle()
        assert form.state() == state_of(record)
        assert not form.is_dirty


@pytest.mark.parametrize("register", [name for name in TOP if may(ADMINISTRATOR, Act.WRITE, name)])
def test_what_is_filled_in_is_what_is_stored(register: str, office: Office, qtbot: QtBot) -> None:
    samples = Samples(REGISTRY, count=300)
    wanted = samples.record(register, is_typed=True)
    samples.made.remove(wanted)
    samples.save_all(office.store)
    form = RecordForm(REGISTRY.get(register), Desk(office), None)
    qtbot.addWidget(form)
    fill(form.panel, wanted)
    for child in wanted.definition.children:
        for line in getattr(wanted, child.name):
            if issubclass(child.line, FileLine):  # made of a file, not typed
                form.lines[child.name].take(line_state_of(line))
                continue
            form.lines[child.name].add()
            fill(form.lines[child.name].panel, line)
    save_with_reasons(form)
    stored = office.reader.get(register, form.record_id)
    assert stored is not None
    assert contents(stored) == contents(wanted)


def fill(panel: FieldsPanel, record: Record) -> None:
    """Write a record's values into the fields, one by one; twice, as the first may prefill the later."""
    typed = {
        spec.name: raw for spec in panel.definition.fields if (raw := raw_of_record(record)[spec.name]) is not None
    }
    for _ in range(2):
        panel.put({name: raw for name, raw in typed.items() if not panel.editors[name].spec.read_only})


def raw_of_record(record: Record) -> Values:
    return state_of(record).values


def save_with_reasons(form: RecordForm) -> None:
    """Save; where doubts are left, say why."""
    for _ in range(3):
        form.save()
        settle()
        QApplication.processEvents()
        if form.record is not None:
            return
        for found in form.findings.at.values():
            for one in found:
                form.findings.reasons[one.sentence] = "样本"
    message = "; ".join(str(one) for found in form.findings.at.values() for one in found)
    raise AssertionError(message)


def contents(record: Record) -> dict[str, object]:
    """Field values of a record and its lines, without what the program itself gives (ids, places, a matter's code)."""
    definition: Definition = record.definition
    values: dict[str, object] = {
        spec.name: getattr(record, spec.name) for spec in definition.fields if not spec.read_only
    }
    for child in definition.children:
        lines: tuple[Line, ...] = getattr(record, child.name)
        values[child.name] = [contents(line) for line in lines]
    return values


def test_what_no_kind_understands_stays_as_it_came(office: Office, qtbot: QtBot) -> None:
    record = next(iter(office.reader.all("person")))
    strange = record.model_copy(update={"former_name": "旧名"})
    office.store.write(office.user.id, lambda unit: unit.save(strange))
    office.store.write(
        office.user.id, lambda unit: unit.set_fields("person", record.id, {"sex": "α", "birth_on": "甲子年"})
    )
    form = RecordForm(REGISTRY.get("person"), Desk(office), office.reader.get("person", record.id))
    qtbot.addWidget(form)
    settle()
    assert not form.is_dirty
    form.panel.put({"occupation": "石匠"})
    save_with_reasons(form)
    form.save()
    settle()
    row = office.reader.row("person", record.id)
    assert row is not None
    assert (row.values["birth_on"], row.values["occupation"]) == ("甲子年", "石匠")
