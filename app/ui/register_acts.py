"""What can be done with registers and records beyond editing: papers, passwords, tables in and out, printed lists.

The one place that says which register offers which act; the acts themselves live with their windows.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from app.errors import Level, StoreError
from app.models.passwords import advise
from app.models.policy import Act
from app.models.reading import Query
from app.models.registers import Account, Dispute, DisputePaper
from app.services import setup
from app.services.office import Office
from app.ui import work
from app.ui.agreement_acts import open_kept, open_preview
from app.ui.look import tokens
from app.ui.papers import PaperWindow
from app.ui.registers.desk import RegisterActs
from app.ui.registers.record_form import FormAction, RecordForm
from app.ui.shell.main_window import MainWindow
from app.ui.widgets import BannerArea, EnterMoves, FormRow, PasswordEdit, button, column, label, row

Window = Callable[[], MainWindow]


def register_acts(office: Office, window: Window) -> RegisterActs:
    """Everything the registers of this office offer."""
    return RegisterActs(
        import_file=lambda register: _import(office, window(), register),
        export=lambda query: _export(office, window(), query),
        template=lambda register: _template(office, window(), register),
        print_list=lambda query: _print_list(office, window(), query),
        of_record={
            "dispute": (
                FormAction("预览协议书", "eye", lambda form: _preview(office, form), needs_saved=False),
                FormAction("定稿并打印", "printer", lambda form: _print(office, form), shortcut="Ctrl+P"),
                FormAction("查看", "eye", lambda form: _kept(office, form), needs_saved=False, line="papers"),
            ),
            "account": (FormAction("设置密码", "key-round", lambda form: _password(office, form)),),
        },
    )


# -- papers ------------------------------------------------------------------------------------------------------


def _preview(office: Office, form: RecordForm) -> None:
    dispute = form.assembled() or form.record
    if isinstance(dispute, Dispute):
        open_preview(form.window(), office, dispute, may_be_final=False)


def _print(office: Office, form: RecordForm) -> None:
    dispute = form.record
    if not isinstance(dispute, Dispute):
        return
    from app.services import papers

    findings = papers.findings_before_print(office, dispute)
    stops = [one for one in findings if one.level is Level.STOP]
    if stops:
        form.complain(stops, f"协议书还不能打印，有 {len(stops)} 处要补全")
        return
    open_preview(form.window(), office, dispute, may_be_final=office.may(Act.PRINT, "dispute"))


def _kept(office: Office, form: RecordForm) -> None:
    paper = form.chosen_line("papers")
    if isinstance(paper, DisputePaper):
        open_kept(form.window(), office, paper.sha256, title=f"{paper.kind}（{paper.number or '编号待编'}）")


# -- passwords ---------------------------------------------------------------------------------------------------


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


def _password(office: Office, form: RecordForm) -> None:
    account = form.record
    if isinstance(account, Account):
        PasswordDialog(form.window(), office, account).open()


# -- tables and lists --------------------------------------------------------------------------------------------


def _import(office: Office, window: MainWindow, register: str) -> None:
    from app.ui.importing import ImportWindow

    ImportWindow(window, office, register).open()


def _export(office: Office, window: MainWindow, query: Query) -> None:
    from app.services.exchange import ExportService

    name = office.registry.get(query.register).label
    _save(window, f"{name}.xlsx", lambda: ExportService(office).export_xlsx(query.register, query))


def _template(office: Office, window: MainWindow, register: str) -> None:
    from app.services.exchange import ImportService

    name = office.registry.get(register).label
    _save(window, f"{name}导入模板.xlsx", lambda: ImportService(office).template_xlsx(register))


def _save(window: MainWindow, file_name: str, make: Callable[[], bytes]) -> None:
    chosen, _ = QFileDialog.getSaveFileName(window, "保存", file_name, "Excel 文件 (*.xlsx)")
    if not chosen:
        return
    path = Path(chosen)

    def saved(_: None) -> None:
        window.toast(f"已保存：{path}")

    work.run(lambda: _written(path, make()), then=saved, owner=window)


def _written(path: Path, body: bytes) -> None:
    try:
        path.write_bytes(body)
    except OSError as error:
        sentence = f"没能保存到 {path}：{error.strerror}"
        raise StoreError(sentence, "文件可能正被打开着，请关闭后再试，或换一个文件夹") from error


def _print_list(office: Office, window: MainWindow, query: Query) -> None:
    from app.services.listing import list_pdf

    label_of = office.registry.get(query.register).label

    def show(body: bytes) -> None:
        PaperWindow(window, body, title=f"{label_of}一览表", file_name=f"{label_of}一览表.pdf").open()

    work.run(lambda: list_pdf(office, query), then=show, owner=window)
