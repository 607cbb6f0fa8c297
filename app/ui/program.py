"""The program on one data folder: first start or sign-in, the main window, locking, the end.

Decides which window stands; what the windows do is theirs and the services'. The first window stands before the rest of
the program is loaded: everything heavy is imported where it is used, and fetched in the background while somebody
types the password (:func:`load_rest`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.errors import AppError, StoreError
from app.services import starting
from app.ui import work
from app.ui.look import apply_look
from app.ui.saving import write_file

if TYPE_CHECKING:
    from app.services.office import Office
    from app.ui.desk import Desk
    from app.ui.entry.answers import FirstStart, JoinExisting
    from app.ui.entry.first_start import FirstStartWizard
    from app.ui.entry.frame import EntryFrame
    from app.ui.restoring import RestoreWindow

_ROLE_OF_SECOND_PC = "clerk"


def make_application(arguments: list[str] | None = None) -> QApplication:
    """The one application object, in the program's look and language."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(arguments or sys.argv[:1])
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    apply_look(app)
    return app


def load_rest() -> None:
    """Load what the main window and the services need. Only imports: harmless at any time, on any thread."""
    import app.ui.desk  # noqa: F401


class Program(QObject):
    """Runs from the first window to the last."""

    def __init__(self, folder: Path) -> None:
        self.app = make_application()
        super().__init__()
        self.folder = folder
        self.window: QWidget | None = None
        self.desk: Desk | None = None
        self.app.aboutToQuit.connect(self.close)

    def run(self) -> int:
        """Show the first window and serve until the last one closes."""
        self.begin()
        return int(self.app.exec())

    def begin(self) -> None:
        """Show the window this data folder calls for."""
        if starting.is_restore_ready(self.folder):
            from app.services import backups

            backups.finish_restore(self.folder)
        if starting.is_set_up(self.folder):
            self.show_login()
        else:
            self.show_first_start()
        QTimer.singleShot(0, lambda: work.run(load_rest))  # after the window is painted

    # -- first start ---------------------------------------------------------------------------------------------

    def show_first_start(self) -> None:
        """Three small steps from nothing to an open township; or the way into one that exists."""
        from app.ui.entry.first_start import FirstStartWizard

        wizard = FirstStartWizard(
            starting.make_recovery_key,
            print_sheet=lambda key: self._print_sheet(wizard, key),
            save_sheet=lambda key, path: self._save_sheet(wizard, key, path),
        )
        wizard.finished.connect(lambda answer: self._create(wizard, answer))
        wizard.join_asked.connect(lambda answer: self._join(wizard, answer))
        self._offer_more(wizard)
        self._show(wizard)

    def _create(self, wizard: FirstStartWizard, answer: FirstStart) -> None:
        from app.services import setup
        from app.services.setup import NewAccount, NewTownship

        others = (NewAccount(answer.clerk.name, answer.clerk.password),) if answer.clerk else ()
        new = NewTownship(
            township=answer.township,
            administrator=NewAccount(answer.administrator.name, answer.administrator.password),
            county=answer.county,
            committee=answer.committee,
            others=others,
        )
        job = work.run(
            lambda: setup.create_township(self.folder, new, recovery=answer.recovery_key)[0],
            then=self.open_desk,
            failed=wizard.show_problem,
            owner=wizard,
        )
        wizard.veil.follow(job, "正在建立本镇的数据…")

    def _join(self, wizard: FirstStartWizard, answer: JoinExisting) -> None:
        from app.services import syncing
        from app.services.setup import NewAccount

        account = NewAccount(answer.account.name, answer.account.password)
        job = work.run(
            lambda: syncing.join_township(
                self.folder,
                server_code=answer.server_code,
                pairing_code=answer.pairing_code,
                account=account,
                role=_ROLE_OF_SECOND_PC,
            ),
            then=self.open_desk,
            failed=wizard.show_problem,
            owner=wizard,
        )
        wizard.veil.follow(job, "正在加入本镇…")

    def _sheet(self, wizard: FirstStartWizard, key: str) -> bytes:
        township = wizard.township.township.text().strip() or "本乡镇"
        from app.services.papers import recovery_sheet

        return recovery_sheet(township, key)

    def _save_sheet(self, wizard: FirstStartWizard, key: str, path: Path) -> None:
        try:
            write_file(path, self._sheet(wizard, key))
        except AppError as error:
            wizard.show_problem(error)

    def _print_sheet(self, wizard: FirstStartWizard, key: str) -> None:
        from app.ui.papers import PaperWindow

        body = self._sheet(wizard, key)
        PaperWindow(wizard, body, title="恢复密钥单", file_name="恢复密钥单.pdf").open()

    # -- sign-in -------------------------------------------------------------------------------------------------

    def show_login(self) -> None:
        """Who is it? What stops the data from opening is said here and touches nothing."""
        from app.ui.entry.answers import AccountChoice
        from app.ui.entry.login import LoginWindow

        def sign_in(account: str, password: str) -> Office:
            from app.services import setup

            return setup.sign_in(self.folder, account, password)

        def recover(account: str, key: str, password: str) -> Office:
            from app.services import setup

            return setup.recover(self.folder, key, account, password)

        accounts: list[AccountChoice] = []
        name = ""
        obstacle: AppError | None = None
        try:
            name = starting.township_name(self.folder)
            accounts = [AccountChoice(key=one.id, name=one.name) for one in starting.known_accounts(self.folder)]
            if not accounts:
                obstacle = StoreError("找不到本机的密钥文件", "请从备份恢复整个数据文件夹；不要删除数据文件")
        except AppError as error:
            obstacle = error
        login = LoginWindow(
            name or "乡镇社管通",
            accounts,
            sign_in,
            recover=recover,
        )
        login.signed_in.connect(self.open_desk)
        if obstacle is not None:
            login.show_obstacle(obstacle, action=("从备份恢复…", lambda: self.restore(login)))
        self._offer_more(login)
        self._show(login)

    # -- the desk ------------------------------------------------------------------------------------------------

    def open_desk(self, office: Office) -> None:
        """Show the main window of an open office."""
        from app.ui.desk import Desk

        self.desk = Desk(office)
        self.desk.window.sign_out_asked.connect(self._sign_out)
        self.desk.restore_asked.connect(self._restore_from_desk)
        if office.is_practice:
            self.desk.window.band.offer("清空重来", self.practise_anew)
            self.desk.window.band.offer("退出练习", self._sign_out)
        self._show(self.desk.window)
        self.desk.start()

    def _sign_out(self) -> None:
        self.close()
        self.begin()

    # -- a township to learn in, and going back to a backup --------------------------------------------------------

    def _offer_more(self, entry: EntryFrame) -> None:
        entry.offer("先练练手", lambda: self.practise(entry))
        entry.offer("从备份恢复…", lambda: self.restore(entry))

    def practise(self, entry: EntryFrame) -> None:
        """Open the township of invented people; nothing of the real one is touched."""

        def open_practice() -> Office:
            from app.services import practising

            return practising.open_practice(self.folder)

        job = work.run(
            open_practice,
            then=self.open_desk,
            failed=entry.show_problem,
            owner=entry,
        )
        entry.veil.follow(job, "正在准备练习用的乡镇…")

    def practise_anew(self) -> None:
        """Throw what was tried away and open a fresh township to learn in."""
        from app.services import practising

        self.close()
        if self.window is not None:
            self.window.setEnabled(False)
        work.run(lambda: practising.reset_practice(self.folder), then=self.open_desk, owner=self)

    def _restore_from_desk(self) -> None:
        if self.desk is not None:
            from app.services import backups

            folder = backups.standing(self.desk.office).folder
            self.restore(self.desk.window, folder=folder, close_data=self.close)

    def restore(
        self, parent: QWidget, *, folder: Path | None = None, close_data: Callable[[], object] | None = None
    ) -> RestoreWindow:
        """Ask for a backup, show what would go, put it in place; then sign in again."""
        from app.ui.restoring import RestoreWindow

        wizard = RestoreWindow(parent, self.folder, folder=folder, close_data=close_data)
        wizard.finished.connect(lambda code: self._on_restore_left(code, had_session=close_data is not None))
        wizard.open()
        return wizard

    def _on_restore_left(self, code: int, *, had_session: bool) -> None:
        """Sign in again when the data was replaced, or the session was ended for it."""
        if code == QDialog.DialogCode.Accepted or (had_session and self.desk is None):
            self.begin()

    def close(self) -> None:
        """End sync and the store; drafts are kept."""
        desk, self.desk = self.desk, None
        if desk is not None:
            desk.close()

    def _show(self, window: QWidget) -> None:
        old, self.window = self.window, window
        window.showMaximized() if self.app.platformName() != "offscreen" else window.show()
        if old is not None:
            old.close()
            old.deleteLater()
