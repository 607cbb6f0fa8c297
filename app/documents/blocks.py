"""The blocks legal papers are built of: title, number, labelled fields, clauses, ruled blanks, places to sign.

Each is a flowable or makes some; none knows a register. Lengths in points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.platypus import CondPageBreak, Flowable, PageBreak

from app.documents.fonts import Role
from app.documents.linebreak import Line, Measure, break_lines, squeeze
from app.documents.shaping import Pen, Shaped, Span, paint_line, paint_text, rule, shape
from app.documents.text import Align, Text, TextStyle, paragraphs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.documents.fonts import FontBook

#: 四号 (14 pt) with room between the lines: the body of dossier papers.
BODY = TextStyle(size=14, leading=25)
#: The same letters with less room between the lines, for a paper that would run over by a few.
CLOSER = BODY.but(leading=20.5)
#: 二号 宋体 bold, centred.
TITLE = TextStyle(size=22, leading=34, role=Role.SONG_BOLD, align=Align.CENTRE, space_after=8)


@dataclass(frozen=True, slots=True)
class Setter:
    """Makes blocks in one set of fonts; what a document holds while it puts its story together."""

    fonts: FontBook
    body: TextStyle = BODY

    @property
    def is_close(self) -> bool:
        """Whether lines stand closer than usual, to spare a page."""
        return self.body.leading < BODY.leading

    def title(self, text: str) -> Text:
        """The paper's name."""
        return Text(text, TITLE, self.fonts)

    def right(self, text: str, *, size: float = 12) -> Text:
        """A line at the right margin, such as the number."""
        return Text(text, self.body.but(size=size, align=Align.RIGHT, space_after=4), self.fonts)

    def heading(self, text: str) -> list[Flowable]:
        """Printed words that open a part, never without two lines of it on their page."""
        style = self.body.but(role=Role.SONG_BOLD, space_before=4)
        return [CondPageBreak(3.2 * self.body.leading), Text(text, style, self.fonts)]

    def running(self, text: str, *, blank_lines: int) -> list[Flowable]:
        """What was filled in as paragraphs, or so many ruled lines to fill by hand if nothing was."""
        found = paragraphs(text, self.body.but(first_indent=2), self.fonts)
        return [*found] if found else [RuledLines(blank_lines, leading=self.body.leading + 3)]

    def clauses(self, clauses: Sequence[str], *, blank_lines: int) -> list[Flowable]:
        """Clauses already numbered, each a paragraph of its own, or ruled lines if there are none."""
        return self.running("\n".join(clauses), blank_lines=blank_lines)

    def spans(self, *spans: Span, indent: float = 2) -> Text:
        """A paragraph in several manners, e.g. with blanks or underlined words."""
        return Text(spans, self.body.but(first_indent=indent), self.fonts)


class RuledLines(Flowable):
    """Empty ruled lines to be filled by hand; never split."""

    def __init__(self, count: int, *, leading: float) -> None:
        super().__init__()
        self._count, self._leading = count, leading

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803, ARG002 - the library's names
        """As wide as the column."""
        self._width = aW
        return aW, self._count * self._leading

    def draw(self) -> None:
        """Rules at the foot of each line."""
        for number in range(self._count):
            rule(self.canv, 0, self._width, y=number * self._leading + 5)


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled value. ``share``: how much of the room left on its line it takes.

    An empty value is a blank to be filled by hand; None is no place for a value, only the label.
    """

    label: str
    value: str | None = ""
    share: float = 1.0
    role: Role = Role.SONG


@dataclass(slots=True)
class _Cell:
    label: Shaped
    value: Shaped | None
    x: float = 0.0
    room: float = 0.0
    lines: tuple[Line, ...] = ()


#: In em: between label and value, between one field and the next, the least room of an empty value.
_AFTER_LABEL, _BETWEEN, _LEAST = 0.25, 0.6, 2.0


class Fields(Flowable):
    """Labelled fields with ruled values, a party's particulars; kept together on one page.

    Each row is laid out as given if its values fit; fields that do not fit go on to further lines, and a value longer
    than a line is broken under itself. Nothing is shrunk or cut.
    """

    def __init__(self, rows: Sequence[Sequence[Field]], setter: Setter, *, space_after: float = 6.0) -> None:
        super().__init__()
        self._rows = rows
        self._fonts, self._style = setter.fonts, setter.body
        self._space = space_after
        self._cells: list[list[_Cell]] = []

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803, ARG002 - the library's names
        """Lay out the fields for the width."""
        self._width = aW
        self._cells = [line for row in self._rows for line in self._lay_out(row, aW)]
        return aW, sum(map(_depth, self._cells)) * self._style.leading

    def getSpaceAfter(self) -> float:  # noqa: N802 - the library's name
        """Between one party and the next."""
        return self._space

    def _lay_out(self, row: Sequence[Field], width: float) -> list[list[_Cell]]:
        """The row as one line of cells, or as more where it does not fit."""
        lines: list[list[_Cell]] = [[]]
        shares: list[list[float]] = [[]]
        used = 0.0
        for field in row:
            cell = self._cell(field)
            need = self._need(cell)
            if lines[-1] and used + need > width:
                lines.append([])
                shares.append([])
                used = 0.0
            used += need
            lines[-1].append(cell)
            shares[-1].append(field.share if cell.value else 0.0)
        for line, weights in zip(lines, shares, strict=True):
            self._spread(line, weights, width)
        return lines

    def _cell(self, field: Field) -> _Cell:
        size = self._style.size
        label = shape(field.label, self._fonts, size=size, role=field.role)
        if field.value is None:
            return _Cell(label, None)
        value = shape(field.value, self._fonts, size=size)
        value.widths = squeeze(value.text, value.widths, em=size)
        return _Cell(label, value)

    def _need(self, cell: _Cell) -> float:
        em = self._style.size
        if cell.value is None:
            return cell.label.width + _AFTER_LABEL * em
        return cell.label.width + max(cell.value.width + 0.6 * em, _LEAST * em) + (_AFTER_LABEL + _BETWEEN) * em

    def _spread(self, line: list[_Cell], shares: list[float], width: float) -> None:
        """Give the room that is left to the values by their shares, and break those that are longer than their room."""
        em = self._style.size
        free = max(0.0, width - sum(map(self._need, line)) + _BETWEEN * em)
        x = 0.0
        for cell, share in zip(line, shares, strict=True):
            cell.x = x
            if cell.value is None:
                x += self._need(cell)
                continue
            extent = self._need(cell) + free * share / sum(shares)
            label = cell.label.width + _AFTER_LABEL * em
            cell.room = min(extent - label - _BETWEEN * em, width - x - label)
            measure = Measure(em=em, width=cell.room - 0.4 * em)
            cell.lines = tuple(break_lines(cell.value.text, cell.value.widths, measure))
            x += extent

    def draw(self) -> None:
        """Paint label and value, and a rule under every line of a value."""
        size, leading = self._style.size, self._style.leading
        pen = Pen(self.canv, self._fonts, size)
        y = sum(map(_depth, self._cells)) * leading - leading / 2 - 0.38 * size
        for line in self._cells:
            for cell in line:
                paint_line(pen, cell.label, Line(0, len(cell.label.text), cell.label.width), at=(cell.x, y))
                if cell.value is None:
                    continue
                x = cell.x + cell.label.width + _AFTER_LABEL * size
                for number, part in enumerate(cell.lines):
                    foot = y - number * leading
                    paint_line(pen, cell.value, part, at=(x + 0.3 * size, foot))
                    rule(self.canv, x, x + cell.room, y=foot - 0.28 * size)
            y -= _depth(line) * leading


def _depth(line: list[_Cell]) -> int:
    return max(1, *(len(cell.lines) for cell in line))


class Whole(Flowable):
    """Blocks that stay together; where they must go to the next page, the rest of this one is marked 以下空白.

    The mark keeps anybody from adding text between the last clause and the signatures.
    """

    _LEAST_GAP = 40.0

    def __init__(self, blocks: Sequence[Flowable], setter: Setter, *, mark: str = "") -> None:
        super().__init__()
        self._blocks, self._setter, self._mark = list(blocks), setter, mark
        self._heights: list[float] = []

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 - the library's names
        """The blocks one under the other."""
        self._heights = [block.wrap(aW, aH)[1] for block in self._blocks]
        return aW, sum(self._heights)

    def split(self, aW: float, aH: float) -> list[Flowable]:  # noqa: N803 - the library's names
        """All or nothing: a mark for the rest of this page, then everything on the next."""
        _, height = self.wrap(aW, aH)
        if height <= aH:
            return [self]
        if not self._mark or aH < self._LEAST_GAP:
            return []
        return [_BlankBelow(self._mark, self._setter), PageBreak(), self]

    def draw(self) -> None:
        """Each block under the one before."""
        y = sum(self._heights)
        for block, height in zip(self._blocks, self._heights, strict=True):
            y -= height
            block.drawOn(self.canv, 0, y)


class _BlankBelow(Flowable):
    """以下空白, a little under the last line."""

    def __init__(self, mark: str, setter: Setter) -> None:
        super().__init__()
        self._mark, self._setter = mark, setter

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803, ARG002 - the library's names
        self._width = aW
        return aW, 30.0

    def draw(self) -> None:
        paint_text(Pen(self.canv, self._setter.fonts, 12), self._mark, at=(self._width / 2, 8), align=0.5)
