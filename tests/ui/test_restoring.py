"""The window goes back to a backup and says what goes; the township to learn in never touches the real one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.models import settings
from app.models.policy import User
from app.models.registers import Dispute, Person
from app.services import backups, papers, practising, setup
from app.services.office import Office
from app.ui import work
from app.ui.keeping import Keeper
from app.ui.program import Program
from app.ui.widgets.banner import BannerArea
from tests.conftest import PASSWORD


def idle(qtbot: QtBot) -> None:
    qtbot.waitUntil(work.is_idle, timeout=20_000)


@pytest.fixture
def data(office: Office, tmp_path: Path) -> Path:
    """A closed township with a backup and something done since."""
    backups.run(office, tmp_path / "disk")
    office.save(Person(full_name="张三"))
    office.store.close()
    return office.store.folder


def test_the_login_leads_back_to_a_backup_and_says_what_goes(qtbot: QtBot, data: Path, tmp_path: Path) -> None:
    program = Program(data)
    program.begin()
    login = program.window
    assert login is not None
    wizard = program.restore(login, folder=tmp_path / "disk")
    idle(qtbot)
    wizard.choosing.password.setText("wrong-pass-1")
    wizard.go_on()
    idle(qtbot)
    assert "密码不正确" in wizard.banners.banners()[0].sentence.text()
    wizard.choosing.password.setText(PASSWORD)
    wizard.go_on()
    idle(qtbot)
    assert "1 条只在这台电脑上" in wizard.losing.sentence.text()
    assert "新增人口“张三”" in wizard.losing.acts_text.text()
    wizard.go_on()
    idle(qtbot)
    assert program.window is not login, "one signs in again"
    (aside,) = [path for path in data.parent.iterdir() if "替换下" in path.name]
    for folder, count in ((data, 0), (aside, 1)):
        again = setup.sign_in(folder, setup.known_accounts(folder)[0].id, PASSWORD)
        assert again.reader.count("person") == count
        again.store.close()


def test_a_signed_in_desk_backs_up_when_due_at_start_and_at_the_end(qtbot: QtBot, data: Path, tmp_path: Path) -> None:
    account = setup.known_accounts(data)[0].id
    opened = setup.sign_in(data, account, PASSWORD)
    settings.change(opened.store, settings.BACKUP_FOLDER, str(tmp_path / "auto"))
    opened.store.submit(lambda conn: conn.execute("DELETE FROM meta WHERE name = 'last_backup_at'")).result()
    program = Program(data)
    program.open_desk(opened)
    idle(qtbot)
    assert program.desk is not None
    assert "找不到备份文件夹" in str(program.desk.workbench.banners.banners()[0].sentence.text())
    program.close()
    (tmp_path / "auto").mkdir()
    opened = setup.sign_in(data, account, PASSWORD)
    program.open_desk(opened)
    idle(qtbot)
    program.close()
    assert len(backups.copies(tmp_path / "auto")) == 1


@pytest.mark.parametrize(("role", "may_choose"), [("administrator", True), ("clerk", False)])
def test_only_who_may_set_the_backup_folder_is_offered_to(
    qtbot: QtBot, office: Office, role: str, may_choose: bool
) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    banners = BannerArea()
    banners.setParent(page)
    Keeper(Office(office.store, User("u1", "李干事", role)), banners, page, lambda: None).start()
    idle(qtbot)
    (banner,) = banners.banners()
    assert ("选择文件夹…" in [one.text() for one in banner.findChildren(QPushButton)]) is may_choose
    assert banner.next_step.text().startswith("请告诉管理员") is not may_choose


def test_a_status_that_comes_after_its_window_is_gone_is_dropped(qtbot: QtBot, data: Path) -> None:
    opened = setup.sign_in(data, setup.known_accounts(data)[0].id, PASSWORD)
    program = Program(data)
    program.open_desk(opened)
    idle(qtbot)
    assert program.desk is not None
    program.desk.changed()
    delete(program.desk.window)
    idle(qtbot)  # an error on the way would fail the test
    program.desk.close()
    opened.store.close()


def test_practice_is_marked_everywhere_and_starts_anew(qtbot: QtBot, data: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    practice = practising.open_practice(data)
    matter = next(one for one in practice.reader.all("dispute") if isinstance(one, Dispute) and one.agreements)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(papers.print_agreement(practice, matter.id).body)
    text = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, text=True, check=True).stdout
    assert "练习" in text
    program = Program(data)
    program.open_desk(practice)
    idle(qtbot)
    assert program.desk is not None
    window = program.desk.window
    assert "练习模式" in window.windowTitle()
    assert window.band.isVisible()
    assert program.desk.workbench.banners.banners() == []
    practice.save(Person(full_name="练习时录入"))
    program.practise_anew()
    idle(qtbot)
    assert program.desk is not None
    assert program.desk.office.reader.search("练习时录入") == []
    program.close()
    assert {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()} == before
