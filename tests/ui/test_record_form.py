"""The form of any register, filled by keys on a real store: what was typed is what is stored, and nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.errors import Finding, Level
from app.models import clock
from app.models.drafts import Draft
from app.models.files import FileLine
from app.models.policy import User
from app.models.register import Record, Stage
from app.models.registers import REGISTRY, Agreement, Dispute, Household, Member, Organisation, Party, Person
from app.models.store import Store
from app.services.office import Office
from app.services.setup import NewAccount, NewTownship, create_township
from app.ui import work
from app.ui.editors.base import Desk
from app.ui.editors.suggest import SuggestBox
from app.ui.registers.form_findings import KEPT
from app.ui.registers.record_form import FormAction, RecordForm
from tests.conftest import PASSWORD
from tests.ui.cut import cut_words
from tests.ui.keys import compose, show_active, type_text

Open = Callable[..., RecordForm]
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.day_set_to(TODAY):
        yield


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, User]:
    """A township as the first window makes it, closed; deriving keys from passwords is slow on purpose."""
    folder = tmp_path_factory.mktemp("forms") / "office"
    office, _ = create_township(folder, NewTownship("青溪镇", NewAccount("王主任", PASSWORD), "青山县"))
    key, user = office.store.key, office.user
    office.store.close()
    return folder, key, user


@pytest.fixture
def office(made_once: tuple[Path, bytes, User], tmp_path: Path) -> Iterator[Office]:
    """That township, a copy of its own for every test, the administrator signed in."""
    folder, key, user = made_once
    shutil.copytree(folder, tmp_path / "office")
    with Store(tmp_path / "office", key, registry=REGISTRY) as store:
        yield Office(store, user)


@pytest.fixture
def open_form(qtbot: QtBot, office: Office) -> Open:
    """Opens a form as the desk does, in a window of its own, 1366×768 at 150 %."""

    def show(register: str, record: Record | None = None, *, by: Office = office, **more: object) -> RecordForm:
        form = RecordForm(by.registry.get(register), Desk(by), record, **more)  # type: ignore[arg-type]
        form.resize(859, 436)
        show_active(qtbot, form)
        form.focus_first()
        settle()
        return form

    return show


def settle() -> None:
    """Let work off the screen end and its answers arrive."""
    for _ in range(50):
        work.pool().waitForDone()
        QApplication.processEvents()
        if work.is_idle():
            for _ in range(4):  # a change of height goes up through the layouts one event at a time
                QApplication.processEvents()
            return


def cursor() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def enter(words: str = "") -> None:
    """Type into whatever has the cursor and press Enter; a list that opens is waited for, as a person does."""
    if words:
        type_text(cursor(), words)
        settle()
    QTest.keyClick(cursor(), Qt.Key.Key_Return)
    QApplication.processEvents()


def enter_until(is_there: Callable[[], bool]) -> None:
    for _ in range(80):
        if is_there():
            return
        enter()
    message = f"never got there; the cursor is in {cursor().accessibleName()}"
    raise AssertionError(message)


def press(keys: Qt.Key, control: bool = True) -> None:
    QTest.keyClick(cursor(), keys, Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier)
    settle()


def save(form: RecordForm) -> Record | None:
    """Ctrl+S; what is stored then."""
    press(Qt.Key.Key_S)
    return stored(form)


def stored(form: RecordForm) -> Record | None:
    return form.office.reader.get(form.definition.name, form.record_id)


def kept(office: Office) -> list[Draft]:
    """The drafts, once everything asked of the writer is written."""
    office.store.submit(lambda _: None).result()
    return office.drafts()


def says_dirty(form: RecordForm) -> bool:
    """Whether something is not saved, asked anew each time."""
    return form.is_dirty


def press_in(banner: QWidget, words: str) -> None:
    """Click the button of a banner."""
    next(one for one in banner.findChildren(QPushButton) if one.text() == words).click()
    settle()


def add(office: Office, *records: Record) -> None:
    for record in records:
        office.save(record, reasons={one.sentence: "测试" for one in office.check(record)})


def boxes(form: RecordForm, *names: str) -> list[QLineEdit]:
    found = [form.panel.editors[name].widget for name in names]
    return [box for box in found if isinstance(box, QLineEdit)]


def zhang() -> Person:
    return Person(
        full_name="张三金", sex="1", birth_on=date(1970, 3, 15), phone="13800138000", live_address="柳溪村三组"
    )


def li() -> Person:
    return Person(
        full_name="李秀英", sex="2", birth_on=date(1972, 5, 1), phone="13900139000", live_address="柳溪村四组"
    )


def a_household(*people: Person) -> Household:
    relations = ("02", "10")
    members = tuple(Member(person=one.id, relation=relations[at]) for at, one in enumerate(people))
    return Household(number="4201-0001", address="柳溪村三组12号", members=members)


# ---- filled by keys


def test_a_person_is_filled_and_saved_by_keys_alone(open_form: Open) -> None:
    form = open_form("person")
    enter("王小明")
    enter()
    enter("11010519491231002x")
    enter()
    assert form.panel.editors["birth_on"].value() == "1949-12-31"
    assert form.panel.editors["sex"].value() == "2"
    enter_until(lambda: cursor() is form.panel.editors["phone"].widget)
    type_text(cursor(), "138 0013 8000")
    enter_until(form.save_button.hasFocus)
    QTest.keyClick(cursor(), Qt.Key.Key_Return)
    settle()
    person = stored(form)
    assert isinstance(person, Person)
    assert (person.full_name, person.id_number, person.phone) == ("王小明", "11010519491231002X", "13800138000")
    assert (person.birth_on, person.sex, person.ethnicity) == (date(1949, 12, 31), "2", "01")
    assert form.record == person
    assert not form.is_dirty


def test_enter_never_leaves_a_name_that_is_being_composed(open_form: Open) -> None:
    form = open_form("person")
    box = cursor()
    compose(box, "ouyang")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert cursor() is box
    compose(box, "", "")
    compose(box, "ou'yang", "欧阳")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert cursor() is form.panel.editors["document_kind"].widget
    assert form.panel.values()["full_name"] == "欧阳"


def test_a_household_with_two_members_is_filled_by_keys(open_form: Open, office: Office) -> None:
    head, wife = zhang(), li()
    add(office, head, wife)
    form = open_form("household")
    members = form.lines["members"]
    enter("4201-0007")
    enter_until(members.add_button.hasFocus)
    QTest.keyClick(cursor(), Qt.Key.Key_Return)
    enter("zsj")
    enter("hz")
    enter_until(members.add_button.hasFocus)
    QTest.keyClick(cursor(), Qt.Key.Key_Return)
    enter("李秀英")
    enter("配偶")
    household = save(form)
    assert isinstance(household, Household)
    assert [(one.person, one.relation) for one in household.members] == [(head.id, "02"), (wife.id, "10")]


def test_ctrl_n_saves_and_begins_the_next(open_form: Open) -> None:
    form = open_form("person")
    enter("王小明")
    first = form.record_id
    press(Qt.Key.Key_N)
    assert form.office.reader.get("person", first) is not None
    assert form.record is None
    assert form.record_id != first
    assert cursor() is form.panel.editors["full_name"].widget
    enter("王小红")
    assert isinstance(save(form), Person)


def test_a_dispute_takes_over_what_is_known_of_its_parties(open_form: Open, office: Office) -> None:
    add(office, zhang(), li())
    form = open_form("dispute")
    assert form.panel.values()["accepted_on"] == "2026-11-23"
    committee = form.panel.values()["committee"]
    assert isinstance(committee, str)
    assert len(committee) == 32
    enter("张三金与李秀英宅基地纠纷")
    parties = form.lines["parties"]
    press(Qt.Key.Key_Insert)
    enter("申请人")
    enter()
    enter("zsj")
    press(Qt.Key.Key_Insert)
    enter("被申请人")
    enter()
    enter("lxy")
    assert len(parties.lines()) == 2
    agreements = form.lines["agreements"]
    agreements.add_button.click()
    agreements.panel.focus_field("clauses")
    type_text(cursor(), "一、以现墙为界")
    QTest.keyClick(cursor(), Qt.Key.Key_Return)
    type_text(cursor(), "二、互不追究")
    dispute = save(form)
    assert isinstance(dispute, Dispute)
    assert [(one.role, one.kind, one.name, one.sex, one.phone, one.address) for one in dispute.parties] == [
        ("applicant", "person", "张三金", "1", "13800138000", "柳溪村三组"),
        ("respondent", "person", "李秀英", "2", "13900139000", "柳溪村四组"),
    ]
    assert dispute.agreements[0].clauses == "一、以现墙为界\n二、互不追究"
    assert dispute.matter_code
    assert form.header.title.text() == "张三金与李秀英宅基地纠纷"


def test_another_person_chosen_brings_its_own_particulars_and_keeps_what_was_typed(
    open_form: Open, office: Office
) -> None:
    add(office, zhang(), li())
    form = open_form("dispute")
    parties = form.lines["parties"]
    press(Qt.Key.Key_Insert)
    enter()
    enter()
    enter("zsj")
    parties.panel.editors["phone"].take_focus()
    QTest.keyClick(cursor(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    enter("0577-88881234")
    parties.panel.editors["person"].take_focus()
    QTest.keyClick(cursor(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    enter("lxy")
    values = parties.lines()[0].values
    assert (values["name"], values["address"], values["phone"]) == ("李秀英", "柳溪村四组", "0577-88881234")


def test_a_body_as_party_is_represented_by_its_head(open_form: Open, office: Office) -> None:
    add(office, Organisation(name="青溪茶叶专业合作社", head_name="王有田", address="青溪镇街道 8 号"))
    form = open_form("dispute")
    enter("张三金与青溪茶叶专业合作社合同纠纷")
    parties = form.lines["parties"]
    press(Qt.Key.Key_Insert)
    parties.panel.focus_field("organisation")
    enter("qxcy")
    dispute = save(form)
    assert isinstance(dispute, Dispute)
    party = dispute.parties[0]
    assert (party.kind, party.name, party.address) == ("organisation", "青溪茶叶专业合作社", "青溪镇街道 8 号")
    assert (party.representative_kind, party.representative_name) == ("head", "王有田")


# ---- findings


def test_what_is_missing_is_said_at_its_field_and_the_cursor_goes_there(open_form: Open) -> None:
    form = open_form("person")
    form.panel.focus_field("phone")
    assert save(form) is None
    assert cursor() is form.panel.editors["full_name"].widget
    assert "还没有填写" in form.panel.rows["full_name"].finding.text()
    assert form.open_button.isVisible()
    assert form.open_button.text() == "有 1 处需要处理"
    enter("王小明")
    assert not form.open_button.isVisible()


def test_nothing_is_complained_about_before_somebody_touched_it(open_form: Open) -> None:
    form = open_form("person")
    enter_until(lambda: cursor() is form.panel.editors["phone"].widget)
    assert not form.open_button.isVisible()
    enter("不是电话")
    assert form.panel.rows["phone"].finding.text()


def test_a_finding_of_a_line_marks_that_line_and_opens_it(open_form: Open, office: Office) -> None:
    head, wife = zhang(), li()
    add(office, head, wife)
    household = a_household(head, wife)
    add(office, household)
    form = open_form("household", household)
    members = form.lines["members"]
    members.mark(1)
    members.panel.put({"relation": "02"})
    members.mark(0)
    press(Qt.Key.Key_S)
    assert members.table.currentIndex().row() == 1
    assert cursor() is members.panel.editors["relation"].widget
    assert "一户只能有一个户主" in members.panel.rows["relation"].finding.text()
    assert members.panel.rows["person"].findings == []
    members.mark(0)
    assert members.panel.rows["relation"].findings == []
    again = stored(form)
    assert isinstance(again, Household)
    assert [one.relation for one in again.members] == ["02", "10"]


def test_a_doubt_passes_with_a_reason_that_is_kept_and_asked_for_once(open_form: Open, office: Office) -> None:
    form = open_form("person")
    enter("王小明")
    enter()
    enter("110105194912310021")
    row = form.panel.rows["id_number"]
    assert row.reason.isVisible()
    assert save(form) is None
    assert cursor() is row.reason
    assert form.open_button.isVisible()
    type_text(cursor(), "证件原件如此")
    person = save(form)
    assert isinstance(person, Person)
    assert "证件原件如此" in office.history(person.id)[0].reason

    again = open_form("person", person)
    assert again.panel.rows["id_number"].reason.text() == KEPT
    again.panel.focus_field("phone")
    enter("13800138000")
    changed = save(again)
    assert isinstance(changed, Person)
    assert changed.phone == "13800138000"

    again.panel.put({"id_number": "110105194912310022"})
    save(again)
    unchanged = stored(again)
    assert isinstance(unchanged, Person)
    assert unchanged.id_number == "110105194912310021"
    assert cursor() is again.panel.rows["id_number"].reason


def test_the_same_number_in_another_record_is_doubted(open_form: Open, office: Office) -> None:
    twin = Person(full_name="王晓明", id_number="11010519491231002X")
    add(office, twin)
    form = open_form("person")
    enter("王小明")
    enter()
    enter("11010519491231002X")
    assert save(form) is None
    assert "王晓明" in form.panel.rows["id_number"].finding.text()
    type_text(cursor(), "确是两人")
    assert isinstance(save(form), Person)


def test_a_household_without_head_is_doubted_as_a_whole(open_form: Open, office: Office) -> None:
    wife = li()
    add(office, wife)
    form = open_form("household")
    enter("4201-0009")
    press(Qt.Key.Key_Insert)
    enter("lxy")
    enter("配偶")
    assert save(form) is None
    note = form.lines["members"].note
    assert "还没有户主" in note.words.text()
    assert cursor() is note.reason
    type_text(cursor(), "户主外出未归，另户登记")
    assert isinstance(save(form), Household)


def test_what_printing_asks_for_is_shown_but_does_not_hinder_saving(open_form: Open, office: Office) -> None:
    dispute = Dispute(name="宅基地纠纷", parties=(Party(name="张三金"),), agreements=(Agreement(),))
    add(office, dispute)
    form = open_form("dispute", office.reader.get("dispute", dispute.id))
    found = [one for one in office.check(dispute, Stage.PRINT) if one.level is Level.STOP]
    form.complain(found, "协议书还不能打印")
    settle()
    assert "还没有填写" in form.lines["agreements"].panel.rows["clauses"].finding.text()
    assert "两方" in form.lines["parties"].note.words.text()
    form.panel.put({"location": "柳溪村口"})
    assert isinstance(save(form), Dispute)
    assert not form.is_dirty


# ---- nothing is lost


def test_a_draft_survives_the_end_of_the_program(open_form: Open, office: Office) -> None:
    person = zhang()
    add(office, person)
    form = open_form("person", office.reader.get("person", person.id))
    form.panel.put({"occupation": "木匠", "phone": "不是电"})
    new = open_form("household")
    enter("4201-0011")
    press(Qt.Key.Key_Insert)
    form.keep_draft()
    new.keep_draft()
    folder, key, user = office.store.folder, office.store.key, office.user
    office.store.close()

    with Store(folder, key, registry=REGISTRY) as reopened:
        later = Office(reopened, user)
        drafts = {one.register: one for one in kept(later)}
        again = open_form("person", later.reader.get("person", person.id), by=later)
        assert not says_dirty(again)
        assert "没保存的内容" in again.banners.banners()[0].sentence.text()
        again.restore(drafts["person"])
        assert again.panel.values()["occupation"] == "木匠"
        assert again.panel.values()["phone"] == "不是电"
        assert says_dirty(again)
        again.panel.put({"phone": "13800138000"})
        assert isinstance(save(again), Person)
        household = open_form("household", by=later, draft=drafts["household"])
        assert household.panel.values()["number"] == "4201-0011"
        assert len(household.lines["members"].lines()) == 1
        assert household.record_id == drafts["household"].record_id
        assert [one.register for one in kept(later)] == ["household"]
        settle()
        for form in (again, household):
            form.close()


def test_typing_is_kept_by_itself_and_forgotten_when_saved(open_form: Open, office: Office, qtbot: QtBot) -> None:
    form = open_form("person")
    type_text(cursor(), "王小明")
    qtbot.waitUntil(lambda: len(kept(office)) == 1)
    assert kept(office)[0].record_id == form.record_id
    save(form)
    assert kept(office) == []


def test_leaving_keeps_what_was_typed_and_says_so(open_form: Open, office: Office, qtbot: QtBot) -> None:
    form = open_form("person")
    type_text(cursor(), "王小明")
    with qtbot.waitSignals([form.told, form.closed]):
        press(Qt.Key.Key_Escape, control=False)
    assert [one.register for one in kept(office)] == ["person"]


def test_leaving_an_untouched_form_keeps_nothing(open_form: Open, office: Office, qtbot: QtBot) -> None:
    form = open_form("person")
    with qtbot.assertNotEmitted(form.told), qtbot.waitSignal(form.closed):
        press(Qt.Key.Key_Escape, control=False)
    assert kept(office) == []


def test_a_draft_can_be_thrown_away(open_form: Open, office: Office) -> None:
    person = zhang()
    add(office, person)
    first = open_form("person", office.reader.get("person", person.id))
    first.panel.put({"occupation": "木匠"})
    first.keep_draft()
    again = open_form("person", office.reader.get("person", person.id), draft=kept(office)[0])
    assert says_dirty(again)
    press_in(again.banners.banners()[0], "丢弃")
    assert not says_dirty(again)
    assert kept(office) == []
    first.keep_draft()


def test_a_full_disk_leaves_everything_in_the_editors(open_form: Open, office: Office) -> None:
    form = open_form("dispute")
    enter("宅基地纠纷")
    story = "双方因滴水檐界线多次争执。" * 1_500
    form.panel.put({"story": story})
    pages = office.store.submit(lambda conn: conn.execute("PRAGMA page_count").fetchone()[0]).result()
    office.store.submit(lambda conn: conn.execute(f"PRAGMA max_page_count = {pages}").fetchone()).result()
    assert save(form) is None
    assert ["磁盘" in one.sentence.text() for one in form.banners.banners()] == [True]
    assert form.panel.values()["story"] == story
    office.store.submit(lambda conn: conn.execute("PRAGMA max_page_count = 1000000").fetchone()).result()
    dispute = save(form)
    assert isinstance(dispute, Dispute)
    assert dispute.story == story


def test_an_account_that_lost_its_right_is_told_and_keeps_its_text(open_form: Open, office: Office) -> None:
    form = open_form("person")
    enter("王小明")
    office.user = replace(office.user, role="auditor")
    assert save(form) is None
    assert "没有修改" in form.banners.banners()[0].sentence.text()
    assert form.panel.values()["full_name"] == "王小明"


def test_a_removed_line_can_be_brought_back(open_form: Open, office: Office) -> None:
    head, wife = zhang(), li()
    add(office, head, wife, a_household(head, wife))
    record = next(iter(office.reader.all("household")))
    form = open_form("household", record)
    members = form.lines["members"]
    members.panel.editors["relation"].take_focus()
    press(Qt.Key.Key_Delete)
    assert [one.values["person"] for one in members.lines()] == [wife.id]
    press_in(form.banners.banners()[0], "撤销")
    assert [one.values["person"] for one in members.lines()] == [head.id, wife.id]
    assert not form.is_dirty


def test_lines_keep_the_order_they_are_moved_to(open_form: Open, office: Office) -> None:
    head, wife = zhang(), li()
    add(office, head, wife, a_household(head, wife))
    form = open_form("household", next(iter(office.reader.all("household"))))
    form.lines["members"].panel.editors["relation"].take_focus()
    QTest.keyClick(cursor(), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    household = save(form)
    assert isinstance(household, Household)
    assert [one.person for one in household.members] == [wife.id, head.id]


# ---- two at once


@pytest.fixture
def shared(open_form: Open, office: Office) -> tuple[RecordForm, Person]:
    """A form, and the record it was opened from."""
    person = zhang()
    add(office, person)
    stored_person = office.reader.get("person", person.id)
    assert isinstance(stored_person, Person)
    return open_form("person", stored_person), stored_person


def test_changes_of_others_are_merged_into_mine(shared: tuple[RecordForm, Person], office: Office) -> None:
    form, person = shared
    add(office, person.model_copy(update={"occupation": "木匠"}))
    form.panel.put({"phone": "13700137000"})
    merged = save(form)
    assert isinstance(merged, Person)
    assert (merged.occupation, merged.phone) == ("木匠", "13700137000")


@pytest.mark.parametrize(("keeps_mine", "phone"), [(True, "13700137000"), (False, "13600136000")])
def test_the_same_field_changed_by_both_is_asked_about_never_overwritten(
    shared: tuple[RecordForm, Person], office: Office, keeps_mine: bool, phone: str
) -> None:
    form, person = shared
    add(office, person.model_copy(update={"phone": "13600136000", "occupation": "木匠"}))
    form.panel.put({"phone": "13700137000", "workplace": "合作社"})
    save(form)
    untouched = stored(form)
    assert isinstance(untouched, Person)
    assert untouched.phone == "13600136000"
    panel = form.merging.panel
    assert panel is not None
    clash, mine, theirs = panel.choices[0]
    assert (clash.where, clash.mine, clash.theirs) == ("联系电话", "13700137000", "13600136000")
    save(form)
    assert isinstance(untouched := stored(form), Person)
    assert untouched.phone == "13600136000"
    (mine if keeps_mine else theirs).click()
    decided = save(form)
    assert isinstance(decided, Person)
    assert (decided.phone, decided.occupation, decided.workplace) == (phone, "木匠", "合作社")


def test_a_line_i_removed_comes_back_when_somebody_changed_it(open_form: Open, office: Office) -> None:
    head, wife = zhang(), li()
    add(office, head, wife, a_household(head, wife))
    record = next(iter(office.reader.all("household")))
    assert isinstance(record, Household)
    form = open_form("household", record)
    form.lines["members"].mark(1)
    form.lines["members"].remove()
    changed = record.members[1].model_copy(update={"joined_on": date(2020, 1, 1)})
    add(office, record.model_copy(update={"members": (record.members[0], changed)}))
    save(form)
    assert len(form.lines["members"].lines()) == 2
    assert ["已放回" in one.sentence.text() for one in form.banners.banners()] == [True]


def test_a_record_deleted_meanwhile_is_brought_back_only_when_asked(
    shared: tuple[RecordForm, Person], office: Office
) -> None:
    form, person = shared
    office.delete("person", person.id, reason="重复登记")
    form.panel.put({"phone": "13700137000"})
    assert save(form) is None
    banner = form.banners.banners()[0]
    assert "刚被删除" in banner.sentence.text()
    press_in(banner, "恢复并保存")
    person_again = stored(form)
    assert isinstance(person_again, Person)
    assert person_again.phone == "13700137000"


def test_a_form_follows_what_changes_elsewhere_and_keeps_what_is_typed(
    shared: tuple[RecordForm, Person], office: Office
) -> None:
    form, person = shared
    form.panel.put({"phone": "13700137000"})
    add(office, person.model_copy(update={"occupation": "木匠"}))
    changed = office.reader.get("person", person.id)
    assert changed is not None
    form.show_stored(changed)
    assert form.panel.values()["occupation"] == "木匠"
    assert form.panel.values()["phone"] == "13700137000"
    assert form.is_dirty


def test_a_draft_of_a_record_that_moved_is_merged(open_form: Open, office: Office) -> None:
    person = zhang()
    add(office, person)
    form = open_form("person", office.reader.get("person", person.id))
    form.panel.put({"phone": "13700137000"})
    form.keep_draft()
    settle()
    draft = kept(office)[0]
    add(office, person.model_copy(update={"occupation": "木匠"}))
    later = open_form("person", office.reader.get("person", person.id), draft=draft)
    merged = save(later)
    assert isinstance(merged, Person)
    assert (merged.occupation, merged.phone) == ("木匠", "13700137000")
    form.findings.forget()


# ---- acts, roles, faces


def test_an_act_that_needs_the_record_saved_saves_it_first(open_form: Open) -> None:
    seen: list[Record | None] = []
    act = FormAction("打印", "printer", lambda form: seen.append(form.record), shortcut="Ctrl+P")
    form = open_form("person", actions=(act,))
    press(Qt.Key.Key_P)
    assert seen == []
    enter("王小明")
    press(Qt.Key.Key_P)
    assert seen == [stored(form)]
    assert seen[0] is not None


def test_who_may_not_write_reads_only(open_form: Open, office: Office) -> None:
    person = zhang()
    add(office, person)
    office.user = replace(office.user, role="auditor")
    form = open_form("person", office.reader.get("person", person.id))
    assert not form.save_button.isVisible()
    assert all(box.isReadOnly() for box in boxes(form, "full_name", "phone", "sex", "birth_on"))
    form.save()
    assert not form.is_dirty


def test_a_refused_change_comes_back_into_the_fields_with_the_countys_words(open_form: Open, office: Office) -> None:
    person = zhang()
    add(office, person)
    record = office.reader.get("person", person.id)
    draft = Draft("0" * 32, "person", person.id, 0, {"birth_on": "1971-03-15"}, office.user.id, "", "出生日期不对")
    form = open_form("person", record, draft=draft)
    assert form.panel.values()["birth_on"] == "1971-03-15"
    assert "出生日期不对" in form.banners.banners()[0].sentence.text()


def test_a_new_record_begins_with_the_words_it_was_asked_for_with(open_form: Open) -> None:
    form = open_form("person", typed="欧阳建国")
    assert form.panel.values()["full_name"] == "欧阳建国"
    assert form.is_dirty


def test_a_list_of_choices_opens_over_the_form_and_esc_closes_only_the_list(open_form: Open, qtbot: QtBot) -> None:
    form = open_form("person")
    box = form.panel.editors["sex"].widget
    assert isinstance(box, SuggestBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.is_open
    with qtbot.assertNotEmitted(form.closed):
        QTest.keyClick(box, Qt.Key.Key_Escape)
    assert not box.is_open


@pytest.mark.parametrize("register", ["person", "household", "dispute", "patrol", "committee", "account"])
def test_every_word_is_whole_at_150_percent(register: str, open_form: Open, office: Office) -> None:
    form = open_form(register)
    for lines in form.lines.values():
        if not issubclass(lines.child.line, FileLine):  # those come from a dialog
            lines.add()
            lines.add()
    form.findings.told([Finding((form.definition.fields[0].name,), "很长的一句话" * 12, Level.DOUBT)], form.state())
    form.save()
    settle()
    assert (form.width(), form.height()) == (859, 436)
    assert cut_words(form) == []


def test_a_household_is_headed_by_the_name_of_its_head(office: Office, qtbot: QtBot) -> None:
    head = Person(full_name="张三")
    office.save(head)
    household = Household(number="519921100001010001", members=(Member(person=head.id, relation="02"),))
    office.save(household)
    form = RecordForm(office.registry.get("household"), Desk(office), household)
    qtbot.addWidget(form)
    assert form.header.title.text() == "张三户"
