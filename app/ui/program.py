"""The program on one data folder: first start or sign-in, the main window, locking, the end.

Decides which window stands; what the windows do is theirs and the services'.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from app.errors import AppError, StoreError
from app.services import setup, syncing
from app.services.office import Office
from app.services.setup import NewAccount, NewTownship
from app.ui import work
from app.ui.desk import Desk
from app.ui.entry import AccountChoice, FirstStart, FirstStartWizard, JoinExisting, LoginWindow
from app.ui.look import apply_look
from app.ui.papers import PaperWindow

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
        if setup.is_set_up(self.folder):
            self.show_login()
        else:
            self.show_first_start()

    # -- first start ---------------------------------------------------------------------------------------------

    def show_first_start(self) -> None:
        """Three small steps from nothing to an open township; or the way into one that exists."""
        wizard = FirstStartWizard(
            setup.make_recovery_key,
            print_sheet=lambda key: self._print_sheet(wizard, key),
            save_sheet=lambda key, path: path.write_bytes(self._sheet(wizard, key)),
        )
        wizard.finished.connect(lambda answer: self._create(wizard, answer))
        wizard.join_asked.connect(lambda answer: self._join(wizard, answer))
        self._show(wizard)

    def _create(self, wizard: FirstStartWizard, answer: FirstStart) -> None:
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

    def _print_sheet(self, wizard: FirstStartWizard, key: str) -> None:
        body = self._sheet(wizard, key)
        PaperWindow(wizard, body, title="恢复密钥单", file_name="恢复密钥单.pdf").open()

    # -- sign-in -------------------------------------------------------------------------------------------------

    def show_login(self) -> None:
        """Who is it? What stops the data from opening is said here and touches nothing."""
        accounts: list[AccountChoice] = []
        name = ""
        obstacle: AppError | None = None
        try:
            name = setup.township_name(self.folder)
            accounts = [AccountChoice(key=one.id, name=one.name) for one in setup.known_accounts(self.folder)]
            if not accounts:
                obstacle = StoreError("找不到本机的密钥文件", "请从备份恢复整个数据文件夹；不要删除数据文件")
        except AppError as error:
            obstacle = error
        login = LoginWindow(
            name or "乡镇社管通",
            accounts,
            lambda key, password: setup.sign_in(self.folder, key, password),
            recover=lambda account, key, password: setup.recover(self.folder, key, account, password),
        )
        login.signed_in.connect(self.open_desk)
        if obstacle is not None:
            login.show_obstacle(obstacle)
        self._show(login)

    # -- the desk ------------------------------------------------------------------------------------------------

    def open_desk(self, office: Office) -> None:
        """Show the main window of an open office."""
        self.desk = Desk(office)
        self.desk.window.sign_out_asked.connect(self._sign_out)
        self._show(self.desk.window)
        self.desk.start()

    def _sign_out(self) -> None:
        self.close()
        self.show_login()

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
