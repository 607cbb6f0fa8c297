"""A matter goes into a platform by one key; orders and comparing: by keys, real windows, a real clipboard."""

from __future__ import annotations

import ctypes
import ctypes.wintypes
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.models import clock
from app.models.policy import User
from app.models.registers import REGISTRY, Dispute, Party, Platform, TranscriptionOrder, TranscriptionStep
from app.models.store import Store
from app.services.comparing import PlatformComparing
from app.services.office import Office
from app.services.platforms import Count, Platforms
from app.ui import work
from app.ui.platforms.comparing import ONLY_HERE, SUGGESTED, ComparingWindow
from app.ui.platforms.hotkeys import BACK, NEXT, Hotkeys
from app.ui.platforms.order import OrderWindow
from app.ui.platforms.page import PageActs, PlatformPage
from app.ui.platforms.panel import TranscriptionPanel
from app.ui.platforms.passing import Passing
from app.ui.platforms.words import WordsWindow
from tests.conftest import KEY, TOWNSHIP_KEY
from tests.ui.cut import cut_words
from tests.ui.keys import show_active, type_text

TODAY = date(2026, 11, 24)
NUMBER = "110105198803010019"
SMALL = (859, 436)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with (
        clock.day_set_to(TODAY),
        Store.create(tmp_path / "data", KEY, registry=REGISTRY, township_key=TOWNSHIP_KEY) as store,
    ):
        yield Office(store, User("1" * 32, "李干事", "clerk"))


@pytest.fixture
def platform(office: Office) -> Platform:
    made = Platform(name="省综治平台", short_name="综治", registers=("dispute", "hazard"), example="ZJ2026-0001")
    office.save(made)
    return made


@pytest.fixture
def dispute(office: Office) -> Dispute:
    made = Dispute(
        name="宅基地纠纷",
        accepted_on=date(2026, 11, 3),
        parties=(Party(name="张三", id_number=NUMBER), Party(name="李四"), Party(name="王五", id_number=NUMBER)),
    )
    office.save(made, reasons={one.sentence: "已核对" for one in office.check(made)})
    found = office.reader.get("dispute", made.id)
    assert isinstance(found, Dispute)
    return found


@pytest.fixture
def order(office: Office, platform: Platform) -> TranscriptionOrder:
    steps = [
        ("案件名称", "name", "shown"),
        ("当事人", "parties[*].name", "shown"),
        ("证件号码", "parties[*].id_number", "shown"),
        ("受理时间", "accepted_on", "day_slash"),
    ]
    held = tuple(TranscriptionStep(label=a, source=b, what=a, form=c, position=n) for n, (a, b, c) in enumerate(steps))
    made = TranscriptionOrder(name="登记页", platform=platform.id, for_register="dispute", steps=held)
    office.save(made)
    return made


def settle() -> None:
    """Let work off the screen end and its answers arrive."""
    for _ in range(50):
        work.pool().waitForDone()
        QApplication.processEvents()
        if work.is_idle():
            for _ in range(4):
                QApplication.processEvents()
            return


def key(widget: QWidget, one: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, one, modifier)
    settle()


def cursor() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def pasted() -> str:
    return QGuiApplication.clipboard().text()


class FakeSystem:
    """The two calls of Windows, remembered."""

    def __init__(self, *, is_free: bool = True) -> None:
        self.is_free = is_free
        self.bound: set[int] = set()

    def register(self, number: int, modifiers: int, key: int) -> bool:
        del modifiers, key
        if self.is_free:
            self.bound.add(number)
        return self.is_free

    def unregister(self, number: int) -> None:
        self.bound.discard(number)


def pressed_anywhere(keys: Hotkeys, number: int) -> None:
    """What Windows sends when the key is pressed in another program."""
    message = ctypes.wintypes.MSG(message=0x0312, wParam=number)
    handled, _ = keys._filter.nativeEventFilter(QByteArray(b"windows_generic_MSG"), ctypes.addressof(message))
    assert handled


def open_panel(
    qtbot: QtBot, office: Office, dispute: Dispute, order: TranscriptionOrder, keys: Hotkeys | None = None
) -> TranscriptionPanel:
    service = Platforms(office)
    panel = TranscriptionPanel(service, service.begin("dispute", dispute.id, order), orders=[order], hotkeys=keys)
    qtbot.addWidget(panel)
    panel.open()
    settle()
    return panel


# -- the panel -------------------------------------------------------------------------------------------------------


def test_one_key_copies_box_after_box_and_the_number_is_written_down_at_the_end(
    qtbot: QtBot, office: Office, dispute: Dispute, order: TranscriptionOrder
) -> None:
    panel = open_panel(qtbot, office, dispute, order)
    qtbot.waitUntil(panel.isActiveWindow)
    copied = []
    for _ in range(7):
        key(cursor(), Qt.Key.Key_Space)
        copied.append(pasted())
    assert copied == ["宅基地纠纷", "张三", NUMBER, "李四", "王五", NUMBER, "2026/11/03"]
    assert panel.count.text() == "7 / 7"
    key(cursor(), Qt.Key.Key_Space)
    assert pasted() == ""
    assert cursor() is panel.entering.number
    type_text(cursor(), "ZJ2026-0007")
    for _ in range(3):
        key(cursor(), Qt.Key.Key_Return)
    found = office.reader.get("dispute", dispute.id)
    assert isinstance(found, Dispute)
    assert [(one.number, one.entered_on) for one in found.platform_entries] == [("ZJ2026-0007", TODAY)]
    assert not panel.isVisible()


def test_empty_boxes_are_shown_and_passed_over_and_numbers_stay_masked_on_the_screen(
    qtbot: QtBot, office: Office, dispute: Dispute, order: TranscriptionOrder
) -> None:
    panel = open_panel(qtbot, office, dispute, order)
    for _ in range(4):
        panel.copy_next()
    assert (pasted(), panel.box_name.text(), panel.group.text()) == ("李四", "当事人", "当事人 2　李四")
    assert "跳过没填的：证件号码" in panel.note.text()
    shown = [panel.table.source.index(at, 2).data() for at in range(len(panel.boxes))]
    assert "（没填）" in shown
    assert not any(NUMBER in text for text in shown)
    panel.copy_at(2)
    assert pasted() == NUMBER
    assert NUMBER not in panel.value.text()
    assert cut_words(panel) == []


def test_a_call_in_between_does_not_lose_the_place(
    qtbot: QtBot, office: Office, dispute: Dispute, order: TranscriptionOrder
) -> None:
    panel = open_panel(qtbot, office, dispute, order)
    for _ in range(3):
        panel.copy_next()
    panel.close()
    assert pasted() == ""
    settle()
    again = open_panel(qtbot, office, dispute, order)
    assert again.state.text() == "接着上次停下的地方"
    again.copy_next()
    assert pasted() == "李四"
    key(again, Qt.Key.Key_Up)
    assert pasted() == NUMBER


def test_on_windows_the_key_works_from_the_browser_and_the_panel_never_takes_the_keyboard(
    qtbot: QtBot, office: Office, dispute: Dispute, order: TranscriptionOrder
) -> None:
    system = FakeSystem()
    keys = Hotkeys(system)
    panel = open_panel(qtbot, office, dispute, order, keys)
    flags = panel.windowFlags()
    assert flags & Qt.WindowType.WindowDoesNotAcceptFocus
    assert flags & Qt.WindowType.WindowStaysOnTopHint
    pressed_anywhere(keys, NEXT)
    pressed_anywhere(keys, NEXT)
    assert pasted() == "张三"
    pressed_anywhere(keys, BACK)
    assert pasted() == "宅基地纠纷"
    QTest.mouseClick(panel.next_button, Qt.MouseButton.LeftButton)
    assert pasted() == "张三"
    panel.finish()
    assert not panel.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    panel.close()
    assert system.bound == set()


def test_where_another_program_holds_the_key_the_panel_takes_the_keyboard(
    qtbot: QtBot, office: Office, dispute: Dispute, order: TranscriptionOrder
) -> None:
    panel = open_panel(qtbot, office, dispute, order, Hotkeys(FakeSystem(is_free=False)))
    assert not panel.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert "按空格或 F8" in panel.advice.text()


def test_a_number_of_another_shape_is_asked_about_once(
    qtbot: QtBot, office: Office, dispute: Dispute, order: TranscriptionOrder
) -> None:
    panel = open_panel(qtbot, office, dispute, order)
    panel.finish()
    type_text(panel.entering.number, "2026-7")
    panel.entering.save()
    settle()
    assert "样子和平台的案号例子" in panel.entering.message.text()
    panel.entering.on.setText("没有这一天")
    panel.entering.save()
    assert "看不出是哪一天" in panel.entering.message.text()
    panel.entering.on.setText("2026-11-23")
    panel.entering.save()
    settle()
    found = office.reader.get("dispute", dispute.id)
    assert isinstance(found, Dispute)
    assert [(one.number, str(one.entered_on)) for one in found.platform_entries] == [("2026-7", "2026-11-23")]


def test_the_clipboard_is_emptied_after_a_rest_unless_somebody_else_used_it(qtbot: QtBot) -> None:
    passing = Passing(clear_after_ms=0)
    with qtbot.waitSignal(passing.taken_back):
        passing.put(NUMBER)
    assert pasted() == ""
    passing = Passing()
    passing.put(NUMBER)
    formats = QGuiApplication.clipboard().mimeData().formats()
    assert any("ExcludeClipboardContentFromMonitorProcessing" in one for one in formats)
    QGuiApplication.clipboard().setText("别人的")
    passing.take_back()
    assert pasted() == "别人的"


# -- the order and the words -----------------------------------------------------------------------------------------


def test_an_order_is_made_by_keys_and_seen_with_a_real_record(
    qtbot: QtBot, office: Office, dispute: Dispute, platform: Platform
) -> None:
    service = Platforms(office)
    window = OrderWindow(None, service, platform, "dispute")
    window.resize(*SMALL)
    show_active(qtbot, window)
    settle()
    assert window.steps[0].source == "name"  # begins with our own form
    while window.steps:
        window.remove_step()
    for words in ("受理 纠纷名称", "当事人 证件号码", "受理日期"):
        window.search.clear()
        type_text(window.search, words)
        key(window.search, Qt.Key.Key_Return)
    assert [one.label for one in window.steps] == ["纠纷名称", "证件号码", "受理日期"]
    window.table.setFocus()
    key(window.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [one.label for one in window.steps] == ["纠纷名称", "受理日期", "证件号码"]
    key(window.table, Qt.Key.Key_Return)
    assert cursor() is window.panel.label_edit
    cursor().selectAll()  # type: ignore[attr-defined]  # a line
    type_text(cursor(), "受理时间")
    window.panel.form.setCurrentIndex(window.panel.form.findData("day_chinese"))
    window.panel.form.activated.emit(0)
    assert window.table.source.index(1, 4).data() == "2026年11月3日"
    assert NUMBER not in str([line.seen for line in window.table.source.lines])
    assert cut_words(window) == []
    key(cursor(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    made = service.orders(platform, "dispute")
    assert [(one.label, one.form) for one in made[0].steps] == [
        ("纠纷名称", "shown"), ("受理时间", "day_chinese"), ("证件号码", "shown"),
    ]  # fmt: skip
    assert window.steps[1].label == "受理时间"


def test_which_parties_is_a_second_question(qtbot: QtBot, office: Office, dispute: Dispute, platform: Platform) -> None:
    window = OrderWindow(None, Platforms(office), platform, "dispute")
    show_active(qtbot, window)
    settle()
    window.search.setText("当事人 姓名或名称")
    window.add_source()
    at = window.panel.which.findText("第 2 个")
    window.panel.which.setCurrentIndex(at)
    window.panel.which.activated.emit(at)
    line = window.table.current_line()
    assert line is not None
    assert (line.step.source, line.seen) == ("parties[2].name", "李四")


def test_unsaved_changes_of_an_order_are_said_before_they_go(
    qtbot: QtBot, office: Office, dispute: Dispute, platform: Platform
) -> None:
    window = OrderWindow(None, Platforms(office), platform, "dispute")
    show_active(qtbot, window)
    settle()
    window.remove_step()
    key(window, Qt.Key.Key_Escape)
    assert window.isVisible()
    key(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_the_platforms_words_are_typed_list_by_list(
    qtbot: QtBot, office: Office, dispute: Dispute, platform: Platform
) -> None:
    window = WordsWindow(None, Platforms(office), platform, "dispute")
    show_active(qtbot, window)
    window.which.setCurrentIndex(window.which.findData("case_source"))
    window.which.activated.emit(0)
    type_text(window.edits["case_source", "application"], "群众上门")
    window.which.setCurrentIndex(0)
    window.which.activated.emit(0)
    with qtbot.waitSignal(window.saved):
        window.save()
    words = Platforms(office).called("综治").words
    assert [(one.list_name, one.code, one.word) for one in words] == [("case_source", "application", "群众上门")]


# -- the page and the comparing --------------------------------------------------------------------------------------


def acts(told: list[object]) -> PageActs:
    return PageActs(
        transcribe=lambda count, record_id: told.append(("transcribe", count.register, record_id)),
        open_record=lambda register, record_id: told.append(("open", register, record_id)),
        compare=lambda count: told.append(("compare", count.register)),
        order=lambda count: told.append(("order", count.register)),
        words=lambda count: told.append(("words", count.register)),
        show_list=lambda register: told.append(("list", register)),
        new_platform=lambda: told.append("new"),
    )


def test_the_page_lists_what_is_missing_and_enter_begins(
    qtbot: QtBot, office: Office, dispute: Dispute, platform: Platform
) -> None:
    told: list[object] = []
    page = PlatformPage(Platforms(office), acts(told), may_change=True)
    page.resize(*SMALL)
    show_active(qtbot, page)
    page.refresh()
    settle()
    assert page.which.currentText() == "综治 · 纠纷（未录 1）"
    assert page.header.subtitle.text() == "还有 1 件没有录到平台"
    assert cursor() is page.table
    key(cursor(), Qt.Key.Key_Return)
    assert told == [("transcribe", "dispute", dispute.id)]
    assert cut_words(page) == []
    Platforms(office).enter("dispute", dispute.id, platform, number="ZJ2026-0001", on=TODAY)
    page.refresh()
    settle()
    assert page.stack.currentWidget() is page.done


def test_without_a_platform_the_page_says_how_to_begin(qtbot: QtBot, office: Office) -> None:
    told: list[object] = []
    page = PlatformPage(Platforms(office), acts(told), may_change=True)
    page.resize(*SMALL)
    show_active(qtbot, page)
    page.refresh()
    settle()
    assert page.stack.currentIndex() == 2
    assert not page.go_button.isEnabled()
    assert cut_words(page) == []


def test_a_platforms_table_is_compared_filled_and_taken_back(
    qtbot: QtBot, office: Office, dispute: Dispute, platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Dispute(name="水渠纠纷", accepted_on=date(2026, 11, 5))
    office.save(other)
    late = Dispute(name="还没录的", accepted_on=date(2026, 11, 4))
    office.save(late)
    rows = f"ZJ1,宅基地纠纷,2026-11-03,{dispute.matter_code}\nZJ2,水渠纠纷,2026-11-05,\n"
    (tmp_path / "导出.csv").write_text("案件编号,案件名称,受理时间,事项码\n" + rows, "utf-8")
    opened: list[tuple[str, str]] = []
    window = ComparingWindow(
        None, PlatformComparing(office, platform, "dispute"), Count(platform, "dispute", 3),
        lambda register, record_id: opened.append((register, record_id)),
    )  # fmt: skip
    window.resize(*SMALL)
    show_active(qtbot, window)
    type_text(cursor(), str(tmp_path / "导出.csv"))
    key(cursor(), Qt.Key.Key_Return)
    settle()
    assert window.which.currentIndex() == SUGGESTED
    assert window.fill_button.text() == "补入 1 个案号…"
    key(window.table, Qt.Key.Key_Space)
    assert window.fill_button.text() == "补入 2 个案号…"
    assert cut_words(window) == []
    window.which.setCurrentIndex(ONLY_HERE)
    window._show_group(ONLY_HERE)
    key(window.table, Qt.Key.Key_Return)
    assert opened == [("dispute", late.id)]
    monkeypatch.setattr("app.ui.platforms.comparing.ask", lambda *_, **__: "")
    window.fill_button.click()
    settle()
    assert window.last is not None
    assert window.last.count == 2
    assert "fill" not in window.fill_button.text()
    assert window.fill_button.text() == "没有要补的案号"
    found = office.reader.get("dispute", other.id)
    assert isinstance(found, Dispute)
    assert [one.number for one in found.platform_entries] == ["ZJ2"]
    window.undo()
    settle()
    again = office.reader.get("dispute", other.id)
    assert isinstance(again, Dispute)
    assert again.platform_entries == ()


def test_a_file_of_no_use_is_told_in_the_window(
    qtbot: QtBot, office: Office, platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / "半个.xlsx").write_bytes(b"PK\x03\x04half")
    service = PlatformComparing(office, platform, "dispute")
    window = ComparingWindow(None, service, Count(platform, "dispute", 0), lambda *_: None)
    show_active(qtbot, window)
    window.place.setText(str(tmp_path / "半个.xlsx"))
    window.take()
    settle()
    assert window.stack.currentIndex() == 0
    assert not window.fill_button.isEnabled()
