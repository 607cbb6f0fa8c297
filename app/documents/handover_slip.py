"""事项交办单: a page that goes to a village or department without a PC, with a receipt to sign or return.

Everything comes in as finished strings. The square code holds the 事项码 and nothing else: no name leaves by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from app.documents.blocks import Field, Fields, Setter
from app.documents.fonts import FontBook, Written, system_fonts
from app.documents.paper import DOSSIER, Furniture, Paper
from app.documents.signing import Place, PlaceRow
from app.documents.wording import load_wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportlab.pdfgen.canvas import Canvas

_SIDE = 22 * mm
_QR_VERSION = 2
"""25 squares a side: room for 20 capitals and digits at the strongest correction but one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverSlip:
    """What stands on the slip; empty values print as lines to fill by hand, an empty ``law`` is left out."""

    township: str
    code: str
    name: str
    kind: str
    to: str
    contact: str = ""
    handed_at: str = ""
    handed_by: str = ""
    due: str = ""
    law: str = ""
    demand: str = ""
    watermark: str = ""


def render_handover_slip(slip: HandoverSlip, *, fonts: FontBook | None = None) -> bytes:
    """The slip as PDF, A4: one page, more where the demand is long.

    Raises:
        MissingGlyphs: a text holds a character that no font has.
    """
    book = fonts or system_fonts()
    book.check_glyphs(_written(slip))
    words = load_wording("handover_slip")
    furniture = Furniture(
        title=words["title"],
        subject=slip.code,
        notes=(slip.township, slip.code),
        watermark=slip.watermark,
    )
    paper = Paper(furniture=furniture, fonts=book, on_page=lambda canvas: _square_code(canvas, slip.code))
    return paper.render(_story(slip, Setter(book)))


def _written(slip: HandoverSlip) -> Iterator[Written]:
    for label, text in (
        ("乡镇名称", slip.township),
        ("事项", slip.name),
        ("交给", slip.to),
        ("联系人", slip.contact),
        ("交办人", slip.handed_by),
        ("交办要求", slip.demand),
        ("期限依据", slip.law),
    ):
        yield Written(label, text)
    for sentence in load_wording("handover_slip").sentences.values():
        yield Written("文书格式", sentence)


def _story(slip: HandoverSlip, setter: Setter) -> list[Flowable]:
    words = load_wording("handover_slip")
    small = Setter(setter.fonts, setter.body.but(size=12, leading=21))
    facts = [
        [Field(words["code"], slip.code)],
        [Field(words["name"], slip.name)],
        [Field(words["kind"], slip.kind), Field(words["due"], slip.due, 2)],
        *([[Field(words["law"], slip.law)]] if slip.law else []),
        [Field(words["to"], slip.to, 2), Field(words["contact"], slip.contact)],
        [Field(words["handed_at"], slip.handed_at, 2), Field(words["handed_by"], slip.handed_by)],
    ]
    return [
        setter.title(words["title"]),
        Spacer(0, 8 * mm),
        Fields(facts, small, space_after=4),
        *small.heading(words["demand"]),
        *small.running(slip.demand, blank_lines=3),
        Spacer(0, 2 * mm),
        PlaceRow([Place(words["sign_giver"])], small, columns=(85 * mm,)),
        *small.heading(words["receipt"]),
        *small.running(words["receipt_text"], blank_lines=0),
        Fields([[Field(f"{words['answer']}{words['answer_text']}", None)]], small, space_after=2),
        *small.heading(words["reason"]),
        *small.running("", blank_lines=1),
        *small.heading(words["result"]),
        *small.running("", blank_lines=3),
        PlaceRow([Place(words["sign_receiver"]), Place(words["sign_day"])], small, columns=(0, 85 * mm)),
    ]


def _square_code(canvas: Canvas, code: str) -> None:
    """The 事项码 to be read by a camera, in the upper right corner beside the title."""
    made = QRCode(_QR_VERSION, QRErrorCorrectLevel.M)
    made.addData(code)
    made.make()
    count = made.getModuleCount()  # type: ignore[no-untyped-call]  # the stubs lack it
    one = _SIDE / count
    left = DOSSIER.width - DOSSIER.right - _SIDE
    top = DOSSIER.height - DOSSIER.top + 6 * mm
    for row in range(count):
        for column in range(count):
            if made.isDark(row, column):  # type: ignore[no-untyped-call]  # the stubs lack it
                canvas.rect(left + column * one, top - (row + 1) * one, one, one, stroke=0, fill=1)
