"""Writing workbooks with XlsxWriter: one look, text that stays text, nothing in clear on the disk.

The file is built in memory (XlsxWriter otherwise leaves clear-text temporary files). Nothing here knows a store.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.models import clock

CELL_LIMIT: Final = 32_767
"""Characters a cell holds; Excel drops the rest without a word."""

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FIRST_EXCEL_DAY = date(1900, 3, 1)
_CUT = "……（未完，全文见程序）"
_BASE: Final[Mapping[str, Any]] = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
_HEAD: Final[Mapping[str, Any]] = {
    **_BASE, "bold": True, "border": 1, "border_color": "#B8C2CC", "text_wrap": True, "align": "center",
}  # fmt: skip
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "head": {**_HEAD, "bg_color": "#E8EEF4"},
    "needed": {**_HEAD, "bg_color": "#FCE9D4"},
    "plain": {**_BASE, "num_format": "@"},
    "quoted": {**_BASE, "num_format": "@", "quote_prefix": True},
    "long": {**_BASE, "num_format": "@", "text_wrap": True, "valign": "top"},
    "number": {**_BASE, "num_format": "0"},
    "general": _BASE,
    "money": {**_BASE, "num_format": "#,##0.00"},
    "day": {**_BASE, "num_format": "yyyy-mm-dd", "align": "left"},
    "moment": {**_BASE, "num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "example": {**_BASE, "num_format": "@", "italic": True, "font_color": "#8A949E", "bg_color": "#F6F7F8"},
    "wrong": {**_BASE, "num_format": "@", "bg_color": "#FBDDDD"},
    "footer": {**_BASE, "font_color": "#5F6B76", "italic": True},
    "title": {**_BASE, "bold": True, "font_size": 14},
    "note": {**_BASE, "text_wrap": True, "valign": "top"},
}


class Book:
    """A workbook under construction; ``bytes`` after the ``with`` block."""

    def __init__(self, *, title: str, made_at: datetime | None = None) -> None:
        self._body = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._body, _OPTIONS)
        moment = (made_at or clock.now()).astimezone(clock.BEIJING).replace(tzinfo=None)
        self._book.set_properties({"title": title, "created": moment})
        self._formats: dict[str, Format] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    @property
    def bytes(self) -> bytes:
        """The finished file."""
        return self._body.getvalue()

    def look(self, name: str) -> Format:
        """One of the few cell formats."""
        if name not in self._formats:
            self._formats[name] = self._book.add_format(dict(_LOOKS[name]))
        return self._formats[name]

    def sheet(self, name: str, *, is_hidden: bool = False) -> Worksheet:
        """A new sheet; Excel allows 31 characters in its name, without brackets, slashes, colons, stars and such."""
        sheet = self._book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:31])
        if is_hidden:
            sheet.hide()
        return sheet

    def head(self, sheet: Worksheet, row: int, labels: Sequence[str], *, needed: Sequence[bool] = ()) -> None:
        """The header row, frozen with everything above it; needed columns in another colour."""
        for column, label in enumerate(labels):
            is_needed = column < len(needed) and needed[column]
            sheet.write_string(row, column, label, self.look("needed" if is_needed else "head"))
        sheet.set_row(row, 30)
        sheet.freeze_panes(row + 1, 0)

    def put(self, sheet: Worksheet, row: int, column: int, value: object, look: str = "") -> None:
        """A cell by the type of its value; text is never taken for a formula, number or address."""
        if value is None or value == "":
            if look:
                sheet.write_blank(row, column, None, self.look(look))
        elif isinstance(value, bool):
            self._text(sheet, row, column, "是" if value else "否", look)
        elif isinstance(value, Decimal) or (isinstance(value, int) and abs(value) < 10**15):
            name = "number" if isinstance(value, int) else "money"
            sheet.write_number(row, column, value, self.look(look or name))
        elif isinstance(value, float):
            # As it came: a number that has lost its digits must be recognised again, not become a plausible text.
            sheet.write_number(row, column, value, self.look(look or ("number" if value.is_integer() else "general")))
        elif isinstance(value, datetime):
            local = value.astimezone(clock.BEIJING).replace(tzinfo=None) if value.tzinfo else value
            sheet.write_datetime(row, column, local, self.look(look or "moment"))
        elif isinstance(value, date) and value >= _FIRST_EXCEL_DAY:
            sheet.write_datetime(row, column, value, self.look(look or "day"))
        else:
            self._text(sheet, row, column, str(value), look)

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, look: str) -> None:
        """Text as text. ``=cmd`` and its kind get the mark that keeps them text when the cell is edited."""
        if len(text) > CELL_LIMIT:
            text = text[: CELL_LIMIT - len(_CUT)] + _CUT
        if not look:
            look = "quoted" if text.startswith(_FORMULA_STARTS) else "long" if "\n" in text else "plain"
        sheet.write_string(row, column, text, self.look(look))
