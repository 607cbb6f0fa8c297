"""Small workbooks for the tests, written by a program other than ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import MergedCell

Rows = Sequence[Sequence[object]]

PERSON = ("姓名", "证件号码", "出生日期", "联系电话", "现住地址")
GOOD_NUMBERS = ("11010519491231002X", "110101199003070011", "110105198803010026", "11010519880302003X")


def workbook(path: Path, rows: Rows, *, sheet: str = "人口", more: Mapping[str, Rows] | None = None) -> Path:
    """A workbook with these rows on its first sheet, and ``more`` sheets."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for name, others in (more or {}).items():
        extra = book.create_sheet(name)
        for row in others:
            extra.append(list(row))
    book.save(path)
    return path


def rows_of(path: Path, sheet: str = "") -> list[list[object]]:
    """What another program reads in a sheet."""
    book = openpyxl.load_workbook(path)
    page = book[sheet] if sheet else book.worksheets[0]
    return [[None if isinstance(cell, MergedCell) else cell.value for cell in row] for row in page.iter_rows()]
