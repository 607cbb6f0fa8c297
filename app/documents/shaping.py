"""From text to glyphs to ink: runs of mixed fonts, measured once, painted line by line.

Knows characters, widths and the canvas; not paragraphs, pages or what a text means.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from app.documents.fonts import Glyph, MissingGlyphs, Role, Written, visible
from app.documents.linebreak import OBJECT, Line, is_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from reportlab.pdfgen.canvas import Canvas

    from app.documents.fonts import FontBook

#: Characters set wider or closer than this (in em) are read as separate words when text is copied: a line with such
#: spacing carries its text beside the ink.
_READ_APART = 0.09
#: A line that would need wider gaps than this to be flush is left ragged.
_WIDEST_GAP = 0.25
_BLANK = Glyph("", 0.0)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one manner. ``blank`` > 0: no text but so many em of underline to be filled by hand."""

    text: str = ""
    role: Role = Role.SONG
    underline: bool = False
    blank: float = 0.0


class Pen(NamedTuple):
    """What paints: the canvas, the fonts, the size in points."""

    canvas: Canvas
    fonts: FontBook
    size: float


@dataclass(slots=True)
class Shaped:
    """One paragraph as glyphs: for each character its glyph, its width in points and whether it is underlined."""

    size: float
    text: str = ""
    glyphs: list[Glyph] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    underlined: list[bool] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Natural width of the whole text on one line."""
        return sum(self.widths)


def shape(content: str | Iterable[Span], fonts: FontBook, *, size: float, role: Role = Role.SONG) -> Shaped:
    """Find the glyph of every character.

    Raises:
        MissingGlyphs: a character that no font has. Papers check all their texts with their places before this.
    """
    spans = (Span(content, role=role),) if isinstance(content, str) else content
    shaped = Shaped(size)
    for span in spans:
        if span.blank:
            _append(shaped, OBJECT, _BLANK, width=span.blank * size, underlined=True)
        for char in visible(span.text):
            glyph = fonts.glyph(char, span.role)
            if glyph is None:
                raise MissingGlyphs("有字印不出来，文书没有打印", findings=fonts.find_missing([Written("", char)]))
            _append(shaped, char, glyph, width=glyph.advance * size, underlined=span.underline)
    return shaped


def _append(shaped: Shaped, char: str, glyph: Glyph, *, width: float, underlined: bool) -> None:
    shaped.text += char
    shaped.glyphs.append(glyph)
    shaped.widths.append(width)
    shaped.underlined.append(underlined)


def stretch_of(shaped: Shaped, line: Line, width: float) -> float:
    """The extra space per gap that makes the line flush with ``width``; 0 where that would look torn."""
    gaps = sum(1 for at in range(line.start, line.end - 1) if _opens(shaped.text, at))
    stretch = (width - line.width) / gaps if gaps else 0.0
    return stretch if 0 < stretch <= _WIDEST_GAP * shaped.size else 0.0


def _opens(text: str, at: int) -> bool:
    """Whether space may be added after ``text[at]``: anywhere but inside a word."""
    return not (is_word(text[at]) and is_word(text[at + 1]))


class _Segment(NamedTuple):
    start: int
    end: int
    x: float
    spacing: float


def paint_line(pen: Pen, shaped: Shaped, line: Line, *, at: tuple[float, float], stretch: float = 0.0) -> None:
    """Draw one line with its baseline beginning at the point ``at``; ``stretch`` points are added in every gap."""
    x, y = at[0] - line.lead, at[1]
    text = shaped.text[line.start : line.end].rstrip(" \u3000")
    end = line.start + len(text)
    places = _places(shaped, (line.start, end), x=x, stretch=stretch)
    segments = list(_segments(shaped, places, (line.start, end)))
    apart = any(abs(segment.spacing) > _READ_APART * shaped.size for segment in segments)
    with _said_as(pen.canvas, text.replace(OBJECT, "  ") if apart else ""):
        for segment in segments:
            _paint_segment(pen, shaped, segment, y=y)
    _underline(pen.canvas, shaped, places, start=line.start, end=end, y=y)


def _places(shaped: Shaped, reach: tuple[int, int], *, x: float, stretch: float) -> list[float]:
    """The x of every character of the line and of its end."""
    start, end = reach
    places = [x]
    for at in range(start, end):
        x += shaped.widths[at]
        if stretch and at < end - 1 and _opens(shaped.text, at):
            x += stretch
        places.append(x)
    return places


def _segments(shaped: Shaped, places: Sequence[float], reach: tuple[int, int]) -> Iterator[_Segment]:
    """Stretches of the line with one font and one spacing."""
    start, end = reach
    first = start
    for at in range(start, end):
        spacing = _spacing(shaped, places, at, start=start)
        follows = at + 1 < end and shaped.glyphs[at + 1].font == shaped.glyphs[first].font
        same_manner = follows and shaped.glyphs[at + 1].embolden == shaped.glyphs[first].embolden
        is_figure = not shaped.glyphs[first].font
        if is_figure or not same_manner or abs(_spacing(shaped, places, at + 1, start=start) - spacing) > 1e-6:
            yield _Segment(first, at + 1, places[first - start], spacing)
            first = at + 1


def _spacing(shaped: Shaped, places: Sequence[float], at: int, *, start: int) -> float:
    natural = shaped.glyphs[at].advance * shaped.size
    return places[at - start + 1] - places[at - start] - natural


def _paint_segment(pen: Pen, shaped: Shaped, segment: _Segment, *, y: float) -> None:
    text = shaped.text[segment.start : segment.end]
    glyph = shaped.glyphs[segment.start]
    if text == OBJECT:
        return
    if not glyph.font:
        _paint_figure(pen, text, x=segment.x, y=y)
        return
    ink = pen.canvas.beginText(segment.x, y)
    ink.setFont(glyph.font, shaped.size)
    if segment.spacing:
        ink.setCharSpace(segment.spacing)
    if glyph.embolden:
        pen.canvas.setLineWidth(shaped.size / 30)
        ink.setTextRenderMode(2)
    ink.textOut(text)
    if glyph.embolden:
        ink.setTextRenderMode(0)
    if segment.spacing:
        ink.setCharSpace(0)
    pen.canvas.drawText(ink)


def _paint_figure(pen: Pen, char: str, *, x: float, y: float) -> None:
    """A tick box, or the empty square for a character to be written by hand; the text layer holds the character."""
    canvas, size = pen.canvas, pen.size
    carrier = pen.fonts.glyph("口")
    with _said_as(canvas, char):
        if carrier is not None:  # something must be shown, invisibly, for readers to see the replacement text
            ink = canvas.beginText(x, y)
            ink.setFont(carrier.font, size)
            ink.setTextRenderMode(3)
            ink.textOut("口")
            ink.setTextRenderMode(0)
            canvas.drawText(ink)
    canvas.saveState()
    canvas.setLineWidth(size / 20)
    if pen.fonts.is_blank(char):
        canvas.setDash(1, 1.5)
    side = size * 0.8
    left, foot = x + size * 0.1, y - size * 0.05
    canvas.rect(left, foot, side, side)
    if char == "☑":
        canvas.setLineWidth(size / 10)
        canvas.setDash()
        tick = [(0.2, 0.5), (0.42, 0.25), (0.82, 0.8)]
        points = [(left + side * across, foot + side * up) for across, up in tick]
        canvas.lines([(*points[0], *points[1]), (*points[1], *points[2])])
    canvas.restoreState()


def _underline(canvas: Canvas, shaped: Shaped, places: Sequence[float], *, start: int, end: int, y: float) -> None:
    """One unbroken rule under every underlined stretch."""
    flags = [*shaped.underlined[start:end], False]
    first: int | None = None
    for at, flag in enumerate(flags):
        if flag and first is None:
            first = at
        elif not flag and first is not None:
            rule(canvas, places[first], places[at], y=y - shaped.size * 0.2)
            first = None


def rule(canvas: Canvas, left: float, right: float, *, y: float) -> None:
    """A thin horizontal rule."""
    canvas.setLineWidth(0.5)
    canvas.line(left, y, right, y)


@contextmanager
def _said_as(canvas: Canvas, text: str) -> Iterator[None]:
    """What is drawn inside is read, copied and searched as ``text`` (ActualText); nothing is done for an empty one."""
    if text:
        said = text.encode("utf-16-be").hex().upper()
        canvas.addLiteral(f"/Span <</ActualText <FEFF{said}>>> BDC")
    yield
    if text:
        canvas.addLiteral("EMC")


def paint_text(pen: Pen, text: str, *, at: tuple[float, float], role: Role = Role.SONG, align: float = 0.0) -> float:
    """Draw a short text on one line and return its width; ``align``: 0 begins, 0.5 centres, 1 ends there."""
    shaped = shape(text, pen.fonts, size=pen.size, role=role)
    x = at[0] - shaped.width * align
    paint_line(pen, shaped, Line(0, len(shaped.text), shaped.width), at=(x, at[1]))
    return shaped.width
