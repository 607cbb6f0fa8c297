"""The window around the pages, driven by keys, whole at 1366×768 and at 150 %."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.errors import StoreError, UserError
from app.ui import work
from app.ui.pages.workbench import Waiting, Workbench, due_words
from app.ui.shell import Command, Hit, Identity, LazyPage, MainWindow, SyncView
from app.ui.shell.lock import IdleWatch
from app.ui.shell.shortcuts import ShortcutSheet
from app.ui.widgets import BugDialog, StatTile, column
from tests.ui import gallery
from tests.ui.cut import cut_words
from tests.ui.keys import show_active, type_text

SIZES = [(1366, 768), (911, 512)]
IDENTITY = Identity(township="青石镇", office="社会治安综合治理中心", user="李秀英", role="办事员")
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = gallery.main_window()
    made.resize(*SIZES[0])
    show_active(qtbot, made)
    qtbot.waitUntil(work.is_idle)
    yield made
    made.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["desk", "person", "household", "sync"])
def test_every_word_is_whole_at_both_sizes(window: MainWindow, size: tuple[int, int], key: str, qtbot: QtBot) -> None:
    window.resize(*size)
    window.open_page(key)
    gallery.settle()
    assert (window.width(), window.height()) == size
    assert cut_words(window) == []


class _Flashes(QObject):
    """Notes every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt names it
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


def test_putting_a_window_together_flashes_no_part_of_it_by_itself(qapp: QApplication) -> None:
    flashes = _Flashes()
    qapp.installEventFilter(flashes)
    made = gallery.main_window()
    for key in ("desk", "person", "household", "sync"):
        made.open_page(key)
    gallery.settle()
    made.close()
    for name, make in gallery.entry_windows().items():
        if name in {"start-township", "start-join", "login", "login-obstacle", "login-recovery"}:
            make()
    qapp.removeEventFilter(flashes)
    assert flashes.seen == []


def test_the_navigation_shows_icons_only_when_narrow_and_its_last_entry_is_in_sight(window: MainWindow) -> None:
    assert [window.navigation.is_narrow] == [False]
    window.resize(*SIZES[1])
    gallery.settle()
    assert [window.navigation.is_narrow] == [True]
    last = window.navigation.items["settings"]
    assert last.toolTip() == "设置"
    assert last.mapTo(window.navigation, QPoint(0, last.height())).y() <= window.navigation.height()


def test_pages_are_built_when_first_opened_and_refreshed_every_time(qtbot: QtBot) -> None:
    built: list[str] = []
    shown: list[str] = []

    def page(key: str) -> LazyPage:
        def make() -> QWidget:
            built.append(key)
            return QWidget()

        return LazyPage(key, key, "house", "", make, lambda _widget: shown.append(key))

    made = MainWindow([page("a"), page("b")], IDENTITY)
    show_active(qtbot, made)
    assert built == ["a"]
    qtbot.keyClick(made, Qt.Key.Key_2, CONTROL)
    qtbot.keyClick(made, Qt.Key.Key_1, CONTROL)
    assert built == ["a", "b"]
    assert shown == ["a", "b", "a"]
    assert made.open_page("no such page") is None


def test_the_navigation_is_walked_by_f6_arrows_and_enter(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F6)
    item = QApplication.focusWidget()
    assert item is window.navigation.items["desk"]
    qtbot.keyClick(item, Qt.Key.Key_Down)
    following = QApplication.focusWidget()
    assert following is not None
    qtbot.keyClick(following, Qt.Key.Key_Return)
    assert window.current_key() == "person"


def test_the_status_bar_opens_the_sync_page_with_every_waiting_item(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.status_bar.button, Qt.Key.Key_Space)
    assert window.current_key() == "sync"
    gallery.settle()
    page = window.stack.currentWidget()
    table = page.table  # type: ignore[attr-defined]
    model = table.model()
    cells = [[model.index(row, place).data() for place in range(5)] for row in range(model.rowCount())]
    assert [line[0] for line in cells] == ["被退回", "待核", "待上报"]
    assert cells[0][2:] == ["2 天", "本账号已不负责集镇片区", "打开改片区后保存，或请管理员处理"]


def test_the_sentence_in_the_bar_is_whole_for_who_hears_it(window: MainWindow) -> None:
    window.resize(*SIZES[1])
    now = datetime(2026, 11, 23, 1, 32, tzinfo=UTC)
    window.show_status(
        SyncView(
            now=now, has_county=True, waiting=1234, offline_since=now - timedelta(days=200), refused=3, conflicts=9
        )
    )
    assert window.status_bar.text() in window.status_bar.button.accessibleName()
    assert "有 3 条被退回" in window.status_bar.text()


# ---- Ctrl+K


def test_ctrl_k_finds_a_person_and_opens_it_by_keys_alone(qtbot: QtBot) -> None:
    opened: list[str] = []

    def find(text: str) -> list[Hit]:
        names = [name for name in ("王建国", "王建芳", "李秀英") if text in name]
        return [
            Hit(group="人口", title=name, facts="证件 4******0015", open=partial(opened.append, name)) for name in names
        ]

    made = MainWindow([LazyPage("a", "甲", "house")], IDENTITY, providers=[find])
    show_active(qtbot, made)
    qtbot.keyClick(made, Qt.Key.Key_K, CONTROL)
    box = made.palette_box.box
    qtbot.waitUntil(box.hasFocus)
    type_text(box, "王建")
    qtbot.waitUntil(lambda: made.palette_box.titles() == ["王建国", "王建芳"])
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert opened == ["王建芳"]
    assert not made.palette_box.isVisible()


def test_an_answer_to_an_older_text_is_dropped(qtbot: QtBot) -> None:
    begun, gate = threading.Event(), threading.Event()

    def find(text: str) -> Sequence[Hit]:
        if text == "旧":
            begun.set()
            gate.wait(10)
        return [Hit(group="人口", title=f"找 {text}", open=lambda: None)]

    made = MainWindow([LazyPage("a", "甲", "house")], IDENTITY, providers=[find])
    show_active(qtbot, made)
    made.open_palette()
    made.palette_box.box.setText("旧")
    qtbot.waitUntil(begun.is_set)
    made.palette_box.box.setText("新")
    qtbot.waitUntil(lambda: made.palette_box.titles() == ["找 新"])
    gate.set()
    qtbot.waitUntil(work.is_idle)
    assert made.palette_box.titles() == ["找 新"]


def test_ctrl_k_lists_operations_by_pinyin_initials_and_says_when_nothing_is_found(qtbot: QtBot) -> None:
    ran: list[str] = []
    commands = [Command(title="登记纠纷", words="djjf", shortcut="Ctrl+J", run=lambda: ran.append("x"))]
    made = MainWindow([LazyPage("a", "甲", "house")], IDENTITY, commands=commands)
    show_active(qtbot, made)
    qtbot.keyClick(made, Qt.Key.Key_K, CONTROL)
    box = made.palette_box.box
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClicks(box, "djj")
    assert made.palette_box.titles() == ["登记纠纷"]
    qtbot.keyClicks(box, "zzz")
    assert made.palette_box.titles() == []
    assert "没有找到" in made.palette_box.hint.text()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not made.palette_box.isVisible()
    qtbot.keyClick(made, Qt.Key.Key_J, CONTROL)
    assert ran == ["x"]


# ---- locking


def _find_dialog(kind: type[QDialog]) -> QDialog | None:
    return next((one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()), None)


def test_locked_nothing_of_the_records_is_seen_and_only_the_password_opens(qtbot: QtBot) -> None:
    def unlock(password: str) -> None:
        if password != "right-one":
            raise UserError("密码不对", "请再试一次")

    made = MainWindow([LazyPage("a", "甲", "house", "", lambda: QLabel("证件号码"))], IDENTITY, unlock=unlock)
    show_active(qtbot, made)
    qtbot.keyClick(made, Qt.Key.Key_L, CONTROL)
    screen = made.lock_screen()
    assert screen is not None
    covered = made.grab().toImage()
    colours = {covered.pixelColor(x, y).name() for x in range(0, 600, 7) for y in range(0, 400, 7)}
    assert len(colours) == 1
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.isVisible()
    qtbot.keyClicks(screen.password, "wrong-one")
    qtbot.keyClick(screen.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.message.text() == "密码不对（请再试一次）")
    qtbot.keyClicks(screen.password, "right-one")
    qtbot.keyClick(screen.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.lock_screen() is None)


def test_a_dialog_that_stands_is_covered_too_and_lives_on(qtbot: QtBot) -> None:
    made = MainWindow([LazyPage("a", "甲", "house")], IDENTITY, unlock=lambda _password: None)
    show_active(qtbot, made)
    dialog = QDialog(made)
    field = QLineEdit("没有保存的内容")
    dialog.setLayout(column(field))
    dialog.open()
    made.lock()
    picture = dialog.grab().toImage()
    assert len({picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}) == 1
    screen = made.lock_screen()
    assert screen is not None
    qtbot.keyClick(screen.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: made.lock_screen() is None)
    assert dialog.isVisible()
    assert field.text() == "没有保存的内容"


def test_idling_locks_and_a_key_starts_the_time_anew(qtbot: QtBot) -> None:
    made = MainWindow([LazyPage("a", "甲", "house")], IDENTITY, unlock=lambda _password: None, idle_minutes=10)
    show_active(qtbot, made)
    watch = made.findChild(IdleWatch)
    assert watch is not None
    with qtbot.waitSignal(made.locked):
        watch.idled.emit()
    assert made.lock_screen() is not None
    quick = IdleWatch(made, minutes=0.0005)
    with qtbot.waitSignal(quick.idled):
        pass


def test_without_a_time_the_program_never_locks_by_itself(qtbot: QtBot) -> None:
    watch = IdleWatch(QApplication.instance(), minutes=0)  # type: ignore[arg-type]
    assert not watch._timer.isActive()
    watch.deleteLater()


# ---- errors


def test_a_refusal_becomes_a_banner_and_a_bug_a_dialog_that_lets_work_go_on(window: MainWindow, qtbot: QtBot) -> None:
    def refused() -> None:
        raise StoreError("磁盘满了，这次没有保存", "腾出空间后再按 Ctrl+S")

    def broken() -> None:
        raise ZeroDivisionError

    work.run(refused)
    qtbot.waitUntil(lambda: len(window.banners.banners()) == 1)
    assert window.banners.banners()[0].sentence.text() == "磁盘满了，这次没有保存"
    work.run(broken)
    qtbot.waitUntil(lambda: _find_dialog(BugDialog) is not None)
    dialog = _find_dialog(BugDialog)
    assert isinstance(dialog, BugDialog)
    assert "ZeroDivisionError" in dialog.details.toPlainText()
    dialog.accept()


def test_f1_lists_every_key_once(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = _find_dialog(ShortcutSheet)
    assert sheet is not None
    keys = [one.text() for one in sheet.findChildren(QLabel) if one.property("role") == "key"]
    assert {"Ctrl+K", "F1", "Ctrl+J"} <= set(keys)
    assert len(keys) == len(set(keys))
    assert cut_words(sheet) == []
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


# ---- the workbench


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [(-3, "逾期 3 天", "danger"), (0, "今天到期", "warn"), (2, "还有 2 天", "warn"), (15, "12月8日", "")],
)
def test_due_days_are_said_with_their_urgency(days: int, words: str, tone: str) -> None:
    assert due_words(gallery.TODAY + timedelta(days=days), gallery.TODAY) == (words, tone)


def test_only_what_waits_has_a_tile(qtbot: QtBot) -> None:
    page = Workbench(gallery.workbench_model, ())
    qtbot.addWidget(page)
    waiting = [Waiting(name="待核", number=3, icon="inbox"), Waiting(name="待上报", number=0, icon="upload")]
    page.show_model(replace(gallery.workbench_model(), waiting=waiting))
    assert [tile.accessibleName() for tile in page.findChildren(StatTile)] == ["待核 3"]
    page.show_model(replace(gallery.workbench_model(), waiting=waiting[1:]))
    assert page.tiles.isHidden()


def test_the_open_page_s_entry_is_in_sight_in_a_low_window(window: MainWindow) -> None:
    window.resize(window.minimumSize())
    for key in ("settings", "desk"):
        window.open_page(key)
        gallery.settle()
        item = window.navigation.items[key]
        top = item.mapTo(window.navigation, QPoint(0, 0)).y()
        assert 0 <= top <= window.navigation.height() - item.height()


def test_every_widget_that_takes_the_keyboard_has_a_name(window: MainWindow) -> None:
    for key in ("desk", "person", "sync"):
        window.open_page(key)
        gallery.settle()
    nameless = [
        type(one).__name__
        for one in window.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not one.accessibleName()
        and not one.objectName().startswith("qt_")
    ]
    assert nameless == []
