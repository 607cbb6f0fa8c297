"""Any list of the program on paper: A4 on its side, the heading repeated, day, operator and page on every sheet.

Knows columns and strings, no register. Long cells wrap, rows are never cut by a page's end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from app.documents.fonts import FontBook, Role, Written, system_fonts
from app.documents.linebreak import Line, Measure, break_lines, squeeze
from app.documents.paper import LANDSCAPE, Furniture, Paper, Sheet
from app.documents.shaping import Pen, Shaped, paint_line, paint_text, rule, shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reportlab.pdfgen.canvas import Canvas

_SIZE, _LEADING, _PAD = 9.5, 13.5, 3.5
_HEAD = Color(0.93, 0.93, 0.93)
_HAIR = Color(0.6, 0.6, 0.6)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list; ``weight`` is its share of the width, ``align`` 0 left, 0.5 centred, 1 right."""

    label: str
    weight: float = 1.0
    align: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPaper:
    """A list to print. ``basis`` says what it shows (filters, period); ``printed_on`` and ``operator`` are inputs.

    ``count`` is what the foot says, when the rows are not what is counted (sums).
    """

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]
    printed_on: str
    operator: str
    organisation: str = ""
    basis: str = ""
    count: int | None = None


def render_list(paper: ListPaper, *, fonts: FontBook | None = None) -> bytes:
    """The list as PDF; a list without rows prints its heading and says so.

    Raises:
        MissingGlyphs: a character that no font has, with the row and the column.
    """
    book = fonts or system_fonts()
    book.check_glyphs(_written(paper))
    grid = _Grid(paper.columns, book, LANDSCAPE)
    count = f"共 {len(paper.rows) if paper.count is None else paper.count:,} 条"
    furniture = Furniture(
        title=paper.title,
        subject=paper.organisation,
        page_number=f"第 {{page}} 页　共 {{pages}} 页　{count}",
        notes=(f"打印：{paper.printed_on}　操作人：{paper.operator}",),
    )
    page = Paper(furniture=furniture, fonts=book, sheet=grid.body, on_page=lambda canvas: _head(canvas, paper, grid))
    rows = [_Row([grid.cell(text, at) for at, text in enumerate(cells)], grid) for cells in paper.rows]
    return page.render(rows or [_Nothing(grid)])


def _written(paper: ListPaper) -> Iterator[Written]:
    for text in (paper.title, paper.organisation, paper.basis, paper.printed_on, paper.operator):
        yield Written("表头", text)
    for column in paper.columns:
        yield Written("列名", column.label)
    for number, row in enumerate(paper.rows):
        for column, text in zip(paper.columns, row, strict=True):
            yield Written(f"第 {number + 1} 条 · {column.label}", text, (number, column.label))


class _Grid:
    """Column edges and the sheet with room for title and column heads above the rows."""

    TITLE = 20 * mm

    def __init__(self, columns: Sequence[Column], fonts: FontBook, sheet: Sheet) -> None:
        self.columns, self.fonts, self.sheet = columns, fonts, sheet
        total = sum(column.weight for column in columns)
        self.edges = [0.0]
        for column in columns:
            self.edges.append(self.edges[-1] + sheet.measure * column.weight / total)
        self.heads = [self.cell(column.label, at, role=Role.HEI) for at, column in enumerate(columns)]
        self.head_height = _height(self.heads)
        self.body = Sheet(
            width=sheet.width, height=sheet.height, right=sheet.right, bottom=sheet.bottom, left=sheet.left,
            top=12 * mm + self.TITLE + self.head_height,
        )  # fmt: skip

    def cell(self, text: str, column: int, *, role: Role = Role.SONG) -> list[tuple[Shaped, Line]]:
        """The text of a cell as lines that fit its column."""
        room = self.edges[column + 1] - self.edges[column] - 2 * _PAD
        found: list[tuple[Shaped, Line]] = []
        for part in text.splitlines() or [""]:
            shaped = shape(part, self.fonts, size=_SIZE, role=role)
            shaped.widths = squeeze(shaped.text, shaped.widths, em=_SIZE)
            found += [(shaped, line) for line in break_lines(shaped.text, shaped.widths, Measure(_SIZE, room))]
        return found

    def paint(
        self, canvas: Canvas, cells: Sequence[Sequence[tuple[Shaped, Line]]], *, top: float, height: float
    ) -> None:
        """Cell texts, then the rules round them."""
        pen = Pen(canvas, self.fonts, _SIZE)
        for at, (column, lines) in enumerate(zip(self.columns, cells, strict=True)):
            left, right = self.edges[at] + _PAD, self.edges[at + 1] - _PAD
            y = top - _PAD - _LEADING / 2 - 0.38 * _SIZE
            for shaped, line in lines:
                paint_line(pen, shaped, line, at=(left + (right - left - line.width) * column.align, y))
                y -= _LEADING
        canvas.setStrokeColor(_HAIR)
        canvas.setLineWidth(0.5)
        for edge in self.edges:
            canvas.line(edge, top, edge, top - height)
        rule(canvas, 0, self.edges[-1], y=top - height)
        canvas.setStrokeColorRGB(0, 0, 0)


def _height(cells: Sequence[Sequence[object]]) -> float:
    return max(map(len, cells)) * _LEADING + 2 * _PAD


class _Row(Flowable):
    """One record. Only a row higher than half a page is continued on the next."""

    def __init__(self, cells: Sequence[Sequence[tuple[Shaped, Line]]], grid: _Grid) -> None:
        super().__init__()
        self._grid, self._cells = grid, cells
        self._height = _height(cells)

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803, ARG002 - the library's names
        return aW, self._height

    def split(self, aW: float, aH: float) -> list[Flowable]:  # noqa: N803, ARG002 - the library's names
        fits = int((aH - 2 * _PAD) // _LEADING)
        if self._height <= self._grid.body.depth / 2 or fits < 3:
            return []
        parts = [cell[:fits] for cell in self._cells], [cell[fits:] for cell in self._cells]
        return [_Row(part, self._grid) for part in parts]

    def draw(self) -> None:
        self._grid.paint(self.canv, self._cells, top=self._height, height=self._height)


class _Nothing(Flowable):
    def __init__(self, grid: _Grid) -> None:
        super().__init__()
        self._grid = grid

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803, ARG002 - the library's names
        self._width = aW
        return aW, 40.0

    def draw(self) -> None:
        pen = Pen(self.canv, self._grid.fonts, 12)
        paint_text(pen, "没有符合条件的记录", at=(self._width / 2, 12), align=0.5)


def _head(canvas: Canvas, paper: ListPaper, grid: _Grid) -> None:
    """Title, what the list shows, the column heads: on every page."""
    sheet = grid.sheet
    middle, top = sheet.width / 2, sheet.height - 12 * mm
    paint_text(Pen(canvas, grid.fonts, 16), paper.title, at=(middle, top - 18), role=Role.SONG_BOLD, align=0.5)
    small = Pen(canvas, grid.fonts, 9.5)
    foot = top - grid.TITLE
    paint_text(small, paper.organisation, at=(sheet.left, foot + 5))
    paint_text(small, paper.basis, at=(sheet.width - sheet.right, foot + 5), align=1)
    canvas.saveState()
    canvas.translate(sheet.left, foot - grid.head_height)
    canvas.setFillColor(_HEAD)
    canvas.rect(0, 0, grid.edges[-1], grid.head_height, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    rule(canvas, 0, grid.edges[-1], y=grid.head_height)
    grid.paint(canvas, grid.heads, top=grid.head_height, height=grid.head_height)
    canvas.restoreState()
