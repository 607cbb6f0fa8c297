"""Numbers on paper on the desk: the page 编号, 补编号 and 编卷号 on a dispute's form, what waits for its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.models.policy import Act
from app.models.registers import Agreement, Committee
from app.services import number_sheet, numbers
from app.services.number_books import BookLine, NumberBooks
from app.ui import work
from app.ui.matters.dialogs import ActDialog
from app.ui.numbering.dialogs import BlockDialog, CloseDialog, HandOverDialog, TakeOverDialog, VoidDialog
from app.ui.numbering.page import NumberActs, NumberPage
from app.ui.pages.workbench import Waiting
from app.ui.papers import PaperWindow
from app.ui.part import Part, Port
from app.ui.registers.record_form import FormAction, RecordForm
from app.ui.saving import XLSX, save_made
from app.ui.shell.main_window import MainWindow
from app.ui.shell.page import Command, LazyPage, Page

PAGE = "numbers"


class NumberPart(Part):
    """Who numbers, and the acts on the books."""

    live = frozenset({PAGE})

    def __init__(self, port: Port) -> None:
        super().__init__(port)
        self.books = NumberBooks(self.office)
        self.page = NumberPage(self.books, self._acts())

    def pages(self) -> Sequence[Page]:
        if not self.office.may(Act.READ, "dispute"):
            return ()
        return (LazyPage(PAGE, "编号", "stamp", "系统", lambda: self.page, lambda _: self.page.refresh()),)

    def commands(self) -> Sequence[Command]:
        if not self.office.may(Act.READ, "dispute"):
            return ()
        return (Command(title="编号：号段、作废、年终清单", icon="stamp", words="bh", run=partial(self.port.go, PAGE)),)

    def form_actions(self, register: str) -> Sequence[FormAction]:
        if register != "dispute" or not self.office.may(Act.PRINT, "dispute"):
            return ()
        later = FormAction("补编号", "stamp", self._number, line="agreements")
        if not self._numbers_dossiers():
            return (later,)
        return (later, FormAction("编卷号", "archive", self._number_dossier))

    def waiting(self) -> Sequence[Waiting]:
        found = self.books.unnumbered()
        if not found:
            return ()
        return (Waiting(name="编号待编", number=len(found), icon="stamp", open=partial(self.port.go, PAGE)),)

    # -- the page's acts -----------------------------------------------------------------------------------------

    def _acts(self) -> NumberActs:
        return NumberActs(
            sheet=self._sheet,
            workbook=self._workbook,
            block=lambda line: self._open(lambda: BlockDialog(*self._for(line), self.books.devices(), self._done)),
            void=lambda line: self._open(lambda: VoidDialog(self.port.window, self.books, line.last, self._done)),
            close=lambda line: self._open(lambda: CloseDialog(*self._for(line), self._done)),
            move=self._move,
            open_dispute=partial(self.port.open, "dispute"),
        )

    def _for(self, line: BookLine) -> tuple[MainWindow, NumberBooks, BookLine]:
        return self.port.window, self.books, line

    def _open(self, make: Callable[[], ActDialog]) -> None:
        make().open()

    def _move(self, line: BookLine) -> None:
        if line.is_here and not self.page.is_unsure:
            self._open(lambda: HandOverDialog(*self._for(line), self.books.devices(), self._done))
        else:
            self._open(lambda: TakeOverDialog(*self._for(line), self._done, is_resume=self.page.is_unsure))

    def _sheet(self, line: BookLine) -> None:
        name = f"{number_sheet.TITLE}-{line.committee.name}-{line.year or '不分年度'}.pdf"

        def show(body: bytes) -> None:
            PaperWindow(self.port.window, body, title=number_sheet.TITLE, file_name=name).open()

        work.run(
            lambda: number_sheet.sheet_pdf(self.office, line.key),
            then=show,
            failed=self.port.failed,
            owner=self.port.window,
        )

    def _workbook(self, line: BookLine) -> None:
        name = f"{number_sheet.TITLE}-{line.committee.name}-{line.year or '不分年度'}.xlsx"
        save_made(self.port.window, name, XLSX, lambda: number_sheet.sheet_xlsx(self.office, line.key))

    def _done(self, said: str) -> None:
        self.port.window.toast(said)
        self.page.refresh()

    # -- on a dispute's form -------------------------------------------------------------------------------------

    def _number(self, form: RecordForm) -> None:
        line = form.chosen_line("agreements")
        record = form.record
        if record is None or not isinstance(line, Agreement):
            return
        self._give(lambda: numbers.number_agreement(self.office, record.id, agreement_id=line.id))

    def _number_dossier(self, form: RecordForm) -> None:
        record = form.record
        if record is not None:
            self._give(lambda: numbers.number_dossier(self.office, record.id))

    def _give(self, act: Callable[[], str]) -> None:
        def tell(text: str) -> None:
            self.port.window.toast(f"已编号：{text}，请写到已签的纸上")

        work.run(act, then=tell, failed=self.port.failed, owner=self.port.window)

    def _numbers_dossiers(self) -> bool:
        return any(isinstance(one, Committee) and one.dossier_numbering for one in self.office.reader.all("committee"))
