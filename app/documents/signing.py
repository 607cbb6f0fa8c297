"""Places to sign: names, fingerprints and seals get empty room of the right size, never a picture of any.

Sizes are those a judicial office expects: a name ≥ 60 × 12 mm, a fingerprint 20 × 20 mm, a seal
of 42–45 mm. A place is never split; the block keeps some text above it (``blocks.Whole``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from app.documents.blocks import Setter, Whole
from app.documents.shaping import Pen, paint_text, rule
from app.documents.text import Align, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas

_GUIDE = Color(0.6, 0.6, 0.6)
_NAME, _PRINT, _SEAL = 60 * mm, 20 * mm, 45 * mm
#: A signature and a fingerprint side by side.
_SIGNED = _NAME + 1 * mm + _PRINT
#: Label above the room to write in.
_LABEL = 7 * mm
#: As many parties stand one under the other; more stand two by two.
_COLUMN = 5


class Mark(Enum):
    """What is put in the place besides or instead of a signature."""

    NAME = "name"
    NAME_AND_FINGERPRINT = "fingerprint"
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class Place:
    """One place to sign, with the words above it."""

    label: str
    mark: Mark = Mark.NAME

    @property
    def height(self) -> float:
        """Room it needs: 12 mm to write in under the label, the fingerprint or the seal whole."""
        return {Mark.NAME: 20.5 * mm, Mark.NAME_AND_FINGERPRINT: 22.5 * mm, Mark.SEAL: _LABEL + _SEAL}[self.mark]


class PlaceRow(Flowable):
    """Places side by side; ``columns`` are their left edges."""

    def __init__(self, places: Sequence[Place], setter: Setter, *, columns: Sequence[float]) -> None:
        super().__init__()
        self._places, self._setter, self._columns = places, setter, columns

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803, ARG002 - the library's names
        """As high as its highest place."""
        self._height = max(place.height for place in self._places)
        return aW, self._height

    def draw(self) -> None:
        """Every place from the top of the row."""
        for place, x in zip(self._places, self._columns, strict=False):
            _draw_place(Pen(self.canv, self._setter.fonts, 12), place, x=x, top=self._height)


class Seal(Flowable):
    """The committee's name and the day, with clear room all round for the seal to be put over both (骑年盖月)."""

    WIDTH = 70 * mm

    def __init__(self, name: str, day: str, setter: Setter) -> None:
        super().__init__()
        style = setter.body.but(align=Align.CENTRE, leading=22)
        self._lines = [Text(name, style, setter.fonts), Text(day, style, setter.fonts)]

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 - the library's names
        """A seal's diameter and a little more."""
        self._width = aW
        self._heights = [line.wrap(self.WIDTH, aH)[1] for line in self._lines]
        self._height = max(_SEAL + 2 * mm, sum(self._heights) + 10 * mm)
        return aW, self._height

    def draw(self) -> None:
        """Name over day, centred in the column at the right."""
        y = (self._height + sum(self._heights) + 4 * mm) / 2
        for line, tall in zip(self._lines, self._heights, strict=True):
            y -= tall
            line.drawOn(self.canv, self._width - self.WIDTH, y)
            y -= 4 * mm


class _TwoColumns(Flowable):
    """Parties one under the other at the left; officials, then the seal, at the right; lower where lines are close."""

    def __init__(self, signatures: Signatures, setter: Setter) -> None:
        super().__init__()
        self._setter = setter
        self._gap = (1 if setter.is_close else 3) * mm
        self._left, self._right = list(signatures.parties), list(signatures.officials)
        self._seal = signatures.seal(setter)

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 - the library's names
        self._width = aW
        self._seal_height = self._seal.wrap(aW, aH)[1]
        if self._setter.is_close:
            self._balance()
        self._height = max(self._depth(self._left), self._depth(self._right) + self._seal_height)
        return aW, self._height

    def _balance(self) -> None:
        """The last officials (the recorder first) go under the parties while that makes the block lower."""
        while self._right:
            last = self._right[-1:]
            if self._depth(self._left + last) >= self._depth(self._right) + self._seal_height:
                return
            self._left, self._right = self._left + last, self._right[:-1]

    def _depth(self, places: Sequence[Place]) -> float:
        return sum(place.height + self._gap for place in places)

    def draw(self) -> None:
        pen = Pen(self.canv, self._setter.fonts, 12)
        for places, x in ((self._left, 0.0), (self._right, self._width - Seal.WIDTH)):
            top = self._height
            for place in places:
                _draw_place(pen, place, x=x, top=top)
                top -= place.height + self._gap
        foot = self._height - self._depth(self._right) - self._seal_height
        self._seal.drawOn(self.canv, 0, foot)


def _draw_place(pen: Pen, place: Place, *, x: float, top: float) -> None:
    paint_text(pen, place.label, at=(x, top - 5 * mm))
    if place.mark is Mark.SEAL:
        return
    rule(pen.canvas, x, x + _NAME, y=top - _LABEL - 12.5 * mm)
    if place.mark is Mark.NAME_AND_FINGERPRINT:
        left = x + _SIGNED - _PRINT
        _corners(pen.canvas, left, top - _PRINT - 0.5 * mm, side=_PRINT)
        pen.canvas.setFillColor(_GUIDE)
        paint_text(pen._replace(size=7), "指印", at=(left + _PRINT / 2, top - _PRINT / 2 - 3), align=0.5)
        pen.canvas.setFillColorRGB(0, 0, 0)


def _corners(canvas: Canvas, x: float, y: float, *, side: float) -> None:
    """Four light corners: where the finger goes, without a frame that a print would smear over."""
    canvas.saveState()
    canvas.setStrokeColor(_GUIDE)
    canvas.setLineWidth(0.4)
    arm = 3 * mm
    for left, inward in ((x, arm), (x + side, -arm)):
        for foot, upward in ((y, arm), (y + side, -arm)):
            canvas.line(left, foot, left + inward, foot)
            canvas.line(left, foot, left, foot + upward)
    canvas.restoreState()


@dataclass(frozen=True, slots=True)
class Signatures:
    """Everything that signs a paper: parties (left), officials (right), the committee under whose seal it stands."""

    parties: Sequence[Place]
    officials: Sequence[Place]
    committee: str
    day: str

    def seal(self, setter: Setter) -> Seal:
        """The committee's name over the day, with room for its seal."""
        return Seal(self.committee, self.day, setter)

    def blocks(
        self, lead: Sequence[Flowable], setter: Setter, *, room: tuple[float, float], mark: str
    ) -> list[Flowable]:
        """The block to end a paper with; ``lead`` is the text that must stand above it on the same page.

        ``room`` is width and height of a whole page. Up to five parties stand in one column beside the officials, more
        stand two by two above them. One piece that never breaks, or, if that is higher than a page, pieces broken
        between places, the last still holding signatures above the seal.
        """
        top = [*lead, Spacer(0, (1 if setter.is_close else 4) * mm)]
        columns = Whole([*top, _TwoColumns(self, setter)], setter, mark=mark)
        if len(self.parties) <= _COLUMN and columns.wrap(*room)[1] <= room[1]:
            return [columns]
        rows: list[Flowable] = [*self._rows(setter), self.seal(setter)]
        whole = Whole([*top, *rows], setter, mark=mark)
        if whole.wrap(*room)[1] <= room[1]:
            return [whole]
        return [
            Whole([*top, rows[0]], setter, mark=mark),
            *(Whole([row], setter) for row in rows[1:-3]),
            Whole(rows[max(1, len(rows) - 3) :], setter),
        ]

    def _rows(self, setter: Setter) -> list[PlaceRow]:
        """Two places a row, parties first. The second fingerprint reaches a little into the right margin."""
        return [
            PlaceRow(group[at : at + 2], setter, columns=(0, _SIGNED + 2 * mm))
            for group in (self.parties, self.officials)
            for at in range(0, len(group), 2)
        ]
