"""Every register gets its screen from its declaration: one set of tests over all, and over one declared only here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.drafts import Draft
from app.models.files import FileLine
from app.models.policy import Act, User, may
from app.models.reading import Query
from app.models.register import Definition, Record
from app.models.registry import Registry
from app.models.rows import wires_of
from app.models.store import Store
from app.services.office import Office
from app.ui import work
from app.ui.editors.base import Desk
from app.ui.registers.list_page import ListActs, ListPage
from app.ui.registers.record_form import RecordForm
from app.ui.registers.state import State, assemble, state_of
from tests.conftest import KEY, TOWNSHIP_KEY
from tests.contract.test_new_register import REGISTRY, shape
from tests.samples import Samples
from tests.ui.cut import cut_words
from tests.ui.keys import show_active

TOP = [definition.name for definition in REGISTRY]
TYPED = [name for name in TOP if may(User("a", "王主任", "administrator"), Act.WRITE, name)]
"""Without those only the program's own acts write."""
NEW = ["well"]
"""Declared in the tests alone: nobody wrote a line of screen for it."""
SIZES = {"1366 by 768": (1190, 692), "150 percent of that": (859, 436)}


def new_store(folder: Path) -> Store:
    return Store.create(folder, KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY, shape=shape())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with new_store(tmp_path / "data") as store:
        yield Office(store, User("u1", "李干事", "administrator"))


def sample(register: str, office: Office) -> Record:
    """A filled record as a person may type it; what it refers to is saved, it is not."""
    samples = Samples(Registry(definition.cls for definition in REGISTRY))
    record = samples.record(register, is_typed=True)
    samples.made.remove(record)
    samples.save_all(office.store)
    return record


def typed_into(form: RecordForm, state: State) -> None:
    """Write a whole record into the form, field by field and line by line."""
    form.panel.put({name: raw for name, raw in state.values.items() if _is_typed(form.definition, name)})
    for collection, held in state.lines.items():
        lines = form.lines[collection]
        for line in held:
            if issubclass(lines.child.line, FileLine):  # made of a file, not typed
                lines.take(line.copied())
                continue
            lines.add()
            lines.panel.put({name: raw for name, raw in line.values.items() if _is_typed(lines.definition, name)})


def _is_typed(definition: Definition, name: str) -> bool:
    return not definition.by_name[name].read_only


def answered(form: RecordForm) -> None:
    """Give a reason for everything that is doubted."""
    for doubts in form.findings.at.values():
        for one in doubts:
            form.findings.reasons[one.sentence] = "已核对"


def settled(qtbot: QtBot) -> None:
    """All work has come back and everything is laid out."""
    qtbot.waitUntil(work.is_idle, timeout=5000)
    for _ in range(3):
        QApplication.processEvents()
    qtbot.waitUntil(work.is_idle, timeout=5000)


def saved(form: RecordForm, qtbot: QtBot) -> None:
    for _ in range(2):
        form.save()
        settled(qtbot)
        if form.record is not None and not form.is_dirty:
            return
        answered(form)
    raise AssertionError([(place, [str(one) for one in held]) for place, held in form.findings.at.items() if held])


# -- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("register", NEW)
def test_what_is_typed_is_saved_loaded_and_listed(register: str, office: Office, qtbot: QtBot) -> None:
    definition, wanted = office.registry.get(register), sample(register, office)
    form = RecordForm(definition, Desk(office), None)
    form.resize(*SIZES["1366 by 768"])
    show_active(qtbot, form)
    typed_into(form, state_of(wanted))
    saved(form, qtbot)
    stored = office.reader.get(register, form.record_id)
    assert stored is not None
    typed = {spec.name for spec in definition.fields if not spec.read_only}
    assert {name: wire for name, wire in wires_of(stored).items() if name in typed} == wires_of(wanted)
    for child in definition.children:
        assert [wires_of(line) for line in getattr(stored, child.name)] == [
            wires_of(line) for line in getattr(wanted, child.name)
        ]
    listed = office.reader.page(register, office.reader.keys(Query(register)))
    assert form.record_id in {row.id for row in listed}
    again = RecordForm(definition, Desk(office), stored)
    qtbot.addWidget(again)
    assert not again.is_dirty
    assert assemble(definition, again.state()) == (stored, [])
    told = office.history(stored.id)
    again.save()
    settled(qtbot)
    assert office.history(stored.id) == told


@pytest.mark.parametrize("register", ["dispute", *NEW])
def test_what_stands_in_a_form_outlives_a_kill(register: str, tmp_path: Path, qtbot: QtBot) -> None:
    with new_store(tmp_path / "killed") as store:
        office = Office(store, User("u1", "李干事", "administrator"))
        wanted = sample(register, office)
        form = RecordForm(office.registry.get(register), Desk(office), None)
        show_active(qtbot, form)
        typed_into(form, state_of(wanted))
        state, was_kept = form.state(), form.keep_draft()
        assert was_kept
        store.submit(lambda _: None).result()
        settled(qtbot)
        form.hide()
    with Store(tmp_path / "killed", KEY, registry=REGISTRY, shape=shape()) as store:
        office = Office(store, User("u1", "李干事", "administrator"))
        draft = only(office.drafts())
        again = RecordForm(office.registry.get(register), Desk(office), None, draft=draft)
        show_active(qtbot, again)
        assert again.state() == state
        assert again.is_dirty
        settled(qtbot)


def only(drafts: list[Draft]) -> Draft:
    assert len(drafts) == 1
    return drafts[0]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("register", TYPED)
def test_no_word_of_a_form_is_cut_and_the_keyboard_goes_through_all_of_it(
    register: str, size: tuple[int, int], office: Office, qtbot: QtBot
) -> None:
    wanted = sample(register, office)
    form = RecordForm(office.registry.get(register), Desk(office), None)
    form.resize(*size)
    show_active(qtbot, form)
    typed_into(form, state_of(wanted))
    settled(qtbot)
    assert cut_words(form) == []
    form.focus_first()
    visited = set()
    for _ in range(400):
        cursor = form.focusWidget()
        if cursor is form.save_button:
            break
        visited.add(cursor)
        control = Qt.KeyboardModifier.ControlModifier if hasattr(cursor, "toPlainText") else Qt.KeyboardModifier(0)
        if cursor in [stop for lines in form.lines.values() for stop in (lines.add_button, lines.table)]:
            QTest.keyClick(cursor, Qt.Key.Key_Tab)
        else:
            QTest.keyClick(cursor, Qt.Key.Key_Return, control)
    assert form.focusWidget() is form.save_button
    typed = [lines for lines in form.lines.values() if not lines.is_fixed]
    parts = [form.panel, *(one.panel for one in typed if one.panel.isVisible())]
    assert all(issubclass(one.child.line, FileLine) for one in typed if not one.panel.isVisible())  # F2 opens theirs
    editors = [editor for part in parts for editor in part.editors.values() if not editor.spec.read_only]
    fields = {stop for editor in editors for stop in editor.stops()}
    assert {field for field in fields if field.isEnabled() and field not in visited} == set()


# -- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("register", TOP)
def test_the_list_shows_every_record_and_no_word_is_cut(
    register: str, size: tuple[int, int], office: Office, qtbot: QtBot
) -> None:
    shown = sample(register, office)
    office.store.write("u1", lambda unit: unit.save(shown))
    page = ListPage(office, office.registry.get(register), ListActs(), icon_name="users")
    page.resize(*size)
    show_active(qtbot, page)
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    page.refresh()
    settled(qtbot)
    assert page.model.rowCount() == office.reader.count(register)
    assert cut_words(page) == []
    page.mark(shown.id)
    settled(qtbot)
    assert page.current_id() == shown.id
