"""Signing in: choose the account, type the password; a way back with the recovery key; problems of the file said aloud.

Opening the data is done by ``sign_in`` off the screen's thread; nothing here knows keys or files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from app.errors import AppError, UserError
from app.models.passwords import advise
from app.ui import work
from app.ui.entry.answers import AccountChoice
from app.ui.entry.frame import EntryFrame
from app.ui.entry.passwords import wait_after
from app.ui.look import icon, tokens
from app.ui.widgets.banner import Action, Banner
from app.ui.widgets.enter_moves import EnterMoves
from app.ui.widgets.form_row import FormRow
from app.ui.widgets.parts import beside_words, button, column, hide_if, label, row, set_tone
from app.ui.widgets.password_edit import PasswordEdit

KEY = Qt.ItemDataRole.UserRole
CAPS = "大写锁定好像开着（Caps Lock）"
SignIn = Callable[[str, str], object]
Recover = Callable[[str, str, str], object]


class LoginWindow(EntryFrame):
    """``signed_in`` carries what ``sign_in(account_key, password)`` or ``recover(account_key, key, password)`` gave.

    A UserError from them is a wrong password or key and makes the next try wait; any other AppError is a banner.
    """

    signed_in = Signal(object)

    def __init__(
        self,
        township: str,
        accounts: Sequence[AccountChoice],
        sign_in: SignIn,
        *,
        recover: Recover | None = None,
        last_key: str = "",
        wait_for: Callable[[int], int] = wait_after,
        second_ms: int = 1000,
    ) -> None:
        super().__init__("登录", em_wide=29)
        self._sign_in, self._recover, self._wait_for = sign_in, recover, wait_for
        self._failures = 0
        self._seconds_left = 0
        self._refusal = ""
        self._clock = QTimer(self)
        self._clock.setInterval(second_ms)
        self._clock.timeout.connect(self._on_second)
        self.stack = QStackedWidget()
        self.accounts = self._account_list(accounts, last_key)
        self.password = PasswordEdit()
        self.password.setPlaceholderText("密码")
        self.message = label("", "small", wrap=True)
        self.open_button = button("登录", "primary", on_click=self.try_sign_in)
        self.recover_button = button("忘了密码，用恢复密钥找回", "link", on_click=self.open_recovery)
        hide_if(recover is None, self.recover_button)
        self.recovery = RecoveryPanel()
        self._put_together(township)
        self.password.setFocus()

    def _put_together(self, township: str) -> None:
        sizes = tokens().sizes
        sign_in = QWidget()
        sign_in.setLayout(
            column(
                label(township, "title"),
                label("选择账号，输入密码", "faint"),
                sizes.space_xs,
                self.accounts,
                self.password,
                self.message,
                self.open_button,
                row(None, self.recover_button, None),
            )
        )
        self.open_button.setMaximumWidth(sizes.em * 60)
        self.stack.addWidget(sign_in)
        self.stack.addWidget(self.recovery)
        self.body.addWidget(self.stack)
        self.message.setMinimumHeight(self.message.fontMetrics().height())
        self._enter = EnterMoves(sign_in)
        self._enter.finished.connect(self.try_sign_in)
        self.password.caps_noticed.connect(self._on_caps_noticed)
        self.recovery.asked.connect(self._try_recover)
        self.recovery.back_asked.connect(lambda: self._open(0))

    def _account_list(self, accounts: Sequence[AccountChoice], last_key: str) -> QListWidget:
        sizes = tokens().sizes
        chooser = QListWidget()
        chooser.setAccessibleName("账号")
        chooser.setProperty("enterField", True)
        chooser.setIconSize(beside_words())
        chooser.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for account in accounts:
            item = QListWidgetItem(icon("user"), f"{account.name}　{account.role}".strip())
            item.setData(KEY, account.key)
            chooser.addItem(item)
            if account.key == last_key:
                chooser.setCurrentItem(item)
        if chooser.currentRow() < 0:
            chooser.setCurrentRow(0)
        shown = max(1, min(4, len(accounts)))
        chooser.setFixedHeight(shown * (sizes.control + 1) + sizes.space_s)
        return chooser

    def account_key(self) -> str:
        """The key of the account chosen; empty when there is none."""
        item = self.accounts.currentItem()
        return str(item.data(KEY)) if self.accounts.count() else ""

    def show_obstacle(self, error: AppError, *, action: Action | None = None) -> None:
        """The data cannot be opened at all (newer, damaged, in use): say so and take the fields away."""
        self.problems.show_banner(Banner.from_error(error, action=action, closable=False), key="obstacle")
        self.stack.setEnabled(False)

    def try_sign_in(self) -> None:
        """Open with the password typed."""
        password, key = self.password.text(), self.account_key()
        if not password or self._seconds_left or not self.open_button.isEnabled():
            self.password.setFocus()
            return
        self._say("正在打开…")
        self._set_waiting(waiting=True)
        work.run(lambda: self._sign_in(key, password), then=self._on_opened, failed=self._on_refused, owner=self)

    def open_recovery(self) -> None:
        """Show the fields for the recovery key."""
        self._open(1)

    def _open(self, place: int) -> None:
        self.problems.clear()
        self.stack.setCurrentIndex(place)
        (self.recovery.key if place else self.password).setFocus()

    def _try_recover(self, key: str, password: str) -> None:
        recover, account = self._recover, self.account_key()
        if recover is None:
            return
        job = work.run(
            lambda: recover(account, key, password), then=self._on_opened, failed=self.show_problem, owner=self
        )
        self.veil.follow(job, "正在用恢复密钥打开…")

    def _on_opened(self, session: object) -> None:
        self._failures = 0
        self._say("")
        self.signed_in.emit(session)

    def _on_refused(self, error: AppError) -> None:
        self._set_waiting(waiting=False)
        if not isinstance(error, UserError):
            self._say("")
            self.show_problem(error)
            return
        self._failures += 1
        self._seconds_left = self._wait_for(self._failures)
        self._refusal = str(error)
        self._say_refusal()
        self.password.selectAll()
        self.password.setFocus()
        if self._seconds_left:
            self._set_waiting(waiting=True)
            self._clock.start()

    def _on_second(self) -> None:
        self._seconds_left -= 1
        if self._seconds_left <= 0:
            self._clock.stop()
            self._set_waiting(waiting=False)
            self.password.setFocus()
        self._say_refusal()

    def _say_refusal(self) -> None:
        wait = f"　请等 {self._seconds_left} 秒再试。" if self._seconds_left else ""
        self._say(f"{self._refusal}{wait}", tone="danger")

    def _say(self, sentence: str, *, tone: str = "") -> None:
        self.message.setText(sentence)
        set_tone(self.message, tone)

    def _set_waiting(self, *, waiting: bool) -> None:
        self.open_button.setEnabled(not waiting)
        self.password.setReadOnly(waiting)

    def _on_caps_noticed(self, on: bool) -> None:
        if on:
            self._say(CAPS, tone="warn")
        elif self.message.text() == CAPS:
            self._say("")


class RecoveryPanel(QWidget):
    """``asked`` carries the recovery key and the new password."""

    asked = Signal(str, str)
    back_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("用恢复密钥找回")
        self.key, self.password = QLineEdit(), PasswordEdit("新密码")
        self.key.setPlaceholderText("照纸上抄，横线和大小写都可以不管")
        self.password_row = FormRow("新密码", self.password, note=advise("").sentence, side="top")
        self.go_button = button("找回并登录", "primary", on_click=self._ask)
        back = button("返回", on_click=self.back_asked.emit)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(label("用恢复密钥找回", "title"))
        lines.addWidget(label("找回以后，原来的密码作废，记录一条不少。", "soft", wrap=True))
        lines.addWidget(FormRow("恢复密钥", self.key, side="top"))
        lines.addWidget(self.password_row)
        lines.addStretch(1)
        lines.addLayout(row(None, back, self.go_button))
        self.key.textChanged.connect(self._update)
        self.password.textChanged.connect(self._update)
        self._enter = EnterMoves(self)
        self._enter.finished.connect(self._ask)
        self._update()

    def _update(self) -> None:
        advice = advise(self.password.text())
        self.password_row.finding.setText(advice.sentence)
        set_tone(self.password_row.finding, "ok" if advice.is_enough else "")
        self.go_button.setEnabled(advice.is_enough and bool(self.key.text().strip()))

    def _ask(self) -> None:
        if self.go_button.isEnabled():
            self.asked.emit("".join(self.key.text().split()), self.password.text())
