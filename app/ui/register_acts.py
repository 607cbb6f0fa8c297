"""What the lists of registers offer beyond looking: tables in and out, printed lists. Papers and the rest are parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.models.reading import Query
from app.services.office import Office
from app.ui import work
from app.ui.papers import PaperWindow
from app.ui.registers.desk import RegisterActs
from app.ui.registers.record_form import FormAction
from app.ui.saving import XLSX, save_made
from app.ui.shell.main_window import MainWindow

Window = Callable[[], MainWindow]


def register_acts(office: Office, window: Window, of_form: Callable[[str], Sequence[FormAction]]) -> RegisterActs:
    """Everything the registers of this office offer; ``of_form`` gives the buttons of a register's form."""
    return RegisterActs(
        import_file=lambda register: _import(office, window(), register),
        export=lambda query: _export(office, window(), query),
        template=lambda register: _template(office, window(), register),
        print_list=lambda query: _print_list(office, window(), query),
        of_form=of_form,
    )


def _import(office: Office, window: MainWindow, register: str) -> None:
    from app.ui.importing import ImportWindow

    ImportWindow(window, office, register).open()


def _export(office: Office, window: MainWindow, query: Query) -> None:
    from app.services.exchange import ExportService

    name = office.registry.get(query.register).label
    save_made(window, f"{name}.xlsx", XLSX, lambda: ExportService(office).export_xlsx(query.register, query))


def _template(office: Office, window: MainWindow, register: str) -> None:
    from app.services.exchange import ImportService

    name = office.registry.get(register).label
    save_made(window, f"{name}导入模板.xlsx", XLSX, lambda: ImportService(office).template_xlsx(register))


def _print_list(office: Office, window: MainWindow, query: Query) -> None:
    from app.services.listing import list_pdf

    label_of = office.registry.get(query.register).label

    def show(body: bytes) -> None:
        PaperWindow(window, body, title=f"{label_of}一览表", file_name=f"{label_of}一览表.pdf").open()

    work.run(lambda: list_pdf(office, query), then=show, owner=window)
