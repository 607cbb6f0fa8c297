"""事项 by keyboard: what one holds, handing over, accepting, returning with a reason, from the list and the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.models import clock
from app.models.kinds import Holder
from app.models.kinds.holders import PLACE
from app.models.policy import User
from app.models.register import Record
from app.models.registers import Account, Dispute, Hazard, Place
from app.models.registers.matter import handovers, holder_of, open_handover
from app.models.store import Changes
from app.services import handing
from app.services.handing import Given
from app.services.matters import Step, View
from app.services.office import Office
from app.ui import work
from app.ui.desk import Desk
from app.ui.matters.dialogs import ActDialog, AnswerDialog, HandOverDialog, RemindDialog, WithdrawDialog
from app.ui.matters.page import MattersPage
from app.ui.matters.strip import MatterStrip
from app.ui.parts.matters import PAGE, MatterPart
from app.ui.widgets import Toast
from tests.ui.keys import show_active, type_text

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Room:
    """An office with one village and a second clerk, and two matters: one overdue, one due tomorrow."""

    def __init__(self, office: Office) -> None:
        self.office = office
        clerk = next(one for one in office.reader.all("account") if one.title() == "李干事")
        assert isinstance(clerk, Account)
        self.li = Office(office.store, User(clerk.id, clerk.name, clerk.role))
        self.village = Place(name="红旗村", kind="village")
        today = clock.today()
        self.late = Dispute(name="争水", stage="mediating", accepted_on=today - timedelta(days=40))
        self.soon = Hazard(name="护栏缺损", found_on=today - timedelta(days=9), due_on=today + timedelta(days=1))
        for record in (self.village, self.soon, self.late):
            office.save(record)

        self.is_open = True

    def stored(self, record: Record) -> Record:
        found = self.office.reader.get(record.definition.name, record.id)
        assert found is not None
        return found

    def held(self, record: Record) -> str:
        holder = holder_of(self.stored(record))
        return holder.name if holder else ""

    @property
    def to_village(self) -> Holder:
        return Holder(PLACE, self.village.id, "红旗村")


@pytest.fixture
def room(office: Office) -> Room:
    return Room(office)


@pytest.fixture
def desk(qtbot: QtBot, room: Room) -> Iterator[Desk]:
    made = Desk(room.office)
    made.window.resize(1366, 768)
    show_active(qtbot, made.window)
    made.start()
    settle(qtbot)
    yield made
    settle(qtbot)
    if room.is_open:
        made.close()


def settle(qtbot: QtBot) -> None:
    qtbot.waitUntil(work.is_idle, timeout=20_000)
    QApplication.processEvents()
    qtbot.waitUntil(work.is_idle, timeout=20_000)


def page_of(qtbot: QtBot, desk: Desk) -> MattersPage:
    desk.go(PAGE)
    settle(qtbot)
    return next(part.page for part in desk.parts if isinstance(part, MatterPart))


def strip_of(qtbot: QtBot, desk: Desk, record: Record) -> MatterStrip:
    desk.open(record.definition.name, record.id)
    settle(qtbot)
    form = desk.registers.host(record.definition.name).form
    assert form is not None
    return form.findChildren(MatterStrip)[0]


def dialog(qtbot: QtBot, kind: type[ActDialog]) -> ActDialog:
    def standing() -> list[ActDialog]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]

    qtbot.waitUntil(lambda: bool(standing()), timeout=20_000)
    found = standing()[0]
    qtbot.waitUntil(found.isActiveWindow)
    settle(qtbot)
    return found


def press(
    qtbot: QtBot, widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(widget, key, modifier)
    settle(qtbot)


def cursor() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def rows(page: MattersPage) -> list[tuple[str, ...]]:
    model = page.table.model()
    return [
        tuple(str(model.index(row, column).data() or "") for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def words(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def test_the_list_says_the_day_and_what_is_left_in_words_due_first(qtbot: QtBot, desk: Desk) -> None:
    page = page_of(qtbot, desk)
    shown = rows(page)
    assert [row[1] for row in shown] == ["争水", "护栏缺损"]
    assert shown[0][5].endswith("逾期 10 天")
    assert shown[1][5].endswith("明天到期")
    assert [row[4] for row in shown] == ["王主任", "王主任"]
    assert page.chips[View.MINE].text() == "我承办的 2"
    assert "逾期 1 件，今明两天到期 1 件" in page.header.subtitle.text()


def test_a_long_list_is_searched_by_code_pinyin_and_holder(qtbot: QtBot, desk: Desk, room: Room) -> None:
    page = page_of(qtbot, desk)
    press(qtbot, page.table, Qt.Key.Key_F, CONTROL)
    assert cursor() is page.search
    type_text(page.search, "hlqs")
    assert [row[1] for row in rows(page)] == ["护栏缺损"]
    page.search.clear()
    type_text(page.search, rows(page)[0][0][-5:].lower())
    assert [row[1] for row in rows(page)] == ["争水"]
    page.search.clear()
    type_text(page.search, "王主任")
    assert len(rows(page)) == 2
    page.search.clear()
    type_text(page.search, "没有的")
    assert rows(page) == []
    assert "没有找到" in words(page)
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert len(rows(page)) == 2
    press(qtbot, page.search, Qt.Key.Key_Down)
    assert cursor() is page.table


def test_enter_opens_the_marked_matter_with_its_strip(qtbot: QtBot, desk: Desk, room: Room) -> None:
    page = page_of(qtbot, desk)
    page.table.setFocus()
    press(qtbot, page.table, Qt.Key.Key_Return)
    form = desk.registers.host("dispute").form
    assert form is not None
    assert form.record_id == room.late.id
    said = words(form.findChildren(MatterStrip)[0])
    assert "承办：王主任" in said
    assert "逾期 10 天" in said
    assert "调解期限 30 日：人民调解工作若干规定 第三十三条" in said
    strip = form.findChildren(MatterStrip)[0]
    strip.copy_button.click()
    assert QApplication.clipboard().text() == strip.code.text()
    assert strip.code.text().startswith("JF-")


def test_what_waits_for_me_is_accepted_by_one_key_and_taken_back(qtbot: QtBot, room: Room, desk: Desk) -> None:
    theirs = Hazard(name="路灯倾斜", found_on=clock.today())
    room.li.save(theirs)
    handing.hand_over(room.li, "hazard", theirs.id, Given(to=room.office.me))
    page = page_of(qtbot, desk)
    assert page.chips[View.WAITING].text() == "等我接收 1"
    press(qtbot, page.table, Qt.Key.Key_2, ALT)
    assert [row[1] for row in rows(page)] == ["路灯倾斜"]
    press(qtbot, page.table, Qt.Key.Key_J, CONTROL)
    qtbot.waitUntil(lambda: room.held(theirs) == "王主任", timeout=20_000)
    settle(qtbot)
    assert rows(page) == []
    toast = desk.window.findChildren(Toast)[-1]
    assert "已接收，承办换为王主任" in words(toast)
    toast.findChildren(type(page.open_button))[0].click()
    qtbot.waitUntil(lambda: room.held(theirs) == "李干事", timeout=20_000)


def test_a_return_without_a_reason_is_a_sentence_and_with_one_it_goes_back(
    qtbot: QtBot, room: Room, desk: Desk
) -> None:
    theirs = Hazard(name="路灯倾斜", found_on=clock.today())
    room.li.save(theirs)
    handing.hand_over(room.li, "hazard", theirs.id, Given(to=room.office.me, demand="三日内修好"))
    page = page_of(qtbot, desk)
    press(qtbot, page.table, Qt.Key.Key_2, ALT)
    press(qtbot, page.table, Qt.Key.Key_T, CONTROL)
    asked = dialog(qtbot, AnswerDialog)
    assert "要求：三日内修好" in words(asked)
    press(qtbot, cursor(), Qt.Key.Key_Return, CONTROL)
    assert cursor() is asked.go_button
    press(qtbot, cursor(), Qt.Key.Key_Space)
    assert "退回要写明原因" in words(asked)
    assert isinstance(asked, AnswerDialog)
    asked.reason.setFocus()
    type_text(asked.reason, "由供电所负责")
    asked.go_button.setFocus()
    press(qtbot, asked.go_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: open_handover(room.stored(theirs)) is None, timeout=20_000)
    (line,) = handovers(room.stored(theirs))
    assert (line.state, line.reason) == ("returned", "由供电所负责")
    assert room.held(theirs) == "李干事"


def test_a_matter_is_handed_to_a_village_from_its_form_and_the_strip_follows(
    qtbot: QtBot, room: Room, desk: Desk
) -> None:
    strip = strip_of(qtbot, desk, room.late)
    press(qtbot, cursor(), Qt.Key.Key_G, CONTROL)
    asked = dialog(qtbot, HandOverDialog)
    assert isinstance(asked, HandOverDialog)
    press(qtbot, asked.kind, Qt.Key.Key_Down)
    assert asked.stack.currentWidget() is asked.lists[1]
    press(qtbot, asked.kind, Qt.Key.Key_Return)
    press(qtbot, cursor(), Qt.Key.Key_Return)
    type_text(cursor(), "周主任")
    press(qtbot, cursor(), Qt.Key.Key_Return)
    type_text(cursor(), "五日内核实")
    press(qtbot, cursor(), Qt.Key.Key_Return, CONTROL)
    press(qtbot, cursor(), Qt.Key.Key_Return)
    press(qtbot, cursor(), Qt.Key.Key_Return)
    assert cursor() is asked.go_button
    press(qtbot, cursor(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: open_handover(room.stored(room.late)) is not None, timeout=20_000)
    line = open_handover(room.stored(room.late))
    assert line is not None
    assert (line.receiver, line.contact, line.demand) == (room.to_village.wire, "周主任", "五日内核实")
    qtbot.waitUntil(lambda: "交给红旗村，还没有接收。要求：五日内核实" in words(strip), timeout=20_000)
    assert strip.buttons[Step.ACCEPT].isVisible()
    assert not strip.buttons[Step.HAND_OVER].isVisible()
    assert room.held(room.late) == "王主任"


def test_what_is_typed_in_a_form_stays_while_its_matter_changes_hands(qtbot: QtBot, room: Room, desk: Desk) -> None:
    handing.hand_over(room.office, "dispute", room.late.id, Given(to=room.to_village, way="phone"))
    strip = strip_of(qtbot, desk, room.late)
    form = desk.registers.host("dispute").form
    assert form is not None
    form.panel.put({"location": "三组水渠"})
    press(qtbot, cursor(), Qt.Key.Key_J, CONTROL)
    asked = dialog(qtbot, AnswerDialog)
    assert isinstance(asked, AnswerDialog)
    type_text(asked.by, "周主任")
    asked.go_button.setFocus()
    press(qtbot, asked.go_button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: room.held(room.late) == "红旗村", timeout=20_000)
    qtbot.waitUntil(lambda: "承办：红旗村" in words(strip), timeout=20_000)
    assert form.panel.values()["location"] == "三组水渠"
    form.save()
    settle(qtbot)
    stored = room.stored(room.late)
    assert isinstance(stored, Dispute)
    assert (stored.location, room.held(stored)) == ("三组水渠", "红旗村")


def test_a_department_is_named_and_a_time_that_cannot_be_read_is_said(qtbot: QtBot, room: Room, desk: Desk) -> None:
    strip_of(qtbot, desk, room.soon)
    press(qtbot, cursor(), Qt.Key.Key_G, CONTROL)
    asked = dialog(qtbot, HandOverDialog)
    assert isinstance(asked, HandOverDialog)
    asked.kind.setCurrentIndex(2)
    press(qtbot, asked.go_button, Qt.Key.Key_Space)
    assert "请选择交给谁" in words(asked)
    asked.unit.widget.setFocus()
    type_text(asked.unit.widget, "县消防救援大队")
    asked.how.time.setText("昨天下午")
    press(qtbot, asked.go_button, Qt.Key.Key_Space)
    assert asked.isVisible()
    asked.how.time.setText(clock.show_moment(clock.now() - timedelta(hours=1)))
    press(qtbot, asked.go_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: open_handover(room.stored(room.soon)) is not None, timeout=20_000)
    line = open_handover(room.stored(room.soon))
    assert line is not None
    assert line.receiver == Holder.department("县消防救援大队").wire


def test_withdrawing_and_reminding_ask_for_words(qtbot: QtBot, room: Room, desk: Desk) -> None:
    handing.hand_over(room.office, "dispute", room.late.id, Given(to=room.to_village, way="phone"))
    strip = strip_of(qtbot, desk, room.late)
    press(qtbot, cursor(), Qt.Key.Key_R, CONTROL)
    reminding = dialog(qtbot, RemindDialog)
    assert "催办：红旗村" in words(reminding)
    type_text(cursor(), "请尽快答复")
    press(qtbot, reminding.go_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not reminding.isVisible(), timeout=20_000)
    settle(qtbot)
    strip.do(Step.WITHDRAW)
    withdrawing = dialog(qtbot, WithdrawDialog)
    type_text(cursor(), "改交青松村")
    press(qtbot, withdrawing.go_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: open_handover(room.stored(room.late)) is None, timeout=20_000)
    stored = room.stored(room.late)
    assert isinstance(stored, Dispute)
    assert [one.words for one in stored.reminders] == ["请尽快答复"]
    assert stored.handovers[0].reason == "改交青松村"


def test_a_new_matter_has_no_strip_until_it_is_saved(qtbot: QtBot, desk: Desk) -> None:
    form = desk.registers.new("hazard")
    assert form is not None
    settle(qtbot)
    strip = form.findChildren(MatterStrip)[0]
    assert not strip.isVisible()
    form.panel.put({"name": "井盖缺失"})
    form.save()
    settle(qtbot)
    qtbot.waitUntil(strip.isVisible, timeout=20_000)
    assert "承办：王主任" in words(strip)
    assert "期限：没有起算" in words(strip)


def test_the_list_of_disputes_is_filtered_by_holder(qtbot: QtBot, room: Room, desk: Desk) -> None:
    room.li.save(Dispute(name="李干事登记的"))
    desk.go("dispute")
    settle(qtbot)
    page = desk.registers.host("dispute").page
    box = page.filters["holder"]
    assert {box.itemText(at) for at in range(1, box.count())} == {"李干事", "王主任"}
    box.setCurrentIndex(box.findText("李干事"))
    settle(qtbot)
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=20_000)


def test_the_first_page_counts_what_waits_for_me_and_what_i_hold_that_is_due(
    qtbot: QtBot, room: Room, desk: Desk
) -> None:
    handing.hand_over(room.office, "dispute", room.late.id, Given(to=room.li.me))
    part = next(one for one in desk.parts if isinstance(one, MatterPart))
    assert [(one.name, one.number) for one in part.waiting()] == [("等我接收", 0), ("我承办的到期提醒", 2)]
    theirs = Hazard(name="路灯倾斜", found_on=clock.today())
    room.li.save(theirs)
    handing.hand_over(room.li, "hazard", theirs.id, Given(to=room.office.me))
    assert part.badges() == {PAGE: 1}


def test_a_change_heard_after_the_desk_closed_is_dropped(room: Room, desk: Desk) -> None:
    room.is_open = False
    desk.close()
    delete(desk.window.stack)
    desk._on_records(Changes(frozenset({("dispute", "0" * 32)})))
