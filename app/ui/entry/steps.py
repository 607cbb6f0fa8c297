"""The steps of the first start: each a page with its fields, whether it may go on, and what the first empty one is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from app.errors import Finding
from app.models.passwords import advise
from app.ui.entry.answers import JoinExisting, NewAccount
from app.ui.look import tokens
from app.ui.saving import PDF, ask_where
from app.ui.widgets.enter_moves import EnterMoves
from app.ui.widgets.form_row import FormRow
from app.ui.widgets.parts import button, hide_if, label, row, rule, set_tone
from app.ui.widgets.password_edit import PasswordEdit

COMMITTEE = "人民调解委员会"


class Step(QWidget):
    """``changed`` at every keystroke, ``finished`` when Enter leaves the last field."""

    changed = Signal()
    finished = Signal()

    def __init__(self, title: str, advice: str) -> None:
        super().__init__()
        self.title = title
        self.setAccessibleName(title)
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, 0)
        self.lines.setSpacing(tokens().sizes.space_s)
        self.lines.addWidget(label(title, "title"))
        self.lines.addWidget(label(advice, "soft", wrap=True))
        self.lines.addSpacing(tokens().sizes.space_xs)
        self._enter = EnterMoves(self)
        self._enter.finished.connect(self.finished)

    def is_ready(self) -> bool:
        """May the next step follow?"""
        return True

    def add_field(
        self, words: str, editor: QLineEdit, *, note: str = "", side: Literal["left", "top"] = "left"
    ) -> FormRow:
        """A labelled field of this step, which must be filled."""
        made = FormRow(words, editor, note=note, is_needed=True, side=side)
        editor.textChanged.connect(self.changed)
        self.lines.addWidget(made)
        return made

    def focus_first(self) -> None:
        """Put the cursor into the first field, or the first empty one."""
        fields = [one for one in self._enter.fields() if isinstance(one, QLineEdit)]
        empty = [one for one in fields if not one.text()]
        for one in (empty or fields)[:1]:
            one.setFocus(Qt.FocusReason.TabFocusReason)


class TownshipStep(Step):
    """Names of the township, its county and its mediation committee (prefilled, may be changed)."""

    def __init__(self) -> None:
        super().__init__("先说说这是哪个乡镇", "这些名称会印在文书上，以后可以在设置里改。不需要联网。")
        self.township, self.county, self.committee = QLineEdit(), QLineEdit(), QLineEdit()
        self.township.setPlaceholderText("例如：青石镇")
        self.county.setPlaceholderText("例如：临江县")
        self._was_suggested = ""
        self.add_field("乡镇（街道）", self.township)
        self.add_field("县（市、区）", self.county)
        self.add_field("调解委员会", self.committee, note="村的调委会以后在“调委会”里添加")
        self.lines.addStretch(1)
        self.township.textChanged.connect(self._suggest)

    def _suggest(self, township: str) -> None:
        """Prefill the committee as long as the user has not written another name."""
        if self.committee.text() == self._was_suggested:
            self._was_suggested = f"{township.strip()}{COMMITTEE}" if township.strip() else ""
            self.committee.setText(self._was_suggested)

    def is_ready(self) -> bool:
        """All three names are there."""
        return all(one.text().strip() for one in (self.township, self.county, self.committee))


class AccountFields(QWidget):
    """Name and password of one account, with the advice under the password."""

    changed = Signal()

    def __init__(self, whose: str) -> None:
        super().__init__()
        self.name, self.password = QLineEdit(), PasswordEdit(f"{whose}密码")
        self.name_row = FormRow(f"{whose}姓名", self.name, is_needed=True)
        self.password_row = FormRow("密码", self.password, is_needed=True, note=advise("").sentence)
        self.password.setAccessibleName(f"{whose}密码")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(tokens().sizes.space_xs)
        lines.addWidget(self.name_row)
        lines.addWidget(self.password_row)
        self.name.textChanged.connect(self._on_changed)
        self.password.textChanged.connect(self._on_changed)

    def _on_changed(self) -> None:
        advice = advise(self.password.text(), name=self.name.text().strip())
        self.password_row.finding.setText(advice.sentence)
        set_tone(self.password_row.finding, "ok" if advice.is_enough else "")
        self.changed.emit()

    def is_ready(self) -> bool:
        """Named, and the password will do."""
        name = self.name.text().strip()
        return bool(name) and advise(self.password.text(), name=name).is_enough

    def account(self) -> NewAccount:
        """As typed."""
        return NewAccount(name=self.name.text().strip(), password=self.password.text())


class AccountsStep(Step):
    """The administrator, and a clerk if someone else does the daily work."""

    def __init__(self) -> None:
        super().__init__("谁来管理，谁来办理", "管理员负责账号、备份和设置；办事员登记、调解、打印。")
        self.administrator = AccountFields("管理员")
        self.clerk = AccountFields("办事员")
        self.same_person = QRadioButton("日常办理也是我自己")
        self.other_person = QRadioButton("另设一名办事员")
        self.same_person.setChecked(True)
        self.lines.addWidget(self.administrator)
        self.lines.addWidget(rule())
        self.lines.addLayout(row(self.same_person, self.other_person, None, gap=tokens().sizes.space_l))
        self.lines.addWidget(self.clerk)
        self.lines.addStretch(1)
        self.clerk.hide()
        self.other_person.toggled.connect(self._on_toggled)
        self.administrator.changed.connect(self.changed)
        self.clerk.changed.connect(self.changed)

    def _on_toggled(self, on: bool) -> None:
        self.clerk.setVisible(on)
        self.changed.emit()

    def is_ready(self) -> bool:
        """Everyone named is ready, and no two bear one name."""
        if not self.administrator.is_ready() or self.same_person.isChecked():
            return self.administrator.is_ready()
        clerk = self.clerk.account()
        clash = clerk.name == self.administrator.account().name
        twin = [Finding(("name",), "与管理员同名", next_step="同一人请选“日常办理也是我自己”，同名同姓请加区分")]
        self.clerk.name_row.show_findings(twin if clash and clerk.name else [])
        return self.clerk.is_ready() and not clash

    def accounts(self) -> tuple[NewAccount, NewAccount | None]:
        """The administrator and, if there is another, the clerk."""
        other = self.clerk.account() if self.other_person.isChecked() else None
        return self.administrator.account(), other


class RecoveryStep(Step):
    """Shows the recovery key once; goes on when one group of it has been typed back."""

    def __init__(
        self,
        key: str,
        *,
        ask_group: int,
        print_sheet: Callable[[str], object] | None,
        save_sheet: Callable[[str, Path], object] | None,
    ) -> None:
        super().__init__(
            "收好恢复密钥",
            "忘了密码、换了电脑，只有它能打开本镇的记录，谁也没有第二份。请打印后锁进柜子，不要拍照、不要存在本机。",
        )
        self.key = key
        self._groups = key.split("-")
        self._wanted = self._groups[ask_group]
        self.lines.addWidget(_key_sheet(self._groups))
        self.print_button = button("打印", icon_name="printer")
        self.save_button = button("保存 PDF", icon_name="save")
        hide_if(print_sheet is None, self.print_button)
        hide_if(save_sheet is None, self.save_button)
        if print_sheet is not None:
            self.print_button.clicked.connect(lambda: print_sheet(key))
        if save_sheet is not None:
            self.save_button.clicked.connect(lambda: self._save(save_sheet))
        self.lines.addLayout(row(self.print_button, self.save_button, None))
        self.typed = QLineEdit()
        self.typed.setMaximumWidth(tokens().sizes.em * 12)
        self.typed_row = self.add_field(
            f"核对第 {ask_group + 1} 组", self.typed, note=f"照纸上抄下第 {ask_group + 1} 组，确认已经收好"
        )
        self.lines.addStretch(1)
        self.typed.textChanged.connect(self._on_typed)

    def _on_typed(self, text: str) -> None:
        wrong = len(text.strip()) >= len(self._wanted) and not self.is_ready()
        self.typed_row.show_findings(
            [Finding(("recovery_key",), "与这一组不一样", next_step="对照纸上再抄一遍")] if wrong else []
        )

    def _save(self, save_sheet: Callable[[str, Path], object]) -> None:
        path = ask_where(self, "恢复密钥.pdf", PDF, title="保存恢复密钥")
        if path is not None:
            save_sheet(self.key, path)

    def is_ready(self) -> bool:
        """The group was copied; upper or lower case and blanks do not matter."""
        return "".join(self.typed.text().split()).upper() == self._wanted.upper()


def _key_sheet(groups: Sequence[str]) -> QFrame:
    """The key in numbered groups, four a line, large enough to copy by hand."""
    sizes = tokens().sizes
    sheet = QFrame()
    sheet.setObjectName("Banner")
    sheet.setAccessibleName("恢复密钥")
    grid = QGridLayout(sheet)
    grid.setContentsMargins(sizes.space_l, sizes.space_s, sizes.space_l, sizes.space_s)
    grid.setVerticalSpacing(sizes.space_xs)
    for place, group in enumerate(groups):
        words: QLabel = label(group, "lead", copy=True)
        down, across = divmod(place, 4)
        grid.addLayout(row(label(f"{place + 1}", "small"), words, None, gap=sizes.space_s), down, across)
    return sheet


class JoinStep(Step):
    """The other way in: this PC joins a township that already works elsewhere."""

    def __init__(self) -> None:
        super().__init__(
            "加入已有的乡镇",
            "本镇已有一台电脑在用时走这里：配对码在那台电脑的“设置 › 添加电脑”里生成，入网码由县里发给。",
        )
        self.pairing, self.server = QLineEdit(), QLineEdit()
        self.account = AccountFields("你的")
        self.add_field("配对码", self.pairing)
        self.add_field("入网码", self.server, note="一次有效，照县里发来的整行抄下", side="top")
        self.lines.addWidget(self.account)
        self.lines.addStretch(1)
        self.account.changed.connect(self.changed)

    def is_ready(self) -> bool:
        """Both codes and an account."""
        return bool(self.pairing.text().strip() and self.server.text().strip()) and self.account.is_ready()

    def answer(self) -> JoinExisting:
        """As typed, without blanks."""
        return JoinExisting(
            server_code="".join(self.server.text().split()),
            pairing_code="".join(self.pairing.text().split()),
            account=self.account.account(),
        )
