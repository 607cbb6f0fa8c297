"""Paragraphs of Chinese that flow over pages: indented, justified, broken by the rules of ``linebreak``.

The only paragraph class of the papers. reportlab's own breaks CJK text wherever a line is full and knows one font.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from reportlab.platypus import Flowable

from app.documents.fonts import Role
from app.documents.linebreak import Line, Measure, break_lines, squeeze
from app.documents.shaping import Pen, Span, paint_line, shape, stretch_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.documents.fonts import FontBook


class Align(Enum):
    """How lines stand between the margins."""

    JUSTIFY = "justify"
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """The manner of a paragraph; lengths in points, ``first_indent`` in em (two for running Chinese text)."""

    size: float = 14.0
    leading: float = 25.0
    role: Role = Role.SONG
    align: Align = Align.JUSTIFY
    first_indent: float = 0.0
    space_before: float = 0.0
    space_after: float = 0.0

    def but(self, **changes: Any) -> TextStyle:
        """The same style with some values changed."""
        return replace(self, **changes)


class Text(Flowable):
    """One paragraph; never leaves a single line of itself at the foot or the head of a page."""

    def __init__(self, content: str | Iterable[Span], style: TextStyle, fonts: FontBook) -> None:
        super().__init__()
        self.style = style
        self._fonts = fonts
        self._shaped = shape(content, fonts, size=style.size, role=style.role)
        self._shaped.widths = squeeze(self._shaped.text, self._shaped.widths, em=style.size)
        self._lines: list[Line] = []
        self._measured = 0.0
        self._first, self._last = 0, 0

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803, ARG002 - the library's names
        """Break the lines for the width given; the height is whole lines."""
        if aW != self._measured:
            measure = Measure(em=self.style.size, width=aW, first_indent=self.style.first_indent * self.style.size)
            self._lines = break_lines(self._shaped.text, self._shaped.widths, measure)
            self._measured = aW
            self._first, self._last = 0, len(self._lines)
        return aW, (self._last - self._first) * self.style.leading

    def split(self, aW: float, aH: float) -> list[Flowable]:  # noqa: N803 - the library's names
        """The part that fits into the height and the rest; nothing if not enough lines would stand together."""
        _, height = self.wrap(aW, aH)
        if height <= aH:
            return [self]
        count = self._last - self._first
        fits = min(int(aH // self.style.leading), count - 2)
        if fits < 2:
            return []
        cut = self._first + fits
        return [self._part(self._first, cut), self._part(cut, self._last)]

    def _part(self, first: int, last: int) -> Text:
        part = copy.copy(self)
        part.__dict__.update(_first=first, _last=last)
        return part

    def getSpaceBefore(self) -> float:  # noqa: N802 - the library's name
        """Space above, none over the continuation of a paragraph."""
        return self.style.space_before if self._first == 0 else 0.0

    def getSpaceAfter(self) -> float:  # noqa: N802 - the library's name
        """Space below, none where the paragraph goes on."""
        return self.style.space_after if self._last == len(self._lines) else 0.0

    def draw(self) -> None:
        """Paint the lines from the top of the box down."""
        pen = Pen(self.canv, self._fonts, self.style.size)
        # The ink of a Chinese glyph reaches from 0.88 em above to 0.12 em below the baseline: centre it in the line.
        y = (self._last - self._first) * self.style.leading - self.style.leading / 2 - 0.38 * self.style.size
        for number in range(self._first, self._last):
            line = self._lines[number]
            indent = self.style.first_indent * self.style.size if number == 0 else 0.0
            x, stretch = self._stand(line, indent, is_last=number == len(self._lines) - 1)
            paint_line(pen, self._shaped, line, at=(x, y), stretch=stretch)
            y -= self.style.leading

    def _stand(self, line: Line, indent: float, *, is_last: bool) -> tuple[float, float]:
        """Where the line begins and how far its characters are spaced out."""
        free = self._measured - indent - line.width
        match self.style.align:
            case Align.CENTRE:
                return indent + free / 2, 0.0
            case Align.RIGHT:
                return indent + free, 0.0
            case Align.JUSTIFY if not is_last:
                return indent, stretch_of(self._shaped, line, self._measured - indent)
            case _:
                return indent, 0.0


def paragraphs(text: str, style: TextStyle, fonts: FontBook) -> list[Text]:
    """One `Text` for each line the user wrote; spaces put in to indent by hand and empty lines are left out."""
    return [Text(line.strip(), style, fonts) for line in text.splitlines() if line.strip()]
