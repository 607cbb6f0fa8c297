"""The office's own papers on the desk: the page of packs, and 按模板填写 on the forms of registers that have any."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.errors import AppError, UserError
from app.models.policy import Act
from app.models.register import Record
from app.models.registers import FormPack
from app.services.forms import Forms, Installed, Opened
from app.ui import work
from app.ui.forms.dialogs import FillDialog, InstallDialog, ProblemsDialog
from app.ui.forms.page import FormActs, FormsPage, lines_of
from app.ui.pages.settings import Choice
from app.ui.part import Part, Port
from app.ui.registers.record_form import FormAction, RecordForm
from app.ui.saving import DOCX, save_made
from app.ui.shell.page import UNLISTED, Command, LazyPage, Page

PAGE = "local_forms"
_FILES = "文书模板 (*.zip *.docx)"
_ZIP = "模板包 (*.zip)"
_KEY = "Ctrl+Shift+W"


class FormsPart(Part):
    """Word templates of county and province."""

    live = frozenset({PAGE})

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.forms = Forms(self.office)

    def pages(self) -> Sequence[Page]:
        if not self.office.may(Act.READ, "form_pack"):
            return ()
        return (LazyPage(PAGE, "本地文书", "stamp", UNLISTED, self._page, self._refreshed),)

    def commands(self) -> Sequence[Command]:
        return (Command(title="本地文书：Word 模板", icon="stamp", words="bdws", run=partial(self.port.go, PAGE)),)

    def choices(self) -> Sequence[Choice]:
        sentence = "县里、省里发的 Word 表格装成模板，在记录里一键填好；各台电脑同步后都能用。"
        return (Choice(title="本地文书", sentence=sentence, words="查看…", run=partial(self.port.go, PAGE)),)

    def form_actions(self, register: str) -> Sequence[FormAction]:
        if not self.office.may(Act.EXPORT, register) or not self.forms.offered(register):
            return ()
        return (FormAction("按模板填写…", "file-text", self._choose, shortcut=_KEY),)

    # -- the page ------------------------------------------------------------------------------------------------

    def _page(self) -> FormsPage:
        may_install = self.office.may(Act.SETTINGS)
        acts = FormActs(
            install=self._ask_file if may_install else None,
            switch=self._switch if may_install else None,
            hand_on=self._hand_on,
            field_table=self._field_table,
            sample=self._sample,
        )
        return FormsPage(partial(lines_of, self.forms), self.forms.registers(), acts)

    def _refreshed(self, page: object) -> None:
        if isinstance(page, FormsPage):
            page.refresh()

    def _ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self.port.window, "安装模板", "", _FILES)
        if chosen:
            self.install(Path(chosen))

    def install(self, path: Path) -> None:
        """Open a file and install it; of a bare docx is asked what it is."""
        work.run(lambda: self.forms.open(path), then=self._opened, failed=self._failed, owner=self.port.window)

    def _opened(self, opened: Opened) -> None:
        if opened.manifest is None:
            InstallDialog(self.port.window, self.forms, opened, self._installed).open()
            return
        act = partial(self.forms.install, opened)
        work.run(act, then=self._installed, failed=self._failed, owner=self.port.window)

    def _installed(self, made: Installed) -> None:
        pack = made.pack
        replaced = f"，代替 {made.replaces} 版" if made.replaces else ""
        notes = "".join(f"；{one}" for one in made.notes)
        self.port.window.toast(f"已安装“{pack.name}”{pack.edition} 版{replaced}，填 {made.tags} 处{notes}")

    def _failed(self, error: AppError) -> None:
        if isinstance(error, UserError) and error.findings:
            ProblemsDialog(self.port.window, error.findings).open()
            return
        self.port.failed(error)

    def _switch(self, pack: FormPack) -> None:
        is_active = not pack.is_active

        def act() -> str:
            self.forms.switch(pack, is_active=is_active)
            rest = [one for one in self.forms.offered(pack.for_register) if one.pack == pack.pack]
            older = f"；现在用的是 {rest[0].edition} 版" if rest else ""
            return f"已{'启用' if is_active else '停用'}“{pack.name}”{pack.edition} 版{older}"

        def said(sentence: str) -> None:
            self.port.window.toast(sentence)

        work.run(act, then=said, failed=self._failed, owner=self.port.window)

    def _hand_on(self, pack: FormPack) -> None:
        save_made(self.port.window, f"{pack.name}-{pack.edition}.zip", _ZIP, partial(self.forms.pack_zip, pack))

    def _field_table(self, register: str) -> None:
        name = f"{self.office.registry.get(register).label}-模板字段表.docx"
        save_made(self.port.window, name, DOCX, partial(self.forms.field_table, register))

    def _sample(self, register: str) -> None:
        name = f"{self.office.registry.get(register).label}-示例模板.docx"
        save_made(self.port.window, name, DOCX, partial(self.forms.sample, register))

    # -- filling -------------------------------------------------------------------------------------------------

    def _choose(self, form: RecordForm) -> None:
        record = form.record
        if record is None:
            return
        register = record.definition.name
        packs = self.forms.offered(register)
        may_keep = register == "dispute" and self.office.may(Act.PRINT, register)
        FillDialog(form.window(), packs, partial(self._fill, record), may_keep=may_keep).open()

    def _fill(self, record: Record, pack: FormPack, keep: bool) -> None:
        name = self.forms.file_name(pack, record, is_kept=keep)
        save_made(self.port.window, name, DOCX, lambda: self.forms.fill(pack, record.id, keep=keep).body)
