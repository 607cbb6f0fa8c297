"""本地文书 on the desk: installing, replacing, switching off, filling from a record, all by keyboard."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.models.policy import User
from app.models.registers import Dispute
from app.models.store import Store
from app.services.forms import Forms
from app.services.office import Office
from app.ui.desk import Desk
from app.ui.forms.dialogs import FillDialog, InstallDialog, ProblemsDialog
from app.ui.forms.page import FormsPage
from app.ui.parts.forms import PAGE, FormsPart
from app.ui.widgets import Toast
from tests.documents.test_word import docx, texts
from tests.services.test_forms import a_dispute, pack_file
from tests.ui.keys import show_active, type_text

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(qtbot: QtBot, store: Store) -> Iterator[Desk]:
    made = Desk(Office(store, User("a" * 32, "王主任", "administrator")))
    made.window.resize(1366, 768)
    show_active(qtbot, made.window)
    made.start()
    yield made
    made.close()


def part_of(desk: Desk) -> FormsPart:
    return next(one for one in desk.parts if isinstance(one, FormsPart))


def page_of(desk: Desk) -> FormsPage:
    desk.go(PAGE)
    (page,) = desk.window.findChildren(FormsPage)
    return page


def rows(page: FormsPage) -> list[tuple[str, str, str]]:
    return [(one.name, one.version, str(one.state)) for one in page.table.source.lines]


def said(desk: Desk) -> str:
    return " ".join(one.sentence.text() for one in desk.window.findChildren(Toast))


def written(tmp_path: Path, name: str, body: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(body)
    return path


def test_a_pack_is_installed_replaced_and_switched_off_on_the_page(
    qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, part = page_of(desk), part_of(desk)
    qtbot.waitUntil(lambda: len(rows(page)) == 4)
    assert rows(page)[0] == ("人民调解协议书", "1.0", "自带")
    path = written(tmp_path, "报告.zip", pack_file("{{ 今天 }}"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(path), ""))
    QTest.mouseClick(page.install_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: rows(page)[0] == ("纠纷情况报告", "1.0", "使用中"))
    part.install(written(tmp_path, "新.zip", pack_file("{{ 今天 }}新", version="2.0")))
    qtbot.waitUntil(lambda: [one[2] for one in rows(page)[:2]] == ["使用中", "已有新版"])
    page.table.selectRow(0)
    assert page.switch_button.text() == "停用"
    QTest.keyClick(page.switch_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: [one[2] for one in rows(page)[:2]] == ["停用", "使用中"])
    assert page.switch_button.text() == "启用"
    page.table.selectRow(4)
    assert not page.switch_button.isEnabled()
    assert not page.hand_on_button.isEnabled()


def test_of_a_bare_word_file_name_and_version_are_asked_by_keyboard(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    page, part = page_of(desk), part_of(desk)
    part.install(written(tmp_path, "隐患告知书.docx", docx("{{ 乡镇 }}：{{ 今天 }}")))
    qtbot.waitUntil(lambda: any(isinstance(one, InstallDialog) for one in QApplication.topLevelWidgets()))
    dialog = next(one for one in desk.window.findChildren(InstallDialog))
    assert dialog.name.text() == "隐患告知书"
    dialog.version.setFocus()
    dialog.version.selectAll()
    type_text(dialog.version, "第一版")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: len(dialog.banners.banners()) == 1)
    dialog.version.selectAll()
    type_text(dialog.version, "1.2")
    dialog.register.setCurrentIndex(1)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: rows(page)[0] == ("隐患告知书", "1.2", "使用中"))
    assert page.table.source.lines[0].register == "安全隐患"


def test_a_template_with_unknown_fields_shows_every_place(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    page_of(desk)
    part_of(desk).install(written(tmp_path, "坏.zip", pack_file("{{ 纠纷名 }}", "好", "{{ 受理日 }}")))
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(ProblemsDialog)))
    (dialog,) = desk.window.findChildren(ProblemsDialog)
    found = dialog.table.source.lines
    assert ["纠纷名" in found[0].where, "受理日" in found[1].where] == [True, True]
    assert "是不是：纠纷名称" in found[0].next_step
    QTest.keyClick(dialog.close_button, Qt.Key.Key_Return)
    assert Forms(desk.office).listed() == []


def test_a_form_is_filled_from_the_record_and_kept_by_keyboard(
    qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = Forms(desk.office)
    dispute = a_dispute(desk.office)
    form = desk.registers.open("dispute", dispute.id)
    assert not any("按模板" in one.title for one in part_of(desk).form_actions("dispute")), "no pack, no button"
    forms.install(forms.opened("a.zip", pack_file("{{ 纠纷名称 }}，{{ 当事人1.姓名或名称 }}")))
    (action,) = part_of(desk).form_actions("dispute")
    assert (action.title, part_of(desk).form_actions("hazard")) == ("按模板填写…", ())
    out = tmp_path / "报告.docx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(out), ""))
    desk.registers.host("dispute").back_to_list()
    desk.open("dispute", dispute.id)
    form = desk.registers.host("dispute").form
    assert form is not None
    QTest.keyClick(form, Qt.Key.Key_W, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(FillDialog)))
    (dialog,) = desk.window.findChildren(FillDialog)
    QTest.keyClick(dialog.keep, Qt.Key.Key_Space)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(out.exists)
    qtbot.waitUntil(lambda: "已保存" in said(desk))
    assert texts(out.read_bytes()) == ["张三与李四宅基地纠纷，张三"]
    stored = desk.office.reader.get("dispute", dispute.id)
    assert isinstance(stored, Dispute)
    assert [one.form_version for one in stored.papers] == ["1.0"]


def test_authors_get_the_fields_and_a_sample(
    qtbot: QtBot, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(desk)
    out = tmp_path / "表.docx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(out), ""))
    page.register.setCurrentIndex(page.register.findData("hazard"))
    QTest.keyClick(page.fields_button, Qt.Key.Key_Space)
    qtbot.waitUntil(out.exists)
    qtbot.waitUntil(lambda: "已保存" in said(desk))
    assert Document(io.BytesIO(out.read_bytes())).paragraphs[0].text == "隐患：模板可用的字段"


def test_a_clerk_sees_the_packs_and_installs_none(qtbot: QtBot, store: Store) -> None:
    desk = Desk(Office(store, User("b" * 32, "李干事", "clerk")))
    show_active(qtbot, desk.window)
    desk.start()
    page = page_of(desk)
    qtbot.waitUntil(lambda: len(rows(page)) == 4)
    assert page.hand_on_button.isVisible()
    assert not page.install_button.isVisible()
    assert not page.switch_button.isVisible()
    desk.close()
