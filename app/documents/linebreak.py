"""Where a line of Chinese ends (避头尾): pure arithmetic over characters and widths, no fonts, no drawing.

The rules are GB/T 15834-2011 §5.1: no line begins with a closing mark, a hyphen or an interpunct, none ends with an
opening mark, dashes and ellipses are not cut in two. Words, numbers, dates and amounts stay whole where the line does
not suffer. Full-width marks that follow each other share one square; a closing mark that ends a line, or an
opening one that begins it, takes half of one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Stands for one thing that is not a character (a blank to be filled by hand); its width is given like any other.
OBJECT = "\ufffc"

#: Never the first of a line.
NO_START = frozenset("，。、；：？！…～·•‧％‰℃°′″’”）〕】》〉」』〗｝］,.;:?!)]}%／/々-–")
#: Never the last of a line.
NO_END = frozenset("（〔【《〈「『〖‘“｛［([{¥￥$№／/")
#: Full-width marks with an empty right half, which they may give away.
_HALF_RIGHT = frozenset("，。、；：）〕】》〉」』〗”’")
_HALF_LEFT = frozenset("（〔【《〈「『〖“‘")
_SPACES = frozenset(" \u3000\u00a0")
_WORD_MARKS = frozenset(",./-_@#&+=%:~'*\\")
_UNITS = frozenset("年月日号时分秒元角万亿千百十个人名户份次件岁亩米平公吨斤间层栋页条项％℃")
_CAPITALS = frozenset("零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整")

# How much a break between two characters costs.
FREE, AVOID, WORD, NEVER = range(4)
#: A line may stay so many em short to keep a date or an amount whole, and this share of it to keep a word whole.
_SLACK_EM = 3.0
_SLACK_WORD = 0.5
#: Lines are measured in floats: a width may miss the measure by this without overflowing it.
_TOLERANCE = 0.01


class Line(NamedTuple):
    """The characters ``start:end`` of a text; ``width`` is what their ink takes.

    ``lead`` is how far the line begins left of the margin, so that the ink of an opening mark is flush with it.
    """

    start: int
    end: int
    width: float
    lead: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """The room a paragraph has, in points: an em, the width of a line, what the first line leaves free."""

    em: float
    width: float
    first_indent: float = 0.0


def is_word(char: str) -> bool:
    """Whether the character is of a word or number in letters, which keep together and are not spaced out."""
    return char in _WORD_MARKS or (char < "\u2e80" and char.isalnum())


def cost(text: str, at: int) -> int:
    """What it costs to begin a line with ``text[at]``: FREE, AVOID, WORD or NEVER."""
    before, after = text[at - 1], text[at]
    if _clings(text, at):
        return NEVER
    if before in _SPACES:
        return FREE
    if is_word(before) and is_word(after):
        return WORD
    if before.isdigit() and after in _UNITS:
        return WORD
    return AVOID if _is_inside_amount(text, at, before=before, after=after) else FREE


def _clings(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if after in _SPACES or after in NO_START or before in NO_END:
        return True
    if after == "—":  # 破折号 may begin a line but is not cut; a single 一字线 may not begin one
        return before == "—" or text[at + 1 : at + 2] != "—"
    return unicodedata.category(after) in {"Mn", "Me"}


def _is_inside_amount(text: str, at: int, *, before: str, after: str) -> bool:
    if after.isdigit():
        return before == "币" or (before in "年月" and at > 1 and text[at - 2].isdigit())
    if before in "万亿千百" and after == "元":
        return True
    return before in _CAPITALS and after in _CAPITALS


def squeeze(text: str, widths: Sequence[float], *, em: float) -> list[float]:
    """The widths with full-width marks sharing a square where two of them meet (）。 and ：“ and “《)."""
    tight = list(widths)
    for at in range(len(text) - 1):
        before, after = text[at], text[at + 1]
        gives = before in _HALF_RIGHT and (after in _HALF_RIGHT or after in _HALF_LEFT)
        if (gives or (before in _HALF_LEFT and after in _HALF_LEFT)) and widths[at] > 0.9 * em:
            tight[at] -= em / 2
    return tight


def break_lines(text: str, widths: Sequence[float], measure: Measure) -> list[Line]:
    """Cut one paragraph (no line ends in it) into lines; joined again they are the text, character for character.

    Spaces at the end of a line belong to it and take no room. An empty text is one empty line.
    """
    lines: list[Line] = []
    start = 0
    while start < len(text):
        room = measure.width - (0.0 if lines else measure.first_indent)
        line = _next_line(text, widths, _Room(start, room, measure.em))
        lines.append(line)
        start = line.end
    return lines or [Line(0, 0, 0.0)]


class _Room(NamedTuple):
    start: int
    width: float
    em: float


def _next_line(text: str, widths: Sequence[float], room: _Room) -> Line:
    """The longest line that fits, shortened to a better break if the loss is small enough."""
    lead = _empty_half(text, widths, room) if room.start else 0.0
    last = {FREE: 0, AVOID: 0, WORD: 0, NEVER: room.start + 1}
    reach = {room.start + 1: widths[room.start]}
    taken = -lead
    for at in range(room.start, len(text)):
        taken += widths[at]
        ink = taken - _idle(text, widths, at=at, start=room.start, em=room.em)
        if ink > room.width + _TOLERANCE:
            break
        end = at + 1
        reach[end] = ink
        last[FREE if end == len(text) else cost(text, end)] = end
    end = _choose(last, reach, room)
    return Line(room.start, end, reach[end], lead)


def _empty_half(text: str, widths: Sequence[float], room: _Room) -> float:
    """The empty left half of an opening mark that begins a line other than the first."""
    is_wide = widths[room.start] > 0.9 * room.em
    return room.em / 2 if is_wide and text[room.start] in _HALF_LEFT else 0.0


def _idle(text: str, widths: Sequence[float], *, at: int, start: int, em: float) -> float:
    """What the end of a line after ``at`` need not hold: trailing spaces, the empty half of a closing mark."""
    idle = 0.0
    while at > start and text[at] in _SPACES:
        idle += widths[at]
        at -= 1
    return idle + (em / 2 if text[at] in _HALF_RIGHT and widths[at] > 0.9 * em else 0.0)


def _choose(last: dict[int, int], reach: dict[int, float], room: _Room) -> int:
    end = last[FREE]
    for price, slack in ((AVOID, _SLACK_EM * room.em), (WORD, _SLACK_WORD * room.width), (NEVER, room.width)):
        if last[price] > end and (end == 0 or room.width - reach[end] > slack):
            end = last[price]
    return end
