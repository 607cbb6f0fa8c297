"""The pages of a PDF on the screen and to the printer. Shows bytes it is given; makes none."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QObject, QRectF, QSize
from PySide6.QtGui import QColor, QPageLayout, QPageSize, QPainter, QPalette
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtPrintSupport import QPrinter

from app.ui.look import tokens

_PRINT_DPI = 300


class PdfPages(QPdfView):
    """All pages under one another, as wide as the room there is.

    The document belongs to ``window`` and goes with it: one that is a child of its own view ends the program when both
    go (Qt 6.9), as the view is told of it when it is half gone itself.
    """

    def __init__(self, window: QObject, name: str) -> None:
        super().__init__()
        self.pdf = QPdfDocument(window)
        self._buffer = QBuffer(window)
        self.setDocument(self.pdf)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.setAccessibleName(name)
        ground = self.palette()
        ground.setColor(QPalette.ColorRole.Dark, QColor(tokens().colours.ground))
        self.setPalette(ground)

    def show_body(self, body: bytes) -> bool:
        """Show these bytes; False when they are no PDF that can be read (or one under a password)."""
        self.pdf.close()
        self._buffer.close()
        self._buffer.setData(QByteArray(body))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.pdf.load(self._buffer)
        return self.pdf.pageCount() > 0


def a4_printer(name: str) -> QPrinter:
    """A printer for A4 without margins of its own; ``name`` is what its queue shows."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    printer.setResolution(_PRINT_DPI)
    printer.setDocName(name)
    return printer


def print_pages(document: QPdfDocument, printer: QPrinter) -> None:
    """Paint each page over the whole sheet of the printer."""
    painter = QPainter(printer)
    try:
        for number in range(document.pageCount()):
            if number:
                printer.newPage()
            sheet = printer.paperRect(QPrinter.Unit.DevicePixel)
            picture = document.render(number, QSize(round(sheet.width()), round(sheet.height())))
            painter.drawImage(QRectF(0, 0, sheet.width(), sheet.height()), picture)
    finally:
        painter.end()
