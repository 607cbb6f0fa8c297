"""Installing a bare Word file (its name and version are asked), and choosing the form to fill for a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QWidget

from app.errors import AppError, Finding, UserError
from app.models.codes import code_list
from app.models.registers import FormPack
from app.services.forms import STAYS_OPEN, Forms, Installed, Opened, bare_manifest
from app.ui import work
from app.ui.look import tokens
from app.ui.widgets import BannerArea, Column, EnterMoves, FormRow, SimpleTable, button, column, label, row


class InstallDialog(QDialog):
    """Asks what a bare docx is; ``installed`` hears of the pack. What is wrong in it stays on the screen."""

    def __init__(self, parent: QWidget, forms: Forms, opened: Opened, installed: Callable[[Installed], object]) -> None:
        super().__init__(parent)
        self.setWindowTitle("安装 Word 模板")
        self.setAccessibleName(self.windowTitle())
        self._forms, self._opened, self._installed = forms, opened, installed
        sizes = tokens().sizes
        self.setMinimumWidth(sizes.em * 34)
        self.banners = BannerArea()
        self.name, self.version, self.issuer = QLineEdit(opened.stem[:60]), QLineEdit("1.0"), QLineEdit()
        self.register = QComboBox()
        for name in forms.registers():
            self.register.addItem(code_list("form_register").label(name), name)
        self.install_button = button("安装", "primary", on_click=self.install)
        self.cancel_button = button("取消", on_click=self.reject)
        lines = column(
            self.banners,
            label("这个 Word 文件没有自带说明，请填写它是什么文书。", "soft", wrap=True),
            FormRow("文书名称", self.name, is_needed=True),
            FormRow("版本", self.version, is_needed=True, note="改版时用更大的数，例如 1.1、2.0"),
            FormRow("用于", self.register, is_needed=True),
            FormRow("发布单位", self.issuer),
            row(None, self.cancel_button, self.install_button),
            gap=sizes.space_m,
            margin=sizes.space_xl,
        )
        self.setLayout(lines)
        self._enter = EnterMoves(self)
        self._enter.finished.connect(self.install_button.setFocus)
        QShortcut(QKeySequence("Ctrl+Return"), self, self.install)
        self.name.setFocus()
        self.name.selectAll()

    def install(self) -> None:
        """Judge and keep it; closed when that succeeded."""
        name, version, issuer = self.name.text(), self.version.text(), self.issuer.text()
        register, forms, opened = str(self.register.currentData()), self._forms, self._opened

        def act() -> Installed:
            return forms.install(opened, bare_manifest(name=name, version=version, register=register, issuer=issuer))

        self.install_button.setEnabled(False)
        work.run(act, then=self._done, failed=self._failed, owner=self)

    def _done(self, made: Installed) -> None:
        self.accept()
        self._installed(made)

    def _failed(self, error: AppError) -> None:
        self.install_button.setEnabled(True)
        if isinstance(error, UserError) and error.findings:
            self.hide()
            ProblemsDialog(self.parentWidget(), error.findings).open()
            self.reject()
            return
        self.banners.show_error(error)


class ProblemsDialog(QDialog):
    """Every place of a template that cannot be filled, to be put right in Word."""

    def __init__(self, parent: QWidget | None, findings: Sequence[Finding]) -> None:
        super().__init__(parent)
        self.setWindowTitle("模板没有安装")
        self.setAccessibleName(self.windowTitle())
        sizes = tokens().sizes
        self.table: SimpleTable[Finding] = SimpleTable("要改的地方", _finding_columns(), wrap=True)
        self.table.show_lines(findings)
        self.close_button = button("知道了", "primary", on_click=self.accept)
        told = label(f"模板里有 {len(findings)} 处不能填，请在 Word 里改好后再安装。", "lead", wrap=True)
        self.setLayout(column(told, self.table, row(None, self.close_button), gap=sizes.space_m, margin=sizes.space_xl))
        self.resize(_within(self, 58, 26))
        self.close_button.setFocus()


class FillDialog(QDialog):
    """The forms of a record; ``chosen`` hears which one, and whether the filled paper is to be kept."""

    def __init__(
        self, parent: QWidget, packs: Sequence[FormPack], chosen: Callable[[FormPack, bool], object], *, may_keep: bool
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("按模板填写")
        self.setAccessibleName(self.windowTitle())
        self._chosen = chosen
        sizes = tokens().sizes
        self.table: SimpleTable[FormPack] = SimpleTable("文书模板", _pack_columns())
        self.table.show_lines(packs)
        self.keep = QCheckBox("同时留底，记入“打印件”（&K）")
        self.keep.setVisible(may_keep)
        self.fill_button = button("存为 Word 文件…", "primary", icon_name="file-text", on_click=self.fill)
        self.cancel_button = button("取消", on_click=self.reject)
        self.setLayout(
            column(
                self.table, self.keep, label(STAYS_OPEN, "faint", wrap=True),
                row(None, self.cancel_button, self.fill_button),
                gap=sizes.space_m, margin=sizes.space_xl,
            )
        )  # fmt: skip
        self.table.chosen.connect(lambda _: self.fill())
        QShortcut(QKeySequence("Ctrl+Return"), self, self.fill)
        self.resize(_within(self, 48, 22))
        self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def fill(self) -> None:
        """Take the marked form."""
        pack = self.table.current_line()
        if pack is not None:
            self.accept()
            self._chosen(pack, self.keep.isChecked() and self.keep.isVisibleTo(self))


def _within(window: QWidget, wide: int, high: int) -> QSize:
    em, room = tokens().sizes.em, window.screen().availableSize()
    return QSize(min(em * wide, room.width() - em * 2), min(em * high, room.height() - em * 3))


def _finding_columns() -> list[Column[Finding]]:
    return [
        Column(title="在哪里", text=lambda one: one.where, em=14),
        Column(title="问题和改法", text=lambda one: f"{one.sentence}。{one.next_step}"),
    ]


def _pack_columns() -> list[Column[FormPack]]:
    return [
        Column(title="文书名称", text=lambda one: one.name),
        Column(title="版本", text=lambda one: one.edition, em=6),
        Column(title="发布单位", text=lambda one: one.issuer or "", em=14),
    ]
