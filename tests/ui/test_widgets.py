"""The shared widgets do what their names say, by keys as well as by mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.errors import Finding, Level, StoreError
from app.ui import work
from app.ui.widgets import (
    ActionRow,
    BannerArea,
    Column,
    ConfirmDialog,
    Flow,
    FormRow,
    PasswordEdit,
    ProgressStrip,
    SearchBox,
    SimpleTable,
    Toast,
    Veil,
    button,
    column,
    label,
)
from tests.ui.cut import cut_words
from tests.ui.keys import show_active, type_text


def test_actions_that_do_not_fit_move_into_a_menu_and_still_work(qtbot: QtBot) -> None:
    pressed: list[str] = []
    words = ("新增人口", "导入 Excel", "导出名册", "打印名册")
    line = ActionRow(*(button(one, on_click=lambda one=one: pressed.append(one)) for one in words))  # type: ignore[misc]
    line.resize(line.sizeHint())
    show_active(qtbot, line)
    assert line.hidden_buttons() == []
    line.resize(line.minimumSizeHint())
    assert [one.text() for one in line.hidden_buttons()] == list(words[1:])
    line._fill_menu()
    line._menu.actions()[1].trigger()
    assert pressed == ["导出名册"]
    line.resize(1000, line.height())
    assert line.hidden_buttons() == []


def test_a_flow_begins_a_new_line_where_the_width_ends(qtbot: QtBot) -> None:
    flow = Flow(*(button("流动人口") for _ in range(6)))
    show_active(qtbot, flow)
    flow.resize(2000, 200)
    assert len({one.y() for one in flow.findChildren(QWidget)}) == 1
    flow.resize(250, 400)
    assert len({one.y() for one in flow.findChildren(QWidget)}) >= 3
    assert cut_words(flow) == []


def test_a_banner_replaces_the_one_of_its_key_and_goes_with_esc(qtbot: QtBot) -> None:
    area = BannerArea()
    area.show_error(StoreError("磁盘满了", "腾出空间后再保存"))
    assert not area.isVisible()
    page = QWidget()
    page.setLayout(column(area, None))
    show_active(qtbot, page)
    area.show_error(StoreError("磁盘满了", "还是满的"))
    assert [one.next_step.text() for one in area.banners()] == ["还是满的"]
    assert area.isVisible()
    qtbot.keyClick(area.banners()[0], Qt.Key.Key_Escape)
    assert area.banners() == []
    assert not area.isVisible()


def test_a_deletion_needs_a_reason_and_the_keys_are_enough_to_give_it(qtbot: QtBot) -> None:
    dialog = ConfirmDialog(None, "删除？", "会从名册中移除。", confirm="删除", reason_label="理由")
    show_active(qtbot, dialog)
    qtbot.waitUntil(dialog.reason_edit.hasFocus)
    assert not dialog.confirm_button.isEnabled()
    type_text(dialog.reason_edit, "重复录入")
    qtbot.keyClick(dialog.reason_edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.confirm_button.hasFocus()
    qtbot.keyClick(dialog.confirm_button, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.reason() == "重复录入"


def test_without_a_reason_to_give_the_safe_answer_has_the_focus(qtbot: QtBot) -> None:
    dialog = ConfirmDialog(None, "退出？", "有 2 条没有保存。", confirm="不保存退出")
    show_active(qtbot, dialog)
    qtbot.waitUntil(dialog.cancel_button.hasFocus)
    qtbot.keyClick(dialog.cancel_button, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_ctrl_f_comes_to_the_search_box_and_esc_empties_it(qtbot: QtBot) -> None:
    page = QWidget()
    other = QLineEdit()
    box = SearchBox("姓名", page=page)
    page.setLayout(column(other, box))
    show_active(qtbot, page)
    other.setFocus()
    qtbot.keyClick(other, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClicks(box, "wang")
    with qtbot.waitSignal(box.left_down):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    with qtbot.waitSignal(box.searched):
        qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == ""


def test_a_field_says_what_was_found_gravest_first_and_so_does_its_screen_reader(qtbot: QtBot) -> None:
    editor = QLineEdit()
    line = FormRow("证件号码", editor, note="18 位")
    show_active(qtbot, line)
    assert editor.accessibleName() == "证件号码"
    line.show_findings(
        [Finding(("id",), "校验位不对", level=Level.DOUBT), Finding(("id",), "要 18 位", next_step="补齐")],
    )
    assert line.finding.text() == "要 18 位（补齐）\n校验位不对"
    assert editor.property("tone") == "danger"
    assert editor.accessibleDescription() == line.finding.text()
    line.show_findings([])
    assert line.finding.text() == "18 位"
    assert editor.property("tone") == ""


def test_a_narrow_editor_stays_beside_its_label(qtbot: QtBot) -> None:
    wide, narrow = QLineEdit(), QLineEdit()
    narrow.setMaximumWidth(80)
    page = QWidget()
    page.setLayout(column(FormRow("姓名", wide), FormRow("核对", narrow)))
    page.resize(900, 200)
    show_active(qtbot, page)
    assert wide.mapTo(page, wide.rect().topLeft()).x() == narrow.mapTo(page, narrow.rect().topLeft()).x()


def test_progress_follows_a_job_and_stopping_asks_it_to_stop(qtbot: QtBot) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    job = work.Job()
    strip.follow(job, "正在导入…")
    job.report(30, 100, "石桥村")
    assert strip.bar.value() == 30
    assert "30 / 100" in strip.sentence.text()
    qtbot.mouseClick(strip.cancel, Qt.MouseButton.LeftButton)
    assert job.is_cancelled
    job.ended.emit()
    assert not strip.isVisible()


def test_a_veil_keeps_the_keys_until_the_job_has_ended(qtbot: QtBot) -> None:
    page = QWidget()
    field = QLineEdit()
    page.setLayout(column(field))
    veil = Veil(page)
    show_active(qtbot, page)
    field.setFocus()
    job = work.Job()
    veil.follow(job, "正在打开…")
    qtbot.waitUntil(veil.hasFocus)
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClicks(focused, "x")
    assert field.text() == ""
    job.ended.emit()
    qtbot.waitUntil(field.hasFocus)


def test_a_second_toast_replaces_the_first(qtbot: QtBot) -> None:
    page = QWidget()
    page.resize(600, 400)
    show_active(qtbot, page)
    first = Toast(page, "已保存")
    second = Toast(page, "已删除", action=("撤销", lambda: None))
    assert not first.isVisible()
    assert second.isVisible()


def test_a_table_gives_its_line_at_enter_and_lets_tab_out(qtbot: QtBot) -> None:
    table: SimpleTable[str] = SimpleTable("测试", [Column(title="字", text=lambda line: line)])
    after = QLineEdit()
    page = QWidget()
    page.setLayout(column(table, after))
    show_active(qtbot, page)
    table.show_lines(["甲", "乙"])
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(table.chosen) as told:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert told.args == ["乙"]
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_capitals_without_shift_are_noticed(qtbot: QtBot) -> None:
    field = PasswordEdit()
    show_active(qtbot, field)
    with qtbot.waitSignal(field.caps_noticed) as told:
        qtbot.keyClick(field, "A")
    assert told.args == [True]
    with qtbot.waitSignal(field.caps_noticed) as told:
        qtbot.keyClick(field, "A", Qt.KeyboardModifier.ShiftModifier)
    assert told.args == [False]


def test_the_search_for_cut_words_finds_a_cut_word(qtbot: QtBot) -> None:
    page = QWidget()
    words = label("纠纷简要情况")
    words.setParent(page)
    words.setFixedWidth(20)
    show_active(qtbot, page)
    assert len(cut_words(page)) == 1
