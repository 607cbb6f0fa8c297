"""Word documents the program itself makes for authors of templates: a sample to start from, and the table of fields.

Pure: strings in, bytes out. Laid out so that an author changes the sample in Word and copies tags out of the table.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

_SONG: Final = "宋体"
_HEI: Final = "黑体"
_WIDTH: Final = Cm(16)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A line of the table of fields: what to write, what it gives, an example of it."""

    tag: str
    meaning: str
    example: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A part of the table of fields; ``note`` says how its fields are written."""

    title: str
    rows: tuple[FieldRow, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class LinesOfSample:
    """A table of the sample that repeats: ``title`` is the list, ``fields`` the columns of it."""

    title: str
    fields: tuple[str, ...]


def sample(title: str, sections: Sequence[tuple[str, Sequence[str]]], lines: Sequence[LinesOfSample]) -> bytes:
    """A template with every section as a table of two columns pairs and every list as a table that repeats."""
    document = _document()
    _paragraph(document, "{{ 乡镇 }}", size=14, align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, title, size=22, font=_HEI, align=WD_ALIGN_PARAGRAPH.CENTER, after=12)
    for caption, names in sections:
        _paragraph(document, caption, size=14, font=_HEI, before=10, after=4)
        _pairs(document, names)
    for one in lines:
        _paragraph(document, one.title, size=14, font=_HEI, before=10, after=4)
        _repeating(document, one)
    _paragraph(document, "填写人：{{ 填写人 }}        {{ 今天 }}", size=12, align=WD_ALIGN_PARAGRAPH.RIGHT, before=18)
    return _bytes(document)


def field_table(title: str, told: Iterable[str], groups: Iterable[FieldGroup]) -> bytes:
    """Every field with its meaning and an example, in the order of the form."""
    document = _document()
    _paragraph(document, title, size=18, font=_HEI, align=WD_ALIGN_PARAGRAPH.CENTER, after=8)
    for sentence in told:
        _paragraph(document, sentence, size=10.5, after=3)
    for group in groups:
        _paragraph(document, group.title, size=13, font=_HEI, before=10, after=3)
        if group.note:
            _paragraph(document, group.note, size=10.5, after=3)
        _rows(document, group.rows)
    return _bytes(document)


def _document() -> Any:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.4)
    normal = document.styles["Normal"]
    _dress(normal, _SONG, 12)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


def _dress(one: Any, font: str, size: float) -> None:
    """Latin and Chinese characters have their fonts in two places."""
    one.font.name, one.font.size = font, Pt(size)
    one.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _paragraph(
    where: Any, text: str, *, size: float, font: str = _SONG, align: Any = None, before: float = 0, after: float = 0
) -> None:
    _write(where.add_paragraph(), text, size=size, font=font, align=align, before=before, after=after)


def _write(
    paragraph: Any, text: str, *, size: float, font: str = _SONG, align: Any = None, before: float = 0, after: float = 0
) -> None:
    _dress(paragraph.add_run(text), font, size)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)


def _cell(table: Any, row: int, column: int, text: str, *, font: str = _SONG, size: float = 10.5) -> None:
    _write(table.cell(row, column).paragraphs[0], text, size=size, font=font, before=2, after=2)


def _table(document: Any, rows: int, widths: Sequence[Any]) -> Any:
    table = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in enumerate(widths):
        for cell in table.columns[column].cells:
            cell.width = width
    return table


def _pairs(document: Any, names: Sequence[str]) -> None:
    """Two fields to a row; the last of an odd number has the row to itself."""
    rows = (len(names) + 1) // 2
    table = _table(document, rows, (Cm(3), Cm(5), Cm(3), Cm(5)))
    for place, name in enumerate(names):
        row, column = divmod(place, 2)
        if place == len(names) - 1 and column == 0:
            table.cell(row, 1).merge(table.cell(row, 3))
        _cell(table, row, column * 2, name, font=_HEI)
        _cell(table, row, column * 2 + 1, f"{{{{ {name} }}}}")


def _repeating(document: Any, one: LinesOfSample) -> None:
    columns = ("序号", *one.fields)
    first = Cm(1.4)
    rest = (_WIDTH - first) // len(one.fields)
    table = _table(document, 4, (first, *(rest for _ in one.fields)))
    for column, name in enumerate(columns):
        _cell(table, 0, column, name, font=_HEI)
        _cell(table, 2, column, f"{{{{ 行.{name} }}}}")
    _cell(table, 1, 0, f"{{%tr for 行 in {one.title} %}}")
    _cell(table, 3, 0, "{%tr endfor %}")
    for row in (1, 3):
        table.cell(row, 0).merge(table.cell(row, len(columns) - 1))


def _rows(document: Any, rows: Sequence[FieldRow]) -> None:
    table = _table(document, len(rows) + 1, (Cm(6), Cm(5.5), Cm(4.5)))
    for column, heading in enumerate(("在模板里写", "填出来是", "例子")):
        _cell(table, 0, column, heading, font=_HEI, size=10)
    # One list of all cells: asking the table for each cell again is quadratic
    cells = [cell for row in table.rows for cell in row.cells]
    for number, one in enumerate(rows, start=1):
        for column, text in enumerate((one.tag, one.meaning, one.example)):
            paragraph = cells[number * 3 + column].paragraphs[0]
            _write(paragraph, text, size=10, before=1, after=1)


def _bytes(document: Any) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()
