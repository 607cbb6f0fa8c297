"""Restoring in three steps: choose and open a backup, see what would go, put it in place; before that nothing changes.

The present data is set aside, never deleted; what is done to folders is :mod:`app.services.backups`'.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.errors import AppError
from app.models.clock import BEIJING
from app.services import backups, setup
from app.services.backups import Copy, Lost, Staged
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets.banner import Banner, BannerArea
from app.ui.widgets.card import Card
from app.ui.widgets.enter_moves import EnterMoves
from app.ui.widgets.form_row import FormRow
from app.ui.widgets.parts import button, column, elided, label, row
from app.ui.widgets.password_edit import PasswordEdit
from app.ui.widgets.simple_table import Column, SimpleTable
from app.ui.widgets.veil import Veil

_BY_RECOVERY: Final = "用恢复密钥打开"
_DAYS_SHOWN: Final = 6


class RestoreWindow(QDialog):
    """``restored`` is emitted when a backup stands in the data folder's place.

    ``close_data`` ends the session that has the data open, right before the change; None when nobody is signed in.
    """

    restored = Signal()

    def __init__(
        self, parent: QWidget | None, data: Path, *, folder: Path | None = None, close_data: Callable[[], object] | None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("从备份恢复")
        sizes = tokens().sizes
        self._data, self._close_data = data, close_data
        self._staged: Staged | None = None
        self._missing: Lost | None = None
        self.banners = BannerArea()
        self.stack = QStackedWidget()
        self.choosing, self.losing = _Choosing(), _Losing()
        self.stack.addWidget(self.choosing)
        self.stack.addWidget(self.losing)
        self.cancel_button = button("取消", on_click=self.reject)
        self.back_button = button("上一步", on_click=self.go_back)
        self.next_button = button("核对这份备份", "primary", on_click=self.go_on)
        buttons = row(self.cancel_button, None, self.back_button, self.next_button)
        self.setLayout(column(self.banners, self.stack, buttons, gap=sizes.space_m, margin=sizes.space_l))
        self.resize(sizes.em * 56, sizes.em * 38)
        self.veil = Veil(self)
        self.choosing.folder_button.clicked.connect(self.ask_folder)
        self.choosing.changed.connect(self._update)
        self._enter = EnterMoves(self.choosing)
        self._enter.finished.connect(self.go_on)
        self._update()
        if folder is not None and folder.is_dir():
            self.look_in(folder)

    # -- first step ----------------------------------------------------------------------------------------------

    def ask_folder(self) -> None:
        """Where are the backups?"""
        chosen = QFileDialog.getExistingDirectory(self, "选择放备份的文件夹")
        if chosen:
            self.look_in(Path(chosen))

    def look_in(self, folder: Path) -> None:
        """List the backups of a folder."""
        work.run(
            lambda: backups.copies(folder),
            then=lambda found: self._show_copies(folder, found),
            failed=self._refused,
            owner=self,
        )

    def _show_copies(self, folder: Path, found: list[Copy]) -> None:
        self.banners.clear()
        self.choosing.show_copies(folder, found)
        (self.choosing.password if found else self.choosing.folder_button).setFocus()
        if not found:
            words = "备份文件夹的名字以 township-backup- 开头；也可以直接选中其中一份"
            self.banners.show_banner(Banner(f"这里没有备份：{folder}", words, weight="warn"))

    def go_on(self) -> None:
        """Check the backup; on the second step, put it in place."""
        if self.stack.currentIndex() == 1:
            self._put_in_place()
            return
        copy = self.choosing.copy()
        if copy is None or not self.choosing.is_ready():
            return
        unlock, data = self.choosing.unlock(), self._data

        def check() -> tuple[Staged, Lost | None]:
            staged = backups.stage(copy, data, unlock)
            return staged, backups.what_is_lost(staged)

        job = work.run(check, then=self._on_checked, failed=self._refused, owner=self)
        self.veil.follow(job, "正在复制并核对这份备份…")

    # -- second step ---------------------------------------------------------------------------------------------

    def _on_checked(self, checked: tuple[Staged, Lost | None]) -> None:
        self.banners.clear()
        self._staged, self._missing = checked
        self.losing.show_lost(self._staged, self._missing)
        self.stack.setCurrentIndex(1)
        self._update()
        self.cancel_button.setFocus()

    def go_back(self) -> None:
        """Choose another one; the staged copy goes."""
        self._discard()
        self.stack.setCurrentIndex(0)
        self._update()

    def _put_in_place(self) -> None:
        staged, missing = self._staged, self._missing
        if staged is None:
            return
        if self._close_data is not None:
            self._close_data()
            self._close_data = None

        job = work.run(
            lambda: backups.put_in_place(staged, missing=missing), then=self._on_done, failed=self._refused, owner=self
        )
        self.veil.follow(job, "正在替换…")

    def _on_done(self, _: Path | None) -> None:
        self._staged = None
        self.restored.emit()
        self.accept()

    def reject(self) -> None:
        self._discard()
        super().reject()

    def _discard(self) -> None:
        staged, self._staged = self._staged, None
        if staged is not None:
            backups.discard(staged)

    def _refused(self, error: AppError) -> None:
        self.veil.lift()
        self.banners.show_error(error)
        self._update()

    def _update(self) -> None:
        is_first = self.stack.currentIndex() == 0
        self.back_button.setVisible(not is_first)
        self.next_button.setText("核对这份备份" if is_first else "恢复到这份备份")
        self.next_button.setEnabled(self.choosing.is_ready() if is_first else self._staged is not None)


class _Choosing(QWidget):
    """The folder, its backups, and what opens the one chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        sizes = tokens().sizes
        self.folder_button = button("选择文件夹…", icon_name="hard-drive")
        self.folder_line = elided("还没有选择放备份的文件夹或移动盘", "faint")
        self.table: SimpleTable[Copy] = SimpleTable(
            "备份",
            [
                Column(title="备份时间", text=lambda one: _when(one.at), em=11),
                Column(title="乡镇", text=lambda one: one.label.name if one.label else "", em=8),
                Column(title="内容", text=lambda one: f"改动 {one.label.entries:,} 条" if one.label else "", em=9),
                Column(title="文件夹", text=lambda one: one.folder.name),
            ],
        )
        self.account, self.password, self.key = QComboBox(), PasswordEdit("密码"), QLineEdit()
        self.key.setPlaceholderText("照纸上抄，横线和大小写都可以不管")
        self.password_row = FormRow("密码", self.password, side="top")
        self.key_row = FormRow("恢复密钥", self.key, side="top")
        line = row(FormRow("用哪个账号打开", self.account, side="top"), gap=sizes.space_m)
        line.addWidget(self.password_row, 1)
        line.addWidget(self.key_row, 1)
        self.key_row.hide()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(sizes.space_m)
        lines.addWidget(label("选一份备份", "title"))
        words = "先核对，再看恢复会失去什么，最后才替换。备份本身不会被改动。"
        lines.addWidget(label(words, "soft", wrap=True))
        place = row(self.folder_button, gap=sizes.space_m)
        place.addWidget(self.folder_line, 1)
        lines.addLayout(place)
        lines.addWidget(self.table, 1)
        lines.addLayout(line)
        self.account.currentIndexChanged.connect(self._on_account)
        self.password.textChanged.connect(self.changed)
        self.key.textChanged.connect(self.changed)
        self.table.selectionModel().currentRowChanged.connect(self._on_copy)

    def show_copies(self, folder: Path, found: list[Copy]) -> None:
        """The backups found, newest chosen."""
        self.folder_line.setText(str(folder))
        self.table.show_lines(found)
        self._on_copy()

    def copy(self) -> Copy | None:
        """The backup chosen."""
        return self.table.current_line()

    def is_ready(self) -> bool:
        """True when there is something to open it with."""
        typed = self.key.text() if self._is_by_key() else self.password.text()
        return self.copy() is not None and bool(typed.strip())

    def unlock(self) -> backups.Unlock:
        """How it is to be opened."""
        if self._is_by_key():
            return backups.with_recovery(self.key.text())
        return backups.with_password(str(self.account.currentData() or ""), self.password.text())

    def _is_by_key(self) -> bool:
        return bool(self.account.currentData() == _BY_RECOVERY)

    def _on_copy(self, *_: object) -> None:
        copy = self.copy()
        self.account.clear()
        if copy is not None:
            try:
                for known in setup.known_accounts(copy.folder):
                    self.account.addItem(known.name, known.id)
            except AppError:
                pass  # said when the backup is checked
            self.account.addItem(_BY_RECOVERY, _BY_RECOVERY)
        self.changed.emit()

    def _on_account(self, _: int) -> None:
        self.password_row.setVisible(not self._is_by_key())
        self.key_row.setVisible(self._is_by_key())
        self.changed.emit()


class _Losing(QWidget):
    """What would go, by day, and the newest acts by name."""

    def __init__(self) -> None:
        super().__init__()
        sizes = tokens().sizes
        self.heading = label("", "title")
        self.sentence = label("", "soft", wrap=True)
        self.days = Card("按天")
        self.days_text = label("", "body")
        self.days.body.addWidget(self.days_text)
        self.days.body.addStretch(1)
        self.acts = Card("最近做过的")
        self.acts_text = label("", "body", wrap=True)
        self.acts.body.addWidget(self.acts_text)
        self.acts.body.addStretch(1)
        halves = row(gap=sizes.space_m)
        halves.addWidget(self.days, 2)
        halves.addWidget(self.acts, 3)
        self.halves = QWidget()
        self.halves.setLayout(halves)
        self.kept = label("", "soft", wrap=True)
        self.setLayout(column(self.heading, self.sentence, self.halves, self.kept, None, gap=sizes.space_m))

    def show_lost(self, staged: Staged, missing: Lost | None) -> None:
        """Say it in words and numbers."""
        self.heading.setText(f"恢复到 {_when(staged.copy.at)} 的“{staged.name}”")
        self.halves.setVisible(missing is not None)
        if missing is None:
            said = "核对通过。这台电脑上没有比它更新的内容，或现有数据打不开，无法逐条比较。"
        else:
            said = (
                f"核对通过。备份以后的 {missing.entries:,} 条更改不在里面：其中 {missing.at_county:,} 条县里已有，"
                f"同步后会自己回来；{missing.only_here:,} 条只在这台电脑上，恢复后看不到了。"
            )
            days = [f"{day}　　{count:,} 次" for day, count in missing.by_day[:_DAYS_SHOWN]]
            more = len(missing.by_day) - _DAYS_SHOWN
            self.days_text.setText("\n".join([*days, *([f"更早还有 {more} 天"] if more > 0 else [])]))
            self.acts_text.setText("\n".join(f"{one.at[5:]}　{one.what}" for one in missing.newest))
        self.sentence.setText(said)
        self.kept.setText(
            "现有的数据文件夹会改名留在原处（名字后面加“替换下”和日期），不会删除。"
            "加入了县服务器的，恢复后本机换用新的身份继续同步，不会和原来的记录混乱。"
            if setup.is_set_up(staged.data)
            else f"数据会放在：{staged.data}"
        )


def _when(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
