"""One plain table as a workbook: a title, notes, a heading and rows of text. Knows no register."""

from __future__ import annotations

from collections.abc import Sequence

from app.exchange.book import Book


def table_xlsx(
    title: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[object]], *, notes: Sequence[str] = ()
) -> bytes:
    """A workbook with one sheet; ``columns`` are labels with widths in characters, ``notes`` stand above."""
    with Book(title=title) as book:
        page = book.sheet(title[:31])
        for column, (_, width) in enumerate(columns):
            page.set_column(column, column, width)
        for row, text in enumerate((title, *notes)):
            book.put(page, row, 0, text, "note")
        top = len(notes) + 1
        book.head(page, top, [label for label, _ in columns])
        for row, cells in enumerate(rows, start=top + 1):
            for column, value in enumerate(cells):
                book.put(page, row, column, value)
        page.freeze_panes(top + 1, 0)
        page.autofilter(top, 0, top + max(len(rows), 1), len(columns) - 1)
    return book.bytes
