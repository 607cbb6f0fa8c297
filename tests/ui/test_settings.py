"""设置: facts of this PC are read, each choice is one sentence and one button, a code is asked for in a dialog."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.errors import StoreError, UserError
from app.models.backup import back_up
from app.models.registers import Person
from app.services import setup
from app.services.office import Office
from app.ui.pages.settings import Choice, CodeDialog, Fact, SettingsPage
from app.ui.pages.sync_page import SyncActs, SyncModel, SyncPage
from app.ui.shell.status import ItemState, SyncItem, SyncView
from tests.conftest import PASSWORD
from tests.ui.keys import show_active, type_text


def test_facts_are_shown_and_a_choice_runs(qtbot: QtBot) -> None:
    ran: list[str] = []
    page = SettingsPage(
        lambda: [Fact(name="乡镇", value="青溪镇")],
        [Choice(title="备份", sentence="复制到移动盘。", words="立即备份…", run=lambda: ran.append("备份"))],
    )
    show_active(qtbot, page)
    page.refresh()
    qtbot.waitUntil(
        lambda: "青溪镇" in [one.text() for one in page.findChildren(QLabel) if one.isVisible()], timeout=3000
    )
    page.buttons["备份"].setFocus()
    QTest.keyClick(page.buttons["备份"], Qt.Key.Key_Space)
    assert ran == ["备份"]


def test_a_refused_code_stays_in_its_field_with_the_reason(qtbot: QtBot) -> None:
    tried: list[str] = []

    def use(code: str) -> None:
        tried.append(code)
        if len(tried) == 1:
            raise UserError("入网码抄错了一位", "请对照核对")

    dialog = CodeDialog(None, title="加入", sentence="请填写。", field="入网码", words="加入", use=use)
    show_active(qtbot, dialog)
    type_text(dialog.code, "ab cd")
    QTest.keyClick(dialog.code, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.banners.banners()), timeout=3000)
    assert dialog.code.text() == "ab cd"
    with qtbot.waitSignal(dialog.accepted):
        dialog.go_on()
    assert tried == ["abcd", "abcd"]


def test_a_backup_opens_like_the_original(office: Office, tmp_path: Path) -> None:
    office.save(Person(full_name="张三"))
    folder = back_up(office.store, tmp_path / "stick")
    office.save(Person(full_name="备份以后"))
    again = setup.sign_in(folder, setup.known_accounts(folder)[0].id, PASSWORD)
    assert again.reader.count("person") == 1
    assert again.doctor().is_sound
    again.store.close()
    raw = b"".join(path.read_bytes() for path in folder.iterdir())
    assert "张三".encode() not in raw


def test_a_backup_that_cannot_be_written_leaves_nothing_half(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "file-not-folder"
    target.write_text("x")
    with pytest.raises(StoreError, match="备份没有写成"):
        back_up(office.store, target)
    assert target.read_text() == "x"


def test_a_pc_without_a_county_has_nothing_waiting_to_be_sent(qtbot: QtBot) -> None:
    now = datetime.now(UTC)
    item = SyncItem(what="新增人口", since=now, state=ItemState.WAITING)
    page = SyncPage(lambda: SyncModel(view=SyncView(now=now)), SyncActs())
    qtbot.addWidget(page)
    page.show_model(SyncModel(view=SyncView(now=now), items=(item,)))
    assert page.stack.currentIndex() == 1
    page.show_model(SyncModel(view=SyncView(now=now, has_county=True, waiting=1), items=(item,)))
    assert page.stack.currentIndex() == 0


def test_attachments_on_their_way_are_told_quietly_and_what_went_wrong_with_them(qtbot: QtBot) -> None:
    view = SyncView(now=datetime.now(UTC), has_county=True, is_online=True, files_to_send=3, file_bytes=4_300_000)
    page = SyncPage(lambda: SyncModel(view=view), SyncActs())
    qtbot.addWidget(page)
    page.show_model(SyncModel(view=view))
    assert "3 个附件待传（4.1 MB）" in _words(page)
    page.show_model(SyncModel(view=replace(view, file_trouble="县服务器的磁盘已满")))
    assert "县服务器的磁盘已满" in _words(page)
    page.show_model(SyncModel(view=replace(view, files_to_send=0)))
    assert "附件" not in _words(page)


def _words(page: SyncPage) -> str:
    return "\n".join(f"{one.sentence.text()} {one.next_step.text()}" for one in page.banners.banners())
