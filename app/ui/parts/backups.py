"""Backups on the desk: made when due, by hand, and going back to one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.models.policy import Act
from app.services import backups
from app.ui.pages.settings import Choice
from app.ui.part import Part, Port
from app.ui.shell.page import Command


class BackupPart(Part):
    """The acts people choose; what is done unasked is the keeper's (:mod:`app.ui.keeping`)."""

    def commands(self) -> Sequence[Command]:
        return (Command(title="立即备份", icon="hard-drive", words="ljbf", run=partial(back_up, self.port)),)

    def choices(self) -> Sequence[Choice]:
        may_restore = self.office.may(Act.SETTINGS)
        return (
            Choice(
                title="备份",
                sentence="把全部数据（加密的）复制到移动盘或另一个文件夹，并当场核对能不能打开。",
                words="立即备份…",
                run=partial(back_up, self.port),
            ),
            Choice(
                title="恢复",
                sentence="用以前的备份换下现有数据：先核对，再看会失去什么；换下的数据改名保留。",
                words="从备份恢复…",
                run=self.port.restore if may_restore else None,
            ),
        )


def back_up(port: Port) -> None:
    """Ask where to, copy, open the copy again."""
    chosen = QFileDialog.getExistingDirectory(port.window, "备份到哪个文件夹")
    if chosen:
        port.long(
            "正在备份并核对…",
            lambda: backups.run(port.office, Path(chosen)),
            lambda folder: f"备份完成并已核对：{folder}",
        )
