"""A paper on the screen before it goes to the printer: pages as they will come out, print, save.

Shows bytes it is given and prints exactly those; it makes no paper itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.errors import StoreError
from app.ui.look import tokens
from app.ui.pdf_pages import PdfPages, a4_printer, print_pages
from app.ui.saving import PDF, ask_where, write_file
from app.ui.widgets import Banner, BannerArea, button, label, row


class PaperWindow(QDialog):
    """One paper in front of the user.

    ``finalise`` turns a draft into evidence and returns the final bytes with a file name and a sentence; while it is
    given, printing goes through it first. ``body`` is the PDF to show.
    """

    def __init__(
        self,
        parent: QWidget | None,
        body: bytes,
        *,
        title: str,
        file_name: str,
        finalise: Callable[[Callable[[bytes, str, str], None]], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        sizes = tokens().sizes
        self.file_name = file_name
        self.view = PdfPages(self, title)
        self.document = self.view.pdf
        self.banners = BannerArea()
        self.pages = label("", "faint")
        self.final_button = button("定稿并打印…", "primary", icon_name="printer", on_click=self._on_final)
        self.print_button = button("打印…", "primary", icon_name="printer", on_click=self.print_paper)
        self.print_button.setShortcut("Ctrl+P")
        self.save_button = button("保存 PDF…", icon_name="download", on_click=self.save_as)
        self.close_button = button("关闭", on_click=self.reject)
        self._finalise = finalise
        lines = QVBoxLayout(self)
        lines.setContentsMargins(sizes.space_l, sizes.space_l, sizes.space_l, sizes.space_l)
        lines.setSpacing(sizes.space_m)
        lines.addWidget(self.banners)
        lines.addWidget(self.view, 1)
        lines.addLayout(
            row(self.pages, None, self.close_button, self.save_button, self.print_button, self.final_button)
        )
        self._body = b""
        self.show_paper(body)
        room = self.screen().availableSize()  # never taller than the screen, its title bar included
        self.resize(QSize(sizes.em * 56, sizes.em * 52).boundedTo(room - QSize(sizes.em * 4, sizes.em * 4)))

    @property
    def body(self) -> bytes:
        """The PDF in front of the user."""
        return self._body

    def show_paper(self, body: bytes) -> None:
        """Show other bytes, e.g. the final paper after its draft."""
        self._body = body
        self.view.show_body(body)
        is_draft = self._finalise is not None
        self.final_button.setVisible(is_draft)
        self.print_button.setVisible(not is_draft)
        self.pages.setText(f"共 {self.document.pageCount()} 页" + ("，草稿" if is_draft else ""))
        (self.final_button if is_draft else self.print_button).setFocus()

    def save_as(self, path: Path | None = None) -> None:
        """Write the bytes to a file the user chooses (or to ``path``)."""
        if path is None:
            path = ask_where(self, self.file_name, PDF, title="保存 PDF")
            if path is None:
                return
        try:
            write_file(path, self._body)
        except StoreError as error:
            self.banners.show_error(error)
            return
        self.banners.show_banner(Banner("已保存", str(path), weight="info"), key="saved")

    def print_paper(self) -> None:
        """Choose a printer and print every page as it is shown."""
        printer = a4_printer(self.file_name)
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            print_pages(self.document, printer)

    def _on_final(self) -> None:
        if self._finalise is not None:
            self.final_button.setEnabled(False)
            self._finalise(self._on_finalised)

    def finalise_failed(self) -> None:
        """The draft stays a draft; it may be tried again."""
        self.final_button.setEnabled(True)

    def _on_finalised(self, body: bytes, file_name: str, sentence: str) -> None:
        self._finalise = None
        self.file_name = file_name
        self.show_paper(body)
        self.banners.show_banner(Banner("已定稿并留存", sentence, weight="info"), key="final")
