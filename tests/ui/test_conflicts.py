"""待核: two values side by side, a named person decides, the reason is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.models import folding, journal
from app.models.registers import REGISTRY, Household, Member, Person
from app.models.store import Store
from app.services.office import Office
from app.ui import work
from app.ui.conflicts import ConflictPage, Decision
from app.ui.widgets.marked_label import MarkedLabel, own_parts
from tests.conftest import KEY
from tests.ui.keys import show_active, type_text

NUMBERED = (
    "UPDATE journal SET seq = (SELECT count(*) FROM journal j WHERE j.stream = journal.stream AND j.n <= journal.n)"
)


@pytest.fixture
def other(office: Office, tmp_path: Path) -> Iterator[Store]:
    """A second PC of the same township, to be edited meanwhile."""
    key = bytes.fromhex(office.store.meta("township_key"))
    with Store.create(
        tmp_path / "other", KEY, registry=REGISTRY, township_key=key, township=office.store.identity.township
    ) as made:
        yield made


def carry(source: Store, target: Store, record_id: str) -> None:
    """Bring what the county has numbered of a record from one PC to the other."""
    ops = list(journal.select(source.conn, "record_id = ?", (record_id,)))

    def put(conn: object) -> None:
        known = {op.op_id for op in journal.select(target.conn, "record_id = ?", (record_id,))}
        journal.append(conn, [op for op in ops if op.op_id not in known])
        folding.refold(REGISTRY, conn, target.box, [record_id])

    target.submit(put).result()


@pytest.fixture
def contested(office: Office, other: Store) -> Person:
    """A person whose address two PCs changed at once; the center's stands."""
    person = Person(full_name="李四", live_address="一组1号")
    office.save(person)
    office.store.submit(lambda conn: conn.execute(NUMBERED)).result()
    office.store.submit(lambda conn: folding.refold(REGISTRY, conn, office.store.box, [person.id])).result()
    carry(office.store, other, person.id)
    theirs = person.model_copy(update={"live_address": "二组8号"})
    other.write("z" * 32, lambda unit: unit.save(theirs))
    office.save(person.model_copy(update={"live_address": "一组2号"}))
    office.store.submit(lambda conn: conn.execute(NUMBERED)).result()
    newest = office.store.conn.execute("SELECT max(seq) FROM journal WHERE stream = 'people'").fetchone()[0]
    other.submit(lambda conn: conn.execute("UPDATE journal SET seq = ? WHERE seq IS NULL", (newest + 1,))).result()
    carry(other, office.store, person.id)
    return person


@pytest.fixture
def page(qtbot: QtBot, office: Office, contested: Person) -> ConflictPage:
    made = ConflictPage(office, lambda *_: None)
    made.resize(1150, 640)
    show_active(qtbot, made)
    made.refresh()
    qtbot.waitUntil(lambda: isinstance(made.decision, Decision), timeout=3000)
    return made


def test_both_values_stand_side_by_side_with_their_authors(page: ConflictPage) -> None:
    shown = [one.text() for one in page.decision.findChildren(QLabel) if one.isVisible()]
    assert "一组2号" in shown
    assert "二组8号" in shown
    assert any("王主任" in one and "在本机改的" in one for one in shown)
    assert any("在另一台电脑上改的" in one for one in shown)


def test_a_decision_needs_a_choice_and_a_reason_and_closes_the_conflict(
    qtbot: QtBot, page: ConflictPage, office: Office, contested: Person
) -> None:
    decision = page.decision
    assert isinstance(decision, Decision)
    decision.go_on()
    assert "先选一个值" in decision.note.text()
    decision.focus_first()
    QTest.keyClick(decision.choices[0], Qt.Key.Key_Right)
    assert decision.choices[1].isChecked()
    assert decision.choices[1].hasFocus()
    decision.go_on()
    assert "理由" in decision.note.text()
    type_text(decision.reason, "电话核实")
    decision.go_button.setFocus()
    QTest.keyClick(decision.go_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1 and work.is_idle(), timeout=3000)
    person = office.reader.get("person", contested.id)
    assert isinstance(person, Person)
    assert person.live_address == "二组8号"
    assert office.history(contested.id)[0].reason == "电话核实"


def test_a_third_value_may_be_typed(qtbot: QtBot, page: ConflictPage, office: Office, contested: Person) -> None:
    decision = page.decision
    assert isinstance(decision, Decision)
    type_text(decision.other, "三组9号")
    type_text(decision.reason, "上门核实")
    decision.go_on()
    qtbot.waitUntil(lambda: office.conflicts() == [] and work.is_idle(), timeout=3000)
    person = office.reader.get("person", contested.id)
    assert isinstance(person, Person)
    assert person.live_address == "三组9号"


def test_what_differs_is_marked_and_only_that() -> None:
    assert own_parts("14012345678", ["14012845678"]) == [("14012", False), ("3", True), ("45678", False)]
    assert own_parts("一组2号", ["二组8号"]) == [("一", True), ("组", False), ("2", True), ("号", False)]
    assert own_parts("红旗村", ["白塔镇卫生院"]) == [("红旗村", False)]
    label = MarkedLabel("<b>1</b>", ["<b>2</b>"])
    assert label.text() == "<b>1</b>"


def test_a_value_that_cannot_be_is_refused_with_its_sentence(page: ConflictPage, office: Office) -> None:
    decision = page.decision
    assert isinstance(decision, Decision)
    type_text(decision.other, "号" * 300)
    type_text(decision.reason, "上门核实")
    decision.go_on()
    assert decision.note.text() == "最多 200 个字，现有 300 个字"
    assert len(office.conflicts()) == 1


def test_what_a_merge_made_invalid_is_listed_and_opened(qtbot: QtBot, office: Office) -> None:
    one, two = Person(full_name="王一"), Person(full_name="王二")
    home = Household(number="3", members=(Member(person=one.id, relation="02"), Member(person=two.id, relation="10")))
    for record in (one, two, home):
        office.save(record)
    office.store.write("sync", lambda unit: unit.set_fields("household_member", home.members[1].id, {"relation": "02"}))
    opened: list[tuple[str, str]] = []
    page = ConflictPage(office, lambda register, record: opened.append((register, record)))
    show_active(qtbot, page)
    page.refresh()
    qtbot.waitUntil(lambda: len(page.table.source.lines) == 1, timeout=3000)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert opened == [("household", home.id)]
