"""Writes the messy ledger of :mod:`app.practice.messy` as a real spreadsheet, to practise the import on."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import xlsxwriter

from app.practice.messy import LedgerFacts, make_ledger
from app.practice.records import Township

_WIDTHS = {5: 14, 6: 21, 7: 14, 8: 34}


def messy_ledger(township: Township, path: Path) -> LedgerFacts:
    """Write the ledger of the newcomers to ``path`` (.xlsx) and say what is wrong in it, and where.

    Raises xlsxwriter's FileCreateError where the file cannot be written.
    """
    ledger = make_ledger(township)
    with xlsxwriter.Workbook(str(path), {"in_memory": True, "default_date_format": "yyyy/m/d"}) as book:
        # A fixed moment: the same township writes the same bytes.
        book.set_properties({"created": datetime.combine(township.today, time(9))})
        sheet = book.add_worksheet(ledger.title)
        book.add_worksheet("Sheet2")
        middle = book.add_format({"valign": "vcenter", "text_wrap": True})
        for column, width in _WIDTHS.items():
            sheet.set_column(column, column, width)
        for area in ledger.sheet.merged:
            sheet.merge_range(*area, "", middle)
        for (row, column), value in ledger.sheet.cells.items():
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            else:
                sheet.write(row, column, value)
    return ledger.facts
