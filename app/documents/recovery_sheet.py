"""恢复密钥单: the one sheet printed when a township's data is set up, to be sealed and locked away.

The key comes in as text in groups; this module neither makes nor keeps one, and the bytes it returns are for the
printer only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from app.documents.blocks import Field, Fields, Setter
from app.documents.fonts import FontBook, Role, Written, system_fonts
from app.documents.paper import Furniture, Paper
from app.documents.shaping import Pen, paint_text
from app.documents.signing import Place, PlaceRow
from app.documents.wording import load_wording

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySheet:
    """What stands on the sheet: the township, the day in words, the key in groups, which computer it was made on."""

    township: str
    made_on: str
    key_groups: tuple[str, ...]
    computer: str = ""
    key_id: str = ""


def render_recovery_sheet(sheet: RecoverySheet, *, fonts: FontBook | None = None) -> bytes:
    """The sheet as PDF, one page A4.

    Raises:
        MissingGlyphs: the township's name holds a character that no font has.
    """
    book = fonts or system_fonts()
    book.check_glyphs(_written(sheet))
    words = load_wording("recovery_sheet")
    furniture = Furniture(title=words["title"], subject=sheet.township, page_number="")
    return Paper(furniture=furniture, fonts=book).render(_story(sheet, Setter(book)))


def _written(sheet: RecoverySheet) -> Iterator[Written]:
    yield Written("乡镇名称", sheet.township, ("township",))
    yield Written("电脑名称", sheet.computer, ("computer",))
    for sentence in load_wording("recovery_sheet").sentences.values():
        yield Written("文书格式", sentence)


def _story(sheet: RecoverySheet, setter: Setter) -> list[Flowable]:
    words = load_wording("recovery_sheet")
    small = Setter(setter.fonts, setter.body.but(size=12, leading=20))
    facts = [
        [Field(words["township"], sheet.township, 2), Field(words["made_on"], sheet.made_on)],
        [Field(words["computer"], sheet.computer, 2), *_when(sheet.key_id, words["key_id"])],
    ]
    points = [
        block
        for part in ("purpose", "keep", "danger", "use")
        for block in (*small.heading(words[part]), *small.running(words[f"{part}_text"], blank_lines=0))
    ]
    hands = [
        PlaceRow([Place(words[left]), Place(words[right])], setter, columns=(0, 85 * mm))
        for left, right in (("sign_keeper", "sign_witness"), ("sign_place", "sign_day"))
    ]
    return [
        setter.title(words["title"]),
        Fields(facts, small, space_after=10),
        KeyGroups(sheet.key_groups, setter),
        Spacer(0, 3 * mm),
        *points,
        Spacer(0, 3 * mm),
        *hands,
    ]


def _when(value: str, words: str) -> list[Field]:
    """A labelled value; nothing at all without one, an empty line would ask to be filled in."""
    return [Field(words, value)] if value else []


class KeyGroups(Flowable):
    """The key large, four groups a line, each group with the number the first start asks for (核对第 6 组)."""

    _PER_LINE, _LINE, _PAD = 4, 32.0, 10.0

    def __init__(self, groups: tuple[str, ...], setter: Setter) -> None:
        super().__init__()
        self._setter = setter
        self._lines = [groups[at : at + self._PER_LINE] for at in range(0, len(groups), self._PER_LINE)]

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803, ARG002 - the library's names
        """A framed box as wide as the column."""
        self._width = aW
        self._height = len(self._lines) * self._LINE + 2 * self._PAD
        return aW, self._height

    def draw(self) -> None:
        """Frame, groups in even columns, each with its number before it."""
        self.canv.setLineWidth(1)
        self.canv.rect(0, 0, self._width, self._height)
        pitch = (self._width - 16) / self._PER_LINE
        for number, groups in enumerate(self._lines):
            y = self._height - self._PAD - number * self._LINE - 24
            for column, group in enumerate(groups):
                x = 16 + pitch * column
                order = f"{number * self._PER_LINE + column + 1}"
                paint_text(Pen(self.canv, self._setter.fonts, 10), order, at=(x + 12, y), align=1)
                paint_text(Pen(self.canv, self._setter.fonts, 20), group, at=(x + 22, y), role=Role.HEI)
