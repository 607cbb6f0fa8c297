"""Accounts on the desk: giving one a password on this PC."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QWidget

from app.models.passwords import advise
from app.models.registers import Account
from app.services import setup
from app.services.office import Office
from app.ui import work
from app.ui.look import tokens
from app.ui.part import Part
from app.ui.registers.record_form import FormAction, RecordForm
from app.ui.widgets import BannerArea, EnterMoves, FormRow, PasswordEdit, button, column, label, row


class AccountPart(Part):
    """Passwords are set where the account is shown."""

    def form_actions(self, register: str) -> Sequence[FormAction]:
        return (FormAction("设置密码", "key-round", self._password),) if register == "account" else ()

    def _password(self, form: RecordForm) -> None:
        account = form.record
        if isinstance(account, Account):
            PasswordDialog(form.window(), self.office, account).open()


class PasswordDialog(QDialog):
    """Gives an account a password on this PC."""

    def __init__(self, parent: QWidget, office: Office, account: Account) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"设置密码：{account.name}")
        self._office, self._account = office, account
        sizes = tokens().sizes
        self.banners = BannerArea()
        self.password = PasswordEdit("新密码")
        self.note = label(advise("").sentence, "faint")
        self.password.textChanged.connect(lambda text: self.note.setText(advise(text, name=account.name).sentence))
        self.go_button = button("设置", "primary", on_click=self.go_on)
        words = f"只在这台电脑上有效。请把密码当面告诉{account.name}，不要写在纸上。"
        self.setLayout(
            column(
                self.banners,
                label(words, "soft", wrap=True),
                FormRow("新密码", self.password, side="top"),
                self.note,
                row(None, button("取消", on_click=self.reject), self.go_button),
                gap=sizes.space_m,
                margin=sizes.space_l,
            )
        )
        self.setMinimumWidth(sizes.em * 30)
        self._enter = EnterMoves(self)
        self._enter.finished.connect(self.go_on)

    def go_on(self) -> None:
        """Set it, or say why not."""
        office, account, typed = self._office, self._account, self.password.text()
        work.run(
            lambda: setup.set_password(office, account, typed),
            then=lambda _: self.accept(),
            failed=self.banners.show_error,
            owner=self,
        )
