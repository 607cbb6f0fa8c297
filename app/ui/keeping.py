"""What a desk does for the safety of its data without being asked: backups when due, and saying how they stand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.errors import AppError
from app.models import settings
from app.models.policy import Act
from app.models.settings import Setting
from app.services import backups, parameters, syncing
from app.services.office import Office
from app.ui import work
from app.ui.widgets.banner import Banner, BannerArea

log = logging.getLogger(__name__)

_ASK: Final = "还没有设置备份文件夹"
_ASK_NEXT: Final = "选一个移动盘或另一块硬盘上的文件夹，以后每天自动备份，坏了电脑也不怕。"
_ASK_ADMIN: Final = "请告诉管理员：在“设置”里选一个移动盘或另一块硬盘上的文件夹，以后每天自动备份。"


class Keeper(QObject):
    """``banners`` takes what must be said; ``changed`` is called when a backup was made."""

    def __init__(self, office: Office, banners: BannerArea, window: QWidget, changed: Callable[[], object]) -> None:
        super().__init__()
        self.office = office
        self._banners, self._window, self._changed = banners, window, changed
        self._is_running = False

    def start(self) -> None:
        """Say how backups stand, and make one in the background when it is due."""
        if self.office.is_practice:
            return
        standing = backups.standing(self.office)
        if standing.folder is None and not standing.was_asked:
            self._banners.show_banner(self._folder_banner(), key="backup-folder")
        if standing.failed:
            self._banners.show_banner(Banner(f"上次自动备份没有成：{standing.failed}", weight="warn"), key="backup")
        self._tell_notes()
        self.back_up_if_due()

    def _folder_banner(self) -> Banner:
        """Who may set it chooses here; others are told whom to ask, and closing it leaves the question open."""
        if not self.office.may(Act.SETTINGS):
            return Banner(_ASK, _ASK_ADMIN)
        banner = Banner(_ASK, _ASK_NEXT, action=("选择文件夹…", self.choose_folder))
        banner.closed.connect(lambda: work.run(lambda: backups.asked(self.office), owner=self))
        return banner

    def back_up_if_due(self) -> None:
        """In the background; a failure is a banner, never a box."""
        if self._is_running:
            return
        self._is_running = True
        work.run(lambda: backups.run_if_due(self.office), then=self._on_backed_up, failed=self._on_failed, owner=self)

    def finish(self) -> None:
        """Before the store closes: a backup when one is due. What goes wrong is told at the next start."""
        if self.office.is_practice:
            return
        try:
            backups.run_if_due(self.office)
        except AppError as error:
            log.warning("backup at the end: %s", type(error).__name__)

    def choose_folder(self) -> None:
        """Ask for the folder, keep it, and make the first backup."""
        chosen = QFileDialog.getExistingDirectory(self._window, "自动备份放在哪个文件夹")
        if chosen:
            self.keep(settings.BACKUP_FOLDER, chosen)

    def keep(self, setting: Setting, text: str) -> None:
        """Keep a setting; a new backup folder gets its first backup at once."""

        def kept(_: object) -> None:
            if setting is settings.BACKUP_FOLDER and text:
                self._banners.take_down("backup-folder")
                self.back_up_if_due()

        work.run(lambda: parameters.change(self.office, setting, text), then=kept, failed=self._on_failed, owner=self)

    def tell_identity(self, note: str) -> None:
        """The clerk is told once that this PC goes on under a new identity."""
        if note:
            banner = Banner(note, weight="info")
            banner.closed.connect(lambda: syncing.identity_was_told(self.office))
            self._banners.show_banner(banner, key="identity")

    def _tell_notes(self) -> None:
        restored = backups.restored_note(self.office)
        if restored:
            banner = Banner(restored, "换下来的数据文件夹还在旁边，名字里有“替换下”。", weight="info")
            banner.closed.connect(lambda: backups.restored_was_told(self.office))
            self._banners.show_banner(banner, key="restored")
        self.tell_identity(syncing.identity_note(self.office))

    def _on_backed_up(self, made: Path | None) -> None:
        self._is_running = False
        if made is not None:
            self._banners.take_down("backup")
            self._changed()

    def _on_failed(self, error: AppError) -> None:
        self._is_running = False
        self._banners.show_banner(Banner(error.sentence, error.next_step, weight="warn"), key="backup")
