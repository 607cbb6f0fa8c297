"""The first minutes: setting up a township from nothing, and signing in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.ui.entry.first_start import FirstStartWizard
from app.ui.entry.login import LoginWindow
from app.ui.papers import PaperWindow
from demo.eyes import is_gone, until
from demo.promises import promised
from demo.stage import Stage


def first_start(
    stage: Stage, *, township: str, county: str, committee: str, administrator: list[str], clerk: list[str]
) -> dict[str, Any]:
    """From an empty folder to an open township: three steps, all by keys, the recovery key copied from its sheet.

    ``administrator`` and ``clerk``: name and password.
    """
    hands, wizard = stage.hands, stage.front
    assert isinstance(wizard, FirstStartWizard)
    stage.ready()
    hands.type(township)
    hands.press("Enter")
    hands.type(county)
    hands.press("Enter")
    hands.fill(committee)
    stage.take("first-start")
    hands.press("Enter")
    promised(wizard.step() is wizard.accounts, "第一步填完后应到第二步")
    for text in administrator:
        hands.type(text)
        hands.press("Enter")
    hands.press("Right")
    promised(wizard.accounts.other_person.isChecked(), "方向键应能选“另设一名办事员”")
    hands.press("Enter")
    for text in clerk:
        hands.type(text)
        if text == clerk[-1]:
            stage.take("accounts")
        hands.press("Enter")
    promised(wizard.step() is wizard.recovery, "账号填完后应到恢复密钥")
    sheet = _save_sheet(stage, wizard)
    number = re.search(r"第 (\d+) 组", wizard.recovery.typed_row.label.text())
    assert number is not None
    wizard.recovery.typed.setFocus()
    hands.type(wizard.recovery.key.split("-")[int(number[1]) - 1].lower())
    stage.take("recovery-key")
    hands.press("Enter")
    stage.desk_opens()
    status = stage.status_says("单机使用")
    stage.take("workbench-new")
    return {"status": status, "sheet": sheet.name, "strokes": hands.strokes}


def _save_sheet(stage: Stage, wizard: FirstStartWizard) -> Path:
    """The recovery sheet as paper: shown by Print, saved from there."""
    hands = stage.hands
    hands.press("Tab")
    hands.click(wizard.recovery.print_button)
    found: list[PaperWindow] = []

    def is_open() -> bool:
        found[:] = [one for one in QApplication.topLevelWidgets() if isinstance(one, PaperWindow) and one.isVisible()]
        return bool(found)

    until(is_open, "恢复密钥单的预览")
    paper = found[0]
    path = stage.output / "恢复密钥单.pdf"
    hands.click_and_choose(paper.save_button, path)
    promised(path.exists() and path.read_bytes().startswith(b"%PDF"), "恢复密钥单应已存成 PDF")
    hands.press("Esc")
    until(lambda: is_gone(paper), "预览关闭")
    return path


def sign_in(stage: Stage, *, name: str, password: str, picture: str = "") -> dict[str, Any]:
    """Sign out if somebody is signed in, choose the account, type the password."""
    hands = stage.hands
    if stage.program.desk is not None:
        hands.open_menu(stage.window.top_bar.user, "退出登录")
        until(lambda: isinstance(stage.program.window, LoginWindow), "登录窗口")
    stage.ready()
    login = stage.front
    assert isinstance(login, LoginWindow)
    hands.press("Shift+Tab")
    for _ in range(login.accounts.count()):
        item = login.accounts.currentItem()
        if item.text().startswith(name):
            break
        hands.press("Down")
    promised(login.accounts.currentItem().text().startswith(name), f"登录窗口里应能选到 {name}")
    hands.press("Enter")
    hands.type(password)
    if picture:
        stage.take(picture)
    hands.press("Enter")
    stage.desk_opens()
    promised(stage.office.user.name == name, f"登录的应是 {name}")
    return {"user": stage.office.user.name, "role": stage.office.user.role}
